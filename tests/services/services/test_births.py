"""Birth: the record, its notice at prefecture and centre, the code, the trail, and every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import births, trail
from jukinet.services.filings import BirthFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

EVENT = "register:birth:recorded"

_NICKNAME = Nickname("国立　アンナ", counter.TODAY, KUNITACHI)


def filing(household: str, **changes: Any) -> BirthFiling:
    return replace(BirthFiling(household, counter.child(), counter.TODAY), **changes)


@case("Act Arts. 8, 30-5(1), 30-11(1)")
def test_a_birth_reaches_the_centre(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    entries = trail.list_entries(federation.context(KUNITACHI), CLERK)
    assert not isinstance(entries, Refused)
    assert any(entry.event == EVENT for _, entry in entries)


@case("spec 1.3.1", "spec 4.2.0.4", "spec 4.2.1.2", "Ord. Art. 12(2)(i)", permitted="F1 B1 H1 H3 B2 G1 G2 G3")
def test_a_birth_writes_one_version_at_the_day_of_birth(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    found = counter.read(federation, KUNITACHI, number)
    (version,) = found.versions
    assert (version.reason, version.effective_on, version.effective_seq) == ("birth", date(2013, 7, 7), 1)
    assert (version.operator, version.terminal) == (CLERK.operator_id, CLERK.terminal)
    assert version.notified_on == counter.TODAY
    assert version.recorded_at == federation.clock.now()
    assert version.record == found.record
    assert found.present
    assert found.record.address == parent.record.address
    assert found.record.household_number == parent.record.household_number
    assert found.record.became_resident_on == date(2013, 7, 7)
    assert found.record.recorded_since == counter.TODAY


@case("spec 4.0.3", "spec 4.2.0.4")
def test_the_day_of_the_birth_of_the_filing_and_of_the_entry_are_three(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    born = filing(
        parent.record.household_number,
        child=replace(counter.child(), birth_date=PartialDate("2013-07-01")),
        filed_on=date(2013, 7, 5),
    )
    (number,) = counter.registered(
        births.record_birth(federation.context(KUNITACHI), CLERK, born)
    ).resident_nos
    (version,) = counter.read(federation, KUNITACHI, number).versions
    assert (version.effective_on, version.notified_on) == (date(2013, 7, 1), date(2013, 7, 5))
    assert version.recorded_at == federation.clock.now()


@case("Reg. Art. 12", "Act Art. 30-5(1), (2)", "Ord. Art. 30-5(i)")
def test_a_birth_tells_the_prefecture_the_six_facts_and_the_change(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    before = len(counter.statements(federation, KUNITACHI, "identity-notice"))
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    record = counter.read(federation, KUNITACHI, number).record
    (told,) = counter.statements(federation, KUNITACHI, "identity-notice")[before:]
    address = {"municipality": "132152", "text": record.address.text}
    if record.address.building:
        address["building"] = record.address.building
    assert told == (
        "pref-13",
        {
            "name": "国立　一郎",
            "birth_date": "2013-07-07",
            "sex": "male",
            "address": address,
            "code": str(record.code),
            "change": {
                "kind": "recording",
                "reason": "birth",
                "occurred_on": "2013-07-07",
                "foreign_record": False,
            },
        },
    )
    federation.run()
    for node in (NodeId("pref-13"), NATIONAL):
        (held,) = counter.stored(federation, node, record.code)
        assert (held["live"], held["reason"]) == (True, "birth")
        assert (held["occurred_on"], held["event_on"]) == (date(2013, 7, 7), date(2013, 7, 7))
        assert held["speaks"]
        assert held["undetermined_from"] is None
        assert held["retain_until"] is None


@case("spec 1.3.1", "Act Art. 30-2(2), (3)", "spec 4.3.1")
def test_a_birth_is_audited_once_and_its_code_told_in_writing(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    code = counter.read(federation, KUNITACHI, number).record.code
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["actor"], entry["terminal"]) == ("done", CLERK.actor, CLERK.terminal)
    assert (entry["resident_no"], entry["subject_code"]) == (number, str(code))
    assert (number, "assigned", str(code)) in counter.code_notices(federation, KUNITACHI)
    federation.run()
    for node in (NodeId("pref-13"), NATIONAL):
        applied = counter.audit(federation, node, "identity:notice:applied")
        assert [one["subject_code"] for one in applied].count(str(code)) == 1


@case("Act Art. 30-2(2)")
def test_a_foreign_child_gets_a_code_from_the_start_on(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    newborn = counter.newborn(date(2013, 7, 7))
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number, newborn)
    federation.run()
    record = counter.read(federation, KUNITACHI, number).record
    assert record.kind is RecordKind.FOREIGN
    assert record.became_resident_on is None
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["foreign_record"] is True
    counter.both_stores(federation, KUNITACHI, number)


@case("2009 Act no. 77 suppl. Art. 9")
def test_a_foreign_child_before_the_start_has_no_code_and_no_notice(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    counter.turn_back(federation, date(2013, 7, 7))
    newborn = counter.newborn(date(2013, 7, 1))
    before = counter.notices(federation, KUNITACHI)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number, newborn)
    assert counter.read(federation, KUNITACHI, number).record.code is None
    assert counter.notices(federation, KUNITACHI) == before
    assert all(who != number for who, _, _ in counter.code_notices(federation, KUNITACHI))


def test_a_town_that_is_not_connected_records_a_birth_and_tells_nobody(federation: Federation) -> None:
    (parent,) = counter.load(federation, YAMATSURI)
    number = counter.give_birth(federation, YAMATSURI, parent.record.household_number)
    found = counter.read(federation, YAMATSURI, number)
    assert found.present
    assert found.record.code is None
    assert counter.contents(federation, YAMATSURI)["outbox"] == []
    assert counter.code_notices(federation, YAMATSURI) == []
    (entry,) = counter.audit(federation, YAMATSURI, EVENT)
    assert entry["subject_code"] is None


@pytest.mark.parametrize(
    ("written", "holds_from", "resident_since"),
    [
        ("2013-07-XX", date(2013, 7, 1), date(2013, 7, 1)),
        ("XXXX-XX-XX", counter.TODAY, counter.TODAY),
    ],
)
@case("spec 1.1.8", permitted="B1")
def test_a_birth_on_a_day_not_fully_known_never_holds_from_the_future(
    federation: Federation, written: str, holds_from: date, resident_since: date | None
) -> None:
    (parent,) = counter.load(federation)
    foundling = replace(counter.child(), birth_date=PartialDate(written))
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number, foundling)
    found = counter.read(federation, KUNITACHI, number)
    assert found.versions[0].effective_on == holds_from
    assert found.record.became_resident_on == resident_since
    assert counter.notices(federation, KUNITACHI)[-1]["birth_date"] == written
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["occurred_on"] == holds_from.isoformat()


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"filed_on": date(2013, 7, 6)}, ["B1"]),
        ({"household_number": "99999999999"}, ["H1"]),
        ({"filed_on": date(2013, 7, 6), "household_number": "99999999999"}, ["B1", "H1"]),
        ({"child": replace(counter.child(), relationship="世帯主")}, ["H3"]),
        ({"child": counter.foreign(relationship="子")}, ["SR10"]),
        ({"child": counter.newborn(date(2013, 5, 8))}, ["SR11"]),
        ({"child": counter.newborn(date(2013, 7, 7), nickname=_NICKNAME)}, ["FN10"]),
    ),
)
def test_a_birth_is_refused_with_every_rule_that_fails(
    standing: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    parent = counter.somebody(standing)
    wrong = filing(parent.record.household_number, **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, EVENT, lambda: births.record_birth(ctx, CLERK, wrong), *rules)


@case(refused="B2", permitted="B2")
def test_a_birth_entered_again_is_refused_and_a_twin_is_not(federation: Federation) -> None:
    """The program was killed after its commit and before its answer; the clerk files again."""
    (parent,) = counter.load(federation)
    household = parent.record.household_number
    counter.give_birth(federation, KUNITACHI, household)
    ctx = federation.context(KUNITACHI)
    again = filing(household)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: births.record_birth(ctx, CLERK, again), "B2")
    # The child has no number: the entry is about the household's head.
    assert counter.audit(federation, KUNITACHI, EVENT)[-1]["resident_no"] == parent.resident_no
    twin = replace(counter.child(), name=PersonName("国立　二郎"))
    counter.give_birth(federation, KUNITACHI, household, twin)
    (other,) = counter.load(federation, seed=1)
    counter.give_birth(federation, KUNITACHI, other.record.household_number)
    assert len(counter.known_numbers(federation, KUNITACHI)) == 5


@case(refused="G1 G3")
def test_only_an_operator_who_may_records_a_birth(standing: Federation) -> None:
    # The household does not exist, and neither of the two learns that.
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: births.record_birth(ctx, claim, filing("99999999999")),
    )


def test_a_crash_at_any_step_of_a_birth_leaves_nothing(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    crashes = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: births.record_birth(ctx, CLERK, filing(parent.record.household_number)),
    )
    assert crashes >= 4  # the draw, the version, the notice, the trail
