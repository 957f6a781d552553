"""The nationwide copy of a resident record (住民票の写し（広域交付）) as a PDF, household form (世帯連記式).

Owns the words of the form around the persons: heading, closing sentence of Ord. Art. 15-4(2), date, mayor,
issue number; and how persons fall on pages. A person's rows are in ``jukinet.documents.person_rows``, how
boxes look in ``templates/household_form.typ``, what may be shown at all in ``jukinet.law.copies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import NOTHING, OMITTED, Row, Setter, label, value
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.person_rows import COLUMNS, kind_of, person_rows
from jukinet.documents.typesetting import typeset
from jukinet.domain.dates import japanese_era
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.items import RecordKind
from jukinet.law.copies import OnRequest, omitted_items
from jukinet.messages.copies import CopyPerson, WantedItem

PERSONS_A_PAGE = 4

TITLE = "住民票の写し（広域交付）"
SPECIMEN = "見本・架空の人物"

_ROOM = 183.0
"""Millimetres of a page that the persons' boxes may fill; the rest is heading, closing and seal."""
_GAP = 2.0
_TALLEST = 8.2
"""The height of an ordinary row in millimetres where there is room; fuller pages have lower ones."""


@dataclass(frozen=True, slots=True, repr=False)
class Certifier:
    """The mayor who issues the copy: title with the prefecture (福島県福島市長), and name (spec 5.6)."""

    title: str
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class CopyDocument:
    """All that stands on one nationwide copy.

    ``persons`` are those of M6, in the order of the household, and ``wanted`` what was specially asked for
    (Art. 12-4(4)). ``home_mayor`` is the title of the mayor who notified the record, with the prefecture
    (東京都国立市長). ``issue_number`` is printed before the page numbers (spec 5.5). ``specimen``
    marks every page as a specimen of people who do not exist.
    """

    persons: tuple[CopyPerson, ...]
    wanted: frozenset[WantedItem]
    home_mayor: str
    issuer: Certifier
    issued_on: date
    issue_number: str
    specimen: bool = False


class CopyPrinter:
    """Prints nationwide copies with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def render(self, document: CopyDocument) -> bytes:
        """The copy as PDF/A-2a; the same document gives the same bytes.

        Raises ``JukinetError``: CONFIGURATION where the fonts lack a character (code points only), INVALID
        where there is nobody to show or a text is too long for its box. Never a copy with a gap.
        """
        if not document.persons:
            raise invalid(Fault("persons", "must not be empty"))
        setter = Setter(self._typecase)
        data = form_data(document, setter)
        setter.close()
        data["faces"] = [face.family for face in self._fonts.faces]
        return typeset("household_form", data, self._fonts, document.issued_on)


def render_copy(document: CopyDocument, fonts: FontSet) -> bytes:
    """Print one copy; who prints many keeps a ``CopyPrinter``."""
    return CopyPrinter(fonts).render(document)


def form_data(document: CopyDocument, setter: Setter) -> dict[str, Any]:
    """Everything the template draws but the names of its faces, as plain data."""
    requested = frozenset(OnRequest(item.value) for item in document.wanted)
    one_address = len({person.address for person in document.persons}) == 1
    rows = [
        person_rows(person, requested, f"persons[{index}]", own_address=not one_address)
        for index, person in enumerate(document.persons)
    ]
    entries = [{"number": str(number), "rows": setter.rows(lines)} for number, lines in enumerate(rows, 1)]
    starts = range(0, len(entries), PERSONS_A_PAGE)
    return {
        "title": TITLE,
        "heading": "住　民　票　の　写　し",
        "subheading": "（広域交付）",
        "widths": list(COLUMNS),
        "row_height": _row_height([rows[at : at + PERSONS_A_PAGE] for at in starts]),
        "head": setter.rows(_head(document, requested, one_address=one_address)),
        "pages": [entries[at : at + PERSONS_A_PAGE] for at in starts],
        "ends": "（以下余白）",
        "goes_on": "（次のページに続く）",
        "remark": setter.runs(_remark(document, requested), "remark"),
        "certification": setter.runs(closing_sentence(document.home_mayor), "home_mayor"),
        "issued_on": setter.runs(japanese_era(document.issued_on), "issued_on"),
        "issuer_title": setter.runs(document.issuer.title, "issuer.title"),
        "issuer_name": setter.runs(document.issuer.name, "issuer.name"),
        "issue_number": setter.runs(f"発行番号　{document.issue_number}", "issue_number"),
        "specimen": SPECIMEN if document.specimen else "",
    }


def closing_sentence(home_mayor: str) -> str:
    """What the end must say: who notified the data, and that the copy rests on them (Ord. 15-4(2))."""
    return (
        f"この写しは、住所地市町村長である{home_mayor}から、請求に係る住民票に記載されている事項が"
        "住民基本台帳法第12条の4第3項の規定により通知され、その通知に基づいて作成したものである。"
    )


def _head(document: CopyDocument, requested: frozenset[OnRequest], *, one_address: bool) -> list[Row]:
    first = document.persons[0]
    address = first.address.full if one_address else "各人の欄に記載"
    householder = OMITTED
    if OnRequest.HOUSEHOLD_ITEMS in requested:
        householder = first.household.householder if first.household else NOTHING
    return [
        Row((label("住所", span=2), value(address, "persons[0].address", span=5, size=11)), weight=1.2),
        Row(
            (label("世帯主", span=2), value(householder, "persons[0].household.householder", span=5, size=11))
        ),
    ]


def _remark(document: CopyDocument, requested: frozenset[OnRequest]) -> str:
    """Why boxes are empty: not asked for, not recorded, or never on such a copy."""
    kinds = {kind_of(person) for person in document.persons}
    left_out = f"「{OMITTED}」は、特別の請求がないため記載を省略したものです。"
    never = "本籍、筆頭者の氏名その他の" if RecordKind.JAPANESE in kinds else ""
    return (
        "備考　"
        f"{left_out if any(omitted_items(kind, requested) for kind in kinds) else ''}"
        f"「{NOTHING}」は、その事項の記載がないことを示します。"
        f"{never}住民基本台帳法第12条の4第1項に掲げる事項は、同項の規定により記載を省略しています。"
    )


def _row_height(pages: list[list[list[Row]]]) -> float:
    """The height of an ordinary row with which the fullest page still holds its persons, in millimetres."""
    fullest = max(sum(row.weight for rows in page for row in rows) for page in pages)
    most = max(len(page) for page in pages)
    return min(_TALLEST, (_ROOM - _GAP * most) / fullest)
