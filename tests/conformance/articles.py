"""The articles of the law and the requirements of the specification, each with what this release makes of it.

Owns the reading of ``docs/reference/law-articles.toml`` and ``spec-requirements.toml``, and the status of a
row. Numbers and headings are those of the texts; the English is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from tests.conformance.cases import CHOICE, Case
from tests.conformance.citations import SPECIFICATION

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
FILES = ("law-articles.toml", "spec-requirements.toml")


class Status(StrEnum):
    """What this release makes of a row; the first four are in force."""

    COVERED = "covered"
    IN_PART = "in part"
    NOT_BUILT = "not built yet"
    NOT_MODELLED = "not modelled"
    LATER = "later than 2013"
    OPTIONAL = "optional"


SAID = {
    "not_modelled": Status.NOT_MODELLED,
    "later": Status.LATER,
    "optional": Status.OPTIONAL,
}
"""The keys of a row that settle its status, each with the reason as its value."""


@dataclass(frozen=True)
class Row:
    """One article or requirement. ``missing`` says what a covered one still lacks; ``note`` anything else."""

    law: str
    number: str
    title: str
    said: Status | None = None
    missing: str = ""
    note: str = ""

    @property
    def whole(self) -> tuple[str, str]:
        return self.law, self.number

    @property
    def article(self) -> str:
        """How it is cited."""
        return f"{self.law} {'' if self.law == SPECIFICATION else 'Art. '}{self.number}"

    def status(self, cases: int) -> Status:
        """As it is said; else by whether there are cases."""
        if self.said:
            return self.said
        if not cases:
            return Status.NOT_BUILT
        return Status.IN_PART if self.missing else Status.COVERED

    @property
    def remark(self) -> str:
        return " ".join(part for part in (self.missing, self.note) if part)


@dataclass(frozen=True)
class Chapter:
    """A part of one law with its rows, in the law's order."""

    law: str
    title: str
    rows: tuple[Row, ...]


def of_the_act(chapter: Chapter) -> bool:
    """Whether a chapter is one of those that stand here whole: chapters 2 to 4-3 of the Act."""
    return chapter.law == "Act" and chapter.title != "Act, other chapters"


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter of both files, in their order."""
    texts = ((REFERENCE / name).read_text("utf-8") for name in FILES)
    return tuple(_chapter(table) for text in texts for table in tomllib.loads(text)["chapters"])


def _chapter(table: Mapping[str, object]) -> Chapter:
    law, rows = str(table["law"]), table["rows"]
    if not isinstance(rows, Mapping):
        raise TypeError(f"the rows of {table['title']} are no table")
    return Chapter(law, str(table["title"]), tuple(_row(law, number, row) for number, row in rows.items()))


def _row(law: str, number: str, row: Mapping[str, str]) -> Row:
    if unknown := row.keys() - {"title", "missing", "note", *SAID}:
        raise ValueError(f"{law} {number} has unknown keys: {', '.join(sorted(unknown))}")
    settled = [key for key in SAID if key in row]
    if len(settled) > 1 or (settled and "missing" in row):
        raise ValueError(f"{law} {number} has more than one status")
    reason = row[settled[0]] if settled else ""
    note = " ".join(part for part in (reason, row.get("note", "")) if part)
    said = SAID[settled[0]] if settled else None
    return Row(law, number, row["title"], said, row.get("missing", ""), note)


@cache
def rows() -> Mapping[tuple[str, str], Row]:
    """Every row by law and number."""
    return {row.whole: row for chapter in chapters() for row in chapter.rows}


@cache
def _titles() -> Mapping[tuple[str, str], str]:
    return {row.whole: chapter.title for chapter in chapters() for row in chapter.rows}


def heading(case: Case) -> str:
    """The title of the chapter under which a case is listed."""
    if not case.cites:
        return CHOICE.capitalize()
    return _titles().get(case.cites[0].whole, case.cites[0].law)


def by_article(cases: Iterable[Case]) -> Mapping[tuple[str, str], list[Case]]:
    """The cases of each article that they cite, in their order."""
    found: dict[tuple[str, str], list[Case]] = {}
    for one in sorted(cases, key=lambda case: case.order):
        for whole in dict.fromkeys(cited.whole for cited in one.cites):
            found.setdefault(whole, []).append(one)
    return found
