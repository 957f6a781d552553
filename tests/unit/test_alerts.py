"""Holds the shipped alert rules to the program: metrics and labels that are there, a page for each, and that they fire.

The reader of expressions here knows no more of them than it needs, and shares nothing with what tells the metrics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.samples import Sample
from tests.unit.node import vital
from tests.unit.node.test_metrics import config as config  # noqa: PLC0414 - a fixture
from tests.unit.node.test_metrics import documented, samples, with_everything, without_certificates
from tests.unit.test_docs import ROOT

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import metrics
from jukinet.node.config import NodeConfig
from jukinet.node.metrics import Metrics
from jukinet.node.standing_out import StandingOut
from jukinet.services.analyses import Kind

RULES = yaml.safe_load((ROOT / "ops/prometheus/alerts.yml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
PAGES = ROOT / "docs/how-to/alerts"

NAME = re.compile(r"\b(?:jukinet|process)_\w+|\bup\b")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"([^\"]*)\"")
OTHERS = {"up": {"job", "instance"}}
"""What Prometheus itself tells of a target."""
ADDED = {"node", "part"}


def known() -> Mapping[str, set[str]]:
    """Every series by its name, with its labels."""
    found = dict(documented()) | OTHERS
    for suffix, more in (("_bucket", {"le"}), ("_sum", set()), ("_count", set())):
        found["jukinet_request_seconds" + suffix] = found["jukinet_request_seconds"] | more
    return {name: labels | (set() if name in OTHERS else ADDED) for name, labels in found.items()}


def faults(expression: str, annotations: Mapping[str, str] | None = None) -> list[str]:
    """What an expression names that is not there."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", expression)
    names = set(NAME.findall(bare))
    unknown = sorted(names - known().keys())
    labels = set.intersection(*(known().get(name, set()) for name in names)) if names else set()
    asked = {label for block in re.findall(r"\{([^}]*)\}", expression) for label, _ in MATCHER.findall(block)}
    grouped = re.search(r"\bby \(([^)]*)\)", bare)
    kept = {label.strip() for label in grouped[1].split(",")} if grouped else labels
    shown = set(re.findall(r"\$labels\.(\w+)", " ".join((annotations or {}).values())))
    wrong = sorted((asked | kept) - labels) + sorted(shown - kept)
    return unknown + wrong + ([] if names else ["no metric"])


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_names_metrics_and_labels_that_are_told(rule: dict[str, Any]) -> None:
    assert faults(rule["expr"], rule["annotations"]) == []
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert len(rule["annotations"]["summary"]) > 20


def test_the_values_that_alerts_look_for_are_told() -> None:
    may = {
        "kind": {"law", "policy", *ErrorKind},
        "step": {"prepare", "send", "due", "directory"},
        "outcome": {"done", "failed", "broke"},
        "job": {"jukinet"},
        "how": {"kept", "rows"},
    }
    for rule in ALERTS:
        for block in re.findall(r"\{([^}]*)\}", rule["expr"]):
            for label, values in MATCHER.findall(block):
                assert set(values.split("|")) <= may[label], rule["alert"]


def test_what_is_not_told_is_found() -> None:
    assert faults("jukinet_lane_behind > 1")[0] == "jukinet_lane_behind"
    assert faults('jukinet_lane_halted{stream="move", town="x"} == 1') == ["town"]
    assert faults("sum by (node, door) (jukinet_pool_waiting) > 0") == ["door"]
    assert faults("jukinet_codes_low == 1", {"summary": "{{ $labels.peer }}"}) == ["peer"]
    assert faults("sum by (node) (jukinet_pool_waiting) > 0", {"summary": "{{ $labels.pool }}"}) == ["pool"]
    assert faults("1 == 1") == ["no metric"]


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    linked = {rule["annotations"]["runbook_url"] for rule in ALERTS}
    pages = {str(page.relative_to(ROOT)) for page in PAGES.glob("*.md") if page.name != "index.md"}
    assert linked == pages
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_says_symptom_check_and_act_and_names_its_alerts(page: Path) -> None:
    if page.name == "index.md":
        return
    text = page.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Symptom", "Check", "Act"]
    symptom = text.split("## Check")[0]
    named = {rule["alert"] for rule in ALERTS if rule["annotations"]["runbook_url"].endswith(f"/{page.name}")}
    assert set(re.findall(r"`(Jukinet\w+)`", symptom)) == named


