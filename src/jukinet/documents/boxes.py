"""The boxes of a form: labels and values in rows, and their texts cut into printable runs.

Owns the plain shape that templates draw. A row is as wide as the form; ``span`` counts its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jukinet.documents.glyphs import Typecase
from jukinet.domain.errors import ErrorKind, Fault, JukinetError

OMITTED = "（省略）"
"""In a box whose item was left out because nobody asked for it."""

NOTHING = "―"
"""In a box whose item is not recorded; a blank could be filled in by hand."""


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """One box: ``size`` in points is the largest type; ``field`` names it in errors."""

    text: str
    field: str
    span: int = 1
    size: float = 9.5
    label: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """Boxes side by side; ``weight`` is the height in units of an ordinary row."""

    boxes: tuple[Box, ...]
    weight: float = 1.0


def label(text: str, *, span: int = 1) -> Box:
    """The name of an item; a newline breaks the line."""
    return Box(text, "label", span, size=7.5, label=True)


def value(text: str | None, field: str, *, span: int = 1, size: float = 9.5) -> Box:
    """The value of an item, or the sign that there is none."""
    return Box(text or NOTHING, field, span, size)


class Setter:
    """Cuts the texts of one document into runs (文選), and holds every text that cannot be printed."""

    def __init__(self, typecase: Typecase) -> None:
        self._typecase = typecase
        self._faults: list[Fault] = []
        self._texts: dict[str, str] = {}

    def runs(self, text: str, field: str) -> list[tuple[str, str]]:
        """The runs of a text as (family, text); a text that cannot be printed is noted, see ``close``."""
        self._texts[field] = text
        try:
            return [(run.family, run.text) for run in self._typecase.runs(text)]
        except ValueError as error:
            self._faults.append(Fault(field, str(error)))
            return []

    def rows(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Rows as the templates read them."""
        return [{"weight": row.weight, "boxes": [self._box(box) for box in row.boxes]} for row in rows]

    def _box(self, box: Box) -> dict[str, Any]:
        lines = box.text.split("\n") if box.label else [box.text]
        return {
            "label": box.label,
            "lines": [self.runs(line, box.field) for line in lines],
            "span": box.span,
            "size": box.size,
            "field": box.field,
        }

    def text_of(self, field: str) -> str:
        """What was to stand in a field."""
        return self._texts.get(field, "")

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What cannot be printed so far."""
        return tuple(self._faults)

    def close(self) -> None:
        """Raise every text that cannot be printed as one error: fields and code points, never the text."""
        if self._faults:
            raise JukinetError(
                ErrorKind.CONFIGURATION,
                "The document holds characters that the installed fonts cannot print; nothing was issued. "
                "Install a font that has them.",
                tuple(self._faults),
            )
