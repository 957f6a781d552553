"""``jukinet register tellings`` and ``told``: who is to be told of acts, and that it was done."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.law.decisions import Refused
from jukinet.law.tellings import Step
from jukinet.services.tellings import LISTED_AT_MOST, StepFiling, list_tellings, note_step
from jukinet.store.tellings import Told


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """Both commands, among those of ``register``."""

    @app.command("tellings", epilog="Example: jukinet register tellings --as sato")
    def tellings(
        operator: OperatorOption,
        since: Annotated[
            datetime | None,
            typer.Option(
                metavar="DATE",
                formats=["%Y-%m-%d"],
                help="All decided on that day or later, also what is done.",
            ),
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List who is still to be told of acts: by letter, by posting, or by laying the record open."""
        with common.told(), open_context(config) as ctx:
            found = list_tellings(ctx, common.claim_of(operator, terminal), common.day_of(since))
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        _tell(found, as_json=as_json)

    @app.command("told", epilog="Example: jukinet register told 17 sent --on 2013-07-09 --as sato")
    def told(
        number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As tellings lists it.")],
        step: Annotated[Step, typer.Argument(help="A letter: sent. A posting: begun, then ended.")],
        on: Annotated[datetime, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The day of it.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Note that a letter was sent, or that a posting began or ended."""
        filing = StepFiling(number, step, on.date())
        with common.told(), open_context(config) as ctx:
            done = note_step(ctx, common.claim_of(operator, terminal), filing)
        if isinstance(done, Refused):
            raise common.refused(done, as_json=False)
        print(f"Noted: no. {number} {step} on {filing.done_on}.")


def _tell(found: tuple[Told, ...], *, as_json: bool) -> None:
    if as_json:
        common.print_json({"tellings": [_plain(one) for one in found]})
        return
    for one in found:
        telling = one.telling
        until = f", until {telling.open_until}" if telling.open_until else ""
        done = "".join(f", {step} {day}" for step, day in telling.done)
        whom = f"{one.resident_no} no. {one.history_no}"
        print(f"{one.telling_id}  {telling.decided_on}  {whom}  {telling.way}{until}{done}")
    if not found:
        print("Nobody is to be told of anything.")
    if len(found) == LISTED_AT_MOST:
        print("The oldest are listed; there are more.")


def _plain(one: Told) -> dict[str, object]:
    telling = one.telling
    return {
        "number": one.telling_id,
        "resident_no": one.resident_no,
        "history_no": one.history_no,
        "way": telling.way,
        "decided_on": telling.decided_on.isoformat(),
        "open_until": telling.open_until.isoformat() if telling.open_until else None,
        "done": {step.value: day.isoformat() for step, day in telling.done},
        "open": telling.is_open,
    }
