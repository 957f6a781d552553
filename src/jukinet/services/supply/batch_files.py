"""The files of a batch: what is kept of it beside the database, and how a file outlasts a crash.

What a file must be is in ``jukinet.services.supply.batch_intake``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from jukinet.domain.batches import ANSWER_COLUMNS, BatchFormat

_BLOCK = 1024 * 1024


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

    def untouched(self, before: datetime) -> list[str]:
        """The ids of which there are files, and none was written after that moment."""
        last: dict[str, float] = {}
        for place in self._root.glob("*.*"):
            batch_id = place.name.partition(".")[0]
            with suppress(FileNotFoundError):  # Another process has just removed it.
                last[batch_id] = max(last.get(batch_id, 0.0), place.stat().st_mtime)
        return [batch_id for batch_id, at in last.items() if at <= before.timestamp()]

    @contextmanager
    def alone(self, batch_id: str, *, wait: bool = False) -> Iterator[bool]:
        """Whether no other process is in such a block of the batch. However a process ends, it is in it no more."""
        place = self.room() / f"{batch_id}.lock"
        with os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
                alone = True
            except BlockingIOError:
                alone = False
            yield alone

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


def header_of(form: BatchFormat) -> bytes:
    """With what the lines of an answer begin."""
    return b"" if form is BatchFormat.NDJSON else (",".join(ANSWER_COLUMNS) + "\n").encode()
