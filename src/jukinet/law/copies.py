"""Copies of resident records: what a copy shows, and who may have a nationwide copy (広域交付).

Owns the one table of what is shown to whom (Act Arts. 7, 12 to 12-4, 30-45) and the rules of Art. 12-4 with
Reg. Art. 4. Who may have a copy at home (Arts. 12 to 12-3) is in ``jukinet.law.home_copies``. What is written at the
end of a copy (Ord. Arts. 15, 15-4(2)) is in ``jukinet.documents``.

Not modelled: which wards of a designated city count as municipalities of their own (Ord. Art. 31), and
by which technical standard the two mayors exchange notices (Reg. Art. 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law import parameters
from jukinet.law.decisions import UNCONNECTED, Decision, FailedRule, Permitted, Refused, judge, law, policy
from jukinet.law.edition import require_date


class CopyItem(StrEnum):
    """What a copy can show, in the order of Arts. 7 and 30-45."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    HOUSEHOLDER = "householder"
    RELATIONSHIP = "relationship"
    KOSEKI = "koseki"
    BECAME_RESIDENT = "became-resident"
    ADDRESS = "address"
    ADDRESS_SINCE = "address-since"
    RECORDED_SINCE = "recorded-since"
    PREVIOUS_ADDRESS = "previous-address"
    VOTER = "voter"
    PROGRAMMES = "programmes"
    CODE = "code"
    NICKNAME = "nickname"
    NICKNAME_HISTORY = "nickname-history"
    NATIONALITY = "nationality"
    BECAME_FOREIGN_RESIDENT = "became-foreign-resident"
    STAY = "stay"
    """第30条の45に規定する区分; what its lower column has of that class follows."""
    STATUS = "status"
    PERIOD = "period"
    EXPIRES_ON = "expires-on"
    DOCUMENT_NUMBER = "document-number"


class Asker(StrEnum):
    """On which ground a copy is asked for: a column of the table."""

    NATIONWIDE = "nationwide"
    """The resident, at any other municipality (Art. 12-4)."""
    HOUSEHOLD = "household"
    """The resident or a member of the same household, at home (Art. 12)."""
    PUBLIC_BODY = "public-body"
    """An organ of the state or of a local public body (Art. 12-2)."""
    THIRD_PARTY = "third-party"
    """Anybody else, with a ground (Art. 12-3)."""


class OnRequest(StrEnum):
    """What is shown only if it is asked for specially (特別の請求, Arts. 12(5), 12-2(4), 12-4(4)), or as needed.

    As needed: Art. 12-3(7). Of a nationwide copy the first three alone.
    """

    HOUSEHOLD_ITEMS = "household-items"
    """No. 4: the householder's name and the relationship to the householder."""
    CODE = "code"
    """No. 13: the Resident Record code."""
    NATIONALITY_AND_CLASS = "nationality-and-class"
    """国籍等 and the lower column of the table in Art. 30-45 (Art. 30-51)."""
    KOSEKI = "koseki"
    """No. 5: the registered domicile and the head of the koseki."""
    VOTER = "voter"
    """No. 9: that the person is on the electoral roll."""
    PROGRAMMES = "programmes"
    """Nos. 10 to 11-2: health insurance, medical care, care insurance, pension, child allowance."""
    NICKNAME_HISTORY = "nickname-history"
    """通称の記載及び削除に関する事項 (no. 14; Ord. 30-27)."""


