"""Drafts: nothing stands before a second person completes them, and then all of it does, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.network.registering import RIGHT
from tests.services.services import counter, drafting, holding
from tests.services.services.drafting import death_of, enter, entered_death
from tests.services.services.test_history import together

from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.drafts import Step
from jukinet.law.holds import Process
from jukinet.network import shapes
from jukinet.services import alerts, deaths, draft_reads, drafts
from jukinet.services.alerts import AlertKind
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.draft_reads import DraftPage, Question, ShownDraft
from jukinet.services.drafts import Entered, ReturnFiling
from jukinet.services.filings import BirthFiling, DeathFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Drafted, Registered
from jukinet.services.register_acts import ACTS, named
from jukinet.testing.federation import CLERK, OFFICE, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

COMPLETED = "register:draft:completed"


@pytest.fixture
def second(federation: Federation) -> OperatorClaim:
    return drafting.enrol_second(federation)


def complete(federation: Federation, number: int, claim: OperatorClaim = drafting.SECOND) -> Any:
    return drafts.complete(federation.context(KUNITACHI), claim, number)


def changes(federation: Federation, act: Callable[[], object]) -> tuple[set[str], list[dict[str, Any]]]:
    """Which tables an act changes, and the entries that it adds to the audit log."""
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    act()
    after = counter.contents(federation, KUNITACHI)
    return {table for table in after if after[table] != before.get(table)}, counter.audit(
        federation, KUNITACHI
    )[entries:]


# Entering


@case("spec 4.0.8")
@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_a_draft_of_any_act_is_its_row_and_nothing_else_and_becomes_the_act(
    federation: Federation, name: str
) -> None:
    """No version, no code drawn, nothing to be sent; then, completed, whatever the act does by itself."""
    drafting.enrol_second(federation)
    filing = RIGHT[name](federation)
    made: list[Drafted] = []
    tables, entries = changes(federation, lambda: made.append(enter(federation, name, filing)))
    assert tables == {"drafts"}
    assert {entry["event"] for entry in entries} == {"register:draft:entered"}
    assert {entry["reference"] for entry in entries} == {str(made[0].draft)}
    assert sorted(entry["resident_no"] or "" for entry in entries) == sorted(made[0].resident_nos or ("",))
    done = complete(federation, made[0].draft)
    assert isinstance(done, Registered), done
    assert counter.owner_rows(federation, KUNITACHI.node_id, "SELECT step FROM draft_steps") == [
        {"step": "completed"}
    ]


@pytest.mark.usefixtures("second")
def test_a_draft_completed_leaves_what_the_act_at_once_leaves(federation: Federation) -> None:
    (first,), (other,) = counter.load(federation), counter.load(federation, seed=1)
    ctx = federation.context(KUNITACHI)
    number = enter(federation, "death", death_of(first)).draft
    tables, entries = changes(federation, lambda: complete(federation, number))
    at_once, plain = changes(federation, lambda: deaths.record_death(ctx, CLERK, death_of(other)))
    assert tables == at_once | {"draft_steps"}
    assert [entry["event"] for entry in entries] == [entry["event"] for entry in plain]
    one, two = (counter.read(federation, KUNITACHI, who.resident_no) for who in (first, other))
    assert (one.present, one.versions[-1].reason) == (two.present, two.versions[-1].reason)
    assert [body["change"]["reason"] for body in counter.notices(federation, KUNITACHI)[-2:]] == ["death"] * 2


@case("spec 4.0.8")
@pytest.mark.usefixtures("second")
def test_the_entry_of_the_act_names_who_completed_it_and_who_entered_it(federation: Federation) -> None:
    found, number = entered_death(federation)
    complete(federation, number)
    (entry,) = counter.audit(federation, KUNITACHI, "register:death:recorded")
    assert (entry["actor"], entry["outcome"], entry["terminal"]) == ("operator:tanaka", "done", "counter-7")
    assert entry["rules"][-1] == f"draft {number} entered by operator:sato at {CLERK.terminal}"
    (version,) = counter.read(federation, KUNITACHI, found.resident_no).versions[1:]
    assert (version.operator, version.terminal) == ("tanaka", "counter-7")


def test_what_the_act_refuses_is_refused_at_the_entry(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    filing = DeathFiling("00000000019", counter.TODAY, counter.TODAY)
    entered = Entered(shapes.plain(filing))

    def act() -> object:
        return drafts.enter(ctx, CLERK, named("death"), entered)

    before = counter.contents(federation, KUNITACHI)
    refused = act()
    assert isinstance(refused, Refused)
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI, "register:death:recorded")
    assert (entry["outcome"], entry["rules"][-1]) == ("refused", "tried for a draft")


def test_a_draft_asks_for_the_permission_of_its_act(federation: Federation) -> None:
    (found,) = counter.load(federation)
    entered = Entered(shapes.plain(death_of(found)))
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:death:recorded",
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: _as_recorded(drafts.enter(ctx, claim, named("death"), entered), federation),
    )


def _as_recorded(outcome: object, federation: Federation) -> object:
    """The note that it was a draft stands behind the rules, where ``assert_refused`` counts rules alone."""
    with counter.owner(federation, KUNITACHI.node_id) as owner:
        owner.execute("UPDATE audit_entries SET rules = array_remove(rules, 'tried for a draft')")
    return outcome


def test_a_hold_keeps_a_draft_back_as_it_keeps_the_act(federation: Federation) -> None:
    (found,) = counter.load(federation)
    holding.hold(federation, found, holding.terms(Process.CHANGE))
    entered = Entered(shapes.plain(death_of(found)))
    ctx = federation.context(KUNITACHI)
    outcome = drafts.enter(ctx, CLERK, named("death"), entered)
    assert isinstance(outcome, Refused)
    assert [one.rule for one in outcome.failed] == ["V1"]


@pytest.mark.usefixtures("second")
def test_a_crash_at_any_step_leaves_all_of_it_or_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    entered = Entered(shapes.plain(death_of(found)))
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: drafts.enter(ctx, CLERK, named("death"), entered)
    )
    (waiting,) = list_drafts(federation).drafts
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: drafts.complete(ctx, drafting.SECOND, waiting.draft)
    )


# Completing


@case(refused="DR3")
def test_who_entered_a_draft_does_not_complete_it(federation: Federation) -> None:
    _, number = entered_death(federation)
    counter.assert_refused(
        federation, KUNITACHI, COMPLETED, lambda: complete(federation, number, CLERK), "DR3"
    )
    # The same person at another terminal is the same person.
    elsewhere = replace(CLERK, terminal="counter-99")
    counter.assert_refused(
        federation, KUNITACHI, COMPLETED, lambda: complete(federation, number, elsewhere), "DR3"
    )


@case(permitted="DR1 DR2 DR3 DR4")
def test_a_second_person_completes_it(federation: Federation, second: OperatorClaim) -> None:
    found, number = entered_death(federation)
    assert counter.registered(complete(federation, number, second)).resident_nos == (found.resident_no,)
    assert not counter.read(federation, KUNITACHI, found.resident_no).present


@case(refused="DR1")
@pytest.mark.usefixtures("second")
def test_there_is_no_such_draft(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    for event, act in (
        (COMPLETED, lambda: complete(federation, 7)),
        ("register:draft:returned", lambda: drafts.send_back(ctx, drafting.SECOND, ReturnFiling(7, "?"))),
        ("register:draft:withdrawn", lambda: drafts.withdraw(ctx, drafting.SECOND, 7)),
        ("register:draft:read", lambda: draft_reads.show_draft(ctx, drafting.SECOND, 7)),
    ):
        counter.assert_refused(federation, KUNITACHI, event, act, "DR1")


@case(refused="DR2")
@pytest.mark.usefixtures("second")
def test_a_draft_is_completed_once(federation: Federation) -> None:
    found, number = entered_death(federation)
    complete(federation, number)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(federation, KUNITACHI, COMPLETED, lambda: complete(federation, number), "DR2")
    for event, act in (
        (
            "register:draft:returned",
            lambda: drafts.send_back(ctx, drafting.SECOND, ReturnFiling(number, "?")),
        ),
        ("register:draft:withdrawn", lambda: drafts.withdraw(ctx, CLERK, number)),
    ):
        counter.assert_refused(federation, KUNITACHI, event, act, "DR2")
    assert len(counter.read(federation, KUNITACHI, found.resident_no).versions) == 2


@pytest.mark.usefixtures("second")
def test_of_two_who_complete_it_at_once_one_does(federation: Federation) -> None:
    _, number = entered_death(federation)
    outcomes = together(*[lambda: complete(federation, number)] * 2)
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Registered"]
    (refused,) = [one for one in outcomes if isinstance(one, Refused)]
    assert [one.rule for one in refused.failed] == ["DR2"]


@case("spec 10.3", refused="DR4")
@pytest.mark.usefixtures("second")
def test_a_record_changed_since_the_entry_keeps_the_draft_back(federation: Federation) -> None:
    found, number = entered_death(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    counter.assert_refused(federation, KUNITACHI, COMPLETED, lambda: complete(federation, number), "DR4")
    (listed,) = list_drafts(federation).drafts
    assert (listed.draft, listed.changed) == (number, True)


@pytest.mark.usefixtures("second")
def test_a_record_changed_between_the_look_and_the_lock_undoes_the_act(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other clerk commits after the first look at the tags and before the act locks the row."""
    found, number = entered_death(federation)
    before: dict[str, list[str]] = {}

    def raced(ctx: Context, claim: OperatorClaim, filing: DeathFiling) -> Registered | Refused:
        counter.move_within(federation, KUNITACHI, found.resident_no)
        before.update(counter.contents(federation, KUNITACHI))
        return deaths.record_death(ctx, claim, filing)

    monkeypatch.setattr(drafts, "named", lambda name: replace(named(name), do=raced))
    outcome = complete(federation, number)
    assert isinstance(outcome, Refused)
    assert [one.rule for one in outcome.failed] == ["DR4"]
    assert counter.contents(federation, KUNITACHI) == before
    assert counter.audit(federation, KUNITACHI, "register:death:recorded") == []


