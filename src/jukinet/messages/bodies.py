"""What statements say: the bodies of M1/M2, M3, M4, M9 to M12 and M16.

Owns their shape on the wire, which holds what the law lets travel and not a field more. Whether a change is
lawful is decided in ``jukinet.law``; who may say what about whom is in ``jukinet.messages.statements``.
Optional fields that are empty are left out on the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import MunicipalityCode, PrefectureCode
from jukinet.domain.persons import Address, IdentityFacts, Private, Sex
from jukinet.domain.reading import Fields
from jukinet.messages import card_bodies, koseki_bodies
from jukinet.messages.card_bodies import CardContinued, CardStatus
from jukinet.messages.ids import parse_id
from jukinet.messages.kinds import MessageKind
from jukinet.messages.koseki_bodies import KosekiMatter, KosekiMismatch, KosekiNotice
from jukinet.messages.wire import parse_member, present, read_address, write_address

NO_PREVIOUS_CODE = "none"
"""The wire's word for "no code was recorded before" (Ord. 30-5(iv))."""

MAX_CODES = 10_000
"""Codes in one designation; a larger pool is designated in parts."""


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNotice(Private):
    """M1: the six facts as of the event, and the change information (Art. 30-5(1), Ord. 30-5, Reg. 11)."""

    facts: IdentityFacts
    change: ChangeInformation


@dataclass(frozen=True, slots=True, repr=False)
class MoveInNotice(Private):
    """M3, 転入通知: who was recorded at which address of the sender, and since when (Art. 9(1)).

    ``code`` is None where the person never had one or could not state it.
    """

    code: ResidentRecordCode | None
    name: str
    birth_date: PartialDate
    sex: Sex
    new_address: Address
    moved_on: date


@dataclass(frozen=True, slots=True, repr=False)
class MoveIn(Private):
    """What the new municipality reported in M3."""

    address: Address
    moved_on: date


@dataclass(frozen=True, slots=True, repr=False)
class MoveOutConfirmed(Private):
    """M4, 転出確定通知: the old municipality tells the governor that it received M3 (Ord. 13(3))."""

    code: ResidentRecordCode
    name: str
    move_in: MoveIn


@dataclass(frozen=True, slots=True)
class CodeDesignation:
    """M12: codes that the municipality may give out (Art. 30-7(1), Reg. 14), or that a governor may designate himself.

    ``prefecture``: his, for whom they are put aside (30-7(2)); then there is no municipality. ``designation_id``: 32
    hex digits. ``request_id``: of the request that it answers; None for one that nobody asked for.
    """

    designation_id: str
    municipality: MunicipalityCode | None
    codes: tuple[ResidentRecordCode, ...]
    request_id: str | None = None
    prefecture: PrefectureCode | None = None


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """M12, back: the municipality asks for ``count`` more codes. ``request_id``: 32 hex digits."""

    request_id: str
    municipality: MunicipalityCode
    count: int


class ErrorItem(StrEnum):
    """Which fact of a record is reported to be wrong."""

    NAME = "name"
    NICKNAME = "nickname"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    ADDRESS = "address"
    CODE = "code"


@dataclass(frozen=True, slots=True, repr=False)
class ErrorReport(Private):
    """M16: facts of a record that its holder found to be wrong or left out (Arts. 12-5, 30-11(5)).

    Which facts, never what they should be: the municipality examines and corrects (Art. 14(1)).
    """

    report_id: str
    code: ResidentRecordCode
    municipality: MunicipalityCode
    items: frozenset[ErrorItem]


class ErrorOutcome(StrEnum):
    """What the municipality found when it examined a report."""

    CORRECTED = "corrected"
    """It was wrong, and is corrected: a notice of its own says how"""
    RIGHT = "right"
    """The record was right"""


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """M16, back: what came of a report. ``report_id``: 32 hex digits."""

    report_id: str
    outcome: ErrorOutcome


Body = (
    IdentityNotice
    | MoveInNotice
    | MoveOutConfirmed
    | KosekiNotice
    | KosekiMismatch
    | KosekiMatter
    | CardStatus
    | CardContinued
    | CodeDesignation
    | CodeRequest
    | ErrorReport
    | ErrorAnswer
)

BODY_OF = MappingProxyType(
    {
        MessageKind.IDENTITY_NOTICE: IdentityNotice,
        MessageKind.MOVE_IN_NOTICE: MoveInNotice,
        MessageKind.MOVE_OUT_CONFIRMED: MoveOutConfirmed,
        MessageKind.KOSEKI_NOTICE: KosekiNotice,
        MessageKind.KOSEKI_MISMATCH: KosekiMismatch,
        MessageKind.KOSEKI_MATTER: KosekiMatter,
        MessageKind.CARD_STATUS: CardStatus,
        MessageKind.CARD_CONTINUED: CardContinued,
        MessageKind.CODE_DESIGNATION: CodeDesignation,
        MessageKind.CODE_REQUEST: CodeRequest,
        MessageKind.ERROR_REPORT: ErrorReport,
        MessageKind.ERROR_ANSWER: ErrorAnswer,
    }
)


