"""The shape of a decision."""

from __future__ import annotations

import itertools

import pytest

from jukinet.law import codes, figures, identity_notices, ordinances, resident_notices, supply
from jukinet.law.decisions import Permitted, Refused, Remark, RuleKind, judge, law, policy

X1 = law("X1", "Act Art. 1", "First.")
X2 = policy("X2", "A choice", "Second.")

MODULES = (supply, ordinances, figures, identity_notices, resident_notices, codes)
RULES = [rule for module in MODULES for rule in module.RULES]


def test_every_failed_rule_is_reported_in_order() -> None:
    assert judge((X1, False), (X2, False), basis=("b",)) == Refused((X1, X2))
    assert judge((X1, True), (X2, False), basis=("b",)) == Refused((X2,))


def test_what_no_rule_forbids_is_permitted_with_basis_and_remarks() -> None:
    remark = Remark("Act Art. 53(2)", "Late.")
    assert judge((X1, True), basis=("b",), remarks=(remark,)) == Permitted(("b",), (remark,))


def test_a_refusal_without_a_rule_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one rule"):
        Refused(())


def test_every_rule_has_a_number_of_its_own_and_each_module_lists_all_of_its_rules() -> None:
    numbers = [rule.rule for rule in RULES]
    assert len(set(numbers)) == len(numbers)
    for module in MODULES:
        declared = {name for name in vars(module) if name[:1].isupper() and name[1:].isdigit()}
        assert declared == {rule.rule for rule in module.RULES if rule.rule[1:].isdigit()}
        assert all(getattr(module, rule.rule) is rule for rule in module.RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_every_rule_of_law_cites_its_article_and_no_policy_does(rule) -> None:
    cited = any(word in rule.article for word in ("Act Art", "Ord. ", "Reg. Art", "Act no."))
    assert cited == (rule.kind is RuleKind.LAW)
    assert rule.sentence.endswith(".")


def test_no_two_rules_say_the_same() -> None:
    assert all(a.sentence != b.sentence for a, b in itertools.combinations(RULES, 2))
