"""Incoming lanes: the cursor that is locked while a statement is applied, and what arrived at each number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.store.database import Row, Transaction
from jukinet.store.outbox import Kept
from jukinet.store.sql import Queries, as_hex, as_json

_SQL = Queries("delivery")


class HaltReason(StrEnum):
    """What came on a lane that nothing explains but a restored or an untrue sender."""

    OTHER_BYTES = "other-bytes"
    """A number of the lane came again with other bytes, or one that is not known here."""
    OTHER_STATEMENT = "other-statement"
    """A statement's id came again with other bytes."""
    ORIGIN_NUMBER = "origin-number"
    """The origin used one of its own numbers twice, or an earlier life of it speaks."""


class Arrival(StrEnum):
    """What became of a statement."""

    APPLIED = "applied"
    PARKED = "parked"
    KNOWN = "known"
    """Came before over another lane: acknowledged, not applied again."""


@dataclass(frozen=True, slots=True)
class LaneIn:
    """A locked incoming lane; ``cursor`` is the last number done with."""

    peer: NodeId
    stream: Stream
    cursor: int
    incarnation: int
    halted: bool


def lock_lane(tx: Transaction, peer: NodeId, stream: Stream) -> LaneIn:
    """Lock the lane's cursor for this transaction, opening the lane on its first frame."""
    key = {"peer": str(peer), "stream": stream}
    row = tx.one(_SQL.lock_lane_in, **key)
    if row is None:
        tx.run(_SQL.open_lane_in, **key)
        row = tx.one(_SQL.lock_lane_in, **key)
    if row is None:
        return LaneIn(peer, stream, 0, 0, halted=False)
    return LaneIn(peer, stream, row["cursor"], row["incarnation"], row["halted"])


@dataclass(frozen=True, slots=True)
class Received:
    """What came at a number of a lane, and what became of it."""

    number: int
    kept: Kept
    arrival: Arrival


def advance(
    tx: Transaction, lane: LaneIn, received: Sequence[Received], incarnation: int, at: datetime
) -> LaneIn:
    """Move the cursor to the last of these numbers and remember which bytes stood at each."""
    key = {"peer": lane.peer.text, "stream": lane.stream.value}
    cursor = received[-1].number
    tx.run(
        _SQL.keep_received,
        rows=as_json(
            [
                {
                    "lane_number": one.number,
                    "statement_id": one.kept.statement_id,
                    "digest": as_hex(one.kept.digest),
                    "outcome": one.arrival,
                }
                for one in received
            ]
        ),
        at=at,
        **key,
    )
    tx.run(_SQL.advance_lane_in, cursor=cursor, incarnation=incarnation, **key)
    return LaneIn(lane.peer, lane.stream, cursor, incarnation, lane.halted)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came at a number of a lane, and why it was parked if it was."""

    digest: bytes
    problem: ErrorKind | None
    statement_id: str


def arrived_at(tx: Transaction, lane: LaneIn, number: int) -> Arrived | None:
    """What arrived at a number, or None."""
    row = tx.one(_SQL.received, peer=str(lane.peer), stream=lane.stream, lane_number=number)
    if row is None:
        return None
    problem = ErrorKind(row["problem"]) if row["problem"] else None
    return Arrived(bytes(row["digest"]), problem, row["statement_id"])


def halt(tx: Transaction, lane: LaneIn, why: HaltReason, at: datetime) -> None:
    """Take nothing more on this lane until a person has looked."""
    tx.run(_SQL.halt_lane_in, peer=str(lane.peer), stream=lane.stream, problem=why.value, at=at)


def known_digest(tx: Transaction, statement_id: str) -> bytes | None:
    """The digest of a statement that is already stored, whichever way it came."""
    row = tx.one(_SQL.statement, statement_id=statement_id)
    return bytes(row["digest"]) if row else None


Counted = tuple[str, str, str]
"""A stream of an origin to its first addressee; see ``Kept.counted_in``."""

Newest = dict[Counted, tuple[int, int]]
"""(newest incarnation seen, last number seen in it) of each origin's stream; 0 for none."""


@dataclass(frozen=True, slots=True)
class Before:
    """What stood here before a chunk: whether any of its statements did, and whether one about its codes is parked."""

    known: bool
    parked: bool
    origins: Newest


