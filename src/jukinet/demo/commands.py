"""``jukinet demo``: build once, start, tell the story, stay up."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jukinet.cli import common
from jukinet.demo import build, farewell
from jukinet.demo.breaking import BREAKS
from jukinet.demo.plan import CLERK, LIVE, NODES, PORT_BASE, STORY_DAY, Plan
from jukinet.demo.stage import Stage, end_leftovers, raised, require_free_ports
from jukinet.demo.story import Story
from jukinet.demo.telling import Step, tell
from jukinet.node import config as configs
from jukinet.node.postgres import Cluster
from jukinet.services import settings

StateOption = Annotated[
    Path | None, typer.Option("--state", help="The state directory; else $JUKINET_STATE or the usual.")
]

app = typer.Typer(
    help="A small Japan on this machine: a centre, two prefectures, five municipalities.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode="rich",
    epilog="Example: jukinet demo --once",
)


@app.callback()
def demo(
    context: typer.Context,
    state: StateOption = None,
    residents: Annotated[
        int, typer.Option(min=200, max=100_000, help="Residents of each municipality.")
    ] = 2000,
    port: Annotated[int, typer.Option(min=1024, max=65000, help="The first of the ports used.")] = PORT_BASE,
    break_step: Annotated[
        str | None, typer.Option("--break", help=f"Break the world before a step: {', '.join(BREAKS)}.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Tell the story once and end.")] = False,
) -> None:
    """Build the demonstration where it is missing, start it, and tell the story."""
    if context.invoked_subcommand is not None:
        return
    if break_step is not None and break_step not in BREAKS:
        raise typer.BadParameter(f"must be one of {', '.join(BREAKS)}")
    with common.told(), _interruptible():
        plan = Plan((state or configs.state_directory()).absolute(), residents, port)
        code = _run(plan, Console(highlight=False), once=once, break_step=break_step)
    raise typer.Exit(code)


@app.command("stop", epilog="Example: jukinet demo stop")
def stop(state: StateOption = None) -> None:
    """End every process of the demonstration, its database server too. Harmless where nothing runs."""
    with common.told():
        plan = Plan((state or configs.state_directory()).absolute(), 0)
        ended = end_leftovers(plan)
        if plan.cluster.exists():
            Cluster(plan.cluster, bin_dir=configs.engine()).stop()
        print(f"Ended {ended} processes; the database server is stopped.")


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the demonstration as Ctrl-C does: in order.

    Ctrl-C too is asked for by name: a shell starts its background commands with that signal ignored.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {which: signal.signal(which, interrupt) for which in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        print("\nEnded.")
        raise typer.Exit(130) from None
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _run(plan: Plan, console: Console, *, once: bool, break_step: str | None) -> int:
    started = time.monotonic()
    plan.home.mkdir(parents=True, exist_ok=True)
    console.print("[bold]Jukinet[/]: a small Japan. Nobody in it exists.")
    end_leftovers(plan)
    require_free_ports(plan)
    cluster = Cluster(plan.cluster, bin_dir=configs.engine())
    cluster.ensure()
    try:
        build.make_keys(plan)
        _prepare(plan, cluster, console)
        with raised(plan, cluster, LIVE) as stage:
            # After the starts: those are the first entries of every audit log.
            build.renew_directories(plan)
            _turn_calendars(stage)
            console.print(
                f"Started {len(stage.children)} processes after {time.monotonic() - started:.0f} s.\n"
            )
            otherwise = _tell(stage, console, break_step)
            if not once:
                farewell.stay(stage, console)
    finally:
        cluster.stop()
    return 1 if otherwise else 0


def _prepare(plan: Plan, cluster: Cluster, console: Console) -> None:
    """Build if need be, then make the database anew from the template."""
    if build.is_built(plan, cluster):
        if LIVE in cluster.databases():
            console.print("The acts of the last run are gone: its database is made anew from the built one.")
    else:
        console.print(f"Building, once: {plan.residents} residents in each of five municipalities.")
        with build.make_progress() as progress:
            build.build(plan, cluster, progress)
    build.renew_database(plan, cluster)


def _turn_calendars(stage: Stage) -> None:
    """Every office's calendar shows the day of the story."""
    for node in NODES:
        settings.set_business_date(stage.office(node), CLERK, STORY_DAY)


def _tell(stage: Stage, console: Console, break_step: str | None) -> list[str]:
    story = Story(stage, stage.plan.home / "copy.pdf")
    steps = story.steps()
    console.print(f"[bold]The story[/], business date {STORY_DAY}:\n")
    if break_step is not None:
        steps = [_broken(step, story) if step.name == break_step else step for step in steps]
    otherwise = tell(steps, stage, console)
    if otherwise:
        console.print(f"otherwise: {', '.join(otherwise)}")
    console.print(f"story: {len(steps) - len(otherwise)} of {len(steps)} steps as expected")
    return otherwise


def _broken(step: Step, story: Story) -> Step:
    def run(stage: Stage) -> str:
        BREAKS[step.name](stage, story)
        return step.run(stage)

    return Step(step.name, f"{step.title} (the world is broken on purpose)", step.expected, run)
