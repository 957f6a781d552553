"""Support measures on the real register: from the application to the end that only a person makes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.protecting import (
    DAY,
    HIDDEN,
    LAST,
    application,
    apply,
    copy_of,
    decide,
    details,
    done,
    end,
    listed,
    mother_and_child,
    phases,
)

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.law.support_measures import EndGround, Phase
from jukinet.messages.copies import MemberScope
from jukinet.services import alerts, hold_filings, holds, measures
from jukinet.services.alerts import Alert, AlertKind
from jukinet.services.context import Context
from jukinet.services.hold_filings import (
    ForwardFiling,
    HoldEndFiling,
    HoldFiling,
    HoldTerms,
    JoinedPerson,
    LiftFiling,
    MeasureDecisionFiling,
    MeasureEndFiling,
    MeasureExtensionFiling,
)
from jukinet.services.operators import OperatorClaim
from jukinet.services.settings import set_business_date
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI


@case("spec 1.1.16", refused="V16", permitted="V11 V12 V13 V14 V15 V16 V17 V18 V20")
def test_a_measure_from_its_application_to_its_end(federation: Federation) -> None:
    (found,) = counter.load(federation)
    entries = len(counter.audit(federation, KUNITACHI))
    who = found.resident_no
    number = apply(federation, found)
    assert phases(federation, who) == [Phase.PROVISIONAL]
    assert copy_of(federation, found, 1) == "consult-home", "from the application on"
    decide(federation, number)
    assert phases(federation, who) == [Phase.IN_FORCE]
    federation.set_date(date(2014, 6, 6))
    early = MeasureExtensionFiling(number)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:measure:extended",
        lambda: measures.extend_measure(ctx, CLERK, early),
        "V16",
    )
    federation.set_date(date(2014, 6, 7))
    assert phases(federation, who) == [Phase.ENDING]
    extended = done(measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(number)))
    assert (extended.measure.starts_on, extended.measure.ends_on) == (DAY, date(2015, 7, 7))
    assert phases(federation, who) == [Phase.IN_FORCE]
    federation.set_date(date(2015, 7, 8))
    assert phases(federation, who) == [Phase.LAPSED]
    assert copy_of(federation, found, 2) == "consult-home", "over, and not ended"
    assert end(federation, number, EndGround.PERIOD_OVER) == holds.Ended(number)
    assert phases(federation, who) == []
    assert copy_of(federation, found, 3) == [found.record.name.written]
    told = [
        entry["event"]
        for entry in counter.audit(federation, KUNITACHI)[entries:]
        if entry["event"].startswith("register:measure") and entry["outcome"] == "done"
    ]
    steps = ("applied", "decided", "extended", "ended")
    assert told == [f"register:measure:{step}" for step in steps]


@case("spec 3.4")
def test_a_measure_that_nobody_extends_goes_on_for_ever(federation: Federation) -> None:
    (found,) = counter.load(federation)
    decide(federation, apply(federation, found))
    for number, day in enumerate((LAST, LAST + timedelta(days=1), date(2033, 7, 8))):
        federation.set_date(day)
        federation.run()
        assert copy_of(federation, found, number) == "consult-home"
    assert phases(federation, found.resident_no) == [Phase.LAPSED]


def test_a_measure_that_is_over_may_be_decided_anew(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    decide(federation, number)
    ctx = federation.context(KUNITACHI)
    federation.set_date(date(2016, 1, 1))
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:measure:extended",
        lambda: measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(number)),
        "V20",
    )
    decide(federation, number, date(2016, 1, 1))
    assert phases(federation, found.resident_no) == [Phase.IN_FORCE]


@case("spec 3.4")
def test_who_is_joined_is_protected_too(federation: Federation) -> None:
    mother, child = mother_and_child(federation)
    number = apply(federation, mother, JoinedPerson(child.resident_no, "子"))
    for at, one in enumerate((mother, child)):
        assert copy_of(federation, one, at) == "consult-home"
        assert phases(federation, one.resident_no) == [Phase.PROVISIONAL]
    applied = counter.audit(federation, KUNITACHI, "register:measure:applied")
    assert [(entry["resident_no"], entry["reference"]) for entry in applied] == [
        (mother.resident_no, str(number)),
        (child.resident_no, str(number)),
    ]
    end(federation, number)
    assert [copy_of(federation, one, 9 + at) for at, one in enumerate((mother, child))] == [
        [mother.record.name.written],
        [child.record.name.written],
    ]


def test_who_is_not_joined_is_not(federation: Federation) -> None:
    mother, child = mother_and_child(federation)
    apply(federation, mother)
    assert copy_of(federation, child) == [child.record.name.written]
    assert copy_of(federation, child, 1, members=MemberScope.HOUSEHOLD) == "consult-home"


# A hold of a measure


@case(refused="V5 V7")
def test_a_hold_of_a_measure_ends_with_it_alone(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    (hold,) = counter.read(federation, KUNITACHI, found.resident_no).holds
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:hold:ended",
        lambda: holds.end_hold(ctx, CLERK, HoldEndFiling(hold.hold_id, "x")),
        "V7",
    )
    end(federation, number)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:hold:ended",
        lambda: holds.end_hold(ctx, CLERK, HoldEndFiling(hold.hold_id, "x")),
        "V5",
        "V7",
    )


def test_lifting_a_hold_of_a_measure_needs_a_permission_of_its_own(federation: Federation) -> None:
    (found,) = counter.load(federation)
    apply(federation, found)
    (hold,) = counter.read(federation, KUNITACHI, found.resident_no).holds
    filing = LiftFiling(hold.hold_id, "x", one_act=True)
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:hold:lifted",
        Permission.REGISTER_MEASURE_LIFT,
        lambda ctx, claim: holds.lift_hold(ctx, claim, filing),
    )


# Moving


@case("spec 3.4", permitted="V19")
def test_a_measure_is_kept_over_a_move_and_calls_a_clerk_until_the_letter_went(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    decide(federation, number)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    to_tell = (AlertKind.MEASURE_TO_TELL, DAY, str(CHIYODA))
    assert listed(federation) == [to_tell], "from the filing on"
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert phases(federation, found.resident_no) == [Phase.MOVED]
    assert listed(federation) == [to_tell]
    ctx = federation.context(KUNITACHI)
    wrong = ForwardFiling(number, FUKUSHIMA, date(2013, 7, 10))
    done(measures.forward_measure(ctx, CLERK, wrong))
    assert listed(federation) == [to_tell], "another municipality was told"
    done(measures.forward_measure(ctx, CLERK, replace(wrong, municipality=CHIYODA)))
    assert listed(federation) == []
    assert phases(federation, found.resident_no) == [Phase.MOVED], "told, and not ended"
    (hold,) = counter.read(federation, KUNITACHI, found.resident_no).holds
    assert hold.level is Level.ERROR


def test_the_move_in_notice_names_another_municipality_than_the_plan(federation: Federation) -> None:
    """Who flees may say one place and go to another: the one that recorded her is to be told."""
    (found,) = counter.load(federation)
    apply(federation, found)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    federation.run()
    counter.move_in(
        federation,
        FUKUSHIMA,
        counter.as_person(found),
        previous_address=counter.place(KUNITACHI),
        moved_on=DAY,
    )
    federation.run()
    told = [one for one in listed(federation) if one[0] is AlertKind.MEASURE_TO_TELL]
    assert told == [(AlertKind.MEASURE_TO_TELL, DAY, str(FUKUSHIMA))]


def test_nothing_of_a_measure_leaves_the_municipality(federation: Federation) -> None:
    (found,) = counter.load(federation)
    decide(federation, apply(federation, found))
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    federation.run()
    kinds = ("identity-notice", "move-out-confirmed", "move-in-notice")
    told = str([counter.statements(federation, KUNITACHI, kind) for kind in kinds])
    for word in (HIDDEN, "measure", "hold", "domestic"):
        assert word not in told


def test_who_comes_back_is_under_the_measure_still(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    decide(federation, number)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    federation.run()
    (back,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    assert phases(federation, back) == [Phase.IN_FORCE]
    again = counter.read(federation, KUNITACHI, back)
    assert copy_of(federation, again) == "consult-home"
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:measure:applied",
        lambda: measures.apply_for_measure(ctx, CLERK, application(back)),
        "V13",
    )
    end(federation, number)
    assert copy_of(federation, again, 1) == [found.record.name.written]


# Alerts


@case("spec 3.4")
def test_what_needs_a_person_day_by_day(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    assert listed(federation) == [(AlertKind.MEASURE_UNDECIDED, DAY, None)]
    decide(federation, number)
    for day, expected in (
        (DAY, []),
        (date(2014, 6, 6), []),
        (date(2014, 6, 7), [(AlertKind.MEASURE_ENDS, date(2014, 6, 7), None)]),
        (LAST, [(AlertKind.MEASURE_ENDS, date(2014, 6, 7), None)]),
        (LAST + timedelta(days=1), [(AlertKind.MEASURE_OVER, LAST + timedelta(days=1), None)]),
        (date(2020, 1, 1), [(AlertKind.MEASURE_OVER, LAST + timedelta(days=1), None)]),
    ):
        federation.set_date(day)
        assert listed(federation) == expected, day
    end(federation, number)
    assert listed(federation) == []


@case("spec 3.1", "spec 9.2")
def test_a_hold_past_its_named_end_is_listed_and_stands(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    terms = (HoldTerms(Process.CHANGE, Level.ERROR, DAY, DAY),)
    one = holds.set_holds(ctx, CLERK, HoldFiling(found.resident_no, None, terms, "x"))
    household = found.record.household_number
    other = holds.set_holds(ctx, CLERK, HoldFiling(None, household, terms, "x"))
    assert isinstance(one, holds.HoldsSet)
    assert isinstance(other, holds.HoldsSet)
    assert listed(federation) == []
    federation.set_date(DAY + timedelta(days=1))
    since = DAY + timedelta(days=1)
    entries = len(counter.audit(federation, KUNITACHI))
    found_alerts = alerts.list_alerts(ctx, CLERK)
    assert found_alerts == (
        Alert(AlertKind.HOLD_PAST_END, since, hold=one.holds[0], resident_nos=(found.resident_no,)),
        Alert(AlertKind.HOLD_PAST_END, since, hold=other.holds[0], household_no=household),
    )
    assert [entry["event"] for entry in counter.audit(federation, KUNITACHI)[entries:]] == [
        "register:alerts:read"
    ]
    assert len(counter.read(federation, KUNITACHI, found.resident_no).holds) == 2
    holds.end_hold(ctx, CLERK, HoldEndFiling(one.holds[0], "x"))
    assert len(listed(federation)) == 1


# Looking


@case("spec 1.1.16", "spec 2.2.4")
def test_a_measure_is_shown_whole_to_who_may_see_it(federation: Federation) -> None:
    mother, child = mother_and_child(federation)
    number = apply(federation, mother, JoinedPerson(child.resident_no, "子"))
    ctx = federation.context(KUNITACHI)
    done(measures.forward_measure(ctx, CLERK, ForwardFiling(number, CHIYODA, DAY)))
    found = measures.show_measures(ctx, CLERK, child.resident_no)
    assert not isinstance(found, Refused)
    (whole,) = found
    assert [(one.resident_no, one.relationship) for one in whole.persons] == [
        (mother.resident_no, None),
        (child.resident_no, "子"),
    ]
    assert whole.steps[0].details == details()
    assert [str(one.municipality) for one in whole.forwards] == [str(CHIYODA)]
    assert HIDDEN not in repr(whole)
    assert HIDDEN not in repr(counter.read(federation, KUNITACHI, mother.resident_no))


@case("spec 1.1.16")
def test_the_application_is_read_strictly_and_kept_whole(federation: Federation) -> None:
    (found,) = counter.load(federation)
    data = {
        "applicant": found.resident_no,
        "applied_on": DAY.isoformat(),
        "contacts": ["090-0000-0000"],
        "first_taken_by": str(CHIYODA),
        "forwarded_here_on": "2013-07-05",
        "offender": {"name": "無名　権兵衛", "birth_date": "1975-XX-XX"},
        **{name: details()[name] for name in ("victim_of", "protected", "offices_consulted")},
    }
    filing = hold_filings.read_measure(data)
    ctx = federation.context(KUNITACHI)
    done(measures.apply_for_measure(ctx, CLERK, filing))
    found_measures = measures.show_measures(ctx, CLERK, found.resident_no)
    assert not isinstance(found_measures, Refused)
    kept = found_measures[0].steps[0].details
    assert kept["contacts"] == ["090-0000-0000"]
    assert kept["first_taken_by"] == str(CHIYODA)
    assert kept["offender"]["birth_date"] == "1975-XX-XX"


# Refusals, gates, crashes


@case(refused="V3 V11 V12 V13 V14 V16 V17 V18 V19")
def test_acts_that_cannot_be(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    ctx = federation.context(KUNITACHI)
    tomorrow = DAY + timedelta(days=1)
    joined = JoinedPerson("99999999999", "子")
    cases: list[tuple[str, Callable[[], object], list[str]]] = [
        (
            "decided",
            lambda: measures.decide_measure(
                ctx, CLERK, MeasureDecisionFiling(number, DAY - timedelta(days=1))
            ),
            ["V14"],
        ),
        ("decided", lambda: measures.decide_measure(ctx, CLERK, MeasureDecisionFiling(99, DAY)), ["V17"]),
        ("extended", lambda: measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(number)), ["V16"]),
        ("extended", lambda: measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(99)), ["V17"]),
        ("ended", lambda: end(federation, number, EndGround.PERIOD_OVER), ["V18"]),
        ("ended", lambda: end(federation, 99), ["V17"]),
        (
            "forwarded",
            lambda: measures.forward_measure(ctx, CLERK, ForwardFiling(number, KUNITACHI, tomorrow)),
            ["V12", "V19"],
        ),
        ("read", lambda: measures.show_measures(ctx, CLERK, "99999999999"), ["V3"]),
    ]
    for event, act, rules in cases:
        counter.assert_refused(federation, KUNITACHI, f"register:measure:{event}", act, *rules)
    before = counter.contents(federation, KUNITACHI)
    refused = measures.apply_for_measure(
        ctx, CLERK, application(found.resident_no, joined, applied_on=tomorrow)
    )
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["V11", "V12", "V13"]
    assert counter.contents(federation, KUNITACHI) == before
    end(federation, number)
    counter.assert_refused(
        federation, KUNITACHI, "register:measure:ended", lambda: end(federation, number), "V17"
    )


GATES: list[tuple[str, Permission, Callable[[Context, OperatorClaim], object]]] = [
    (
        "register:measure:decided",
        Permission.REGISTER_MEASURE_RECORD,
        lambda ctx, claim: measures.decide_measure(ctx, claim, MeasureDecisionFiling(1, DAY)),
    ),
    (
        "register:measure:applied",
        Permission.REGISTER_MEASURE_RECORD,
        lambda ctx, claim: measures.apply_for_measure(ctx, claim, application("99999999999")),
    ),
    (
        "register:measure:extended",
        Permission.REGISTER_MEASURE_RECORD,
        lambda ctx, claim: measures.extend_measure(ctx, claim, MeasureExtensionFiling(1)),
    ),
    (
        "register:measure:forwarded",
        Permission.REGISTER_MEASURE_RECORD,
        lambda ctx, claim: measures.forward_measure(ctx, claim, ForwardFiling(1, CHIYODA, DAY)),
    ),
    (
        "register:measure:ended",
        Permission.REGISTER_MEASURE_END,
        lambda ctx, claim: measures.end_measure(ctx, claim, MeasureEndFiling(1, EndGround.REQUESTED, "x")),
    ),
    (
        "register:measure:read",
        Permission.REGISTER_MEASURE_READ,
        lambda ctx, claim: measures.show_measures(ctx, claim, "99999999999"),
    ),
    ("register:alerts:read", Permission.REGISTER_ALERT_READ, alerts.list_alerts),
]


@pytest.mark.parametrize(("event", "permission", "act"), GATES, ids=[event for event, _, _ in GATES])
def test_each_act_on_measures_has_its_gate(
    standing: Federation,
    event: str,
    permission: Permission,
    act: Callable[[Context, OperatorClaim], object],
) -> None:
    counter.assert_gated(standing, KUNITACHI, event, permission, act)


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    mother, child = mother_and_child(federation)
    filing = application(mother.resident_no, JoinedPerson(child.resident_no, "子"))
    whole = partial(counter.assert_all_or_nothing, federation, KUNITACHI)
    steps = whole(lambda ctx: measures.apply_for_measure(ctx, CLERK, filing))
    number = counter.read(federation, KUNITACHI, mother.resident_no).support[0].measure_id
    steps += whole(lambda ctx: measures.decide_measure(ctx, CLERK, MeasureDecisionFiling(number, DAY)))
    steps += whole(lambda ctx: measures.forward_measure(ctx, CLERK, ForwardFiling(number, CHIYODA, DAY)))
    federation.set_date(LAST)
    steps += whole(lambda ctx: measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(number)))
    ending = MeasureEndFiling(number, EndGround.REQUESTED, "x")
    steps += whole(lambda ctx: measures.end_measure(ctx, CLERK, ending))
    assert steps > 12


ACTS = st.sampled_from(["decide", "extend", "forward", "lift", "end-hold", "end"])
_CALLS = itertools.count(10_000)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.integers(0, 500), ACTS), min_size=1, max_size=6))
def test_whatever_is_done_and_however_long_only_an_end_ends_the_protection(
    federation: Federation, steps: list[tuple[int, str]]
) -> None:
    """Protected is who gets no copy elsewhere. One resident, a new measure for each sequence of days and acts."""
    ctx = federation.context(KUNITACHI)
    set_business_date(ctx, CLERK, DAY)
    found = counter.somebody(federation)
    for mark in counter.read(federation, KUNITACHI, found.resident_no).support:
        end(federation, mark.measure_id)
    number = apply(federation, found)
    (hold,) = counter.read(federation, KUNITACHI, found.resident_no).holds
    day, ended = DAY, False
    for days, act in steps:
        day = min(day + timedelta(days=days), date(2030, 1, 1))
        set_business_date(ctx, CLERK, day)
        match act:
            case "decide":
                measures.decide_measure(ctx, CLERK, MeasureDecisionFiling(number, day))
            case "extend":
                measures.extend_measure(ctx, CLERK, MeasureExtensionFiling(number))
            case "forward":
                measures.forward_measure(ctx, CLERK, ForwardFiling(number, CHIYODA, day))
            case "lift":
                holds.lift_hold(ctx, CLERK, LiftFiling(hold.hold_id, "x", one_act=True))
            case "end-hold":
                holds.end_hold(ctx, CLERK, HoldEndFiling(hold.hold_id, "x"))
            case "end":
                ended = isinstance(end(federation, number), holds.Ended) or ended
        expected = [found.record.name.written] if ended else "consult-home"
        assert copy_of(federation, found, next(_CALLS)) == expected
        assert bool(phases(federation, found.resident_no)) is not ended
