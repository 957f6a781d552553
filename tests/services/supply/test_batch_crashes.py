"""A batch whose process ends at any of its steps, or whose disk is full, goes on to the same answer."""

from __future__ import annotations

import errno
import hashlib
import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.services.services.counter import audit, owner_rows
from tests.services.supply.asking import CODES, hanako, linh, load
from tests.services.supply.batching import ASKED, codes_csv, run, shown, submitted, supplied

from jukinet.domain.batches import BatchFormat, BatchState, Way
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.services import audit_tree
from jukinet.services.supply import (
    batch_door,
    batch_files,
    batch_intake,
    batch_media,
    batch_run,
    batches,
    parquet,
)
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.signatures import Checked
from jukinet.store import batches as rows
from jukinet.store.batches import Batch
from jukinet.testing.federation import CLERK, Federation

DATA = codes_csv([CODES[0], "x", CODES[7], CODES[1], CODES[1]])
STEPS: tuple[tuple[Any, str], ...] = (
    (batch_intake, "check"),
    (batch_intake, "settle_as"),
    (rows, "lock"),
    (rows, "stage"),
    (rows, "look_up"),
    (rows, "settle"),
    (rows, "told"),
    (rows, "note_people"),
    (rows, "copy_answers"),
    (batch_files, "settle"),
    (rows, "advance"),
    (batches, "note_answered"),
    (rows, "entered"),
    (audit_tree, "promise"),
    (rows, "finish"),
    (batches, "note"),
    (BatchFiles, "forget_question"),
)
"""What a step of the worker calls: the process ends right before it, or right after."""


SOME = [
    ((batch_intake, "settle_as"), 1, False),
    ((batch_files, "settle"), 2, True),
    ((rows, "advance"), 2, True),
    ((rows, "entered"), 1, True),
    ((audit_tree, "promise"), 1, True),
    ((rows, "finish"), 1, True),
]


MANY = Limits(person_per_day=1000)
"""More than so many batches tell of one person in a day."""


class Ended(BaseException):
    """The process is gone."""


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


@contextmanager
def ending(patch: pytest.MonkeyPatch, where: Any, name: str, *, call: int, after: bool) -> Iterator[None]:
    """The process ends at the n-th call of a function."""
    real, left = getattr(where, name), [call]

    def ends(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0]:
            return real(*args, **kwargs)
        if after:
            real(*args, **kwargs)
        raise Ended

    with patch.context() as inner:
        inner.setattr(where, name, ends)
        yield


def received(
    federation: Federation,
    files: BatchFiles,
    number: int,
    data: bytes = DATA,
    form: BatchFormat = BatchFormat.CSV,
) -> Batch:
    """A batch that came by line, not checked yet; no two CSV files are of the same bytes."""
    ctx = federation.context(NATIONAL, "supply")
    if form is BatchFormat.CSV:
        data += b"x\n" * number
    asked = replace(ASKED, way=Way.LINE, rows=DATA.count(b"\n") - 1 + number, format=form)
    declared = batch_door.declare(ctx, Checked(), asked, hashlib.sha256(data).digest())
    assert isinstance(declared, batches.Submitted), declared
    with files.receiving(declared.batch.id) as incoming:
        incoming.write(data)
    return batch_door.take(ctx, asked.organ, declared.batch.id)


@pytest.mark.parametrize(
    "calls",
    [pytest.param(None, id="some"), pytest.param((1, 2, 3), id="all", marks=pytest.mark.slow)],
)
def test_a_process_that_ends_at_any_step(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch, calls: tuple[int, ...] | None
) -> None:
    load(federation, hanako(), linh())
    plain = received(federation, files, 0)
    expected = files.answer(run(federation, files, plain.id, limits=MANY).id).read_bytes()
    people = supplied(federation, plain)
    ends = list(itertools.product(STEPS, calls, (False, True))) if calls else SOME
    crashes = 0
    for number, ((where, name), call, after) in enumerate(ends, start=1):
        batch, at = received(federation, files, number), f"{name}, call {call}, after: {after}"
        try:
            with ending(monkeypatch, where, name, call=call, after=after):
                run(federation, files, batch.id, limits=MANY)
        except Ended:
            crashes += 1
        done = run(federation, files, batch.id, limits=MANY)
        assert done.state is BatchState.DONE, at
        assert files.answer(batch.id).read_bytes().startswith(expected), at
        assert files.answer(batch.id).read_bytes().count(b"\n") == done.rows_done + 1, at
        assert supplied(federation, done) == people, at
        assert batch_run.root_again(federation.context(NATIONAL, "worker"), done) == done.root, at
        assert done.promise is not None, at
    assert crashes >= (2 * len(STEPS) if calls else len(SOME)), "every step is met"
    told = [entry["reference"] for entry in audit(federation, NATIONAL, "supply:batch:answered")]
    assert len(told) == len(set(told)) == len(ends) + 1, "each batch ends once"


