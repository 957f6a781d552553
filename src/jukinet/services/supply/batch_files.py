"""The files of a batch: checked whole before anything is done, and what is kept of them beside the database.

Owns what a file must be. A fault of the file (its header, a number of columns, its encoding, how many rows) refuses all
of it, with the line; a row that asks for nobody who could exist is answered as that, and refuses nothing. Parquet is
read and written by DuckDB, at the two ends; between them stand lines.
"""

from __future__ import annotations

import hashlib
import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from jukinet.domain import csv_rows, matching
from jukinet.domain.batches import ANSWER_COLUMNS, CODE_COLUMNS, ITEM_COLUMNS, BatchFormat
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.csv_rows import CsvRow
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.persons import Sex
from jukinet.domain.reading import MAX_TEXT, clean_text
from jukinet.law.catalogue import QueryKind
from jukinet.messages import strict_json
from jukinet.services.supply import parquet

MOST_FAULTS = 100
"""Faults that are told of one file; it has more, if so many are told."""
MOST_ROWS = 200_000_000
"""Rows of one file: more than the country has people."""

_BLOCK = 1024 * 1024
_HEADERS = {QueryKind.CODE: CODE_COLUMNS, QueryKind.FOUR_ITEMS: ITEM_COLUMNS}


class BatchFiles:
    """The directory of batches: for each what was asked (``asked``), its keys, and the answer as far as it is."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def asked(self, batch_id: str) -> Path:
        return self._root / f"{batch_id}.asked"

    def keys(self, batch_id: str) -> Path:
        return self._root / f"{batch_id}.keys"

    def answer(self, batch_id: str) -> Path:
        """The answer while it grows, in lines."""
        return self._root / f"{batch_id}.answer"

    def result(self, batch_id: str, form: BatchFormat) -> Path:
        """The answer as it is handed out, once the batch is done."""
        return (
            self.answer(batch_id) if form is not BatchFormat.PARQUET else self._root / f"{batch_id}.parquet"
        )

    def room(self) -> Path:
        """The directory, made if it is not there; only its owner looks into it."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._root

    def forget_question(self, batch_id: str) -> None:
        """Remove what was asked: the answer alone is wanted."""
        for left in self._root.glob(f"{batch_id}.*"):
            if left.suffix not in {".answer", ".parquet"}:
                left.unlink(missing_ok=True)

    def forget(self, batch_id: str) -> None:
        """Remove everything of a batch, also what a crash left half written."""
        for left in self._root.glob(f"{batch_id}.*"):
            left.unlink(missing_ok=True)

    @contextmanager
    def receiving(self, batch_id: str, attempt: str = "first") -> Iterator[Incoming]:
        """Take in a file; it stands under its name only if the block ends well, and is gone otherwise.

        ``attempt`` tells apart two that send the same at once.
        """
        place = self.room() / f"{batch_id}.coming-{attempt}"
        try:
            with private(place) as file:
                incoming = Incoming(file)
                yield incoming
            settle_as(place, self.asked(batch_id))
        except BaseException:
            place.unlink(missing_ok=True)
            raise


class Incoming:
    """A file on its way in, and its digest so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def write(self, block: bytes) -> None:
        self._file.write(block)
        self._sum.update(block)

    def digest(self) -> bytes:
        return self._sum.digest()


def private(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def settle(file: BinaryIO) -> None:
    """Let what was written outlast a power cut."""
    file.flush()
    os.fsync(file.fileno())


def settle_directory(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def settle_as(coming: Path, place: Path) -> None:
    """Give a file that was written whole its name, so that it outlasts a power cut."""
    coming.chmod(0o600)
    with coming.open("rb") as file:
        os.fsync(file.fileno())
    coming.replace(place)
    settle_directory(place.parent)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_BLOCK), b"")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a file. ``most_of_one``: in how many of its rows one person can stand at most."""

    faults: tuple[Fault, ...]
    most_of_one: int


def check(files: BatchFiles, batch_id: str, form: BatchFormat, by: QueryKind, rows: int) -> Checked:
    """Check a file whole, and write its keys; every fault of it, up to a bound, and then no keys.

    Safe to repeat: the keys stand under their name only when they are all there.
    """
    faults, repeats = _Faults(), _Repeats(rows)
    place = files.keys(batch_id).with_suffix(".keys-coming")
    with private(place) as out:
        try:
            with _lines(files, batch_id, form, by) as lines:
                read = _READERS[form](_HEADERS[by], faults)
                if form is BatchFormat.CSV and _is_plain(files.asked(batch_id), _HEADERS[by]):
                    read = _plain_reader(_HEADERS[by], faults)
                counted = _write_keys(lines, out, read, _KEYS[by], repeats)
        except _FullError:
            counted = rows
        except JukinetError as error:  # a Parquet file that is none
            faults.found.append(Fault("file", error.message))
            counted = rows
        if counted != rows and not faults.found:
            faults.found.append(
                Fault("rows", f"must be as many as were named: {rows}, and the file has {counted}")
            )
    if faults.found:
        place.unlink()
    else:
        settle_as(place, files.keys(batch_id))
    # By four items one finds somebody under a legal name and under a nickname: by two keys.
    return Checked(tuple(faults.found), repeats.most() * (1 if by is QueryKind.CODE else 2))


