"""The clerks: each takes the acts that the plan gives it, in their order, and finds somebody to do them to.

Owns who is known to live where. An act claims the person it is about, so that no two clerks fight over one; the
household beside it is free, and two acts do meet there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.decisions import Refused
from jukinet.node.config import load
from jukinet.node.postgres import Role
from jukinet.node.wiring import open_node
from jukinet.services import copies
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.testing.faults import filings
from jukinet.testing.faults.desk import DONE, RECOVERING, REFUSED, TURNED_AWAY, UNKNOWN, Desk, History, Told
from jukinet.testing.faults.plan import ActKind, Plan, PlannedAct
from jukinet.testing.faults.site import CLERK, LIVE, Site

_KNOWN = """
SELECT resident_no, household_no FROM residents WHERE present AND code IS NOT NULL ORDER BY resident_id
"""


@dataclass(slots=True)
class Resident:
    """Who lives somewhere, as the clerks know. ``household`` None: to be looked up. ``came``: during the run."""

    number: str
    household: str | None
    came: bool = False


@dataclass(slots=True)
class Town:
    """Who may be acted on in a municipality, and whose last act may be undone."""

    residents: list[Resident]
    undoable: list[Resident] = field(default_factory=list)

    @classmethod
    def of(cls, site: Site, town: str) -> Town:
        """From the register as it is."""
        with site.cluster(town).connect(Role.OWNER, LIVE) as connection:
            connection.execute(f"SET search_path = {site.config(town).node.schema}")
            rows = connection.execute(_KNOWN).fetchall()
        return cls([Resident(str(number), str(household)) for number, household in rows])

    def forget(self, resident: Resident) -> None:
        self.residents = [one for one in self.residents if one is not resident]
        self.undoable = [one for one in self.undoable if one is not resident]


class Population:
    """Who lives where; whoever is claimed is nobody else's meanwhile."""

    def __init__(self, towns: Mapping[str, Town]) -> None:
        self._towns = dict(towns)
        self._lock = threading.Lock()

    @classmethod
    def of(cls, site: Site) -> Population:
        """From the registers as they are."""
        return cls({town: Town.of(site, town) for town in site.among.municipalities})

    def renew(self, site: Site, town: str) -> None:
        """A register was put back: what was known of who lives there is forgotten."""
        here = Town.of(site, town)
        with self._lock:
            self._towns[town] = here

    @contextmanager
    def claimed(
        self, town: str, pick: int, *, to_move: bool = False, to_undo: bool = False
    ) -> Iterator[list[Resident]]:
        """Somebody, or nobody, in a list: who is taken out of it is gone."""
        with self._lock:
            there = self._towns[town]
            here = there.undoable if to_undo else there.residents
            fitting = [one for one in here if not (to_move and one.came)]
            found = [fitting[pick % len(fitting)]] if fitting else []
            for one in found:
                there.forget(one)
        try:
            yield found
        finally:
            with self._lock:
                there.residents += found

    def add(self, town: str, *residents: Resident) -> None:
        with self._lock:
            self._towns[town].residents += residents

    def may_be_undone(self, town: str, resident: Resident) -> None:
        with self._lock:
            self._towns[town].undoable.append(resident)


class Clerk:
    """One clerk at work."""

    def __init__(self, office: Office, number: int) -> None:
        self._office = office
        self._acts = [act for act in office.plan.acts if act.clerk == number]
        self._desks = {
            town: Desk(office.site, town, office.history, office.given_up)
            for town in office.site.among.municipalities
        }

    def work(self, begun: float) -> None:
        """Do every act at its moment, or as soon after it as the ones before are done, until the office closes."""
        try:
            for act in self._acts:
                if self._office.closed.wait(max(0.0, begun + act.at_ms / 1000 - time.monotonic())):
                    return
                _DO[act.kind](self, act)
        finally:
            for desk in self._desks.values():
                desk.close()

    def _file(
        self, kind: str, act: PlannedAct, filing: dict[str, Any], *, town: str = "", step: int = 1
    ) -> Told:
        return self._desks[town or act.town].file(kind, act.number, step, filing)

    def _record(self, town: str, resident: Resident) -> dict[str, Any] | None:
        """The record as the register shows it, without the items that are empty."""
        shown = self._desks[town].look(resident.number)
        return (
            None
            if shown is None
            else {**_whole(shown["record"]), "last": shown["versions"][-1]["history_no"]}
        )

    def birth(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick) as found:
            for parent in found:
                if parent.household is None:
                    record = self._record(act.town, parent)
                    if record is None:
                        return
                    parent.household = str(record["household_number"])
                told = self._file("birth", act, filings.birth(act, parent.household))
                for number in told.residents:
                    self._office.people.add(act.town, Resident(number, parent.household))

    def arrival(self, act: PlannedAct) -> None:
        told = self._file("move-in", act, filings.arrival(act))
        self._office.people.add(act.town, *(Resident(number, None, came=True) for number in told.residents))

    def within(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick) as found:
            for one in found:
                told = self._file("move-within", act, filings.within(act, one.number))
                if told.outcome == DONE:
                    one.household = None
                    self._office.people.may_be_undone(act.town, one)

    def correction(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick) as found:
            for one in found:
                told = self._file("correct-ex-officio", act, filings.correction(act, one.number))
                if told.outcome == DONE:
                    self._office.people.may_be_undone(act.town, one)

    def undo(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick, to_undo=True) as found:
            for one in found:
                record = self._record(act.town, one)
                if record is not None:
                    self._file("undo", act, filings.undo(one.number, record["last"]))
                    one.household = None

    def code(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick) as found:
            for one in found:
                record = self._record(act.town, one)
                if record is not None:
                    self._file("change-code", act, filings.change_code(one.number, record))

    def death(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick) as found:
            for one in list(found):
                if self._file("death", act, filings.death(one.number)).outcome == DONE:
                    found.remove(one)

    def abroad(self, act: PlannedAct) -> None:
        with self._office.people.claimed(act.town, act.pick, to_move=True) as found:
            for one in list(found):
                told = self._file("move-out", act, filings.move_out(one.number, {"text": "ブラジル国"}))
                if told.outcome == DONE:
                    found.remove(one)

    def between(self, act: PlannedAct) -> None:
        to = self._elsewhere(act)
        with self._office.people.claimed(act.town, act.pick, to_move=True) as found:
            for one in list(found):
                record = self._record(act.town, one)
                if record is None:
                    return
                told = self._file("move-out", act, filings.move_out(one.number, filings.place(to)))
                if told.outcome == DONE:
                    found.remove(one)
                    told = self._file("move-in", act, filings.move_in(act, to, record), town=to, step=2)
                    arrived = (Resident(number, None, came=True) for number in told.residents)
                    self._office.people.add(to, *arrived)

    def copy(self, act: PlannedAct) -> None:
        """At the counter of another municipality: by the services, since no system of a town issues copies."""
        counter = self._elsewhere(act)
        with self._office.people.claimed(act.town, act.pick) as found:
            for one in found:
                record = self._record(act.town, one)
                if record is not None:
                    filing = copies.read_filing(filings.copy(act, act.town, record))
                    self._office.history.add(self._office.issue(counter, act, filing))

    def _elsewhere(self, act: PlannedAct) -> str:
        others = [town for town in self._office.site.among.municipalities if town != act.town]
        return others[act.other % len(others)]


