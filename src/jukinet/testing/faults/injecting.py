"""Breaking things at their moments, and mending them again. A fault that met nothing does not count."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

import psycopg

from jukinet.domain.errors import JukinetError
from jukinet.node.postgres import Role
from jukinet.node.processes import Part
from jukinet.testing.faults import books, hops, site
from jukinet.testing.faults.archives import Archive, Backup
from jukinet.testing.faults.books import EVIDENCE
from jukinet.testing.faults.clerks import Office
from jukinet.testing.faults.keeper import Keeper, wait_until
from jukinet.testing.faults.lines import Line
from jukinet.testing.faults.plan import ARCHIVE, FaultKind, PlannedFault
from jukinet.testing.faults.site import LIVE
from jukinet.transport.tls import TlsFiles

T = TypeVar("T")

WAITS_LONGER = 6.0
"""Seconds that a fault of a line waits beyond its time for something to meet."""
_FOR_ITS_PLACE = 15.0
"""Seconds that a fault waits for one before it at the same place."""
_INSISTS = 120.0
_SLOW = 0.15
"""Seconds by which a slow line holds back each piece."""
_FULL = ("statements", "outbox", "lane_in_items", "audit_entries")
"""Where a disk that is said to be full lets nothing be added."""


class World:
    """What can be broken: the lines, and through the keeper processes and databases."""

    def __init__(
        self,
        office: Office,
        keeper: Keeper,
        lines: Mapping[tuple[str, str], Line],
        disks: bool,
    ) -> None:
        self.site, self.office, self.keeper, self.lines = office.site, office, keeper, lines
        self.disks = disks
        """Whether each database has a disk of its own that can be full."""


class Injector:
    """Brings about the faults of a plan, each in a thread of its own.

    ``longer``: seconds that a fault waits beyond its time for something to meet.
    """

    def __init__(self, world: World, faults: tuple[PlannedFault, ...], longer: float = WAITS_LONGER) -> None:
        self._world = world
        self._longer = longer
        self._faults = faults
        self._busy: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self.met: Counter[FaultKind] = Counter()
        """Faults that met something, by their kind."""
        self.begun = 0

    def start(self) -> None:
        self._threads.append(threading.Thread(target=self._run, args=(time.monotonic(),), daemon=True))
        self._threads[0].start()

    def stop(self) -> None:
        """Begin no fault any more, and mend what is broken."""
        self._stopped.set()
        for thread in list(self._threads):
            thread.join(60)

    def _run(self, begun: float) -> None:
        for fault in self._faults:
            if self._stopped.wait(max(0.0, begun + fault.at_ms / 1000 - time.monotonic())):
                return
            thread = threading.Thread(target=self._bring, args=(fault,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _bring(self, fault: PlannedFault) -> None:
        what = (_PLACE[fault.kind], fault.where)
        # One at a time in one place: who mends the one would mend the other.
        if not wait_until(lambda: self._take(what), _FOR_ITS_PLACE, 0.1):
            return
        try:
            self.begun += 1
            if _DO[fault.kind](self, fault):
                with self._lock:
                    self.met[fault.kind] += 1
        except (JukinetError, OSError, psycopg.Error):
            pass  # what was to be broken was gone already: this fault met nothing
        finally:
            with self._lock:
                self._busy.discard(what)

    def _take(self, what: tuple[str, str]) -> bool:
        with self._lock:
            if what in self._busy:
                return False
            self._busy.add(what)
            return True

    def _last(self, fault: PlannedFault) -> None:
        self._stopped.wait(fault.lasts_ms / 1000)

    def _process(self, fault: PlannedFault) -> bool:
        part = Part(fault.how)
        wait_until(lambda: self._world.keeper.lives(fault.where, part), self._longer)
        return self._world.keeper.kill(fault.where, part, down=fault.lasts_ms / 1000)

    def _database(self, fault: PlannedFault) -> bool:
        return self._world.keeper.kill_database(fault.where, down=fault.lasts_ms / 1000)

    def _line(self, fault: PlannedFault) -> Line:
        sender, receiver = fault.where.split(">")
        return self._world.lines[sender, receiver]

    def _cut(self, fault: PlannedFault) -> bool:
        return self._fail(fault, Line.cut if fault.how == "refuse" else Line.lose_answers)

    def _delay(self, fault: PlannedFault) -> bool:
        return self._fail(fault, (lambda line: line.slow(_SLOW)) if fault.how == "slow" else Line.swallow)

    def _fail(self, fault: PlannedFault, manner: Callable[[Line], None]) -> bool:
        line = self._line(fault)
        before = line.touched
        manner(line)
        try:
            self._last(fault)
            wait_until(lambda: line.touched > before or self._stopped.is_set(), self._longer)
        finally:
            line.heal()
        return line.touched > before

    def _frames(self, fault: PlannedFault) -> bool:
        line = self._line(fault)
        sender, receiver = fault.where.split(">")
        files: tuple[TlsFiles, TlsFiles] = (self._world.site.tls(sender), self._world.site.tls(receiver))
        hop = hops.Hop(*files, self._world.site.doors[receiver])
        hop.manner = fault.kind.value
        before = line.lead_to(hop.port)
        try:
            self._last(fault)
            wait_until(lambda: hop.touched > 0 or self._stopped.is_set(), self._longer)
        finally:
            line.lead_to(before)
            hop.close()
        return hop.touched > 0

    def _clock(self, fault: PlannedFault) -> bool:
        file = self._world.site.clock_file(fault.where)
        file.write_text(fault.how, "ascii")
        try:
            self._last(fault)
        finally:
            file.write_text("0", "ascii")
        return True

    def _disk(self, fault: PlannedFault) -> bool:
        world = self._world
        if not world.disks:
            return self._failing_store(fault)
        # A server may end of a full disk; it does not start before there is room again.
        world.keeper.hold_database(fault.where, down=fault.lasts_ms / 1000)
        place = world.site.cluster_home(fault.where)
        full = site.fill(place)
        try:
            self._last(fault)
        finally:
            site.resize(place)
        return full

    def _restore(self, fault: PlannedFault) -> bool:
        """Make a backup, let the node go on for a while, end it, and put it back; what stood there is noted first."""
        world, node = self._world, fault.where
        # Where nodes share a server, its WAL is not one node's.
        archived = fault.how == ARCHIVE and not world.site.shared
        kind: type[Archive | Backup] = Archive if archived else Backup
        old = _insist(lambda: kind(world.site, node))
        self._last(fault)
        with world.keeper.stopped(node), world.office.closed_counter(node):
            place, evidence = world.site.place(node), world.site.home / f"{EVIDENCE}-{fault.number}.json"
            _insist(lambda: books.note_evidence(place, evidence, archived=archived))
            if archived:
                with world.keeper.server_aside(node):
                    old.put_back()
            # One that is interrupted is made whole by another: its server may be killed meanwhile.
            _insist(old.begin_life)
        return True

    def _failing_store(self, fault: PlannedFault) -> bool:
        """What a full disk says, said by the database: for users who may not make disks."""
        schema = self._world.site.config(fault.where).node.schema
        with self._world.site.cluster(fault.where).connect(Role.OWNER, LIVE, autocommit=True) as connection:
            connection.execute(f"SET search_path = {schema}")
            connection.execute("SET lock_timeout = '5s'")
            connection.execute(
                f"CREATE OR REPLACE FUNCTION {site.FULL_FOR}() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
            )
            tables = [name for name in _FULL if _exists(connection, schema, name)]
            for name in tables:
                connection.execute(
                    f"CREATE OR REPLACE TRIGGER {site.FULL_FOR} BEFORE INSERT ON {name}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION {site.FULL_FOR}()"
                )
        try:
            self._last(fault)
        finally:
            mended = wait_until(lambda: self._mend_store(fault.where, schema), 30)
        return mended

    def _mend_store(self, node: str, schema: str) -> bool:
        try:
            with self._world.site.cluster(node).connect(Role.OWNER, LIVE, autocommit=True) as connection:
                connection.execute(f"SET search_path = {schema}")
                connection.execute("SET lock_timeout = '5s'")
                connection.execute(f"DROP FUNCTION IF EXISTS {site.FULL_FOR}() CASCADE")
        except (JukinetError, psycopg.Error):
            return False
        return True


def _insist(do: Callable[[], T]) -> T:
    """Do what must be done at last, whatever is broken meanwhile."""
    deadline = time.monotonic() + _INSISTS
    while True:
        try:
            return do()
        except (JukinetError, psycopg.Error, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _exists(connection: psycopg.Connection[tuple[object, ...]], schema: str, table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (f"{schema}.{table}",)).fetchone()
    return row is not None and row[0] is not None


_PLACE: Mapping[FaultKind, str] = {
    FaultKind.PROCESS: "process",
    FaultKind.DATABASE: "database",
    FaultKind.DISK: "database",
    FaultKind.RESTORE: "database",
    FaultKind.CUT: "line",
    FaultKind.DELAY: "line",
    FaultKind.DUPLICATE: "line",
    FaultKind.REORDER: "line",
    FaultKind.CLOCK: "clock",
}
"""Faults of one place come one after the other."""

_DO: Mapping[FaultKind, Callable[[Injector, PlannedFault], bool]] = {
    FaultKind.PROCESS: Injector._process,  # noqa: SLF001 - a table of this class's own methods
    FaultKind.DATABASE: Injector._database,  # noqa: SLF001
    FaultKind.CUT: Injector._cut,  # noqa: SLF001
    FaultKind.DELAY: Injector._delay,  # noqa: SLF001
    FaultKind.DUPLICATE: Injector._frames,  # noqa: SLF001
    FaultKind.REORDER: Injector._frames,  # noqa: SLF001
    FaultKind.CLOCK: Injector._clock,  # noqa: SLF001
    FaultKind.DISK: Injector._disk,  # noqa: SLF001
    FaultKind.RESTORE: Injector._restore,  # noqa: SLF001
}
"""How each kind is brought about; whether it met something."""
