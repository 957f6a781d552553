"""Opening what a frame holds: chunk by chunk, the next one while the database works on the one before it.

Owns when each statement is opened. Nothing is decided here and nothing kept: whatever is lost of it
when a process ends is opened again when the frame comes again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from jukinet.domain.errors import JukinetError
from jukinet.messages.frames import Frame
from jukinet.messages.statements import KeyFinder, Statement, open_statement

CHUNK = 200
"""Statements applied in one transaction."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One statement of a frame: its lane number, its bytes, and what opening it gave."""

    number: int
    envelope: bytes
    opened: Statement | JukinetError

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.envelope).digest()


class Chunks:
    """A frame's statements, opened chunk by chunk."""

    def __init__(self, frame: Frame, find_key: KeyFinder) -> None:
        self._frame = frame
        self._find_key = find_key
        self._start = 0
        self._ahead: list[Arrived] = []

    def __iter__(self) -> Iterator[list[Arrived]]:
        while self._start < len(self._frame.statements):
            self._open_to(CHUNK)
            chunk, self._ahead = self._ahead, []
            self._start += len(chunk)
            yield chunk

    def open_one_ahead(self) -> bool:
        """Open another statement of the chunk that comes next; whether there was one to open."""
        before = len(self._ahead)
        self._open_to(before + 1)
        return len(self._ahead) > before

    def _open_to(self, count: int) -> None:
        start = self._start + len(self._ahead)
        envelopes = self._frame.statements[start : self._start + min(count, CHUNK)]
        self._ahead += [
            Arrived(number, envelope, _open(envelope, self._find_key))
            for number, envelope in enumerate(envelopes, self._frame.first_number + start)
        ]


def _open(envelope: bytes, find_key: KeyFinder) -> Statement | JukinetError:
    try:
        return open_statement(envelope, find_key)
    except JukinetError as error:
        return error
