"""What a record must say and what it may leave out (specification 1.1.6), the koseki of none among it (1.1.12)."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.network.registering import plain
from tests.services.services import counter

from jukinet.domain.changes import RegisterReason
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Koseki, PersonName
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground, Telling
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import births, ex_officio, filings, moves
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections, RecordingFiling
from jukinet.services.filings import BirthFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

NONE, UNKNOWN = Koseki("なし", "なし"), Koseki("不明", "不明")
FOUND_OUT = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)


# What must be there


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("persons", 0, "birth_date"), "persons[0].birth_date"),
        (("address",), "address"),
        (("address", "text"), "address.text"),
        (("moved_on",), "moved_on"),  # the day of becoming a resident
    ],
)
def test_a_move_in_without_what_the_record_must_say_is_not_read(path: tuple[Any, ...], field: str) -> None:
    filing = plain(counter.move_in_filing(KUNITACHI))
    inner = filing
    for step in path[:-1]:
        inner = inner[step]
    for empty in (None, ""):
        changed = copy.deepcopy(filing)
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = empty
        with pytest.raises(JukinetError) as caught:
            filings.read_move_in(changed)
        assert field in {fault.field for fault in caught.value.faults}


@case("Act Art. 7(v)", refused="LC5")
def test_nobody_japanese_is_recorded_without_a_word_on_the_koseki(standing: Federation) -> None:
    ctx = standing.context(KUNITACHI)
    nothing = counter.japanese(koseki=None)
    move = counter.move_in_filing(KUNITACHI, nothing)
    household = counter.somebody(standing).record.household_number
    child = replace(counter.child(), koseki=None)
    by_office = replace(move, evidence=None, status_shown=False)
    attempts = {
        "register:move-in:recorded": lambda: moves.move_in(ctx, CLERK, move),
        "register:birth:recorded": lambda: births.record_birth(
            ctx, CLERK, BirthFiling(household, child, counter.TODAY)
        ),
        "register:record:entered": lambda: ex_officio.record_ex_officio(
            ctx, CLERK, RecordingFiling(by_office, FOUND_OUT)
        ),
    }
    for event, attempt in attempts.items():
        counter.assert_refused(standing, KUNITACHI, event, attempt, "LC5")


def test_numbers_and_the_code_are_given_where_nobody_states_them(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    assert found.resident_no
    assert found.record.household_number
    assert found.record.code is not None


# What may be left out


def test_a_record_may_leave_out_what_is_not_known_or_not_had(federation: Federation) -> None:
    who = counter.japanese(name=PersonName("国立　花子"))
    address = replace(counter.ADDRESSES[KUNITACHI], building=None)
    (number,) = counter.move_in(federation, KUNITACHI, who, address=address).resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    assert (record.name.kana, record.address.building, record.address_since) == (None, None, None)
    assert (record.nickname, record.last_registered_address, record.voter) == (None, None, False)


# The koseki of none


@pytest.mark.parametrize("koseki", [NONE, UNKNOWN])
@case("spec 1.1.12", "Act Art. 7(v)", permitted="LC5")
def test_a_koseki_that_there_is_not_or_that_is_not_known_is_recorded_as_such(
    federation: Federation, koseki: Koseki
) -> None:
    who = counter.japanese(koseki=koseki)
    (number,) = counter.move_in(federation, KUNITACHI, who, evidence=MoveInEvidence.EXCUSED).resident_nos
    assert counter.read(federation, KUNITACHI, number).record.koseki == koseki
    found = Koseki("東京都国立市富士見台二丁目47番地", "国立　花子")
    filing = CorrectionFiling(
        number,
        CorrectionKind.CHANGE,
        counter.TODAY,
        Corrections(koseki=found),
        Basis(Ground.KOSEKI, confirmed=True),
    )
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    after = counter.read(federation, KUNITACHI, number)
    assert after.record.koseki == found
    assert after.versions[0].record.koseki == koseki


# The same address (specification 4.1.2.1)


@case("spec 4.1.2.1", permitted="W5")
def test_a_move_to_another_house_on_the_same_lot_is_a_move_and_nobody_outside_is_told(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    told = len(counter.notices(federation, KUNITACHI))
    same = found.record.address
    counter.move_within(federation, KUNITACHI, found.resident_no, address=same, other_house=True)
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.versions[-1].reason is RegisterReason.MOVE_WITHIN
    assert (after.record.address, after.record.address_since) == (same, date(2013, 7, 6))
    # None of the six facts changed.
    assert len(counter.notices(federation, KUNITACHI)) == told
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
