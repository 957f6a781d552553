"""What the tests of holds share: holds with plain defaults, and the acts that they keep back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.services.services import counter

from jukinet.law.holds import Level, Process
from jukinet.services import births, codes, deaths, holds, moves
from jukinet.services.context import Context
from jukinet.services.filings import BirthFiling, DeathFiling
from jukinet.services.hold_filings import HoldEndFiling, HoldFiling, HoldTerms, LiftFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

DAY = counter.TODAY
SEEN = OperatorClaim("sato", "counter-1", confirmed=True)
"""The clerk, who has looked into the alerts."""
OTHER = OperatorClaim("tanaka", "counter-3")
SECRET = "裁判所の照会中"

Act = Callable[[Context, OperatorClaim, Found], object]


def terms(process: Process = Process.CHANGE, level: Level = Level.ERROR, **changes: Any) -> HoldTerms:
    return replace(HoldTerms(process, level, DAY), **changes)


def hold(federation: Federation, found: Found, *wanted: HoldTerms, household: bool = False) -> list[int]:
    """Set holds on a resident, or on their household; a change hold of level error by default."""
    filing = HoldFiling(
        resident_no=None if household else found.resident_no,
        household_number=found.record.household_number if household else None,
        holds=wanted or (terms(),),
        reason=SECRET,
    )
    done = holds.set_holds(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, holds.HoldsSet), done
    return list(done.holds)


def lift(federation: Federation, number: int, **changes: Any) -> holds.Lifted:
    filing = replace(LiftFiling(number, "窓口で確認", one_act=True), **changes)
    done = holds.lift_hold(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, holds.Lifted), done
    return done


def end(federation: Federation, number: int) -> None:
    done = holds.end_hold(federation.context(KUNITACHI), CLERK, HoldEndFiling(number, "照会終了"))
    assert isinstance(done, holds.Ended), done


def pair(federation: Federation) -> tuple[Found, Found]:
    """A householder and a member of the same household."""
    head = make_person(seed=1, municipality=KUNITACHI)
    one, other = counter.load(
        federation, KUNITACHI, [head, replace(make_person(seed=2, municipality=KUNITACHI), relationship="子")]
    )
    return one, other


def born(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return births.record_birth(ctx, claim, BirthFiling(found.record.household_number, counter.child(), DAY))


def joined(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    who = counter.japanese(relationship="子")
    filing = counter.move_in_filing(KUNITACHI, who, household_number=found.record.household_number)
    return moves.move_in(ctx, claim, filing)


def moved(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    filing = counter.move_within_filing(KUNITACHI, found.resident_no, moved_on=DAY)
    return moves.move_within(ctx, claim, filing)


def left(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return moves.file_move_out(ctx, claim, counter.move_out_filing([found.resident_no]))


def died(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return deaths.record_death(ctx, claim, DeathFiling(found.resident_no, DAY, DAY))


def recoded(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return codes.change_code(ctx, claim, counter.code_change_filing(found))


CHANGES: list[tuple[str, Act]] = [
    ("register:move-within:recorded", moved),
    ("register:move-out:filed", left),
    ("register:death:recorded", died),
    ("register:code:changed", recoded),
]
"""Acts that change a record which stands."""
JOINS: list[tuple[str, Act]] = [("register:birth:recorded", born), ("register:move-in:recorded", joined)]
"""Acts that add somebody to a household."""
