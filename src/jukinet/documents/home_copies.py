"""Papers that the municipality issues of its own records: 住民票の写し, 住民票記載事項証明書; PDF, household form.

Owns their words, and the rows of the items that no nationwide copy has. The other rows are in ``person_rows``, how they
fall on pages in ``household_form``, what is shown to whom in ``jukinet.law.copies``. A copy ends with the words of Ord.
Art. 15. What nobody asked for has no box, but for the items of every ordinary form: householder, relationship, koseki
and code; there the box says that it was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jukinet.documents.boxes import NOTHING, OMITTED, Box, Row, label, value
from jukinet.documents.copies import head_rows
from jukinet.documents.fonts import FontSet
from jukinet.documents.history_rows import change_rows, deletion_rows
from jukinet.documents.home_person import HomePerson
from jukinet.documents.household_form import PERSONS_A_PAGE, Certifier, Form, FormPrinter, require_persons
from jukinet.documents.person_rows import asked, day_text, kind_of, month_text, nickname_text, person_rows
from jukinet.domain.items import Programme, Programmes, RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.copies import Asker, CopyItem, OnRequest, visible_items
from jukinet.law.home_copies import Paper

_TITLES = {
    (Paper.COPY, False): "住民票の写し",
    (Paper.CERTIFICATE, False): "住民票記載事項証明書",
    (Paper.COPY, True): "住民票の除票の写し",
    (Paper.CERTIFICATE, True): "住民票除票記載事項証明書",
}
"""By the paper, and whether it is of a deleted record."""

_ROWS_A_PAGE = 30
"""Rows of one person on a page of the personal form (個人票); a longer history goes on on the next."""


@dataclass(frozen=True, slots=True, repr=False)
class HomeDocument:
    """All that stands on one paper. ``whole``: everybody of the household is on it.

    With the history, of a deleted record, and where it is asked for, each person has pages of their own (個人票).
    ``issue_numbers``: one a print.
    """

    paper: Paper
    asker: Asker
    persons: tuple[HomePerson, ...]
    wanted: frozenset[OnRequest]
    left_out: frozenset[CopyItem]
    whole: bool
    issuer: Certifier
    issued_on: date
    issue_numbers: tuple[str, ...]
    municipalities: Mapping[MunicipalityCode, str]
    """The names of those that recorded or deleted a nickname; one that is not here is named by its code."""
    personal: bool = False
    history: bool = False
    deleted: bool = False
    specimen: bool = False


class HomePrinter(FormPrinter[HomeDocument]):
    """Prints copies and certificates of recorded items."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__(fonts, form_of)


def form_of(document: HomeDocument) -> Form:
    """The paper as a form."""
    require_persons(document.persons)
    one_address = len({person.address for person in document.persons}) == 1
    title = _TITLES[document.paper, document.deleted]
    personal = document.personal or document.history or document.deleted
    head = _head(document, one_address=one_address)
    persons = [
        _rows(document, person, f"persons[{index}]", own_address=not one_address)
        for index, person in enumerate(document.persons)
    ]
    boxes = [box for rows in (head, *persons) for row in rows for box in row.boxes]
    parts = [
        (number, rows[at : at + _ROWS_A_PAGE])
        for number, rows in enumerate(persons, 1)
        for at in range(0, len(rows), _ROWS_A_PAGE)
    ]
    return Form(
        title=title,
        heading="　".join(title) if document.paper is Paper.COPY else title,
        subheading="（世帯全員）" if document.whole else "",
        head=head,
        persons=[rows for _, rows in parts],
        numbers=[number for number, _ in parts],
        a_page=1 if personal else PERSONS_A_PAGE,
        remark=_remark(document, omits=any(box.text == OMITTED for box in boxes)),
        certification=closing_sentence(document.paper, whole=document.whole, deleted=document.deleted),
        issuer=document.issuer,
        issued_on=document.issued_on,
        issue_numbers=document.issue_numbers,
        specimen=document.specimen,
        mark="公　用" if document.asker is Asker.PUBLIC_BODY else "",
        room=195.0,
    )


def closing_sentence(paper: Paper, *, whole: bool, deleted: bool = False) -> str:
    """What a copy must say at its end (Ord. 15), and a certificate in its place."""
    record = "消除された住民票" if deleted else "住民票"
    if paper is Paper.CERTIFICATE:
        return f"{record}に上記のとおり記載されていることを証明する。"
    return f"この写しは、{'世帯全員の' if whole else ''}{record}の原本と相違ないことを証明する。"


def _shown(document: HomeDocument, person: HomePerson) -> frozenset[CopyItem]:
    return visible_items(kind_of(person), document.wanted, document.asker) - document.left_out


