"""How far a municipality is that joins the network, and what speaks against taking its records in."""

from __future__ import annotations

from enum import StrEnum

from jukinet.domain.municipality import MunicipalityCode
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("joining")


class Joining(StrEnum):
    """A step of joining, in order."""

    CODES = "codes"
    """Residents are given codes, and nothing is said of it: the segments will say it."""
    WRITTEN = "written"
    """The segments say how everything stood; what happens since waits in the outbox."""
    LIVE = "live"
    """The stores hold the segments: it is said."""


def state(tx: Transaction) -> Joining | None:
    """None: this municipality did not join later than others."""
    row = tx.one(_SQL.state)
    return Joining(row["state"]) if row else None


def manifest(tx: Transaction) -> bytes | None:
    """What is to be signed, as it was written."""
    row = tx.one(_SQL.manifest)
    return bytes(row["manifest"]) if row and row["manifest"] is not None else None


def begin(tx: Transaction) -> None:
    tx.run(_SQL.begin)


def advance(tx: Transaction, to: Joining, written: bytes | None = None) -> None:
    tx.run(_SQL.advance, state=to, manifest=written)


def keep_segment(tx: Transaction, name: str, data: bytes) -> None:
    """Keep a file of what is written, until the municipality takes part."""
    tx.run(_SQL.keep_segment, name=name, data=data)


def segment(tx: Transaction, name: str) -> bytes | None:
    row = tx.one(_SQL.segment, name=name)
    return bytes(row["data"]) if row else None


def forget_segments(tx: Transaction) -> None:
    """Once the municipality takes part; before that they stay."""
    tx.run(_SQL.forget_segments)


def hold_register(tx: Transaction) -> None:
    """Let no act change the register until this transaction ends."""
    tx.run(_SQL.hold_register)


def has_reported(tx: Transaction) -> bool:
    """Whether this municipality, or a system before this one, ever said anything of its residents."""
    row = tx.one(_SQL.has_reported)
    return bool(row and row["found"])


def count_uncoded(tx: Transaction) -> int:
    row = tx.one(_SQL.count_uncoded)
    return int(row["residents"]) if row else 0


def holds_records_of(tx: Transaction, municipality: MunicipalityCode) -> bool:
    """Whether this store holds any record of a municipality."""
    row = tx.one(_SQL.holds_records_of, municipality=str(municipality))
    return bool(row and row["found"])
