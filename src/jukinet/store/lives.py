"""The lives of a node (incarnations), and what the newest one still has to find out from its peers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole, PrefectureCode
from jukinet.messages.handshakes import NOTHING_TOLD, Told
from jukinet.messages.kinds import Stream
from jukinet.store.database import Transaction
from jukinet.store.outbox import Kept
from jukinet.store.sql import Queries

_SQL = Queries("recovery")

FIRST = 1
"""The life of a node whose database was never put back."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life. ``live_at`` is None as long as the node recovers; ``backup_at``: of when what was put back is.

    ``last_audit``: the last audit number that came back. ``void_codes``: how many free codes the pool lost.
    ``journal_read``: whether the journal beside the database could say which acts came after.
    """

    incarnation: int
    began_at: datetime
    live_at: datetime | None
    backup_at: datetime | None
    last_audit: int
    void_codes: int
    journal_read: bool


@dataclass(frozen=True, slots=True)
class Done:
    """An act as the journal beside the database tells of it: its audit number, its event, and what it said."""

    audit_no: int
    event: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shaken:
    """How the handshake with a peer stands; without a row it was not tried yet."""

    peer: NodeId
    shaken_at: datetime | None
    waived_by: str | None
    failures: int
    attempt_after: datetime | None
    last_problem: str | None


def newest(tx: Transaction) -> Life | None:
    """The newest life that the database knows."""
    row = tx.one(_SQL.newest_life)
    return Life(**row) if row else None


def is_live(tx: Transaction, incarnation: int) -> bool:
    """Whether this life is the newest, and has recovered. The processes of an earlier one are told no."""
    life = newest(tx)
    return life is not None and life.incarnation == incarnation and life.live_at is not None


def begin(tx: Transaction, node: NodeId, life: Life, beyond: Sequence[Done], last_number: int) -> Life:
    """Write down that a life begins, as the owner of the schema: what was not acknowledged is not said yet.

    ``last_number`` is the last audit number that any life is known to have used: it is not used again.
    """
    void = _void_pool(tx, life.began_at) if node.role is NodeRole.MUNICIPALITY else 0
    tx.run(
        _SQL.begin_life,
        incarnation=life.incarnation,
        at=life.began_at,
        backup_at=life.backup_at,
        last_audit=life.last_audit,
        void_codes=void,
        journal_read=life.journal_read,
    )
    tx.run(_SQL.take_back_own, node=str(node))
    tx.run(_SQL.forget_signatures, node=str(node))
    tx.run(_SQL.forget_unsaid, node=str(node))
    tx.run(_SQL.take_back_forwarded)
    tx.run(_SQL.forget_transactions)
    tx.run(_SQL.reset_lanes)
    tx.many(
        _SQL.add_beyond,
        [
            {
                "incarnation": life.incarnation,
                "audit_no": one.audit_no,
                "event": one.event,
                "statements": list(one.statements),
            }
            for one in beyond
        ],
    )
    tx.one(_SQL.pass_audit_numbers, last=last_number)
    return Life(
        life.incarnation, life.began_at, None, life.backup_at, life.last_audit, void, life.journal_read
    )


def _void_pool(tx: Transaction, at: datetime) -> int:
    """Let no code of the pool be given any more; how many the centre must designate anew."""
    unasked = tx.one(_SQL.void_unasked, centre=str(NATIONAL))
    return tx.run(_SQL.void_pool, at=at) + (int(unasked["void_codes"]) if unasked else 0)


def last_audit(tx: Transaction) -> int:
    """The newest audit number in the database."""
    row = tx.one(_SQL.last_audit)
    return int(row["last"]) if row else 0


def lock(tx: Transaction, incarnation: int) -> None:
    """Let nobody else take back in this life until the transaction ends."""
    tx.rows(_SQL.lock_life, incarnation=incarnation)


def end_recovery(tx: Transaction, incarnation: int, at: datetime) -> bool:
    """The life is live from now on; False where another worker said so first."""
    return tx.run(_SQL.end_recovery, incarnation=incarnation, at=at) == 1


def beyond(tx: Transaction, incarnation: int) -> list[tuple[int, str]]:
    """(audit number, event) of every act of which no peer held anything."""
    return [(row["audit_no"], row["event"]) for row in tx.rows(_SQL.beyond, incarnation=incarnation)]


# Handshakes


def handshakes(tx: Transaction, incarnation: int) -> dict[NodeId, Shaken]:
    found = tx.rows(_SQL.handshakes, incarnation=incarnation)
    return {NodeId(row["peer"]): Shaken(**{**row, "peer": NodeId(row["peer"])}) for row in found}


def note_shaken(tx: Transaction, incarnation: int, peer: NodeId, told: Told, at: datetime) -> None:
    tx.run(
        _SQL.shaken,
        incarnation=incarnation,
        peer=str(peer),
        at=at,
        told_incarnation=told.incarnation,
        told_number=told.number,
    )


def note_failed(tx: Transaction, incarnation: int, peer: NodeId, problem: str, after: datetime) -> None:
    tx.run(
        _SQL.handshake_failed, incarnation=incarnation, peer=str(peer), problem=problem, attempt_after=after
    )


def shake_again(tx: Transaction, incarnation: int, peer: NodeId) -> None:
    """The peer does not know this life (any more): nothing goes to it before another handshake."""
    tx.run(_SQL.shake_again, incarnation=incarnation, peer=str(peer))


def waive(tx: Transaction, incarnation: int, peer: NodeId, by: str) -> None:
    """Recovery does not wait for this peer. Its lane does."""
    tx.run(_SQL.waive, incarnation=incarnation, peer=str(peer), by=by)


def told(tx: Transaction, incarnation: int, peer: NodeId) -> Told:
    """How far the peer had numbered its codes when this life shook hands with it."""
    row = tx.one(_SQL.told, incarnation=incarnation, peer=str(peer))
    return Told(row["told_incarnation"], row["told_number"]) if row else NOTHING_TOLD


def lanes_known(tx: Transaction, peer: NodeId) -> dict[Stream, tuple[int, int]]:
    """For each stream: what is acknowledged of this node's lane to a peer, and its cursor in the peer's lane."""
    out = {Stream(row["stream"]): row["acknowledged"] for row in tx.rows(_SQL.lanes_known, peer=str(peer))}
    in_ = {Stream(row["stream"]): row["cursor"] for row in tx.rows(_SQL.cursors_known, peer=str(peer))}
    return {stream: (out.get(stream, 0), in_.get(stream, 0)) for stream in Stream}


# At the peer


def newest_incarnation_of(tx: Transaction, peer: NodeId) -> int:
    """The newest life in which a peer was heard on any lane; 0 for none."""
    row = tx.one(_SQL.newest_incarnation_of, peer=str(peer))
    return int(row["incarnation"]) if row else 0


def trust(tx: Transaction, peer: NodeId, stream: Stream, incarnation: int, *, release: bool) -> None:
    """Take the peer's lane from this life of it on; ``release`` one that was halted: it speaks anew."""
    key = {"peer": str(peer), "stream": stream}
    tx.run(_SQL.trust_lane_in, incarnation=incarnation, **key)
    if release:
        tx.run(_SQL.release_lane_in, **key)


