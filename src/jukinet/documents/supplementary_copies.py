"""The copy of a supplementary register (戸籍の附票の写し) as a PDF: what it says of the koseki and of each person.

Owns its words and rows; how they fall on pages is in ``household_form``. It ends with the words of Ord. Art. 15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.documents.boxes import NOTHING, Row, label, value
from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier, Form, FormPrinter, require_persons
from jukinet.documents.person_rows import day_text
from jukinet.domain.items import Koseki
from jukinet.domain.supplementary import Course, Member
from jukinet.law.copies import Asker

_TITLE = "戸籍の附票の写し"
_ROWS_A_PAGE = 26
_LAST_LINES = "国内に住所なし"


@dataclass(frozen=True, slots=True, repr=False)
class SupplementaryDocument:
    """All that stands on one paper. ``whole``: everybody of the register is on it."""

    koseki: Koseki
    members: tuple[tuple[Member, tuple[Course, ...]], ...]
    whole: bool
    asker: Asker
    issuer: Certifier
    issued_on: date
    issue_number: str
    specimen: bool = False


class SupplementaryPrinter(FormPrinter[SupplementaryDocument]):
    """Prints copies of supplementary registers."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__(fonts, form_of)


def form_of(document: SupplementaryDocument) -> Form:
    """The paper as a form: each person on pages of their own."""
    require_persons(document.members)
    parts = [
        (number, rows[at : at + _ROWS_A_PAGE])
        for number, rows in enumerate(
            (_rows(one, course, f"members[{at}]") for at, (one, course) in enumerate(document.members)), 1
        )
        for at in range(0, len(rows), _ROWS_A_PAGE)
    ]
    return Form(
        title=_TITLE,
        heading="　".join(_TITLE),
        subheading="（全部）" if document.whole else "（一部）",
        head=_head(document.koseki),
        persons=[rows for _, rows in parts],
        numbers=[number for number, _ in parts],
        a_page=2 if all(len(rows) <= _ROWS_A_PAGE // 3 for _, rows in parts) else 1,
        remark=f"備考　「{NOTHING}」は、その事項の記載がないことを示します。",
        certification="この写しは、戸籍の附票の原本と相違ないことを証明する。",
        issuer=document.issuer,
        issued_on=document.issued_on,
        issue_numbers=(document.issue_number,),
        specimen=document.specimen,
        mark="公　用" if document.asker is Asker.PUBLIC_BODY else "",
        room=195.0,
    )


def _head(koseki: Koseki) -> list[Row]:
    return [
        Row((label("本籍", span=2), value(koseki.domicile, "koseki.domicile", span=5, size=11)), weight=1.2),
        Row((label("筆頭者の氏名", span=2), value(koseki.head, "koseki.head", span=5, size=11))),
    ]


def _rows(member: Member, course: Sequence[Course], at: str) -> list[Row]:
    removed = day_text(member.removed_on)
    rows = [
        Row((label("氏名"), value(member.name, f"{at}.name", span=5, size=10.5))),
        Row(
            (
                label("附票に記載した日"),
                value(day_text(member.entered_on), f"{at}.entered_on", span=3),
                label("除籍の日"),
                value(removed, f"{at}.removed_on"),
            )
        ),
    ]
    for number, one in enumerate(course):
        address = one.address.full if one.address else _LAST_LINES
        rows.append(
            Row(
                (
                    label("住所"),
                    value(address, f"{at}.addresses[{number}]", span=3),
                    label("住所を定めた日"),
                    value(day_text(one.since), f"{at}.addresses[{number}].since"),
                )
            )
        )
    if member.voter is not None:
        voter = value(str(member.voter), f"{at}.voter", span=5)
        rows.append(Row((label("在外選挙人名簿\nの市町村"), voter)))
    return rows
