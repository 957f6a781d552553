"""The file of the journal of acts: ``acts.journal`` in the node's state directory, one line an act.

What is in it and why is told by ``jukinet.services.journal``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from jukinet.services.journal import Journal
from jukinet.store.lives import Done


def path_of(state: Path) -> Path:
    return state / "acts.journal"


def open_journal(state: Path) -> Journal:
    """The journal, to go on with. A file is made where there is none: from now on one is known to be kept."""
    path = path_of(state)
    known = read(state) or []
    if not path.exists():
        _append(path, b"")
    return Journal(lambda done: append(state, done), max((one.audit_no for one in known), default=0))


def read(state: Path) -> list[Done] | None:
    """Every act in the journal; None where there is none. A line that a crash left half written is passed over."""
    try:
        lines = path_of(state).read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    found = []
    for line in lines:
        try:
            number, event, statements = json.loads(line)
            found.append(Done(int(number), str(event), tuple(map(str, statements))))
        except (ValueError, TypeError):
            continue
    return found


def append(state: Path, done: Sequence[Done]) -> None:
    """Write lines that are on the disk when this returns."""
    lines = [json.dumps([one.audit_no, one.event, list(one.statements)]) for one in done]
    # Begun on a line of its own: the last one may be half written.
    _append(path_of(state), "".join(f"\n{line}" for line in lines).encode("ascii") + b"\n")


def _append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # A disk that fills up takes a part of it, and says so only when it is asked to take the rest.
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
