"""What a test shows of the law, written beside it: ``@case(refused="I1")``.

Owns the mark and how it is read back. A case is an ordinary test of any ring with this mark; a row of a
parametrised test may have its own. What is claimed is checked when the cases run (``watching``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.conformance.citations import Citation, citations
from tests.conformance.rules import rules_by_number

MARK = "case"
CHOICE = "choice of this network"


def case(*articles: str, refused: str = "", permitted: str = "") -> pytest.MarkDecorator:
    """Mark a test as a case of the law or of the specification.

    ``articles``: as in ``"Act Art. 22(1)"`` or ``"spec 4.1.1"``; those of the rules are added by themselves,
    so most cases name none. ``refused`` and ``permitted``: numbers of rules, with spaces between, that the
    test shows to refuse, or to hold in a decision that permits.
    """
    return pytest.mark.case(*articles, refused=refused, permitted=permitted)


@dataclass(frozen=True)
class Case:
    """One test and what it shows. ``test`` is its id below ``tests/``."""

    test: str
    cites: tuple[Citation, ...]
    refused: tuple[str, ...] = ()
    permitted: tuple[str, ...] = ()

    @property
    def article(self) -> str:
        """What it is listed under: the first citation, or that it shows a choice of ours."""
        return self.cites[0].text if self.cites else CHOICE

    @property
    def order(self) -> tuple[object, ...]:
        """The law's order, choices of ours at the end."""
        return (0, *self.cites[0].order, self.test) if self.cites else (1, self.test)

    @property
    def shows(self) -> str:
        """The rules in words: ``refused I1``."""
        both = (("refused", self.refused), ("permitted", self.permitted))
        return ", ".join(f"{word} {' '.join(rules)}" for word, rules in both if rules)


class WrongMarkError(Exception):
    """A mark that names no article and no rule, or a rule that there is none of."""


def read(test: str, marks: Iterable[pytest.Mark]) -> Case:
    """The case of a test by all of its marks, the closest first. Raises ``WrongMarkError``."""
    cites: dict[Citation, None] = {}
    rules: dict[str, dict[str, None]] = {"refused": {}, "permitted": {}}
    choice = False
    for mark in marks:
        named = {kind: str(mark.kwargs.get(kind, "")).split() for kind in rules}
        sources = [*mark.args]
        for number in (number for numbers in named.values() for number in numbers):
            if number not in rules_by_number():
                raise WrongMarkError(f"{test}: there is no rule {number}")
            sources.append(rules_by_number()[number].article)
        for kind, numbers in named.items():
            rules[kind] |= dict.fromkeys(numbers)
        for article in mark.args:
            if not citations(article):
                raise WrongMarkError(f"{test}: no article or requirement can be read from {article!r}")
        found = [one for source in sources for one in citations(source)]
        cites |= dict.fromkeys(found)
        choice = choice or any(named.values())
    if not cites and not choice:
        raise WrongMarkError(f"{test}: the case names neither an article nor a rule")
    return Case(test, tuple(cites), tuple(rules["refused"]), tuple(rules["permitted"]))


def refusals(*rows: tuple[object, ...]) -> list[Any]:
    """Rows of a table that end with the rules that refuse them: each row is a case, called by its rules."""
    return judged(*rows, permitted="")


def judged(*rows: tuple[object, ...], permitted: str) -> list[Any]:
    """The same where some rows end with no rule: these show that the rules of ``permitted`` let them pass."""
    found = []
    for row in rows:
        rules = row[-1]
        if not isinstance(rules, list):
            raise TypeError("a row of a table of cases ends with the list of the rules that refuse it")
        mark = case(refused=" ".join(rules)) if rules else case(permitted=permitted)
        found.append(pytest.param(*row, id=" ".join(rules) or "permitted", marks=mark))
    return found