def _head(document: HomeDocument, *, one_address: bool) -> list[Row]:
    first = document.persons[0]
    shown = _shown(document, first)
    address = first.address.full if one_address else "各人の欄に記載"
    householder = first.household.householder if first.household else NOTHING
    return head_rows(
        address if CopyItem.ADDRESS in shown else OMITTED,
        householder if CopyItem.HOUSEHOLDER in shown else OMITTED,
    )


def _rows(document: HomeDocument, person: HomePerson, at: str, *, own_address: bool) -> list[Row]:
    shown = _shown(document, person)
    rows = person_rows(
        person, shown, at, document.issued_on, own_address=own_address and CopyItem.ADDRESS in shown
    )
    if kind_of(person) is RecordKind.JAPANESE:
        rows.append(_koseki_row(person, shown, at))
    if CopyItem.NICKNAME_HISTORY in shown:
        rows += _nickname_rows(document, person, at)
    if CopyItem.PROGRAMMES in shown and person.programmes is not None:
        rows += _programme_rows(person.programmes, at)
    if CopyItem.VOTER in shown:
        voter = value("登録あり" if person.voter else None, f"{at}.voter", span=5)
        rows.append(Row((label("選挙人名簿への\n登録"), voter)))
    if person.deletion is not None:
        rows += deletion_rows(person.deletion, at)
    rows += change_rows(person.changes, at)
    return [*rows, *(Row((label("備考"), value(one, f"{at}.remarks", span=5))) for one in person.remarks)]


def _koseki_row(person: HomePerson, shown: frozenset[CopyItem], at: str) -> Row:
    domicile = person.koseki.domicile if person.koseki else None
    head = person.koseki.head if person.koseki else None
    return Row(
        (
            label("本籍"),
            asked(CopyItem.KOSEKI, shown, domicile, f"{at}.koseki.domicile", span=3),
            label("筆頭者の氏名"),
            asked(CopyItem.KOSEKI, shown, head, f"{at}.koseki.head"),
        )
    )


def _nickname_rows(document: HomeDocument, person: HomePerson, at: str) -> list[Row]:
    told = [nickname_text(one, document.municipalities) for one in person.nicknames] or [NOTHING]
    return [
        Row((label("通称の記載及び\n削除に関する事項"), value(one, f"{at}.nicknames", span=5)))
        for one in told
    ]


def _programme_rows(programmes: Programmes, at: str) -> list[Row]:
    """What Ord. Arts. 3 to 6 have recorded, ends too; of the child allowance the months."""

    def told(one: Programme, shown: Callable[[date | None], str | None], ended: str) -> str:
        until = shown(programmes.ended(one))
        return f"{shown(programmes.since(one)) or ''}{f'　{until}{ended}' if until else ''}"

    def of(name: str, one: Programme) -> tuple[Box, Box]:
        return label(f"{name}の\n資格取得・喪失日"), value(told(one, day_text, "喪失"), f"{at}.{one}")

    changed = day_text(programmes.pension_class_since)
    pension = (
        programmes.pension_class,
        f"{changed}種別変更" if changed else None,
        told(Programme.PENSION, day_text, "喪失"),
    )
    allowance = Programme.CHILD_ALLOWANCE
    return [
        Row(
            (
                *of("国民健康保険", Programme.HEALTH_INSURANCE),
                *of("後期高齢者医療", Programme.ELDERLY_MEDICAL),
                *of("介護保険", Programme.CARE_INSURANCE),
            )
        ),
        Row(
            (
                label("国民年金の種別\n及び資格取得日等"),
                value(" ".join(filter(None, pension)), f"{at}.pension"),
                label("基礎年金番号"),
                value(programmes.pension_number, f"{at}.pension_number"),
                label("児童手当の支給\n開始・終了年月"),
                value(told(allowance, month_text, "終了"), f"{at}.{allowance}"),
            )
        ),
    ]


_LEFT_OUT = {
    Asker.HOUSEHOLD: "特別の請求がないため記載を省略したもの",
    Asker.PUBLIC_BODY: "特別の請求がないか、住民基本台帳法第12条の2により記載しないもの",
    Asker.THIRD_PARTY: "申出がないか、住民基本台帳法第12条の3により記載しないもの",
}
"""Why a box is left out; of others than the household also the code, for ever."""


def _remark(document: HomeDocument, *, omits: bool) -> str:
    """Why boxes are empty: left out, or not recorded."""
    certificate = document.paper is Paper.CERTIFICATE
    left_out = "証明の請求がないため記載を省略したもの" if certificate else _LEFT_OUT[document.asker]
    why = f"「{OMITTED}」は、{left_out}です。" if omits else ""
    return f"備考　{why}「{NOTHING}」は、その事項の記載がないことを示します。"
