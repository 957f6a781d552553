"""``jukinet register gazetteer dictionary``, ``choose``, ``countries``: the country's places by code, step by step."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.documents.nationalities import Country
from jukinet.domain.gazetteer import Choice
from jukinet.services import dictionary
from jukinet.services.dictionary import CountryDay

DayOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="As it was on a day; else today."),
]


def add_to(group: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``gazetteer``."""
    _add_load(group, open_context)
    _add_choose(group, open_context)
    _add_countries(group, open_context)


def _add_load(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("dictionary", epilog="Example: jukinet register gazetteer dictionary areas.csv --as sato")
    def load(
        file: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Load the country's areas by codes of eleven digits, in the place of those before: a CSV file in UTF-8."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "gazetteer dictionary"):
                given = dictionary.read_dictionary(common.read_bytes(file, limit=dictionary.LONGEST_FILE))
            with open_context(config) as ctx:
                done = common.permitted(dictionary.load_dictionary(ctx, claim, given))
        print(f"Dictionary {done.edition}: {done.areas} areas, loaded {done.loaded_at:%Y-%m-%d}.")


def _add_choose(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("choose", epilog="Example: jukinet register gazetteer choose 13215 --as sato")
    def choose(
        operator: OperatorOption,
        under: Annotated[
            str, typer.Argument(metavar="[CODE]", help="Of the step before; none lists the prefectures.")
        ] = "",
        on: DayOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Choose an area from lists, step by step: prefecture, municipality, large area (大字), small area (小字)."""
        claim = common.claim_of(operator, terminal)
        asked = {**({"under": under} if under else {}), **_day(on)}
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "gazetteer choose"):
                step = dictionary.read_step(asked)
            with open_context(config) as ctx:
                found = common.permitted(dictionary.choose_place(ctx, claim, step))
        _show("choices", found.choices, as_json=as_json)


def _add_countries(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command(
        "countries", epilog="Example: jukinet register gazetteer countries --on 2013-07-08 --as sato"
    )
    def countries(
        operator: OperatorOption,
        on: DayOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the countries and regions with their names of a day."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            asked = CountryDay(on.date() if on else None)
            found = common.permitted(
                dictionary.list_countries(ctx, common.claim_of(operator, terminal), asked)
            )
        _show("countries", found.countries, as_json=as_json)


def _day(on: datetime | None) -> dict[str, str]:
    return {"on": on.date().isoformat()} if on else {}


def _show(name: str, lines: tuple[Choice, ...] | tuple[Country, ...], *, as_json: bool) -> None:
    if as_json:
        common.print_json({name: [_plain(one) for one in lines]})
        return
    for one in lines:
        postcode = f"  {one.postcode}" if isinstance(one, Choice) and one.postcode else ""
        print(f"{one.code:11}  {one.address if isinstance(one, Choice) else one.name}{postcode}{_days(one)}")
    if not lines:
        print("Nothing stands below that code on that day, or no dictionary is loaded.")


def _plain(one: Choice | Country) -> dict[str, str | None]:
    return {part: None if value is None else str(value) for part, value in asdict(one).items()}


def _days(one: Choice | Country) -> str:
    return f"  {one.valid_from or ''} to {one.valid_to or 'now'}" if one.valid_from or one.valid_to else ""
