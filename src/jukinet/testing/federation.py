"""A whole network in one process, for tests: real services on a real database, joined by lines that can fail.

Owns the fakes of the four seams: clock, randomness, peers, signers (the signers are real keys from a seed). Each
node has three contexts, one for each database role that serves it, so that grants are tested on the way.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, NodeRole, OrganSlug
from jukinet.law.decisions import Permitted
from jukinet.messages import frames
from jukinet.messages.directory import Directory, NodeEntry, OrganEntry, SignaturePolicy
from jukinet.messages.keys import KeyUse, Signer, SigningKey
from jukinet.messages.kinds import CallKind, Stream
from jukinet.services import (
    audit_tree,
    call_answers,
    card_lapses,
    designation,
    due,
    handshakes,
    incoming,
    outgoing,
    recovery,
    settings,
)
from jukinet.services.context import Context
from jukinet.services.key_ring import KeyRing
from jukinet.services.line import GuardedPeers
from jukinet.services.operators import OperatorClaim
from jukinet.store import dumps, lives
from jukinet.store.database import Database
from jukinet.store.dumps import Dump
from jukinet.store.lives import Done
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI, municipality_name

T = TypeVar("T")

NODES: tuple[NodeId, ...] = (
    NATIONAL,
    NodeId("pref-13"),
    NodeId("pref-07"),
    *(code.node_id for code in (KUNITACHI, CHIYODA, FUKUSHIMA, YAMATSURI)),
)
"""A small network; Yamatsuri keeps a register and is not connected."""

USES = (KeyUse.STATEMENT, KeyUse.ANSWER, KeyUse.LOG)
"""The keys of each node."""

OFFICE, NETWORK, WORKER = "office", "network", "worker"

EPOCH = datetime(2013, 7, 8, 1, 0, tzinfo=UTC)
CLERK = OperatorClaim("sato", "counter-1")
"""Enrolled at every node with every permission."""


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime = EPOCH) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


class OneKeyEach(dict[KeyUse, Signer]):
    """Signers that are never rotated."""

    def at(self, use: KeyUse, moment: datetime) -> Signer:  # noqa: ARG002 - the seam's signature
        return self[use]


class SeededRandomness:
    """The same choices in every run."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        return self._random.sample(items, count)


