"""A long file of a batch, read by several processes: what comes out is what one would make of it."""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from jukinet.domain.batches import BatchFormat
from jukinet.domain.csv_rows import LONGEST_LINE
from jukinet.law.catalogue import QueryKind
from jukinet.services.supply import batch_intake, batch_rows, parquet
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batch_intake import Checked, check

PEOPLE = (
    "甲野　太郎,東京都国立市東1-2-3",
    "乙野　花子,東京都国立市富士見台二丁目4番地の1",
    "ANNA SCHMIDT,国立市中9-9",
)
DAYS = ("1980-01-02", "1999-12-31", "2001", "1980-13-01", "")
"""One of them is no day, and one is nothing."""


def lines_of(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [f"{rng.choice(PEOPLE)},{rng.choice(DAYS)},{rng.choice(('female', 'x'))}" for _ in range(count)]


def checked(
    home: Path,
    lines: list[str],
    pieces: int,
    patch: pytest.MonkeyPatch,
    *,
    end: str = "\n",
    rows: int | None = None,
    form: BatchFormat = BatchFormat.CSV,
) -> tuple[Checked, bytes]:
    """What is found of a file that is cut into so many pieces, and the keys that are written; nothing else is left."""
    patch.setattr(batch_intake, "_pieces_of", lambda source, rows: pieces)
    files = BatchFiles(home / f"{pieces}")
    with files.receiving("b") as incoming:
        headers = ["name,address,birth_date,sex"] if form is BatchFormat.CSV else []
        incoming.write(("\n".join([*headers, *lines]) + end).encode())
    found = check(files, "b", form, QueryKind.FOUR_ITEMS, len(lines) if rows is None else rows)
    keys = files.keys("b")
    left = {place.name for place in files.room().iterdir()}
    assert left == {"b.asked", "b.keys"} - ({"b.keys"} if found.faults else set())
    return found, keys.read_bytes() if keys.exists() else b""


@pytest.mark.parametrize("end", ["\n", ""])
def test_pieces_come_to_what_the_whole_comes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    lines = lines_of(400)
    whole = checked(tmp_path, lines, 1, monkeypatch, end=end)
    assert whole[0].faults == ()
    assert whole[0].most_of_one > 2
    assert checked(tmp_path, lines, 3, monkeypatch, end=end) == whole


def objects_of(count: int) -> list[str]:
    """The lines of a file of NDJSON about the same people."""
    names = ("name", "address", "birth_date", "sex")
    return [json.dumps(dict(zip(names, line.split(","), strict=True))) for line in lines_of(count)]


@pytest.mark.parametrize("faulty", [(), (0, 70, 71, 140, 199)])
def test_pieces_of_objects_come_to_what_the_whole_comes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faulty: tuple[int, ...]
) -> None:
    lines = objects_of(200)
    for place in faulty:
        lines[place] = '{"name": 1}' if place % 2 else ""
    whole = checked(tmp_path, lines, 1, monkeypatch, form=BatchFormat.NDJSON)
    assert [fault.field for fault in whole[0].faults] == [f"line {place + 1}" for place in faulty]
    assert checked(tmp_path, lines, 3, monkeypatch, form=BatchFormat.NDJSON) == whole


@pytest.mark.parametrize("before", [0, 1, 4000, 8000])
def test_behind_an_object_longer_than_any_record_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """Wherever the pieces were cut in it: what stands behind it could be more of it."""
    lines = [*objects_of(before), "x" * (3 * LONGEST_LINE), *["no object"] * 5]
    whole = checked(tmp_path, lines, 1, monkeypatch, form=BatchFormat.NDJSON)
    assert [fault.field for fault in whole[0].faults] == [f"line {before + 1}"]
    assert checked(tmp_path, lines, 4, monkeypatch, form=BatchFormat.NDJSON) == whole


@pytest.mark.parametrize("block", [1, 37, 38, 39, 1000])
def test_pieces_come_to_the_same_however_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """Blocks end within a line, right before its end, and right after it."""
    lines = lines_of(50)
    whole = checked(tmp_path / "whole", lines, 1, monkeypatch)
    monkeypatch.setattr(batch_intake, "_BLOCK", block)
    source = tmp_path / "asked"
    source.write_bytes(("\n".join(["name,address,birth_date,sex", *lines]) + "\n").encode())
    bounds = batch_intake._bounds(source, 4)
    with source.open("rb") as file:
        read = []
        for start, end in itertools.pairwise(bounds):
            file.seek(start)
            read.append(b"".join(batch_intake._blocks_until(file, end)))
            assert file.tell() == end
    assert b"".join(read) == source.read_bytes()
    assert checked(tmp_path, lines, 1, monkeypatch) == whole