def look_before(
    tx: Transaction,
    statements: Sequence[Kept],
    codes: Collection[ResidentRecordCode],
) -> Before:
    """What stood here before a chunk; its origins are locked."""
    with tx.pipelined():
        known = tx.ask(_SQL.known_among, statements=[kept.statement_id for kept in statements])
        origins = _ask_origins(tx, statements)
        parked = tx.ask(_SQL.parked_about, codes=[code.text for code in codes])
        return Before(bool(known()), bool(parked()), origins())


def lock_origins(tx: Transaction, statements: Sequence[Kept]) -> Newest:
    """How far each origin's stream was seen, locked."""
    return _ask_origins(tx, statements)()


def _ask_origins(tx: Transaction, statements: Sequence[Kept]) -> Callable[[], Newest]:
    keys = sorted({kept.counted_in for kept in statements})
    rows = tx.ask(
        _SQL.lock_origins,
        origins=[origin for origin, _, _ in keys],
        streams=[stream for _, stream, _ in keys],
        addressees=[addressee for _, _, addressee in keys],
    )

    def answer() -> Newest:
        newest = dict.fromkeys(keys, (0, 0))
        for row in rows():
            key = row["origin"], row["stream"], row["first_addressee"]
            newest[key] = max(newest[key], (row["incarnation"], row["last_number"]))
        return newest

    return answer


def see_origins(tx: Transaction, statements: Sequence[Kept]) -> None:
    """These statements, in the order of their numbers, are the last that were seen of their origins."""
    last = {(*kept.counted_in, kept.incarnation): kept.number for kept in statements}
    tx.run(
        _SQL.see_origins,
        origins=[key[0] for key in last],
        streams=[key[1] for key in last],
        addressees=[key[2] for key in last],
        incarnations=[key[3] for key in last],
        numbers=list(last.values()),
    )


def park(
    tx: Transaction,
    lane: LaneIn,
    number: int,
    kept: Kept,
    subject: ResidentRecordCode | None,
    problem: str,
    at: datetime,
) -> None:
    """Keep a statement for a person to look at; later ones about the same code go behind it."""
    tx.run(
        _SQL.park,
        peer=str(lane.peer),
        stream=lane.stream,
        lane_number=number,
        statement_id=kept.statement_id,
        subject_code=str(subject) if subject else None,
        problem=problem,
        at=at,
    )


def parked_about(tx: Transaction, codes: Collection[ResidentRecordCode]) -> bool:
    """Whether something about any of these codes is parked."""
    return bool(tx.rows(_SQL.parked_about, codes=[str(code) for code in codes]))


def parked(tx: Transaction, *, everything: bool = False) -> list[Row]:
    """What is parked, for people."""
    return tx.rows(_SQL.parked, all=everything)


def parked_statement(tx: Transaction, parked_id: int) -> Row | None:
    """One parked statement, open or closed, with its bytes."""
    return tx.one(_SQL.parked_statement, parked_id=parked_id)


def resolve_parked(tx: Transaction, parked_id: int, by: str, at: datetime) -> bool:
    return bool(tx.rows(_SQL.resolve_parked, parked_id=parked_id, by=by, at=at))


def release(tx: Transaction, peer: NodeId, stream: Stream) -> None:
    """Take statements on this lane again, from the next number on."""
    tx.run(_SQL.release_lane_in, peer=peer.text, stream=stream.value)


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """A call that was answered before: the same request gets the same bytes."""

    peer: str
    kind: str
    request_digest: bytes
    answer: bytes


def answered_call(tx: Transaction, request_id: str) -> AnsweredCall | None:
    row = tx.one(_SQL.answered_call, request_id=request_id)
    if row is None:
        return None
    return AnsweredCall(row["peer"], row["kind"], bytes(row["request_digest"]), bytes(row["answer"]))


def keep_call(tx: Transaction, request_id: str, call: AnsweredCall, at: datetime) -> None:
    tx.run(
        _SQL.keep_call,
        request_id=request_id,
        peer=call.peer,
        kind=call.kind,
        request_digest=call.request_digest,
        answer=call.answer,
        at=at,
    )
