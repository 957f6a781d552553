"""The page of errors and alerts: whatever it names is there, and each rule and remark says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import errors_page
from scripts.reference_pages import _remarks
from tests.conformance.rules import rules_by_number

ROWS = [row for group in errors_page.groups() for row in group["rows"]]


def test_every_row_is_answered_by_rules_a_remark_or_a_place_that_shows_it() -> None:
    remarks = _remarks()
    for row in ROWS:
        answers = [name for name in ("rules", "remark", "shown") if name in row]
        assert len(answers) == 1, row["what"]
        assert set(row.get("rules", ())) <= set(rules_by_number()), row["what"]
        assert row.get("remark", "") in remarks, row["what"]


def test_no_rule_of_an_act_is_missing_on_the_page() -> None:
    written = errors_page.errors_and_alerts()
    others = {rule for rule, _ in errors_page.others()}
    named = {rule for row in ROWS for rule in row.get("rules", ())}
    assert not others & named
    assert {"I1", "W1", "O1", "D1", "B1", "H2", "X1", "SR1", "GZ1", "U1", "E1", "I9"} <= others | named
    assert all(rule in written for rule in others | named)


def test_every_rule_says_in_a_sentence_or_two_what_stands_against_it() -> None:
    for rule in rules_by_number().values():
        assert rule.sentence.endswith((".", ")")), rule.rule
        assert len(rule.sentence) <= 300, rule.rule


def test_the_page_is_what_the_table_makes(pytestconfig: pytest.Config) -> None:
    written = Path(pytestconfig.rootpath, "docs/reference/errors-and-alerts.md").read_text("utf-8")
    assert written == errors_page.errors_and_alerts()
