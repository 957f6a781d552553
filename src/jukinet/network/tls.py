"""Who sends a request: the name in the client certificate of its connection, and nothing else.

Stock uvicorn verifies a client certificate and does not hand it to the application. The protocol here does,
in ``scope["extensions"]["tls"]``. It leans on names of uvicorn that are not quite public, so uvicorn is
pinned and tests/acceptance/test_tls.py holds what matters. No header takes part in any of it.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import Party
from jukinet.messages.certificates import party_of

_LINGER = 0.2
"""Seconds that an idle peer has to answer our goodbye when the door closes."""


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """What a connection's verified client certificate says.

    ``party`` is the node, organ or system, or the error why it names none; ``begins`` and ``ends`` are the first and
    the last second of its validity (seconds since 1970); ``der`` the certificate itself.
    """

    party: Party | JukinetError
    ends: float
    der: bytes
    begins: float = 0.0


class NotLetInError(JukinetError):
    """Who sends this may not use the network, or may no more: its connection ends with the answer that says so."""


def begins(scope: Scope) -> float:
    """When the validity of the client certificate began (seconds since 1970); 0, long ago, where there is none."""
    certificate = scope.get("extensions", {}).get("tls", {}).get("client_certificate")
    return certificate.begins if isinstance(certificate, PeerCertificate) else 0.0


def peer_of(scope: Scope, *, now: float | None = None) -> Party:
    """Who sends the request of this ASGI scope. ``now``: seconds since 1970, by default the machine's.

    Raises NotLetInError, UNAUTHENTIC, without a certificate, if it does not name exactly one party, or once it has
    ended: the handshake looks at the validity only when a connection begins, and a connection may stay open for days.
    """
    certificate = scope.get("extensions", {}).get("tls", {}).get("client_certificate")
    if not isinstance(certificate, PeerCertificate):
        raise NotLetInError(ErrorKind.UNAUTHENTIC, "A client certificate of the network is needed.")
    if isinstance(certificate.party, JukinetError):
        # A new one each time: an exception that is raised twice gathers tracebacks.
        raise NotLetInError(certificate.party.kind, certificate.party.message)
    if (time.time() if now is None else now) > certificate.ends:
        raise NotLetInError(ErrorKind.UNAUTHENTIC, "The client certificate has ended; renew it.")
    return certificate.party


class PeerCertificateProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the client certificate in every request's scope."""

    _peer: PeerCertificate | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._peer = _read(transport.get_extra_info("ssl_object"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {"tls": {"client_certificate": self._peer}}

    def shutdown(self) -> None:
        """End the connection when the door closes: at once if idle, else after its answer.

        An idle peer that keeps its connection open does not answer the TLS goodbye either, and uvicorn would
        wait for it.
        """
        super().shutdown()
        if self.transport.is_closing():
            self.loop.call_later(_LINGER, self.transport.abort)


def _read(connection: ssl.SSLObject | None) -> PeerCertificate | None:
    der = connection.getpeercert(binary_form=True) if connection is not None else None
    if connection is None or der is None:
        return None
    certificate = connection.getpeercert() or {}
    party: Party | JukinetError
    try:
        party = party_of(certificate)
    except JukinetError as error:
        party = error.with_traceback(None)
    first, last = (ssl.cert_time_to_seconds(str(certificate[name])) for name in ("notBefore", "notAfter"))
    return PeerCertificate(party, last, der, first)
