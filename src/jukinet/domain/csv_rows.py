"""Comma-separated rows (RFC 4180) in UTF-8, read strictly, each with its line in the file; and written.

Owns what counts as a row at all. Python's own reader takes more than the RFC has: a quote in the middle of a field, a
file that ends within one. Two programs would read such a file differently, so all of it is refused here, with the line.
What the fields mean is read elsewhere (``jukinet.services.register_columns``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from jukinet.domain.persons import Private

LONGEST_LINE = 2**20
"""Bytes of one line; no record comes near it, and more is not held in memory."""

NOT_UTF8 = "is not UTF-8. Save the file in that encoding; Shift_JIS and others are not read"
HOLDS_NUL = "holds a NUL"
STRAY_QUOTE = "has a quotation mark in a field that is not quoted, or text after a quoted one"
STRAY_RETURN = "has a carriage return by itself; lines end with CR LF or LF"
CUT_OFF = "begins a quoted field that does not end; what follows could not be read"
TOO_LONG = "is longer than any record; what follows could not be read"

_BOM = b"\xef\xbb\xbf"
_FIELD = r'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
_ROW = re.compile(rf"{_FIELD}(?:,{_FIELD})*+(?:\r?\n)?")


@dataclass(frozen=True, slots=True, repr=False)
class CsvRow(Private):
    """One row: the line of the file on which it begins, and its fields; or why it is none."""

    line: int
    cells: Sequence[str]
    problem: str = ""


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file in pieces that fit into memory, whatever the file holds."""
    return iter(lambda: file.readline(LONGEST_LINE + 1), b"")


class _Lines:
    """Lines as text, with what was wrong in those since ``begin``."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._first = True
        self.problem = ""
        self.text = ""
        self.ended = False

    def begin(self) -> None:
        self.problem = self.text = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = b"" if self.ended else next(self._lines, b"")
        if not raw:
            self.ended = True
            raise StopIteration
        if self._first:
            raw, self._first = raw.removeprefix(_BOM), False
        if len(raw) > LONGEST_LINE:
            self.problem, self.ended = TOO_LONG, True
        elif b"\0" in raw:
            self.problem = self.problem or HOLDS_NUL
        elif raw.endswith(b"\r"):
            self.problem = self.problem or STRAY_RETURN
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode(errors="replace")
            self.problem = self.problem or NOT_UTF8
        if '"' in text or self.text:
            self.text += text
        return text


def read_rows(lines: Iterable[bytes]) -> Iterator[CsvRow]:
    """Each row of the file, also those that are none; a byte order mark at its start is let in.

    After a row that has no end nothing more can be told apart: it is the last.
    """
    source = _Lines(lines)
    reader = csv.reader(source, strict=True)
    while not source.ended:
        source.begin()
        begins = reader.line_num + 1
        try:
            cells: Sequence[str] = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield CsvRow(begins, (), _why(source, reader.line_num - begins))
            if reader.line_num > begins:
                return
            continue
        if not source.problem and source.text and not _ROW.fullmatch(source.text):
            source.problem = STRAY_QUOTE
        yield CsvRow(begins, cells, source.problem)


def _why(source: _Lines, more_lines: int) -> str:
    """Why the reader gave up: its own words would repeat what stands in the row."""
    if more_lines or source.ended:
        return source.problem or CUT_OFF
    if source.problem:
        return source.problem
    return STRAY_QUOTE if source.text else STRAY_RETURN


def write_row(cells: Iterable[str]) -> bytes:
    """One row in the one spelling we write: quoted where it must be, ended by CR LF."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
