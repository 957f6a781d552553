"""Notifications by residents: Act Arts. 22 to 24, 30-46; births and deaths: Ord. Art. 12(2)(i).

Owns which of them may be entered in the register. A late notification is accepted and remarked on: the
Act fines it (Art. 53), it does not refuse it. The order of the steps is in ``jukinet.services``.

Elsewhere: Art. 24-2 (move-in with the card, ``jukinet.law.move_in_by_card``), 26 and 27 (who brings it,
``jukinet.law.notifications``), 30-48 and 30-49 (``jukinet.law.kinship``). Not modelled: the Koseki Act, which sets the
terms for births and deaths and says who files them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.parameters import number

F1 = policy("F1", "The office's calendar", "A notification or application cannot be filed later than today.")

B1 = law("B1", "Ord. Art. 12(2)(i)", "A birth is recorded once it has happened: not in the future.")

I1 = law("I1", "Act Art. 22(1)", "A move-in is notified after moving: not for a day in the future.")
I2 = law("I2", "Act Art. 22(1); Ord. Art. 11", "Nobody moves in before birth. Check both dates.")
I3 = law(
    "I3",
    "Act Arts. 22(1), 23",
    "The person is already recorded here. Take a move inside the municipality as a move within.",
)
I4 = law(
    "I4",
    "Act Art. 22(1)",
    "The new address must lie in this municipality.",
)
I5 = law(
    "I5",
    "Act Art. 22(2); Ord. Art. 22",
    "A move-out certificate must be submitted, unless the person comes from abroad, is recorded nowhere, "
    "or cannot submit it for another reason that cannot be helped.",
)
I6 = law(
    "I6",
    "Act Arts. 30-46, 30-47; Reg. Art. 47",
    "A foreign resident who comes from abroad, or becomes one here, must show the Residence Card, or the document "
    "that stands for it in their class.",
)

W1 = law("W1", "Act Art. 23", "A move within is notified after moving: not for a day in the future.")
W2 = law("W2", "Act Art. 23; Ord. Art. 11", "Nobody moves before birth. Check both dates.")
W3 = law("W3", "Act Art. 23", "Only who is recorded here can move within. Take it as a move-in.")
W4 = law("W4", "Act Art. 23", "The new address must lie in this municipality. Take it as a move-out.")
W5 = law(
    "W5",
    "Act Art. 23",
    "The new address must differ from the recorded one, unless it is another house on the same lot: say so.",
)

O1 = law("O1", "Act Art. 24", "Only who is recorded here can move out.")
O2 = law("O2", "Act Art. 24; Ord. Art. 11", "Nobody moves out before birth. Check both dates.")
O3 = policy(
    "O3",
    "Resident-record specification 4.1.3.0.1",
    "The move is too long ago for a notification. Delete the record ex officio.",
)
O4 = policy(
    "O4",
    "Choice of this network: one move-out at a time",
    "A move-out is already filed for this person. Undo it before filing another.",
)

D1 = law("D1", "Ord. Art. 12(2)(i)", "A death is recorded once it has happened: not in the future.")
D2 = law("D2", "Ord. Arts. 8, 12(2)(i)", "Nobody dies before birth. Check both dates.")
D3 = law("D3", "Ord. Art. 8", "Only the record of who is recorded here can be deleted.")

_AFTERWARDS = Remark("Act Art. 24", "A move-out is to be notified before moving; this one came after it.")
_LATE = Remark(
    "Act Arts. 22, 23, 25, 30-46 to 30-48",
    "Notified more than {days} days after the {what} (Act Art. 53(2) may apply).",
)


@dataclass(frozen=True, slots=True)
class BirthNotice:
    """出生: a child to be recorded. The place in a household is the register's to check."""

    born_on: PartialDate
    filed_on: date


def decide_birth(notice: BirthNotice, *, on: date) -> Decision:
    """Whether a birth may be recorded on the office's day (Ord. Art. 12(2)(i)): F1, B1."""
    require_date(on)
    return judge(
        (F1, notice.filed_on <= on),
        (B1, not_before(min(notice.filed_on, on), notice.born_on)),
        basis=("Act Art. 8", "Ord. Arts. 7, 12(2)(i)"),
    )


class MoveInEvidence(StrEnum):
    """What comes with a move-in notification (Art. 22(2))."""

    CERTIFICATE = "certificate"
    """転出証明書 (Ord. Art. 23)"""
    FROM_ABROAD = "from-abroad"
    """None is due (Arts. 22(1)(vii), 30-46)."""
    EXCUSED = "excused"
    """Recorded nowhere, or unable for a reason that cannot be helped (Ord. Art. 22)"""


@dataclass(frozen=True, slots=True)
class MoveInNotification:
    """転入届, as far as the decision needs it.

    ``foreign``: the class of a foreign resident, None for a Japanese. ``status_shown``: the Residence Card
    was shown, or the document that stands for it in the person's class. ``became_eligible``: the person lived here
    already and became a foreign resident on ``moved_on`` (Art. 30-47).
    """

    moved_on: date
    filed_on: date
    birth_date: PartialDate
    new_address: Address
    evidence: MoveInEvidence | None
    foreign: ForeignClass | None = None
    status_shown: bool = False
    became_eligible: bool = False


