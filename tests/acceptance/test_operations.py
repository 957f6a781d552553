"""Real processes are watched from outside: metrics, health, log lines and status, of which none names anybody."""

from __future__ import annotations

import json
import socket
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from tests.acceptance.country import (
    CLERK,
    DEADLINE,
    DRAWN,
    KUNI,
    NATIONAL,
    NETWORK,
    PREF,
    SUPPLY,
    WORKER,
    Country,
    until,
    unusual_name,
)

from jukinet.domain.municipality import NodeId

pytestmark = pytest.mark.timeout(300)


def get(country: Country, node: NodeId, part: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", country.metrics[node, part], timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def scrape(country: Country, node: NodeId, part: str) -> list[Sample]:
    status, text = get(country, node, part, "/metrics")
    assert status == 200, text
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def total(told: list[Sample], name: str, **labels: str) -> float:
    return sum(one.value for one in told if one.name == name and labels.items() <= one.labels.items())


def test_every_process_tells_what_it_did_and_names_nobody(country: Country) -> None:
    before = {where: scrape(country, *where) for where in country.processes}
    code = country.code_of(country.household(unusual_name())[1][0])
    country.wait_arrived(code)
    country.verify({"code": code})
    until(
        lambda: (
            total(scrape(country, NATIONAL, NETWORK), "jukinet_requests_total", status="200")
            > total(before[NATIONAL, NETWORK], "jukinet_requests_total", status="200")
        ),
        "the centre's door has counted the frame",
    )
    after = {where: scrape(country, *where) for where in country.processes}
    for (node, part), told in after.items():
        assert {(one.labels["node"], one.labels["part"]) for one in told} == {(str(node), part)}
        assert [one for one in told if any(name in str(one.labels) for name in (code, *DRAWN))] == []
        assert total(told, "jukinet_pool_connections", state="open") >= 1
        assert get(country, node, part, "/readyz")[0] == 200

    def more(node: NodeId, part: str, name: str, **labels: str) -> float:
        return total(after[node, part], name, **labels) - total(before[node, part], name, **labels)

    assert more(PREF, NETWORK, "jukinet_requests_total", route="/network/v1/frames/{stream}") >= 1
    assert more(NATIONAL, SUPPLY, "jukinet_requests_total", method="POST", status="200") == 1
    assert more(KUNI, WORKER, "jukinet_worker_steps_total", outcome="done") > 0
    assert more(KUNI, WORKER, "jukinet_statements_acknowledged_total", peer=str(PREF)) == 1
    assert more(NATIONAL, WORKER, "jukinet_statements_taken_total", peer=str(PREF)) == 1
    assert more(KUNI, WORKER, "jukinet_audit_entries_total") >= 1
    ends = {
        one.labels["name"] for one in after[KUNI, WORKER] if one.name == "jukinet_expiry_timestamp_seconds"
    }
    assert ends == {"tls", "ca", "statement", "answer", "log", "seal"}
    assert {one.value for one in after[KUNI, WORKER] if one.name == "jukinet_database_up"} == {1}


def test_the_tree_of_the_log_keeps_up(country: Country) -> None:
    country.verify({"code": "24727059608"})

    def value(name: str) -> float:
        return total(scrape(country, NATIONAL, WORKER), name)

    until(lambda: value("jukinet_log_size") > 0 and value("jukinet_log_waiting") == 0, "the tree has all")
    assert 0 <= value("jukinet_log_window_seconds") < 10
    assert value("jukinet_worker_steps_total") > 0
    file = country.home / "log.jsonl"
    where = ("--as", CLERK, "--config", country.config(NATIONAL))
    country.do("audit", "export", file, "--redacted", *where)
    country.do("audit", "verify", file)


def test_a_door_writes_one_line_for_each_request(country: Country) -> None:
    def lines() -> list[dict[str, object]]:
        text = country.log(NATIONAL, SUPPLY).read_text("utf-8")
        return [one for one in map(json.loads, text.splitlines()) if one["event"] == "request"]

    before = len(lines())
    country.verify({"code": "24727059608"})
    country.verify({"code": "24727059608"}, affair="t1-99-9", expect=3)
    until(lambda: len(lines()) == before + 2, "both requests are written")
    found, refused = lines()[before:]
    assert found["party"] == refused["party"] == "urn:jukinet:organ:japan-pension-service"
    assert (found["route"], found["status"]) == ("/supply/v1/identity-verifications", 200)
    assert refused["status"] == 403
    assert set(refused["refused"]) <= {"law", "policy"}  # type: ignore[call-overload]
    assert "24727059608" not in country.log(NATIONAL, SUPPLY).read_text("utf-8")


def test_status_tells_which_peer_is_behind_and_since_when(whole: Country) -> None:
    whole.lines[PREF].cut()
    whole.household(unusual_name())

    def told() -> dict[str, object]:
        nodes = whole.do("status", "--state", whole.home, "--json", expect=None).json["nodes"]
        lanes = next(node["lanes"] for node in nodes if node["id"] == str(KUNI))
        return next((lane for lane in lanes if lane["stream"] == "identity"), {})

    until(lambda: told().get("failures"), "a delivery has failed")
    lane = told()
    assert (lane["peer"], lane["waiting"], lane["problem"]) == (str(PREF), 1, "unavailable")
    assert lane["behind_since"]
    shown = whole.do("status", "--state", whole.home, expect=1).out
    assert "First: Look at muni-132152: pref-13 lacks 1 statement (identity) since" in shown
    assert all(len(line) <= 80 for line in shown.splitlines()), shown
    whole.lines[PREF].restore()
    until(lambda: told()["behind_since"] is None, "it has arrived")


def test_a_process_tells_the_service_manager_when_it_is_ready_and_when_it_ends(
    whole: Country, tmp_path: Path
) -> None:
    whole.kill(KUNI, WORKER)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(2 * DEADLINE)
        started = whole.start(KUNI, WORKER, NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert manager.recv(100) == b"READY=1"
        assert whole.pid_in_file(KUNI, WORKER) == started.pid, "it is ready only now"
        started.terminate()
        assert manager.recv(100) == b"STOPPING=1"
        assert started.wait(60) == 0


def test_a_process_without_its_database_says_so_in_time_and_recovers(whole: Country) -> None:
    whole.kill_database()
    began = time.monotonic()
    told = scrape(whole, KUNI, WORKER)
    assert time.monotonic() - began < 10, "a scrape is given up after ten seconds"
    assert {one.value for one in told if one.name == "jukinet_database_up"} == {0}
    assert get(whole, KUNI, WORKER, "/healthz")[0] == 200
    whole.cluster.ensure()
    until(lambda: get(whole, KUNI, WORKER, "/readyz") == (200, '{"status":"ready"}'), "it is ready again")
