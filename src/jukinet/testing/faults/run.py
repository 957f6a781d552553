"""One run from beginning to end: make the federation, act and break, let it settle, judge."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.testing.faults import checker, probing, site
from jukinet.testing.faults.books import Place
from jukinet.testing.faults.clerks import Office, Population
from jukinet.testing.faults.desk import History
from jukinet.testing.faults.injecting import WAITS_LONGER, Injector, World
from jukinet.testing.faults.keeper import Keeper, wait_until
from jukinet.testing.faults.lines import HOST, Line
from jukinet.testing.faults.plan import Federation, Plan, Quota
from jukinet.testing.faults.process import RIGHT
from jukinet.testing.faults.site import Site
from jukinet.testing.faults.verdict import Verdict

_TOLD_EVERY = 30.0
RESIDENTS = 150
"""Who live in each municipality when a run begins."""
STARTS_WITHIN = 300.0
SETTLES_WITHIN = 180.0
PATIENCE = 6
BROKEN_SETTLES_WITHIN = 15.0
"""A wrong program may never come to rest."""


@dataclass(slots=True)
class Lines:
    """Every line of a federation, open from before the nodes exist until after they are gone."""

    among: Federation
    doors: dict[str, int]
    all: dict[tuple[str, str], Line] = field(default_factory=dict)

    @classmethod
    def of(cls, among: Federation) -> Lines:
        doors = {node: _free_port() for node in among.nodes}
        return cls(among, doors, {(one, other): Line(doors[other]) for one, other in among.lines()})

    def port(self, one: str, other: str) -> int:
        return self.all[one, other].port

    def close(self) -> None:
        for line in self.all.values():
            line.close()


def _free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to callers: it stays free for a restart."""
    while True:
        port = 21_000 + secrets.randbelow(11_000)
        with suppress(OSError), socket.create_server((HOST, port)):
            return port


@contextmanager
def claimed(home: Path) -> Iterator[None]:
    """Hold the harness's place and clear what a run that was killed left; raises CONFLICT while another runs."""
    home.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JukinetError(
                ErrorKind.CONFLICT,
                f"Another run works in {home}. Wait for it or end it, or set JUKINET_STATE to another directory.",
            ) from None
        site.remove(home)
        yield
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Stage:
    """A federation that is made and sealed, and can be used for several runs."""

    site: Site
    lines: Lines
    disks: bool
    codes: int
    console: Console

    def say(self, text: str) -> None:
        self.console.print(text, soft_wrap=True)

    @contextmanager
    def working(self, on: str) -> Iterator[Callable[[str], None]]:
        """Show what is worked on, where somebody can see it; gives what says something else."""
        if not self.console.is_terminal:
            yield lambda _: None
            return
        with self.console.status(on) as status:
            yield status.update


@contextmanager
def staged(
    home: Path, among: Federation, codes: int, console: Console, *, shared: bool = False
) -> Iterator[Stage]:
    """Make a federation whose processes do not run yet; everything of it is gone at the end of the block."""
    with ExitStack() as stack:
        stack.enter_context(claimed(home))
        lines = Lines.of(among)
        stack.callback(lines.close)
        where = Site(home, among, lines.doors, shared)
        stack.callback(site.remove, home)
        started = time.monotonic()
        stage = Stage(where, lines, site.make_disks(where), codes, console)
        with stage.working("making the federation") as now:
            site.make(where, lines.port, RESIDENTS, codes, now)
        stage.say(f"made {len(among.nodes)} nodes in {time.monotonic() - started:.0f} s")
        yield stage


def perform_once(stage: Stage, drawn: Plan) -> Outcome:
    """The run of a plan."""
    with _running(stage, RIGHT) as keeper:
        _populate(stage)
        return _perform(stage, keeper, drawn, SETTLES_WITHIN)


def perform_broken(stage: Stage, plans: Mapping[str, Plan]) -> Iterator[tuple[str, Outcome]]:
    """The run of each program by its plan, one after another, each from the same beginning; ``-`` is the right one."""
    with _running(stage, RIGHT):
        _populate(stage)
    site.seal(stage.site)
    for program, drawn in plans.items():
        site.renew(stage.site)
        within = SETTLES_WITHIN if program == RIGHT else BROKEN_SETTLES_WITHIN
        with _running(stage, program) as keeper:
            yield program, _perform(stage, keeper, drawn, within, patience=PATIENCE)


