"""Finding what a store keeps of the person who asks: by the code, or by name, address, birth date and sex.

Owns which notices are theirs. Codes that followed one another on request or by a correction are one person's, and a
code that two had by mistake is told apart: only chains of notices, one code by one municipality, of which one has the
stated birth date and sex count, and only where one of these has the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.matching import name_keys, query_name_key
from jukinet.domain.persons import Private
from jukinet.law.disclosures import Finding
from jukinet.services.disclosure_filings import Stated
from jukinet.store import disclosures as store
from jukinet.store.database import Transaction
from jukinet.store.disclosures import Told


@dataclass(frozen=True, slots=True, repr=False)
class Found(Private):
    """What is kept of the person, in the order in which it came; ``finding`` for the law."""

    told: tuple[Told, ...]
    finding: Finding

    @property
    def code(self) -> ResidentRecordCode | None:
        """The code under which the person stands, or stood last."""
        newest = [*(one for one in self.told if one.held_by), *reversed(self.told)]
        return next((one.facts.code for one in newest if one.facts.code), None)


def find(tx: Transaction, stated: Stated, *, confirmed: bool) -> Found:
    """Everything kept of the person. ``confirmed``: somebody looked into what does not agree, and says it is theirs."""
    persons = _persons(tx, stated)
    rows = store.told(tx, [code for codes in persons for code in codes])
    own = _own(rows, stated)
    if rows and not own and confirmed:
        same = {(one.facts.birth_date, one.facts.sex) for one in _newest(rows)}
        return Found(tuple(rows), Finding(agrees=False, several=len(same) > 1))
    left_out = bool(own) and len(own) < len(rows)
    if left_out and confirmed:
        own = rows
    nameless = store.told_without_code(tx, stated.birth_date, stated.sex)
    uncoded = [one for one in nameless if _named(one, stated)]
    finding = Finding(
        agrees=bool(own) or not rows,
        several=len(persons) > 1,
        left_out=left_out and not confirmed,
    )
    return Found((*own, *uncoded), finding)


def _persons(tx: Transaction, stated: Stated) -> list[frozenset[str]]:
    """The codes of each person who may be meant."""
    if stated.code is not None:
        return [store.linked(tx, stated.code.text)]
    persons: list[frozenset[str]] = []
    for code in store.agreeing(tx, stated.name, stated.birth_date, stated.sex, stated.address):
        if not any(code in known for known in persons):
            persons.append(store.linked(tx, code))
    return persons


def _own(rows: Sequence[Told], stated: Stated) -> list[Told]:
    def born_so(one: Told) -> bool:
        return (one.facts.birth_date, one.facts.sex) == (stated.birth_date, stated.sex)

    chains = {one.chain for one in rows if born_so(one)}
    own = [one for one in rows if one.chain in chains]
    return own if any(_named(one, stated) for one in own) else []


def _named(one: Told, stated: Stated) -> bool:
    return query_name_key(stated.name) in name_keys(one.facts.name, nickname=one.facts.nickname)


def _newest(rows: Iterable[Told]) -> Iterable[Told]:
    """The last notice of each chain."""
    return {one.chain: one for one in rows}.values()