def send_again(tx: Transaction, peer: NodeId, stream: Stream, cursor: int, *, release: bool) -> None:
    """The peer holds this node's lane up to there, and not what it had acknowledged after that."""
    tx.run(_SQL.send_again, peer=str(peer), stream=stream, cursor=cursor, release=release)


def held_after(
    tx: Transaction, peer: NodeId, stream: Stream, after: int, *, most: int
) -> list[tuple[int, bytes]]:
    """What a peer sent on its lane after a number: (lane number, envelope), in order."""
    rows = tx.rows(_SQL.held_after, peer=str(peer), stream=stream, after=after, most=most)
    return [(row["lane_number"], bytes(row["envelope"])) for row in rows]


def held_of_origin(tx: Transaction, origin: NodeId, here: NodeId, after: Told, *, most: int) -> list[bytes]:
    """Identity notices of an origin that came by way of another node, after one of its numbers, in order."""
    rows = tx.rows(
        _SQL.held_of_origin,
        origin=str(origin),
        here=str(here),
        incarnation=after.incarnation,
        number=after.number,
        most=most,
    )
    return [bytes(row["envelope"]) for row in rows]


def said(tx: Transaction, origin: NodeId) -> Told:
    """How far this node, the origin, knows what it said in the stream of identity notices."""
    row = tx.one(_SQL.newest_said, origin=str(origin))
    return Told(row["incarnation"], row["number"]) if row else NOTHING_TOLD