def decide_move_in(
    notice: MoveInNotification, *, here: MunicipalityCode, recorded_here: bool, on: date
) -> Decision:
    """Whether a move-in may be recorded (Arts. 22, 30-46, 30-47): F1, I1 to I6.

    The truth of the rest is examined by the mayor (Ord. Art. 11). Cases that 30-46 treats like a move from
    abroad (Reg. Art. 48) come as such.
    """
    require_date(on)
    from_abroad = notice.evidence is MoveInEvidence.FROM_ABROAD
    # 30-46 does not apply to transitional residents, who have no such document.
    must_show = from_abroad and notice.foreign not in {None, ForeignClass.TRANSITIONAL}
    article = "Act Art. 30-46" if must_show else "Act Art. 22(1)"
    article = "Act Art. 30-47" if notice.became_eligible else article
    what = "event" if notice.became_eligible else "move"
    return judge(
        (F1, notice.filed_on <= on),
        (I1, notice.moved_on <= min(notice.filed_on, on)),
        (I2, not_before(notice.moved_on, notice.birth_date)),
        (I3, not recorded_here),
        (I4, notice.new_address.municipality == here),
        (I5, notice.evidence is not None),
        (I6, not must_show or notice.status_shown),
        basis=(article, "Ord. Arts. 7, 11"),
        remarks=late_remarks(notice.moved_on, notice.filed_on, article, on, what=what),
    )


@dataclass(frozen=True, slots=True)
class MoveWithinNotification:
    """転居届, as far as the decision needs it.

    ``other_house``: on the same lot, whose number is the address of both (specification 4.1.2.1).
    """

    moved_on: date
    filed_on: date
    birth_date: PartialDate
    old_address: Address
    new_address: Address
    other_house: bool = False


def decide_move_within(
    notice: MoveWithinNotification, *, here: MunicipalityCode, recorded_here: bool, on: date
) -> Decision:
    """Whether a move within may be recorded (Art. 23): F1, W1 to W5."""
    require_date(on)
    return judge(
        (F1, notice.filed_on <= on),
        (W1, notice.moved_on <= min(notice.filed_on, on)),
        (W2, not_before(notice.moved_on, notice.birth_date)),
        (W3, recorded_here),
        (W4, notice.new_address.municipality == here),
        (W5, notice.other_house or notice.new_address != notice.old_address),
        basis=("Act Art. 23", "Ord. Arts. 9, 11"),
        remarks=late_remarks(notice.moved_on, notice.filed_on, "Act Art. 23", on),
    )


@dataclass(frozen=True, slots=True)
class MoveOutNotification:
    """転出届. ``planned_on`` may lie in the future: the notice is given beforehand."""

    planned_on: date
    filed_on: date
    birth_date: PartialDate


def decide_move_out(
    notice: MoveOutNotification, *, recorded_here: bool, already_filed: bool, on: date
) -> Decision:
    """Whether a move-out may be filed (Art. 24): F1, O1 to O4. A notice after moving is remarked on."""
    require_date(on)
    grace = timedelta(days=number("late-move-out-days", on))
    late = (_AFTERWARDS,) if notice.planned_on < notice.filed_on else ()
    return judge(
        (F1, notice.filed_on <= on),
        (O1, recorded_here),
        (O2, not_before(notice.planned_on, notice.birth_date)),
        (O3, notice.filed_on - notice.planned_on <= grace),
        (O4, not already_filed),
        basis=("Act Art. 24", "Ord. Arts. 11, 13(1)"),
        remarks=late,
    )


def deletion_day(planned_on: date, moved_in_on: date | None) -> date:
    """The day on which a move-out filed deletes the record (specification 1.1.5).

    The planned day, or the day of moving in that the new municipality named (Art. 9(1)) if it is earlier.
    """
    return planned_on if moved_in_on is None else min(planned_on, moved_in_on)


@dataclass(frozen=True, slots=True)
class DeathNotice:
    """死亡: a death filing accepted here, or told under Art. 9(2)."""

    died_on: date
    filed_on: date
    birth_date: PartialDate


def decide_death(notice: DeathNotice, *, recorded_here: bool, on: date) -> Decision:
    """Whether a record may be deleted for death (Ord. Arts. 8, 12(2)(i)): F1, D1 to D3."""
    require_date(on)
    return judge(
        (F1, notice.filed_on <= on),
        (D1, notice.died_on <= min(notice.filed_on, on)),
        (D2, not_before(notice.died_on, notice.birth_date)),
        (D3, recorded_here),
        basis=("Act Art. 8", "Ord. Arts. 8, 12(2)(i)"),
    )


def not_before(day: date, birth_date: PartialDate) -> bool:
    """Whether a day can be the day of birth or after it, whatever is unknown about that."""
    return birth_date.earliest is None or birth_date.earliest <= day


def late_remarks(
    event: date, filed_on: date, article: str, on: date, *, what: str = "move"
) -> tuple[Remark, ...]:
    """The remark on a notification after its term; the day of the event is not counted."""
    days = number("notification-days", on)
    if filed_on - event <= timedelta(days=days):
        return ()
    return (Remark(article, _LATE.sentence.format(days=days, what=what)),)


RULES: tuple[FailedRule, ...] = (
    *(F1, B1),
    *(I1, I2, I3, I4, I5, I6),
    *(W1, W2, W3, W4, W5),
    *(O1, O2, O3, O4),
    *(D1, D2, D3),
)
