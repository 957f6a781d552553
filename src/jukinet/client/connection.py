"""One mutually authenticated connection to a node, kept open.

A short form of ``jukinet.transport.connections``, which an organ does not install. It sends nothing before
the server has proved to be the node that is meant, and tries again only when the line itself fails: the
request carries its own id, by which the node knows it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import urllib3
from urllib3.connection import HTTPSConnection

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.certificates import require_node
from jukinet.messages.problem_documents import MEDIA_TYPE

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the node, of whatever status."""

    status: int
    content_type: str
    body: bytes
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try.

    ``attempts``: how often a request is sent while the line fails; ``pause``: seconds between, doubled each
    time; ``connect`` and ``read``: seconds to connect and to wait for an answer.
    """

    attempts: int = 3
    pause: float = 0.2
    connect: float = 5.0
    read: float = 30.0


class _NodeConnection(HTTPSConnection):
    def __init__(self, *args: Any, node: NodeId, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._node = node

    def connect(self) -> None:
        super().connect()
        try:
            require_node(self.sock.getpeercert(), self._node)  # type: ignore[union-attr]
        except JukinetError:
            self.close()
            raise


class _NodePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _NodeConnection


class NodeLine:
    """The line to the door of one node at ``url`` (``https://host:port``). Safe to share between threads."""

    def __init__(
        self, url: str, node: NodeId, *, cert: Path, key: Path, ca: Path, patience: Patience | None = None
    ) -> None:
        self._node = node
        self._patience = patience or Patience()
        parsed = urllib3.util.parse_url(url)
        if parsed.scheme != "https" or not parsed.host or (parsed.path or "/") != "/" or parsed.auth:
            raise JukinetError(
                ErrorKind.CONFIGURATION, "The node's address must have the form https://host:port."
            )
        self._pool = _NodePool(
            parsed.host,
            parsed.port or 443,
            timeout=urllib3.Timeout(connect=self._patience.connect, read=self._patience.read),
            maxsize=8,
            ssl_context=_context(cert, key, ca),
            node=node,
        )

    def post(
        self, path: str, body: bytes, *, limit: int, fields: Callable[[], Mapping[str, str]] = dict
    ) -> Reply:
        """POST JSON and return the answer, of at most ``limit`` bytes.

        ``fields`` is called each time that the request is sent, for header fields such as a signature.

        Raises ``JukinetError``: UNAVAILABLE if the line fails every time or no answer comes, UNAUTHENTIC if
        one side does not prove itself to the other, TOO_LARGE.
        """
        return self._tried(lambda: self._once("POST", path, body, limit, {"Content-Type": JSON, **fields()}))

    def get(self, path: str, *, limit: int) -> Reply:
        """GET an answer of at most ``limit`` bytes; raises as ``post`` does."""
        return self._tried(lambda: self._once("GET", path, None, limit, {}))

    def _tried(self, once: Callable[[], Reply]) -> Reply:
        for attempt in range(max(1, self._patience.attempts)):
            if attempt:
                time.sleep(self._patience.pause * 2 ** (attempt - 1))
            try:
                return once()
            except _LineFailedError as error:
                failed = error
        raise JukinetError(ErrorKind.UNAVAILABLE, str(failed)) from failed

    def close(self) -> None:
        self._pool.close()

    def _once(
        self, method: str, path: str, body: bytes | None, limit: int, fields: Mapping[str, str]
    ) -> Reply:
        headers = {"Accept": f"{JSON}, {MEDIA_TYPE}", **fields}
        with self._exchange(method, path, body, headers) as response:
            return self._read(response, limit)

    @contextmanager
    def opened(
        self, method: str, path: str, body: bytes | BinaryIO | None, headers: Mapping[str, str]
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """One request, and its answer to be read piece by piece in the block; not tried again.

        Raises ``JukinetError`` as ``post`` does, also where the line fails while the answer comes.
        """
        try:
            with self._exchange(method, path, body, headers) as response:
                try:
                    yield response
                finally:
                    response.close()
        except _LineFailedError as error:
            raise JukinetError(ErrorKind.UNAVAILABLE, str(error)) from error

    @contextmanager
    def _exchange(
        self, method: str, path: str, body: bytes | BinaryIO | None, headers: Mapping[str, str]
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        try:
            yield self._pool.urlopen(
                method,
                path,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except urllib3.exceptions.SSLError as error:
            raise self._tls_failure(error) from error
        except urllib3.exceptions.ProtocolError as error:
            raise self._hung_up() from error
        except urllib3.exceptions.NewConnectionError as error:
            raise _LineFailedError(self._unavailable().message) from error
        except urllib3.exceptions.HTTPError as error:
            raise self._unavailable() from error

    def _read(self, response: urllib3.BaseHTTPResponse, limit: int) -> Reply:
        data = response.read(limit + 1)
        if len(data) > limit:
            response.close()
            raise JukinetError(
                ErrorKind.TOO_LARGE, f"The answer of {self._node} is larger than {limit} bytes."
            )
        response.release_conn()
        told = response.headers
        return Reply(response.status, told.get("Content-Type", ""), data, told.get("Retry-After", ""))

    def _tls_failure(self, error: urllib3.exceptions.SSLError) -> Exception:
        cause = error.args[0] if error.args else None
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
            return self._hung_up()
        return JukinetError(
            ErrorKind.UNAUTHENTIC,
            f"The connection to {self._node} failed because one side refused the other's certificate;"
            " check certificate, key and CA.",
        )

    def _hung_up(self) -> _LineFailedError:
        # What a refused certificate looks like from here too: the server hangs up on the handshake.
        return _LineFailedError(
            f"{self._node} closed the connection without an answer: it is stopping, or does not accept our"
            " certificate."
        )

    def _unavailable(self) -> JukinetError:
        return JukinetError(ErrorKind.UNAVAILABLE, f"{self._node} cannot be reached now; try again later.")


class _LineFailedError(Exception):
    """No connection, or it ended before an answer was complete; says what the user is told."""


def _context(cert: Path, key: Path, ca: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_verify_locations(ca)
        # An empty password: an encrypted key is an error, not a prompt.
        context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"Certificate {cert}, key {key} and CA {ca} must be readable PEM files, not encrypted;"
            " certificate and key must belong together.",
        ) from error
    return context
