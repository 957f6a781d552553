"""The household form (世帯連記式): what every paper of that form shares, and how it is printed.

Owns how persons fall on pages, and the plain data that ``templates/household_form.typ`` draws. What a paper says is in
the module of that paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from jukinet.documents.boxes import Row, Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.person_rows import COLUMNS
from jukinet.documents.too_long import TooLong
from jukinet.documents.typesetting import typeset_as_far
from jukinet.domain.dates import japanese_era
from jukinet.domain.errors import Fault, invalid

D = TypeVar("D")

PERSONS_A_PAGE = 4
SPECIMEN = "見本・架空の人物"

_GAP = 2.0
"""Millimetres between two persons."""
_TALLEST = 8.2
"""The height of an ordinary row in millimetres where there is room; fuller pages have lower ones."""


@dataclass(frozen=True, slots=True, repr=False)
class Certifier:
    """Who certifies the paper: title with the prefecture (福島県福島市長), and name (spec 5.6).

    ``seal``: the image that is printed beside it, a PNG (``jukinet.documents.seals``), with ``words`` under it; or they
    stand alone. ``unsealed``: its place is left free of a seal, and of the words that there is none.
    """

    title: str
    name: str
    seal: bytes | None = None
    words: str = ""
    unsealed: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """All that stands on one paper. ``room``: the millimetres of a page that the persons' boxes may fill.

    ``mark`` stands in a frame at the head, as that the paper is for official use. ``specimen`` marks every page as one
    of people who do not exist. ``numbers``: which person each of ``persons`` is, where one takes more than one place.
    ``issue_numbers``: one for each print.
    """

    title: str
    heading: str
    subheading: str
    head: Sequence[Row]
    persons: Sequence[Sequence[Row]]
    remark: str
    certification: str
    issuer: Certifier
    issued_on: date
    issue_numbers: Sequence[str]
    specimen: bool
    mark: str = ""
    numbers: Sequence[int] = ()
    a_page: int = PERSONS_A_PAGE
    room: float = 183.0


@dataclass(frozen=True, slots=True, repr=False)
class Sheets:
    """A paper that was set, and each text that did not fit, whole, by its field (文字超過リスト)."""

    pdf: bytes
    too_long: tuple[tuple[str, str], ...] = ()


class FormPrinter(Generic[D]):
    """Prints one kind of paper with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet, form_of: Callable[[D], Form]) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)
        self._form_of = form_of

    def pages(self, document: D) -> int:
        """How many pages it takes, all prints together; 0 where the fonts lack a character of it. Sets nothing."""
        setter = Setter(self._typecase)
        data = data_of(self._form_of(document), setter)
        return 0 if setter.faults else len(data["pages"]) * len(data["issue_numbers"])

    def render(self, document: D) -> bytes:
        """The paper as PDF/A-2a; the same document gives the same bytes.

        Raises ``JukinetError``: CONFIGURATION where the fonts lack a character (code points only), INVALID
        where there is nobody to show or a text is too long for its box. Never a paper with a gap.
        """
        return self.render_as_far(document, TooLong.STOP).pdf

    def render_as_far(self, document: D, too_long: TooLong) -> Sheets:
        """The same, where it is said what becomes of a text that does not fit its box."""
        form = self._form_of(document)
        setter = Setter(self._typecase)
        data = data_of(form, setter)
        setter.close()
        data["faces"] = [face.family for face in self._fonts.faces]
        printed = typeset_as_far("household_form", data, self._fonts, form.issued_on, too_long)
        return Sheets(printed.pdf, tuple((field, setter.text_of(field)) for field in printed.too_long))


def require_persons(persons: Sequence[object]) -> None:
    """INVALID where a paper would show nobody."""
    if not persons:
        raise invalid(Fault("persons", "must not be empty"))


def data_of(form: Form, setter: Setter) -> dict[str, Any]:
    """Everything the template draws but the names of its faces, as plain data."""
    numbers = form.numbers or range(1, len(form.persons) + 1)
    entries = [
        {"number": str(number), "rows": setter.rows(lines)}
        for number, lines in zip(numbers, form.persons, strict=True)
    ]
    starts = range(0, len(entries), form.a_page)
    return {
        "title": form.title,
        "heading": form.heading,
        "subheading": form.subheading,
        "mark": form.mark,
        "widths": list(COLUMNS),
        "row_height": _row_height([form.persons[at : at + form.a_page] for at in starts], form.room),
        "head": setter.rows(form.head),
        "pages": [entries[at : at + form.a_page] for at in starts],
        "ends": "（以下余白）",
        "goes_on": "（次のページに続く）",
        "remark": setter.runs(form.remark, "remark"),
        "certification": setter.runs(form.certification, "certification"),
        "issued_on": setter.runs(japanese_era(form.issued_on), "issued_on"),
        "issuer_title": setter.runs(form.issuer.title, "issuer.title"),
        "issuer_name": setter.runs(form.issuer.name, "issuer.name"),
        "seal": list(form.issuer.seal or b""),
        "seal_words": setter.runs(form.issuer.words, "issuer.words"),
        "unsealed": form.issuer.unsealed,
        "issue_numbers": [setter.runs(f"発行番号　{one}", "issue_number") for one in form.issue_numbers],
        "specimen": SPECIMEN if form.specimen else "",
    }


def _row_height(pages: Sequence[Sequence[Sequence[Row]]], room: float) -> float:
    """The height of an ordinary row with which the fullest page still holds its persons, in millimetres."""
    fullest = max(sum(row.weight for rows in page for row in rows) for page in pages)
    most = max(len(page) for page in pages)
    return min(_TALLEST, (room - _GAP * most) / fullest)