@pytest.mark.usefixtures("second")
def test_after_a_restore_a_draft_is_entered_anew(federation: Federation) -> None:
    _, number = entered_death(federation)
    federation.put_back(KUNITACHI.node_id)
    federation.run()
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, COMPLETED, lambda: drafts.complete(ctx, drafting.SECOND, number), "DR4"
    )


@pytest.mark.usefixtures("second")
def test_a_record_that_the_clerk_named_counts_though_the_act_does_not_change_it(
    federation: Federation,
) -> None:
    (parent,) = counter.load(federation)
    filing = BirthFiling(parent.record.household_number, counter.child(), counter.TODAY)
    named_too = enter(federation, "birth", filing, tags=(parent.tag,))
    other = enter(federation, "birth", filing)
    assert (named_too.resident_nos, other.resident_nos) == ((parent.resident_no,), ())
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    refused = complete(federation, named_too.draft)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["DR4"]
    # Without it, the act alone judges: the household is there still.
    counter.registered(complete(federation, other.draft))


@pytest.mark.usefixtures("second")
def test_the_act_judges_again_and_its_refusal_leaves_the_draft(federation: Federation) -> None:
    """Two drafts of one birth: the second is a birth entered twice."""
    (parent,) = counter.load(federation)
    filing = BirthFiling(parent.record.household_number, counter.child(), counter.TODAY)
    first, again = (enter(federation, "birth", filing).draft for _ in range(2))
    counter.registered(complete(federation, first))
    before = counter.contents(federation, KUNITACHI)
    refused = complete(federation, again)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["B2"]
    assert counter.contents(federation, KUNITACHI) == before
    entry = counter.audit(federation, KUNITACHI, "register:birth:recorded")[-1]
    assert entry["outcome"] == "refused"
    assert entry["rules"][-1].startswith(f"draft {again} entered by operator:sato")
    assert [one.draft for one in list_drafts(federation).drafts] == [again]


