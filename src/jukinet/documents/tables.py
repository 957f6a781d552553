"""Lists of the office (一覧表) as PDF: what was sent, what came, what could not be taken in.

Owns the form alone, which no ordinance gives; what stands in a list is its caller's. It names no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.household_form import SPECIMEN
from jukinet.documents.typesetting import typeset
from jukinet.domain.dates import japanese_era

_NOTHING = "該当するものはありません。"


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A list. ``issuer``: the municipality, of a designated city the ward."""

    title: str
    made_on: date
    issuer: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    specimen: bool = False


class TablePrinter:
    """Prints lists with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def render(self, document: TableDocument) -> bytes:
        """The list as PDF/A-2a; the same list gives the same bytes."""
        setter = Setter(self._typecase)
        data: dict[str, Any] = {
            "title": document.title,
            "heading": setter.runs(document.title, "title"),
            "made_on": setter.runs(japanese_era(document.made_on), "made_on"),
            "issuer": setter.runs(document.issuer, "issuer"),
            "nothing": setter.runs(_NOTHING, "nothing"),
            "heads": [setter.runs(head, "head") for head in document.heads],
            "rows": [
                [setter.runs(text, f"rows[{number}]") for text in row]
                for number, row in enumerate(document.rows)
            ],
            "specimen": SPECIMEN * document.specimen,
            "faces": [face.family for face in self._fonts.faces],
        }
        setter.close()
        return typeset("table", data, self._fonts, document.made_on)
