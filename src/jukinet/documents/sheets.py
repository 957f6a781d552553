"""A list on paper, as a PDF: a table of its columns, or labels for letters (宛名シール), twelve a page.

Owns how it looks (``templates/sheet.typ``), which no ordinance says. Which list, and whether its reader may have it, is
in ``jukinet.services.sheets``.
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
from jukinet.domain.eras import japanese_era
from jukinet.domain.persons import Private

TITLES = {True: "宛名", False: "一覧表"}
_NOBODY = "該当する者はありません。"


@dataclass(frozen=True, slots=True, repr=False)
class LabelText(Private):
    """What stands on one label; ``address`` by lines."""

    name: str
    postcode: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class SheetDocument(Private):
    """A table, or where there are any, labels in its place."""

    made_on: date
    issuer: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    labels: Sequence[LabelText] = ()
    specimen: bool = False


class SheetPrinter:
    """Prints lists with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, document: SheetDocument) -> bool:
        """Whether the fonts have every character; sets nothing."""
        setter = Setter(self._typecase)
        _data(document, setter)
        return not setter.faults

    def render(self, document: SheetDocument) -> bytes:
        """The list as PDF/A-2a; the same list gives the same bytes."""
        setter = Setter(self._typecase)
        data = _data(document, setter) | {"faces": [face.family for face in self._fonts.faces]}
        setter.close()
        return typeset("sheet", data, self._fonts, document.made_on)


def _data(document: SheetDocument, setter: Setter) -> dict[str, Any]:
    return {
        "title": TITLES[bool(document.labels)],
        "made_on": setter.runs(japanese_era(document.made_on), "made_on"),
        "issuer": setter.runs(document.issuer, "issuer"),
        "nobody": setter.runs(_NOBODY, "nobody"),
        "heads": [setter.runs(head, "heads") for head in document.heads],
        "rows": [
            [setter.runs(cell, f"rows[{at}]") for cell in row] for at, row in enumerate(document.rows, 1)
        ],
        "labels": [_label(one, f"rows[{at}]", setter) for at, one in enumerate(document.labels, 1)],
        "specimen": SPECIMEN * document.specimen,
    }


def _label(one: LabelText, field: str, setter: Setter) -> dict[str, Any]:
    return {
        "field": field,
        "postcode": setter.runs(f"〒{one.postcode[:3]}-{one.postcode[3:]}" if one.postcode else "", field),
        "address": [setter.runs(line, f"{field}.address") for line in one.address],
        "name": setter.runs(f"{one.name}　様", f"{field}.name"),
    }
