"""The nationwide copy of a resident record (住民票の写し（広域交付）) as a PDF, household form (世帯連記式).

Owns the words of the form around the persons: heading, and the closing sentence of Ord. Art. 15-4(2). A person's rows
are in ``jukinet.documents.person_rows``, how they fall on pages in ``household_form``, what may be shown at all in
``jukinet.law.copies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.documents.boxes import NOTHING, OMITTED, Row, label, value
from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier, Form, FormPrinter, require_persons
from jukinet.documents.person_rows import kind_of, person_rows
from jukinet.domain.items import RecordKind
from jukinet.law.copies import OnRequest, omitted_items, visible_items
from jukinet.messages.copies import CopyPerson, WantedItem

TITLE = "住民票の写し（広域交付）"


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


class CopyPrinter(FormPrinter[CopyDocument]):
    """Prints nationwide copies."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__(fonts, form_of)


def render_copy(document: CopyDocument, fonts: FontSet) -> bytes:
    """Print one copy; who prints many keeps a ``CopyPrinter``."""
    return CopyPrinter(fonts).render(document)


def form_of(document: CopyDocument) -> Form:
    """The copy as a form."""
    require_persons(document.persons)
    requested = frozenset(OnRequest(item.value) for item in document.wanted)
    one_address = len({person.address for person in document.persons}) == 1
    return Form(
        title=TITLE,
        heading="住　民　票　の　写　し",
        subheading="（広域交付）",
        head=_head(document, requested, one_address=one_address),
        persons=[
            person_rows(
                person,
                visible_items(kind_of(person), requested),
                f"persons[{index}]",
                document.issued_on,
                own_address=not one_address,
            )
            for index, person in enumerate(document.persons)
        ],
        remark=_remark(document, requested),
        certification=closing_sentence(document.home_mayor),
        issuer=document.issuer,
        issued_on=document.issued_on,
        issue_numbers=(document.issue_number,),
        specimen=document.specimen,
    )


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
    return head_rows(address, householder)


def head_rows(address: str, householder: str) -> list[Row]:
    """Address and householder, above the persons."""
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
