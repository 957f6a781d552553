"""A door: one HTTPS server in one process, that serves only peers with a certificate of the network.

Owns the socket, the TLS context, signals and the end. What is served is an ASGI application of
``jukinet.network.problems.application``.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.network.escaped import WithoutMessages
from jukinet.network.tls import PeerCertificateProtocol
from jukinet.transport.tls import Stamp, TlsFiles, load_certificate, server_context

GRACEFUL_SECONDS = 10
"""How long requests in work may take to end after the door was told to close."""

KEEP_ALIVE_SECONDS = 75
"""How long an idle peer keeps its connection; longer than the worker's pause between deliveries."""

_log = logging.getLogger("jukinet.network")

_BIND_PROBLEMS = {
    errno.EADDRINUSE: "is already in use; stop the other program or choose another port in the configuration",
    errno.EACCES: "may not be opened by this user; choose a port above 1023 in the configuration",
    errno.EADDRNOTAVAIL: "is not on this machine; choose one of its addresses in the configuration",
}


class Door:
    """A server that is built, run in the calling thread, and stopped by a signal or from another thread.

    It binds exactly ``host`` (an IP address, or ``localhost`` for 127.0.0.1) and ``port`` (0: any that is
    free). ``ready`` is called with the port once requests are answered. A certificate that is replaced in
    its files serves new connections within ``watch_seconds``; open ones go on. A new CA needs a restart.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str,
        port: int,
        files: TlsFiles,
        ready: Callable[[int], None] | None = None,
        graceful_seconds: int = GRACEFUL_SECONDS,
        watch_seconds: float = 5.0,
    ) -> None:
        self._address = (_address(host), port)
        self._ready = ready
        stamp = files.stamp()
        context = server_context(files)
        self._watch = _CertificateWatch(context, files, stamp, watch_seconds)
        _keep_messages_out_of_the_log()
        config = uvicorn.Config(
            app,
            http=PeerCertificateProtocol,
            ws="none",
            lifespan="on",
            loop="uvloop",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,  # paths and queries of every request, kept for ever: no
            proxy_headers=False,  # a forged X-Forwarded-For would become the client's address
            server_header=False,
            workers=1,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=graceful_seconds,
            ssl_context_factory=lambda _config, _default: context,
        )
        self.server = _Server(config, self._on_start)

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or ``stop``, then end cleanly.

        Raises CONFIGURATION if the address cannot be bound or the application does not start.
        """
        with _bound(*self._address) as listener:
            try:
                self.server.run(sockets=[listener])
            except SystemExit:
                raise JukinetError(
                    ErrorKind.CONFIGURATION, "The door's application did not start; the log says why."
                ) from None

    def stop(self) -> None:
        """Let the door end, from any thread."""
        self.server.should_exit = True

    async def _on_start(self, port: int) -> asyncio.Task[None]:
        if self._ready is not None:
            self._ready(port)
        return asyncio.create_task(self._watch.run())


def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    files: TlsFiles,
    ready: Callable[[int], None] | None = None,
    graceful_seconds: int = GRACEFUL_SECONDS,
) -> None:
    """Build a ``Door`` and run it until the process is told to end."""
    Door(app, host=host, port=port, files=files, ready=ready, graceful_seconds=graceful_seconds).run()


def require_free(host: str, port: int) -> None:
    """Raise CONFIGURATION unless a door could listen there now."""
    with _bound(_address(host), port):
        pass


class _Server(uvicorn.Server):
    """uvicorn's server with a hook at its start, and signals that end it instead of killing it afterwards."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[int], Awaitable[asyncio.Task[None]]]
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._background: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = sockets[0].getsockname()[1] if sockets else 0
        self._background = await self._on_start(port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._background is not None:
            self._background.cancel()
            with suppress(asyncio.CancelledError):
                await self._background
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a signal that was obeyed is not raised once more: the process ends with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {which: signal.signal(which, self.handle_exit) for which in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for which, handler in before.items():
                signal.signal(which, handler)


class _CertificateWatch:
    """Loads a renewed certificate into the context in use."""

    def __init__(self, context: ssl.SSLContext, files: TlsFiles, stamp: Stamp, seconds: float) -> None:
        self._context = context
        self._files = files
        self._stamp = stamp
        self._seconds = seconds
        self._complained: Stamp | None = None

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            self.look()

    def look(self) -> None:
        stamp: Stamp = ()
        try:
            stamp = self._files.stamp()
            if stamp == self._stamp:
                return
            # First into a context of no use: a pair half written must not break the one in use.
            server_context(self._files)
            load_certificate(self._context, self._files)
        except JukinetError as error:
            if stamp != self._complained:
                self._complained = stamp
                _log.warning("the old certificate stays in use: %s", error.message)
            return
        if self._files.stamp() == stamp:  # else replaced while it was read: look again next time
            self._stamp = stamp
            _log.info("a renewed certificate is in use: %s", self._files.cert)


_FILTER = WithoutMessages()


def _keep_messages_out_of_the_log() -> None:
    # asyncio logs what escapes a task; uvicorn what escapes the application.
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_FILTER)


def _address(host: str) -> str:
    try:
        return str(ipaddress.ip_address("127.0.0.1" if host == "localhost" else host))
    except ValueError:
        raise JukinetError(
            ErrorKind.CONFIGURATION, "The address to listen on must be an IP address of this machine."
        ) from None


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket on exactly this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # uvloop sets TCP_NODELAY itself; asyncio only on a socket that says it is TCP, so the protocol is named.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            listener.bind((host, port))
            listener.listen(2048)
        except OSError as error:
            reason = _BIND_PROBLEMS.get(error.errno or 0, "cannot be opened")
            raise JukinetError(ErrorKind.CONFIGURATION, f"Port {port} of {host} {reason}.") from error
        listener.setblocking(False)
        yield listener
