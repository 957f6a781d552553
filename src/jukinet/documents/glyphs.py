"""Which face prints which character: decided and checked before anything is typeset.

typst fails silently in two ways that a register cannot bear: a character that no face has leaves a gap,
and a variation sequence that the face lacks is drawn as its base character, which is another person's
name. So every text is cut here into runs, each of one face that is known to have all of it, and a text
that cannot be printed whole is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from fontTools.ttLib import TTFont

from jukinet.documents.fonts import Face, FontSet

_SPACES = frozenset(" \u00a0\u3000")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one face can print: code points, and variation sequences (cmap format 14) as (base, selector)."""

    family: str
    characters: frozenset[int]
    sequences: frozenset[tuple[int, int]]

    def covers(self, cluster: str) -> bool:
        """Whether the face has the whole cluster: base, marks, and the exact variation sequence."""
        plain = [ord(character) for character in cluster if not is_selector(character)]
        selectors = [ord(character) for character in cluster if is_selector(character)]
        if not selectors:
            return self.characters.issuperset(plain)
        # A selector belongs to the character right before it; more than one, or one that leads or
        # follows a mark, is no sequence that a font could have.
        return len(plain) == 1 and len(selectors) == 1 and (plain[0], selectors[0]) in self.sequences


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one family."""

    family: str
    text: str


def is_selector(character: str) -> bool:
    """Whether it is a variation selector (VS1-16, or VS17-256 as in ideographic variation sequences)."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def read_coverage(face: Face) -> Coverage:
    """Read the character map of a font file."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        tables = font["cmap"].tables
        sequences = frozenset(
            (base, selector)
            for table in tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for base, _glyph in entries
        )
        return Coverage(face.family, frozenset(font.getBestCmap()), sequences)


class Typecase:
    """The faces of a font set with what they can print (活字): cuts texts into runs."""

    def __init__(self, fonts: FontSet) -> None:
        self._for_names = tuple(read_coverage(face) for face in fonts.faces)
        self._for_latin = tuple(reversed(self._for_names))

    def runs(self, text: str) -> tuple[Run, ...]:
        """Cut a text into runs; ``ValueError`` naming the code points that cannot be printed, and no more."""
        chosen = [(coverage.family if coverage else None, piece) for piece, coverage in self._choose(text)]
        missing = dict.fromkeys(_name(piece) for family, piece in chosen if family is None)
        if missing:
            raise ValueError(f"cannot be printed: no font has {', '.join(missing)}")
        return tuple(
            Run(family, "".join(piece for _, piece in group))
            for family, group in groupby(_join_spaces(chosen), key=lambda pair: pair[0])
        )

    def has(self, text: str) -> bool:
        """Whether a text can be printed whole."""
        return all(coverage for _, coverage in self._choose(text))

    def _choose(self, text: str) -> Iterator[tuple[str, Coverage | None]]:
        """Each piece of the text with the face that prints it: a Latin word whole, the rest by cluster."""
        for latin, group in groupby(clusters(text), key=_is_latin):
            word = list(group)
            order = self._for_latin if latin else self._for_names
            whole = _first(order, word) if latin else None
            if whole:
                yield "".join(word), whole
                continue
            for cluster in word:
                yield cluster, None if _is_hidden(cluster) else _first(order, [cluster])


def _first(order: Sequence[Coverage], pieces: Sequence[str]) -> Coverage | None:
    return next((coverage for coverage in order if all(map(coverage.covers, pieces))), None)


def _join_spaces(chosen: Sequence[tuple[str | None, str]]) -> Iterator[tuple[str, str]]:
    """Give a space the face of what stands before it, so that it does not cut a run in two."""
    before = next((family for family, piece in chosen if piece not in _SPACES), None)
    for family, piece in chosen:
        before = before if before and piece in _SPACES else family
        yield before or "", piece


def clusters(text: str) -> Iterator[str]:
    """The text in pieces of one character with the marks and selectors that follow it."""
    piece = ""
    for character in text:
        if piece and unicodedata.category(character)[0] == "M":
            piece += character
            continue
        if piece:
            yield piece
        piece = character
    if piece:
        yield piece


def _is_latin(cluster: str) -> bool:
    """Latin letters, digits and ASCII signs; a space is none, so it ends a word."""
    base = ord(cluster[0])
    return 0x20 < base < 0x250 or 0x1E00 <= base <= 0x1EFF


def _is_hidden(cluster: str) -> bool:
    """Controls, direction marks, private and unassigned characters: nothing a certificate may hide."""
    return any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} for character in cluster
    )


def _name(piece: str) -> str:
    """The code points of a cluster, such as ``U+845B U+E0101``."""
    return " ".join(f"U+{ord(character):04X}" for character in piece)
