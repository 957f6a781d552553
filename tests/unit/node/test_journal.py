"""The file of the journal of acts: what is appended stands there whole, or the caller is told."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from jukinet.node import journal
from jukinet.store.lives import Done

ACTS = [Done(number, "register:birth:recorded", ("ab" * 16,)) for number in range(1, 40)]


def test_what_a_full_disk_takes_a_part_of_is_no_success(tmp_path: Path) -> None:
    """A file that may grow no further does as a disk that is full: it takes what fits, and then nothing."""
    journal.append(tmp_path, ACTS[:1])
    room = journal.path_of(tmp_path).stat().st_size + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.append(tmp_path, ACTS[1:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert journal.path_of(tmp_path).stat().st_size == room
    known = journal.read(tmp_path)
    assert known is not None
    assert known == ACTS[: len(known)]
    assert 1 < len(known) < len(ACTS)
    journal.append(tmp_path, ACTS[1:])
    assert set(journal.read(tmp_path) or ()) == set(ACTS)