def test_a_file_that_has_more_than_counts_is_cut(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch
    assert batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id, most=2, parts=1)
    with files.answer(batch.id).open("ab") as file:
        file.write(b"3,found,,half a li")
    run(federation, files, batch.id)
    lines = files.answer(batch.id).read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["row", "1", "2", "3", "4", "5"]


def stopped(federation: Federation, files: BatchFiles, batch: Batch, name: str) -> Batch:
    """The batch has stopped under this name, once, and does nothing by itself."""
    done = run(federation, files, batch.id)
    assert done.state is BatchState.STOPPED
    assert done.trouble == (name,)
    (entry,) = audit(federation, NATIONAL, "supply:batch:stopped")
    assert (entry["reference"], entry["rules"], entry["outcome"]) == (batch.id, [name], "failed")
    return done


def parquet_of(data: bytes, room: Path) -> bytes:
    lines, place = room / "codes.csv", room / "codes.parquet"
    lines.write_bytes(data)
    parquet.from_csv(lines, place, ("code",))
    return place.read_bytes()


def full(_file: Any, *_args: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "/state/batches/b.answer")


@pytest.mark.parametrize("form", [BatchFormat.CSV, BatchFormat.PARQUET])
def test_a_full_disk_stops_the_batch_by_name_and_it_is_resumed(
    federation: Federation,
    files: BatchFiles,
    monkeypatch: pytest.MonkeyPatch,
    form: BatchFormat,
    tmp_path: Path,
) -> None:
    load(federation, hanako(), linh())
    data = parquet_of(DATA, tmp_path) if form is BatchFormat.PARQUET else DATA
    batch = submitted(federation, files, data, rows=5, format=form).batch
    where, name = (batch_files, "settle") if form is BatchFormat.CSV else (parquet, "from_csv")
    with monkeypatch.context() as patch:
        patch.setattr(where, name, full)
        stopped(federation, files, batch, "answer: No space left on device")
    batch_media.let_run(federation.context(NATIONAL), CLERK, files, batch.id)
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert [row for row, _ in supplied(federation, batch)] == [1, 4, 5]


@pytest.mark.parametrize("lost", ["keys", "answer"])
def test_a_batch_whose_files_are_gone_stops_by_name(
    federation: Federation, files: BatchFiles, lost: str
) -> None:
    load(federation, hanako())
    batch = submitted(federation, files, DATA).batch
    assert batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id, most=2, parts=1)
    getattr(files, lost)(batch.id).unlink()
    found = {
        "keys": "keys: No such file or directory",
        "answer": "answer: has lost what was answered; cancel the batch, and submit it again",
    }
    stopped(federation, files, batch, found[lost])


def test_a_batch_whose_organ_is_revoked_half_way_stops(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    batch = submitted(federation, files, DATA).batch
    assert batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id, most=2, parts=1)
    federation.directory = replace(federation.directory, organs=())
    done = run(federation, files, batch.id)
    assert (done.state, done.rows_done) == (BatchState.STOPPED, 2)
    assert [rule.split()[0] for rule in done.trouble] == ["S11"]


def test_what_is_answered_whole_is_ended_without_its_keys(federation: Federation, files: BatchFiles) -> None:
    """As where the database was put back to right before the end, and the files were not."""
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch
    worker = federation.context(NATIONAL, "worker")
    while shown(federation, batch.id).rows_done < 5:
        assert batch_run.step(worker, files, batch.id)
    files.keys(batch.id).unlink()
    assert run(federation, files, batch.id).state is BatchState.DONE


