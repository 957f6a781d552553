"""Who may have been recorded here before, and who did not report an earlier move (specification 4.1.1.2, 4.1.1.4)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from tests.conformance.cases import case, refusals
from tests.services.network import registering
from tests.services.services import counter
from tests.services.services.test_places import POST

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Koseki, PersonName
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place, Sex
from jukinet.domain.searches import Search
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import ex_officio, ex_officio_filings, moves, places, returners, undoing
from jukinet.services.reads import Found
from jukinet.services.searches import FoundPage, search_residents
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI
from jukinet.testing.people import make_person

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
    assert [remark.article for remark in done.remarks] == ["Resident-record specification 4.1.1.2"]
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


# The number of before


def _leave(federation: Federation, number: str) -> None:
    counter.file_move_out(federation, KUNITACHI, [number], Place("ブラジル国"), planned_on=counter.TODAY)
    federation.run()


def _versions(found: Found) -> list[str]:
    return [version.reason.value for version in found.versions]


@case("spec 4.1.1.2", "spec 2.2.1", permitted="SR41")
def test_who_comes_back_has_the_number_of_before_and_the_old_record_stays_its_own(
    federation: Federation,
) -> None:
    """By the code, the card or the number that the clerk found; each stay is a record with a history of its own."""
    gone = _gone(federation)
    number = gone.resident_no
    # By the code.
    assert counter.move_in(federation, KUNITACHI, counter.as_person(gone), **_BACK).resident_nos == (number,)
    back = counter.read(federation, KUNITACHI, number)
    assert (back.present, _versions(back)) == (True, ["move-in-from-abroad"])
    before = counter.read(federation, KUNITACHI, f"{number}/1")
    assert (before.present, before.record, _versions(before)) == (False, gone.record, _versions(gone))
    # By the number that the clerk names, the code having been changed or forgotten.
    _leave(federation, number)
    named = counter.as_person(gone, code=None, resident_no=number)
    assert counter.move_in(federation, KUNITACHI, named, **_BACK).resident_nos == (number,)
    assert _versions(counter.read(federation, KUNITACHI, f"{number}/2")) == [
        "move-in-from-abroad",
        "move-out-filed",
        "move-out-abroad",
    ]
    found = search_residents(federation.context(KUNITACHI), CLERK, Search(resident_no=number, deleted=True))
    assert isinstance(found, FoundPage)
    assert [(row.resident_no, row.present) for row in found.rows] == [
        (f"{number}/1", False),
        (f"{number}/2", False),
        (number, True),
    ]


@case("spec 4.1.1.2", permitted="SR41 I9")
def test_who_comes_back_is_known_by_the_number_of_the_residence_card(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    gone = counter.read(federation, KUNITACHI, number)
    _leave(federation, number)
    married = replace(counter.as_person(gone, code=None), name=PersonName("SMITH ANNA", latin="SMITH ANNA"))
    done = counter.move_in(federation, KUNITACHI, married, **_BACK)
    assert done.resident_nos == (number,)
    assert len(done.remarks) == 1


@case("spec 4.1.1.2", refused="SR41 I9")
def test_a_number_of_somebody_else_is_not_taken_over(federation: Federation) -> None:
    gone = _gone(federation)
    here, dead = counter.load(federation, KUNITACHI, [make_person(seed=5)], [make_person(seed=6)])
    counter.die(federation, KUNITACHI, dead.resident_no)
    other = counter.japanese(birth_date=PartialDate("1977-07-07"))
    ctx = federation.context(KUNITACHI)
    for person in (
        replace(other, resident_no=gone.resident_no),
        counter.as_person(gone, code=None, resident_no="99999999999"),
        counter.as_person(here, code=None, resident_no=here.resident_no),
        counter.as_person(dead, code=None, resident_no=dead.resident_no),
    ):
        filing = counter.move_in_filing(KUNITACHI, person, although_alike=True, **_BACK)
        counter.assert_refused(federation, KUNITACHI, IN, partial(moves.move_in, ctx, CLERK, filing), "SR41")
    twins = [
        counter.as_person(gone, resident_no=gone.resident_no),
        counter.as_person(gone, code=None, resident_no=gone.resident_no, relationship="妻"),
    ]
    filing = counter.move_in_filing(KUNITACHI, *twins, although_alike=True, **_BACK)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), "SR41")
    # Of another code than here: whether it is they, the clerk says.
    coded = counter.as_person(gone, code=ResidentRecordCode("24727059608"))
    alert = counter.move_in_filing(KUNITACHI, coded, **_BACK)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, alert), "I9")


@case("spec 4.1.1.2", permitted="SR41")
def test_a_return_that_is_undone_leaves_the_number_for_the_next(federation: Federation) -> None:
    gone = _gone(federation)
    counter.move_in(federation, KUNITACHI, counter.as_person(gone), **_BACK)
    ctx = federation.context(KUNITACHI)
    counter.registered(undoing.undo(ctx, CLERK, undoing.UndoFiling(gone.resident_no, 1)))
    assert not counter.read(federation, KUNITACHI, gone.resident_no).present
    again = counter.move_in(federation, KUNITACHI, counter.as_person(gone), **_BACK)
    assert again.resident_nos == (gone.resident_no,)
    known = counter.known_numbers(federation, KUNITACHI)
    assert known == [f"{gone.resident_no}/1", f"{gone.resident_no}/2", gone.resident_no]


def test_a_return_is_all_or_nothing(federation: Federation) -> None:
    gone = _gone(federation)
    filing = counter.move_in_filing(KUNITACHI, counter.as_person(gone), **_BACK)
    counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: moves.move_in(ctx, CLERK, filing))


@case("spec 4.1.1.2", "spec 4.0.6", permitted="SR42")
def test_the_items_of_before_are_given_as_a_person_to_file(federation: Federation) -> None:
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.japanese(koseki=Koseki("東京都千代田区麹町1番地", "国立　太郎"))
    ).resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    _leave(federation, number)
    reply = registering.post(federation, "residents/items-of-before", {"resident_no": number})
    given = json.loads(reply.body)
    assert given["address"] == record.address.full
    person = given["person"]
    assert person["koseki"] == {"domicile": "東京都千代田区麹町1番地", "head": "国立　太郎"}
    body = registering.move_in(federation) | {"persons": [person]}
    done = json.loads(registering.post(federation, "move-in", body, key="a").body)
    assert done["resident_nos"] == [number]
    back = counter.read(federation, KUNITACHI, number).record
    assert (back.name, back.birth_date, back.sex, back.code, back.koseki) == (
        record.name,
        record.birth_date,
        record.sex,
        record.code,
        record.koseki,
    )


@case("spec 4.1.1.2", refused="SR42")
def test_no_items_are_given_of_who_is_here_or_died_or_nobody(federation: Federation) -> None:
    here, dead = counter.load(federation, KUNITACHI, [make_person(seed=5)], [make_person(seed=6)])
    counter.die(federation, KUNITACHI, dead.resident_no)
    ctx = federation.context(KUNITACHI)
    for number, rule in ((here.resident_no, "SR42"), (dead.resident_no, "SR42"), ("99999999999", "R1")):
        refused = returners.items_of_before(ctx, CLERK, number)
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == [rule]
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:resident:read",
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: returners.items_of_before(ctx, claim, here.resident_no),
    )


@case("spec 4.0.6")
def test_a_domicile_whose_municipality_is_no_more_is_left_out(federation: Federation) -> None:
    """By the country's areas: 谷保村 is none of them. A text that the directory knows stays."""
    areas = places.read_postal_areas(POST.encode())
    assert not isinstance(places.load_postal_areas(federation.context(KUNITACHI), CLERK, areas), Refused)
    for domicile, stays in (("東京都北多摩郡谷保村1番地", False), ("東京都国立市谷保1番地", True)):
        (number,) = counter.move_in(
            federation,
            KUNITACHI,
            counter.japanese(
                name=PersonName(f"国立　{domicile[-5:]}"), koseki=Koseki(domicile, "国立　太郎")
            ),
        ).resident_nos
        _leave(federation, number)
        found = returners.items_of_before(federation.context(KUNITACHI), CLERK, number)
        assert isinstance(found, returners.OfBefore)
        assert (found.person.koseki is not None, found.domicile_gone) == (stays, not stays)
