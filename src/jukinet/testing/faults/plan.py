"""What a run will do, drawn before it begins, from the seed and the length alone: every act, every fault, every moment.

Whom an act concerns depends on who lives there by then, and is a drawn number that the run takes modulo the
residents it finds. Nothing here looks at a clock, a file or a database.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil


class ActKind(StrEnum):
    """What a clerk does."""

    BIRTH = "birth"
    ARRIVAL = "arrival"
    """Move-in from abroad: persons without a code."""
    WITHIN = "move-within"
    BETWEEN = "move-between"
    """Two acts: the move-out filed at the one municipality, the move-in at the other."""
    ABROAD = "move-abroad"
    DEATH = "death"
    CODE = "change-code"
    CORRECTION = "correction"
    UNDO = "undo"
    COPY = "copy"
    """A nationwide copy: asked at another municipality (M5, M6)."""


class FaultKind(StrEnum):
    """What breaks."""

    PROCESS = "process"
    """kill -9 of a node's network door or worker."""
    DATABASE = "database"
    """kill -9 of a node's database server."""
    CUT = "cut"
    """A line is cut, or carries questions and loses the answers."""
    DELAY = "delay"
    """A line is slow, or swallows what is sent and stays open."""
    DUPLICATE = "duplicate"
    """Frames are delivered twice, and old ones once more behind newer ones."""
    REORDER = "reorder"
    """The later statements of a frame are delivered before the earlier ones."""
    CLOCK = "clock"
    """A node's clock jumps."""
    DISK = "disk"
    """A node's disk is full."""
    RESTORE = "restore"
    """A node's database is put back to a backup; how long the fault lasts is how old the backup is."""


_ACTS = {
    ActKind.WITHIN: 26,
    ActKind.BIRTH: 16,
    ActKind.ARRIVAL: 16,
    ActKind.BETWEEN: 10,
    ActKind.CORRECTION: 9,
    ActKind.CODE: 8,
    ActKind.DEATH: 6,
    ActKind.ABROAD: 4,
    ActKind.UNDO: 3,
    ActKind.COPY: 2,
}
"""Of a hundred things that a clerk does."""

_FAULTS = {
    FaultKind.PROCESS: 14,
    FaultKind.DATABASE: 8,
    FaultKind.CUT: 11,
    FaultKind.DELAY: 10,
    FaultKind.DUPLICATE: 10,
    FaultKind.REORDER: 10,
    FaultKind.CLOCK: 9,
    FaultKind.DISK: 6,
    FaultKind.RESTORE: 6,
}
"""How often each kind comes beside the others."""

_LASTS = {
    FaultKind.PROCESS: (200, 2500),
    FaultKind.DATABASE: (200, 2000),
    FaultKind.CUT: (500, 4000),
    FaultKind.DELAY: (1000, 4000),
    FaultKind.DUPLICATE: (1500, 4000),
    FaultKind.REORDER: (2000, 5000),
    FaultKind.CLOCK: (1000, 8000),
    FaultKind.DISK: (800, 2500),
    FaultKind.RESTORE: (3000, 10_000),
}
"""Milliseconds: from, to."""

BACKUP, ARCHIVE = "backup", "archive"
"""What a node is put back to: a backup of its tables, or everything that its archived WAL holds."""

_HOW: Mapping[FaultKind, Sequence[str]] = {
    FaultKind.PROCESS: ("network", "worker"),
    FaultKind.CUT: ("refuse", "refuse", "lose-answers"),
    FaultKind.DELAY: ("slow", "slow", "blackhole"),
    FaultKind.DUPLICATE: ("frames",),
    FaultKind.REORDER: ("frames",),
    # Seconds by which a clock jumps.
    FaultKind.CLOCK: ("-10800", "-3600", "-600", "-60", "-7", "7", "60", "600", "3600", "10800"),
    FaultKind.RESTORE: (BACKUP, BACKUP, ARCHIVE),
}
"""In which manners a fault may come, each as often as it stands there."""

_OF_LINES = frozenset({FaultKind.CUT, FaultKind.DELAY, FaultKind.DUPLICATE, FaultKind.REORDER})

CLERKS = 6
"""Who work at the same time in each municipality: whoever waits for one holds up no other."""
_QUIET = 3000
"""Milliseconds at the beginning and at the end without a new fault."""


@dataclass(frozen=True, slots=True)
class Federation:
    """Which nodes there are, by their ids: a prefecture has the municipalities named under it."""

    centre: str
    prefectures: Mapping[str, Sequence[str]]

    @property
    def municipalities(self) -> tuple[str, ...]:
        return tuple(town for towns in self.prefectures.values() for town in towns)

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.centre, *self.prefectures, *self.municipalities)

    def uplinks(self) -> list[tuple[str, str]]:
        """The lines on which every identity notice rises."""
        rising = [(town, pref) for pref, towns in self.prefectures.items() for town in towns]
        return [*rising, *((pref, self.centre) for pref in self.prefectures)]

    def lines(self) -> list[tuple[str, str]]:
        """Every line: who calls, who is called."""
        towns = self.municipalities
        across = [(one, other) for one in towns for other in towns if one != other]
        down = [(self.centre, town) for town in towns]
        return [*self.uplinks(), *across, *down, *((town, self.centre) for town in towns)]