@dataclass
class Line:
    """What joins the nodes. Cut lines, lost answers and tapped frames are set by the test."""

    federation: Federation
    cut: set[NodeId] = field(default_factory=set)
    lose_answers: int = 0
    """How many of the next deliveries arrive without their answer coming back."""
    tap: Callable[[frames.Frame], frames.Frame | None] = lambda frame: frame
    """Sees every frame; may alter it, or drop it by returning None."""

    def _require(self, *nodes: NodeId) -> None:
        if self.cut.intersection(nodes):
            raise JukinetError(ErrorKind.UNAVAILABLE, "The line is cut.")

    def deliver(self, sender: NodeId, to: NodeId, stream: Stream, data: bytes) -> bytes:
        self._require(sender, to)
        frame = self.tap(frames.read_frame(data))
        if frame is None:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The frame was lost.")
        receiver = self.federation.context(to, NETWORK)
        answer = incoming.receive_frame(receiver, sender, stream, frames.write_frame(frame))
        if self.lose_answers > 0:
            self.lose_answers -= 1
            raise JukinetError(ErrorKind.UNAVAILABLE, "The answer was lost.")
        return frames.write_answer(answer)

    def call(self, sender: NodeId, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        self._require(sender, to)
        answer = call_answers.answer_call(self.federation.context(to, NETWORK), sender, kind, envelope)
        if self.lose_answers > 0:
            self.lose_answers -= 1
            raise JukinetError(ErrorKind.UNAVAILABLE, "The answer was lost.")
        return answer

    def log(self, sender: NodeId, from_: NodeId, path: str) -> bytes:
        self._require(sender, from_)
        return audit_tree.serve(self.federation.context(from_, NETWORK), path)

    def handshake(self, sender: NodeId, to: NodeId, question: bytes) -> bytes:
        self._require(sender, to)
        answer = handshakes.answer_handshake(self.federation.context(to, NETWORK), sender, question)
        if self.lose_answers > 0:
            self.lose_answers -= 1
            raise JukinetError(ErrorKind.UNAVAILABLE, "The answer was lost.")
        return answer


@dataclass(frozen=True)
class LinePeers:
    """The peers of one node, over the shared line."""

    line: Line
    node: NodeId

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        return self.line.deliver(self.node, to, stream, frame)

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        return self.line.call(self.node, to, kind, envelope)

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        return self.line.handshake(self.node, to, question)

    def fetch_log(self, from_: NodeId, path: str) -> bytes:
        return self.line.log(self.node, from_, path)

    def fetch_directory(self, from_: NodeId) -> bytes:
        raise JukinetError(ErrorKind.UNAVAILABLE, f"{from_} serves no directory in this process.")


def signing_key(node: NodeId, use: KeyUse) -> SigningKey:
    """The key of a node, from a seed that everyone can work out: for tests only."""
    return SigningKey.from_seed(hashlib.sha256(f"{node} {use}".encode()).digest(), use)


def node_name(node: NodeId) -> str:
    """A node's name as the directory gives it."""
    if node.municipality is not None:
        return municipality_name(node.municipality)
    return node.prefecture.name if node.prefecture else "指定情報処理機関"


def make_directory(nodes: Iterable[NodeId], *, version: int = 1, issued_at: datetime = EPOCH) -> Directory:
    """A directory of the nodes with their keys, Yamatsuri not connected, and two organs."""
    span = (EPOCH - timedelta(days=400), EPOCH + timedelta(days=4000))

    def entry(node: NodeId) -> NodeEntry:
        out = node == YAMATSURI.node_id
        return NodeEntry(
            id=node,
            name=node_name(node),
            url="https://localhost",
            keys=tuple(signing_key(node, use).public(*span) for use in USES),
            connected=not out,
            since=date(2002, 8, 5),
            reason="the municipality does not take part" if out else None,
            delegates=node.role is NodeRole.PREFECTURE,
        )

    organs = (
        OrganEntry(OrganSlug("japan-pension-service"), "日本年金機構", (), SignaturePolicy.TLS_ONLY),
        OrganEntry(OrganSlug("mofa"), "外務省", (), SignaturePolicy.TLS_ONLY),
    )
    return Directory(version, issued_at, tuple(entry(node) for node in nodes), organs)


@dataclass(frozen=True)
class Copied:
    """A backup in memory."""

    dump: Dump
    held: Mapping[str, bytes]
    taken_at: datetime


class Federation:
    """Nodes on one database, a schema each. ``conninfo`` gives the connection text for a role's short name."""

    def __init__(
        self, conninfo: Callable[[str], str], nodes: Sequence[NodeId] = NODES, *, seed: int = 0
    ) -> None:
        self.clock = FakeClock()
        self.randomness = SeededRandomness(seed)
        self.nodes = tuple(nodes)
        self.line = Line(self)
        self.directory = make_directory(nodes)
        self.incarnations: dict[NodeId, int] = {}
        self.added_keys: dict[NodeId, list[SigningKey]] = {}
        """Private keys beside a node's first ones; the directory says from when they count."""
        self._conninfo = conninfo
        self._databases: dict[tuple[NodeId, str], Database] = {}

    def context(self, node: NodeId | MunicipalityCode, role: str = OFFICE) -> Context:
        """The node as a process of one database role sees it."""
        if isinstance(node, MunicipalityCode):
            node = node.node_id
        return Context(
            node=node,
            incarnation=self.incarnations.get(node, 1),
            database=self._database(node, role),
            clock=self.clock,
            randomness=self.randomness,
            peers=GuardedPeers(node, self._database(node, role), LinePeers(self.line, node)),
            signers=self._ring(node),
            directory=lambda: self.directory,
        )

    def _ring(self, node: NodeId) -> KeyRing:
        def private(use: KeyUse) -> list[Signer]:
            return [signing_key(node, use), *(key for key in self.added_keys.get(node, ()) if key.use is use)]

        return KeyRing(node, self.clock, lambda: self.directory, private)

    def _database(self, node: NodeId, role: str) -> Database:
        key = (node, role)
        if key not in self._databases:
            self._databases[key] = Database(self._conninfo(role), node.schema, most=2)
            self._databases[key].open()
        return self._databases[key]

    def close(self) -> None:
        for database in self._databases.values():
            database.close()
        self._databases.clear()

    def enrol_clerks(self, on: date = date(2013, 7, 8)) -> None:
        """Pin every node's business date and enrol ``CLERK`` with every permission."""
        for node in self.nodes:
            ctx = self.context(node)
            decision = settings.enrol_first_operator(ctx, CLERK.operator_id, "佐藤")
            if decision != Permitted(()):
                raise AssertionError("clerks are enrolled once, in an empty network")
            settings.set_business_date(ctx, CLERK, on)

    def set_date(self, on: date) -> None:
        """Every office turns its calendar."""
        for node in self.nodes:
            settings.set_business_date(self.context(node), CLERK, on)

    def designate(self, count: int = 50) -> None:
        """Give every connected municipality a pool of codes."""
        for node in self.nodes:
            if node.municipality is not None and self.context(node).is_connected(node):
                designation.designate_codes(self.context(NATIONAL), CLERK, node.municipality, count)
        self.run()

    def copy_of(self, node: NodeId) -> Copied:
        """Everything in a node's schema, as a backup has it."""
        held: dict[str, bytes] = {}

        def put(table: str, blocks: Iterable[bytes]) -> None:
            held[table] = b"".join(blocks)

        dump = dumps.write(self._conninfo("owner"), node.schema, put)
        return Copied(dump, held, self.clock.now())

    def put_back(
        self, node: NodeId, copied: Copied | None = None, journal: Sequence[Done] | None = None
    ) -> lives.Life:
        """Put a node back to a copy (None: to where it stands) and begin its next life; it recovers with ``run``."""
        if copied is not None:
            dumps.read(
                self._conninfo("owner"), node.schema, copied.dump, lambda name: iter((copied.held[name],))
            )
        self.incarnations[node] = self.incarnations.get(node, 1) + 1
        return recovery.begin(
            self.context(node, "owner"),
            backup_at=copied.taken_at if copied else None,
            last_audit=None,
            journal=journal,
        )

    def step(self) -> int:
        """One round of every node's worker; how many steps were taken."""
        steps = 0
        for node in self.nodes:
            ctx = self.context(node, WORKER)
            steps += recovery.go_on(ctx)
            steps += due.work(ctx)
            steps += card_lapses.record(ctx)
            steps += outgoing.prepare(ctx)
            for peer, stream in outgoing.due_lanes(ctx):
                steps += outgoing.send(ctx, peer, stream)
        return steps

    def run(self, *, rounds: int = 100) -> None:
        """Work until nothing moves. What cannot move now stays; the clock is not touched."""
        for _ in range(rounds):
            if not self.step():
                return
        raise AssertionError("the federation does not come to rest")

    def unsent(self) -> int:
        return sum(outgoing.unsent(self.context(node, WORKER)) for node in self.nodes)
