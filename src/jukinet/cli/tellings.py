"""``jukinet register tellings`` and ``told``: who is to be told of acts, and that it was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
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
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(
                list_tellings(ctx, common.claim_of(operator, terminal), common.day_of(since))
            )
        common.print_list(
            *("tellings", found, _plain, _lines),
            nothing="Nobody is to be told of anything.",
            as_json=as_json,
            most=LISTED_AT_MOST,
        )

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
            common.permitted(note_step(ctx, common.claim_of(operator, terminal), filing))
        print(f"Noted: no. {number} {step} on {filing.done_on}.")


def _lines(one: Told) -> Iterator[str]:
    telling = one.telling
    until = f", until {telling.open_until}" if telling.open_until else ""
    done = "".join(f", {step} {day}" for step, day in telling.done)
    whom = f"{one.resident_no} no. {one.history_no}"
    yield f"{one.telling_id}  {telling.decided_on}  {whom}  {telling.way}{until}{done}"


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
