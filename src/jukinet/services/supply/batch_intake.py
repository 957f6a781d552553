"""A file of a batch taken in: checked whole before anything is done, and its keys written down.

Owns what a file must be. A fault of the file (its header, a number of columns, its encoding, how many rows) refuses all
of it, with the line; a row that asks for nobody who could exist is answered as that, and refuses nothing. Parquet is
written as lines by DuckDB. A long file, if it is NDJSON or without a quotation mark, is cut between two lines into
pieces, each of which another process reads.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import structlog

from jukinet.domain import csv_rows
from jukinet.domain.batches import CODE_COLUMNS, ITEM_COLUMNS, BatchFormat
from jukinet.domain.errors import Fault, JukinetError
from jukinet.law.catalogue import QueryKind
from jukinet.services.supply import batch_rows, parquet
from jukinet.services.supply.batch_files import BatchFiles, private, settle_as
from jukinet.services.supply.batch_keys import KEY_OF, Repeats, most_of

_log = structlog.get_logger("jukinet.services")

_HEADERS = {QueryKind.CODE: CODE_COLUMNS, QueryKind.FOUR_ITEMS: ITEM_COLUMNS}
_AT_ONCE = 10_000
_BLOCK = 1024 * 1024
_ROWS_OF_A_PIECE = 250_000
"""The fewest for which a process is begun: that takes a second, and these take it two to six."""
_BYTES_OF_A_PIECE = _ROWS_OF_A_PIECE * 12
_MOST_PIECES = 16


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a file. ``most_of_one``: in how many of its rows one person can stand at most."""

    faults: tuple[Fault, ...]
    most_of_one: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in lines that were read together: faults by line, how many rows, how often keys stand in them.

    ``whole``: they were read to their end.
    """

    faults: list[tuple[int, str]]
    rows: int
    counts: bytearray
    whole: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one process reads of a file of lines, from one byte to another, and where it puts the keys.

    ``rows``: of the whole file.
    """

    source: Path
    start: int
    end: int
    form: BatchFormat
    by: QueryKind
    keys: Path
    rows: int


def check(files: BatchFiles, batch_id: str, form: BatchFormat, by: QueryKind, rows: int) -> Checked:
    """Check a file whole, and write its keys; every fault of it, up to a bound, and then no keys.

    Safe to repeat: the keys stand under their name only when they are all there, and what a crash left of them is
    written over. Not to be done twice at once (``BatchFiles.alone``).
    """
    asked, keys = files.asked(batch_id), files.keys(batch_id)
    coming = keys.with_suffix(".keys-coming")
    try:
        found = _take_file(asked, form, by, rows, coming)
        faults = _told(found, headers=form is not BatchFormat.NDJSON)
        counted = sum(one.rows for one in found)
        if counted != rows and not faults:
            faults = [Fault("rows", f"must be as many as were named: {rows}, and the file has {counted}")]
        if faults:
            return Checked(tuple(faults), 1)
        settle_as(coming, keys)
    except JukinetError as error:  # a Parquet file that is none
        return Checked((Fault("file", error.message),), 1)
    finally:
        coming.unlink(missing_ok=True)  # unless it is the keys by now
    # By four items one finds somebody under a legal name and under a nickname: by two keys.
    most = most_of([one.counts for one in found])
    return Checked((), most * (1 if by is QueryKind.CODE else 2))


def _take_file(asked: Path, form: BatchFormat, by: QueryKind, rows: int, keys: Path) -> list[_Found]:
    """Write the keys of a whole file."""
    if form is BatchFormat.NDJSON:
        return _take_lines(asked, form, by, rows, keys)
    if form is BatchFormat.CSV:
        return _take_csv(asked, by, rows, keys)
    lines = keys.with_suffix(f"{keys.suffix}-lines")
    try:
        parquet.to_csv(asked, lines, _HEADERS[by])
        if not batch_rows.is_plain(lines, _HEADERS[by]):
            parquet.to_csv(asked, lines, _HEADERS[by], quoted=True)
        return _take_csv(lines, by, rows, keys)
    finally:
        lines.unlink(missing_ok=True)


def _take_csv(source: Path, by: QueryKind, rows: int, keys: Path) -> list[_Found]:
    if batch_rows.is_plain(source, _HEADERS[by]):
        return _take_lines(source, BatchFormat.CSV, by, rows, keys)
    with source.open("rb") as file, private(keys) as out:
        return [_take(csv_rows.lines_of(file), out, by, rows, partial(batch_rows.of_csv, _HEADERS[by]))]


