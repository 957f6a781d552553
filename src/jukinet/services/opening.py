"""Opening what a frame holds: chunk by chunk, the next one while the database works on the one before it.

Owns which thread looks at which signature, and when. Nothing is decided here and nothing kept: whatever is lost of it
when a process ends is opened again when the frame comes again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from jukinet.domain.errors import JukinetError
from jukinet.messages.frames import Frame
from jukinet.messages.statements import KeyFinder, Sealed, Statement

CHUNK = 200
"""Statements applied in one transaction."""

_ALONE = 8
"""So few signatures are looked at before another thread has woken up."""


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
    """A frame's statements, opened chunk by chunk.

    ``helper``: one more thread, which looks at signatures too. ``times``: how often ``open_ahead`` is called while the
    database works on one chunk.
    """

    def __init__(self, frame: Frame, find_key: KeyFinder, helper: Executor, times: int) -> None:
        self._frame = frame
        self._find_key = find_key
        self._at_once = -(-CHUNK // times)
        self._helper = helper
        self._start = 0
        self._ahead: list[Arrived] = []

    def __iter__(self) -> Iterator[list[Arrived]]:
        while self._start < len(self._frame.statements):
            self._open_to(CHUNK)
            chunk, self._ahead = self._ahead, []
            self._start += len(chunk)
            yield chunk

    def open_ahead(self) -> None:
        """Open a part of the chunk that comes next."""
        self._open_to(len(self._ahead) + self._at_once)

    def _open_to(self, count: int) -> None:
        start = self._start + len(self._ahead)
        envelopes = self._frame.statements[start : self._start + min(count, CHUNK)]
        sealed = [_take_apart(envelope, self._find_key) for envelope in envelopes]
        self._prove([one for one in sealed if isinstance(one, Sealed)])
        self._ahead += [
            Arrived(number, envelope, _open(one))
            for number, (envelope, one) in enumerate(
                zip(envelopes, sealed, strict=True), self._frame.first_number + start
            )
        ]

    def _prove(self, sealed: list[Sealed]) -> None:
        """Look at the signatures in two threads: each takes the next one until none is left.

        Only a signature leaves the interpreter to others; two threads that read statements would wait for each other.
        """
        if len(sealed) <= _ALONE:
            return  # ``open`` looks at them.
        left = iter(sealed)
        beside = self._helper.submit(_prove_each, left)
        _prove_each(left)
        if not beside.cancel():
            beside.result()


def _prove_each(sealed: Iterable[Sealed]) -> None:
    for one in sealed:
        one.prove()


def _take_apart(envelope: bytes, find_key: KeyFinder) -> Sealed | JukinetError:
    try:
        return Sealed(envelope, find_key)
    except JukinetError as error:
        return error


def _open(sealed: Sealed | JukinetError) -> Statement | JukinetError:
    if isinstance(sealed, JukinetError):
        return sealed
    try:
        return sealed.open()
    except JukinetError as error:
        return error