FULL = Federation("national", {"pref-13": ("muni-131016", "muni-132152"), "pref-07": ("muni-072010",)})
SMALL = Federation("national", {"pref-13": ("muni-131016", "muni-132152")})
"""For a smoke test and for wrong programs."""


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """An act: when, where, by which clerk, and numbers that decide everything else about it."""

    number: int
    at_ms: int
    town: str
    clerk: int
    kind: ActKind
    pick: int
    other: int


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault: when, how long, at which node (``from>to`` for a line), and in which of its manners."""

    number: int
    at_ms: int
    lasts_ms: int
    kind: FaultKind
    where: str
    how: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run will do."""

    seed: int
    seconds: int
    acts: tuple[PlannedAct, ...]
    faults: tuple[PlannedFault, ...]

    def written(self) -> str:
        """The plan as text, one line an entry."""
        entries: list[PlannedAct | PlannedFault] = [*self.acts, *self.faults]
        return "\n".join(json.dumps(asdict(one), sort_keys=True) for one in entries)

    @property
    def digest(self) -> str:
        """Names the plan: the same for the same seed and length."""
        return hashlib.sha256(self.written().encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Quota:
    """What a run must have done to count: acts, faults, and of each kind of fault."""

    acts: int
    faults: int
    each: int

    @classmethod
    def of(cls, seconds: int) -> Quota:
        """3,000 acts and 60 faults in 300 s, 10,000 and 300 in 1,800 s, between them in proportion."""
        if seconds <= 300:
            return cls(10 * seconds, seconds // 5, 3 if seconds >= 120 else 0)
        over = min(seconds, 1800) - 300
        return cls(3000 + 7000 * over // 1500, 60 + 240 * over // 1500, 3)


def draw(seed: int, seconds: int, among: Federation, kinds: Sequence[FaultKind] = tuple(_FAULTS)) -> Plan:
    """The plan of a seed and a length in seconds; more of both than the quota, since some meet nothing."""
    rng = random.Random(f"{seed} {seconds}")
    quota = Quota.of(seconds)
    acts = _draw_acts(rng, ceil(1.2 * quota.acts), seconds * 1000, among)
    drawn = _draw_kinds(rng, ceil(1.3 * quota.faults) + 2, quota.each + 1, kinds)
    return Plan(seed, seconds, acts, _draw_faults(rng, drawn, seconds * 1000, among))


def draw_short(seed: int, seconds: int, among: Federation, kinds: Sequence[FaultKind]) -> Plan:
    """A short plan in which a wrong program has occasion to do wrong: each of these kinds of fault, everywhere."""
    rng = random.Random(f"{seed} {seconds} short")
    acts = _draw_acts(rng, 12 * seconds, seconds * 1000, among)
    wanted = [
        (kind, ">".join(line), how)
        for kind in kinds
        for line in (among.uplinks() if kind in _OF_LINES else [(town,) for town in among.municipalities])
        for how in sorted(set(_HOW.get(kind, ("",))))
    ]
    rng.shuffle(wanted)
    step = seconds * 1000 // (len(wanted) + 2)
    faults = tuple(
        PlannedFault(number, step * number, min(rng.randint(*_LASTS[kind]), 2 * step), kind, where, how)
        for number, (kind, where, how) in enumerate(wanted, 1)
    )
    return Plan(seed, seconds, acts, faults)


def _draw_acts(rng: random.Random, count: int, length: int, among: Federation) -> tuple[PlannedAct, ...]:
    moments = sorted(rng.randrange(length) for _ in range(count))
    kinds = rng.choices(list(_ACTS), list(_ACTS.values()), k=count)
    towns = among.municipalities
    acts = []
    for number, (at, kind) in enumerate(zip(moments, kinds, strict=True), 1):
        place = rng.randrange(len(towns))
        clerk = place * CLERKS + rng.randrange(CLERKS)
        acts.append(
            PlannedAct(number, at, towns[place], clerk, kind, rng.randrange(2**31), rng.randrange(2**31))
        )
    return tuple(acts)


def _draw_faults(
    rng: random.Random, kinds: Sequence[FaultKind], length: int, among: Federation
) -> tuple[PlannedFault, ...]:
    first, last = min(_QUIET, length // 8), length - min(_QUIET, length // 4)
    step = (last - first) / len(kinds)
    faults = []
    for number, kind in enumerate(kinds, 1):
        at = first + int(step * (number - 1) + rng.random() * step)
        where, how = _place(rng, kind, among)
        faults.append(PlannedFault(number, at, rng.randint(*_LASTS[kind]), kind, where, how))
    return tuple(faults)


def _draw_kinds(rng: random.Random, count: int, least: int, kinds: Sequence[FaultKind]) -> list[FaultKind]:
    """Each kind by its weight, at least so often, in random order."""
    whole = sum(_FAULTS[kind] for kind in kinds)
    shares = Counter({kind: max(least, round(count * _FAULTS[kind] / whole)) for kind in kinds})
    drawn = list(shares.elements())
    rng.shuffle(drawn)
    return drawn


def _place(rng: random.Random, kind: FaultKind, among: Federation) -> tuple[str, str]:
    where = ">".join(rng.choice(among.uplinks())) if kind in _OF_LINES else rng.choice(among.nodes)
    return where, rng.choice(_HOW.get(kind, ("",)))
