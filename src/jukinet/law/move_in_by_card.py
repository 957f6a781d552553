"""Move-in with the card in place of the move-out certificate: Act Art. 24-2, Ord. Art. 24-2.

Owns when it may be used (24-2(1), (2)), and when the municipality that was left gives the particulars (24-2(4)). Each
end judges what it knows: the new one the terms and the card that is handed in, the old one the move-out and the card
as recorded. Not modelled: the card's secret number, which proves the holder at the counter (Reg. 43).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.card_lapse import CardFacts, CardState, standing
from jukinet.law.decisions import UNCONNECTED, Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.parameters import number
from jukinet.law.resident_notices import F1, I1

MS1 = law("MS1", "Ord. Art. 24-2(1)(iii), (2)(iii)", "The card must be handed in with the notification.")
MS2 = policy("MS2", UNCONNECTED, "Both municipalities must be connected. Ask for the move-out certificate.")
MS3 = law(
    "MS3",
    "Ord. Art. 24-2(1)(ii), (2)(ii)",
    "Too late for the card: thirty days after the planned day, or fourteen after the move, are over. Ask for the "
    "move-out certificate.",
)
MS4 = law("MS4", "Act Art. 24-2(3)", "The previous municipality must be another one.")
MS5 = policy(
    "MS5",
    "Choice of this network: one answer, one move-in",
    "No particulars came under this number, or a move-in was recorded with them. Ask for them first.",
)
MS6 = law(
    "MS6",
    "Act Art. 24-2(4)",
    "Each person must be one of those of whom the particulars tell, and named once.",
)
MS7 = law(
    "MS7",
    "Act Art. 24-2(3)",
    "The municipality that was left has no record of somebody who was named. Check names and code.",
)
MS8 = law(
    "MS8",
    "Act Art. 24-2(1), (2)",
    "No move-out inside Japan stands there for each of them, filed by that day, the members' with the householder's.",
)
MS9 = law(
    "MS9",
    "Act Art. 24-2(1), (2)",
    "The card must be in force there and not lost, and its holder the householder of members without one. A member "
    "with a card uses it.",
)
MS10 = law(
    "MS10",
    "Ord. Art. 24-2(1)(i), (2)(i)",
    "The person was recorded in another municipality since the move-out. Ask for a certificate from there.",
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A first move-in as filed with a card. ``previous``: the municipality where the move-out was filed."""

    moved_on: date
    filed_on: date
    card_submitted: bool
    previous: MunicipalityCode
    here_connected: bool
    there_connected: bool


def decide_asking(filed: Filed, *, here: MunicipalityCode, on: date) -> Decision:
    """Whether the particulars are asked for (24-2(3)): F1, I1, MS1 to MS4."""
    require_date(on)
    return judge(
        (F1, filed.filed_on <= on),
        (I1, filed.moved_on <= filed.filed_on),
        (MS1, filed.card_submitted),
        (MS2, filed.here_connected and filed.there_connected),
        (MS3, filed.filed_on <= last_day_by_move(filed.moved_on)),
        (MS4, filed.previous != here),
        basis=("Act Art. 24-2(1), (3)", "Ord. Art. 24-2"),
    )


def last_day_by_move(moved_on: date) -> date:
    return moved_on + timedelta(days=number("card-days-after-move", moved_on))


def last_day_by_plan(planned_on: date) -> date:
    return planned_on + timedelta(days=number("card-days-after-plan", planned_on))


@dataclass(frozen=True, slots=True)
class Entering:
    """A move-in about to be recorded with particulars. ``usable``: they came, and were not used.

    ``named``: each person is one of those in the particulars, and none twice. ``planned_on``: as they say.
    """

    usable: bool
    named: bool
    filed_on: date | None
    moved_on: date | None
    planned_on: tuple[date, ...]


def decide_entering(entering: Entering) -> Decision:
    """Whether the particulars stand in the certificate's place: MS3, MS5, MS6. The rest is the move-in's own."""
    filed, moved = entering.filed_on, entering.moved_on
    in_time = True
    if filed is not None and moved is not None:
        last = min([last_day_by_move(moved), *map(last_day_by_plan, entering.planned_on)])
        in_time = filed <= last
    return judge(
        (MS3, in_time),
        (MS5, entering.usable),
        (MS6, entering.named or not entering.usable),
        basis=("Act Art. 24-2(1), (2)", "Ord. Art. 24-2"),
    )


@dataclass(frozen=True, slots=True)
class Mover:
    """One of those who are named, as recorded in the municipality that was left.

    ``found``: recorded there under the name, a member in the holder's household. ``planned``: a move-out inside Japan
    stands, filed by the day of the move-in's filing, a member's together with the householder's. ``reported``: a
    move-in notice came. ``card``: of the holder the card of the number, of a member any in force.
    """

    found: bool
    planned: bool
    reported: bool
    card: CardFacts | None


def serves(card: CardFacts, on: date) -> bool:
    """Whether a card is in force on a day, also of who moved out and is not recorded elsewhere yet."""
    return standing(card, on).state in {CardState.LIVE, CardState.LEFT}


def decide_answer(holder: Mover, members: tuple[Mover, ...], *, is_head: bool, filed_on: date) -> Decision:
    """Whether the particulars are given (24-2(4)): MS7 to MS10, by the day on which the move-in was filed."""
    everybody = (holder, *members)
    card = holder.card
    in_force = card is not None and card.lost_on is None and serves(card, filed_on)
    cardless = not any(one.card for one in members)
    found = all(one.found for one in everybody)
    reported = any(one.reported for one in everybody)
    return judge(
        (MS7, found),
        (MS8, not found or all(one.planned for one in everybody)),
        # Who was recorded elsewhere has the card there: the more telling reason is given alone.
        (MS9, not found or reported or (in_force and cardless and (is_head or not members))),
        (MS10, not found or not reported),
        basis=("Act Art. 24-2(4)", "Ord. Art. 24-3"),
    )


RULES: tuple[FailedRule, ...] = (MS1, MS2, MS3, MS4, MS5, MS6, MS7, MS8, MS9, MS10)
