"""What acts on a record do to its card: in the act's transaction, said by the act's one entry, and not undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import carding, counter

from jukinet.domain.items import DeletionCause
from jukinet.law.card_lapse import CardState, Lapse
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.services import codes, deaths, ex_officio, foreign_filings, nationality, undoing
from jukinet.services.ex_officio_filings import DeletionFiling
from jukinet.services.filings import CodeCorrectionFiling, DeathFiling
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

TODAY = counter.TODAY


def told(federation: Federation, event: str) -> list[str]:
    """What the one entry of an act says of cards."""
    (entry,) = [one for one in counter.audit(federation, KUNITACHI, event) if one["outcome"] == "done"]
    return [rule for rule in entry["rules"] if rule.startswith("card ")]


@case("Act Art. 30-3", "Ord. Art. 30-20(vii)")
def test_another_code_on_request_makes_the_card_lapse(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.change_code(federation, KUNITACHI, found)
    card = carding.card(federation, found)
    assert (card.state, card.lapse, card.lapsed_on) == (CardState.LAPSED, Lapse.CODE_CHANGED, TODAY)
    assert told(federation, "register:code:changed") == ["card lapsed Ord. Art. 30-20(vii)"]


@case("Ord. Arts. 30-4(1), 30-20(vii)")
def test_a_corrected_code_makes_the_card_lapse(federation: Federation) -> None:
    found = carding.holder(federation)
    filing = CodeCorrectionFiling(found.resident_no, confirmed=True)
    counter.registered(codes.correct_code(federation.context(KUNITACHI), CLERK, filing))
    assert carding.card(federation, found).lapse is Lapse.CODE_CHANGED
    assert told(federation, "register:code:corrected") == ["card lapsed Ord. Art. 30-20(vii)"]


@case("Ord. Art. 30-20(iv)")
def test_a_death_makes_the_card_lapse_from_its_day_and_its_undoing_does_not_bring_it_back(
    federation: Federation,
) -> None:
    found = carding.holder(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    card = carding.card(federation, found)
    assert (card.lapse, card.lapsed_on) == (Lapse.DEATH, date(2013, 7, 6))
    assert told(federation, "register:death:recorded") == ["card lapsed Ord. Art. 30-20(iv)"]
    last = counter.read(federation, KUNITACHI, found.resident_no).versions[-1]
    filing = UndoFiling(found.resident_no, last.history_no)
    counter.registered(undoing.undo(federation.context(KUNITACHI), CLERK, filing))
    assert counter.read(federation, KUNITACHI, found.resident_no).present
    assert carding.card(federation, found) == card
    assert told(federation, "register:record:undone") == []


def test_a_death_and_the_lapse_are_one(federation: Federation) -> None:
    found = carding.holder(federation)
    filing = DeathFiling(found.resident_no, TODAY, TODAY)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: deaths.record_death(ctx, CLERK, filing)
    )
    assert crashes >= 4  # the version, the card, the notice, the trail
    assert carding.events(federation) == ["issued", "lapsed"]


@case("Ord. Art. 30-20(i)")
def test_leaving_japan_makes_the_card_lapse_on_the_planned_day(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], counter.HAWAII)
    assert carding.card(federation, found).state is CardState.LIVE
    federation.set_date(date(2013, 7, 10))
    federation.run()
    card = carding.card(federation, found)
    assert (card.lapse, card.lapsed_on) == (Lapse.ABROAD, date(2013, 7, 10))
    assert told(federation, "register:move-out:completed") == ["card lapsed Ord. Art. 30-20(i)"]


@case("Ord. Art. 30-20(ii)")
def test_a_card_lives_on_for_thirty_days_after_a_move_out(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert told(federation, "register:move-out:completed") == ["card left"]
    for on, state in ((date(2013, 8, 9), CardState.LEFT), (date(2013, 8, 10), CardState.LAPSED)):
        federation.set_date(on)
        assert carding.card(federation, found).state is state
    assert carding.card(federation, found).lapse is Lapse.NOT_MOVED_IN


@case("Ord. Art. 30-20(ii)")
def test_who_did_not_leave_after_all_keeps_the_card(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=TODAY)
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert (gone.present, gone.cards[0].state) == (False, CardState.LEFT)
    filing = UndoFiling(found.resident_no, gone.versions[-1].history_no)
    counter.registered(undoing.undo(federation.context(KUNITACHI), CLERK, filing))
    assert carding.card(federation, found).state is CardState.LIVE
    assert told(federation, "register:record:undone") == ["card live"]
    assert carding.events(federation) == ["issued", "left", "restored"]
    federation.set_date(date(2013, 9, 1))
    federation.run()
    assert carding.events(federation) == ["issued", "left", "restored"]


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (DeletionCause.NOT_LIVING_HERE, Lapse.DELETED),
        (DeletionCause.OUTSIDE_THE_ACT, Lapse.OUTSIDE_THE_ACT),
    ],
)
@case("Ord. Art. 30-20(v), (vi)")
def test_a_deletion_ex_officio_makes_the_card_lapse(
    federation: Federation, cause: DeletionCause, why: Lapse
) -> None:
    found = carding.holder(federation)
    basis = Basis(Ground.KOSEKI, confirmed=True, told=Telling.POSTED)
    filing = DeletionFiling(found.resident_no, TODAY, cause, basis)
    counter.registered(ex_officio.delete_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    assert carding.card(federation, found).lapse is why
    assert told(federation, "register:record:deleted") == [f"card lapsed {why.article}"]


@case("Ord. Arts. 8-2, 30-20(vi)")
def test_another_nationality_leaves_the_card_in_force(federation: Federation) -> None:
    found = carding.holder(federation)
    given: dict[str, Any] = {
        "resident_no": found.resident_no,
        "nationality": "USA",
        "stay": "transitional",
        "lost_on": TODAY.isoformat(),
        "filed_on": TODAY.isoformat(),
    }
    filing = foreign_filings.read_lost(given)
    counter.registered(nationality.lose_nationality(federation.context(KUNITACHI), CLERK, filing))
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.record.foreign is not None
    assert after.cards == found.cards


def test_an_act_that_does_not_touch_the_card_leaves_it(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    assert carding.card(federation, found) == found.cards[0]
    assert carding.events(federation) == ["issued"]
