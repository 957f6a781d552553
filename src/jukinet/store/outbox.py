"""Outgoing statements: put by acts, numbered and signed by the worker, queued on lanes, sent, acknowledged.

Every step is its own transaction. A crash between numbering and signing leaves a numbered row, which is
signed next time; a crash between sending and acknowledging sends the same numbers again, which the
receiver knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Private
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries, as_hex, as_json

_SQL = Queries("delivery")


@dataclass(frozen=True, slots=True, repr=False)
class Entry(Private):
    """A row of the outbox that has its number and waits for its signature. ``body`` is JSON."""

    entry_id: int
    stream: Stream
    addressee: NodeId
    kind: MessageKind
    body: bytes
    created_at: datetime
    statement_id: str
    incarnation: int
    number: int


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """A signed statement as it is stored: verbatim, with the origin's numbering."""

    statement_id: str
    kind: MessageKind
    origin: NodeId
    incarnation: int
    stream: Stream
    first_addressee: NodeId
    number: int
    envelope: bytes
    digest: bytes

    @property
    def counted_in(self) -> tuple[str, str, str]:
        """The stream of its origin in which the number counts, whatever the incarnation."""
        return self.origin.text, self.stream, self.first_addressee.text


@dataclass(frozen=True, slots=True)
class LaneOut:
    """A locked outgoing lane: the last number given on it, and the last one that the peer has."""

    peer: NodeId
    stream: Stream
    last_number: int
    acknowledged: int


def put(
    tx: Transaction,
    statement_id: str,
    kind: MessageKind,
    stream: Stream,
    to: NodeId,
    body: bytes,
    at: datetime,
) -> None:
    """Put a statement into the outbox, in the transaction of the act that it reports."""
    tx.run(
        _SQL.put,
        stream=stream,
        addressee=str(to),
        kind=kind,
        body=body,
        created_at=at,
        statement_id=statement_id,
    )


def number(tx: Transaction, incarnation: int, *, most: int) -> int:
    """Give numbers to what is committed in the outbox, under the row lock of each stream; how many."""
    waiting = tx.rows(_SQL.unnumbered_streams, incarnation=incarnation)
    if not waiting:
        return 0
    key = {**_columns(waiting, "stream", "addressee"), "incarnation": incarnation}
    tx.run(_SQL.open_origin_streams, **key)
    # The lock is a statement of its own: what is numbered next must see what the one before committed.
    tx.rows(_SQL.lock_origin_streams, **key)
    return tx.run(_SQL.number_outbox, most=most, **key)


def _columns(rows: Sequence[Row], *names: str) -> dict[str, list[object]]:
    return {name: [row[name] for row in rows] for name in names}


def unsigned(tx: Transaction, *, most: int) -> list[Entry]:
    """Numbered entries without a signature, in order, locked until the end of the transaction."""
    return [
        Entry(
            entry_id=row["entry_id"],
            stream=Stream(row["stream"]),
            addressee=NodeId(row["addressee"]),
            kind=MessageKind(row["kind"]),
            body=bytes(row["body"]),
            created_at=row["created_at"],
            statement_id=row["statement_id"],
            incarnation=row["incarnation"],
            number=row["number"],
        )
        for row in tx.rows(_SQL.unsigned, most=most)
    ]


def still_unsigned(tx: Transaction, entries: Sequence[Entry]) -> frozenset[int]:
    """Which of the entries no other worker has signed meanwhile; locks them."""
    rows = tx.rows(_SQL.still_unsigned, entries=[entry.entry_id for entry in entries])
    return frozenset(row["entry_id"] for row in rows)


def keep_signed(tx: Transaction, signed: Sequence[tuple[Entry, Kept]], at: datetime) -> None:
    """Store the bytes of statements just signed and queue each on the lane to its addressee."""
    keep(tx, [kept for _, kept in signed], at)
    tx.run(_SQL.mark_signed, entries=[entry.entry_id for entry, _ in signed])
    queue_all(tx, [(kept.first_addressee, kept.stream, kept.statement_id) for _, kept in signed])


def keep(tx: Transaction, statements: Sequence[Kept], at: datetime) -> None:
    """Store statements verbatim; CONFLICT where the origin's number is already taken by another."""
    rows = [
        {
            "statement_id": kept.statement_id,
            "kind": kept.kind,
            "origin": kept.origin.text,
            "incarnation": kept.incarnation,
            "stream": kept.stream,
            "first_addressee": kept.first_addressee.text,
            "number": kept.number,
            "envelope": kept.envelope.decode("ascii"),
            "digest": as_hex(kept.digest),
        }
        for kept in statements
    ]
    if rows:
        tx.run(_SQL.keep_statements, at=at, rows=as_json(rows))


def queue(tx: Transaction, peer: NodeId, stream: Stream, statement_id: str) -> None:
    """Queue a stored statement on the lane to a peer (its addressee, or the next hop of a forwarded one)."""
    queue_all(tx, [(peer, stream, statement_id)])


def queue_all(tx: Transaction, statements: Sequence[tuple[NodeId, Stream, str]]) -> None:
    """Queue stored statements, each on a lane, in this order."""
    if statements:
        tx.run(
            _SQL.queue,
            peers=[peer.text for peer, _, _ in statements],
            streams=[stream.value for _, stream, _ in statements],
            statements=[statement_id for _, _, statement_id in statements],
        )


