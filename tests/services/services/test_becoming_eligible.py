"""Art. 30-47: who lived here without a record became a foreign resident; the record, the code, the notice, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ForeignClass, ForeignItems
from jukinet.domain.permissions import Permission
from jukinet.law.kinship import KinshipProof
from jukinet.services import becoming_eligible
from jukinet.services.filings import Person
from jukinet.services.foreign_filings import EligibleFiling
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import brought_for

EVENT = "register:status:gained"
CODE = ResidentRecordCode("24727059608")


def filing(*persons: Person, **changes: Any) -> EligibleFiling:
    made = EligibleFiling(
        persons=persons or (counter.foreign(),),
        address=counter.ADDRESSES[KUNITACHI],
        became_on=date(2013, 7, 6),
        filed_on=counter.TODAY,
        status_shown=True,
        notified_by=brought_for(len(persons) or 1),
    )
    return replace(made, **changes)


def record(federation: Federation, *persons: Person, **changes: Any) -> Registered:
    ctx = federation.context(KUNITACHI)
    return counter.registered(becoming_eligible.record_eligible(ctx, CLERK, filing(*persons, **changes)))


@pytest.mark.parametrize("known", [None, CODE])
@case("Act Art. 30-47", "spec 4.5.2", permitted="SR12 SR13 SR31 SR32")
def test_one_is_recorded_with_the_code_of_before_or_a_new_one(
    federation: Federation, known: ResidentRecordCode | None
) -> None:
    (number,) = record(federation, counter.foreign(code=known)).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    (version,) = found.versions
    assert (version.reason, version.effective_on) == ("move-in-from-abroad", date(2013, 7, 6))
    assert found.record.previous_address is None
    assert (found.record.code == CODE) is (known is not None)
    assert len(counter.code_notices(federation, KUNITACHI)) == (known is None)
    told = counter.notices(federation, KUNITACHI)[-1]["change"]
    assert told == {
        "kind": "recording",
        "reason": "move-in",
        "occurred_on": "2013-07-06",
        "foreign_record": True,
    }
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)
    assert "Act Art. 30-47" in entry["rules"]


@case("Act Art. 30-47", permitted="SR32")
def test_after_fourteen_days_it_is_taken_and_remarked_on(federation: Federation) -> None:
    late = date(2013, 6, 23)
    done = record(federation, counter.foreign(foreign=counter.student(became=late)), became_on=late)
    (remark,) = done.remarks
    assert (remark.article, "14 days" in remark.sentence) == ("Act Art. 30-47", True)


@pytest.mark.parametrize(("filed_on", "late"), [(date(2012, 7, 23), False), (date(2012, 7, 24), True)])
@case("2009 Act no. 77 suppl. Arts. 5, 6", permitted="SR31 SR32")
def test_who_lived_here_when_the_act_came_notifies_within_fourteen_days_of_that_day(
    federation: Federation, filed_on: date, *, late: bool
) -> None:
    first = date(2012, 7, 9)
    one = counter.foreign(foreign=counter.student(became=first))
    done = record(federation, one, became_on=first, filed_on=filed_on)
    assert ["14 days" in remark.sentence for remark in done.remarks] == [True] * late
    found = counter.read(federation, KUNITACHI, done.resident_nos[0])
    assert found.record.foreign is not None
    assert found.record.foreign.became_foreign_resident_on == first
    assert found.record.previous_address is None


def test_one_joins_the_household_lived_in(federation: Federation) -> None:
    (head,) = counter.load(federation)
    house = head.record.household_number
    spouse = counter.foreign(relationship="妻")
    (number,) = record(federation, spouse, household_number=house).resident_nos
    assert counter.read(federation, KUNITACHI, number).record.household_number == house


@pytest.mark.parametrize(
    ("persons", "change", "rules"),
    refusals(
        ((), {"filed_on": date(2013, 7, 9)}, ["F1"]),
        ((), {"became_on": date(2013, 7, 9)}, ["SR32", "I1", "SR13"]),
        ((), {"status_shown": False}, ["I6"]),
        ((), {"address": counter.ADDRESSES[CHIYODA]}, ["I4"]),
        ((counter.japanese(),), {}, ["SR31", "SR12"]),
        (
            (counter.foreign(foreign=ForeignItems("USA", date(2013, 7, 6), ForeignClass.TRANSITIONAL)),),
            {},
            ["SR31"],
        ),
        ((counter.foreign(foreign=counter.student(became=date(2013, 7, 7))),), {}, ["SR32"]),
        ((counter.foreign(foreign=counter.student(document_number=None)),), {}, ["SR4"]),
        ((counter.foreign(relationship="妻"),), {}, ["H2"]),
        (
            (
                counter.foreign(),
                counter.foreign(birth_date=counter.japanese().birth_date, relationship="妻"),
            ),
            {},
            ["SR21"],
        ),
    ),
)
def test_it_is_refused_with_every_rule_that_fails(
    standing: Federation, persons: tuple[Person, ...], change: dict[str, Any], rules: list[str]
) -> None:
    wrong, ctx = filing(*persons, **change), standing.context(KUNITACHI)
    counter.assert_refused(
        standing, KUNITACHI, EVENT, lambda: becoming_eligible.record_eligible(ctx, CLERK, wrong), *rules
    )


@case("Act Art. 30-47", refused="I3 I8")
def test_who_is_recorded_already_is_not_recorded_again(federation: Federation) -> None:
    (number,) = record(federation).resident_nos
    code = counter.read(federation, KUNITACHI, number).record.code
    ctx = federation.context(KUNITACHI)

    def refused(again: EligibleFiling, *rules: str) -> None:
        counter.assert_refused(
            federation, KUNITACHI, EVENT, lambda: becoming_eligible.record_eligible(ctx, CLERK, again), *rules
        )

    refused(filing(), "I8")
    refused(filing(counter.foreign(code=code)), "I3")
    proved = counter.foreign(relationship="妻", kinship=KinshipProof.DOCUMENT)
    refused(filing(counter.foreign(), proved), "I8")


def test_only_an_operator_who_may(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: becoming_eligible.record_eligible(ctx, claim, filing()),
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: becoming_eligible.record_eligible(ctx, CLERK, filing())
    )
    assert crashes >= 4  # the draw, the version, the notice, the trail
