"""The rows in the lines of a batch's file, in each of its formats, and what is told of a line that is none."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from jukinet.domain import csv_rows
from jukinet.domain.csv_rows import CsvRow
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import strict_json
from jukinet.services.supply.batch_files import blocks_of
from jukinet.services.supply.batch_keys import Cells

MOST_FAULTS = 100
"""Faults that are told of one file; it has more, if so many are told."""
_LONGEST_PLAIN = 4096


class UnreadError(Exception):
    """What follows is not read: so many faults were found that nobody needs more, or it cannot be told from others."""


class Faults:
    """What is wrong with which lines, counted from 1; not more of it than is told."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def __call__(self, line: int, problem: str) -> None:
        self.found.append((line, problem))
        if len(self.found) >= MOST_FAULTS:
            raise UnreadError


ReadRows = Callable[[Iterator[bytes], Faults], Iterator[Cells]]
"""The rows of lines, or of blocks of them; what is none is told."""


def of_csv(header: Sequence[str], lines: Iterator[bytes], fault: Faults) -> Iterator[Cells]:
    """The rows of CSV behind its header."""
    rows: Iterable[CsvRow] = csv_rows.read_rows(lines)
    width, before_any = len(header), True
    for row in rows:
        if row.problem:
            fault(row.line, row.problem)
        elif before_any and tuple(row.cells) != tuple(header):
            fault(row.line, f"must be the header: {','.join(header)}")
        elif len(row.cells) != width:
            fault(row.line, f"must have {width} columns, and has {len(row.cells)}")
        elif not before_any:
            yield row.cells
        before_any = False
    if before_any:
        fault(1, f"must be the header: {','.join(header)}")


def is_plain(place: Path, header: Sequence[str]) -> bool:
    """Whether a file is the same cells to whatever reads it: nothing quoted, no empty line, no end but LF."""
    utf8 = getincrementaldecoder("utf-8")()
    with place.open("rb") as file:
        if file.readline(_LONGEST_PLAIN) != (",".join(header) + "\n").encode():
            return False
        last = b"\n"
        for block in blocks_of(file):
            try:
                utf8.decode(block)
            except UnicodeDecodeError:
                return False
            foreign = any(mark in block for mark in b'"\r\0')
            if foreign or b"\n\n" in last + block or max(map(len, block.split(b"\n"))) > _LONGEST_PLAIN:
                return False
            last = block[-1:]
    return not utf8.getstate()[0]


def of_plain(width: int, blocks: Iterator[bytes], fault: Faults, *, first: int) -> Iterator[Cells]:
    """The rows of such a file from blocks of its lines, ten times faster than a reader of CSV."""
    number = first
    for block in blocks:
        for line in block.decode().removesuffix("\n").split("\n"):
            cells = line.split(",")
            if len(cells) == width:
                yield cells
            else:
                fault(number, f"must have {width} columns, and has {len(cells)}")
            number += 1


def of_ndjson(header: Sequence[str], lines: Iterator[bytes], fault: Faults) -> Iterator[Cells]:
    """The rows of NDJSON, an object a line."""
    names = frozenset(header)
    for number, line in enumerate(lines, start=1):
        try:
            cells = strict_json.parse(line, limit=csv_rows.LONGEST_LINE)
        except JukinetError as error:
            fault(number, "; ".join(one.problem for one in error.faults) or "must be one JSON object")
            if error.kind is ErrorKind.TOO_LARGE:
                # Of a line longer than any record the rest cannot be told from a next one.
                raise UnreadError from None
            continue
        if cells.keys() != names or not all(isinstance(cell, str) for cell in cells.values()):
            fault(number, f"must be an object of the texts {', '.join(header)}")
            continue
        yield [cells[name] for name in header]
