"""Addresses that a pool may be opened for; what goes over it is in tests/acceptance/test_tls.py."""

from __future__ import annotations

import io
import ssl

import pytest
import urllib3

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.transport import connections
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


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("", None),
        ("-1", None),
        ("1e9", None),
        ("٣", None),
        ("9" * 9, None),
        ("Fri", None),
    ],
)
def test_when_to_come_again_is_read_where_it_is_a_number_of_seconds(told: str, seconds: float | None) -> None:
    body = b'{"type":"urn:jukinet:problem:unavailable","title":"x","status":503,"detail":"busy"}'
    response = urllib3.HTTPResponse(
        body=io.BytesIO(body),
        headers={"Content-Type": "application/problem+json", "Retry-After": told},
        status=503,
        preload_content=False,
    )
    with pytest.raises(JukinetError) as caught:
        connections._read(response, NodeId("pref-13"), connections.Limits())
    assert (caught.value.kind, caught.value.retry_after) == (ErrorKind.UNAVAILABLE, seconds)
