"""A rule's number stands for one rule: refusals on the wire and in the audit log show little more than it."""

from __future__ import annotations

from tests.conformance.rules import every_rule


def test_no_two_rules_have_one_number() -> None:
    numbers = [rule.rule for rule in every_rule().values()]
    assert len(numbers) > 50
    assert sorted(numbers) == sorted(set(numbers))
