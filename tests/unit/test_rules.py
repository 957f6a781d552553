"""A rule's number stands for one rule: refusals on the wire and in the audit log show little more than it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conformance.rules import every_rule

import jukinet
from jukinet.law.decisions import RuleKind

ROOT = Path(jukinet.__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")


def test_no_two_rules_have_one_number() -> None:
    numbers = [rule.rule for rule in every_rule().values()]
    assert len(numbers) > 50
    assert sorted(numbers) == sorted(set(numbers))


def test_rules_about_a_municipality_outside_the_network_are_never_called_law() -> None:
    """The Act knows no such municipality: whoever is refused must not be told that the law says so."""
    about = [rule for rule in every_rule().values() if "connected" in rule.sentence]
    assert {rule.rule for rule in about} >= {"P2", "C11", "K7", "K8"}
    assert {rule.rule for rule in about if rule.kind is RuleKind.LAW} == set()


# Errors and alerts are listed


def test_every_rule_is_listed_with_what_to_do_about_it() -> None:
    rows = {
        f"| {rule.rule} | {rule.kind} | {rule.article} | {rule.sentence} |" for rule in every_rule().values()
    }
    assert {row for row in rows if row not in PAGE} == set()


FILLED_IN = {"law/resident_notices.py": 1}
"""Where a remark is made while an act runs: a late one names its term."""


def test_every_remark_is_listed() -> None:
    made: dict[str, int] = {}
    for folder in ("law", "services"):
        for file in (ROOT / "src" / "jukinet" / folder).rglob("*.py"):
            module = ast.parse(file.read_text("utf-8"))
            calls = [one for one in ast.walk(module) if _is_remark(one)]
            constants = [
                one.value for one in module.body if isinstance(one, ast.Assign) and _is_remark(one.value)
            ]
            if len(calls) > len(constants):
                made[f"{folder}/{file.name}"] = len(calls) - len(constants)
            for constant in constants:
                assert isinstance(constant, ast.Call)
                assert f"| {ast.literal_eval(constant.args[1])} |" in PAGE
    assert made == FILLED_IN


def _is_remark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Remark"