def _populate(stage: Stage) -> None:
    """Let the codes arrive, and record those who live there when the run begins."""
    towns = stage.site.among.municipalities
    arrived = lambda: all(site.has_codes(stage.site, town, RESIDENTS + stage.codes) for town in towns)  # noqa: E731
    _expect(wait_until(arrived, STARTS_WITHIN), "the codes did not arrive")
    site.load(stage.site, RESIDENTS, seed=1)
    _expect(_settle(stage, STARTS_WITHIN), "the first notices did not arrive")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise JukinetError(ErrorKind.UNAVAILABLE, f"The federation was not made: {otherwise}.")


@contextmanager
def _running(stage: Stage, broken: str) -> Iterator[Keeper]:
    keeper = Keeper(stage.site, broken)
    keeper.start()
    try:
        if not wait_until(keeper.all_run, STARTS_WITHIN):
            raise JukinetError(ErrorKind.UNAVAILABLE, f"The processes did not start. {keeper.last_words()}")
        yield keeper
    finally:
        keeper.stop()


def _settle(stage: Stage, seconds: float) -> bool:
    """Whether nothing is on its way any more, nor any move-out due, within so many seconds."""
    return wait_until(lambda: checker.at_rest(_places(stage.site), site.DAY.isoformat()), seconds, 0.5)


def _places(where: Site) -> list[Place]:
    return [where.place(node) for node in where.among.nodes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    plan: Plan
    verdict: Verdict
    acts: int
    refused: dict[str, int]
    faults: dict[str, int]
    settled: bool

    def unmet(self) -> list[str]:
        """What the run did not do often enough to count."""
        quota = Quota.of(self.plan.seconds)
        unmet = []
        if self.acts < quota.acts:
            unmet.append(f"{self.acts} of {quota.acts} acts")
        if sum(self.faults.values()) < quota.faults:
            unmet.append(f"{sum(self.faults.values())} of {quota.faults} faults")
        kinds = sorted({fault.kind.value for fault in self.plan.faults})
        few = [
            f"{kind} {self.faults.get(kind, 0)}" for kind in kinds if self.faults.get(kind, 0) < quota.each
        ]
        if few:
            unmet.append(f"fewer than {quota.each} faults of a kind: {', '.join(few)}")
        return unmet

    @property
    def is_good(self) -> bool:
        return self.settled and self.verdict.is_zero and not self.unmet()


def _perform(
    stage: Stage, keeper: Keeper, drawn: Plan, settles_within: float, *, patience: int = 1
) -> Outcome:
    """Act and break as the plan says, let everything settle, and judge.

    ``patience``: up to how many times the plan's length a machine may take until most of the plan was done.
    """
    written = stage.site.home / "history.jsonl"
    history = History(written)
    office = Office(stage.site, drawn, Population.of(stage.site), history)
    world = World(office, keeper, stage.lines.all, stage.disks)
    injector = Injector(world, drawn.faults, WAITS_LONGER if patience == 1 else patience * drawn.seconds)
    try:
        office.start()
        injector.start()
        _watch(stage, drawn, history, injector, patience)
    finally:
        injector.stop()
        office.close(patience=60)
    with stage.working("letting everything settle, then judging"):
        settled = _settle(stage, settles_within)
        places = {place.node: place for place in _places(stage.site)}
        verdict = checker.judge(list(places.values()), written, stage.site.pki / "directory.json")
        sender, receiver = stage.site.among.uplinks()[0]
        wait_until(keeper.all_run, STARTS_WITHIN)
        second = probing.reuse_number(stage.site, sender, receiver)
        checker.judge_reused_number(places[receiver], sender, second, verdict)
    met = {kind.value: count for kind, count in sorted(injector.met.items())}
    return Outcome(drawn, verdict, history.done, dict(history.refused), met, settled)


def _watch(stage: Stage, drawn: Plan, history: History, injector: Injector, patience: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[told]}"))
    begun, next_line = time.monotonic(), _TOLD_EVERY
    with Progress(*columns, console=stage.console, transient=True) as progress:
        task = progress.add_task("acts and faults", total=drawn.seconds, told="")
        while (past := time.monotonic() - begun) < drawn.seconds or (
            past < patience * drawn.seconds and not _is_mostly_done(drawn, history, injector)
        ):
            told = f"{past:.0f} s, {history.done} acts, {injector.met.total()} faults"
            progress.update(task, completed=past, told=told)
            if not stage.console.is_terminal and past >= next_line:
                stage.say(told)
                next_line += _TOLD_EVERY
            time.sleep(0.25)


def _is_mostly_done(drawn: Plan, history: History, injector: Injector) -> bool:
    return 3 * history.done >= len(drawn.acts) and injector.met.total() + 1 >= len(drawn.faults)