def _take_lines(source: Path, form: BatchFormat, by: QueryKind, rows: int, keys: Path) -> list[_Found]:
    """Each line of such a file stands for itself: a long one is read piece by piece."""
    count = _pieces_of(source, rows)
    whole = _Piece(source, 0, source.stat().st_size, form, by, keys, rows)
    found = _take_pieces(whole, count) if count > 1 else []
    return found or [_take_piece(whole)]


def _told(pieces: Iterable[_Found], *, headers: bool) -> list[Fault]:
    """The faults by their lines in the file. In a piece each line is a row or a fault, but for the header."""
    told: list[Fault] = []
    before = 0
    for number, piece in enumerate(pieces):
        told += [Fault(f"line {before + line}", problem) for line, problem in piece.faults]
        if not piece.whole:
            break
        before += piece.rows + len(piece.faults) + (headers and number == 0)
    return told[: batch_rows.MOST_FAULTS]


def _pieces_of(source: Path, rows: int) -> int:
    """Into how many pieces a file of lines is cut: by what it is said to have, and by what it has."""
    size = source.stat().st_size
    processors = len(os.sched_getaffinity(0))
    return min(rows // _ROWS_OF_A_PIECE, size // _BYTES_OF_A_PIECE, processors, _MOST_PIECES)


def _take_pieces(whole: _Piece, count: int) -> list[_Found]:
    """Each piece by a process of its own; the keys of all of them are put together.

    Nothing where one of them was ended, for want of memory perhaps: then this process reads the file, as ever.
    """
    keys = whole.keys
    pieces = [
        replace(whole, start=start, end=end, keys=keys.with_suffix(f"{keys.suffix}-{number}"))
        for number, (start, end) in enumerate(pairwise(_bounds(whole.source, count)))
    ]
    try:
        # Spawned: a fork of a process with threads would hold what these had locked.
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(_beside, pieces))
        with private(keys) as out:
            for piece in pieces:
                with piece.keys.open("rb") as some:
                    shutil.copyfileobj(some, out)
    except BrokenProcessPool:
        _log.warning("batch.piece_ended", pieces=count)
        return []
    finally:
        for piece in pieces:
            piece.keys.unlink(missing_ok=True)
    return found


def _bounds(source: Path, count: int) -> list[int]:
    """Where pieces of about one size begin, each with a line, and where the last one ends."""
    size = source.stat().st_size
    bounds = [0]
    with source.open("rb") as file:
        for number in range(1, count):
            file.seek(number * size // count)
            file.readline(csv_rows.LONGEST_LINE + 1)  # Before a longer one ends, its piece has told of it.
            bounds.append(file.tell())
    return [*bounds, size]


def _beside(piece: _Piece) -> _Found:
    """What a process of its own does; it ends with the one that began it, whose successor writes to the same place."""
    beginner = parent_process()
    if beginner is not None:
        Thread(target=_end_with, args=(beginner,), daemon=True).start()
    return _take_piece(piece)


def _end_with(beginner: BaseProcess) -> None:
    beginner.join()
    os._exit(1)


def _take_piece(piece: _Piece) -> _Found:
    """One piece of lines; the header of a plain file stands in the first."""
    header = _HEADERS[piece.by]
    with piece.source.open("rb") as file, private(piece.keys) as out:
        file.seek(piece.start)
        if piece.form is BatchFormat.NDJSON:
            lines = _lines_until(file, piece.end)
            return _take(lines, out, piece.by, piece.rows, partial(batch_rows.of_ndjson, header))
        first = 1
        if piece.start == 0:
            file.readline()
            first = 2
        rows = partial(batch_rows.of_plain, len(header), first=first)
        return _take(_blocks_until(file, piece.end), out, piece.by, piece.rows, rows)


def _lines_until(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Lines up to a place in the file where one begins; of one too long for any record no more than tells so."""
    left = end - file.tell()
    for line in csv_rows.lines_of(file):
        if left <= 0:
            return
        left -= len(line)
        yield line


def _blocks_until(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Blocks of whole lines up to a place in the file where a line begins."""
    while (left := end - file.tell()) > 0:
        yield file.read(left) if left <= _BLOCK else file.read(_BLOCK) + file.readline()


def _take(
    lines: Iterator[bytes], out: BinaryIO, by: QueryKind, rows: int, read: batch_rows.ReadRows
) -> _Found:
    """Write the keys of what these lines ask; ``rows``: of the whole file."""
    faults, repeats, key_of = batch_rows.Faults(), Repeats(rows), KEY_OF[by]
    counted, whole = 0, True
    try:
        found = read(lines, faults)
        while part := [key_of(cells) for cells in islice(found, _AT_ONCE)]:
            counted += len(part)
            repeats.add(part)
            out.write(b"".join(part))
    except batch_rows.UnreadError:
        whole = False
    return _Found(faults.found, counted, repeats.counts, whole)
