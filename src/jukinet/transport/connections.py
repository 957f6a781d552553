"""Connections to one node: kept open, mutually authenticated, and only ever to the node that is meant.

Owns the exchange of one request and answer and what its failures mean. ``jukinet.client`` has its own
short form of this, since an organ installs it without the rest.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import urllib3
from urllib3.connection import HTTPSConnection

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.certificates import require_node
from jukinet.messages.problem_documents import read_problem

KEPT_OPEN = 8
"""Connections to one node that are kept open between requests; a handshake costs 1.5 ms of server time."""


class NodeConnection(HTTPSConnection):
    """A connection that sends nothing before the server has proved to be the node that is meant.

    The host name alone would not do: one machine may serve many nodes.
    """

    def __init__(
        self, *args: Any, node: NodeId, certified_since: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._node = node
        self._certified_since = certified_since

    def connect(self) -> None:
        super().connect()
        try:
            shown = self.sock.getpeercert()  # type: ignore[union-attr]
            require_node(shown, self._node, self._certified_since)
        except JukinetError:
            self.close()
            raise


class NodePool(urllib3.HTTPSConnectionPool):
    """The open connections to one node."""

    ConnectionCls = NodeConnection


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, seconds without an answer, bytes of an answer."""

    connect: float = 5.0
    read: float = 30.0
    answer: int = 16 * 2**20


def open_pool(
    node: NodeId,
    url: str,
    context: ssl.SSLContext,
    limits: Limits,
    certified_since: datetime | None = None,
) -> NodePool:
    """A pool for the node at ``url`` (https, host and port only; anything else is CONFIGURATION)."""
    parsed = urllib3.util.parse_url(url)
    if (
        parsed.scheme != "https"
        or not parsed.host
        or parsed.auth
        or (parsed.path or "/") != "/"
        or parsed.query
    ):
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"The directory's address of {node} must have the form https://host:port.",
        )
    timeout = urllib3.Timeout(connect=limits.connect, read=limits.read)
    return NodePool(
        parsed.host,
        parsed.port or 443,
        timeout=timeout,
        maxsize=KEPT_OPEN,
        ssl_context=context,
        node=node,
        certified_since=certified_since,
    )


def exchange(
    pool: NodePool,
    node: NodeId,
    path: str,
    body: bytes | None,
    limits: Limits,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """POST ``body`` (or GET without one) and return the bytes of a 200 answer; ``more``: headers besides the usual.

    A line that drops is tried once more: frames and calls are safe to send twice. Raises
    ``JukinetError``: the kind of the peer's problem document, UNAVAILABLE, or UNAUTHENTIC.
    """
    try:
        return _once(pool, node, path, body, limits, more or {})
    except _LineDroppedError:
        pass
    try:
        return _once(pool, node, path, body, limits, more or {})
    except _LineDroppedError as error:
        # What a refused certificate looks like from here too: the server hangs up on the handshake.
        raise JukinetError(
            ErrorKind.UNAVAILABLE,
            f"{node} closed the connection without an answer: it is stopping, or does not accept our"
            " certificate.",
        ) from error


def unavailable(node: NodeId) -> JukinetError:
    return JukinetError(ErrorKind.UNAVAILABLE, f"{node} cannot be reached now; try again later.")


class _LineDroppedError(Exception):
    """The connection ended before an answer was complete."""


def _once(
    pool: NodePool, node: NodeId, path: str, body: bytes | None, limits: Limits, more: Mapping[str, str]
) -> bytes:
    headers = {"Accept": "application/json, application/problem+json", **more}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        response = pool.urlopen(
            "GET" if body is None else "POST",
            path,
            body=body,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        return _read(response, node, limits)
    except urllib3.exceptions.SSLError as error:
        raise _tls_failure(node, error) from error
    except urllib3.exceptions.ProtocolError as error:
        raise _LineDroppedError from error
    except urllib3.exceptions.HTTPError as error:
        raise unavailable(node) from error


def _read(response: urllib3.BaseHTTPResponse, node: NodeId, limits: Limits) -> bytes:
    data = response.read(limits.answer + 1)
    if len(data) > limits.answer:
        response.close()
        raise JukinetError(ErrorKind.TOO_LARGE, f"The answer of {node} is larger than {limits.answer} bytes.")
    response.release_conn()
    if response.status != 200:
        told = response.headers
        found = read_problem(response.status, told.get("Content-Type", ""), data, told.get("Retry-After", ""))
        raise found.error(str(node))
    return data


def _tls_failure(node: NodeId, error: urllib3.exceptions.SSLError) -> Exception:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
        return _LineDroppedError()
    return JukinetError(
        ErrorKind.UNAUTHENTIC,
        f"The connection to {node} failed because one side refused the other's certificate; check both.",
    )