class Showing(StrEnum):
    """Whether an item is shown."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Mask:
    """One row: the item, whose records have it, whether each asker sees it, and by which article."""

    item: CopyItem
    kinds: frozenset[RecordKind]
    shown: Mapping[Asker, Showing | OnRequest]
    source: str


_BOTH = frozenset(RecordKind)
_JAPANESE = frozenset({RecordKind.JAPANESE})
_FOREIGN = frozenset({RecordKind.FOREIGN})


def _row(item: CopyItem, kinds: frozenset[RecordKind], *shown: Showing | OnRequest, source: str) -> Mask:
    """One row; ``shown``: to each asker in their order, or one for all."""
    columns = shown if len(shown) > 1 else shown * len(Asker)
    return Mask(item, kinds, dict(zip(Asker, columns, strict=True)), source)


_ALWAYS, _NEVER = Showing.ALWAYS, Showing.NEVER
_HOUSEHOLD, _CODE, _CLASS = OnRequest.HOUSEHOLD_ITEMS, OnRequest.CODE, OnRequest.NATIONALITY_AND_CLASS
_BASIC = "Ord. 15-3(2); Act 12(5), 12-2(4), 12-3(1)"
_ASKED = "12-4(1); 12(5), 12-2(4), 12-3(7)"


def _at_home(item: CopyItem, kinds: frozenset[RecordKind], on_request: OnRequest, source: str) -> Mask:
    """What no nationwide copy shows, and one at home where it is asked for."""
    return _row(item, kinds, _NEVER, on_request, on_request, on_request, source=f"{source}, {_ASKED}")


MASKS = (
    _row(CopyItem.NAME, _BOTH, _ALWAYS, source=f"Act 7(i), {_BASIC}"),
    _row(CopyItem.BIRTH_DATE, _BOTH, _ALWAYS, source=f"Act 7(ii), {_BASIC}"),
    _row(CopyItem.SEX, _BOTH, _ALWAYS, source=f"Act 7(iii), {_BASIC}"),
    _row(CopyItem.HOUSEHOLDER, _BOTH, _HOUSEHOLD, source="Act 7(iv), 12-4(4); 12(5), 12-2(4), 12-3(7)"),
    _row(CopyItem.RELATIONSHIP, _BOTH, _HOUSEHOLD, source="Act 7(iv), 12-4(4); 12(5), 12-2(4), 12-3(7)"),
    _at_home(CopyItem.KOSEKI, _JAPANESE, OnRequest.KOSEKI, "Act 7(v)"),
    _row(CopyItem.BECAME_RESIDENT, _JAPANESE, _ALWAYS, source=f"Act 7(vi), {_BASIC}"),
    _row(CopyItem.ADDRESS, _BOTH, _ALWAYS, source=f"Act 7(vii), {_BASIC}"),
    _row(CopyItem.ADDRESS_SINCE, _BOTH, _ALWAYS, source=f"Act 7(vii), {_BASIC}"),
    _row(CopyItem.RECORDED_SINCE, _BOTH, _ALWAYS, source=f"Act 7(viii), {_BASIC}"),
    _row(CopyItem.PREVIOUS_ADDRESS, _BOTH, _ALWAYS, source=f"Act 7(viii), {_BASIC}"),
    _at_home(CopyItem.VOTER, _JAPANESE, OnRequest.VOTER, "Act 7(ix)"),
    _at_home(CopyItem.PROGRAMMES, _BOTH, OnRequest.PROGRAMMES, "Act 7(x)-(xi-2)"),
    # Bodies and third parties never see the code.
    _row(
        CopyItem.CODE,
        _BOTH,
        _CODE,
        _CODE,
        _NEVER,
        _NEVER,
        source="Act 7(xiii), 12-4(4), 12(5), 12-2(1), 12-3(7)",
    ),
    # A nickname is among the other items of no. 14, but goes with the name: it stays, and is one of the basic items.
    _row(
        CopyItem.NICKNAME,
        _FOREIGN,
        _ALWAYS,
        source="Act 7(xiv), Ord. 15-3(2), Act 12(5) to 12-3(1) as read by Ord. 30-26(7)",
    ),
    _at_home(CopyItem.NICKNAME_HISTORY, _FOREIGN, OnRequest.NICKNAME_HISTORY, "Act 7(xiv), Ord. 30-27"),
    _row(CopyItem.NATIONALITY, _FOREIGN, _CLASS, source="Act 30-45, 12 to 12-4 as read by 30-51"),
    _row(
        CopyItem.BECAME_FOREIGN_RESIDENT,
        _FOREIGN,
        _ALWAYS,
        source="Act 30-45, 12 to 12-3 as read by 30-51; Ord. 15-3(2) as read by 30-32",
    ),
    *(
        _row(item, _FOREIGN, _CLASS, source="Act 30-45, 12 to 12-4 as read by 30-51")
        for item in (
            CopyItem.STAY,
            CopyItem.STATUS,
            CopyItem.PERIOD,
            CopyItem.EXPIRES_ON,
            CopyItem.DOCUMENT_NUMBER,
        )
    ),
)
"""What a copy shows: the one table that every check and every form reads."""


def visible_items(
    kind: RecordKind, requested: frozenset[OnRequest], asker: Asker = Asker.NATIONWIDE
) -> frozenset[CopyItem]:
    """The items shown of one person's record: those always shown, and those that were specially asked for."""
    return frozenset(
        mask.item
        for mask in MASKS
        if kind in mask.kinds and (mask.shown[asker] is Showing.ALWAYS or mask.shown[asker] in requested)
    )