@pytest.mark.usefixtures("second")
def test_who_completes_needs_the_permission_of_the_act_as_well(federation: Federation) -> None:
    _, number = entered_death(federation)
    drafting.enrol_second(federation, Permission.REGISTER_RESIDENT_RECORD)
    refused = complete(federation, number)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["G3"]
    counter.assert_gated(
        federation,
        KUNITACHI,
        COMPLETED,
        Permission.REGISTER_DRAFT_COMPLETE,
        lambda ctx, claim: drafts.complete(ctx, claim, number),
    )


@pytest.mark.usefixtures("second")
def test_a_hold_set_after_the_entry_turns_the_completion_back(federation: Federation) -> None:
    found, number = entered_death(federation)
    holding.hold(federation, found, holding.terms(Process.CHANGE))
    try:
        outcome = complete(federation, number)
    except TurnedBackError as error:
        outcome = error.refused
    assert isinstance(outcome, Refused)
    assert [one.rule for one in outcome.failed] == ["V1"]
    assert counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM draft_steps") == []


# Returning and withdrawing


@case("spec 4.0.9", permitted="DR3")
def test_a_returned_draft_tells_why_and_is_not_completed(
    federation: Federation, second: OperatorClaim
) -> None:
    found, number = entered_death(federation)
    ctx = federation.context(KUNITACHI)
    done = drafts.send_back(ctx, second, ReturnFiling(number, "死亡日を確認"))
    assert done == Drafted(number, (found.resident_no,))
    counter.assert_refused(federation, KUNITACHI, COMPLETED, lambda: complete(federation, number), "DR2")
    (listed,) = list_drafts(federation).drafts
    assert listed.returned == "tanaka"
    shown = draft_reads.show_draft(ctx, CLERK, number)
    assert isinstance(shown, ShownDraft)
    assert (shown.step, shown.note) == (Step.RETURNED, "死亡日を確認")
    assert isinstance(drafts.withdraw(ctx, CLERK, number), Drafted)
    assert list_drafts(federation).drafts == ()
    (entry,) = counter.audit(federation, KUNITACHI, "register:draft:returned")
    assert (entry["reference"], entry["resident_no"]) == (str(number), found.resident_no)
    assert "死亡日" not in str(entry["rules"])


