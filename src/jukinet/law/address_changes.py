"""Addresses and domiciles that are written otherwise although nobody moved: Ord. Art. 12(2), Reg. Art. 21-2.

Owns what a change of areas, lot numbers or residence indication (行政区画, 地番, 住居表示) may do to addresses. For
identity notices it is a minor correction (Reg. 11(3)(ii)).

What an area that passes to another municipality asks besides is in ``jukinet.law.mergers``.
"""

from __future__ import annotations

from datetime import date

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import require_date

BA1 = law(
    "BA1", "Ord. Art. 12(2)(vii)", "Addresses change once the area or its numbers did: not before that day."
)
BA2 = law("BA2", "Ord. Art. 12(2)(vii)", "Every new address must lie in this municipality.")
OU1 = law(
    "OU1",
    "Ord. Art. 12(2)(i)",
    "The domicile of a koseki is written anew once its area or numbers changed: not before that day.",
)


def decide_address_change(
    changed_on: date,
    addresses: frozenset[Address],
    *,
    here: MunicipalityCode,
    on: date,
    handed_over: bool = False,
) -> Decision:
    """Whether addresses may be changed in bulk (Ord. 12(2)(vii)): BA1, BA2. ``handed_over``: with their records."""
    require_date(on)
    return judge(
        (BA1, changed_on <= on),
        (BA2, handed_over or all(address.municipality == here for address in addresses)),
        basis=("Ord. Art. 12(2)(vii)", "Reg. Art. 21-2"),
    )


def decide_koseki_change(changed_on: date, *, on: date) -> Decision:
    """Whether domiciles may be written anew in bulk (Ord. 12(2)(i)): OU1. Of a koseki elsewhere its mayor told."""
    require_date(on)
    return judge((OU1, changed_on <= on), basis=("Ord. Art. 12(2)(i)",))


RULES: tuple[FailedRule, ...] = (BA1, BA2, OU1)