def number_lanes(tx: Transaction, incarnation: int, *, most: int) -> int:
    """Give lane numbers to what waits, under the row lock of each lane; how many."""
    waiting = tx.rows(_SQL.unnumbered_lanes, incarnation=incarnation)
    if not waiting:
        return 0
    key = _columns(waiting, "peer", "stream")
    tx.run(_SQL.open_lanes, **key)
    tx.rows(_SQL.lock_lanes, **key)
    return tx.run(_SQL.number_lanes, most=most, **key)


def due_lanes(
    tx: Transaction, incarnation: int, now: datetime, latest: datetime
) -> list[tuple[tuple[NodeId, Stream], bool]]:
    """Lanes with something to send whose back-off has passed, and whether the last attempt on each failed.

    An attempt put off beyond ``latest`` was put off before the clock went back: it is due.
    """
    rows = tx.rows(_SQL.due_lanes, incarnation=incarnation, now=now, latest=latest)
    return [((NodeId(row["peer"]), Stream(row["stream"])), row["failures"] > 0) for row in rows]


def how_far(tx: Transaction, peer: NodeId, stream: Stream) -> tuple[int, int]:
    """How far the peer has a lane, and how many attempts on it failed in a row."""
    lane = tx.one(_SQL.lane_out, peer=peer.text, stream=stream.value)
    return (lane["acknowledged"], lane["failures"]) if lane else (0, 0)


def waiting(
    tx: Transaction, peer: NodeId, stream: Stream, *, after: int, most: int, room: int
) -> list[bytes]:
    """The envelopes of a lane that follow a number; gapless by construction.

    At most so many, and of so many bytes together that memory is bounded, but at least one.
    """
    rows = tx.rows(_SQL.waiting, peer=peer.text, stream=stream.value, after=after, most=most, room=room)
    return [bytes(row["envelope"]) for row in rows]


def waiting_lanes(tx: Transaction) -> list[tuple[NodeId, Stream]]:
    """Lanes on which something has not arrived, whenever it is tried again; halted ones are for a person."""
    return [(NodeId(row["peer"]), Stream(row["stream"])) for row in tx.rows(_SQL.waiting_lanes)]


def waiting_own(tx: Transaction, peer: NodeId, stream: Stream) -> list[tuple[MessageKind, bytes]]:
    """What this node itself said on a lane and the peer does not have, in order: kind and body."""
    rows = tx.rows(_SQL.waiting_own, peer=str(peer), stream=stream)
    return [(MessageKind(row["kind"]), bytes(row["body"])) for row in rows]


def open_lanes(tx: Transaction, peer: NodeId, streams: Sequence[Stream]) -> None:
    """Let lanes to a peer be there, and lock them."""
    tx.run(_SQL.open_lanes, **_lanes(peer, streams))
    lock_lanes(tx, peer, streams)


def lock_lanes(tx: Transaction, peer: NodeId, streams: Sequence[Stream]) -> None:
    """Lock the lanes to a peer that are there, in the one order in which several are locked."""
    tx.rows(_SQL.lock_lanes, **_lanes(peer, streams))


def _lanes(peer: NodeId, streams: Sequence[Stream]) -> dict[str, list[str]]:
    return {"peer": [peer.text] * len(streams), "stream": sorted(streams)}


def lock_lane(tx: Transaction, peer: NodeId, stream: Stream) -> LaneOut:
    """Lock a lane for this transaction; one that was never opened has no numbers."""
    row = tx.one(_SQL.lock_lane_out, peer=str(peer), stream=stream)
    if row is None:
        return LaneOut(peer, stream, 0, 0)
    return LaneOut(peer, stream, row["last_number"], row["acknowledged"])


def statement_at(tx: Transaction, peer: NodeId, stream: Stream, number: int) -> str | None:
    """The id of the statement that has a number on a lane."""
    row = tx.one(_SQL.statement_at, peer=str(peer), stream=stream, lane_number=number)
    return row["statement_id"] if row else None


def acknowledge(tx: Transaction, peer: NodeId, stream: Stream, cursor: int) -> None:
    """The peer's cursor stands at ``cursor``: everything up to it is done with."""
    tx.run(_SQL.acknowledge, peer=str(peer), stream=stream, cursor=cursor)


def rewind(tx: Transaction, peer: NodeId, stream: Stream, cursor: int) -> None:
    """Send again from ``cursor`` + 1: the peer no longer holds what it had acknowledged."""
    tx.run(_SQL.rewind, peer=str(peer), stream=stream, cursor=cursor)


def note_failure(
    tx: Transaction,
    peer: NodeId,
    stream: Stream,
    problem: str,
    attempt_after: datetime,
    *,
    at: datetime,
    halt: bool = False,
) -> None:
    tx.run(
        _SQL.note_failure,
        peer=str(peer),
        stream=stream,
        problem=problem,
        attempt_after=attempt_after,
        at=at,
        halt=halt,
    )


def unsent(tx: Transaction) -> int:
    """How many statements have not reached their next hop."""
    row = tx.one(_SQL.unsent)
    return int(row["unsent"]) if row else 0


def release(tx: Transaction, peer: NodeId, stream: Stream) -> None:
    """Forget what holds a lane up: its next statement is sent at once."""
    tx.run(_SQL.release_lane_out, peer=peer.text, stream=stream.value)
