"""``jukinet audit analyse``: what stands out in the log."""

from __future__ import annotations

from dataclasses import asdict

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.cli.supply_book import FromOption, ToOption, day
from jukinet.services.analyses import Finding, Kind, analyse

_WORDS = {
    Kind.NIGHT: "entries by night",
    Kind.HOLIDAY: "entries on a day off",
    Kind.TURNED_AWAY: "times turned away",
    Kind.PEOPLE_BY_ONE: "people looked at",
    Kind.LOOKS_AT_ONE: "looks at one person",
}


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``audit``."""

    @app.command(
        "analyse", epilog="Example: jukinet audit analyse --as sato --from 2013-07-01 --to 2013-07-31"
    )
    def analysed(
        operator: OperatorOption,
        first: FromOption,
        last: ToOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show what stands out: night, days off, refusals, mass search, many looks at one."""
        days = day(first, "--from"), day(last, "--to")
        if days[1] < days[0]:
            raise typer.BadParameter("the last day is before the first", param_hint="--to")
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(analyse(ctx, common.claim_of(operator, terminal), *days))
        if as_json:
            common.print_json({"findings": [asdict(one) | {"day": one.day.isoformat()} for one in found]})
            return
        for one in found:
            print(_line(one))
        if not found:
            print("Nothing stands out.")


def _line(one: Finding) -> str:
    about = f"see entry {one.entry}" if one.entry else "in batches"
    who = one.who.removeprefix("urn:jukinet:") if one.who else about
    return f"{one.day}  {one.times} {_WORDS[one.kind]}  {who}"
