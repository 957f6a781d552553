"""How many a search says that it found, and the first page of them: not all hits are counted, nor sorted."""

from __future__ import annotations

import pytest
from tests.services.services import counter
from tests.services.services.test_searches import crowd

from jukinet.domain.searches import Search, clauses
from jukinet.law.search import selective
from jukinet.store import search as finding
from jukinet.store.database import Transaction
from jukinet.store.search import Hits
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core


def first_page(tx: Transaction, *, most: int, most_counted: int) -> Hits:
    search = Search(name="佐藤")
    return finding.find(
        tx,
        search,
        clauses(search, "国立市"),
        selective(search, "国立市"),
        after=0,
        most=most,
        most_counted=most_counted,
    )


def test_a_large_total_is_not_counted_to_its_end(federation: Federation) -> None:
    crowd(federation, 6)
    with federation.context(KUNITACHI).begin() as tx:
        for most_counted, total in ((3, 4), (5, 6), (6, 6), (9, 6)):
            hits = first_page(tx, most=2, most_counted=most_counted)
            assert (hits.total, len(hits.page), hits.more) == (total, 2, True)


def test_who_was_recorded_first_and_is_gone_hides_nobody_who_is_present(federation: Federation) -> None:
    """Only the first hits are sorted at first; where those do not fill a page, or its total, all are."""
    people = crowd(federation, 7)
    for gone in people[:3]:
        counter.die(federation, KUNITACHI, gone)
    present = people[3:]
    with federation.context(KUNITACHI).begin() as tx:
        for most, most_counted in ((1, 1), (2, 1), (3, 2), (4, 2), (4, 3), (5, 9)):
            hits = first_page(tx, most=most, most_counted=most_counted)
            assert [hit.resident.resident_no for hit in hits.page] == present[:most]
            assert (hits.total, hits.more) == (min(4, most_counted + 1), most < 4)
