"""The part of the register about town areas, for whoever may browse it (住民基本台帳の一部の写し), as a PDF.

Owns what stands on its pages: name with a nickname, date of birth, sex, address. It has no place for anything else of
a person. No ordinance gives it a form, so the layout is ours (``templates/area_list.typ``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import NOTHING, Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.household_form import SPECIMEN
from jukinet.documents.person_rows import SEXES
from jukinet.documents.typesetting import pages_of, typeset
from jukinet.domain.dates import PartialDate
from jukinet.domain.eras import japanese_era
from jukinet.domain.japanese_dates import era_text
from jukinet.domain.persons import Private, Sex

TITLE = "住民基本台帳の一部の写し（閲覧用）"

_HEADS = ("氏名（通称）", "生年月日", "性別", "住所")
_NOBODY = "この区域に記載する者はありません。"
_NOTE = "閲覧により知り得た事項は、利用の目的以外の目的のために利用し、又は他の者に提供してはなりません。"


@dataclass(frozen=True, slots=True, repr=False)
class ListRow(Private):
    """One person. The date of birth is written in eras for everybody: how it is written tells nothing else."""

    name: str
    nickname: str | None
    birth_date: PartialDate
    sex: Sex
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class AreaListDocument(Private):
    """A list. ``issuer``: the mayor's title; ``reference``: the number of the list."""

    area: str
    made_on: date
    reference: str
    issuer: str
    rows: Sequence[ListRow]
    specimen: bool = False


class AreaListPrinter:
    """Prints lists with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, document: AreaListDocument) -> bool:
        """Whether the fonts have every character; sets nothing."""
        setter = Setter(self._typecase)
        _data(document, setter)
        return not setter.faults

    def pages(self, document: AreaListDocument) -> int:
        """How many pages the list takes, as it is set."""
        data = _data(document, Setter(self._typecase)) | {
            "faces": [face.family for face in self._fonts.faces]
        }
        return pages_of("area_list", data, self._fonts)

    def render(self, document: AreaListDocument) -> bytes:
        """The list as PDF/A-2a; the same list gives the same bytes."""
        setter = Setter(self._typecase)
        data = _data(document, setter) | {"faces": [face.family for face in self._fonts.faces]}
        setter.close()
        return typeset("area_list", data, self._fonts, document.made_on)


def _data(document: AreaListDocument, setter: Setter) -> dict[str, Any]:
    return {
        "title": TITLE,
        "area": setter.runs(document.area, "area"),
        "made_on": setter.runs(japanese_era(document.made_on), "made_on"),
        "issuer": setter.runs(document.issuer, "issuer"),
        "note": setter.runs(_NOTE, "note"),
        "nobody": setter.runs(_NOBODY, "nobody"),
        "reference": setter.runs(document.reference, "reference"),
        "heads": _HEADS,
        "rows": [_row(row, f"rows[{index}]", setter) for index, row in enumerate(document.rows)],
        "specimen": SPECIMEN * document.specimen,
    }


def _row(row: ListRow, at: str, setter: Setter) -> list[list[Any]]:
    names = [row.name, *([f"（{row.nickname}）"] if row.nickname else [])]
    cells = [names, [era_text(row.birth_date)], [SEXES[row.sex] or NOTHING], [row.address]]
    return [[setter.runs(line, at) for line in lines] for lines in cells]
