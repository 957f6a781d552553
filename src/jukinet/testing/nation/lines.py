"""The nation's network: real services for thousands of nodes over a few connections, and one scheduler of what is due.

A connection serves a fixed share of the nodes in one database role, so that it keeps only their tables in mind. TLS is
replaced by a call: what it would prove, who sends, is handed over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg._preparing import PrepareManager
from psycopg.rows import DictRow, dict_row

from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.messages import frames
from jukinet.messages.kinds import Stream
from jukinet.services import incoming, outgoing
from jukinet.services.context import Context
from jukinet.store.database import SESSION_SETTINGS, Database, Transaction
from jukinet.store.errors import translated
from jukinet.testing.federation import NETWORK, OFFICE, WORKER, Federation, Line

SHARES = {OFFICE: 10, NETWORK: 11, WORKER: 11}
"""Connections of each role: 32 together."""
ONE_EACH = {OFFICE: 1, NETWORK: 1, WORKER: 1}
SAY_SOMETHING = {
    (NodeRole.MUNICIPALITY, Stream.MOVE),
    (NodeRole.MUNICIPALITY, Stream.KOSEKI),
    (NodeRole.PREFECTURE, Stream.IDENTITY),
}
"""Who has something to say when frames of which stream have come: nobody else is asked."""

_TURN = {NodeRole.MUNICIPALITY: 0, NodeRole.PREFECTURE: 1, NodeRole.NATIONAL: 2}


class Connection:
    """One connection, and the schema that it looks at now."""

    def __init__(self, conninfo: str) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SESSION_SETTINGS.items())
        self.raw: psycopg.Connection[DictRow] = psycopg.connect(
            conninfo, autocommit=True, row_factory=dict_row, options=options
        )
        self.lock = threading.Lock()
        self.schema = ""
        self.plans: list[_Plans] = []


class _Plans(PrepareManager):
    """Statements that a connection has prepared for one schema: the same text means other tables in each."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._prepared_idx = place << 20  # Names of one connection are different.

    def _should_discard(self, *_: object) -> bool:
        return False  # Nothing that they rest on is dropped here; and it would forget those of all schemas.


class Shared(Database):
    """A node's database over a connection that it shares with others."""

    def __init__(self, connection: Connection, schema: str, *, prepared: bool = False) -> None:
        self.schema = schema
        self._shared = connection
        self._plans = _Plans(len(connection.plans))
        self._plans.prepare_threshold = 1 if prepared else None
        connection.plans.append(self._plans)
        # One message for both: a transaction has few statements, and the connection goes from node to node.
        self._look_here = sql.SQL("SET search_path TO {}; BEGIN").format(sql.Identifier(schema)).as_string()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        shared = self._shared
        with shared.lock, translated():
            shared.raw._prepared = self._plans  # noqa: SLF001 - psycopg knows one schema a connection
            shared.raw.execute("BEGIN" if shared.schema == self.schema else self._look_here)
            try:
                yield Transaction(shared.raw)
            except BaseException:
                shared.raw.execute("ROLLBACK")  # Where it looks is undone too.
                raise
            shared.raw.execute("COMMIT")
            shared.schema = self.schema

    def close(self) -> None:
        """The connection is the nation's to close."""


Connections = Mapping[str, Sequence[Connection]]


def connect(conninfo: Callable[[str], str], shares: Mapping[str, int]) -> Connections:
    """So many connections of each role."""
    return {role: [Connection(conninfo(role)) for _ in range(count)] for role, count in shares.items()}


class InProcess(Line):
    """Hands frames over, and tells the scheduler who has something to say because of it."""

    federation: Nation

    def deliver(self, sender: NodeId, to: NodeId, stream: Stream, data: bytes) -> bytes:
        answer = incoming.receive_frame(self.federation.context(to, NETWORK), sender, stream, data)
        if (to.role, stream) in SAY_SOMETHING:
            self.federation.wake(to)
        return frames.write_answer(answer)


class Nation(Federation):
    """Every node of the country. ``wake`` says that a node may have something to send; ``drain`` sends it all."""

    def __init__(
        self,
        conninfo: Callable[[str], str],
        nodes: Sequence[NodeId],
        *,
        seed: int = 0,
        connections: Connections | None = None,
    ) -> None:
        super().__init__(conninfo, nodes, seed=seed)
        self.line = InProcess(self)
        self._place = {node: index for index, node in enumerate(nodes)}
        self._connections = connections or connect(conninfo, SHARES)
        self._contexts: dict[tuple[NodeId, str], Context] = {}
        self._due: set[NodeId] = set()
        self.sent = 0

    def _database(self, node: NodeId, role: str) -> Database:
        share = self._connections[role]
        return Shared(share[self._place[node] % len(share)], node.schema, prepared=node.municipality is None)

    def context(self, node: object, role: str = OFFICE) -> Context:
        """As ``Federation.context``; made once, since keys are worked out from their seeds."""
        key = (node if isinstance(node, NodeId) else node.node_id, role)  # type: ignore[attr-defined]
        if key not in self._contexts:
            self._contexts[key] = super().context(*key)
        return self._contexts[key]

    def wake(self, node: NodeId) -> None:
        self._due.add(node)

    def drain(self, pool: Executor) -> None:
        """Let every node that is due send, until none is.

        Municipalities first, until they have told each other everything: a prefecture then hands on in one frame what
        came in twenty.
        """
        while self._due:
            first = min(_TURN[node.role] for node in self._due)
            due = sorted((node for node in self._due if _TURN[node.role] == first), key=str)
            self._due.difference_update(due)
            lanes = [lane for found in pool.map(self._prepare, due) for lane in found]
            self.sent += sum(pool.map(self._send, lanes))

    def _prepare(self, node: NodeId) -> list[tuple[Context, NodeId, Stream]]:
        """The lanes on which a node has something to send."""
        ctx = self.context(node, WORKER)
        while outgoing.prepare(ctx) >= outgoing.BATCH:
            """As long as a step may have left something."""
        return [(ctx, *lane) for lane in outgoing.due_lanes(ctx)]

    def _send(self, lane: tuple[Context, NodeId, Stream]) -> int:
        sent = taken = outgoing.send(*lane)
        while taken >= frames.MOST_SENT:
            taken = outgoing.send(*lane)
            sent += taken
        return sent

    def close(self) -> None:
        super().close()
        for share in self._connections.values():
            for one in share:
                one.raw.close()
