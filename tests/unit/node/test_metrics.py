"""What a process tells of itself: closed lists of labels, numbers that are right, and nothing of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from tests.unit.node import vital
from tests.unit.node.test_config import SAMPLE
from tests.unit.test_docs import REFERENCE

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.network.watching import Served
from jukinet.node import config as configs
from jukinet.node import metrics
from jukinet.node.config import NodeConfig
from jukinet.node.metrics import Metrics
from jukinet.node.standing_out import StandingOut
from jukinet.services.analyses import Kind
from jukinet.services.vitals import Vitals
from jukinet.store.database import PoolState
from jukinet.worker.jobs import Job

COMMON = {"node", "part"}
ROW = re.compile(r"^\| `(jukinet_\w+)` \|([^|]*)\|", re.MULTILINE)


@pytest.fixture
def config(tmp_path: Path) -> NodeConfig:
    file = tmp_path / "node.toml"
    file.write_text(SAMPLE, "utf-8")
    return replace(configs.load(file), state=tmp_path)


def samples(found: Metrics) -> list[Sample]:
    """As a scraper reads them."""
    text = generate_latest(found.registry).decode()
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def with_everything(config: NodeConfig, vitals: Vitals = vital.WELL) -> Metrics:
    found = Metrics(config, "worker")
    found.request(Served("/readyz", "GET", 200, 0.004, "urn:jukinet:node:pref-13", ()))
    found.request(Served("/network/v1/frames/{stream}", "POST", None, 3, None, ("unauthentic",)))
    found.step("prepare", "done")
    found.read(lambda: metrics.disk(config))
    found.read(lambda: metrics.pools({"worker": lambda: PoolState(6, 2, 1, 0)}))
    found.read(lambda: metrics.state(lambda: vitals, lambda _: vital.ENDS))
    standing_out = StandingOut(lambda: dict.fromkeys(Kind, 0), lambda: 0.0)
    assert list(standing_out.collect()) == []
    standing_out.wait(10)
    found.read(standing_out.collect)
    return found


def without_certificates(vitals: Vitals) -> dict[str, datetime]:
    """What is said where a file cannot be read."""
    raise JukinetError(ErrorKind.CONFIGURATION, "The certificate cannot be read.")


def value(found: list[Sample], name: str, /, **labels: str) -> float:
    (one,) = [s for s in found if s.name == name and labels.items() <= s.labels.items()]
    return one.value


def documented() -> dict[str, set[str]]:
    page = (REFERENCE / "metrics.md").read_text("utf-8")
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in ROW.findall(page)}


def ours(found: list[Sample]) -> Iterator[tuple[str, set[str]]]:
    for one in found:
        if one.name.startswith("jukinet_"):
            name = re.sub(r"_(bucket|sum|count)$", "", one.name)
            name = re.sub(r"^(jukinet_(requests|refusals|worker_steps))$", r"\1_total", name)
            yield name, set(one.labels) - COMMON - {"le"}


def test_every_metric_is_documented_with_its_labels_and_no_other(config: NodeConfig) -> None:
    silent = vital.ILL["peer-silent"].silent
    parked = replace(vital.WELL, parked=vital.ILL["statements-parked"].parked, silent=silent)
    told: dict[str, set[str]] = {}
    for name, labels in ours(samples(with_everything(config, parked))):
        assert told.setdefault(name, labels) == labels, name
    assert told == documented()


def test_every_sample_says_of_which_node_and_part_it_is(config: NodeConfig) -> None:
    found = samples(with_everything(config))
    assert {(one.labels["node"], one.labels["part"]) for one in found} == {("pref-13", "worker")}
    assert any(one.name == "process_cpu_seconds_total" for one in found)


def test_what_is_told_of_a_lane_is_right(config: NodeConfig) -> None:
    found = samples(with_everything(config, vital.ILL["lane-behind"]))
    at = {"peer": "pref-13", "stream": "identity"}
    assert value(found, "jukinet_lane_waiting", **at) == 12
    assert value(found, "jukinet_lane_behind_seconds", **at) == 20 * 60
    assert value(found, "jukinet_lane_failures", **at) == 9
    assert value(found, "jukinet_statements_acknowledged_total", **at) == 41
    assert value(found, "jukinet_statements_taken_total", peer="national", stream="pool") == 7
    assert value(found, "jukinet_lane_halted", direction="out", **at) == 0
    assert value(samples(with_everything(config)), "jukinet_lane_behind_seconds", **at) == 0


def test_counts_and_ends_are_right(config: NodeConfig) -> None:
    found = samples(with_everything(config, vital.ILL["outbox-behind"]))
    assert value(found, "jukinet_database_up") == 1
    assert value(found, "jukinet_outbox_waiting") == 3
    assert value(found, "jukinet_outbox_behind_seconds") == 16 * 60
    assert value(found, "jukinet_directory_age_seconds") == 2 * 3600
    assert value(found, "jukinet_audit_entries_total") == 1234
    assert value(found, "jukinet_expiry_timestamp_seconds", name="tls") == vital.ENDS["tls"].timestamp()
    assert value(found, "jukinet_pool_connections", pool="worker", state="idle") == 1
    assert value(found, "jukinet_requests_total", route="/readyz", status="200") == 1
    assert value(found, "jukinet_requests_total", status="none") == 1
    assert value(found, "jukinet_refusals_total", kind="unauthentic") == 1
    assert value(found, "jukinet_request_seconds_bucket", route="/readyz", le="0.005") == 1
    assert value(found, "jukinet_request_seconds_bucket", route="/readyz", le="0.002") == 0
    assert value(found, "jukinet_worker_steps_total", step="prepare", outcome="done") == 1


def test_what_an_alert_counts_stands_at_nought_before_it_happens(config: NodeConfig) -> None:
    """A series that begins with its first event has no increase, and a worker that did nothing yet no rate."""
    worker, door = samples(Metrics(config, "worker")), samples(Metrics(config, "supply"))
    steps = {(one.labels["step"], one.labels["outcome"]) for one in worker if "worker_steps" in one.name}
    assert steps == {(job.value, how) for job in Job for how in ("done", "failed", "broke")}
    kinds = {one.labels["kind"] for one in door if "refusals" in one.name}
    assert kinds == {"law", "policy", *(kind.value for kind in ErrorKind)}
    assert {one.value for one in (*worker, *door) if "steps" in one.name or "refusals" in one.name} == {0}
    assert not [one for one in worker if "refusals" in one.name]
    assert not [one for one in door if "steps" in one.name]


def test_a_certificate_that_cannot_be_read_is_not_told_as_a_database_that_is_down(config: NodeConfig) -> None:
    found = Metrics(config, "worker")
    found.read(lambda: metrics.state(lambda: vital.WELL, without_certificates))
    told = samples(found)
    assert value(told, "jukinet_database_up") == 1
    assert value(told, "jukinet_certificates_readable") == 0
    assert not [one for one in told if "expiry" in one.name]
    assert value(told, "jukinet_audit_entries_total") == 1234
    assert value(samples(with_everything(config)), "jukinet_certificates_readable") == 1


def test_a_clock_that_went_back_makes_no_negative_age(config: NodeConfig) -> None:
    found = samples(with_everything(config, vital.lane(waiting=1, since=vital.ago(minutes=-5))))
    assert value(found, "jukinet_lane_behind_seconds") == 0


def test_without_its_database_a_node_tells_that_and_goes_on_telling_the_rest(config: NodeConfig) -> None:
    found = Metrics(config, "worker")
    found.step("prepare", "failed")

    def look() -> Vitals:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.")

    found.read(lambda: metrics.state(look, lambda _: vital.ENDS))
    told = samples(found)
    assert value(told, "jukinet_database_up") == 0
    assert value(told, "jukinet_worker_steps_total", step="prepare", outcome="failed") == 1
    assert not [one for one in told if one.name.startswith("jukinet_lane")]
