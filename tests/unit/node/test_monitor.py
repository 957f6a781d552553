"""The endpoint on loopback: metrics and health for whoever is on the machine, and for no page of a browser."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest
import structlog.testing
from prometheus_client import CollectorRegistry, Gauge

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import monitor, watching


def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Gauge("jukinet_one", "One.", registry=made).set(1)
    return made


def well() -> None:
    """Nothing is in the way."""


def get(port: int, path: str, *, host: str | None = None, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_metrics_and_health_are_told() -> None:
    with monitor.served(0, registry(), well) as port:
        status, text = get(port, "/metrics")
        assert (status, b"jukinet_one 1.0" in text) == (200, True)
        assert get(port, "/healthz") == (200, b'{"status":"ok"}')
        assert get(port, "/readyz") == (200, b'{"status":"ready"}')
        assert get(port, "/metrics", host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/metrics/x"), ("POST", "/metrics")])
def test_there_is_nothing_else(method: str, path: str) -> None:
    with monitor.served(0, registry(), well) as port:
        assert get(port, path, method=method)[0] == 404


@pytest.mark.parametrize("host", ["example.org", "example.org:80", "127.0.0.1.example.org:80", "localhost"])
def test_a_name_of_somebody_else_that_leads_here_is_told_nothing(host: str) -> None:
    with monitor.served(0, registry(), well) as port:
        status, text = get(port, "/metrics", host=host)
    assert (status, b"jukinet_one" in text) == (403, False)


def test_why_a_process_is_not_ready_is_told() -> None:
    def ill() -> None:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.")

    with monitor.served(0, registry(), ill) as port:
        status, text = get(port, "/readyz")
        assert get(port, "/healthz")[0] == 200
    assert status == 503
    assert json.loads(text) == {"status": "not-ready", "problem": "The database does not answer."}


def test_it_listens_on_loopback_alone_and_ends() -> None:
    with monitor.served(0, registry(), well) as port:
        assert Path("/proc/net/tcp").read_text().count(f" 0100007F:{port:04X} 00000000:0000 0A") == 1
    with pytest.raises(ConnectionError):
        get(port, "/healthz")


def test_where_the_port_is_taken_the_work_goes_on_and_it_is_said() -> None:
    with (
        monitor.served(0, registry(), well) as port,
        structlog.testing.capture_logs() as said,
        monitor.served(port, registry(), well) as other,
    ):
        assert other == 0
        assert get(port, "/healthz")[0] == 200
    assert [(one["event"], one["port"]) for one in said] == [("metrics.unserved", port)]


def test_a_full_disk_makes_a_process_unready(tmp_path: Path) -> None:
    watching.require_room(tmp_path, 1)
    with pytest.raises(JukinetError, match="nearly full") as caught:
        watching.require_room(tmp_path, 2**62)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
