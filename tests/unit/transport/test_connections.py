"""Addresses that a pool may be opened for; what goes over it is in tests/acceptance/test_tls.py."""

from __future__ import annotations

import ssl

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.transport.connections import Limits, open_pool

NATIONAL = NodeId("national")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://localhost:8443", "localhost", 8443),
        ("https://a.example", "a.example", 443),
        ("https://h/", "h", 443),
    ],
)
def test_https_host_and_port_are_an_address(url: str, host: str, port: int) -> None:
    pool = open_pool(NATIONAL, url, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), Limits())
    assert (pool.host, pool.port) == (host, port)
    pool.close()


@pytest.mark.parametrize(
    "url", ["http://h:1", "h:1", "https://", "https://u:p@h", "https://h/path", "https://h?q=1", ""]
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(JukinetError, match="https://host:port") as caught:
        open_pool(NATIONAL, url, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), Limits())
    assert caught.value.kind is ErrorKind.CONFIGURATION
