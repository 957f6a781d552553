"""``jukinet register population``: how many residents and households there are, and what changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.items import RecordKind
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.services import population
from jukinet.services.population import Census, Counted, CountedEntries
from jukinet.store.population import EnteredChange


def add_population(app: typer.Typer, open_context: OpenContext) -> None:
    """``population``, into the commands of ``register``."""

    @app.command(
        "population",
        epilog="Example: jukinet register population --from 2013-07-01 --to 2013-07-08 --as sato",
    )
    def count(
        operator: OperatorOption,
        first: Annotated[
            datetime | None,
            typer.Option(
                "--from", metavar="DATE", formats=["%Y-%m-%d"], help="The first day; else the last."
            ),
        ] = None,
        last: Annotated[
            datetime | None,
            typer.Option("--to", metavar="DATE", formats=["%Y-%m-%d"], help="The last day; else today."),
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        entered: Annotated[
            bool,
            typer.Option("--entered", help="By the day of entry, as yearly tables ask: with ages."),
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Count residents and households, and what changed.

        By the days on which events take effect, or with --entered on which they
        were entered: then also by age, and what foreign residents notified.
        """
        count_period = population.count_entries if entered else population.count_population
        with common.told(), open_context(config) as ctx:
            counted = count_period(
                ctx, common.claim_of(operator, terminal), common.day_of(first), common.day_of(last)
            )
        if isinstance(counted, Refused):
            raise common.refused(counted, as_json=as_json)
        if as_json:
            common.print_json(_plain(counted))
        else:
            _print(counted)


def _plain(counted: Counted | CountedEntries) -> dict[str, object]:
    def census(one: Census) -> dict[str, object]:
        heads = [asdict(head) for head in one.heads]
        return {
            "on": str(one.on),
            "residents": one.residents,
            "heads": heads,
            "households": asdict(one.homes),
        }

    told: dict[str, object] = {
        "before": census(counted.before),
        "changes": [asdict(change) for change in counted.changes],
        "after": census(counted.after),
    }
    if isinstance(counted, CountedEntries):
        told["ages"] = [asdict(one) for one in counted.ages]
        told["notifications"] = [asdict(one) for one in counted.notifications]
        told["agrees"] = counted.agrees
    return told


def _print(counted: Counted | CountedEntries) -> None:
    before, after = counted.before, counted.after
    table = Table("", f"end of {before.on}", f"end of {after.on}")
    for kind in RecordKind:
        for sex in Sex:
            table.add_row(f"{kind}, {sex}", *(str(_heads(one, kind, sex)) for one in (before, after)))
    table.add_row("residents", *(str(one.residents) for one in (before, after)))
    table.add_section()
    for name in ("japanese", "foreigners", "mixed"):
        table.add_row(f"households, {name}", *(str(getattr(one.homes, name)) for one in (before, after)))
    Console().print(table)
    for change in counted.changes:
        who = f", {change.sex}" if isinstance(change, EnteredChange) else ""
        print(f"{'+' if change.added else '-'}{change.residents:<6} {change.reason}, {change.kind}{who}")
    if not counted.changes:
        print("Nobody came or went.")
    if isinstance(counted, CountedEntries):
        _print_entries(counted)


def _print_entries(counted: CountedEntries) -> None:
    print(
        "Beginning and changes make the end."
        if counted.agrees
        else "BEGINNING AND CHANGES DO NOT MAKE THE END."
    )
    for ages in counted.ages:
        years = "age not known" if ages.age_from is None else f"{ages.age_from}-{ages.age_from + 4} years"
        print(f"{ages.residents:>7} {ages.kind}, {ages.sex}, {years}")
    for told in counted.notifications:
        print(f"{told.residents:>7} notified: {told.reason}, {told.stay}")


def _heads(census: Census, kind: RecordKind, sex: Sex) -> int:
    return sum(one.residents for one in census.heads if (one.kind, one.sex) == (kind, sex))
