"""Who sends a request, by what the connection left in its scope."""

from __future__ import annotations

from typing import Any

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.network.tls import PeerCertificate, peer_of

TOKYO = NodeId("pref-13")


def scope_of(certificate: object) -> dict[str, Any]:
    return {"type": "http", "extensions": {"tls": {"client_certificate": certificate}}, "headers": []}


def test_the_party_of_the_certificate_is_the_peer() -> None:
    assert peer_of(scope_of(PeerCertificate(TOKYO, 100.0, b"")), now=100.0) == TOKYO


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "http"},
        {"type": "http", "extensions": {}},
        {"type": "http", "extensions": {"tls": {}}},
        scope_of(None),
        scope_of(TOKYO),
        scope_of({"party": TOKYO}),
        scope_of(PeerCertificate(JukinetError(ErrorKind.UNAUTHENTIC, "no name"), 1e12, b"")),
        scope_of(PeerCertificate(TOKYO, 99.9, b"")),
    ],
)
def test_anything_else_is_nobody(scope: dict[str, Any]) -> None:
    with pytest.raises(JukinetError) as caught:
        peer_of(scope, now=100.0)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_the_machines_clock_decides_where_none_is_given() -> None:
    assert peer_of(scope_of(PeerCertificate(TOKYO, 1e12, b""))) == TOKYO
    with pytest.raises(JukinetError, match="ended"):
        peer_of(scope_of(PeerCertificate(TOKYO, 0.0, b"")))