def test_what_breaks_one_batch_keeps_no_other_from_its_step(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    broken, other = (received(federation, files, number) for number in range(2))
    step = batch_run._step

    def breaks(ctx: Any, files: BatchFiles, seen: Batch, *args: Any) -> bool:
        if seen.id == broken.id:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The connection is gone.")
        return step(ctx, files, seen, *args)

    monkeypatch.setattr(batch_run, "_step", breaks)
    with pytest.raises(JukinetError, match="gone"):
        batch_run.work(federation.context(NATIONAL, "worker"), files)
    assert shown(federation, other.id).state is BatchState.READY


def test_a_worker_that_stops_begins_no_other_batch(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    first, second = (received(federation, files, number) for number in range(2))
    steps = iter([False, True])
    worker = federation.context(NATIONAL, "worker")
    assert batch_run.work(worker, files, stopped=lambda: next(steps)) == 1
    states = [shown(federation, one.id).state for one in (first, second)]
    assert states == [BatchState.READY, BatchState.RECEIVED]


def test_two_workers_share_a_batch(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch
    workers = [federation.context(NATIONAL, role) for role in ("worker", "office")]
    while sum(batch_run.step(ctx, files, batch.id, most=1, parts=1) for ctx in workers):
        pass
    done = shown(federation, batch.id)
    assert done.state is BatchState.DONE
    parts = owner_rows(federation, NATIONAL, "SELECT first_row, last_row FROM supply_batch_parts ORDER BY 1")
    assert [(row["first_row"], row["last_row"]) for row in parts] == [(n, n) for n in range(1, 6)]
    assert batch_run.root_again(workers[0], done) == done.root


def test_two_workers_do_not_check_one_file(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second worker lets the first do it, and neither stops the batch."""
    load(federation, hanako(), linh())
    batch, second = received(federation, files, 0), federation.context(NATIONAL, "office")
    settle_as, took = batch_files.settle_as, []

    def meanwhile(coming: Path, place: Path) -> None:
        took.append(batch_run.step(second, files, batch.id))
        settle_as(coming, place)

    monkeypatch.setattr(batch_intake, "settle_as", meanwhile)
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert took == [False]


def test_only_who_waits_takes_its_step_after_another_process(
    federation: Federation, files: BatchFiles
) -> None:
    """The worker has other batches; who lets one run by hand waits for it."""
    load(federation, hanako(), linh())
    batch, ctx = received(federation, files, 0), federation.context(NATIONAL, "office")
    with ThreadPoolExecutor(1) as pool:
        with files.alone(batch.id) as alone:
            assert alone
            assert not batch_run.step(ctx, files, batch.id)
            waits = pool.submit(batch_run.step, ctx, files, batch.id, wait=True)
            assert not wait([waits], timeout=0.2).done
        assert waits.result(timeout=30)
    assert shown(federation, batch.id).state is BatchState.READY


def test_a_worker_that_is_late_does_not_check_what_has_been_checked(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It found the batch before another worker answered it whole."""
    load(federation, hanako(), linh())
    batch, alone = received(federation, files, 0), BatchFiles.alone

    def late(self: BatchFiles, batch_id: str, *, wait: bool) -> AbstractContextManager[bool]:
        monkeypatch.setattr(BatchFiles, "alone", alone)
        assert run(federation, files, batch.id).state is BatchState.DONE
        self.asked(batch_id).write_bytes(DATA)  # it is gone by now, but for this moment
        return alone(self, batch_id, wait=wait)

    monkeypatch.setattr(BatchFiles, "alone", late)
    worker = federation.context(NATIONAL, "office")
    assert batch_run.step(worker, files, batch.id), "it looks again"
    assert not batch_run.step(worker, files, batch.id)
    assert not files.keys(batch.id).exists()


@pytest.mark.parametrize(
    ("form", "moment", "before"),
    [
        (BatchFormat.CSV, (batch_intake, "settle_as"), 0),
        (BatchFormat.PARQUET, (batch_files, "settle_as"), 5),
    ],
)
def test_nothing_stays_of_a_batch_that_is_cancelled_while_its_files_are_written(
    federation: Federation,
    files: BatchFiles,
    monkeypatch: pytest.MonkeyPatch,
    form: BatchFormat,
    moment: tuple[Any, str],
    before: int,
    tmp_path: Path,
) -> None:
    load(federation, hanako(), linh())
    data = parquet_of(DATA, tmp_path) if form is BatchFormat.PARQUET else DATA
    batch = received(federation, files, 0, data, form)
    settle_as = batch_files.settle_as
    while shown(federation, batch.id).rows_done < before:
        assert batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id)

    def cancelled(coming: Path, place: Path) -> None:
        batch_media.cancel(federation.context(NATIONAL), CLERK, files, batch.id)
        files.room().joinpath(coming.name).touch()
        settle_as(coming, place)

    monkeypatch.setattr(*moment, cancelled)
    assert run(federation, files, batch.id).state is BatchState.CANCELLED
    assert [*files.room().iterdir()] == []


WORKER = """
import sys
from pathlib import Path
from jukinet.domain.municipality import NATIONAL
from jukinet.services.supply import batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.testing.federation import Federation

dsn, root, batch = sys.argv[1:]
federation = Federation(lambda _: dsn, nodes=(NATIONAL,))
ctx, files = federation.context(NATIONAL, "worker"), BatchFiles(Path(root))
while batch_run.step(ctx, files, batch, most=7, parts=3):
    print("step", flush=True)
"""


@pytest.mark.slow
def test_a_worker_is_killed_again_and_again(federation: Federation, files: BatchFiles) -> None:
    """``kill -9`` at moments that nobody chose: the answer is that of a worker that lived."""
    load(federation, hanako(), linh())
    data = codes_csv([CODES[number % 2] if number % 3 else "x" for number in range(2000)])
    batch, moments = submitted(federation, files, data).batch, random.Random(5)
    command = [sys.executable, "-c", WORKER, federation._conninfo("worker"), str(files.room()), batch.id]
    kills = 0
    while shown(federation, batch.id).state is not BatchState.DONE:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in itertools.islice(process.stdout, moments.randrange(8, 20)):
                assert line == "step\n"
            kills += process.poll() is None
            process.kill()
    done = shown(federation, batch.id)
    assert (done.state, done.rows_done) == (BatchState.DONE, 2000)
    assert kills > 3
    lines = files.answer(batch.id).read_text("utf-8").splitlines()
    assert [int(line.partition(",")[0]) for line in lines[1:]] == list(range(1, 2001))
    assert len(supplied(federation, done)) == sum(",found," in line for line in lines)
    assert batch_run.root_again(federation.context(NATIONAL, "worker"), done) == done.root
