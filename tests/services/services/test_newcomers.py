"""Who may have been recorded here before, and who did not report an earlier move (specification 4.1.1.2, 4.1.1.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case, refusals
from tests.services.network import registering
from tests.services.services import counter

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.persons import Place, Sex
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import ex_officio, ex_officio_filings, moves
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

IN = "register:move-in:recorded"
M3 = "move-in-notice"


def _on_the_way(federation: Federation) -> Found:
    """Somebody of Chiyoda who filed a move-out to Fukushima, and did not notify there."""
    (found,) = counter.load(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [found.resident_no], FUKUSHIMA, planned_on=date(2013, 7, 8))
    federation.run()
    return found


@case("Act Art. 9(1)", "spec 1.1.14", "spec 4.1.1.4", "spec 4.1.3.1.2", permitted="I10")
def test_who_did_not_report_a_move_is_recorded_and_the_last_registered_place_told(
    federation: Federation,
) -> None:
    found = _on_the_way(federation)
    (number,) = counter.move_in(
        federation,
        KUNITACHI,
        counter.as_person(found),
        previous_address=counter.place(FUKUSHIMA),
        last_registered_address=counter.place(CHIYODA),
    ).resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    assert record.previous_address is not None
    assert record.previous_address == replace(
        counter.place(FUKUSHIMA), text=counter.place(FUKUSHIMA).text + "（未届）"
    )
    assert record.last_registered_address == counter.place(CHIYODA)
    assert record.code == found.record.code
    assert counter.remarked(federation, KUNITACHI, number) == [
        ("move-in", ("未届転入　転入前住所　福島県福島市五老内町3番1号（未届）",))
    ]
    assert [to for to, _ in counter.statements(federation, KUNITACHI, M3)] == [str(CHIYODA.node_id)]
    federation.run()
    old = counter.read(federation, CHIYODA, found.resident_no)
    assert not old.present
    assert old.record.move_out is not None
    assert old.record.move_out.destination == counter.place(FUKUSHIMA), "the plan stands as it was filed"
    assert old.record.confirmed_move is not None
    assert old.record.confirmed_move.address.municipality == KUNITACHI
    assert counter.parked(federation, FUKUSHIMA) == []
    assert counter.parked(federation, CHIYODA) == []
    assert list(counter.live(federation, NATIONAL)) == [(str(KUNITACHI), str(found.record.code))]


@case("spec 4.1.1.4", permitted="I10")
def test_the_mark_is_not_written_twice_and_none_is_written_without_cause(federation: Federation) -> None:
    typed = Place("福島県福島市五老内町（未届）", FUKUSHIMA)
    for place, last, expected in (
        (typed, counter.place(CHIYODA), typed.text),
        (counter.place(CHIYODA), None, counter.place(CHIYODA).text),
    ):
        (number,) = counter.move_in(
            federation,
            KUNITACHI,
            counter.japanese(name=PersonName(f"国立　{expected[-4:]}")),
            previous_address=place,
            last_registered_address=last,
        ).resident_nos
        record = counter.read(federation, KUNITACHI, number).record
        assert record.previous_address is not None
        assert record.previous_address.text == expected
        ((_, remarks),) = counter.remarked(federation, KUNITACHI, number)
        assert [expected in one for one in remarks] == [True] * (last is not None)


@case("spec 4.1.1.4")
def test_a_place_of_last_registration_known_as_text_tells_nobody(federation: Federation) -> None:
    """The place that was not notified holds no record: it is not told instead."""
    counter.move_in(
        federation,
        KUNITACHI,
        previous_address=counter.place(FUKUSHIMA),
        last_registered_address=Place("不明"),
    )
    assert counter.statements(federation, KUNITACHI, M3) == []


@pytest.mark.parametrize(
    ("changes", "rules"),
    refusals(
        ({"last_registered_address": counter.place(CHIYODA)}, ["I10"]),
        (
            {
                "last_registered_address": counter.place(CHIYODA),
                "previous_address": None,
                "evidence": MoveInEvidence.EXCUSED,
            },
            ["SR12", "I10"],
        ),
    ),
)
def test_the_two_places_must_be_two(
    federation: Federation, changes: dict[str, object], rules: list[str]
) -> None:
    ctx = federation.context(KUNITACHI)
    filing = counter.move_in_filing(KUNITACHI, **changes)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@case("spec 4.2.1.1", permitted="I10")
def test_an_entry_ex_officio_knows_the_last_registered_place_too(federation: Federation) -> None:
    found = _on_the_way(federation)
    body = registering.record_ex_officio(federation) | {
        "persons": registering.plain([counter.as_person(found)]),
        "previous_address": registering.plain(counter.place(FUKUSHIMA)),
        "last_registered_address": registering.plain(counter.place(CHIYODA)),
    }
    filing = ex_officio_filings.read_recording(body)
    done = ex_officio.record_ex_officio(federation.context(KUNITACHI), CLERK, filing)
    (number,) = counter.registered(done).resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    assert record.last_registered_address == counter.place(CHIYODA)
    assert [len(remarks) for _, remarks in counter.remarked(federation, KUNITACHI, number)] == [1]
    federation.run()
    assert not counter.read(federation, CHIYODA, found.resident_no).present


# Who was here before


def _gone(federation: Federation) -> Found:
    """Somebody who left for abroad."""
    (found,) = counter.load(federation)
    counter.file_move_out(
        federation, KUNITACHI, [found.resident_no], Place("ブラジル国"), planned_on=counter.TODAY
    )
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert not gone.present
    return gone


_BACK = {"previous_address": counter.HAWAII, "evidence": MoveInEvidence.FROM_ABROAD}


@case("spec 4.1.1.2", refused="I9", permitted="I9")
def test_who_comes_back_without_the_code_is_looked_for_among_those_who_left(federation: Federation) -> None:
    gone = _gone(federation)
    ctx = federation.context(KUNITACHI)
    nameless = counter.as_person(gone, code=None)
    back = counter.move_in_filing(KUNITACHI, nameless, **_BACK)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, back), "I9")
    for other in (
        {"sex": Sex.MALE if nameless.sex is not Sex.MALE else Sex.FEMALE},
        {"birth_date": PartialDate("1980-04-18")},
        {"name": PersonName("国立　月子")},
    ):
        assert counter.move_in(federation, KUNITACHI, replace(nameless, **other), **_BACK).remarks == ()
    namesake = counter.move_in(federation, KUNITACHI, nameless, although_alike=True, **_BACK)
    (remark,) = namesake.remarks
    assert remark.article == "Resident-record specification 4.1.1.2"
    new = counter.read(federation, KUNITACHI, namesake.resident_nos[0])
    assert counter.code_of(new) != counter.code_of(gone)


@case("Act Art. 30-2(1)", "spec 4.1.1.2", permitted="I9")
def test_who_comes_back_with_the_code_has_it_again(federation: Federation) -> None:
    gone = _gone(federation)
    done = counter.move_in(federation, KUNITACHI, counter.as_person(gone), **_BACK)
    assert done.remarks == ()
    back = counter.read(federation, KUNITACHI, done.resident_nos[0])
    assert (back.present, back.record.code) == (True, gone.record.code)
    # Now somebody alike is both here and among those who left: both are told at once.
    ctx = federation.context(KUNITACHI)
    again = counter.move_in_filing(KUNITACHI, counter.as_person(gone, code=None), **_BACK)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, again), "I8", "I9")


@case("spec 4.1.1.2", permitted="I9")
def test_who_died_does_not_come_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    alike = counter.as_person(found, code=None)
    assert counter.move_in(federation, KUNITACHI, alike, **_BACK).remarks == ()
