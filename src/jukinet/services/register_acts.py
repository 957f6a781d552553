"""Every act that a filing asks for, by its name: one table for every door.

The command line and the register API both take their acts from here, so that neither knows one that the other
does not. Acts on records, on holds and on measures can be drafts; those beside the register are done at once.
How a filing is read is in ``jukinet.services.filings``; what an act does, in its own module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Ground
from jukinet.services import (
    becoming_eligible,
    births,
    card_filings,
    cards,
    codes,
    deaths,
    doubts,
    enrolments,
    ex_officio,
    ex_officio_filings,
    filings,
    first_move_ins,
    foreign_filings,
    guardianship,
    hold_filings,
    holds,
    household_filings,
    household_order,
    households,
    issued_papers,
    koseki_messages,
    measures,
    move_in_notices,
    moves,
    nationality,
    nicknames,
    notes,
    relationships,
    rewriting,
    supplementary,
    supplementary_copies,
    supplementary_filings,
    surveys,
    tellings,
    undoing,
)
from jukinet.services.context import Context
from jukinet.services.doubts import Noted
from jukinet.services.holds import Ended, HoldsSet, Lifted
from jukinet.services.household_order import Ordered
from jukinet.services.issued_papers import Destroyed
from jukinet.services.measures import Recorded
from jukinet.services.notes import Written
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.services.supplementary import Supplemented
from jukinet.services.surveys import Surveyed

Outcome: TypeAlias = Registered | Refused
HoldOutcome: TypeAlias = HoldsSet | Lifted | Ended | Recorded
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class FiledAct(Generic[Done]):
    """An act on the register: ``read`` takes the filing as parsed JSON, ``do`` is its one transaction.

    ``answer``: the class of what it gives when done. ``urgent``: one person does it alone also where a second one is
    demanded; it only holds back. ``seen_with``: what is needed to see such a draft, besides handling drafts. ``do``
    begins exactly one transaction: the register API joins the record of its answer to it
    (``jukinet.services.keyed``), and the completion of a draft the draft's last step (``drafts``).
    """

    name: str
    summary: str
    read: Callable[[object], Any]
    do: Callable[[Context, OperatorClaim, Any], Done | Refused]
    answer: type = Registered
    urgent: bool = False
    seen_with: Permission | None = None


ACTS = (
    FiledAct("birth", "Record a birth (出生).", filings.read_birth, births.record_birth),
    FiledAct("move-in", "Record a move-in (転入).", filings.read_move_in, moves.move_in),
    FiledAct(
        "move-in-by-card",
        "Record a move-in with the card (転入届の特例).",
        first_move_ins.read_first_move_in,
        first_move_ins.record_first_move_in,
    ),
    FiledAct(
        "move-within",
        "Record a move inside the municipality (転居).",
        filings.read_move_within,
        moves.move_within,
    ),
    FiledAct("move-out", "File a move-out beforehand (転出).", filings.read_move_out, moves.file_move_out),
    FiledAct(
        "move-in-notice",
        "Take a move-in notice that came on paper (転入通知).",
        move_in_notices.read_paper_notice,
        move_in_notices.take_paper_notice,
    ),
    FiledAct(
        "death", "Delete the record of somebody who died (死亡).", filings.read_death, deaths.record_death
    ),
    FiledAct(
        "split-household",
        "Make a household of some members (世帯分離).",
        household_filings.read_split,
        households.split_household,
    ),
    FiledAct(
        "merge-households",
        "Take a whole household into another (世帯合併).",
        household_filings.read_joining,
        households.merge_households,
    ),
    FiledAct(
        "change-household",
        "Take members into another household (世帯変更).",
        household_filings.read_joining,
        households.change_household,
    ),
    FiledAct(
        "change-householder",
        "Record another householder (世帯主変更).",
        household_filings.read_householder,
        households.change_householder,
    ),
    FiledAct(
        "record-ex-officio",
        "Record somebody without a notification (職権記載).",
        ex_officio_filings.read_recording,
        ex_officio.record_ex_officio,
    ),
    FiledAct(
        "delete-ex-officio",
        "Delete a record without a notification (職権消除).",
        ex_officio_filings.read_deletion,
        ex_officio.delete_ex_officio,
    ),
    FiledAct(
        "correct-ex-officio",
        "Correct items of a record (職権修正, 誤記修正).",
        ex_officio_filings.read_correction,
        ex_officio.correct_ex_officio,
    ),
    FiledAct(
        "enrolment",
        "Record an enrolment in insurance, pension or child allowance, or its end.",
        enrolments.read_enrolment,
        enrolments.record_enrolment,
    ),
    FiledAct("undo", "Undo an act as a new event (異動の取消し).", undoing.read_undo, undoing.undo),
    FiledAct(
        "nickname-record",
        "Record a foreign resident's nickname on application (通称の記載).",
        foreign_filings.read_nickname_application,
        nicknames.record_nickname,
    ),
    FiledAct(
        "nickname-delete",
        "Delete a nickname on request (通称の削除).",
        foreign_filings.read_nickname_deletion,
        nicknames.delete_nickname,
    ),
    FiledAct(
        "nickname-remove",
        "Delete a nickname ex officio, which is no longer needed.",
        foreign_filings.read_nickname_removal,
        nicknames.remove_nickname,
    ),
    FiledAct(
        "nationality-acquired",
        "Make the Japanese record of who became a Japanese national (帰化, 国籍取得).",
        foreign_filings.read_acquired,
        nationality.acquire_nationality,
    ),
    FiledAct(
        "nationality-lost",
        "Make the foreign record of who lost Japanese nationality (国籍喪失).",
        foreign_filings.read_lost,
        nationality.lose_nationality,
    ),
    FiledAct(
        "became-eligible",
        "Record who lived here without a record and became a foreign resident (Art. 30-47).",
        foreign_filings.read_eligible,
        becoming_eligible.record_eligible,
    ),
    FiledAct(
        "relationship",
        "Change a foreign member's relationship to the foreign householder (Art. 30-48).",
        foreign_filings.read_relationship,
        relationships.change_relationship,
    ),
    FiledAct(
        "change-code", "Change a code on request (変更請求).", filings.read_code_change, codes.change_code
    ),
    FiledAct(
        "correct-code",
        "Correct a wrong or missing code ex officio (住民票コードの職権記載).",
        filings.read_code_correction,
        codes.correct_code,
    ),
    FiledAct(
        "card-enquiry",
        "Enter a step of the enquiry about an application for a card (照会).",
        card_filings.read_enquiry,
        cards.enter_enquiry,
    ),
    FiledAct(
        "card-issue", "Issue a card (住民基本台帳カードの交付).", card_filings.read_issue, cards.issue_card
    ),
    FiledAct(
        "card-replace",
        "Issue a card in place of the one in force (再交付, 有効期間内の交付).",
        card_filings.read_replacement,
        cards.replace_card,
    ),
    FiledAct("card-lost", "Note that a card was lost (紛失).", card_filings.read_day, cards.report_loss),
    FiledAct(
        "card-found", "Note that a lost card was found (発見).", card_filings.read_day, cards.report_find
    ),
    FiledAct(
        "card-change",
        "Enter a change on a card (記載事項の変更).",
        card_filings.read_day,
        cards.enter_change,
    ),
    FiledAct("card-return", "Take a card back (返納).", card_filings.read_return, cards.take_back),
    FiledAct(
        "card-order-return",
        "Order the return of a card issued by mistake (返納命令).",
        card_filings.read_order,
        cards.order_return,
    ),
    FiledAct(
        "card-continue",
        "Take over the card of who moved in (継続利用).",
        card_filings.read_continuation,
        cards.continue_card,
    ),
    FiledAct(
        "guardianship",
        "Record that an adult is under guardianship, or no more (成年被後見人).",
        guardianship.read_guardianship,
        guardianship.record_guardianship,
    ),
    FiledAct("rewrite", "Write a record anew (改製).", rewriting.read_rewrite, rewriting.rewrite_record),
    FiledAct("remake", "Make a lost record again (再製).", rewriting.read_remake, rewriting.remake_record),
)


_REASONS, _CASE = Permission.REGISTER_REASON_READ, Permission.REGISTER_MEASURE_READ

HOLD_ACTS: tuple[FiledAct[HoldOutcome], ...] = (
    FiledAct(
        "holds-set",
        "Set holds (抑止) on a resident or a household.",
        hold_filings.read_hold,
        holds.set_holds,
        HoldsSet,
        urgent=True,
        seen_with=_REASONS,
    ),
    FiledAct(
        "holds-lift",
        "Lift a hold for one act or until a moment (一時解除); it re-arms itself.",
        hold_filings.read_lift,
        holds.lift_hold,
        Lifted,
        seen_with=_REASONS,
    ),
    FiledAct(
        "holds-end",
        "End a hold. Nothing else ends it.",
        hold_filings.read_hold_end,
        holds.end_hold,
        Ended,
        seen_with=_REASONS,
    ),
    FiledAct(
        "measures-apply",
        "Record an application for a support measure (支援措置). It holds provisionally from now.",
        hold_filings.read_measure,
        measures.apply_for_measure,
        Recorded,
        urgent=True,
        seen_with=_CASE,
    ),
    FiledAct(
        "measures-decide",
        "Decide a measure.",
        hold_filings.read_decision,
        measures.decide_measure,
        Recorded,
        seen_with=_CASE,
    ),
    FiledAct(
        "measures-extend",
        "Extend a measure, from a month before its last day.",
        hold_filings.read_extension,
        measures.extend_measure,
        Recorded,
        urgent=True,
        seen_with=_CASE,
    ),
    FiledAct(
        "measures-forward",
        "Note that another municipality was told of a measure, by letter.",
        hold_filings.read_forward,
        measures.forward_measure,
        Recorded,
        seen_with=_CASE,
    ),
    FiledAct(
        "measures-end",
        "End a measure, and the holds that it set. Nothing else ends it.",
        hold_filings.read_measure_end,
        measures.end_measure,
        Ended,
        seen_with=_CASE,
    ),
)
"""Named by their group and their command: ``jukinet register holds set``."""

DRAFTABLE: tuple[FiledAct[Any], ...] = (*ACTS, *HOLD_ACTS)

SUPPLEMENTARY_ACTS: tuple[FiledAct[Supplemented], ...] = (
    FiledAct(
        "supplementary-open",
        "Make the register of a koseki (附票の作成, Ord. 18(1)).",
        supplementary_filings.read_opening,
        supplementary.open_register,
        Supplemented,
    ),
    FiledAct(
        "supplementary-enter",
        "Enter who entered the koseki (入籍, Ord. 18(2)).",
        supplementary_filings.read_entering,
        supplementary.enter_members,
        Supplemented,
    ),
    FiledAct(
        "supplementary-remove",
        "Remove who was removed from the koseki (除籍, Ord. 19).",
        supplementary_filings.read_removal,
        supplementary.remove_members,
        Supplemented,
    ),
    FiledAct(
        "supplementary-hand-over",
        "End a register whose domicile moved away (転籍, Art. 19(3)).",
        supplementary_filings.read_hand_over,
        supplementary.hand_over,
        Supplemented,
    ),
    FiledAct(
        "supplementary-correct",
        "Correct items of a register (記載の修正, Ord. 20).",
        supplementary_filings.read_correction,
        supplementary.correct_register,
        Supplemented,
    ),
    FiledAct(
        "supplementary-rewrite",
        "Write a register anew (改製, Ord. 21(2), 16).",
        supplementary_filings.read_rewriting,
        supplementary.rewrite_register,
        Supplemented,
    ),
    FiledAct(
        "supplementary-remake",
        "Make a lost register again (再製, Ord. 21(2), 17).",
        supplementary_filings.read_remaking,
        supplementary.remake_register,
        Supplemented,
    ),
    FiledAct(
        "supplementary-voter",
        "Note who is on a roll of those who vote abroad (Art. 17-2).",
        supplementary_filings.read_voter,
        supplementary.note_voter,
        Supplemented,
    ),
)
"""On the registers of the koseki (戸籍の附票), beside the versions of records: ``jukinet supplementary``."""

BESIDE_ACTS: tuple[FiledAct[Any], ...] = (
    *SUPPLEMENTARY_ACTS,
    FiledAct(
        "supplementary-hold",
        "Hold copies of a koseki's register back, or hold them no more.",
        supplementary_copies.read_register_hold,
        supplementary_copies.hold_register,
        Supplemented,
    ),
    FiledAct("note", "Write a remark or a memo beside a record.", notes.read_note, notes.write_note, Written),
    FiledAct(
        "note-change",
        "Change what a note says, or delete it.",
        notes.read_note_change,
        notes.change_note,
        Written,
    ),
    FiledAct(
        "paper-destroyed",
        "Note that a paper was destroyed, as one that was issued in error is.",
        issued_papers.read_destroyed,
        issued_papers.note_destroyed,
        Destroyed,
    ),
    FiledAct(
        "household-order",
        "Set the order of a household's members on copies.",
        household_order.read_order,
        household_order.set_order,
        Ordered,
    ),
    FiledAct(
        "doubt",
        "Note that a record is said to be missing or wrong.",
        doubts.read_doubt,
        doubts.note_doubt,
        Noted,
    ),
    FiledAct(
        "doubt-step",
        "Note that somebody was called on to notify, how a dispute went on, or close a doubt.",
        doubts.read_doubt_step,
        doubts.take_step,
        Noted,
    ),
    FiledAct(
        "koseki-seen",
        "Note that a notice about a koseki was seen to; its sender is told where it does not fit (Art. 19(2)).",
        koseki_messages.read_seen_filing,
        koseki_messages.see_to,
    ),
    FiledAct(
        "survey",
        "Begin a survey of what has to stand in the register (調査, Art. 34).",
        surveys.read_survey,
        surveys.begin_survey,
        Surveyed,
    ),
    FiledAct(
        "survey-step",
        "Note whom the staff of a survey asked, or that it ended.",
        surveys.read_survey_step,
        surveys.take_survey_step,
        Surveyed,
    ),
    FiledAct(
        "told",
        "Note that a letter was sent, or that a posting began or ended.",
        tellings.read_step,
        tellings.note_step,
    ),
)
"""They change no record, and are done at once where a second person is demanded too."""


_FILED = frozenset({"birth", "death", "nationality-acquired", "nationality-lost"})
_APPLIED = frozenset({"correct-ex-officio", "delete-ex-officio", "undo"})


def dated(act: FiledAct[Any], filing: dict[str, Any], today: date) -> dict[str, Any]:
    """A filing that is kept: with today where it leaves out the day on which it was filed, or asked for."""
    by_koseki = (filing.get("basis") or {}).get("ground") == Ground.KOSEKI
    asked = act.name in _APPLIED and (filing.get("at_request") or by_koseki)
    name = "filed_on" if act.name in _FILED else "applied_on" if asked else None
    if name is None or filing.get(name) is not None:
        return filing
    return {**filing, name: today.isoformat()}


def named(name: str) -> FiledAct[Any]:
    """The act of a name. Raises CONFLICT for one that this release does not know."""
    for act in DRAFTABLE:
        if act.name == name:
            return act
    raise JukinetError(
        ErrorKind.CONFLICT, "This release does not know the act of the draft. Return the draft."
    )
