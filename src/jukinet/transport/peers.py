"""Calls to other nodes over HTTPS: frames, calls, the directory.

Owns who is called where. What the bytes mean is in ``jukinet.messages``; when to try again is the
worker's business, but for a line that drops.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import routes
from jukinet.messages.directory import Directory, NodeEntry, told_not_connected
from jukinet.messages.kinds import CallKind, Stream
from jukinet.transport.connections import Limits, NodePool, exchange, open_pool
from jukinet.transport.tls import Stamp, TlsFiles, client_context


class HttpPeers:
    """The other nodes, reached by their addresses in the directory. Safe to share between threads.

    A renewed certificate is taken up with the next request: its files are looked at every time. ``gateways`` are
    addresses by which this site reaches a node instead of the directory's own; who answers there is proved all
    the same. ``here``: whose calls these are; a ward's go through its city (``jukinet.messages.routes``).
    """

    def __init__(
        self,
        files: TlsFiles,
        directory_of: Callable[[], Directory],
        limits: Limits | None = None,
        gateways: Mapping[NodeId, str] | None = None,
        *,
        here: NodeId,
    ) -> None:
        self._here = here
        self._gateways = dict(gateways or {})
        self._files = files
        self._directory_of = directory_of
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._stamp: Stamp = ()
        self._context: ssl.SSLContext | None = None
        self._pools: dict[tuple[NodeId, str, datetime | None], NodePool] = {}

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        """Deliver a frame and return the frame answer."""
        return self._send(to, f"/network/v1/frames/{stream.value}", frame)

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        """Make a call and return the sealed answer."""
        return self._send(to, f"/network/v1/calls/{kind.value}", envelope)

    def fetch_directory(self, from_: NodeId) -> bytes:
        """The signed directory as ``from_`` has it."""
        return self._send(from_, "/network/v1/directory", None)

    def fetch_log(self, from_: NodeId, path: str) -> bytes:
        """A checkpoint, an admission or a tile of the audit log of ``from_``."""
        return self._send(from_, f"/network/v1/log/{path}", None)

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        """Shake hands after a restore, and return the peer's answer."""
        return self._send(to, "/network/v1/handshake", question)

    def pass_on(self, sender: NodeId, to: NodeId, path: str, body: bytes | None) -> bytes:
        """Hand what a node sends to another one station further, as it is, and return the answer."""
        return self._send(to, path, body, sender=sender)

    def close(self) -> None:
        """Close what is idle. A request in flight ends as it would."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _send(self, to: NodeId, path: str, body: bytes | None, *, sender: NodeId | None = None) -> bytes:
        self._entry(to)  # Where the addressee takes no part, it is not asked through its city either.
        sender = sender or self._here
        station = routes.next_station(self._directory_of(), self._here, sender, to, path)
        ends = {} if (sender, to) == (self._here, station) else _ends(sender, to)
        return exchange(self._pool(self._entry(station)), station, path, body, self._limits, ends)

    def _entry(self, to: NodeId) -> NodeEntry:
        """What the directory says of a node now: asked at every request, also on a connection that is open."""
        entry = self._directory_of().node(to)
        if entry is not None and entry.connected:
            return entry
        with self._lock:
            self._drop(to)
        if entry is None:
            raise JukinetError(ErrorKind.NOT_FOUND, f"{to} is not in the directory.")
        raise JukinetError(ErrorKind.NOT_CONNECTED, told_not_connected(entry))

    def _pool(self, entry: NodeEntry) -> NodePool:
        """The connections to a node; once its address changed or its certificate was revoked, others alone."""
        url, since = self._gateways.get(entry.id, entry.url), entry.certified_since
        with self._lock:
            context = self._current_context()
            pool = self._pools.get((entry.id, url, since))
            if pool is None:
                self._drop(entry.id)
                pool = open_pool(entry.id, url, context, self._limits, since)
                self._pools[entry.id, url, since] = pool
            return pool

    def _drop(self, node: NodeId) -> None:
        """Let go of every connection to a node. Threads that hold one finish on it; what is idle ends."""
        self._pools = {key: pool for key, pool in self._pools.items() if key[0] != node}

    def _current_context(self) -> ssl.SSLContext:
        try:
            stamp = self._files.stamp()
            if self._context is None or stamp != self._stamp:
                self._context = client_context(self._files)
                self._pools = {}  # dropped, as ``_drop`` does
                self._stamp = stamp
        except JukinetError:
            # A renewal half written: the old certificate serves until the new pair is whole.
            if self._context is None:
                raise
        return self._context


def _ends(sender: NodeId, to: NodeId) -> dict[str, str]:
    return {routes.SENDER: sender.text, routes.ADDRESSEE: to.text}
