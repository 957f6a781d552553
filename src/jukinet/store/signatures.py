"""Statements in the envelope of another key of their origin: found, kept, and compared with what was kept first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("delivery")


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """A statement of this node's own as it was signed, and where it stands on the lane to its addressee."""

    statement_id: str
    envelope: bytes
    created_at: datetime
    peer: NodeId
    stream: Stream
    lane_number: int | None


def signed_with(tx: Transaction, key_id: str, ended: datetime, *, most: int) -> list[Signed]:
    """Own statements created since a moment whose last envelope is of this key, in the order of their lanes."""
    # An envelope has one spelling, and its payload is base64: this can stand in it nowhere else.
    mark = f'"keyid":"{key_id}"'.encode("ascii")
    return [
        Signed(
            row["statement_id"],
            bytes(row["envelope"]),
            row["created_at"],
            NodeId(row["first_addressee"]),
            Stream(row["stream"]),
            row["lane_number"],
        )
        for row in tx.rows(_SQL.signed_with, ended=ended, mark=mark, most=most)
    ]


def keep(tx: Transaction, envelopes: Sequence[tuple[str, str, bytes]], at: datetime) -> None:
    """Keep (statement id, key id, envelope) beside what was kept first; what is there already stays."""
    tx.many(
        _SQL.keep_signed_again,
        [
            {"statement_id": statement_id, "key_id": key_id, "envelope": envelope, "signed_at": at}
            for statement_id, key_id, envelope in envelopes
        ],
    )


def first_envelope(tx: Transaction, statement_id: str) -> bytes | None:
    """The envelope in which a statement came, or was sent, first."""
    row = tx.one(_SQL.statement, statement_id=statement_id)
    return bytes(row["envelope"]) if row else None