@case(refused="DR3")
def test_nobody_returns_their_own(federation: Federation) -> None:
    _, number = entered_death(federation)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:draft:returned",
        lambda: drafts.send_back(ctx, CLERK, ReturnFiling(number, "?")),
        "DR3",
    )
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:draft:returned",
        Permission.REGISTER_DRAFT_COMPLETE,
        lambda one, claim: drafts.send_back(one, claim, ReturnFiling(number, "?")),
    )


@case("spec 4.0.9", permitted="DR5", refused="DR5")
def test_a_draft_is_withdrawn_by_who_entered_it_or_may_complete_it(federation: Federation) -> None:
    novice = drafting.enrol_second(federation, Permission.REGISTER_DRAFT_COMPLETE)
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    number = enter(federation, "death", death_of(found)).draft
    event = "register:draft:withdrawn"
    counter.assert_refused(federation, KUNITACHI, event, lambda: drafts.withdraw(ctx, novice, number), "DR5")
    own = enter(federation, "death", death_of(found), novice).draft
    assert isinstance(drafts.withdraw(ctx, novice, own), Drafted)
    assert isinstance(
        drafts.withdraw(ctx, CLERK, enter(federation, "death", death_of(found), novice).draft), Drafted
    )
    counter.assert_gated(
        federation,
        KUNITACHI,
        event,
        Permission.REGISTER_DRAFT_HANDLE,
        lambda one, claim: drafts.withdraw(one, claim, number),
    )
    assert [one.draft for one in list_drafts(federation).drafts] == [number]


# Looking


def list_drafts(federation: Federation, question: Question = Question()) -> DraftPage:  # noqa: B008  (frozen)
    found = draft_reads.list_drafts(federation.context(KUNITACHI), CLERK, question)
    assert isinstance(found, DraftPage), found
    return found


@case("spec 4.0.8")
def test_the_list_says_who_entered_what_and_nothing_of_a_person(
    federation: Federation, second: OperatorClaim
) -> None:
    (found,) = counter.load(federation)
    one = enter(federation, "death", death_of(found)).draft
    two = enter(federation, "death", death_of(found), second).draft
    page = list_drafts(federation)
    assert [(row.draft, row.act, row.operator, row.terminal) for row in page.drafts] == [
        (one, "death", "sato", CLERK.terminal),
        (two, "death", "tanaka", "counter-7"),
    ]
    assert {row.resident_nos for row in page.drafts} == {(found.resident_no,)}
    assert not any(row.changed or row.returned for row in page.drafts)
    assert [row.draft for row in list_drafts(federation, Question(operator="tanaka")).drafts] == [two]
    assert [row.draft for row in list_drafts(federation, Question(terminal="counter-7")).drafts] == [two]
    assert [row.draft for row in list_drafts(federation, Question(after=one)).drafts] == [two]
    assert found.record.name.text not in str(page)
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:drafts:listed",
        Permission.REGISTER_DRAFT_HANDLE,
        lambda ctx, claim: draft_reads.list_drafts(ctx, claim, Question()),
    )


