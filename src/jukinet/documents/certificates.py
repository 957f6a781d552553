"""The certificate of a move-out (転出証明書, Ord. Art. 23) as a PDF, in household form like a copy.

And the paper in its place for who notified late (転出証明書に準ずる証明書, resident-record specification 4.1.3.0.3).

Owns which box holds which item, and the words. What it shows at all is in ``jukinet.law.certificates``; no ordinance
gives it a form, so the layout is ours. How the boxes look is in ``templates/household_form.typ``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jukinet.documents.boxes import NOTHING, Row, label, value
from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier, Form, FormPrinter, require_persons
from jukinet.documents.person_rows import SEXES, nickname_text, stay_rows
from jukinet.domain.dates import japanese_era
from jukinet.domain.items import Programme, RecordKind, ResidentRecord
from jukinet.domain.japanese_dates import era_text, western_text
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Place
from jukinet.law.certificates import shown
from jukinet.law.copies import CopyItem

TITLE = "転出証明書"
LATE_TITLE = "転出証明書に準ずる証明書"
_AGAIN = "（再交付）"
_WITH_CARD = "特例による転出処理済"
_A_PAGE = 3
_ROOM = 172.0
"""Millimetres of a page for its persons: there are more rows above them than on a copy."""


@dataclass(frozen=True, slots=True, repr=False)
class CertificateDocument:
    """One certificate: who leaves, with the records as they stood when it was first issued.

    ``late``: it is the paper in the certificate's place; ``with_card``: the move-in will be notified with the card.
    """

    persons: tuple[ResidentRecord, ...]
    householder: str | None
    destination: Place
    planned_on: date
    issuer: Certifier
    issued_on: date
    number: str
    municipalities: Mapping[MunicipalityCode, str]
    """The names of those that recorded or deleted a nickname; one that is not here is named by its code."""
    again: bool = False
    late: bool = False
    with_card: bool = False
    specimen: bool = False


class CertificatePrinter(FormPrinter[CertificateDocument]):
    """Prints certificates of a move-out."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__(fonts, form_of)


def form_of(document: CertificateDocument) -> Form:
    """The certificate as a form."""
    require_persons(document.persons)
    return Form(
        title=LATE_TITLE if document.late else TITLE,
        heading=LATE_TITLE if document.late else "　".join(TITLE),
        subheading=_AGAIN if document.again else "",
        head=_head(document),
        persons=[
            _person(document, person, f"persons[{index}]") for index, person in enumerate(document.persons)
        ],
        remark=f"備考　{_LATE_REMARK if document.late else _REMARK}{_EMPTY}",
        certification=_LATE_SENTENCE if document.late else _SENTENCE,
        issuer=document.issuer,
        issued_on=document.issued_on,
        issue_numbers=(document.number,),
        specimen=document.specimen,
        mark=_WITH_CARD if document.with_card else "",
        a_page=_A_PAGE,
        room=_ROOM,
    )


_SENTENCE = (
    "上記の者は、住民基本台帳法第24条の規定により、上記のとおり転出する旨の届出をした者であることを証明する。"
)
_EMPTY = f"「{NOTHING}」は、その事項の記載がないことを示します。"
_REMARK = (
    "転入をした日から14日以内に、この証明書を添えて、転出先の市町村長に転入届をしてください"
    "（住民基本台帳法第22条）。"
)
_LATE_SENTENCE = (
    "上記の者は、転出をした日から14日を経過した後に届出があったため、職権により上記のとおり住民票を消除した者である"
    "ことを証明する。"
)
_LATE_REMARK = (
    "この証明書は、転出証明書に代えて、転入届に添付すべき書類として発行したものです。"
    "これを添えて、すみやかに転出先の市町村長に転入届をしてください。"
)


def _head(document: CertificateDocument) -> list[Row]:
    first = document.persons[0]
    return [
        Row((label("住所", span=2), value(first.address.full, "address", span=5, size=11)), weight=1.2),
        Row((label("世帯主", span=2), value(document.householder, "householder", span=5, size=11))),
        Row(
            (label("転出先", span=2), value(document.destination.text, "destination", span=5, size=11)),
            weight=1.2,
        ),
        Row(
            (
                label("転出の年月日" if document.late else "転出の予定年月日", span=2),
                value(japanese_era(document.planned_on), "planned_on", span=5, size=11),
            )
        ),
    ]


def _person(document: CertificateDocument, person: ResidentRecord, at: str) -> list[Row]:
    items = shown(person.kind)
    foreign = person.kind is RecordKind.FOREIGN
    born = western_text(person.birth_date) if foreign else era_text(person.birth_date)
    rows = [
        Row(
            (
                label("氏名"),
                value(person.name.written, f"{at}.name", span=3, size=14),
                label("住民票コード"),
                value(str(person.code) if person.code else None, f"{at}.code"),
            ),
            weight=1.35,
        ),
        Row(
            (
                label("生年月日"),
                value(born, f"{at}.birth_date"),
                label("性別"),
                value(SEXES[person.sex], f"{at}.sex"),
                label("続柄"),
                value(person.relationship, f"{at}.relationship"),
            )
        ),
    ]
    if CopyItem.KOSEKI in items:
        koseki = person.koseki
        rows.append(
            Row(
                (
                    label("本籍"),
                    value(koseki.domicile if koseki else None, f"{at}.koseki.domicile", span=3),
                    label("筆頭者の氏名"),
                    value(koseki.head if koseki else None, f"{at}.koseki.head"),
                )
            )
        )
    if CopyItem.NICKNAME in items:
        rows += _nickname_rows(document, person, at)
    if CopyItem.STAY in items:
        rows += stay_rows(person.foreign, items, f"{at}.foreign", document.issued_on)
    return [*rows, *_programme_rows(person, at)]


def _nickname_rows(document: CertificateDocument, person: ResidentRecord, at: str) -> list[Row]:
    """The nickname, and what was recorded and deleted where and when (Ord. 30-27)."""
    names = [*person.former_nicknames, *filter(None, [person.nickname])]
    rows = [
        Row(
            (
                label("通称"),
                value(person.nickname.text if person.nickname else None, f"{at}.nickname", span=5),
            )
        )
    ]
    rows += [
        Row(
            (
                label("通称の記載及び\n削除に関する事項"),
                value(nickname_text(one, document.municipalities), f"{at}.nicknames", span=5),
            )
        )
        for one in names
    ]
    return rows


def _programme_rows(person: ResidentRecord, at: str) -> list[Row]:
    """That the person is insured, and in which class of the pension (Ord. 23(2)(iii) to (v)); not since when."""
    programmes = person.programmes
    in_pension = programmes.stands(Programme.PENSION)

    def whether(one: Programme) -> str | None:
        return "該当" if programmes.stands(one) else None

    return [
        Row(
            (
                label("国民健康保険\nの被保険者"),
                value(whether(Programme.HEALTH_INSURANCE), f"{at}.health_insurance"),
                label("後期高齢者医療\nの被保険者"),
                value(whether(Programme.ELDERLY_MEDICAL), f"{at}.elderly_medical"),
                label("介護保険の\n被保険者"),
                value(whether(Programme.CARE_INSURANCE), f"{at}.care_insurance"),
            )
        ),
        Row(
            (
                label("国民年金の\n被保険者の種別"),
                value(programmes.pension_class if in_pension else None, f"{at}.pension_class"),
                label("基礎年金番号"),
                value(programmes.pension_number if in_pension else None, f"{at}.pension_number"),
                label("児童手当の\n支給"),
                value(whether(Programme.CHILD_ALLOWANCE), f"{at}.child_allowance"),
            )
        ),
    ]
