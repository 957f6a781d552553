"""A rule's number stands for one rule: refusals on the wire and in the audit log show little more than it."""

from __future__ import annotations

from tests.conformance.rules import every_rule

from jukinet.law.decisions import RuleKind


def test_no_two_rules_have_one_number() -> None:
    numbers = [rule.rule for rule in every_rule().values()]
    assert len(numbers) > 50
    assert sorted(numbers) == sorted(set(numbers))


def test_rules_about_a_municipality_outside_the_network_are_never_called_law() -> None:
    """The Act knows no such municipality: whoever is refused must not be told that the law says so."""
    about = [rule for rule in every_rule().values() if "connected" in rule.sentence]
    assert {rule.rule for rule in about} >= {"P2", "C11", "K7", "K8"}
    assert {rule.rule for rule in about if rule.kind is RuleKind.LAW} == set()
