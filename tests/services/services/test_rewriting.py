"""Records written anew and made again: what stays, who is told, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.items import Koseki, PersonName, RecordKind
from jukinet.domain.permissions import Permission
from jukinet.services import rewriting
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import Corrections
from jukinet.services.operators import OperatorClaim
from jukinet.services.rewriting import RemakeFiling, RewriteFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

REWRITTEN, REMADE = "register:record:rewritten", "register:record:remade"
NOBODY = "99999999999"


def rewrite(federation: Federation, number: str) -> Any:
    return rewriting.rewrite_record(federation.context(KUNITACHI), CLERK, RewriteFiling(number))


def remake(federation: Federation, number: str, on: date = date(2013, 7, 5), **items: Any) -> Any:
    filing = RemakeFiling(number, on, Corrections(**items))
    return rewriting.remake_record(federation.context(KUNITACHI), CLERK, filing)


def openings(federation: Federation) -> list[tuple[str, date, date]]:
    rows = counter.owner_rows(
        federation, KUNITACHI.node_id, "SELECT way, decided_on, open_until FROM tellings"
    )
    return [(row["way"], row["decided_on"], row["open_until"]) for row in rows]


@case("Ord. Art. 16", "spec 1.1.4")
def test_a_record_written_anew_says_the_same_and_keeps_its_history(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.registered(rewrite(federation, found.resident_no))
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.record == found.record
    assert [one.reason for one in after.versions] == ["recorded-ex-officio", "rewritten"]
    assert len(counter.notices(federation, KUNITACHI)) == 1
    (entry,) = counter.audit(federation, KUNITACHI, REWRITTEN)
    assert (entry["outcome"], entry["resident_no"]) == ("done", found.resident_no)


@case("Ord. Art. 17")
def test_a_remade_record_is_posted_and_laid_open_and_told_only_where_a_fact_differs(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    counter.registered(remake(federation, found.resident_no))
    assert openings(federation) == [("laid-open", counter.TODAY, date(2013, 7, 23))]
    assert len(counter.notices(federation, KUNITACHI)) == 1
    name = PersonName("髙橋　花子")
    counter.registered(remake(federation, found.resident_no, name=name))
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.record == replace(found.record, name=name)
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["reason"] == "corrected-ex-officio"
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@case(refused="RW1 RW2 RW3 X5 X11")
def test_what_is_refused_stores_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    number = found.resident_no
    koseki = Koseki("福島県福島市五老内町3番", "髙橋　太郎")
    for attempt, event, rules in (
        (lambda: rewrite(federation, NOBODY), REWRITTEN, ["RW1"]),
        (lambda: remake(federation, NOBODY), REMADE, ["RW2"]),
        (lambda: remake(federation, number, date(2013, 7, 9)), REMADE, ["RW3"]),
        (lambda: remake(federation, number, koseki=koseki), REMADE, ["X11"]),
        (lambda: remake(federation, number, address=counter.ADDRESSES[CHIYODA]), REMADE, ["X5"]),
    ):
        counter.assert_refused(federation, KUNITACHI, event, attempt, *rules)
    counter.die(federation, KUNITACHI, number)
    counter.assert_refused(federation, KUNITACHI, REWRITTEN, lambda: rewrite(federation, number), "RW1")
    counter.assert_refused(federation, KUNITACHI, REMADE, lambda: remake(federation, number), "RW2")


@pytest.mark.parametrize("event", [REWRITTEN, REMADE])
def test_each_has_its_gate_and_is_whole_or_nothing(federation: Federation, event: str) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no

    def act(ctx: Context, claim: OperatorClaim = CLERK) -> object:
        if event == REWRITTEN:
            return rewriting.rewrite_record(ctx, claim, RewriteFiling(number))
        filing = RemakeFiling(number, counter.TODAY, Corrections(name=PersonName("髙橋　花子")))
        return rewriting.remake_record(ctx, claim, filing)

    counter.assert_gated(federation, KUNITACHI, event, Permission.REGISTER_RECORD_CORRECT, act)
    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) >= 2