def write(body: Body) -> dict[str, Any]:
    """The body as plain data for the wire; raises INVALID for a shape that the law does not know."""
    return _WRITERS[type(body)](body)


def read(kind: MessageKind, fields: Fields) -> Body:
    """Read the body of a statement of this kind; faults are noted in ``fields``."""
    return _READERS[kind](fields)


def _write_identity(notice: IdentityNotice) -> dict[str, Any]:
    facts, change = notice.facts, notice.change
    faults = _shape_faults(facts, change)
    if faults:
        raise invalid(*faults)
    previous = None
    if change.kind is ChangeKind.CODE_CORRECTION:
        previous = change.previous_code.text if change.previous_code else NO_PREVIOUS_CODE
    return present(
        name=facts.name,
        nickname=facts.nickname,
        birth_date=facts.birth_date.text,
        sex=facts.sex.value,
        address=write_address(facts.address),
        code=_text(facts.code),
        change=present(
            kind=change.kind.value,
            reason=change.reason.value,
            occurred_on=change.occurred_on.isoformat(),
            foreign_record=change.foreign_record,
            previous_code=previous,
        ),
    )


def _read_identity(fields: Fields) -> IdentityNotice:
    notice = IdentityNotice(
        facts=IdentityFacts(
            name=fields.text("name"),
            nickname=fields.optional_text("nickname"),
            birth_date=fields.take("birth_date", PartialDate.parse),
            sex=fields.take("sex", parse_member(Sex)),
            address=fields.object("address", read_address),
            code=fields.optional("code", ResidentRecordCode.parse),
        ),
        change=fields.object("change", _read_change),
    )
    if notice.change is not None:
        for fault in _shape_faults(notice.facts, notice.change):
            fields.fault(fault.field, fault.problem)
    return notice


def _read_change(fields: Fields) -> ChangeInformation:
    kind = fields.take("kind", parse_member(ChangeKind))
    if kind is ChangeKind.CODE_CORRECTION:
        previous = fields.take("previous_code", _parse_previous)
    else:
        previous = None
        if fields.has("previous_code"):
            fields.fault("previous_code", "belongs to a code correction only")
        fields.raw("previous_code")
    return ChangeInformation(
        kind=kind,
        reason=fields.take("reason", parse_member(NoticeReason)),
        occurred_on=fields.date("occurred_on"),
        foreign_record=fields.flag("foreign_record"),
        previous_code=previous,
    )


def _parse_previous(text: str) -> ResidentRecordCode | None:
    if text == NO_PREVIOUS_CODE:
        return None
    try:
        return ResidentRecordCode.parse(text)
    except ValueError:
        raise ValueError(f"must be a Resident Record code or {NO_PREVIOUS_CODE}") from None


def _shape_faults(facts: IdentityFacts, change: ChangeInformation) -> list[Fault]:
    """What the law's forms leave no room for, whatever happened."""
    faults = []
    # Only a foreign resident who never had a code can be deleted without one (Ord. 2010 no. 253 suppl. 9).
    if facts.code is None and not (change.kind is ChangeKind.DELETION and change.foreign_record):
        faults.append(Fault("code", "may be missing only where a foreign resident's record is deleted"))
    if facts.nickname is not None and not change.foreign_record:
        faults.append(Fault("nickname", "belongs to a foreign resident's record only"))
    if change.previous_code is not None and change.kind is not ChangeKind.CODE_CORRECTION:
        faults.append(Fault("change.previous_code", "belongs to a code correction only"))
    if change.previous_code is not None and change.previous_code == facts.code:
        faults.append(Fault("change.previous_code", "must differ from the code"))
    return faults


def _write_move_in(body: MoveInNotice) -> dict[str, Any]:
    return present(
        code=_text(body.code),
        name=body.name,
        birth_date=body.birth_date.text,
        sex=body.sex.value,
        new_address=write_address(body.new_address),
        moved_on=body.moved_on.isoformat(),
    )


def _write_confirmed(body: MoveOutConfirmed) -> dict[str, Any]:
    move_in = {
        "address": write_address(body.move_in.address),
        "moved_on": body.move_in.moved_on.isoformat(),
    }
    return {"code": body.code.text, "name": body.name, "move_in": move_in}


def _write_designation(body: CodeDesignation) -> dict[str, Any]:
    return present(
        designation_id=body.designation_id,
        municipality=body.municipality.text if body.municipality else None,
        prefecture=body.prefecture.text if body.prefecture else None,
        codes=[code.text for code in body.codes],
        request_id=body.request_id,
    )