SIMPLE = re.compile(
    r"(?P<name>\w+)(?:\{(?P<where>[^}]*)\})?(?: (?P<sign>[-/]) (?P<other>time\(\)|\w+))?"
    r" (?P<compared>==|<|>) (?P<bound>[\d.]+)"
)


def fires(expression: str, told: list[Sample], now: float) -> bool | None:
    """Whether a comparison of what is told at one moment holds for any series; None for other expressions."""
    found = SIMPLE.fullmatch(expression)
    if found is None or found["name"] == "up":
        return None
    where = dict(MATCHER.findall(found["where"] or ""))
    values = [one.value for one in told if one.name == found["name"] and where.items() <= one.labels.items()]
    if found["sign"]:
        others = [now] if found["other"] == "time()" else [s.value for s in told if s.name == found["other"]]
        both = product(values, others)  # of one node: there is one of each, or the rule tells nothing
        values = [value - other if found["sign"] == "-" else value / other for value, other in both]
    bound = float(found["bound"])
    held = {"==": bound.__eq__, "<": bound.__gt__, ">": bound.__lt__}[found["compared"]]
    return any(held(value) for value in values)


def alarms(config: NodeConfig, vitals: Any) -> set[str]:
    """The pages of what fires where a node is so."""
    return fired(samples(with_everything(config, vitals)))


def fired(told: list[Sample]) -> set[str]:
    """The pages of what fires where that is told."""
    now = vital.NOW.timestamp()
    return {
        Path(rule["annotations"]["runbook_url"]).stem for rule in ALERTS if fires(rule["expr"], told, now)
    } - {"disk-full"}  # that is this machine's


def test_nothing_fires_where_all_is_well(config: NodeConfig) -> None:
    assert alarms(config, vital.WELL) == set()


@pytest.mark.parametrize("ill", vital.ILL)
def test_what_is_wrong_fires_its_own_alert_alone(config: NodeConfig, ill: str) -> None:
    assert alarms(config, vital.ILL[ill]) == {ill.removesuffix("-in")}


def test_a_certificate_that_cannot_be_read_fires(config: NodeConfig) -> None:
    found = Metrics(config, "worker")
    found.read(lambda: metrics.state(lambda: vital.WELL, without_certificates))
    assert fired(samples(found)) == {"certificates-unreadable"}


def test_a_log_that_cannot_be_looked_through_fires(config: NodeConfig) -> None:
    def count() -> Mapping[Kind, int]:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.")

    standing = StandingOut(count, lambda: 0.0)
    found = Metrics(config, "worker")
    list(standing.collect())
    standing.wait(10)
    found.read(standing.collect)
    assert fired(samples(found)) == {"use-unseen"}


def test_a_certificate_is_told_two_weeks_before_its_end_and_again_at_three_days(config: NodeConfig) -> None:
    told, end = samples(with_everything(config)), vital.ENDS["tls"].timestamp()
    soon, near = (rule["expr"] for rule in ALERTS if rule["alert"].startswith("JukinetExpiry"))
    days = 86_400
    assert [fires(soon, told, end - left * days) for left in (14.1, 13.9, 3.1, 2.9)] == [
        False,
        True,
        True,
        True,
    ]
    assert [fires(near, told, end - left * days) for left in (14.1, 13.9, 3.1, 2.9)] == [
        False,
        False,
        False,
        True,
    ]


def test_most_alerts_are_tried_so(config: NodeConfig) -> None:
    told = samples(with_everything(config))
    assert len([rule for rule in ALERTS if fires(rule["expr"], told, 0) is not None]) >= 10
