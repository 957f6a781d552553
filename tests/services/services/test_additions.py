"""Enrolments: added to the notification that records somebody, and corrected by the office on its grounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.items import Programmes
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.services import ex_officio, moves
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

MOVED = date(2013, 7, 7)
STATED = Programmes(
    health_insurance_since=MOVED, pension_class="第1号被保険者", pension_since=date(2003, 4, 17)
)


def correct(federation: Federation, number: str, ground: Ground, **items: Any) -> Any:
    filing = CorrectionFiling(
        number, CorrectionKind.CHANGE, MOVED, Corrections(**items), Basis(ground, confirmed=True)
    )
    return ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing)


@case("Act Arts. 28, 29", "Ord. Art. 27(i)", "Ord. Art. 28(i)")
def test_what_is_added_to_a_move_in_stands_in_the_record_and_in_no_notice(federation: Federation) -> None:
    insured = replace(counter.japanese(), programmes=STATED)
    (number,) = counter.move_in(federation, KUNITACHI, insured, moved_on=MOVED).resident_nos
    assert counter.read(federation, KUNITACHI, number).record.programmes == STATED
    (notice,) = counter.notices(federation, KUNITACHI)
    assert "第1号" not in str(notice)
    assert "2003-04-17" not in str(notice)


@case("Act Arts. 28, 29", refused="AD3")
def test_an_enrolment_of_tomorrow_is_refused_with_the_whole_move(federation: Federation) -> None:
    tomorrow = replace(counter.japanese(), programmes=Programmes(care_insurance_since=date(2013, 7, 9)))
    filing = counter.move_in_filing(KUNITACHI, tomorrow)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:move-in:recorded",
        lambda: moves.move_in(federation.context(KUNITACHI), CLERK, filing),
        "AD3",
    )


@case("Act Art. 10", "Ord. Art. 12(2)(ii)", permitted="AD1")
def test_the_commissions_notice_is_recorded_and_told_to_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, before = found.resident_no, len(counter.notices(federation, KUNITACHI))
    counter.registered(correct(federation, number, Ground.VOTERS_ROLL, voter=not found.record.voter))
    assert counter.read(federation, KUNITACHI, number).record.voter is not found.record.voter
    assert len(counter.notices(federation, KUNITACHI)) == before


@case("Act Art. 29-2", "Ord. Art. 12(2)(v)", "spec 7.2.2", permitted="AD2 IN17", refused="IN17")
def test_an_enrolment_that_ended_stays_with_the_day_and_one_that_never_was_goes(
    federation: Federation,
) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese(), moved_on=MOVED).resident_nos
    allowance = Programmes(child_allowance_since=MOVED)
    ended = replace(allowance, child_allowance_ended=MOVED)
    counter.registered(correct(federation, number, Ground.PROGRAMME, programmes=allowance))
    refused = correct(federation, number, Ground.PROGRAMME, programmes=Programmes())
    assert [rule.rule for rule in refused.failed] == ["IN17"]
    for programmes, ground in ((ended, Ground.PROGRAMME), (Programmes(), Ground.DECISION)):
        counter.registered(correct(federation, number, ground, programmes=programmes))
        assert counter.read(federation, KUNITACHI, number).record.programmes == programmes
