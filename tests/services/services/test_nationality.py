"""Another nationality: one record ends, the other begins, the code goes over, the stores end with one live record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.services import nationality, nicknames
from jukinet.services.foreign_filings import AcquiredFiling, LostFiling, NicknameFiling
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI
from jukinet.testing.notifying import IN_PERSON

ACQUIRED, LOST = "register:nationality:acquired", "register:nationality:lost"
NOBODY = "99999999999"
NAME = PersonName("国立　杏奈", "クニタチ　アンナ")
KOSEKI = Koseki("東京都国立市富士見台二丁目47番地", "国立　杏奈")
STAY = ForeignItems("USA", date(2013, 7, 7), ForeignClass.TRANSITIONAL)


def acquired(number: str, **changes: Any) -> AcquiredFiling:
    return replace(AcquiredFiling(number, NAME, KOSEKI, date(2013, 7, 7), counter.TODAY), **changes)


def lost(number: str, **changes: Any) -> LostFiling:
    return replace(LostFiling(number, STAY, date(2013, 7, 7), counter.TODAY), **changes)


def acquire(federation: Federation, number: str, **changes: Any) -> Registered:
    filing = acquired(number, **changes)
    return counter.registered(nationality.acquire_nationality(federation.context(KUNITACHI), CLERK, filing))


def lose(federation: Federation, number: str, **changes: Any) -> Registered:
    filing = lost(number, **changes)
    return counter.registered(nationality.lose_nationality(federation.context(KUNITACHI), CLERK, filing))


def foreigner(federation: Federation) -> str:
    """Somebody with a nickname, who came the day before."""
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    filing = NicknameFiling(
        number,
        "国立　アンナ",
        counter.TODAY,
        proof_shown=True,
        found_needed=True,
        notified_by=IN_PERSON,
    )
    counter.registered(nicknames.record_nickname(federation.context(KUNITACHI), CLERK, filing))
    federation.run()
    return number


def one_live(federation: Federation, code: ResidentRecordCode | None, *, foreign: bool) -> None:
    for node in (NodeId("pref-13"), NATIONAL):
        (held,) = counter.stored(federation, node, code)
        assert held["live"]
        (last,) = counter.owner_rows(
            federation,
            node,
            "SELECT * FROM identity_history WHERE history_id = %(no)s",
            no=held["history_id"],
        )
        assert last["foreign_record"] is foreign
        assert (held["reason"], held["occurred_on"]) == ("recorded-ex-officio", date(2013, 7, 7))
        assert held["retain_until"] is None
    assert counter.parked(federation, NodeId("pref-13")) == counter.parked(federation, NATIONAL) == []


@case("Ord. Art. 8-2(1)", "spec 4.5.3", permitted="F1 NA1 NA2 NA4 NA5")
def test_a_naturalisation_makes_the_japanese_record_and_deletes_the_foreign_one(
    federation: Federation,
) -> None:
    number = foreigner(federation)
    before = counter.read(federation, KUNITACHI, number)
    assert before.record.foreign is not None
    sent = len(counter.notices(federation, KUNITACHI))
    assert acquire(federation, number).resident_nos == (number,)
    after = counter.read(federation, KUNITACHI, number)
    assert after.present
    record = after.record
    assert (record.kind, record.name, record.koseki) == (RecordKind.JAPANESE, NAME, KOSEKI)
    assert (record.foreign, record.nickname, record.former_nicknames) == (None, None, ())
    assert record.became_resident_on == before.record.foreign.became_foreign_resident_on
    for kept in (
        "code",
        "household_number",
        "relationship",
        "address",
        "birth_date",
        "sex",
        "previous_address",
    ):
        assert getattr(record, kept) == getattr(before.record, kept)
    made = [(version.reason, version.present) for version in after.versions[len(before.versions) :]]
    assert ("deleted-naturalised", False) in made
    assert made[-1][1]
    told = counter.notices(federation, KUNITACHI)[sent:]
    code = str(before.record.code)
    assert [(one["change"]["kind"], one["change"]["reason"], one["code"]) for one in told] == [
        ("deletion", "deleted-ex-officio", code),
        ("recording", "recorded-ex-officio", code),
    ]
    assert [one["change"]["foreign_record"] for one in told] == [True, False]
    assert [one["name"] for one in told] == ["SMITH ANNA", "国立　杏奈"]
    assert [one.get("nickname") for one in told] == ["国立　アンナ", None]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    one_live(federation, record.code, foreign=False)


def test_one_entry_and_no_written_notice_for_a_code_that_goes_over(federation: Federation) -> None:
    number = foreigner(federation)
    told = counter.code_notices(federation, KUNITACHI)
    acquire(federation, number)
    (entry,) = counter.audit(federation, KUNITACHI, ACQUIRED)
    assert (entry["outcome"], entry["actor"], entry["resident_no"]) == ("done", CLERK.actor, number)
    assert entry["subject_code"] == str(counter.read(federation, KUNITACHI, number).record.code)
    assert counter.code_notices(federation, KUNITACHI) == told


def test_what_happened_after_the_day_stands_in_the_new_record(federation: Federation) -> None:
    """The papers come late: a move within was entered meanwhile, and holds for the Japanese record."""
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.foreign(foreign=counter.student(became=date(2013, 6, 3))),
        moved_on=date(2013, 6, 3),
    ).resident_nos  # fmt: skip
    counter.move_within(federation, KUNITACHI, number, moved_on=date(2013, 7, 5))
    federation.run()
    acquire(federation, number, acquired_on=date(2013, 6, 20))
    found = counter.read(federation, KUNITACHI, number)
    assert found.present
    assert found.record.address == counter.elsewhere_in(KUNITACHI)
    assert found.record.kind is RecordKind.JAPANESE
    in_force = {(one.effective_on, one.effective_seq): one for one in found.versions}
    assert [
        (place[0].day, one.present, one.record.kind.value, one.record.address == found.record.address)
        for place, one in sorted(in_force.items())
    ] == [
        (3, True, "foreign", False),
        (20, False, "foreign", False),
        (20, True, "japanese", False),
        (5, True, "japanese", True),
    ]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


def test_a_household_stays_as_it_is_when_its_head_becomes_japanese(federation: Federation) -> None:
    spouse = counter.foreign(name=PersonName("SMITH BEN", latin="SMITH BEN"), sex=Sex.MALE, relationship="夫")
    head, husband = counter.move_in(federation, KUNITACHI, counter.foreign(), spouse).resident_nos
    untouched = counter.read(federation, KUNITACHI, husband)
    acquire(federation, head)
    household = counter.read(federation, KUNITACHI, head).record
    assert household.is_householder
    assert counter.read(federation, KUNITACHI, husband) == untouched
    assert untouched.record.household_number == household.household_number
    # And a member: the relationship to the householder goes over.
    acquire(federation, husband, name=PersonName("国立　勉"))
    assert counter.read(federation, KUNITACHI, husband).record.relationship == "夫"


@case("Ord. Art. 8-2(2)", "spec 4.5.5", permitted="F1 NA1 NA3 NA4 NA5")
def test_a_loss_makes_the_foreign_record_and_deletes_the_japanese_one(federation: Federation) -> None:
    (before,) = counter.load(federation)
    number = before.resident_no
    sent = len(counter.notices(federation, KUNITACHI))
    lose(federation, number)
    after = counter.read(federation, KUNITACHI, number)
    record = after.record
    assert after.present
    assert (record.kind, record.koseki, record.became_resident_on) == (RecordKind.FOREIGN, None, None)
    assert record.foreign == STAY
    for kept in ("code", "household_number", "relationship", "address", "name", "address_since"):
        assert getattr(record, kept) == getattr(before.record, kept)
    assert {"deleted-nationality-lost", "recorded-nationality-lost"} <= {
        version.reason.value for version in after.versions
    }
    told = counter.notices(federation, KUNITACHI)[sent:]
    assert [(one["change"]["kind"], one["change"]["foreign_record"]) for one in told] == [
        ("deletion", False),
        ("recording", True),
    ]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    one_live(federation, record.code, foreign=True)
    (entry,) = counter.audit(federation, KUNITACHI, LOST)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)


@case("Act Art. 30-45", "spec 4.5.5")
def test_who_came_after_the_loss_became_a_foreign_resident_on_coming(federation: Federation) -> None:
    """The later of the two days (Act Art. 30-45); the record here begins with the move-in."""
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    lose(
        federation,
        number,
        lost_on=date(2013, 7, 6),
        items=replace(STAY, became_foreign_resident_on=date(2013, 7, 6)),
    )
    foreign = counter.read(federation, KUNITACHI, number).record.foreign
    assert foreign is not None
    assert foreign.became_foreign_resident_on == date(2013, 7, 6)


def test_there_and_back_keeps_the_code(federation: Federation) -> None:
    (before,) = counter.load(federation)
    lose(federation, before.resident_no)
    acquire(federation, before.resident_no, acquired_on=counter.TODAY)
    after = counter.read(federation, KUNITACHI, before.resident_no).record
    assert after.code == before.record.code
    federation.run()
    counter.both_stores(federation, KUNITACHI, before.resident_no)


@case("2009 Act no. 77 suppl. Art. 9", "Ord. Art. 8-2")
def test_before_the_start_a_foreign_record_has_no_code_and_the_japanese_one_gets_one(
    federation: Federation,
) -> None:
    """2009 Act no. 77 suppl. Art. 9: item 13 and the notices do not apply to foreign records until 2013-07-07."""
    (citizen,) = counter.load(federation, seed=1)
    counter.turn_back(federation, date(2013, 7, 7))
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.foreign(), filed_on=date(2013, 7, 7)
    ).resident_nos
    sent = len(counter.notices(federation, KUNITACHI))
    day = {"filed_on": date(2013, 7, 7)}
    acquire(federation, number, acquired_on=date(2013, 7, 7), **day)
    given = counter.read(federation, KUNITACHI, number).record.code
    assert given is not None
    assert (number, "assigned", str(given)) in counter.code_notices(federation, KUNITACHI)
    lose(federation, citizen.resident_no, **day)
    assert counter.read(federation, KUNITACHI, citizen.resident_no).record.code is None
    told = [(one["change"]["kind"], one["code"]) for one in counter.notices(federation, KUNITACHI)[sent:]]
    assert told == [("recording", str(given)), ("deletion", str(citizen.record.code))]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


def test_a_town_that_is_not_connected_records_it_and_tells_nobody(federation: Federation) -> None:
    (before,) = counter.load(federation, YAMATSURI)
    filing = lost(before.resident_no)
    counter.registered(nationality.lose_nationality(federation.context(YAMATSURI), CLERK, filing))
    after = counter.read(federation, YAMATSURI, before.resident_no)
    assert (after.present, after.record.kind, after.record.code) == (True, RecordKind.FOREIGN, None)
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"acquired_on": date(2013, 7, 9)}, ["NA4"]),
        ({"acquired_on": date(1979, 1, 1)}, ["NA5", "E1"]),
        ({"acquired_on": date(2013, 7, 5)}, ["E1"]),
    ),
)
def test_an_acquisition_is_refused_with_every_rule(
    federation: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    ctx, filing = federation.context(KUNITACHI), acquired(number, **change)
    counter.assert_refused(
        federation, KUNITACHI, ACQUIRED, lambda: nationality.acquire_nationality(ctx, CLERK, filing), *rules
    )


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"lost_on": date(2013, 7, 9)}, ["NA4", "SR7"]),
        ({"lost_on": date(2013, 5, 8)}, ["SR11", "E1"]),
        ({"lost_on": date(2013, 5, 9)}, ["E1"]),
        ({"lost_on": date(2012, 7, 8)}, ["SR11", "SR7", "E1"]),
        ({"items": replace(STAY, status="留学")}, ["SR6"]),
        ({"items": replace(STAY, nationality="JPN")}, ["SR9"]),
    ),
)
def test_a_loss_is_refused_with_every_rule(
    federation: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    ctx, filing = federation.context(KUNITACHI), lost(number, **change)
    counter.assert_refused(
        federation, KUNITACHI, LOST, lambda: nationality.lose_nationality(ctx, CLERK, filing), *rules
    )


@case(refused="NA1 NA2 NA3")
def test_neither_is_for_a_record_of_the_wrong_kind_for_nobody_or_for_one_who_left(
    federation: Federation,
) -> None:
    ctx = federation.context(KUNITACHI)

    def refused(event: str, act: Any, filing: Any, *rules: str) -> None:
        counter.assert_refused(federation, KUNITACHI, event, lambda: act(ctx, CLERK, filing), *rules)

    (japanese,) = counter.load(federation)
    foreign = foreigner(federation)
    refused(ACQUIRED, nationality.acquire_nationality, acquired(japanese.resident_no), "NA2")
    refused(LOST, nationality.lose_nationality, lost(foreign), "NA3")
    refused(ACQUIRED, nationality.acquire_nationality, acquired(NOBODY), "NA1")
    refused(LOST, nationality.lose_nationality, lost(NOBODY), "NA1")
    counter.die(federation, KUNITACHI, japanese.resident_no, counter.TODAY)
    refused(LOST, nationality.lose_nationality, lost(japanese.resident_no), "NA1")


@case(refused="NA2")
def test_filed_twice_it_is_refused_the_second_time(federation: Federation) -> None:
    number = foreigner(federation)
    acquire(federation, number)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        ACQUIRED,
        lambda: nationality.acquire_nationality(ctx, CLERK, acquired(number)),
        "NA2",
    )


@pytest.mark.parametrize(
    ("event", "act", "filing"),
    [
        (ACQUIRED, nationality.acquire_nationality, acquired(NOBODY)),
        (LOST, nationality.lose_nationality, lost(NOBODY)),
    ],
)
def test_only_an_operator_who_may(standing: Federation, event: str, act: Any, filing: Any) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        event,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: act(ctx, claim, filing),
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    number = foreigner(federation)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: nationality.acquire_nationality(ctx, CLERK, acquired(number))
    )
    assert crashes >= 5  # two versions, two notices, the trail
    crashes = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: nationality.lose_nationality(
            ctx,
            CLERK,
            lost(
                number, lost_on=counter.TODAY, items=replace(STAY, became_foreign_resident_on=counter.TODAY)
            ),
        ),
    )
    assert crashes >= 5


@case("Ord. Art. 8-2(1)", "spec 1.1.8", "spec 4.5.4", permitted="NA5")
def test_a_child_may_become_japanese_though_its_birth_day_is_not_fully_known(federation: Federation) -> None:
    child = counter.foreign(birth_date=PartialDate("2001-XX-XX"))
    (number,) = counter.move_in(federation, KUNITACHI, child).resident_nos
    acquire(federation, number)
    assert counter.read(federation, KUNITACHI, number).record.kind is RecordKind.JAPANESE
