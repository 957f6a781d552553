"""The cases of the law: every rule has its two, every article its row."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from tests.conformance import articles
from tests.conformance.articles import Row, Status
from tests.conformance.cases import CHOICE, WrongMarkError, case, read, refusals
from tests.conformance.citations import LAWS, SPECIFICATION, citations, numbers
from tests.conformance.mutants import of_parameter
from tests.conformance.rules import rules_by_number

from jukinet.law.decisions import RuleKind
from jukinet.law.parameters import DatedValue, Parameter

RULES = rules_by_number()

NOT_MODELLED_AT_MOST = 20
"""Of what is in force. It only ever shrinks."""


# Rules and cases


def test_every_rule_of_law_cites_what_can_be_read() -> None:
    silent = [
        rule.rule for rule in RULES.values() if rule.kind is RuleKind.LAW and not citations(rule.article)
    ]
    assert silent == []


# The rows


ACT = (
    *range(5, 12),
    *("11-2", 12, "12-2", "12-3", "12-4", "12-5", 13, 14, 15, 16, 17, "17-2", 18, 19, 20),
    *(21, 22, 23, 24, "24-2", 25, 26, 27, 28, "28-2", "28-3", 29, "29-2", 30),
    *(f"30-{number}" for number in range(2, 52)),
)
"""The articles of chapters 2 to 4-3 of the Act as in force in November 2013."""


def test_every_article_of_chapters_2_to_4_3_of_the_act_has_a_row() -> None:
    found = [row.number for one in articles.chapters() if articles.of_the_act(one) for row in one.rows]
    assert found == [str(number) for number in ACT]


def test_every_requirement_of_the_specification_has_a_row() -> None:
    found = [numbers(number) for law, number in articles.rows() if law == SPECIFICATION]
    assert len(found) == 143
    assert found == sorted(set(found))
    # Inside a section they are counted without a gap.
    followed = [(a, b) for a, b in itertools.pairwise(found) if a[:-1] == b[:-1]]
    assert [(a, b) for a, b in followed if a[-1] + 1 != b[-1]] == []


def test_every_row_stands_once_and_every_law_is_known() -> None:
    rows = [row.whole for chapter in articles.chapters() for row in chapter.rows]
    assert len(rows) == len(set(rows))
    assert {law for law, _ in rows} <= set(LAWS)


def test_a_row_is_covered_by_its_cases_alone() -> None:
    row = Row("Act", "7", "Items")
    assert row.status(0) is Status.NOT_BUILT
    assert row.status(1) is Status.COVERED
    assert Row("Act", "7", "Items", missing="Most.").status(1) is Status.IN_PART
    assert Row("Act", "7", "Items", missing="Most.").status(0) is Status.NOT_BUILT
    assert Row("Act", "7", "Items", Status.LATER).status(0) is Status.LATER


def test_little_of_what_is_in_force_is_not_modelled() -> None:
    left_out = [row.article for row in articles.rows().values() if row.said is Status.NOT_MODELLED]
    assert len(left_out) <= NOT_MODELLED_AT_MOST


def test_the_page_has_a_line_for_every_row_and_links_those_that_are_covered() -> None:
    page = (articles.REFERENCE / "law-coverage.md").read_text("utf-8")
    lines = re.findall(
        r"^\| ([\d.-]+) \| (.+?) \| (covered|in part|not |later|optional)(.*)$", page, re.MULTILINE
    )
    assert len(lines) == len(articles.rows())
    covered = [rest for _, _, status, rest in lines if status in {"covered", "in part"}]
    assert covered
    assert all(re.search(r"\| \[\d+\]\(law-cases\.md#", rest) for rest in covered)


# Marks and citations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Act Art. 22(1); Ord. Art. 11", ["Act Art. 22(1)", "Ord. Art. 11"]),
        ("Act Arts. 22(1), 23", ["Act Art. 22(1)", "Act Art. 23"]),
        ("Act Art. 12-4(1), (6)", ["Act Art. 12-4(1)", "Act Art. 12-4(6)"]),
        ("Act Art. 12(6) as applied by 12-4(6)", ["Act Art. 12(6)", "Act Art. 12-4(6)"]),
        ("Act Art. 12-4(1), Reg. Art. 4(2)", ["Act Art. 12-4(1)", "Reg. Art. 4(2)"]),
        ("Act Art. 30-7(3), Appended Table 1 (upper column)", ["Act Art. 30-7(3)"]),
        ("Ord. Arts. 8, 12(2)(i)", ["Ord. Art. 8", "Ord. Art. 12(2)(i)"]),
        ("2009 Act no. 77 suppl. Art. 9", ["2009 Act no. 77 suppl. Art. 9"]),
        ("Ord. 2010 no. 253 suppl. Art. 9(1)", ["Ord. 2010 no. 253 suppl. Art. 9(1)"]),
        ("Koseki Act Art. 88", ["Koseki Act Art. 88"]),
        ("Resident-record specification 3.1, 3.4", ["spec 3.1", "spec 3.4"]),
        ("specification 10.3; notice no. 334 of 2002", ["spec 10.3"]),
        ("Choice of this network: one move-out at a time", []),
    ],
)
def test_citations_are_read_as_the_rules_write_them(text: str, found: list[str]) -> None:
    assert [one.text for one in citations(text)] == found
    assert [one.text for one in citations("; ".join(found))] == found


def test_citations_stand_in_the_order_of_the_law() -> None:
    text = "Koseki Act Art. 88; spec 1.10; spec 1.2; Reg. Art. 1; Ord. Art. 7; Act Arts. 30-10, 30-2, 31, 30"
    assert [one.text for one in sorted(citations(text), key=lambda one: one.order)] == [
        *("Act Art. 30", "Act Art. 30-2", "Act Art. 30-10", "Act Art. 31"),
        *("Ord. Art. 7", "Reg. Art. 1", "spec 1.2", "spec 1.10", "Koseki Act Art. 88"),
    ]


def test_a_case_cites_what_it_names_and_what_its_rules_cite() -> None:
    found = read("t", [case("Act Art. 24", refused="I2 O4").mark])
    assert [one.text for one in found.cites] == ["Act Art. 24", "Act Art. 22(1)", "Ord. Art. 11"]
    assert (found.refused, found.shows) == (("I2", "O4"), "refused I2 O4")
    assert read("t", [case(refused="O4").mark]).article == CHOICE


@pytest.mark.parametrize(
    "mark", [case(refused="Z99"), case("Act 22"), case()], ids=["rule", "article", "none"]
)
def test_a_mark_that_names_nothing_known_is_refused(mark: pytest.MarkDecorator) -> None:
    with pytest.raises(WrongMarkError):
        read("t", [mark.mark])


def test_each_row_of_a_table_of_refusals_is_a_case() -> None:
    (row,) = refusals(({"a": 1}, ["I1", "I2"]))
    assert (row.id, row.marks[0].kwargs["refused"]) == ("I1 I2", "I1 I2")


# Mutants


def test_every_value_of_a_parameter_is_changed_and_every_later_beginning() -> None:
    eve, start = date(2012, 7, 9), date(2014, 1, 1)
    term = Parameter("term", "A term", RuleKind.LAW, (DatedValue(eve, 14, "s"), DatedValue(start, 21, "s")))
    names = [mutant.name for mutant in of_parameter(term)]
    assert names == [
        *("term 14 -> 15", "term 14 -> 13", "term 21 -> 22", "term 21 -> 20"),
        *("term from 2014-01-01 -> 2013-12-31", "term from 2014-01-01 -> 2014-01-02"),
    ]
    changed = [mutant.altered.values for mutant in of_parameter(term) if mutant.altered]
    assert len({str(values) for values in changed}) == len(names)
    day = Parameter("day", "A day", RuleKind.LAW, (DatedValue(eve, start, "s"),))
    assert [one.name for one in of_parameter(day)] == [
        "day 2014-01-01 -> 2014-01-02",
        "day 2014-01-01 -> 2013-12-31",
    ]
