"""Resident Record codes: Act Arts. 30-2 and 30-3, Ord. 30-2 to 30-4, Ord. 2010 no. 253 suppl. Art. 9.

Owns who is given which code and when. The drawing at random from the pool, so that no code is used twice
(30-2(2), 30-3(3)), is in the services; the form of a code is in ``jukinet.domain.code``.

A municipality that is not connected has no pool and gives no codes. The Act knows no such municipality,
so there is no rule about it here; the services say so in plain words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import MoveOutPlan, RecordKind, ResidentRecord
from jukinet.law.decisions import Decision, FailedRule, Permitted, Remark, judge, law
from jukinet.law.edition import require_date
from jukinet.law.parameters import day, number


class CodeSource(StrEnum):
    """Where the code of a new record comes from."""

    PREVIOUS = "previous"
    """The code last recorded by the last municipality."""
    NEW = "new"
    """One of the pool; the person is told in writing (30-2(3))."""
    NONE = "none"
    """None is recorded: the article on codes does not apply to the person yet."""


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """What is known, when a record is made, of the codes the person had.

    ``recorded_before``: in any municipality, ever. ``code_known``: the code last recorded is known.
    ``without_code_since_start``: of a foreign resident only: recorded in another municipality before the
    start and nowhere from the start until now, or filed before it a move-out planned for it or later.
    """

    kind: RecordKind
    recorded_before: bool
    code_known: bool = False
    without_code_since_start: bool = False


@dataclass(frozen=True, slots=True)
class StatedMoveOut:
    """The move-out that was filed where the person was recorded last, as the certificate states it."""

    filed_on: date
    planned_on: date


def history_of_mover(
    kind: RecordKind,
    *,
    born_on: PartialDate,
    code_known: bool,
    from_abroad: bool,
    moved_on: date,
    on: date,
    move_out: StatedMoveOut | None = None,
) -> CodeHistory:
    """What a move-in tells of the codes the person had.

    A foreign resident falls under suppl. Art. 9(2) who left another municipality before the start and is recorded
    only now, or who filed there before the start a move-out planned for later. Where no move-out is stated, the day of
    the move says which. A child born on the day on which the last place was left, or later, was recorded nowhere
    (30-2(2)). Everybody else's code that is not stated is merely not known (Ord. 30-2). Not modelled: who
    left the country before the start, and comes back to another municipality, is given a new code as one who was
    recorded nowhere (30-2(2)), which differs from 9(2) in nothing but its name.
    """
    start = day("foreign-code-start", on)
    left_on = move_out.planned_on if move_out else moved_on
    excepted = move_out is not None and move_out.filed_on < start
    nowhere = from_abroad or _born_from(born_on, left_on)
    return CodeHistory(
        kind,
        recorded_before=code_known or not nowhere,
        code_known=code_known,
        without_code_since_start=(
            kind is RecordKind.FOREIGN and not code_known and not nowhere and (left_on < start or excepted)
        ),
    )


def _born_from(born_on: PartialDate, day_left: date) -> bool:
    return born_on.earliest is not None and born_on.earliest >= day_left


@dataclass(frozen=True, slots=True)
class CodeRule:
    """Which code a new record gets, and by which article."""

    source: CodeSource
    basis: tuple[str, ...]

    @property
    def notify(self) -> bool:
        """Whether the person is to be told in writing, promptly (30-2(3), Ord. 30-2(2))."""
        return self.source is CodeSource.NEW


def code_for_new_record(history: CodeHistory, *, on: date) -> CodeRule:
    """Which code a person gets who is newly recorded on the office's day (Act Art. 30-2)."""
    require_date(on)
    foreign = history.kind is RecordKind.FOREIGN
    if foreign and on < day("foreign-code-start", on):
        return CodeRule(CodeSource.NONE, ("2009 Act no. 77 suppl. Art. 9",))
    if foreign and history.without_code_since_start:
        return CodeRule(CodeSource.NEW, ("Ord. 2010 no. 253 suppl. Art. 9(2)(3)",))
    if not history.recorded_before:
        return CodeRule(CodeSource.NEW, ("Act Art. 30-2(2)(3)",))
    if not history.code_known:
        return CodeRule(CodeSource.NEW, ("Ord. Art. 30-2",))
    return CodeRule(CodeSource.PREVIOUS, ("Act Art. 30-2(1)",))


A1 = law(
    "A1",
    "Ord. 2010 no. 253 suppl. Art. 9(1)",
    "Only foreign residents are given a code on that day; a Japanese resident gets one by Art. 30-2.",
)
A2 = law(
    "A2",
    "Ord. 2010 no. 253 suppl. Art. 9(1)",
    "Who filed before that day a move-out planned for it or later gets the code where next recorded.",
)
A3 = law(
    "A3",
    "Ord. 2010 no. 253 suppl. Art. 9(1)",
    "The codes of foreign residents are recorded on the day on which the network begins for them.",
)


def decide_code_on_start(kind: RecordKind, move_out: MoveOutPlan | None, *, on: date) -> Decision:
    """Whether one who is recorded here that day is given a code by the start for foreign residents: A1 to A3.

    The register's own notice of it is a code recorded ex officio, with no previous one (Reg. 11(4)(ii));
    the person is told in writing (suppl. 9(3)). Who was left out that day by mistake is corrected ex officio
    (Ord. 30-4), which is another act.
    """
    start = day("foreign-code-start", on)
    excepted = move_out is not None and move_out.filed_on < start <= move_out.planned_on
    return judge(
        (A1, kind is RecordKind.FOREIGN),
        (A2, not excepted),
        (A3, on == start),
        basis=("Ord. 2010 no. 253 suppl. Art. 9(1)(3)",),
    )