def newest_told(tx: Transaction, peer: NodeId, stream: Stream) -> Told:
    """How far this node has numbered what it says to a peer itself."""
    row = tx.one(_SQL.newest_told, peer=str(peer), stream=stream)
    return Told(row["incarnation"], row["last_number"]) if row else NOTHING_TOLD


# Taking back


def take_waiting(tx: Transaction, kept: Kept) -> bool:
    """Whether the statement waits in this node's outbox: then it was said before, under that number."""
    entry = tx.one(_SQL.waiting_entry, statement_id=kept.statement_id)
    if entry is None:
        return False
    tx.run(_SQL.said_before, entry_id=entry["entry_id"], number=kept.number, incarnation=kept.incarnation)
    return True


def drop_waiting(tx: Transaction, kept: Kept, body: bytes) -> bool:
    """Take out of the outbox one statement without a number that says to the same addressee what this one said."""
    row = tx.one(_SQL.drop_waiting, addressee=str(kept.first_addressee), kind=kept.kind, body=body)
    return row is not None and bool(row["dropped"])


def put_said(tx: Transaction, kept: Kept, body: bytes, created_at: datetime) -> None:
    """Put what an earlier life said into the outbox, as said: the database follows what is put there."""
    tx.run(
        _SQL.put_said,
        stream=kept.stream,
        addressee=str(kept.first_addressee),
        kind=kept.kind,
        body=body,
        created_at=created_at,
        statement_id=kept.statement_id,
        incarnation=kept.incarnation,
        number=kept.number,
    )


def place(tx: Transaction, peer: NodeId, stream: Stream, statement_id: str, lane_number: int) -> None:
    """Put a statement where it stood on the lane to a peer in an earlier life."""
    key = {"peer": str(peer), "stream": stream, "statement_id": statement_id}
    waiting = tx.one(_SQL.waiting_item, **key)
    if waiting is not None:
        tx.run(_SQL.place_item, item_id=waiting["item_id"], lane_number=lane_number)
    else:
        tx.run(_SQL.add_item, lane_number=lane_number, **key)


def set_lane(tx: Transaction, peer: NodeId, stream: Stream, acknowledged: int) -> None:
    """The peer holds the (locked) lane up to there, which may be less than it once acknowledged."""
    tx.run(_SQL.set_lane, peer=str(peer), stream=stream, acknowledged=acknowledged)


# The pool at the centre


@dataclass(frozen=True, slots=True)
class Renewal:
    """Codes that a restored municipality lacks."""

    municipality: str
    incarnation: int
    codes: int


def ask_renewal(tx: Transaction, wanted: Renewal, at: datetime) -> None:
    """Note it once for each life of the municipality."""
    tx.run(
        _SQL.ask_renewal,
        municipality=wanted.municipality,
        incarnation=wanted.incarnation,
        codes=wanted.codes,
        at=at,
    )


def next_renewal(tx: Transaction, left_out: Iterable[PrefectureCode]) -> Renewal | None:
    """One that waits and nobody else is at, locked; none of a municipality of these prefectures."""
    row = tx.one(_SQL.next_renewal, left_out=[one.text for one in left_out])
    return Renewal(**row) if row else None


def renewed(tx: Transaction, done: Renewal, at: datetime) -> None:
    tx.run(_SQL.renewed, municipality=done.municipality, incarnation=done.incarnation, at=at)


def require_not_later(life: Life | None, incarnation: int) -> None:
    """Raise CONFIGURATION where the database knows a later life than the number kept beside it."""
    if life is not None and life.incarnation > incarnation:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The database knows a later life of this node than the file incarnation in its state directory: one of"
            " the two was put back alone. Run: jukinet restore --done-elsewhere --config FILE",
        )
