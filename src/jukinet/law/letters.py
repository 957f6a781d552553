"""Letters of the office (通知書, 催告書, 照会書): what each is written about, and when it may be written.

Owns the table of letters and of what they can say. Their words in Japanese and English are in
``jukinet.documents.letters``. A notice of a code is no letter of these (``jukinet.law.code_notices``).

Not modelled: what may be said to an addressee about appeals; and that the office posts a notice in place of sending it
(Ord. 12(4)), which it writes by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, ForeignClass, ForeignItems, ResidentRecord
from jukinet.domain.japanese_dates import era_text
from jukinet.domain.persons import Private, Sex
from jukinet.law.copy_history import birth_text
from jukinet.law.decisions import Decision, FailedRule, judge, policy
from jukinet.law.doubts import DoubtStep
from jukinet.law.notifications import Capacity


class LetterKind(StrEnum):
    """What the office writes."""

    ACCEPTED = "accepted"
    """住民異動届受理通知: that a notification about somebody was accepted"""
    EX_OFFICIO = "ex-officio"
    """職権記載等通知書: what was entered without a notification"""
    GUARDIANSHIP = "guardianship"
    """To the municipality to which an adult under guardianship moves"""
    CALL = "call"
    """催告書: somebody is called on to notify"""
    ANSWER = "answer"
    """To whoever pointed an error out: what became of it"""
    PERIOD_ENDS = "period-ends"
    """支援措置期間終了通知: a support measure's period ends"""
    MISSING_NOTICE = "missing-notice"
    """転入通知未着照会書: another municipality is asked whether somebody moved in"""
    RECORD_SHEET = "record-sheet"
    """職権記録書: the office's own sheet of an act ex officio"""
    HOUSEHOLDER = "householder"
    """世帯主変更通知書: somebody was recorded as householder ex officio"""
    NO_HOUSEHOLDER = "no-householder"
    """世帯主変更依頼通知書: a household is asked who its householder is"""
    CARD_ENQUIRY = "card-enquiry"
    """照会書: who is said to have applied for a card is asked whether they did, and want it"""


class By(StrEnum):
    """Whose number names what a letter is about."""

    TELLING = "telling"
    DOUBT = "doubt"
    MEASURE = "measure"
    RESIDENT = "resident"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Due:
    """A row of the table: by which number, and on what the letter rests."""

    by: By
    basis: str


TABLE = {
    LetterKind.ACCEPTED: Due(By.TELLING, "Resident-record specification 4.1.0.3"),
    LetterKind.EX_OFFICIO: Due(By.TELLING, "Ord. Art. 12(4)"),
    LetterKind.GUARDIANSHIP: Due(By.TELLING, "Resident-record specification 9.4"),
    LetterKind.CALL: Due(By.DOUBT, "Act Art. 14(1)"),
    LetterKind.ANSWER: Due(By.DOUBT, "Act Art. 14(2)"),
    LetterKind.PERIOD_ENDS: Due(By.MEASURE, "Resident-record specification 3.4"),
    LetterKind.MISSING_NOTICE: Due(By.RESIDENT, "Resident-record specification 4.1.3.1.4"),
    LetterKind.RECORD_SHEET: Due(By.RESIDENT, "Resident-record specification 4.2.0.1"),
    LetterKind.HOUSEHOLDER: Due(By.HOUSEHOLD, "Resident-record specification 4.0.5"),
    LetterKind.NO_HOUSEHOLDER: Due(By.HOUSEHOLD, "Resident-record specification 4.0.5"),
    LetterKind.CARD_ENQUIRY: Due(By.RESIDENT, "Reg. Art. 36"),
}

_LIST = "Choice of this network: a letter is written about what is on record"

LT1 = policy("LT1", _LIST, "Nothing here has this number. Look at the list that names it.")
LT2 = policy("LT2", _LIST, "This telling is of another kind than the letter. Look at the list.")
LT3 = policy(
    "LT3",
    _LIST,
    "The letter says what is noted of a doubt: until when somebody was called on, or, to a resident who pointed it out,"
    " how it was closed. Note that first.",
)
LT4 = policy(
    "LT4",
    "Resident-record specification 3.4",
    "The letter is for an applicant who lives here, from a month before the last day of a measure that stands.",
)
LT5 = policy(
    "LT5", "Resident-record specification 4.1.3.1.4", "No move-in notice is missing of this resident."
)
LT6 = policy(
    "LT6", "Resident-record specification 4.0.5", "The household has a householder: nobody is to be asked."
)
LT7 = policy(
    "LT7",
    "Resident-record specification 4.0.5",
    "The household has no householder who was recorded as one ex officio.",
)
LT8 = policy(
    "LT8",
    "Resident-record specification 4.2.0.1",
    "That version was not written ex officio. Look at the history of the record.",
)
LT9 = policy(
    "LT9", _LIST, "To whom the letter goes is not known here: no record, or no municipality, is named."
)
CT16 = policy(
    "CT16", _LIST, "No enquiry about an application for a card waits for an answer. Enter that it is sent."
)


