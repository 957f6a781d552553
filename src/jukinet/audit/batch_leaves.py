"""The leaves of one batch of supply, and the root over them that stands in the log.

Everyone supplied by a batch has a row, and the row a leaf, made as that of an audit entry is: its number is the batch
and the row, its salt is derived from the batch's secret, so that neither needs to be stored. One entry of the log holds
the root (RFC 6962) over the leaves in the order of the rows. Erasing rows and secret leaves nothing to guess from.

The salt is made of the row and of the notice that it told of, so that the leaf holds both: another notice has another
salt. Parts that were answered before this say ``FIRST`` as their encoding, and their notices are held by nothing.

``leaves_of`` makes them by the hundred thousand; ``leaf_of`` says what they must be.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.audit.entries import SALT_BYTES, AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode

HASH_BYTES = 32
ROW_DIGITS = 12
"""Digits of a row's number in its reference, so that all leaves of a batch are made of pieces of one length."""

FIRST, WITH_NOTICES = 1, 2
"""How the leaves of a part are made: of whom it told, or of whom and by which notice (``history_id``)."""

_BLOCK = 64
_SPECIMEN = ResidentRecordCode("24727059608")


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the leaves of one part of a batch have in common."""

    batch: str
    at: datetime
    business_on: date
    actor: str
    terminal: str
    affair: str
    basis: tuple[str, ...]

    def entry(self, row: int, code: ResidentRecordCode) -> AuditEntry:
        """The audit entry that a row stands for."""
        return AuditEntry(
            at=self.at,
            business_on=self.business_on,
            event=AuditEvent.SUPPLIED,
            outcome=Outcome.DONE,
            actor=self.actor,
            terminal=self.terminal,
            subject_code=code,
            affair=self.affair,
            reference=f"{self.batch}/{row:0{ROW_DIGITS}}",
            rules=self.basis,
        )


def salt_of(secret: bytes, row: int, notice: int | None) -> bytes:
    """HMAC-SHA256(secret, row and notice in eight bytes each, big-endian), cut to the length of a salt.

    ``notice`` None: of a part whose encoding is ``FIRST``.
    """
    numbers = row.to_bytes(8, "big") + (b"" if notice is None else notice.to_bytes(8, "big"))
    return hmac.digest(secret, numbers, "sha256")[:SALT_BYTES]


def leaf_of(
    supplied: Supplied, secret: bytes, row: int, code: ResidentRecordCode, notice: int | None
) -> bytes:
    return supplied.entry(row, code).leaf(salt_of(secret, row, notice))


_TOLD = struct.Struct(">Q8s11s")


def leaves_of(supplied: Supplied, secret: bytes, told: bytes) -> Iterator[bytes]:
    """The leaves of one part, ``WITH_NOTICES``.

    ``told``: the numbers of the row and of the notice in eight bytes each, and the code, for each of whom it told.

    ``secret`` is of at most one block, as ours are: its two pads (RFC 2104) are hashed once for all rows.
    """
    encoded = supplied.entry(0, _SPECIMEN).encoded()
    head, code, rest = encoded.partition(_SPECIMEN.text.encode())
    middle, number, tail = rest.partition(b"/" + b"0" * ROW_DIGITS)
    if not code or not number:
        raise ValueError("an entry without code and reference has no pieces")
    middle, numbered = middle + b"/", b"%%0%dd" % ROW_DIGITS
    padded = secret.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
    for row, notice, subject in _TOLD.iter_unpack(told):
        first, second = inner.copy(), outer.copy()
        first.update(row.to_bytes(8, "big") + notice)
        second.update(first.digest())
        salt = second.digest()[:SALT_BYTES]
        yield hashlib.sha256(b"\0" + salt + head + subject + middle + numbered % row + tail).digest()


class Frontier:
    """A growing RFC 6962 tree, of which only the roots of its complete subtrees are kept: largest first.

    ``bytes(frontier)`` and ``Frontier(count, kept)`` take it over a crash.
    """

    def __init__(self, count: int = 0, kept: bytes = b"") -> None:
        self.count = count
        self._roots = [kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)]
        if len(self._roots) != count.bit_count():
            raise ValueError("a tree of that size has another number of complete subtrees")

    def __bytes__(self) -> bytes:
        return b"".join(self._roots)

    def add(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes in their order."""
        roots, count, sha256 = self._roots, self.count, hashlib.sha256
        for leaf in leaves:
            roots.append(leaf)
            count += 1
            carry = count
            while not carry & 1:
                right = roots.pop()
                roots[-1] = sha256(b"\x01" + roots[-1] + right).digest()
                carry >>= 1
        self.count = count

    def root(self) -> bytes:
        """The root over everything added; that of the empty tree is the hash of nothing."""
        if not self._roots:
            return hashlib.sha256(b"").digest()
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found
