"""One audit entry, its fixed encoding, and its leaf in the tree of the log.

An entry is written in the transaction that it describes. The leaf is salted, so that the tree may be
published while entries hold personal codes, and so that erasing the row and its salt after the term
leaves nothing to guess from (RFC 6962 leaf prefix 0x00).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain import merkle
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.encoding import begin, named, pair
from jukinet.domain.reading import format_instant

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to whose record, for which affair, and how it ended.

    ``actor`` is ``operator:<id>``, a node's or an organ's URI, or ``system``. ``reference`` is a random id of
    the request, application or statement. ``rules`` names the rules that permitted (basis) or refused.
    """

    at: datetime
    business_on: date
    event: AuditEvent
    outcome: Outcome
    actor: str
    terminal: str | None = None
    subject_code: ResidentRecordCode | None = None
    resident_no: str | None = None
    affair: str | None = None
    reference: str | None = None
    rules: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        """The bytes that the leaf covers: every field, in this order."""
        return b"".join(
            (
                _beginning(self.at, self.business_on, self.event, self.outcome),
                pair("actor", self.actor),
                pair("terminal", self.terminal),
                pair("subject_code", self.subject_code.text if self.subject_code else None),
                pair("resident_no", self.resident_no),
                pair("affair", self.affair),
                pair("reference", self.reference),
                pair("rules", "\n".join(self.rules)),
            )
        )

    def leaf(self, salt: bytes) -> bytes:
        """SHA-256(0x00 || salt || encoding)."""
        return merkle.leaf_hash(salt + self.encoded())


def items_of(
    at: datetime,
    business_on: date,
    event: str,
    outcome: str,
    actor: str,
    terminal: str | None,
    subject_code: str | None,
    resident_no: str | None,
    affair: str | None,
    reference: str | None,
    rules: Sequence[str],
) -> list[tuple[str, str | None]]:
    """The items of an entry, as the columns of its row have them: what the leaf covers and an export shows."""
    return [
        ("at", format_instant(at)),
        ("business_on", business_on.isoformat()),
        ("event", event),
        ("outcome", outcome),
        ("actor", actor),
        ("terminal", terminal),
        ("subject_code", subject_code),
        ("resident_no", resident_no),
        ("affair", affair),
        ("reference", reference),
        ("rules", "\n".join(rules)),
    ]


@lru_cache(maxsize=64)
def _beginning(at: datetime, business_on: date, event: AuditEvent, outcome: Outcome) -> bytes:
    """The first items of an encoding, which many entries that are written together have in common."""
    return _moment(at, business_on, event) + pair("outcome", outcome)


def _moment(at: datetime, business_on: date, event: AuditEvent) -> bytes:
    return (
        begin(11)
        + pair("at", format_instant(at))
        + pair("business_on", business_on.isoformat())
        + pair("event", event)
    )


@dataclass(frozen=True, slots=True)
class LeafPieces:
    """The encoding of an entry around three values that only the database knows when it writes the entry.

    These are ``outcome``, ``subject_code`` and ``rules``; each is written as byte 0 (absent), or byte 1, its length in
    four bytes and its UTF-8.
    """

    before_outcome: bytes
    before_subject: bytes
    before_rules: bytes


def leaf_pieces(
    head: bytes, actor: str, terminal: str | None, affair: str | None, reference: str | None
) -> LeafPieces:
    """The pieces of one entry; ``head`` is ``leaf_head`` of all that are written together."""
    return LeafPieces(
        head,
        pair("actor", actor) + pair("terminal", terminal) + named("subject_code"),
        pair("resident_no", None) + pair("affair", affair) + pair("reference", reference) + named("rules"),
    )


def leaf_head(at: datetime, business_on: date, event: AuditEvent) -> bytes:
    """What the encodings of entries of one moment begin with, up to the name of the outcome."""
    return _moment(at, business_on, event) + named("outcome")
