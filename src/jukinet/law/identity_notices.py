"""Identity notices (本人確認情報の通知): Act Art. 30-5, Ord. 30-5, Reg. Arts. 11 and 21-2.

Owns which notices an act of the register calls for (``notices_for``) and whether a notice is one that
the law knows (``check``). What a notice contains on the wire is in ``jukinet.messages.bodies``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, RegisterReason
from jukinet.domain.persons import IdentityFacts
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.parameters import day

# Reg. Art. 11 in its own order. Each paragraph ends "in any other case", which is why every act of the
# register, also one that is not named, has its reason. Naturalisation (Ord. 8-2) is such a case: the
# deletion of one record and the recording of the other, in this order.
_NAMED: Mapping[ChangeKind, Mapping[RegisterReason, NoticeReason]] = {
    ChangeKind.RECORDING: {  # (1)
        RegisterReason.MOVE_IN: NoticeReason.MOVE_IN,
        RegisterReason.MOVE_IN_FROM_ABROAD: NoticeReason.MOVE_IN,
        RegisterReason.BIRTH: NoticeReason.BIRTH,
    },
    ChangeKind.DELETION: {  # (2)
        RegisterReason.MOVE_OUT: NoticeReason.MOVE_OUT,
        RegisterReason.MOVE_OUT_ABROAD: NoticeReason.MOVE_OUT,
        RegisterReason.DEATH: NoticeReason.DEATH,
    },
    ChangeKind.CORRECTION: {  # (3)
        RegisterReason.MOVE_WITHIN: NoticeReason.MOVE_WITHIN,
    },
    ChangeKind.CODE_CORRECTION: {  # (4)
        RegisterReason.CODE_CHANGE_REQUESTED: NoticeReason.CODE_CHANGE_REQUESTED,
    },
}

_OTHERWISE: Mapping[ChangeKind, NoticeReason] = {
    ChangeKind.RECORDING: NoticeReason.RECORDED_EX_OFFICIO,
    ChangeKind.DELETION: NoticeReason.DELETED_EX_OFFICIO,
    ChangeKind.CORRECTION: NoticeReason.CORRECTED_EX_OFFICIO,
    ChangeKind.CODE_CORRECTION: NoticeReason.CODE_RECORDED_EX_OFFICIO,
}


@cache
def reasons_of(kind: ChangeKind) -> frozenset[NoticeReason]:
    """The reasons that Reg. Art. 11 knows for one kind of change."""
    minor = {NoticeReason.MINOR_CORRECTION} if kind is ChangeKind.CORRECTION else set()
    return frozenset({*_NAMED[kind].values(), _OTHERWISE[kind]} | minor)


@dataclass(frozen=True, slots=True)
class RegisterAct:
    """What the register did.

    ``planned_on``: the planned day of a move-out that was notified. ``minor``: the correction is one of
    Reg. Art. 21-2 (characters, names of areas, lot numbers, buildings); whether it is, the clerk knows.
    """

    reason: RegisterReason
    occurred_on: date
    planned_on: date | None = None
    minor: bool = False


def notices_for(
    before: IdentityFacts | None,
    after: IdentityFacts | None,
    act: RegisterAct,
    *,
    foreign: bool,
    on: date,
) -> tuple[ChangeInformation, ...]:
    """The notices that one act on one record calls for, in the order in which they are sent (Art. 30-5(1)).

    ``before`` is None for a recording, ``after`` for a deletion. None at all where none of the six facts
    changed (households, koseki, a move-out merely filed), none about a foreign resident before the
    network began for them (2009 Act no. 77 suppl. Art. 9), and none about the deletion of a Japanese resident who
    never had a code, recorded before the municipality took part. ``on``: the office's day.

    None either where the record was handed over to another municipality: it is not deleted (消除), and that the address
    lies there now was notified as the minor correction that it is.
    """
    if act.reason is RegisterReason.HANDED_OVER:
        return ()
    if foreign and on < day("foreign-code-start", on):
        return ()
    if not foreign and before is not None and before.code is None and after is None:
        # Only of foreign residents does the law want it (N2): no governor was ever told of this record.
        return ()
    return tuple(_describe(kind, before, after, act, foreign=foreign) for kind in _kinds(before, after))


def _kinds(before: IdentityFacts | None, after: IdentityFacts | None) -> list[ChangeKind]:
    if before is None and after is None:
        raise ValueError("an act leaves a record before or after it")
    if before is None:
        return [ChangeKind.RECORDING]
    if after is None:
        return [ChangeKind.DELETION]
    if after.code is None:
        # A foreign resident without a code, who filed the move-out before the start (Ord. 2010 no. 253
        # suppl. 9(1)): nobody could tell whom a correction is about; the deletion says how the record
        # stood. See docs/explanation/decisions/records-without-code.md.
        return []
    kinds = [ChangeKind.CODE_CORRECTION] if before.code != after.code else []
    # The code first: the correction that follows already names the person by the new one.
    return [*kinds, ChangeKind.CORRECTION] if _changed(before, after) else kinds


def _changed(before: IdentityFacts, after: IdentityFacts) -> set[str]:
    """Which of items 1 to 3 and the address changed; the nickname belongs to item 1 (Ord. 30-26(7))."""
    names = ("name", "nickname", "birth_date", "sex", "address")
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def _describe(
    kind: ChangeKind,
    before: IdentityFacts | None,
    after: IdentityFacts | None,
    act: RegisterAct,
    *,
    foreign: bool,
) -> ChangeInformation:
    reason = _NAMED[kind].get(act.reason, _OTHERWISE[kind])
    # Only a correction of name or address can be minor (Reg. 21-2), and a move is not one (Reg. 11(3)).
    if act.minor and reason is NoticeReason.CORRECTED_EX_OFFICIO and before and after:
        minor = _changed(before, after) <= {"name", "nickname", "address"}
        reason = NoticeReason.MINOR_CORRECTION if minor else reason
    # A move-out that was notified bears the planned day, whenever the record is deleted (Ord. 30-5(ii)).
    planned = act.planned_on if reason is NoticeReason.MOVE_OUT else None
    previous = before.code if before and kind is ChangeKind.CODE_CORRECTION else None
    return ChangeInformation(kind, reason, planned or act.occurred_on, foreign, previous)


N1 = law("N1", "Reg. Art. 11", "The reason must be one that belongs to the kind of change.")
N2 = law(
    "N2",
    "Act Art. 30-5(1); Ord. 2010 no. 253 suppl. Art. 9",
    "The code may be missing only where a foreign resident is deleted who never had one.",
)
N3 = law("N3", "Ord. Art. 30-5(iv)", "Only a correction of the code names the previous code.")
N4 = law("N4", "Ord. Art. 30-5(iv)", "A correction of the code must replace it by another.")
N5 = law(
    "N5",
    "Act Art. 30-3(3)",
    "A change on request must name the previous code; who has none asks for correction.",
)
N6 = law(
    "N6",
    "2009 Act no. 77 suppl. Art. 9",
    "Foreign residents' records are notified from the day on which the network begins for them.",
)
N7 = law("N7", "Ord. Art. 30-26(7)", "Only a foreign resident's record has a nickname.")


N8 = policy(
    "N8",
    "Choice of this network: a day's grace for clocks",
    "The reason must have arisen by now; only a move-out that was notified bears a day to come.",
)


def check(change: ChangeInformation, facts: IdentityFacts, *, on: date) -> Decision:
    """Whether a notice of a day is one the law knows: rules N1 to N8, every failed one.

    Whether the reason arose before the notice is for the register, whose day it is; N8 only keeps a day far in the
    future from standing as the latest event for ever.
    """
    of_code = change.kind is ChangeKind.CODE_CORRECTION
    requested = change.reason is NoticeReason.CODE_CHANGE_REQUESTED
    foreign_deleted = change.kind is ChangeKind.DELETION and change.foreign_record
    return judge(
        (N1, change.reason in reasons_of(change.kind)),
        (N2, facts.code is not None or foreign_deleted),
        (N3, of_code or change.previous_code is None),
        (N4, not of_code or facts.code is None or change.previous_code != facts.code),
        (N5, not requested or change.previous_code is not None),
        (N6, not change.foreign_record or on >= day("foreign-code-start", on)),
        (N7, change.foreign_record or facts.nickname is None),
        (N8, change.reason is NoticeReason.MOVE_OUT or change.occurred_on <= on + timedelta(days=1)),
        basis=("Act Art. 30-5(1)", "Ord. Art. 30-5", "Reg. Art. 11"),
    )


RULES: tuple[FailedRule, ...] = (N1, N2, N3, N4, N5, N6, N7, N8)
