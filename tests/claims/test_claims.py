"""What pages and cases claim, held against what there is. Lint runs these: all cases are collected for them."""

from __future__ import annotations

from pathlib import Path

from scripts import docs
from tests.conformance import articles
from tests.conformance.citations import LAWS, citations
from tests.conformance.listing import every_case
from tests.conformance.rules import rules_by_number

ROOT = Path(__file__).resolve().parents[2]
RULES = rules_by_number()


def test_generated_pages_are_up_to_date() -> None:
    stale = [path for path, write in docs.generated().items() if (ROOT / path).read_text("utf-8") != write()]
    assert stale == [], "run make docs"


def test_every_rule_has_a_case_that_it_refuses_and_one_that_it_lets_pass() -> None:
    assert len(every_case()) >= 150
    refused = {rule for one in every_case() for rule in one.refused}
    permitted = {rule for one in every_case() for rule in one.permitted}
    assert RULES.keys() - refused == set(), "no case is marked as refused by these"
    assert RULES.keys() - permitted == set(), "no case is marked as permitted by these"


def test_every_test_is_one_case_at_most() -> None:
    tests = [one.test for one in every_case()]
    assert len(tests) == len(set(tests))


def test_every_article_that_a_rule_or_a_case_cites_has_a_row() -> None:
    cited = {one for rule in RULES.values() for one in citations(rule.article)}
    cited |= {one for case in every_case() for one in case.cites}
    # Other statutes, such as the Koseki Act, are not the table's matter.
    unknown = {one.text for one in cited if one.law in LAWS and one.whole not in articles.rows()}
    assert unknown == set(), "give these a row in docs/reference/law-articles.toml"


def test_what_a_row_puts_aside_has_a_reason_and_no_case() -> None:
    aside = [row for row in articles.rows().values() if row.said]
    assert [row.article for row in aside if not row.remark] == []
    cited = articles.by_article(every_case())
    assert [row.article for row in aside if row.whole in cited] == [], "a case shows it: correct the row"