PR10 = policy(
    "PR10",
    "Resident-record specification 4.1.0.3",
    "That version rests on no notification. Look at the history of the record.",
)


def decide_letter(kind: LetterKind, *checks: tuple[FailedRule, bool]) -> Decision:
    """Whether a letter may be written: those of LT1 to LT9 and CT16 that its kind asks for."""
    return judge(*checks, basis=(TABLE[kind].basis,))


_EX_OFFICIO = frozenset(
    {
        RegisterReason.BIRTH,
        RegisterReason.RECORDED_NATURALISED,
        RegisterReason.RECORDED_NATIONALITY_LOST,
        RegisterReason.RECORDED_EX_OFFICIO,
        RegisterReason.REWRITTEN,
        RegisterReason.REMADE,
        RegisterReason.UNDONE_ADDING,
        RegisterReason.DEATH,
        RegisterReason.DELETED_NATURALISED,
        RegisterReason.DELETED_NATIONALITY_LOST,
        RegisterReason.DELETED_EX_OFFICIO,
        RegisterReason.UNDONE_REMOVING,
        RegisterReason.MINOR_CORRECTION,
        RegisterReason.CORRECTED_EX_OFFICIO,
        RegisterReason.SPECIAL_ADOPTION,
        RegisterReason.SPECIAL_ADOPTION_ENDED,
        RegisterReason.ERROR_CORRECTED,
        RegisterReason.CODE_RECORDED_EX_OFFICIO,
        RegisterReason.UNDONE_CORRECTING,
    }
)


def is_ex_officio(reason: RegisterReason, notified_on: date | None) -> bool:
    """Whether a version was written without a notification: by its reason, or a householder whom nobody notified."""
    return reason in _EX_OFFICIO or (reason is RegisterReason.HOUSEHOLDER_CHANGED and notified_on is None)


class Handling(StrEnum):
    """What would become of a notice of the Minister of Justice that is shown before it is entered (4.5.6)."""

    READY = "ready"
    FOR_CLERK = "for-clerk"
    REPEATED = "repeated"


class Said(StrEnum):
    """What a letter can say, one row each; the second part are the items of a record that an act can change."""

    PERSON = "person"
    OCCURRED_ON = "occurred-on"
    ENTERED_ON = "entered-on"
    NOTIFIED_ON = "notified-on"
    NOTIFICATION = "notification"
    REASON = "reason"
    CAPACITY = "capacity"
    NOTIFIER = "notifier"
    CAUSE = "cause"
    DESTINATION = "destination"
    OLD_ADDRESS = "old-address"
    LEFT_ON = "left-on"
    PLANNED_ON = "planned-on"
    SINCE = "since"
    DUE_ON = "due-on"
    RECEIVED_ON = "received-on"
    APPLIED_ON = "applied-on"
    OUTCOME = "outcome"
    BEGINS_ON = "begins-on"
    ENDS_ON = "ends-on"
    EXTENDED_FROM = "extended-from"
    HOUSEHOLDER = "householder"
    NOTICE_NO = "notice-no"
    ISSUED_ON = "issued-on"
    RESIDENT_NO = "resident-no"
    HANDLING = "handling"
    RULES = "rules"
    MEMBERS = "members"
    ADDRESS_BEFORE = "address-before"

    NAME = "name"
    NICKNAME = "nickname"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    RELATIONSHIP = "relationship"
    KOSEKI = "koseki"
    BECAME_RESIDENT = "became-resident"
    ADDRESS = "address"
    ADDRESS_SINCE = "address-since"
    RECORDED_SINCE = "recorded-since"
    PREVIOUS_ADDRESS = "previous-address"
    VOTER = "voter"
    HEALTH_INSURANCE = "health-insurance"
    HEALTH_INSURANCE_ENDED = "health-insurance-ended"
    ELDERLY_MEDICAL = "elderly-medical"
    ELDERLY_MEDICAL_ENDED = "elderly-medical-ended"
    CARE_INSURANCE = "care-insurance"
    CARE_INSURANCE_ENDED = "care-insurance-ended"
    PENSION_CLASS = "pension-class"
    PENSION_CLASS_SINCE = "pension-class-since"
    PENSION = "pension"
    PENSION_ENDED = "pension-ended"
    PENSION_NUMBER = "pension-number"
    CHILD_ALLOWANCE = "child-allowance"
    CHILD_ALLOWANCE_ENDED = "child-allowance-ended"
    NATIONALITY = "nationality"
    BECAME_FOREIGN_RESIDENT = "became-foreign-resident"
    STAY = "stay"
    STATUS = "status"
    PERIOD = "period"
    EXPIRES_ON = "expires-on"
    DOCUMENT_NUMBER = "document-number"


