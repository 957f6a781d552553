"""Enrolments: added to the notification that records somebody, and corrected by the office on its grounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.additions import Added, Additions, InsurancePapers
from jukinet.domain.items import PersonName, Programmes
from jukinet.law.added import ASK
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.services import ex_officio, households, moves
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections, RecordingFiling
from jukinet.services.filings import MoveInFiling
from jukinet.services.household_filings import HouseholderFiling, Member
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI
from jukinet.testing.notifying import BY_HOUSEHOLDER

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


ENROLLED = replace(STATED, care_insurance_since=MOVED, child_allowance_since=MOVED)
PAPERS = InsurancePapers(card="国立 123456")
ADDED = Additions(
    health_insurance=PAPERS, care_insurance_card="0000000001", pension=True, child_allowance=True
)


def arrive(federation: Federation, *relationships: str) -> list[str]:
    """Somebody who is insured, with members who are not."""
    others = [
        counter.japanese(name=PersonName(f"国立　家族{place}"), relationship=relationship)
        for place, relationship in enumerate(relationships)
    ]
    head = counter.japanese(programmes=ENROLLED, additions=Additions(occupation="農業"))
    return list(counter.move_in(federation, KUNITACHI, head, *others, moved_on=MOVED).resident_nos)


def shown(federation: Federation, number: str) -> list[Additions | None]:
    """What was added to the notification of each version, the oldest first."""
    return [version.additions for version in counter.read(federation, KUNITACHI, number).versions]


@case(
    *("Act Arts. 28, 28-3, 29, 29-2", "Ord. Arts. 27, 27-3, 28, 29"),
    permitted="IN18 IN19",
)
def test_what_is_added_is_kept_with_the_version_of_its_notification_and_told_to_nobody(
    federation: Federation,
) -> None:
    (number,) = arrive(federation)
    added = (Added(number, ADDED),)
    done = counter.move_within(federation, KUNITACHI, number, moved_on=counter.TODAY, additions=added)
    assert ASK not in done.remarks
    assert ASK in counter.file_move_out(federation, KUNITACHI, [number]).remarks
    assert shown(federation, number) == [Additions(occupation="農業"), ADDED, None]
    assert "123456" not in str(counter.notices(federation, KUNITACHI))


@case("Act Arts. 28, 29-2", "Ord. Arts. 27, 28, 29", permitted="IN18 IN19")
def test_a_move_out_and_a_household_have_additions_of_their_own(federation: Federation) -> None:
    head, son = arrive(federation, "子")
    ctx = federation.context(KUNITACHI)
    less = Additions(health_insurance=PAPERS, care_insurance_card="0000000001")
    home = counter.read(federation, KUNITACHI, head).record.household_number
    changing = HouseholderFiling(
        home,
        (Member(son, "世帯主"), Member(head, "父")),
        MOVED,
        counter.TODAY,
        (Added(head, less),),
        notified_by=BY_HOUSEHOLDER,
    )
    counter.registered(households.change_householder(ctx, CLERK, changing))
    out = counter.move_out_filing([head, son], additions=(Added(head, ADDED),))
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda crashing: moves.file_move_out(crashing, CLERK, out)
    )
    assert shown(federation, head) == [Additions(occupation="農業"), less, ADDED]
    assert shown(federation, son) == [None, None, None]


@case("Act Arts. 28, 28-2", "Ord. Arts. 27, 27-2", permitted="IN20 IN21", refused="IN18 IN19 IN20 IN21")
def test_what_does_not_belong_is_refused_with_the_whole_move(federation: Federation) -> None:
    (number,) = arrive(federation)
    home = counter.read(federation, KUNITACHI, number).record.household_number
    old = Programmes(health_insurance_since=MOVED, elderly_medical_since=MOVED)

    def comes(said: Additions, household: str | None = home, **changes: Any) -> MoveInFiling:
        who = counter.japanese(name=PersonName("国立　梅"), relationship="母", programmes=old, additions=said)
        return counter.move_in_filing(KUNITACHI, who, moved_on=MOVED, household_number=household, **changes)

    def refused(filing: MoveInFiling, *rules: str) -> None:
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:move-in:recorded",
            lambda: moves.move_in(federation.context(KUNITACHI), CLERK, filing),
            *rules,
        )

    refused(comes(Additions(pension=True)), "IN18", "IN19")
    refused(comes(Additions(elderly_medical=PAPERS)), "IN20", "IN21")
    far = comes(Additions(elderly_medical=PAPERS), previous_address=counter.place(FUKUSHIMA))
    refused(far, "IN21")
    ctx = federation.context(KUNITACHI)
    joining = comes(Additions(health_insurance=PAPERS, occupation="無職"))
    (mother,) = counter.registered(moves.move_in(ctx, CLERK, joining)).resident_nos
    assert shown(federation, mother) == [Additions(health_insurance=PAPERS, occupation="無職")]
    aunt = replace(far, persons=(replace(far.persons[0], name=PersonName("国立　竹")),))
    counter.registered(
        correct(
            federation, number, Ground.PROGRAMME, programmes=replace(ENROLLED, elderly_medical_since=MOVED)
        )
    )
    (aunt_no,) = counter.registered(moves.move_in(ctx, CLERK, aunt)).resident_nos
    assert shown(federation, aunt_no) == [Additions(elderly_medical=PAPERS)]


@case("Act Art. 30", refused="MU8")
def test_rationed_rice_is_added_to_no_notification(federation: Federation) -> None:
    (number,) = arrive(federation)
    ctx = federation.context(KUNITACHI)
    home = counter.read(federation, KUNITACHI, number).record.household_number
    rice = (Added(number, Additions(rice=True)),)
    arrival = counter.japanese(name=PersonName("国立　松"), additions=rice[0].added)
    coming = counter.move_in_filing(KUNITACHI, arrival, moved_on=MOVED)
    out = counter.move_out_filing([number], additions=rice)
    household = HouseholderFiling(
        home, (Member(number, "世帯主"),), MOVED, counter.TODAY, rice, notified_by=BY_HOUSEHOLDER
    )
    for done in (
        moves.move_in(ctx, CLERK, coming),
        moves.file_move_out(ctx, CLERK, out),
        households.change_householder(ctx, CLERK, household),
    ):
        assert isinstance(done, Refused)
        assert "MU8" in [rule.rule for rule in done.failed]


@case("Ord. Art. 27", refused="IN18")
def test_nothing_is_added_to_an_entry_that_nobody_notified(federation: Federation) -> None:
    who = counter.japanese(programmes=STATED, additions=Additions(occupation="農業"))
    entry = counter.move_in_filing(KUNITACHI, who, moved_on=MOVED, evidence=None, notified_by=None)
    filing = RecordingFiling(entry, Basis(Ground.KOSEKI, confirmed=True))
    refused = ex_officio.record_ex_officio(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["IN18"]