def gets_code_on_start(record: ResidentRecord, *, on: date) -> bool:
    """``decide_code_on_start`` of a live record, in one word for those that make the list."""
    return isinstance(decide_code_on_start(record.kind, record.move_out, on=on), Permitted)


class ChangeDocument(StrEnum):
    """What was shown with a request for another code (Ord. 30-3, Reg. Art. 9)."""

    CARD = "card"
    """住民基本台帳カード (Ord. 30-3)"""
    ISSUED_BY_LAW = "issued-by-law"
    """A driving licence, health insurance card or other document issued under an act (Reg. 9(i))"""
    OTHER_ACCEPTED = "other-accepted"
    """Another the mayor accepts, where there is a reason why those cannot be shown (Reg. 9(ii))"""


class FormItem(StrEnum):
    """What the request form states (Reg. Art. 10)."""

    NAME = "name"
    ADDRESS = "address"
    CODE = "code"


C1 = law("C1", "Act Art. 30-3(1)", "Only the municipality that records the person may change the code.")
C2 = law("C2", "Act Art. 30-3(1)(3)", "There must be a recorded code to change.")
C3 = law(
    "C3",
    "Act Art. 30-3(2); Reg. Art. 10",
    "The form must state the person's name, address and present code, as they are recorded.",
)
C4 = law(
    "C4",
    "Ord. Art. 30-3; Reg. Art. 9",
    "The card or another document with the person's name must be shown.",
)


@dataclass(frozen=True, slots=True)
class CodeChangeRequest:
    """変更請求. ``stated``: the items that the form states and that agree with the record.

    There is no field for a reason: none is asked (30-3(1)), and no number can be chosen (30-3(3)).
    """

    stated: frozenset[FormItem]
    shown: ChangeDocument | None


def decide_code_change(
    request: CodeChangeRequest, *, recorded_here: bool, has_code: bool, on: date
) -> Decision:
    """Whether the code is to be changed (Act Art. 30-3): C1 to C4. If so, the mayor tells in writing (4)."""
    require_date(on)
    return judge(
        (C1, recorded_here),
        (C2, has_code),
        (C3, request.stated == frozenset(FormItem)),
        (C4, request.shown is not None),
        basis=("Act Art. 30-3(3)(4)", "Ord. Art. 30-3", "Reg. Arts. 9, 10"),
    )


C5 = law("C5", "Ord. Art. 30-4(1)", "Only the record of who is recorded here can have its code corrected.")
C6 = law("C6", "Ord. Art. 30-4(1)", "The facts must be confirmed before a code is corrected ex officio.")
C7 = law(
    "C7",
    "Ord. Arts. 30-4(1), 30-5(iv)",
    "The right code is the one that stands: there is nothing to correct.",
)
C8 = law(
    "C8",
    "2009 Act no. 77 suppl. Art. 9",
    "Foreign residents have no code before the day on which the network begins for them.",
)


@dataclass(frozen=True, slots=True)
class CodeCorrection:
    """A wrong or a missing code (誤記, 記載漏れ). ``differs``: the right code, where it is known, is another one."""

    kind: RecordKind
    confirmed: bool
    differs: bool = True


def decide_code_correction(correction: CodeCorrection, *, recorded_here: bool, on: date) -> Decision:
    """Whether a code is to be corrected ex officio (Ord. 30-4): C5 to C8. If so, the mayor tells in writing (2)."""
    require_date(on)
    begun = correction.kind is RecordKind.JAPANESE or on >= day("foreign-code-start", on)
    return judge(
        (C5, recorded_here),
        (C6, correction.confirmed),
        (C7, correction.differs),
        (C8, begun),
        basis=("Ord. Art. 30-4(1)(2)",),
    )


STOCK_LOW = Remark(
    "Reg. Art. 14(2)",
    "Few codes are left in the pool. Ask the centre for more before it runs out (jukinet code pool).",
)


def stock_is_low(free: int, level: int | None, *, on: date) -> bool:
    """Whether the office is to be warned of its stock of codes (specification 4.3.1): fewer are left than it set."""
    return free < (number("code-stock-level", on) if level is None else level)


def shortage(free: int, level: int | None, *, on: date) -> int:
    """How many codes are expected to be lacking (Reg. Art. 14(2)): none while no warning is due."""
    if not stock_is_low(free, level, on=on):
        return 0
    height = number("code-stock-level", on) if level is None else level
    return max(1, height * number("code-request-levels", on) - free)


def answers_itself(count: int, last_answered: datetime | None, *, at: datetime, on: date) -> bool:
    """Whether the centre designates what is asked for without a person: not too much, and not too often.

    ``last_answered``: when it last did so for this municipality. Whoever takes over a municipality's node must not be
    able to draw the codes of the country.
    """
    rested = last_answered is None or at - last_answered >= timedelta(days=1)
    return rested and count <= number("code-request-most", on)


RULES: tuple[FailedRule, ...] = (A1, A2, A3, C1, C2, C3, C4, C5, C6, C7, C8)
