"""Undoing an act (異動の取消し): resident-record specification 4.6; Ord. Art. 12(3).

Owns what can be undone. The Order knows only the correction of what was wrongly recorded or deleted; that it is a new
event which restores the former state, with both kept, is the specification's. A code is never undone: it is never
given out twice (Act Art. 30-2(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.changes import RegisterReason
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import require_date

_SOURCE = "Resident-record specification 4.6.0.1"

U1 = policy("U1", _SOURCE, "There is no such act in this record's history. Look at the history numbers.")
U2 = policy(
    "U2", _SOURCE, "The act no longer stands: it was undone or stated again. Look at the last versions."
)
U3 = law(
    "U3",
    "Act Arts. 5, 30-2(2)",
    "The person is recorded here again, or the code is another's. Delete the surplus record first.",
)
U4 = law(
    "U4", "Act Arts. 30-2(2), 30-3(3)", "A code is not given back. Correct the code ex officio, or change it."
)
U5 = policy("U5", _SOURCE, "An undoing is not undone. Enter the act again.")
U7 = law(
    "U7",
    "Act Art. 7(iv)",
    "The household has another householder now. State the relationship that holds after the undoing.",
)

AR1 = policy(
    "AR1",
    _SOURCE,
    "What else this act did is not known here: it was entered in an earlier release or system. Undo it record by"
    " record.",
)

UNDOINGS = frozenset(
    {
        RegisterReason.UNDONE_ADDING,
        RegisterReason.UNDONE_REMOVING,
        RegisterReason.UNDONE_CORRECTING,
    }
)
_CODES = frozenset({RegisterReason.CODE_CHANGE_REQUESTED, RegisterReason.CODE_RECORDED_EX_OFFICIO})
PAIRS = {
    RegisterReason.DELETED_NATURALISED: RegisterReason.RECORDED_NATURALISED,
    RegisterReason.RECORDED_NATURALISED: RegisterReason.DELETED_NATURALISED,
    RegisterReason.DELETED_NATIONALITY_LOST: RegisterReason.RECORDED_NATIONALITY_LOST,
    RegisterReason.RECORDED_NATIONALITY_LOST: RegisterReason.DELETED_NATIONALITY_LOST,
}
"""The two records of a change of nationality (Ord. 8-2), which are undone together."""

CONFIRMED = Remark(
    _SOURCE,
    "Another municipality reported that the person moved in there. Ask it before you rely on this record.",
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What is to be undone, as the record shows it. ``reason`` is None where there is no such version.

    ``stands``: it is what holds at its place. ``recorded_again``: restoring presence would make a second present
    record or holder of the code. ``two_heads``: the household would have two householders.
    """

    reason: RegisterReason | None
    stands: bool
    recorded_again: bool = False
    two_heads: bool = False
    confirmed_elsewhere: bool = False


def decide_undoing(undoing: Undoing, *, on: date) -> Decision:
    """Whether an act may be undone (specification 4.6): U1 to U5, U7. Undone after a move-in notice: remarked on."""
    require_date(on)
    reason = undoing.reason
    return judge(
        (U1, reason is not None),
        (U2, reason is None or undoing.stands),
        (U3, not undoing.recorded_again),
        (U4, reason not in _CODES),
        (U5, reason not in UNDOINGS),
        (U7, not undoing.two_heads),
        basis=("Ord. Art. 12(3)",),
        remarks=(CONFIRMED,) if undoing.confirmed_elsewhere else (),
    )


def reason_of(*, before: bool, after: bool) -> RegisterReason:
    """Which of the three kinds an undoing is, by whether the person is present before and after it."""
    if after and not before:
        return RegisterReason.UNDONE_ADDING
    if before and not after:
        return RegisterReason.UNDONE_REMOVING
    return RegisterReason.UNDONE_CORRECTING


RULES: tuple[FailedRule, ...] = (U1, U2, U3, U4, U5, U7, AR1)
