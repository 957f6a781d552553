"""Writes the pages on the law: what this release makes of every article and requirement, and by which cases.

The rows are those of ``docs/reference/law-articles.toml`` and ``spec-requirements.toml``; the cases are the
marked tests (``tests/conformance``). ``scripts.docs`` says where the pages stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from scripts.reference_pages import page, table
from tests.conformance import articles
from tests.conformance.articles import Chapter, Row, Status
from tests.conformance.cases import Case
from tests.conformance.citations import SPECIFICATION
from tests.conformance.listing import every_case

ByArticle: TypeAlias = Mapping[tuple[str, str], list[Case]]

COUNTED = ("articles of the Act, chapters 2 to 4-3", "requirements of the specification")

INTRODUCTION = """\
The Basic Resident Register Act (住民基本台帳法, Act no. 81 of 1967) with its Order, its ministerial regulation and the
Affairs Ordinance, as in force in November 2013 (edition `2013-11`), and the requirements of the ministry's standard
specification of resident-record systems, version 1. The edition begins on 9 July 2012, and on 8 July 2013 for what the
network does with foreign residents; a business date before it is refused. **Article numbers are those of 2013**: in
October 2015 chapter 4-2 was renumbered.

`make conformance` runs the [cases](law-cases.md) behind this page; `make conformance MUTATE=1` shows that they would
notice a law that is wrong in one point. No authority has looked at any of it. Penalties (Act Arts. 42 to 54) are
nothing to build."""

MEANINGS = {
    Status.COVERED: "a rule or a rule's effect is built, and cases show it",
    Status.IN_PART: "the same, and the row says what is missing",
    Status.NOT_BUILT: "no case shows anything of it",
    Status.NOT_MODELLED: "it will not be: the row says why",
    Status.LATER: "a requirement that rests on later law",
    Status.OPTIONAL: "the specification lets a system do without it, or says that it is not to be built",
}

CLOSING = """\
The rules themselves: [Rules that refuse](rules.md). Numbers and days: [Numbers and days of the law](law-parameters.md).
What the law left open: [Decisions](../explanation/decisions/index.md). To add a case:
[Add a rule and its cases](../how-to/add-a-rule.md)."""


def coverage() -> str:
    """The page of every article and requirement with its status."""
    cases = articles.by_article(every_case())
    sections = [f"## {chapter.title}\n\n{_rows(chapter, cases)}" for chapter in articles.chapters()]
    return page(
        "Law coverage",
        "docs/reference/law-articles.toml, spec-requirements.toml and the marked tests",
        INTRODUCTION,
        _counts(cases),
        *sections,
        *_elsewhere(cases),
        CLOSING,
    )


def _counts(cases: ByArticle) -> str:
    counts = [Counter[Status](), Counter[Status]()]
    for chapter in articles.chapters():
        if chapter.law == SPECIFICATION or articles.of_the_act(chapter):
            count = counts[chapter.law == SPECIFICATION]
            count.update(row.status(len(cases.get(row.whole, ()))) for row in chapter.rows)
    rows = ((status, MEANINGS[status], *(str(count[status]) for count in counts)) for status in Status)
    return table(("status", "meaning", *COUNTED), rows)


def _rows(chapter: Chapter, cases: ByArticle) -> str:
    said = ((row, len(cases.get(row.whole, ()))) for row in chapter.rows)
    lines = (
        (
            row.number,
            row.title,
            _status(row, count),
            f"[{count}](law-cases.md#{anchor(row)})" if count else "",
        )
        for row, count in said
    )
    return table(("number", "matter", "this release", "cases"), lines)


def _status(row: Row, count: int) -> str:
    status = row.status(count)
    return f"{status}: {row.remark}" if row.remark else str(status)


def _elsewhere(cases: ByArticle) -> Iterable[str]:
    """Statutes that cases cite and that are not this page's matter."""
    other = [found[0].cites for whole, found in cases.items() if whole not in articles.rows()]
    if other:
        cited = sorted({one.text for cites in other for one in cites if one.whole not in articles.rows()})
        yield "Cases also cite " + ", ".join(cited) + "."


def heading(row: Row) -> str:
    """The heading of a row's cases."""
    return f"{row.article}: {row.title}"


def anchor(row: Row) -> str:
    from scripts.docs import anchors

    return next(iter(anchors(f"### {heading(row)}")))


def cases() -> str:
    """The page of all cases, by the articles that they cite."""
    by_article = articles.by_article(every_case())
    sections = []
    for chapter in articles.chapters():
        listed = [(row, by_article[row.whole]) for row in chapter.rows if row.whole in by_article]
        if listed:
            sections.append(f"## {chapter.title}")
            sections += [f"### {heading(row)}\n\n{_list(found)}" for row, found in listed]
    if own := [one for one in every_case() if not one.cites]:
        sections += ["## Choices of this network", _list(own)]
    return page(
        "Cases of the law",
        "the tests marked with tests/conformance/cases.py",
        "Each line is a test, by its id below `tests/`; a test stands under every article that it cites. `make\n"
        "conformance` runs them. What an article still lacks is in [Law coverage](law-coverage.md).",
        *sections,
    )


def _list(found: Iterable[Case]) -> str:
    return "\n".join(f"* `{one.test}`{f' ({one.shows})' if one.shows else ''}" for one in found)
