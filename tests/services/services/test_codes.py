"""Codes: changed on request, assigned on the start for foreign residents, drawn once and never again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter, drafting

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.services import codes, designation
from jukinet.services.codes import Assigned
from jukinet.services.context import TurnedBackError
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

CHANGED, ASSIGNED = "register:code:changed", "register:code:assigned"
OTHER = ResidentRecordCode("24727059608")


# Changed on request


@case("Act Art. 30-3(1), (3), (4)", "Ord. Art. 30-5(iv)", "spec 4.3.2", permitted="C1 C2 C3 C4")
def test_a_change_gives_a_new_code_and_reaches_the_centre_with_the_old_one(federation: Federation) -> None:
    (found,) = counter.load(federation)
    old = found.record.code
    assert old is not None
    counter.change_code(federation, KUNITACHI, found)
    federation.run()
    after = counter.read(federation, KUNITACHI, found.resident_no)
    new = after.record.code
    assert new not in {None, old}
    assert after.record == replace(found.record, code=new)
    assert (after.versions[-1].reason, after.versions[-1].effective_on) == (
        "code-change-requested",
        counter.TODAY,
    )
    assert counter.notices(federation, KUNITACHI)[-1]["change"] == {
        "kind": "code-correction",
        "reason": "code-change-requested",
        "occurred_on": "2013-07-08",
        "foreign_record": False,
        "previous_code": str(old),
    }
    assert counter.notices(federation, KUNITACHI)[-1]["code"] == str(new)
    assert counter.code_notices(federation, KUNITACHI) == [
        (found.resident_no, "assigned", str(old)),  # when the register was taken over
        (found.resident_no, "changed", str(new)),
    ]
    (entry,) = counter.audit(federation, KUNITACHI, CHANGED)
    assert (entry["resident_no"], entry["subject_code"]) == (found.resident_no, str(old))
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    for node in (counter.TOKYO, NATIONAL):
        (former,) = counter.stored(federation, node, old)
        assert (former["live"], former["superseded"]) == (False, True)
        assert former["retain_until"] == date(2018, 7, 7)
        (now,) = counter.stored(federation, node, new)
        # The place did not change: its event date goes on.
        assert now["event_on"] == former["event_on"]


@case("Act Art. 30-7(2)", "spec 4.3.2")
def test_codes_may_be_changed_again_and_none_comes_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    seen = {found.record.code}
    for _ in range(5):
        counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, found.resident_no))
        code = counter.read(federation, KUNITACHI, found.resident_no).record.code
        assert code not in seen
        seen.add(code)
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    assert len(counter.live(federation, NATIONAL)) == 1


def test_one_may_state_the_latin_name_and_the_address_without_the_building(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    filing = counter.code_change_filing(found, name="SMITH ANNA", address=found.record.address.text)
    counter.registered(codes.change_code(federation.context(KUNITACHI), CLERK, filing))


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"resident_no": "99999999999"}, ["C1", "C2", "C3"]),
        ({"name": "国立　次郎"}, ["C3"]),
        ({"address": "東京都国立市"}, ["C3"]),
        ({"code": OTHER}, ["C3"]),
        ({"shown": None}, ["C4"]),
        ({"name": "国立　次郎", "shown": None}, ["C3", "C4"]),
    ),
)
def test_a_change_is_refused_with_every_rule_that_fails(
    standing: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    filing = counter.code_change_filing(counter.somebody(standing), **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(
        standing, KUNITACHI, CHANGED, lambda: codes.change_code(ctx, CLERK, filing), *rules
    )


@case(refused="C1")
def test_who_is_gone_has_no_code_to_change(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    ctx, filing = federation.context(KUNITACHI), counter.code_change_filing(found)
    counter.assert_refused(
        federation, KUNITACHI, CHANGED, lambda: codes.change_code(ctx, CLERK, filing), "C1"
    )


@case(refused="C2")
def test_a_town_not_connected_has_no_code_to_change(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    filing = counter.code_change_filing(replace(found, record=replace(found.record, code=OTHER)))
    ctx = federation.context(YAMATSURI)
    counter.assert_refused(
        federation, YAMATSURI, CHANGED, lambda: codes.change_code(ctx, CLERK, filing), "C2", "C3"
    )


def test_only_an_operator_who_may_changes_a_code(standing: Federation) -> None:
    filing = counter.code_change_filing(counter.somebody(standing), name="国立　次郎")
    counter.assert_gated(
        standing,
        KUNITACHI,
        CHANGED,
        Permission.REGISTER_CODE_CHANGE,
        lambda ctx, claim: codes.change_code(ctx, claim, filing),
    )


def test_a_crash_at_any_step_of_a_change_leaves_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    filing = counter.code_change_filing(found)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: codes.change_code(ctx, CLERK, filing)
    )
    assert crashes >= 4  # the draw, the version, the notice, the trail


@case(refused="CD25")
def test_an_empty_pool_stops_the_act_and_stores_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    for _ in range(designation.free_codes(federation.context(KUNITACHI))):
        counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, found.resident_no))
    last = counter.read(federation, KUNITACHI, found.resident_no)
    before = counter.contents(federation, KUNITACHI)
    with pytest.raises(TurnedBackError) as caught:
        counter.change_code(federation, KUNITACHI, last)
    assert [failed.rule for failed in caught.value.refused.failed] == ["CD25"]
    assert counter.contents(federation, KUNITACHI) == before
    entry = counter.audit(federation, KUNITACHI, CHANGED)[-1]
    assert (entry["outcome"], entry["resident_no"]) == ("refused", last.resident_no)


# The start for foreign residents


@case("Ord. 2010 no. 253 suppl. Art. 9(1)", permitted="A3 P2")
def test_every_foreign_resident_is_given_a_code_but_those_excepted(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 5))
    stays, before_day, on_day, filed_on_day = (
        counter.load(federation, kind=RecordKind.FOREIGN, seed=seed)[0] for seed in range(4)
    )
    (citizen,) = counter.load(federation, seed=9)
    filed: dict[str, Any] = {"filed_on": date(2013, 7, 5)}
    counter.file_move_out(
        federation, KUNITACHI, [before_day.resident_no], planned_on=date(2013, 7, 7), **filed
    )
    counter.file_move_out(federation, KUNITACHI, [on_day.resident_no], planned_on=counter.TODAY, **filed)
    federation.set_date(date(2013, 7, 7))
    federation.run()
    assert all(not notice["change"]["foreign_record"] for notice in counter.notices(federation, KUNITACHI))

    federation.set_date(counter.TODAY)
    counter.file_move_out(federation, KUNITACHI, [filed_on_day.resident_no])
    done = codes.assign_codes_to_foreign_residents(federation.context(KUNITACHI), CLERK)
    assert done == Assigned(2, (on_day.resident_no,))
    federation.run()

    def code(of: Any) -> ResidentRecordCode | None:
        return counter.read(federation, KUNITACHI, of.resident_no).record.code

    assert code(before_day) is None  # gone the day before
    assert code(on_day) is None
    assert code(citizen) == citizen.record.code
    for one in (stays, filed_on_day):
        counter.both_stores(federation, KUNITACHI, one.resident_no)
    assert counter.code_notices(federation, KUNITACHI) == [
        (one.resident_no, "assigned", str(code(one))) for one in (citizen, stays, filed_on_day)
    ]
    told = [one for one in counter.notices(federation, KUNITACHI) if "code-correction" in str(one)]
    assert [one["change"] for one in told] == [
        {
            "kind": "code-correction",
            "reason": "code-recorded-ex-officio",
            "occurred_on": "2013-07-08",
            "foreign_record": True,
            "previous_code": "none",
        }
    ] * 2
    entries = counter.audit(federation, KUNITACHI, ASSIGNED)
    assert [entry["resident_no"] for entry in entries] == [stays.resident_no, filed_on_day.resident_no]
    assert [entry["subject_code"] for entry in entries] == [str(code(stays)), str(code(filed_on_day))]


def test_an_assignment_done_again_gives_nothing_more(federation: Federation) -> None:
    counter.load(federation, kind=RecordKind.FOREIGN)
    ctx = federation.context(KUNITACHI)
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(1, ())
    before, written = counter.contents(federation, KUNITACHI), counter.audit(federation, KUNITACHI, ASSIGNED)
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(0, ())
    assert counter.contents(federation, KUNITACHI) == before
    (attempt,) = counter.audit(federation, KUNITACHI, ASSIGNED)[len(written) :]
    assert (attempt["outcome"], attempt["actor"]) == ("none", CLERK.actor), "it may have told who is excepted"
    assert (attempt["subject_code"], attempt["resident_no"]) == (None, None)


def test_an_assignment_goes_on_over_many_batches(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "_BATCH", 2)
    people = [[make_person(RecordKind.FOREIGN, seed=seed)] for seed in range(5)]
    counter.load(federation, KUNITACHI, *people)
    ctx = federation.context(KUNITACHI)
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(5, ())
    assert len(set(counter.code_notices(federation, KUNITACHI))) == 5


def test_an_assignment_stopped_half_way_goes_on(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "_BATCH", 2)
    people = [[make_person(RecordKind.FOREIGN, seed=seed)] for seed in range(3)]
    counter.load(federation, KUNITACHI, *people)
    ctx = federation.context(KUNITACHI)
    given: list[int] = []
    for looks in range(1, 60):
        with pytest.raises(SystemError):
            codes.assign_codes_to_foreign_residents(replace(ctx, clock=counter.CrashingClock(looks)), CLERK)
        given.append(len(counter.audit(federation, KUNITACHI, ASSIGNED)))
        if given[-1]:
            break
    assert given[-1] == 2, "the first batch, whole, and nothing of the second"
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(1, ())
    federation.run()
    for number in counter.known_numbers(federation, KUNITACHI):
        counter.both_stores(federation, KUNITACHI, number)


@case("spec 4.0.8", refused="DR7", permitted="DR7")
def test_where_a_second_person_is_demanded_another_one_looks_first(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    second, assign = drafting.enrol_second(federation), codes.assign_codes_to_foreign_residents
    counter.assert_refused(federation, KUNITACHI, ASSIGNED, lambda: assign(ctx, CLERK), "DR7")
    before = counter.contents(federation, KUNITACHI)
    assert codes.simulate_codes_at_start(ctx, second) == Assigned(1, ())
    assert counter.contents(federation, KUNITACHI) == before
    counter.assert_refused(federation, KUNITACHI, ASSIGNED, lambda: assign(ctx, second), "DR7")
    assert assign(ctx, CLERK) == Assigned(1, ())
    assert counter.read(federation, KUNITACHI, found.resident_no).record.code is not None
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:codes:simulated",
        Permission.REGISTER_CODE_ASSIGN,
        codes.simulate_codes_at_start,
    )


@pytest.mark.parametrize("on", [date(2013, 7, 7), date(2013, 7, 9)])
@case(refused="A3")
def test_an_assignment_on_another_day_is_refused(federation: Federation, on: date) -> None:
    counter.turn_back(federation, date(2013, 7, 7))
    federation.set_date(on)
    counter.load(federation, kind=RecordKind.FOREIGN)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, ASSIGNED, lambda: codes.assign_codes_to_foreign_residents(ctx, CLERK), "A3"
    )


@case("Act Art. 30-2(1)", "Act Art. 30-2(2)", "Ord. Art. 30-2")
def test_the_entry_of_an_act_says_by_which_article_its_code_was_given(federation: Federation) -> None:
    """Years later nobody remembers whether a certificate named the last code."""
    (found,) = counter.load(federation, CHIYODA)
    known = counter.as_person(found)
    unknown = counter.japanese(name=PersonName("無番　太郎"))
    household = counter.read(
        federation, KUNITACHI, counter.move_in(federation, KUNITACHI, known).resident_nos[0]
    ).record.household_number
    baby = replace(counter.child(), birth_date=PartialDate("2013-07-06"))
    counter.move_in(federation, KUNITACHI, unknown, baby)
    counter.give_birth(federation, KUNITACHI, household)
    entries = [
        *counter.audit(federation, KUNITACHI, "register:move-in:recorded"),
        *counter.audit(federation, KUNITACHI, "register:birth:recorded"),
    ]
    said = [[rule for rule in entry["rules"] if rule.startswith("code ")] for entry in entries]
    nowhere_before = ["code Act Art. 30-2(2)(3)"]
    assert said == [["code Act Art. 30-2(1)"], ["code Ord. Art. 30-2"], nowhere_before, nowhere_before]


@case(refused="P2")
def test_an_assignment_in_a_town_not_connected_is_refused(federation: Federation) -> None:
    counter.load(federation, YAMATSURI, kind=RecordKind.FOREIGN)
    ctx = federation.context(YAMATSURI)
    counter.assert_refused(
        federation, YAMATSURI, ASSIGNED, lambda: codes.assign_codes_to_foreign_residents(ctx, CLERK), "P2"
    )


@case(refused="A3 P2")
def test_every_reason_against_an_assignment_is_named(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 7))
    ctx = federation.context(YAMATSURI)
    counter.assert_refused(
        federation,
        YAMATSURI,
        ASSIGNED,
        lambda: codes.assign_codes_to_foreign_residents(ctx, CLERK),
        "A3",
        "P2",
    )


def test_only_an_operator_who_may_assigns_codes(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        CHIYODA,
        ASSIGNED,
        Permission.REGISTER_CODE_ASSIGN,
        codes.assign_codes_to_foreign_residents,
    )
