"""What a character is: code points, its variants, and which face prints it as which glyph (specification 2.2.3).

Owns the look-up. Nobody is looked up, so that it needs no register; to see a character large is for a page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from fontTools.ttLib import TTFont

from jukinet.documents.fonts import Face, FontSet
from jukinet.documents.glyphs import clusters, is_selector
from jukinet.domain import characters

LONGEST = 100
"""Characters in one look-up."""


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
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        plain = font.getBestCmap()
        sequences = {
            (base, selector): glyph
            for table in font["cmap"].tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for base, glyph in entries
        }
    found = {}
    for piece in pieces:
        base = ord(piece[0])
        if len(piece) == 1:
            name = plain.get(base)
        elif len(piece) == 2 and is_selector(piece[1]) and (base, ord(piece[1])) in sequences:
            # None there: the sequence is drawn as its base character.
            name = sequences[base, ord(piece[1])] or plain.get(base)
        else:
            name = None
        if name is not None:
            found[piece] = Glyph(face.family, name)
    return found
