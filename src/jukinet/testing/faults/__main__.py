"""``make chaos``: runs a plan and judges it, or lets every wrong program be caught.

SEED, FOR and BREAK come as options; the last line says what was found, and the exit code 0 that all is well.
"""

from __future__ import annotations

import logging
import re
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jukinet.cli import common
from jukinet.cli.apps import new_app
from jukinet.node import config as configs
from jukinet.testing.ending import end_on_sigterm
from jukinet.testing.faults import plan, run
from jukinet.testing.faults.breaks import BREAKS, Break
from jukinet.testing.faults.plan import FULL, SMALL, FaultKind, Plan
from jukinet.testing.faults.process import RIGHT
from jukinet.testing.faults.run import Outcome

SHOWN = 20
"""Findings that are printed; the last line counts them all."""
FEWEST = 15
"""Acts that a wrong program must have entered for its being caught to count."""
SHORT, SHORTER = 12, 5
"""Seconds for which the right program is judged before, and for which each wrong one runs."""
OCCASIONS = (FaultKind.PROCESS, FaultKind.DATABASE, FaultKind.REORDER)
"""What the right program must stand that the wrong ones are caught by."""

app = new_app(
    "Break a federation of real processes under load, and judge what came of it.",
    epilog="Example: make chaos SEED=7 FOR=300",
)


@app.command()
def chaos(
    seed: Annotated[int, typer.Option(help="From which the plan is drawn.")] = 1,
    seconds: Annotated[
        int, typer.Option("--for", min=5, max=86_400, help="How long acts and faults go on.")
    ] = 300,
    broken: Annotated[str, typer.Option("--break", help="all, or one of the wrong programs.")] = "",
    state: Annotated[
        Path | None, typer.Option(help="The state directory; else $JUKINET_STATE or the usual.")
    ] = None,
    *,
    small: Annotated[
        bool, typer.Option("--small", help="Four nodes on one database server: a quick look.")
    ] = False,
) -> None:
    """Run the plan of a seed, or wrong programs; the last line says what was found."""
    if broken and broken != "all" and broken not in BREAKS:
        raise typer.BadParameter(f"must be all, or one of {', '.join(BREAKS)}")
    console = Console(highlight=False)
    home = (state or configs.state_directory()).absolute() / "chaos"
    end_on_sigterm()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The counters' pools say of every database that was killed that it was: nobody has to be told.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    with common.told():
        good = (
            _break(home, seed, broken, console) if broken else _run(home, seed, seconds, console, small=small)
        )
    raise typer.Exit(0 if good else 1)


def _run(home: Path, seed: int, seconds: int, console: Console, *, small: bool) -> bool:
    among = SMALL if small else FULL
    drawn = plan.draw(seed, seconds, among)
    _tell_plan(console, drawn)
    with run.staged(home, among, len(drawn.acts), console, shared=small) as stage:
        outcome = run.perform_once(stage, drawn)
    _tell(console, outcome)
    return outcome.is_good


def _tell_plan(console: Console, drawn: Plan) -> None:
    console.print(
        f"plan {drawn.digest} of seed {drawn.seed}: {len(drawn.acts)} acts and {len(drawn.faults)} faults in"
        f" {drawn.seconds} s",
        soft_wrap=True,
    )


def _tell(console: Console, outcome: Outcome) -> None:
    refused = sum(outcome.refused.values())
    console.print(f"acts: {outcome.acts} entered, {refused} not")
    for why, times in sorted(outcome.refused.items()):
        console.print(f"  [dim]{times} x {why}[/]")
    faults = ", ".join(f"{kind} {times}" for kind, times in outcome.faults.items())
    console.print(f"faults: {sum(outcome.faults.values())}: {faults}", soft_wrap=True)
    beyond = outcome.verdict.beyond
    for node in sorted({node for node, _ in beyond}):
        named = ", ".join(f"{number} {event}" for (of, number), event in sorted(beyond.items()) if of == node)
        console.print(f"  beyond the backup of {node}, by audit number: {named}", soft_wrap=True)
    console.print(f"beyond the backup: {len(beyond)}")
    for finding in outcome.verdict.findings[:SHOWN]:
        console.print(f"  {finding}", soft_wrap=True, markup=False)
    if not outcome.settled:
        console.print("not everything came to rest in time")
    if outcome.unmet():
        console.print(f"too little to count: {'; '.join(outcome.unmet())}")
    console.print(outcome.verdict.line())


def _break(home: Path, seed: int, which: str, console: Console) -> bool:
    """The right program first: who finds fault with it catches nothing."""
    wrong = {name: one for name, one in BREAKS.items() if which in {"all", name}}
    plans = {RIGHT: plan.draw_short(seed, SHORT, SMALL, OCCASIONS)} | {
        name: plan.draw_short(seed, SHORTER, SMALL, one.needs) for name, one in wrong.items()
    }
    _tell_plan(console, plans[RIGHT])
    caught = 0
    with run.staged(home, SMALL, len(plans[RIGHT].acts), console, shared=True) as stage:
        for program, outcome in run.perform_broken(stage, plans):
            if program == RIGHT:
                console.print(f"the right program: {outcome.verdict.line()}")
                if not (outcome.verdict.is_zero and outcome.settled):
                    _tell(console, outcome)
                    return False
                continue
            caught += _is_caught(console, program, wrong[program], outcome)
    console.print(f"breaks: {caught} of {len(wrong)} caught")
    return caught == len(wrong)


def _is_caught(console: Console, name: str, wrong: Break, outcome: Outcome) -> bool:
    """Whether the judge found what this program does wrong: one that did nearly nothing is not wrong but dead."""
    shown = [one for one in outcome.verdict.findings if re.match(wrong.shows, one)]
    caught = outcome.acts >= FEWEST and bool(shown)
    console.print(
        f"{name}: caught; {shown[0]}; in all {outcome.verdict.line()}"
        if caught
        else f"{name}: NOT CAUGHT in {outcome.acts} acts and {outcome.faults}; {outcome.verdict.line()}",
        soft_wrap=True,
        markup=False,
    )
    return caught


if __name__ == "__main__":
    app()
