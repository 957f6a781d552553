"""Drafts completed together, corrected in one step, and the day that they keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, drafting
from tests.services.services.drafting import death_of, enter, entered_death

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import draft_reads, drafts
from jukinet.services.context import Context
from jukinet.services.draft_reads import DraftPage, Question
from jukinet.services.drafts import CorrectedDraft
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Drafted
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI


@pytest.fixture
def second(federation: Federation) -> OperatorClaim:
    return drafting.enrol_second(federation)


@case("spec 4.2.0.4")
def test_a_draft_keeps_the_day_on_which_it_was_entered(federation: Federation, second: OperatorClaim) -> None:
    (found,) = counter.load(federation)
    filing = {"resident_no": found.resident_no, "died_on": "2013-07-05"}
    number = enter(federation, "death", filing).draft
    federation.set_date(date(2013, 7, 12))
    counter.registered(drafts.complete(federation.context(KUNITACHI), second, number))
    assert counter.read(federation, KUNITACHI, found.resident_no).versions[-1].notified_on == counter.TODAY


@case("spec 4.0.8")
def test_all_that_wait_are_completed_at_once_and_what_is_refused_stays(
    federation: Federation, second: OperatorClaim
) -> None:
    (one, first), (other, changed), (_, third) = (entered_death(federation) for _ in range(3))
    counter.move_within(federation, KUNITACHI, other.resident_no)
    own = enter(federation, "death", death_of(counter.load(federation, seed=9)[0]), second).draft
    ctx = federation.context(KUNITACHI)
    drafts.withdraw(ctx, CLERK, third)
    nobody = draft_reads.complete_waiting(ctx, second, Question(terminal="counter-99"))
    assert nobody == ()
    done = draft_reads.complete_waiting(ctx, second, Question(operator=CLERK.operator_id))
    assert not isinstance(done, Refused)
    assert [(number, isinstance(outcome, Refused)) for number, outcome in done] == [
        (first, False),
        (changed, True),
    ]
    assert [counter.read(federation, KUNITACHI, who.resident_no).present for who in (one, other)] == [
        False,
        True,
    ]
    assert draft_reads.complete_waiting(ctx, second, Question(after=changed)) == (), "not one's own"
    assert isinstance(drafts.withdraw(ctx, second, own), Drafted)
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:drafts:listed",
        Permission.REGISTER_DRAFT_HANDLE,
        lambda ctx, claim: draft_reads.complete_waiting(ctx, claim, Question()),
    )


@case("spec 4.0.9", permitted="DR5", refused="DR5")
def test_what_was_entered_is_corrected_in_one_step(federation: Federation, second: OperatorClaim) -> None:
    found, number = entered_death(federation)
    ctx = federation.context(KUNITACHI)
    right = {"resident_no": found.resident_no, "died_on": "2013-07-05"}
    entered = "register:draft:withdrawn"
    counter.assert_refused(
        federation,
        KUNITACHI,
        entered,
        lambda: drafts.correct(ctx, second, CorrectedDraft(number, right)),
        "DR5",
    )
    before = counter.contents(federation, KUNITACHI)
    late = drafts.correct(ctx, CLERK, CorrectedDraft(number, {**right, "died_on": "2013-07-09"}))
    assert isinstance(late, Refused)
    assert [one.rule for one in late.failed] == ["D1"]
    assert counter.contents(federation, KUNITACHI) == before, "the draft waits still"
    act: Callable[[Context], object] = lambda ctx: drafts.correct(ctx, CLERK, CorrectedDraft(number, right))  # noqa: E731
    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) > 1
    page = draft_reads.list_drafts(ctx, second, Question())
    assert isinstance(page, DraftPage)
    (waits,) = page.drafts
    (entry,) = [one for one in counter.audit(federation, KUNITACHI) if one["reference"] == str(waits.draft)]
    assert entry["rules"][-1] == f"in place of draft {number}"
    counter.assert_refused(
        federation,
        KUNITACHI,
        entered,
        lambda: drafts.correct(ctx, CLERK, CorrectedDraft(number, right)),
        "DR2",
    )
    counter.registered(drafts.complete(ctx, second, waits.draft))
    assert counter.read(federation, KUNITACHI, found.resident_no).versions[-1].effective_on == date(
        2013, 7, 5
    )
