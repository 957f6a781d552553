"""Who brought a notification: kept with the version it made, in the audit entry, and the person told (Arts. 26, 27)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.network import registering
from tests.services.services import counter, erasing

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.recording import shape_of
from jukinet.law import retention
from jukinet.law.decisions import Refused
from jukinet.law.notifications import (
    ACCEPTED,
    BY_ANOTHER,
    UNIDENTIFIED,
    AuthorityShown,
    Capacity,
    IdentityShown,
    Notifier,
    Particular,
)
from jukinet.services import moves, register_acts
from jukinet.services.register import Registered
from jukinet.services.register_acts import FiledAct
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.notifying import BY_HOUSEHOLDER, IN_PERSON

AGENT = Notifier(
    Capacity.AGENT, IdentityShown.DRIVING_LICENCE, in_writing=True, authority=AuthorityShown.LETTER
)
UNKNOWN = replace(IN_PERSON, identity=IdentityShown.NOTHING)
NOTIFIED = (
    *("move-in", "move-in-by-card", "move-within", "move-out", "split-household", "merge-households"),
    "change-household",
    *("change-householder", "became-eligible", "relationship", "nickname-record", "nickname-delete"),
)
"""Every act that rests on Act Arts. 22 to 25, 30-46 to 30-48, or on Ord. 30-26(1) and (4)."""


@dataclass(frozen=True)
class Told:
    """Rows about one resident, as the owner sees them."""

    notifiers: list[tuple[Any, ...]]
    letters: list[int]


def told(federation: Federation, number: str) -> Told:
    join = " JOIN residents USING (resident_id) WHERE resident_no = %(number)s ORDER BY history_no"
    rows = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM notifiers" + join, number=number)
    letters = counter.owner_rows(
        federation, KUNITACHI.node_id, "SELECT * FROM tellings" + join, number=number
    )
    return Told(
        [(row["history_no"], row["capacity"], row["identity"], row["authority"]) for row in rows],
        [row["history_no"] for row in letters if row["way"] == ACCEPTED],
    )


def act_named(name: str) -> FiledAct[Any]:
    return next(act for act in register_acts.ACTS if act.name == name)


def filed(federation: Federation, name: str, notifier: Notifier) -> Registered | Refused:
    """An act that is right here, brought by somebody."""
    act = act_named(name)
    body = registering.RIGHT[name](federation) | {"notified_by": registering.plain(notifier)}
    return act.do(federation.context(KUNITACHI), CLERK, act.read(body))


@pytest.mark.parametrize("name", NOTIFIED)
@case("Act Art. 27", "spec 4.1.0.3", permitted="NB1 NB2 NB8")
def test_an_agent_is_kept_in_kinds_and_the_person_told(federation: Federation, name: str) -> None:
    done = counter.registered(filed(federation, name, AGENT))
    assert BY_ANOTHER in done.remarks
    for number in done.resident_nos:
        version = counter.read(federation, KUNITACHI, number).versions[-1]
        assert version.notifier == AGENT
        now = told(federation, number)
        assert now.notifiers[-1] == (
            *(version.history_no, "agent", "driving-licence", "letter-of-authority"),
        )
        assert now.letters == [version.history_no]
        acts = [
            entry
            for entry in counter.audit(federation, KUNITACHI)
            if entry["resident_no"] == number and entry["event"] != "register:resident:read"
        ]
        assert acts[-1]["reference"] == "agent, driving-licence, letter-of-authority"
        assert {"Reg. Art. 8(i)", "Reg. Art. 8-3(ii)"} <= set(acts[-1]["rules"])


@case("Reg. Art. 8-3", refused="CT1", permitted="CT1")
def test_who_is_represented_is_asked_and_kept_in_kinds(federation: Federation) -> None:
    refused = filed(federation, "move-out", replace(AGENT, represented=IdentityShown.NOTHING))
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["CT1"]
    shown = replace(AGENT, represented=IdentityShown.OTHER_PAPERS, particulars=tuple(Particular))
    (number,) = counter.registered(filed(federation, "move-out", shown)).resident_nos
    assert counter.read(federation, KUNITACHI, number).versions[-1].notifier == shown
    with pytest.raises(JukinetError):
        filed(federation, "move-out", replace(IN_PERSON, represented=IdentityShown.PASSPORT))


@pytest.mark.parametrize("name", NOTIFIED)
@case("Act Art. 27(3)", refused="NB2 NB8")
def test_an_agent_without_authority_stores_nothing(federation: Federation, name: str) -> None:
    act = act_named(name)
    wrong = replace(AGENT, authority=None, in_writing=False)
    body = registering.RIGHT[name](federation) | {"notified_by": registering.plain(wrong)}
    before = counter.contents(federation, KUNITACHI)
    refused = act.do(federation.context(KUNITACHI), CLERK, act.read(body))
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["NB2", "NB8"]
    assert counter.contents(federation, KUNITACHI) == before
    last = counter.audit(federation, KUNITACHI)[-1]
    assert (last["outcome"], [rule.split()[0] for rule in last["rules"]]) == ("refused", ["NB2", "NB8"])


@case("Act Art. 21")
def test_every_act_on_notification_asks_and_no_other() -> None:
    asks = {act.name for act in register_acts.ACTS if _asks(act)}
    assert asks == set(NOTIFIED)


def _asks(act: FiledAct[Any]) -> bool:
    described = shape_of(act.read).properties
    # Where nobody notified, some acts take the ground of an entry ex officio in its place.
    return "notified_by" in described and (described["notified_by"].required or "basis" in described)


def _family(federation: Federation) -> list[str]:
    persons = [
        counter.japanese(name=PersonName(f"国立　家族{place}"), relationship=relationship)
        for place, relationship in enumerate(("世帯主", "妻", "子"))
    ]
    return list(counter.move_in(federation, KUNITACHI, *persons, although_alike=True).resident_nos)


@case("Act Art. 26", permitted="NB5")
def test_the_householder_moves_the_members_and_nobody_is_written_to(federation: Federation) -> None:
    numbers = _family(federation)
    done = counter.move_within(federation, KUNITACHI, *numbers)
    assert done.remarks == ()
    for number in numbers:
        assert told(federation, number) == Told(
            [(history_no, "householder", "driving-licence", None) for history_no in (1, 2)], []
        )


@pytest.mark.parametrize("moves_out", [False, True])
@case("Act Arts. 26, 27(3)", permitted="NB5 NB7")
def test_a_member_who_stays_notifies_for_one_who_goes(federation: Federation, moves_out: bool) -> None:
    _, _, son = _family(federation)
    for capacity in (Capacity.HOUSEHOLDER, Capacity.MEMBER):
        notifier = replace(IN_PERSON, capacity=capacity)
        if moves_out:
            filing_out = counter.move_out_filing([son], notified_by=notifier)
            result = moves.file_move_out(federation.context(KUNITACHI), CLERK, filing_out)
            # The second one meets the first: that alone stands in its way.
            if capacity is Capacity.MEMBER:
                assert [rule.rule for rule in result.failed] == ["O4"]  # type: ignore[union-attr]
                continue
        else:
            address = counter.elsewhere_in(KUNITACHI, 2 if capacity is Capacity.MEMBER else 1)
            filing = counter.move_within_filing(KUNITACHI, son, address=address, notified_by=notifier)
            result = moves.move_within(federation.context(KUNITACHI), CLERK, filing)
        counter.registered(result)


def _alone(federation: Federation) -> str:
    return counter.move_in(federation, KUNITACHI).resident_nos[0]


@pytest.mark.parametrize(
    ("people", "notifier", "rule"),
    [
        pytest.param(_family, IN_PERSON, "NB4", marks=case(refused="NB4")),
        pytest.param(_alone, replace(IN_PERSON, capacity=Capacity.MEMBER), "NB7", marks=case(refused="NB7")),
        pytest.param(
            _alone,
            replace(IN_PERSON, identity=IdentityShown.QUESTIONS),
            "NB3",
            marks=case("Reg. Art. 8(ii)", refused="NB3"),
        ),
        pytest.param(
            _alone,
            replace(AGENT, authority=AuthorityShown.EXPLAINED),
            "NB9",
            marks=case("Reg. Art. 8-3(iii)", refused="NB9"),
        ),
    ],
)
def test_a_move_out_is_refused_by_who_brings_it(
    federation: Federation, people: Callable[[Federation], Any], notifier: Notifier, rule: str
) -> None:
    made = people(federation)
    numbers = made if isinstance(made, list) else [made]
    filing = counter.move_out_filing(numbers, notified_by=notifier)
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    result = moves.file_move_out(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(result, Refused)
    assert [one.rule for one in result.failed] == [rule]
    assert counter.contents(federation, KUNITACHI) == before
    noted = counter.audit(federation, KUNITACHI)[entries:]
    assert [(entry["event"], entry["outcome"]) for entry in noted] == [
        ("register:move-out:filed", "refused")
    ] * len(numbers)


@case("Act Art. 26", refused="NB5")
def test_where_nobody_heads_the_household_nobody_acts_as_householder(federation: Federation) -> None:
    head, wife, son = _family(federation)
    counter.die(federation, KUNITACHI, head)
    filing = counter.move_within_filing(KUNITACHI, wife, son)
    assert filing.notified_by == BY_HOUSEHOLDER
    result = moves.move_within(federation.context(KUNITACHI), CLERK, filing)
    assert [one.rule for one in result.failed] == ["NB5"]  # type: ignore[union-attr]


@case("Ord. Art. 30-26(6)", refused="NB6")
def test_a_householder_applies_for_no_member_s_nickname(federation: Federation) -> None:
    result = filed(federation, "nickname-record", BY_HOUSEHOLDER)
    assert [one.rule for one in result.failed] == ["NB6"]  # type: ignore[union-attr]


@case("Act Art. 27(2)", refused="NB1")
def test_a_move_in_that_nobody_brought_is_none(federation: Federation) -> None:
    filing = counter.move_in_filing(KUNITACHI, notified_by=None)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:move-in:recorded",
        lambda: moves.move_in(federation.context(KUNITACHI), CLERK, filing),
        "NB1",
    )


@case("Act Art. 27(2)", "spec 4.1.0.3", permitted="NB3")
def test_who_could_not_be_identified_is_recorded_and_written_to(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, notified_by=UNKNOWN)
    assert done.remarks == (UNIDENTIFIED,)
    (number,) = done.resident_nos
    assert told(federation, number) == Told([(1, "person", "nothing", None)], [1])


@case("Act Art. 27", permitted="NB1")
def test_an_earlier_move_names_who_brought_it_at_its_own_version(federation: Federation) -> None:
    """What a late notification re-states rests on the notification that it had before."""
    number = _alone(federation)
    counter.move_within(
        federation, KUNITACHI, number, address=counter.elsewhere_in(KUNITACHI, 2), moved_on=counter.TODAY
    )
    early = counter.move_within_filing(KUNITACHI, number, notified_by=AGENT, moved_on=date(2013, 7, 7))
    counter.registered(moves.move_within(federation.context(KUNITACHI), CLERK, early))
    versions = counter.read(federation, KUNITACHI, number).versions
    assert [(one.history_no, one.restates, one.notifier) for one in versions] == [
        (1, None, IN_PERSON),
        (2, None, IN_PERSON),
        (3, None, AGENT),
        (4, 2, None),
    ]
    assert told(federation, number).letters == [3]


@case("Act Art. 27(3)")
def test_all_of_it_or_nothing(federation: Federation) -> None:
    number = _alone(federation)
    filing = counter.move_within_filing(KUNITACHI, number, notified_by=AGENT)
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: moves.move_within(ctx, CLERK, filing)
    )
    assert steps >= 2
    assert told(federation, number).letters == [2]


def test_a_town_s_own_system_sees_who_brought_it(federation: Federation) -> None:
    number = _alone(federation)
    shown = registering.post(federation, registering.LOOK_UP, {"resident_no": number})
    (version,) = shown.plain["versions"]
    assert version["notified_by"] == registering.plain(IN_PERSON)


@case("Ord. Art. 34(1)")
def test_the_kinds_are_kept_as_long_as_the_record_and_erased_with_it(federation: Federation) -> None:
    number = _alone(federation)
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=counter.TODAY, notified_by=AGENT)
    federation.run()
    assert not counter.read(federation, KUNITACHI, number).present
    last = retention.DELETED_RECORDS.last_day(counter.TODAY)
    for day, kept in ((last, 2), (erasing.later(last), 0)):
        erasing.turn(federation, day)
        erasing.erase(federation)
        assert len(counter.contents(federation, KUNITACHI)["notifiers"]) == kept


# The day of it, and what it is a notification of


@case("spec 4.1.0.1")
def test_a_child_born_before_the_move_is_recorded_by_it_and_not_as_a_birth(federation: Federation) -> None:
    """Filed together, a move-in and a birth are one event of the register."""
    child = replace(counter.child(), birth_date=PartialDate("2013-07-01"))
    numbers = counter.move_in(federation, KUNITACHI, counter.japanese(), child).resident_nos
    found = [counter.read(federation, KUNITACHI, number) for number in numbers]
    assert [[version.reason for version in one.versions] for one in found] == [["move-in"], ["move-in"]]


@pytest.mark.parametrize(
    ("days", "rules"),
    [
        *(pytest.param(days, [], marks=case("spec 4.1.0.2", permitted="F1")) for days in (-30, -1, 0)),
        pytest.param(1, ["F1"], marks=case("spec 4.1.0.2", refused="F1")),
    ],
)
def test_the_day_of_notification_is_entered_and_does_not_lie_after_today(
    federation: Federation, days: int, rules: list[str]
) -> None:
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.japanese(), moved_on=date(2013, 6, 1)
    ).resident_nos
    filed_on = counter.TODAY + timedelta(days=days)
    filing = counter.move_within_filing(KUNITACHI, number, moved_on=date(2013, 6, 2), filed_on=filed_on)
    done = moves.move_within(federation.context(KUNITACHI), CLERK, filing)
    assert ([failed.rule for failed in done.failed] if isinstance(done, Refused) else []) == rules
    last = counter.read(federation, KUNITACHI, number).versions[-1]
    assert (last.notified_on == filed_on) is (not rules)
