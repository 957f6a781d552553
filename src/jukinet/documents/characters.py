"""What a character is: code points, its variants, and which face prints it as which glyph (specification 2.2.3).

Owns the look-up, also by a code where a character is hard to type (2.1.3), and a sheet that shows characters large.
Nobody is looked up, so that it needs no register.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from fontTools.ttLib import TTFont

from jukinet.documents.boxes import NOTHING, Setter
from jukinet.documents.fonts import Face, FontSet
from jukinet.documents.glyphs import Typecase, clusters, is_selector
from jukinet.documents.typesetting import typeset
from jukinet.domain import characters

LONGEST = 100
"""Characters in one look-up."""

_MADE_ON = date(2013, 7, 8)
"""The day in every sheet's own description: the same characters give the same bytes."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """What prints a character: the face, and the glyph's own name there; IPAmj Mincho's are MJ numbers (mj…)."""

    family: str
    name: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One character with the selector that follows it. ``variants``: what a comparison takes for the same."""

    text: str
    code_points: tuple[str, ...]
    names: tuple[str, ...]
    variants: tuple[str, ...]
    glyphs: tuple[Glyph, ...]


_POINTS = re.compile(r"U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*", re.IGNORECASE | re.ASCII)
_MJ = re.compile(r"MJ[0-9]{6}", re.IGNORECASE | re.ASCII)


def by_code(typed: str, fonts: FontSet) -> str:
    """The character of its code points (U+9089 U+E0110) or of its MJ number, where that is typed; else what is typed.

    ``ValueError`` for code points that are none, and for an MJ number that no face has.
    """
    code = typed.strip()
    if _POINTS.fullmatch(code):
        try:
            text = "".join(chr(int(point.upper().removeprefix("U+"), base=16)) for point in code.split())
            text.encode()
        except (ValueError, OverflowError):
            raise ValueError("must be code points of characters, such as U+9089 U+E0110") from None
        return text
    if not _MJ.fullmatch(code):
        return typed
    for face in fonts.faces:
        plain, sequences = _maps(face)
        drawn = {glyph: chr(point) for point, glyph in plain.items()}
        drawn |= {glyph: chr(base) + chr(selector) for (base, selector), glyph in sequences.items() if glyph}
        if code.lower() in drawn:
            return drawn[code.lower()]
    raise ValueError("must be an MJ number that IPAmj Mincho has; it may be missing here")


def explain(text: str, fonts: FontSet) -> tuple[Explained, ...]:
    """Each character of a text, as it was typed."""
    pieces = [piece for piece in clusters(text) if not piece.isspace()]
    by_face = [_glyphs(face, pieces) for face in fonts.faces]
    return tuple(
        Explained(
            text=piece,
            code_points=tuple(f"U+{ord(one):04X}" for one in piece),
            names=tuple(unicodedata.name(one, "no name") for one in piece),
            variants=characters.alike(piece),
            glyphs=tuple(found[piece] for found in by_face if piece in found),
        )
        for piece in pieces
    )


def _glyphs(face: Face, pieces: Iterable[str]) -> dict[str, Glyph]:
    """The glyphs of one face for those of the pieces that it prints whole."""
    plain, sequences = _maps(face)
    found = {}
    for piece in pieces:
        base = ord(piece[0])
        if len(piece) == 1:
            name = plain.get(base)
        elif len(piece) == 2 and is_selector(piece[1]) and (base, ord(piece[1])) in sequences:
            name = sequences[base, ord(piece[1])] or plain.get(base)
        else:
            name = None
        if name is not None:
            found[piece] = Glyph(face.family, name)
    return found


def _maps(face: Face) -> tuple[dict[int, str], dict[tuple[int, int], str | None]]:
    """Which glyph draws which character, and which sequence; None there: it is drawn as its base character."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        sequences = {
            (base, selector): glyph
            for table in font["cmap"].tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for base, glyph in entries
        }
        return font.getBestCmap(), sequences


def render_sheet(found: Sequence[Explained], fonts: FontSet) -> bytes:
    """The characters as large as a page lets them be, as a PDF; INVALID for one that no font has."""
    typecase = Typecase(fonts)
    setter = Setter(typecase)

    shown = [
        {
            "large": setter.runs(one.text, f"characters[{index}]"),
            "points": " ".join(one.code_points),
            "variants": setter.runs(" ".join(filter(typecase.has, one.variants)) or NOTHING, "variants"),
        }
        for index, one in enumerate(found)
    ]
    data = {"title": "文字", "characters": shown, "faces": [face.family for face in fonts.faces]}
    setter.close()
    return typeset("characters", data, fonts, _MADE_ON)
