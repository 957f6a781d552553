"""A list that would hold somebody under a support measure: the error, who looks into it, and the lift for one list."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.conformance.cases import case
from tests.services.services import browsing as town
from tests.services.services import counter, drafting, holding, protecting
from tests.services.services.browsing import EAST, NAKA, rules

from jukinet.domain.permissions import Permission
from jukinet.law.browsing import ViewerPaper
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import browsing, browsing_held, holds
from jukinet.services.browsing import AreaList
from jukinet.services.browsing_held import HeldBack
from jukinet.services.hold_filings import JoinedPerson, LiftFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

SHOWN, LIFTED, READ = "register:browsing:shown", "register:hold:lifted", "register:browsing:held-read"


def held_back(federation: Federation, number: int, area: str = NAKA) -> tuple[HeldBack, ...]:
    found = browsing_held.list_held_back(federation.context(KUNITACHI), CLERK, number, area)
    assert not isinstance(found, Refused), found
    return found


def names(federation: Federation, number: int, **changes: Any) -> list[str]:
    return [one.name for one in town.shown(federation, number, **changes).persons]


@case("spec 3.4", permitted="PO3 PO4 BW13", refused="PO3")
def test_a_lift_for_one_list_shows_whom_it_is_about_once(federation: Federation) -> None:
    mother, child, other = town.people(federation, *(f"{NAKA}{number}番地" for number in (1, 2, 3)))
    number, another = (town.granted(federation, town.request()) for _ in range(2))
    protecting.apply(federation, mother, JoinedPerson(child.resident_no, "子"))
    assert rules(town.show(federation, number)) == ["PO3"]
    back = {one.resident_no: one.holds for one in held_back(federation, number)}
    assert back.keys() == {mother.resident_no, child.resident_no}

    *hers, last = back[mother.resident_no]
    for hold in hers:
        holding.lift(federation, hold, browsing=number)
    if hers:
        assert names(federation, number, leave_out=True) == [other.record.name.text], (
            "one of them stands still"
        )
    holding.lift(federation, last, browsing=number)
    assert rules(town.show(federation, number)) == ["PO3"], "the child is not lifted"
    for hold in back[child.resident_no]:
        holding.lift(federation, hold, browsing=number)
    assert rules(town.show(federation, another)) == ["PO3"], "it was lifted for a list under another number"
    assert rules(town.show(federation, number, viewer=9)) == ["BW11"]
    assert len(names(federation, number)) == 3
    entry = counter.audit(federation, KUNITACHI, SHOWN)[-1]
    lifted = sorted(hold for one in back.values() for hold in one)
    assert [rule for rule in entry["rules"] if rule.startswith("hold ")] == [
        f"hold {hold} lifted" for hold in lifted
    ]
    assert rules(town.show(federation, number)) == ["PO3"], "the holds stand again"


@case("spec 3.4", permitted="PO3", refused="PO3")
def test_a_lift_for_a_list_is_for_its_operator_and_not_used_up_by_one_that_is_not_printed(
    federation: Federation,
) -> None:
    held, other = town.people(federation, NAKA + "1番地", NAKA + "2番地")
    (hold,) = holding.hold(federation, held, holding.terms(Process.INQUIRY))
    number = town.granted(federation, town.request())
    second = drafting.enrol_second(federation)
    holding.lift(federation, hold, browsing=number, operator=second.operator_id)
    assert rules(town.show(federation, number)) == ["PO3"]
    assert names(federation, number, leave_out=True) == [other.record.name.text]

    def show(*, printable: bool) -> AreaList | Refused:
        paper, ctx = ViewerPaper.STAFF_CARD, federation.context(KUNITACHI)
        return browsing.show(ctx, second, number, NAKA, 1, paper, lambda _: printable)

    assert rules(show(printable=False)) == ["CD24"]
    made = show(printable=True)
    assert isinstance(made, AreaList), made
    assert len(made.persons) == 2


@case("spec 3.4", refused="PO4 BW13")
def test_only_what_keeps_off_a_list_is_lifted_for_one_that_was_granted(federation: Federation) -> None:
    (held,) = town.people(federation, NAKA + "1番地")
    (change,) = holding.hold(federation, held)
    ctx = federation.context(KUNITACHI)
    act = partial(holds.lift_hold, ctx, CLERK, LiftFiling(change, "審査", one_act=True, browsing=9))
    counter.assert_refused(federation, KUNITACHI, LIFTED, act, "PO4", "BW13")


@case("spec 3.4", refused="BW10 BW13 BW18", permitted="BW18")
def test_who_is_held_back_is_told_to_who_may_lift_alone(federation: Federation) -> None:
    held, _ = town.people(federation, NAKA + "1番地", NAKA + "2番地")
    kept = holding.hold(federation, held, holding.terms(Process.ISSUE), holding.terms(Process.CHANGE))
    number = town.granted(federation, town.request())
    assert held_back(federation, number) == (HeldBack(held.resident_no, (kept[0],)),)
    (entry,) = counter.audit(federation, KUNITACHI, READ)
    assert (entry["resident_no"], entry["reference"]) == (held.resident_no, str(number))
    ctx = federation.context(KUNITACHI)
    for asked, area, expected in (
        (number, EAST, ["BW10"]),
        (number + 1, NAKA, ["BW13"]),
        (number, "東京都国立市", ["BW10", "BW18"]),
    ):
        act = partial(browsing_held.list_held_back, ctx, CLERK, asked, area)
        counter.assert_refused(federation, KUNITACHI, READ, act, *expected)
    counter.assert_gated(
        federation,
        KUNITACHI,
        READ,
        Permission.REGISTER_MEASURE_LIFT,
        lambda ctx, claim: browsing_held.list_held_back(ctx, claim, number, NAKA),
    )


def test_a_showing_uses_its_lift_up_with_everything_else_or_not_at_all(federation: Federation) -> None:
    (held,) = town.people(federation, NAKA + "1番地")
    (hold,) = holding.hold(federation, held, holding.terms(Process.ISSUE))
    number = town.granted(federation, town.request())
    holding.lift(federation, hold, browsing=number)
    assert counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: browsing.show(ctx, CLERK, number, NAKA, 1, ViewerPaper.STAFF_CARD, lambda _: True),
    )
    assert rules(town.show(federation, number)) == ["PO3"]