def omitted_items(
    kind: RecordKind, requested: frozenset[OnRequest], asker: Asker = Asker.NATIONWIDE
) -> frozenset[CopyItem]:
    """The items left out only because nobody asked for them: their boxes say so (省略)."""
    return frozenset(
        mask.item
        for mask in MASKS
        if kind in mask.kinds and mask.shown[asker] in frozenset(OnRequest) - requested
    )


class DocumentKind(StrEnum):
    """What was shown at the counter to prove who applies (Art. 12-4(1), Reg. Art. 4(2))."""

    BRR_CARD = "brr-card"
    """住民基本台帳カード (Art. 30-44)"""
    PASSPORT = "passport"
    """旅券"""
    DRIVERS_LICENCE = "drivers-licence"
    """運転免許証"""
    RESIDENCE_CARD = "residence-card"
    """在留カード"""
    SPECIAL_PERMANENT_RESIDENT_CERTIFICATE = "special-permanent-resident-certificate"
    """特別永住者証明書"""
    OTHER_OFFICIAL = "other-official"
    """Another licence, permit or certificate issued by a public office that the mayor holds suitable."""
    NONE = "none"
    """Nothing, or something else: a bill, an insurance card without a photo, a staff card."""


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """The document shown; a Residence Card of a child under sixteen, for one, has no photo."""

    kind: DocumentKind
    with_photo: bool = True


class Standing(StrEnum):
    """How a person stands in the register of the home municipality."""

    RECORDED = "recorded"
    """Recorded there; one who has filed a move-out is, until the deletion."""
    MOVED_OUT = "moved-out"
    DEAD = "dead"
    DELETED = "deleted"
    """Deleted for another reason."""
    UNKNOWN = "unknown"
    """Never recorded there."""


@dataclass(frozen=True, slots=True)
class CopySubject:
    """One person the copy is to show, as the home register has them. The first is the applicant.

    ``held`` is set where the home municipality keeps a hold or a support measure on the record.
    """

    standing: Standing
    kind: RecordKind
    same_household: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class CopyApplication:
    """An application at a counter, as the clerk takes it; no personal value is needed to decide it.

    ``states_…`` say what the applicant stated besides the name; ``in_person`` is false for an agent or a
    letter; ``for_household_only`` is false where someone outside the applicant's household is asked for.
    """

    on: date
    issuing: MunicipalityCode
    home: MunicipalityCode
    issuing_connected: bool
    home_connected: bool
    applicant: RecordKind
    document: ShownDocument
    states_code: bool
    states_birth_date_and_sex: bool
    in_person: bool = True
    for_household_only: bool = True
    plainly_improper: bool = False


# fmt: off
K1 = law("K1", "Act Art. 12-4(1)", "A nationwide copy is given by another municipality than the home one; "
         "at home, apply for an ordinary copy under Art. 12.")
K2 = law("K2", "Act Art. 12-4(1), (6)", "The applicant must come in person: the rules on agents and on "
         "post (Art. 12(2)(ii), (3), (4), (7)) do not hold for nationwide copies.")
K3 = law("K3", "Act Art. 12-4(1)", "Only the applicant and members of the same household can be on the copy.")
K4 = law("K4", "Act Art. 12-4(1), Reg. Art. 4(2)", "Show the Basic Resident Registration Card, a passport, a "
         "driver's licence, or another official document with a photo, such as a Residence Card or a "
         "Special Permanent Resident Certificate.")
K5 = law("K5", "Reg. Art. 4(1)", "With another document than the Basic Resident Registration Card, state the "
         "Resident Record code, or the date of birth and the sex.")
K6 = law("K6", "Act Art. 12(6) as applied by 12-4(6)", "The mayor who would issue the copy may refuse an "
         "application that plainly has an improper purpose.")
