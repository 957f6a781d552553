"""The keys of a file's rows: what is looked up for each, and in how many rows one person can stand.

A row that asks for nobody who could exist has no key, and says which columns of it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

from jukinet.domain import matching
from jukinet.domain.batches import ITEM_COLUMNS
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.persons import Sex
from jukinet.domain.reading import MAX_TEXT, clean_text
from jukinet.law.catalogue import QueryKind

MOST_ROWS = 200_000_000
"""Rows of one file: more than the country has people."""

Cells = Sequence[str]
_MOST_PLACES, _FULL = 24, 255
_NOBODY = ord("\\")
"""With what the key of an unreadable row begins."""
_SEXES = frozenset(Sex)


class Repeats:
    """In how many rows a key stands at most: counted at the places of their checksums, so never told to be fewer.

    There are as many places as rows, up to sixteen million: off by a few, in a space that does not grow with the file.
    """

    def __init__(self, rows: int) -> None:
        self.counts = bytearray(1 << min(rows.bit_length(), _MOST_PLACES))

    def add(self, keys: Iterable[bytes]) -> None:
        counts, last = self.counts, len(self.counts) - 1
        for key in keys:
            if key[0] != _NOBODY:
                try:
                    counts[crc32(key) & last] += 1
                except ValueError:
                    continue  # That place is full.


def most_of(counts: Sequence[bytearray]) -> int:
    """In how many rows of a whole file one key stands at most, by the counts of its pieces."""
    most = max(counts[0]) if len(counts) == 1 else max(map(sum, zip(*counts, strict=True)))
    return max(most, 1) if most < _FULL else MOST_ROWS


def _code_key(cells: Cells) -> bytes:
    try:
        return ResidentRecordCode.check(cells[0]).encode() + b"\t\\N\n"
    except ValueError:
        return b"\\N\tcode\n"


def _item_key(cells: Cells) -> bytes:
    """The keys of four items, or the names of the columns that cannot be read. As a single request is read."""
    born, sex = _date(cells[2]), cells[3]
    name, address = _clean(cells[0]), _clean(cells[1])
    if name and address and born and sex in _SEXES:
        try:
            name_key, address_key = matching.item_keys(name, address)
        except ValueError:
            name = None  # It holds no letter by which anybody could be found.
        else:
            return f"{born}\t{name_key}\t{address_key}\t{sex}\t\\N\n".encode()
    read = (name, address, born, sex in _SEXES)
    wrong = " ".join(column for column, good in zip(ITEM_COLUMNS, read, strict=True) if not good)
    return f"\\N\t\\N\t\\N\t\\N\t{wrong}\n".encode()


KEY_OF = {QueryKind.CODE: _code_key, QueryKind.FOUR_ITEMS: _item_key}
"""By what is asked: the line that is kept of a row."""


def _clean(text: str) -> str | None:
    try:
        cleaned = clean_text(text)
    except ValueError:
        return None
    return cleaned if len(text) <= MAX_TEXT and not cleaned.isspace() else None


@lru_cache(maxsize=50_000)
def _date(text: str) -> str | None:
    """A date in its one spelling. There are not many more days on which anybody was born."""
    try:
        return str(PartialDate.parse(text))
    except ValueError:
        return None