def _write_request(body: CodeRequest) -> dict[str, Any]:
    return {"request_id": body.request_id, "municipality": body.municipality.text, "count": body.count}


def _write_error(body: ErrorReport) -> dict[str, Any]:
    return {
        "report_id": body.report_id,
        "code": body.code.text,
        "municipality": body.municipality.text,
        "items": sorted(item.value for item in body.items),
    }


def _read_move_in(fields: Fields) -> MoveInNotice:
    return MoveInNotice(
        code=fields.optional("code", ResidentRecordCode.parse),
        name=fields.text("name"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
        new_address=fields.object("new_address", read_address),
        moved_on=fields.date("moved_on"),
    )


def _read_confirmed(fields: Fields) -> MoveOutConfirmed:
    def read_move_in(inner: Fields) -> MoveIn:
        return MoveIn(inner.object("address", read_address), inner.date("moved_on"))

    return MoveOutConfirmed(
        code=fields.take("code", ResidentRecordCode.parse),
        name=fields.text("name"),
        move_in=fields.object("move_in", read_move_in),
    )


def _read_designation(fields: Fields) -> CodeDesignation:
    codes = fields.texts("codes", _parse_issuable, most=MAX_CODES)
    if not codes:
        fields.fault("codes", "must not be empty")
    if len(set(codes)) != len(codes):
        fields.fault("codes", "must not repeat")
    aside = fields.has("prefecture")
    return CodeDesignation(
        fields.take("designation_id", parse_id),
        None if aside else fields.take("municipality", MunicipalityCode.parse),
        codes,
        fields.optional("request_id", parse_id),
        fields.take("prefecture", PrefectureCode.parse) if aside else None,
    )


def _parse_issuable(text: str) -> ResidentRecordCode:
    code = ResidentRecordCode.parse(text)
    if not is_issuable(text[:10]):
        raise ValueError("must be a code that may be issued")
    return code


def _read_request(fields: Fields) -> CodeRequest:
    return CodeRequest(
        fields.take("request_id", parse_id),
        fields.take("municipality", MunicipalityCode.parse),
        fields.integer("count", least=1, most=10_000_000),
    )


def _read_error(fields: Fields) -> ErrorReport:
    items = fields.texts("items", parse_member(ErrorItem), most=len(ErrorItem))
    if not items:
        fields.fault("items", "must not be empty")
    if len(set(items)) != len(items):
        fields.fault("items", "must not repeat")
    return ErrorReport(
        fields.take("report_id", parse_id),
        fields.take("code", ResidentRecordCode.parse),
        fields.take("municipality", MunicipalityCode.parse),
        frozenset(items),
    )


def _write_error_answer(body: ErrorAnswer) -> dict[str, Any]:
    return {"report_id": body.report_id, "outcome": body.outcome.value}


def _read_error_answer(fields: Fields) -> ErrorAnswer:
    return ErrorAnswer(fields.take("report_id", parse_id), fields.take("outcome", parse_member(ErrorOutcome)))


_WRITERS: MappingProxyType[type, Callable[[Any], dict[str, Any]]] = MappingProxyType(
    {
        IdentityNotice: _write_identity,
        MoveInNotice: _write_move_in,
        MoveOutConfirmed: _write_confirmed,
        KosekiNotice: koseki_bodies.write_notice,
        KosekiMismatch: koseki_bodies.write_mismatch,
        KosekiMatter: koseki_bodies.write_matter,
        CardStatus: card_bodies.write_status,
        CardContinued: card_bodies.write_continued,
        CodeDesignation: _write_designation,
        CodeRequest: _write_request,
        ErrorReport: _write_error,
        ErrorAnswer: _write_error_answer,
    }
)

_READERS: MappingProxyType[MessageKind, Callable[[Fields], Body]] = MappingProxyType(
    {
        MessageKind.IDENTITY_NOTICE: _read_identity,
        MessageKind.MOVE_IN_NOTICE: _read_move_in,
        MessageKind.MOVE_OUT_CONFIRMED: _read_confirmed,
        MessageKind.KOSEKI_NOTICE: koseki_bodies.read_notice,
        MessageKind.KOSEKI_MISMATCH: koseki_bodies.read_mismatch,
        MessageKind.KOSEKI_MATTER: koseki_bodies.read_matter,
        MessageKind.CARD_STATUS: card_bodies.read_status,
        MessageKind.CARD_CONTINUED: card_bodies.read_continued,
        MessageKind.CODE_DESIGNATION: _read_designation,
        MessageKind.CODE_REQUEST: _read_request,
        MessageKind.ERROR_REPORT: _read_error,
        MessageKind.ERROR_ANSWER: _read_error_answer,
    }
)


def _text(value: ResidentRecordCode | None) -> str | None:
    return None if value is None else value.text