def test_the_list_comes_in_pages(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_reads, "MOST", 2)
    (found,) = counter.load(federation)
    numbers = [enter(federation, "death", death_of(found)).draft for _ in range(3)]
    page = list_drafts(federation)
    assert ([row.draft for row in page.drafts], page.next_after) == (numbers[:2], numbers[1])
    page = list_drafts(federation, Question(after=page.next_after or 0))
    assert ([row.draft for row in page.drafts], page.next_after) == (numbers[2:], None)


@case("spec 4.0.9")
def test_a_draft_is_shown_as_it_was_entered(federation: Federation) -> None:
    found, number = entered_death(federation)
    shown = draft_reads.show_draft(federation.context(KUNITACHI), CLERK, number)
    assert isinstance(shown, ShownDraft)
    assert shown.filing == shapes.plain(death_of(found))
    assert (shown.draft.draft, shown.step, shown.note) == (number, None, None)
    assert repr(shown) == "ShownDraft(…)"
    (entry,) = counter.audit(federation, KUNITACHI, "register:draft:read")
    assert (entry["resident_no"], entry["reference"]) == (found.resident_no, str(number))
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:draft:read",
        Permission.REGISTER_DRAFT_HANDLE,
        lambda ctx, claim: draft_reads.show_draft(ctx, claim, number),
    )


def test_a_hold_on_inquiries_keeps_the_draft_back_too(federation: Federation) -> None:
    found, number = entered_death(federation)
    holding.hold(federation, found, holding.terms(Process.INQUIRY))
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:draft:read",
        lambda: draft_reads.show_draft(federation.context(KUNITACHI), CLERK, number),
        "V1",
    )


@case("spec 4.0.8")
def test_what_is_looked_at_meanwhile_is_the_record_before_the_draft(federation: Federation) -> None:
    found, _ = entered_death(federation)
    assert counter.read(federation, KUNITACHI, found.resident_no) == found


def test_a_draft_that_waits_is_pointed_out_from_the_next_day_on(federation: Federation) -> None:
    found, number = entered_death(federation)
    assert pointed_out(federation) == []
    federation.clock.advance(timedelta(days=1))
    (alert,) = pointed_out(federation)
    assert (alert.draft, alert.resident_nos) == (number, (found.resident_no,))
    drafts.withdraw(federation.context(KUNITACHI), CLERK, number)
    assert pointed_out(federation) == []


def pointed_out(federation: Federation) -> list[alerts.Alert]:
    found = alerts.list_alerts(federation.context(KUNITACHI), CLERK)
    assert not isinstance(found, Refused)
    return [one for one in found if one.kind is AlertKind.DRAFT_WAITS]


# Where a second person is demanded


@case(refused="DR6")
def test_where_a_second_person_is_demanded_nobody_acts_alone(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:draft:demanded",
        lambda: drafts.do_at_once(ctx, CLERK, named("death"), death_of(found)),
        "DR6",
    )
    (entry,) = counter.audit(federation, KUNITACHI, "register:draft:demanded")
    assert entry["reference"] == "death"


@case(permitted="DR6")
def test_drafts_are_completed_there_and_elsewhere_one_person_acts(
    federation: Federation, second: OperatorClaim
) -> None:
    (found,), (other,) = counter.load(federation), counter.load(federation, seed=1)
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    number = enter(federation, "death", death_of(found)).draft
    counter.registered(drafts.complete(ctx, second, number))
    alone = federation.context(KUNITACHI)
    counter.registered(drafts.do_at_once(alone, CLERK, named("death"), death_of(other)))


# The rows


def test_a_draft_is_never_altered_by_the_office(federation: Federation) -> None:
    entered_death(federation)
    with world.connect(federation, KUNITACHI.node_id, OFFICE) as office:
        for statement in ("UPDATE drafts SET act = 'birth'", "DELETE FROM drafts", "DELETE FROM draft_steps"):
            with pytest.raises(Exception, match="permission denied"):
                office.execute(statement)


def test_an_act_that_this_release_does_not_know_is_told(federation: Federation) -> None:
    with pytest.raises(JukinetError, match="does not know"):
        named("levitation")


def test_no_repr_shows_what_was_entered() -> None:
    assert repr(Entered({"name": "国立　花子"})) == "Entered(…)"
    assert repr(ReturnFiling(1, "国立　花子")) == "ReturnFiling(…)"
