"""``jukinet register tellings``: who is to be told of acts, and how."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.law.decisions import Refused
from jukinet.services.tellings import LISTED_AT_MOST, list_tellings
from jukinet.store.tellings import Told


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command("tellings", epilog="Example: jukinet register tellings --since 2013-07-01 --as sato")
    def tellings(
        operator: OperatorOption,
        since: Annotated[
            datetime | None,
            typer.Option(
                metavar="DATE", formats=["%Y-%m-%d"], help="Decided on that day or later; else today."
            ),
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List who is to be told of acts: by letter, by posting, or by laying the record open."""
        with common.told(), open_context(config) as ctx:
            found = list_tellings(ctx, common.claim_of(operator, terminal), common.day_of(since))
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        _tell(found, as_json=as_json)


def _tell(found: tuple[Told, ...], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "resident_no": one.resident_no,
                "history_no": one.history_no,
                "way": one.way,
                "decided_on": one.decided_on.isoformat(),
                "open_until": one.open_until.isoformat() if one.open_until else None,
            }
            for one in found
        ]
        common.print_json({"tellings": rows})
        return
    for one in found:
        until = f", until {one.open_until}" if one.open_until else ""
        print(f"{one.decided_on}  {one.resident_no} no. {one.history_no}  {one.way}{until}")
    if not found:
        print("Nobody is to be told of anything.")
    if len(found) == LISTED_AT_MOST:
        print("The oldest are listed; there are more.")
