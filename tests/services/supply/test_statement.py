"""The desk's one statement: it settles what the law says, and hashes what the log's encoding says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations_with_replacement, product
from typing import Any

import psycopg
import pytest
from tests.services.supply.asking import (
    ADDRESS,
    DAY,
    HANAKO,
    ask_all,
    by_items,
    entries,
    hanako,
    load,
    query,
    rows_of,
)

from jukinet.domain.code import ResidentRecordCode, compose, is_issuable
from jukinet.law import supply as law_supply
from jukinet.law.supply import MatchFacts, Outcome, Result
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Limited, Verification
from jukinet.store.supply import ItemKeys
from jukinet.testing.federation import Federation

pytestmark = pytest.mark.core

DAYS = (None, DAY - timedelta(1), DAY, DAY + timedelta(1))


@dataclass(frozen=True)
class Facts:
    """The columns on which an answer about one record rests."""

    retain_until: date | None
    undetermined_from: date | None
    superseded: bool
    blocked: bool

    def match(self, matches: int = 1) -> MatchFacts:
        return MatchFacts(matches, self.superseded, self.blocked, self.retain_until, self.undetermined_from)


PUT = """
WITH h AS (
    INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
                                  name, birth_date, sex, address_in, address, received_on, received_at)
    VALUES (%(statement)s, %(code)s, %(in)s, 'recording', 'birth', %(on)s, false, %(name)s, %(born)s, 'female', %(in)s,
            %(address)s, %(on)s, now())
    RETURNING *)
INSERT INTO identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind, reason,
                              occurred_on, speaks, undetermined_from, superseded, retain_until, name, birth_date, sex,
                              address_in, address, name_key, address_key)
SELECT code, municipality, true, occurred_on, received_on, history_id, change_kind, reason, occurred_on, true,
       %(undetermined)s, %(superseded)s, %(retain)s, name, birth_date, sex, address_in, address, %(name_key)s,
       %(address_key)s
  FROM h"""

EVERY = tuple(Facts(*one) for one in product(DAYS, DAYS, (False, True), (False, True)))


def name_of(number: int) -> str:
    """A name that no folding makes equal to another one's."""
    return "見本　" + "".join("アカサタナハマヤ"[number >> shift & 7] for shift in (6, 3, 0))


def codes() -> Iterator[ResidentRecordCode]:
    return map(compose, filter(is_issuable, map(str, range(3_456_789_000, 3_456_799_000))))


def put(owner: psycopg.Connection[Any], code: ResidentRecordCode, facts: Facts, name: str) -> None:
    """A record with these facts, as if notices had left it so."""
    keys = ItemKeys.of(name, ADDRESS.text, HANAKO["birth_date"], "female")
    told = {"code": str(code), "name": name, "born": keys.birth_date, "address": ADDRESS.text}
    columns = told | {"statement": f"statement-{code}", "in": "132152", "on": DAY, "name_key": keys.name_key}
    columns |= {"address_key": keys.address_key, "retain": facts.retain_until}
    columns |= {"undetermined": facts.undetermined_from, "superseded": facts.superseded}
    owner.execute(PUT, columns)
    if facts.blocked:
        owner.execute(
            "INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at) VALUES ('person', %s, 'x', 'x', now())",
            (str(code),),
        )


def told(answer: object) -> Outcome:
    assert isinstance(answer, Verification)
    # A record of these tests has one notice, which is no history of itself: a superseded one is told as history alone.
    history = answer.result is Result.FOUND or bool(answer.history)
    return Outcome(answer.result, answer.reason, history)


def test_the_statement_says_what_the_law_says_of_one_record(federation: Federation) -> None:
    by_code = dict(zip(codes(), EVERY, strict=False))
    with rows_of(federation) as owner:
        for number, (code, facts) in enumerate(by_code.items()):
            put(owner, code, facts, name_of(number))
    answers = ask_all(federation, [query(code=str(code)) for code in by_code])
    for facts, answer in zip(EVERY, answers, strict=True):
        assert told(answer) == law_supply.outcome(facts.match(), DAY), facts
    names = [by_items(name=name_of(number)) for number in range(len(EVERY))]
    for facts, answer in zip(EVERY, ask_all(federation, names), strict=True):
        # By the four items nobody is found under an old code.
        expected = law_supply.outcome(facts.match(0 if facts.superseded else 1), DAY)
        assert told(answer) == expected, facts


def test_the_statement_says_what_the_law_says_of_two_alike(federation: Federation) -> None:
    some = [one for one in EVERY if one.retain_until != DAY and one.undetermined_from in {None, DAY}]
    pairs = list(combinations_with_replacement(some, 2))
    drawn = codes()
    with rows_of(federation) as owner:
        for number, pair in enumerate(pairs):
            for facts in pair:
                put(owner, next(drawn), facts, name_of(number))
    asked = [by_items(name=name_of(number)) for number in range(len(pairs))]
    for pair, answer in zip(pairs, ask_all(federation, asked), strict=True):
        alone = [facts.match(0 if facts.superseded else 1) for facts in pair]
        standing = [one for one in alone if law_supply.outcome(one, DAY) != law_supply.NOTHING]
        both = standing[0] if len(standing) == 1 else MatchFacts(len(standing))
        assert told(answer) == law_supply.outcome(both, DAY), pair


def zip_rows(federation: Federation) -> Iterator[tuple[Any, tuple[bytes, bytes]]]:
    with rows_of(federation) as owner:
        rows = owner.execute(
            "SELECT salt, leaf FROM audit_entries WHERE event = 'supply:query:answered' ORDER BY entry_id"
        ).fetchall()
    return zip(entries(federation), rows, strict=True)


def test_every_leaf_is_that_of_its_entry(federation: Federation) -> None:
    load(federation, hanako())
    asked = [
        query(request_id="found-by-code", case="令和"),
        query(request_id="nobody-there", code=str(next(codes()))),
        by_items(request_id="found-by-items"),
        by_items(request_id="no-such-name", name="無名"),
        query(request_id="refused-by-law", affair="t1-999-1"),
        query(request_id="limited-0001"),
    ]
    answers = ask_all(federation, asked, most=replace(Limits(), person_per_day=1))
    assert isinstance(answers[-1], Limited)
    salts = set()
    for (entry, (salt, leaf)), answer in zip(zip_rows(federation), answers, strict=True):
        assert leaf == entry.leaf(salt), entry.reference
        assert len(salt) == 16
        salts.add(salt)
        if isinstance(answer, Verification):
            assert answer.promise is not None
            assert answer.promise.leaf == leaf
    assert len(salts) == len(asked)
