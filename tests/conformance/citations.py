"""Citations of the law and of the specification, as rules and cases write them, read into values with an order.

Owns the grammar: ``Act Art. 22(1), (2); Ord. Arts. 8, 12(2)(i)``, ``spec 4.1.1``. What is not of this form,
such as the name of a choice of ours, is no citation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

SPECIFICATION = "spec"

LAWS = (
    "Act",
    "2009 Act no. 77 suppl.",
    "Ord.",
    "Ord. 2010 no. 253 suppl.",
    "Reg.",
    "Affairs Ordinance",
    "Copies Ordinance",
    SPECIFICATION,
)
"""What the coverage table has rows of, in the order of the table."""

_STATUTE = r"(?P<law>(?:\d{4} )?(?:[A-Z][A-Za-z]*\.? )+?(?:\d{4} )?(?:no\. \d+ )?(?:suppl\. )?)Arts?\. "
_SPEC = r"(?P<spec>(?:[Rr]esident-record )?specification|[Ss]pec\.?) "
_HEAD = re.compile(rf"(?:(?<=; )|(?<=, )|^)(?:{_STATUTE}|{_SPEC})")
_NUMBER = re.compile(r"(?P<number>\d+(?:[-.]\d+)*)?(?P<part>(?:\([0-9a-z]+\))*)")
_NEXT = re.compile(r",? and |, | to | as applied by ")


@dataclass(frozen=True)
class Citation:
    """One article, with the paragraph where it is named, or one requirement of the specification."""

    law: str
    number: str
    part: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.law} {'' if self.law == SPECIFICATION else 'Art. '}{self.number}{self.part}"

    @property
    def whole(self) -> tuple[str, str]:
        """The article or requirement itself, without its paragraph."""
        return self.law, self.number

    @cached_property
    def order(self) -> tuple[object, ...]:
        """The order of the law: statutes as in ``LAWS``, others after them by name, then numbers."""
        rank = LAWS.index(self.law) if self.law in LAWS else len(LAWS)
        return rank, self.law if rank == len(LAWS) else "", numbers(self.number), self.part


def numbers(article: str) -> tuple[int, ...]:
    """The parts of a number: 30-2 comes after 30 and before 31."""
    return tuple(int(part) for part in re.split(r"[-.]", article))


def citations(text: str) -> tuple[Citation, ...]:
    """Every citation in a text, in its order and once."""
    found: list[Citation] = []
    for head in _HEAD.finditer(text):
        law = SPECIFICATION if head["spec"] else head["law"].strip()
        found += _listed(law, text, head.end())
    return tuple(dict.fromkeys(found))


def _listed(law: str, text: str, place: int) -> list[Citation]:
    """The numbers that follow the name of a law: ``22(1), (2), 23``."""
    found: list[Citation] = []
    while (item := _NUMBER.match(text, place)) and item[0]:
        # A paragraph alone is one of the article before it.
        number = item["number"] or (found[-1].number if found else "")
        if not number:
            break
        found.append(Citation(law, number, item["part"]))
        between = _NEXT.match(text, item.end())
        if between is None:
            break
        place = between.end()
    return found