_DO: Mapping[ActKind, Callable[[Clerk, PlannedAct], None]] = {
    ActKind.BIRTH: Clerk.birth,
    ActKind.ARRIVAL: Clerk.arrival,
    ActKind.WITHIN: Clerk.within,
    ActKind.BETWEEN: Clerk.between,
    ActKind.ABROAD: Clerk.abroad,
    ActKind.DEATH: Clerk.death,
    ActKind.CODE: Clerk.code,
    ActKind.CORRECTION: Clerk.correction,
    ActKind.UNDO: Clerk.undo,
    ActKind.COPY: Clerk.copy,
}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items() if one is not None}
    return value


class Office:
    """All clerks, what they share, and the counters at which copies are issued."""

    def __init__(self, site: Site, plan: Plan, people: Population, history: History) -> None:
        self.site, self.plan, self.people, self.history = site, plan, people, history
        self.closed = threading.Event()
        """No further act is begun."""
        self.given_up = threading.Event()
        """No further try is made."""
        self._counters: dict[str, Context] = {}
        self._open = {town: ExitStack() for town in site.among.municipalities}
        self._at_counter = {town: threading.Lock() for town in site.among.municipalities}
        """Held while a copy is issued there, and while the counter is closed."""
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Open the counters and let the clerks begin."""
        for town in self.site.among.municipalities:
            self._open_counter(town)
        begun = time.monotonic()
        clerks = [Clerk(self, number) for number in sorted({act.clerk for act in self.plan.acts})]
        self._threads = [threading.Thread(target=one.work, args=(begun,), daemon=True) for one in clerks]
        for thread in self._threads:
            thread.start()

    def close(self, *, patience: float) -> None:
        """Begin no act any more; let those begun come to their answer, for so many seconds."""
        self.closed.set()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.given_up.set()
        for thread in self._threads:
            thread.join(30)
        for counter in self._open.values():
            counter.close()
        self.history.close()

    def _open_counter(self, town: str) -> None:
        node = self._open[town].enter_context(open_node(load(self.site.config_file(town)), Role.OFFICE))
        self._counters[town] = node.context

    @contextmanager
    def closed_counter(self, node: str) -> Iterator[None]:
        """While a municipality's register is put back nobody issues copies there; who lives there is learnt anew."""
        if node not in self._at_counter:
            yield
            return
        with self._at_counter[node]:
            self._open[node].close()
            yield
            self._open_counter(node)
        self.people.renew(self.site, node)

    def issue(self, counter: str, act: PlannedAct, filing: copies.CopyFiling) -> Told:
        """Issue a copy; tries again with the same application until it is issued or refused."""
        claim = OperatorClaim(CLERK.operator_id, f"a{act.number}-1")
        about = (act.number, counter, "copy", f"a{act.number}-1")
        while not self.given_up.is_set():
            try:
                with self._at_counter[counter]:
                    ctx = self._counters[counter]
                    issued = copies.issue_nationwide_copy(ctx, claim, filing, lambda _: b"%PDF")
            except JukinetError as error:
                if error.kind in _PASSING:
                    self.given_up.wait(0.3)
                    continue
                return Told(*about, TURNED_AWAY, (), (error.kind.value,), time.time())
            if isinstance(issued, Refused):
                rules = tuple(one.rule for one in issued.failed)
                if RECOVERING in rules:
                    self.given_up.wait(0.3)
                    continue
                return Told(*about, REFUSED, (), rules, time.time())
            return Told(*about, DONE, (), (issued.issue_no,), time.time())
        return Told(*about, UNKNOWN, at=time.time())


_PASSING = frozenset({ErrorKind.UNAVAILABLE, ErrorKind.EXPIRED, ErrorKind.INTERNAL, ErrorKind.CONFIGURATION})
"""What goes away when a database, a line or a clock is well again."""