K7 = policy("K7", UNCONNECTED, "The home municipality is not connected to the network, so "
         "its mayor cannot notify the record; apply there.")
K8 = policy("K8", UNCONNECTED, "This municipality is not connected to the network and cannot ask "
         "the home municipality; apply there, or at a connected municipality.")
K9 = law("K9", "2009 Act no. 77 suppl. Art. 9", "For foreign residents Art. 12-4 applies from 8 July 2013.")
K10 = law("K10", "Act Art. 12-4(1)", "The applicant must be recorded in the home municipality's register.")
K11 = law("K11", "Act Art. 12-4(1)", "A person who has moved out, died or was otherwise deleted from the "
         "register has no resident record, and cannot be on the copy.")
K12 = law("K12", "Act Art. 12-4(1)", "Everyone on the copy must belong to the applicant's household.")
K13 = policy("K13", "Resident-record specification 3.1, 3.4", "The home municipality must be consulted "
            "first; the applicant may apply there.")
# fmt: on

NATIONWIDE_BASIS = ("Act Art. 12-4(1)", "Reg. Art. 4", "Ord. Art. 15-3(1)")
ANSWER_BASIS = ("Act Art. 12-4(3)", "Ord. Art. 15-3(2)")


def decide_nationwide_copy(application: CopyApplication, subjects: Sequence[CopySubject] = ()) -> Decision:
    """Whether the mayor applied to may give a nationwide copy (Act Art. 12-4(1), (6); Reg. Art. 4).

    Before the home mayor is asked, ``subjects`` is empty; with it, the home mayor's rules count too.
    Raises ``JukinetError`` for a day before the edition.
    """
    require_date(application.on)
    decision = judge(*_counter_rules(application), basis=NATIONWIDE_BASIS)
    answer = decide_copy_answer(subjects, application.on) if subjects else Permitted(ANSWER_BASIS)
    failed = tuple(rule for part in (decision, answer) if isinstance(part, Refused) for rule in part.failed)
    return Refused(tuple(dict.fromkeys(failed))) if failed else decision


def decide_copy_answer(subjects: Sequence[CopySubject], on: date) -> Decision:
    """Whether the home mayor may notify the records for a copy (Act Art. 12-4(3)).

    The applicant comes first among the subjects. Raises ``JukinetError`` for a day before the edition.
    """
    require_date(on)
    if not subjects:
        raise ValueError("must have the applicant at least")
    applicant, everyone = subjects[0], tuple(subjects)
    return judge(
        (K9, all(_started(subject.kind, on) for subject in everyone)),
        (K10, applicant.standing is Standing.RECORDED),
        (K11, all(subject.standing in {Standing.RECORDED, Standing.UNKNOWN} for subject in everyone)),
        (
            K12,
            all(
                subject.same_household and subject.standing is not Standing.UNKNOWN
                for subject in everyone[1:]
            ),
        ),
        (K13, not any(subject.held for subject in everyone)),
        basis=ANSWER_BASIS,
    )


def _counter_rules(application: CopyApplication) -> tuple[tuple[FailedRule, bool], ...]:
    document = application.document
    return (
        (K1, application.issuing != application.home),
        (K2, application.in_person),
        (K3, application.for_household_only),
        (K4, _proves_identity(document)),
        (K5, document.kind is DocumentKind.BRR_CARD or _states_enough(application)),
        (K6, not application.plainly_improper),
        (K7, application.home_connected),
        (K8, application.issuing_connected),
        (K9, _started(application.applicant, application.on)),
    )


def _proves_identity(document: ShownDocument) -> bool:
    """The card by itself, in either version; anything else only with a photo (Reg. Art. 4(2))."""
    if document.kind is DocumentKind.BRR_CARD:
        return True
    return document.kind is not DocumentKind.NONE and document.with_photo


def _states_enough(application: CopyApplication) -> bool:
    return application.states_code or application.states_birth_date_and_sex


def _started(kind: RecordKind, on: date) -> bool:
    """Art. 12-4 did not apply to foreign residents before 8 July 2013 (2009 Act no. 77 suppl. Art. 9)."""
    return kind is RecordKind.JAPANESE or on >= parameters.day("foreign-code-start", on)