@pytest.mark.parametrize(
    "odd", ["", '"甲野, 太郎",国立市東1,1980-01-02,male', ",国立市東1,1980-01-02,male", ",,,"]
)
def test_a_parquet_file_is_read_as_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    """By several processes too, unless a text in it needs quotation marks."""
    lines = [*lines_of(60), *([odd] if odd else [])]
    cut = []

    def pieces_of(source: Path, rows: int) -> int:
        cut.append(source.suffix)
        return 1

    monkeypatch.setattr(batch_intake, "_pieces_of", pieces_of)
    found = {}
    for form in (BatchFormat.CSV, BatchFormat.PARQUET):
        files = BatchFiles(tmp_path / form)
        source = files.room() / "lines"
        source.write_text("\n".join(["name,address,birth_date,sex", *lines]) + "\n", "utf-8")
        if form is BatchFormat.CSV:
            source.rename(files.asked("b"))
        else:
            parquet.from_csv(source, files.asked("b"), ("name", "address", "birth_date", "sex"))
        checked_as = check(files, "b", form, QueryKind.FOUR_ITEMS, len(lines))
        assert checked_as.faults == ()
        found[form] = checked_as, files.keys("b").read_bytes()
    assert found[BatchFormat.CSV] == found[BatchFormat.PARQUET]
    assert cut == ([] if '"' in odd else [".asked", ".keys-coming-lines"])


def test_one_who_stands_in_every_piece_is_counted_through_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{PEOPLE[0]},1980-01-02,female"] * 60
    found, _ = checked(tmp_path, lines, 3, monkeypatch)
    assert found.most_of_one == 2 * 60  # under a legal name and under a nickname


def test_the_same_faults_at_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of(200)
    for place in (0, 70, 71, 140, 199):
        lines[place] = "a,b,c"
    whole, _ = checked(tmp_path, lines, 1, monkeypatch)
    assert [fault.field for fault in whole.faults] == [f"line {place + 2}" for place in (0, 70, 71, 140, 199)]
    assert checked(tmp_path, lines, 3, monkeypatch) == (whole, b"")


def test_no_more_faults_than_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece that has too many is not read to its end, and nobody knows the lines of those behind it."""
    lines = [*lines_of(90), *["a,b,c"] * 120, *lines_of(90), "d,e"]
    whole, _ = checked(tmp_path, lines, 1, monkeypatch)
    assert len(whole.faults) == batch_rows.MOST_FAULTS
    assert checked(tmp_path, lines, 3, monkeypatch)[0] == whole


def test_another_number_of_rows_than_was_named_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = checked(tmp_path, lines_of(90), 3, monkeypatch, rows=91)
    assert [(fault.field, fault.problem) for fault in found.faults] == [
        ("rows", "must be as many as were named: 91, and the file has 90")
    ]


def killed(piece: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_where_a_process_is_killed_the_file_is_read_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(60)
    whole = checked(tmp_path, lines, 1, monkeypatch)
    monkeypatch.setattr(batch_intake, "_beside", killed)
    assert checked(tmp_path, lines, 3, monkeypatch) == whole


@pytest.mark.parametrize("pieces", [1, 2])
def test_what_a_killed_process_left_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    """However often it is killed, right before the keys get their name."""
    lines = lines_of(60)
    whole = checked(tmp_path / "lived", lines, pieces, monkeypatch)
    for _ in range(2):
        process = get_context("fork").Process(target=_killed_checking, args=(tmp_path, lines, pieces))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / f"{pieces}" / "b.keys-coming").exists()
    assert checked(tmp_path, lines, pieces, monkeypatch) == whole


def _killed_checking(home: Path, lines: list[str], pieces: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_intake, "settle_as", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        checked(home, lines, pieces, patch)


PARENT = """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from jukinet.domain.batches import BatchFormat
from jukinet.law.catalogue import QueryKind
from jukinet.services.supply import batch_intake

source, keys = map(Path, sys.argv[1:])
piece = batch_intake._Piece(source, 0, 100, BatchFormat.NDJSON, QueryKind.CODE, keys, 1)
with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
    pool.submit(batch_intake._beside, piece).result()
"""


def test_a_reader_ends_with_the_process_that_began_it(tmp_path: Path) -> None:
    """Or it would write to the places of the keys beside whoever reads the file next."""
    source = tmp_path / "asked"
    os.mkfifo(source)
    command = [sys.executable, "-c", PARENT, str(source), str(tmp_path / "keys")]
    # Once the reader has opened its source it waits for a line.
    with subprocess.Popen(command) as parent, source.open("wb"):
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text("ascii").split()
        readers = [os.pidfd_open(int(child)) for child in children]
        parent.kill()
        for reader in readers:
            assert select.select([reader], [], [], 30)[0], "it has ended"
            os.close(reader)


@pytest.mark.parametrize(
    ("rows", "size", "processors", "pieces"),
    [
        (499_999, 10**9, 8, 1),
        (500_000, 10**9, 8, 2),
        (10_000_000, 120_000_000, 8, 8),
        (10_000_000, 120_000_000, 64, 16),
        (10_000_000, 120_000_000, 1, 1),
        (200_000_000, 1_000, 8, 0),
    ],
)
def test_a_process_is_begun_for_what_takes_longer_than_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, size: int, processors: int, pieces: int
) -> None:
    """Whatever an organ says that its file has."""
    source = tmp_path / "asked"
    with source.open("wb") as file:
        file.truncate(size)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    assert batch_intake._pieces_of(source, rows) == pieces