Value = (
    str
    | date
    | bool
    | Sex
    | ForeignClass
    | RegisterReason
    | DeletionCause
    | Capacity
    | DoubtStep
    | Handling
    | None
)
"""What a row says, put into words by whoever prints it. None: nothing is recorded."""


@dataclass(frozen=True, slots=True, repr=False)
class Changed(Private):
    """What an item said before an act and says after it."""

    before: Value
    after: Value


Rows = tuple[tuple[Said, Value | Changed], ...]
"""What a sheet says, in its order."""


def _stay(item: Callable[[ForeignItems], Value]) -> Callable[[ResidentRecord], Value]:
    return lambda record: item(record.foreign) if record.foreign else None


def _as_stated(item: str) -> Callable[[ResidentRecord], Value]:
    """A day of the record, or how it is stated where it is not known to the day."""

    def said(record: ResidentRecord) -> Value:
        day = record.day(item)
        return era_text(day) if day and not day.is_exact else record.whole_days[item]

    return said


ITEMS: dict[Said, Callable[[ResidentRecord], Value]] = {
    Said.NAME: lambda record: record.name.written,
    Said.NICKNAME: lambda record: record.nickname.text if record.nickname else None,
    Said.BIRTH_DATE: birth_text,
    Said.SEX: lambda record: record.sex,
    Said.RELATIONSHIP: lambda record: record.relationship,
    Said.KOSEKI: lambda record: f"{record.koseki.domicile}　{record.koseki.head}" if record.koseki else None,
    Said.BECAME_RESIDENT: _as_stated("became_resident_on"),
    Said.ADDRESS: lambda record: record.address.full,
    Said.ADDRESS_SINCE: _as_stated("address_since"),
    Said.RECORDED_SINCE: lambda record: record.recorded_since,
    Said.PREVIOUS_ADDRESS: lambda record: record.previous_address.text if record.previous_address else None,
    Said.VOTER: lambda record: record.voter,
    Said.HEALTH_INSURANCE: lambda record: record.programmes.health_insurance_since,
    Said.HEALTH_INSURANCE_ENDED: lambda record: record.programmes.health_insurance_ended,
    Said.ELDERLY_MEDICAL: lambda record: record.programmes.elderly_medical_since,
    Said.ELDERLY_MEDICAL_ENDED: lambda record: record.programmes.elderly_medical_ended,
    Said.CARE_INSURANCE: lambda record: record.programmes.care_insurance_since,
    Said.CARE_INSURANCE_ENDED: lambda record: record.programmes.care_insurance_ended,
    Said.PENSION_CLASS: lambda record: record.programmes.pension_class,
    Said.PENSION_CLASS_SINCE: lambda record: record.programmes.pension_class_since,
    Said.PENSION: lambda record: record.programmes.pension_since,
    Said.PENSION_ENDED: lambda record: record.programmes.pension_ended,
    Said.PENSION_NUMBER: lambda record: record.programmes.pension_number,
    Said.CHILD_ALLOWANCE: lambda record: record.programmes.child_allowance_since,
    Said.CHILD_ALLOWANCE_ENDED: lambda record: record.programmes.child_allowance_ended,
    Said.NATIONALITY: _stay(lambda foreign: foreign.nationality),
    Said.BECAME_FOREIGN_RESIDENT: _as_stated("became_foreign_resident_on"),
    Said.STAY: _stay(lambda foreign: foreign.stay),
    Said.STATUS: _stay(lambda foreign: foreign.status),
    Said.PERIOD: _stay(lambda foreign: foreign.period),
    Said.EXPIRES_ON: _stay(lambda foreign: foreign.expires_on),
    Said.DOCUMENT_NUMBER: _stay(lambda foreign: foreign.document_number),
}
"""The items whose changes are told. A code is not among them: it goes out in its own notice alone."""


def changed_items(before: ResidentRecord | None, after: ResidentRecord) -> tuple[tuple[Said, Changed], ...]:
    """What an act changed, in the order of the items; all that is recorded where nothing stood before."""
    stood = {said: item(before) if before else None for said, item in ITEMS.items()}
    stands = {said: item(after) for said, item in ITEMS.items()}
    return tuple(
        (said, Changed(stood[said], stands[said]))
        for said in ITEMS
        if (stood[said] or None) != (stands[said] or None)
    )


RULES: tuple[FailedRule, ...] = (LT1, LT2, LT3, LT4, LT5, LT6, LT7, LT8, LT9, CT16)
