"""Which characters a match takes for the same: variant forms of one character (異体字).

Owns the folding of single characters by the generated table. The table is made by the build step in
``setup.py``; what names and addresses do with it is in ``jukinet.domain.matching``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jukinet.domain.errors import ErrorKind, JukinetError

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@cache
def _table() -> tuple[dict[int, str], str]:
    try:
        raw = files("jukinet.domain").joinpath("characters.txt").read_bytes()
    except FileNotFoundError:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The character table is missing; install the package again with: pip install .",
        ) from None
    return read_table(raw.decode()), hashlib.sha256(raw).hexdigest()[:16]


def read_table(text: str) -> dict[int, str]:
    """Character to representative, from lines that hold a representative and the others."""
    groups = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {ord(character): group[0] for group in groups for character in group[1:]}


def table_id() -> str:
    """Sixteen hex digits that change when the table does; stored keys are then to be made anew."""
    return _table()[1]


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code_point, representative in _table()[0].items():
        found.setdefault(representative, []).append(chr(code_point))
    return {first: tuple(sorted((first, *others))) for first, others in found.items()}


def alike(character: str) -> tuple[str, ...]:
    """The variants that a match takes for the same character, itself among them; none where there are no others."""
    return _alike().get(fold(character), ())


def folding() -> Mapping[int, str]:
    """Each variant character, and what ``fold`` makes of it."""
    return _table()[0]


def fold(text: str) -> str:
    """The text with compatibility forms, variation selectors and variant characters folded.

    For keys only: what is stored and shown is the text as entered.
    """
    return _SELECTORS.sub("", unicodedata.normalize("NFKC", text)).translate(_folds())


@cache
def _folds() -> dict[int, int | str]:
    """The table, and every other kanji and kana as itself: to look for one in vain takes ten times as long."""
    same: dict[int, int | str] = {point: point for point in range(0x3000, 0xA000)}
    return same | _table()[0]
