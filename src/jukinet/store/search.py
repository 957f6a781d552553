"""Finding residents by their search keys and numbers, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jukinet.domain.numbers import earlier
from jukinet.domain.persons import Private
from jukinet.domain.search_keys import KeyKind
from jukinet.domain.searches import EMPTY_PATHS, Clause, Condition, Matched, Search
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Listed
from jukinet.store.sql import Queries

_SQL = Queries("search")

_HITS_FOR_EACH = 2
"""Hits sorted at first, for each resident that is counted: some are past items, or of who is not present any more."""


@dataclass(frozen=True, slots=True, repr=False)
class Hit(Private):
    """A resident found, as recorded now, with what matched."""

    resident: Listed
    matched: tuple[Matched, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Hits(Private):
    """One page in the order in which residents were first recorded here.

    ``total`` is counted up to a limit: one more than that says that there are more. ``more``: another page follows.
    """

    page: tuple[Hit, ...]
    total: int
    more: bool


def find(
    tx: Transaction,
    search: Search,
    clauses: Sequence[Clause],
    enumerated: frozenset[Condition],
    *,
    after: int,
    most: int,
    most_counted: int,
) -> Hits:
    """The residents with ids beyond ``after`` for whom all holds.

    Only clauses of the ``enumerated`` conditions are read through, the others looked at for those found; there is
    one at least, or a number.
    """
    numbered = {1 << clause: clauses[clause] for clause in range(len(clauses))}
    driving = {bit: clause for bit, clause in numbered.items() if clause.condition in enumerated}
    checked = {bit: clause for bit, clause in numbered.items() if bit not in driving}
    columns, every_bit = _columns(search, first=1 << len(clauses))
    of_version = _last_version(search)
    wanted: dict[str, object] = {
        **_ranges(driving),
        "past": search.past,
        "deleted": search.deleted_too,
        "sex": search.sex,
        "after": after,
        "most": most,
        "most_counted": most_counted,
    }
    alone = len(driving) == 1 and not every_bit and not checked and not search.within
    found = _by_one(tx, wanted) if alone and not of_version["of_version"] else None
    if found is None:
        row = tx.one(
            _SQL.find,
            **wanted,
            **columns,
            every_bit=every_bit | sum(driving),
            **{f"checked_{name}": values for name, values in _ranges(checked).items()},
            every_checked_bit=sum(checked),
            **of_version,
        )
        found = (int(row["total"]), list(row["resident_ids"])) if row else (0, [])
    total, ids = found
    matched = _matched(tx, search, numbered, ids[:most])
    page = tuple(Hit(one, matched.get(one.resident_id, ())) for one in residents.listed(tx, ids[:most]))
    return Hits(page, total, more=len(ids) > most)


def _by_one(tx: Transaction, wanted: Mapping[str, Any]) -> tuple[int, list[int]] | None:
    """How many, and the ids of a page and one more; None where the first hits do not tell."""
    most, most_counted = wanted["most"], wanted["most_counted"]
    row = tx.one(_SQL.find_by_one, **wanted, first_hits=_HITS_FOR_EACH * most_counted)
    if row is None or (row["cut"] and (row["total"] <= most_counted or len(row["resident_ids"]) <= most)):
        return None
    return int(row["total"]), list(row["resident_ids"])


def _columns(search: Search, *, first: int) -> tuple[dict[str, object], int]:
    """The conditions that are columns of the resident, each with a bit of its own."""
    values = {
        "code": str(search.code) if search.code else None,
        "resident_no": search.resident_no,
        "household_no": search.household_number,
    }
    bits = {name: first << place for place, name in enumerate(values)}
    return {
        **values,
        "numbers": [search.resident_no, *earlier(search.resident_no)] if search.resident_no else [],
        "code_bit": bits["code"],
        "number_bit": bits["resident_no"],
        "household_bit": bits["household_no"],
    }, sum(bits[name] for name, value in values.items() if value is not None)


def _last_version(search: Search) -> dict[str, object]:
    """What is asked of the newest version itself, of those found."""
    asked = search.relationship is not None or search.deleted_by is not None or bool(search.empty)
    return {
        "of_version": asked,
        "relationship": search.relationship,
        "deleted_by": search.deleted_by,
        "empty": ["{" + EMPTY_PATHS[one] + "}" for one in sorted(search.empty)],
    }


def _ranges(numbered: dict[int, Clause]) -> dict[str, list[object]]:
    rows = [
        (bit, one.kind.value, one.low, one.high, one.part)
        for bit, clause in numbered.items()
        for one in clause.ranges
    ]
    names = ("bits", "kinds", "lows", "highs", "parts")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _matched(
    tx: Transaction, search: Search, numbered: dict[int, Clause], ids: Iterable[int]
) -> dict[int, tuple[Matched, ...]]:
    rows = tx.rows(_SQL.matched, resident_ids=list(ids), past=search.past, **_ranges(numbered))
    found: dict[int, dict[tuple[Condition, KeyKind], bool]] = {}
    for row in rows:
        key = (numbered[row["bit"]].condition, KeyKind(row["kind"]))
        items = found.setdefault(row["resident_id"], {})
        # Words of a Latin name are clauses of one condition: it is past where one of them is.
        items[key] = items.get(key, False) or row["past"]
    order = list(Condition)
    return {
        resident_id: tuple(
            Matched(condition, item, past)
            for (condition, item), past in sorted(
                items.items(), key=lambda one: (order.index(one[0][0]), one[0][1])
            )
        )
        for resident_id, items in found.items()
    }
