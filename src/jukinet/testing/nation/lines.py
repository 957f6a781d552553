"""The nation's network: real services for thousands of nodes over a few connections, and one scheduler of what is due.

A connection serves a fixed share of the nodes in one database role, so that it keeps only their tables in mind. TLS is
replaced by a call: what it would prove, who sends, is handed over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager

import psycopg
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


class _Connection:
    """One connection, and the schema that it looks at now."""

    def __init__(self, conninfo: str) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SESSION_SETTINGS.items())
        # Nothing is prepared: the same text means other tables in each schema.
        self.raw: psycopg.Connection[DictRow] = psycopg.connect(
            conninfo, autocommit=True, row_factory=dict_row, options=options, prepare_threshold=None
        )
        self.lock = threading.Lock()
        self.schema = ""


class _Shared(Database):
    """A node's database over a connection that it shares with others."""

    def __init__(self, connection: _Connection, schema: str) -> None:
        self.schema = schema
        self._shared = connection

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        shared = self._shared
        with shared.lock, translated():
            if shared.schema != self.schema:
                shared.raw.execute("SELECT set_config('search_path', %s, false)", (self.schema,))
                shared.schema = self.schema
            with shared.raw.transaction():
                yield Transaction(shared.raw)

    def close(self) -> None:
        """The connection is the nation's to close."""


class _Line(Line):
    """Hands frames over, and tells the scheduler who may have something to send now."""

    federation: Nation

    def deliver(self, sender: NodeId, to: NodeId, stream: Stream, data: bytes) -> bytes:
        answer = incoming.receive_frame(self.federation.context(to, NETWORK), sender, stream, data)
        if to.role is not NodeRole.MUNICIPALITY or stream is Stream.MOVE:
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
        shares: dict[str, int] | None = None,
    ) -> None:
        super().__init__(conninfo, nodes, seed=seed)
        self.line = _Line(self)
        self._place = {node: index for index, node in enumerate(nodes)}
        self._connections = {
            role: [_Connection(conninfo(role)) for _ in range(count)]
            for role, count in (shares or SHARES).items()
        }
        self._contexts: dict[tuple[NodeId, str], Context] = {}
        self._due: set[NodeId] = set()
        self.sent = 0

    def _database(self, node: NodeId, role: str) -> Database:
        share = self._connections[role]
        return _Shared(share[self._place[node] % len(share)], node.schema)

    def context(self, node: object, role: str = OFFICE) -> Context:
        """As ``Federation.context``; made once, since keys are worked out from their seeds."""
        key = (node if isinstance(node, NodeId) else node.node_id, role)  # type: ignore[attr-defined]
        if key not in self._contexts:
            self._contexts[key] = super().context(*key)
        return self._contexts[key]

    def wake(self, node: NodeId) -> None:
        self._due.add(node)

    def drain(self, pool: Executor) -> None:
        """Let every node that is due send, until none is."""
        while self._due:
            due, self._due = sorted(self._due, key=str), set()
            self.sent += sum(pool.map(self._send_all, due))

    def _send_all(self, node: NodeId) -> int:
        ctx = self.context(node, WORKER)
        sent = 0
        while outgoing.prepare(ctx):
            """Five hundred at a time."""
        for peer, stream in outgoing.due_lanes(ctx):
            while taken := outgoing.send(ctx, peer, stream):
                sent += taken
        return sent

    def close(self) -> None:
        for share in self._connections.values():
            for one in share:
                one.raw.close()