class _Repeats:
    """In how many rows a key stands at most: counted at the places of their hashes, so never told to be fewer.

    There are as many places as rows, up to sixteen million: off by a few, in a space that does not grow with the file.
    """

    def __init__(self, rows: int) -> None:
        self._counts = bytearray(1 << min(rows.bit_length(), _MOST_PLACES))

    def add(self, keys: Iterable[bytes]) -> None:
        counts, last = self._counts, len(self._counts) - 1
        for key in keys:
            if key[0] != _NOBODY:
                try:
                    counts[hash(key) & last] += 1
                except ValueError:
                    continue  # That place is full.

    def most(self) -> int:
        most = max(self._counts)
        return max(most, 1) if most < _FULL else MOST_ROWS


class _FullError(Exception):
    """So many faults were found that nobody needs more."""


class _Faults:
    def __init__(self) -> None:
        self.found: list[Fault] = []

    def __call__(self, line: int, problem: str) -> None:
        self.found.append(Fault(f"line {line}", problem))
        if len(self.found) >= MOST_FAULTS:
            raise _FullError


@contextmanager
def _lines(files: BatchFiles, batch_id: str, form: BatchFormat, by: QueryKind) -> Iterator[Iterator[bytes]]:
    place = files.asked(batch_id)
    if form is BatchFormat.PARQUET:
        place = place.with_suffix(".lines")
        parquet.to_csv(files.asked(batch_id), place, _HEADERS[by])
    try:
        with place.open("rb") as file:
            yield csv_rows.lines_of(file)
    finally:
        if form is BatchFormat.PARQUET:
            place.unlink(missing_ok=True)


Cells = Sequence[str]
_AT_ONCE = 10_000
_MOST_PLACES, _FULL = 24, 255
_NOBODY = ord("\\")
"""With what the key of an unreadable row begins."""


def _write_keys(
    lines: Iterator[bytes],
    out: BinaryIO,
    read: Callable[[Iterator[bytes]], Iterator[Cells]],
    key_of: Callable[[Cells], bytes],
    repeats: _Repeats,
) -> int:
    counted = 0
    rows = read(lines)
    while part := [key_of(cells) for cells in islice(rows, _AT_ONCE)]:
        counted += len(part)
        repeats.add(part)
        out.write(b"".join(part))
    return counted


def _csv_reader(header: Sequence[str], fault: _Faults) -> Callable[[Iterator[bytes]], Iterator[Cells]]:
    def read(lines: Iterator[bytes]) -> Iterator[Cells]:
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

    return read


_LONGEST_PLAIN = 4096


def _is_plain(place: Path, header: Sequence[str]) -> bool:
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


def _plain_reader(header: Sequence[str], fault: _Faults) -> Callable[[Iterator[bytes]], Iterator[Cells]]:
    """The reader of such a file, six times faster than one of CSV."""
    width = len(header)

    def read(lines: Iterator[bytes]) -> Iterator[Cells]:
        next(lines)
        for number, line in enumerate(lines, start=2):
            cells = line.decode().rstrip("\n").split(",")
            if len(cells) == width:
                yield cells
            else:
                fault(number, f"must have {width} columns, and has {len(cells)}")

    return read


def _ndjson_reader(header: Sequence[str], fault: _Faults) -> Callable[[Iterator[bytes]], Iterator[Cells]]:
    names = frozenset(header)

    def read(lines: Iterator[bytes]) -> Iterator[Cells]:
        for number, line in enumerate(lines, start=1):
            try:
                cells = strict_json.parse(line, limit=csv_rows.LONGEST_LINE)
            except JukinetError as error:
                # Of a line longer than any record the rest cannot be told from a next one.
                fault(number, "; ".join(one.problem for one in error.faults) or "must be one JSON object")
                if error.kind is ErrorKind.TOO_LARGE:
                    return
                continue
            if cells.keys() != names or not all(isinstance(cell, str) for cell in cells.values()):
                fault(number, f"must be an object of the texts {', '.join(header)}")
                continue
            yield [cells[name] for name in header]

    return read


_READERS = {
    BatchFormat.CSV: _csv_reader,
    BatchFormat.PARQUET: _csv_reader,
    BatchFormat.NDJSON: _ndjson_reader,
}


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


_KEYS = {QueryKind.CODE: _code_key, QueryKind.FOUR_ITEMS: _item_key}
_SEXES = frozenset(Sex)


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


def header_of(form: BatchFormat) -> bytes:
    """With what the lines of an answer begin."""
    return b"" if form is BatchFormat.NDJSON else (",".join(ANSWER_COLUMNS) + "\n").encode()
