"""``jukinet audit supplies``: the book of supplies of a centre or prefecture."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.reading import parse_date
from jukinet.law.decisions import Refused
from jukinet.services.supply.book import draw_book

FromOption = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.")]


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``audit``."""

    @app.command(
        "supplies", epilog="Example: jukinet audit supplies --as sato --from 2013-07-01 --to 2013-07-31"
    )
    def supplies(
        operator: OperatorOption,
        first: FromOption,
        last: ToOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw the book of supplies: day, organ, affair, number of persons, way. Names nobody."""
        days = _day(first, "--from"), _day(last, "--to")
        with common.told(), open_context(config) as ctx:
            found = draw_book(ctx, common.claim_of(operator, terminal), *days)
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        if as_json:
            common.print_json({"supplies": [asdict(one) | {"on": one.on.isoformat()} for one in found]})
            return
        for one in found:
            print(
                f"{one.on}  {one.organ.removeprefix('urn:jukinet:')}  {one.affair}  {one.persons}  {one.way}"
            )
        if not found:
            print("Nothing was supplied.")


def _day(text: str, option: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
