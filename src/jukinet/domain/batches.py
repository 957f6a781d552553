"""Batches of supply as files: how they may be written, what stands in them, and in which state a batch is.

Owns the words that both ends use. What a file must be to be taken is in ``jukinet.services.supply.batch_intake``.
"""

from __future__ import annotations

from enum import StrEnum


class BatchFormat(StrEnum):
    """How a file is written; the answer is written as the question was."""

    CSV = "csv"
    """RFC 4180 in UTF-8, with a header."""
    NDJSON = "ndjson"
    """One JSON object a line, in UTF-8."""
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    BatchFormat.CSV: "text/csv",
    BatchFormat.NDJSON: "application/x-ndjson",
    BatchFormat.PARQUET: "application/vnd.apache.parquet",
}


class BatchState(StrEnum):
    """How far a batch is. One that is ready is worked on from wherever it stands."""

    DECLARED = "declared"
    """The request is permitted; the file, of which the digest was given, has not come."""
    RECEIVED = "received"
    """Its file is here and has not been checked yet."""
    REFUSED = "refused"
    """The file has faults, or the request failed a rule: nobody was looked up."""
    READY = "ready"
    STOPPED = "stopped"
    """Something stopped it half way: it goes on where it stood, once somebody resumes it."""
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in {BatchState.REFUSED, BatchState.DONE, BatchState.CANCELLED}


class Way(StrEnum):
    """How a batch came and goes (Ord. Art. 30-7)."""

    LINE = "by-line"
    MEDIA = "on-media"


class RowResult(StrEnum):
    """What an answer says of one row: the results of a single query, and four that only a batch has."""

    FOUND = "found"
    NONE = "none"
    AMBIGUOUS = "ambiguous"
    UNDETERMINED = "undetermined"
    UNREADABLE = "unreadable"
    """The row asks for nobody who could exist; ``reason`` names the columns."""
    LIMITED = "limited"
    """The organ was told of this person too often today; ``reason`` is the rule. A single request is refused."""
    EARLIER = "earlier"
    """Where earlier records are asked for: one of these, behind the row itself. It is counted with that row."""
    UNCHANGED = "unchanged"
    """In a batch that asks what changed: found, and as the earlier batch told. Counted, and left out of the answer."""


CODE_COLUMNS = ("code",)
ITEM_COLUMNS = ("name", "address", "birth_date", "sex")

ANSWER_COLUMNS = (
    *("row", "result", "reason"),
    *(
        "name",
        "nickname",
        "birth_date",
        "sex",
        "address_municipality",
        "address_text",
        "address_building",
        "code",
    ),
    *("change_kind", "change_reason", "change_occurred_on"),
)
"""One row of an answer: the fields of a single answer, flat. ``row`` counts the rows of the question from 1."""
