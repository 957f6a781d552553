"""The rows of the tree over the audit log: written by the sequencer alone.

What waits is found above a mark: every entry up to it is in the tree or will never be committed. A mark is the newest
entry at one moment, and counts once every transaction has ended that ran ``APART`` later: who had drawn a lower number
by then ran as a transaction. Nothing is asked of those who write entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jukinet.audit import tree
from jukinet.domain import merkle
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries
from jukinet.store.vitals import Waiting

_SQL = Queries("audit_tree")

APART = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Head:
    """A log as it stands in the database: the tree of one life of the node.

    ``window_ms``: how old the oldest entry was that the last round took in.
    """

    incarnation: int
    began_at: datetime
    size: int
    root: bytes
    settled: int
    window_ms: int
    admission: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A checkpoint that was signed."""

    size: int
    signed_at: datetime
    note: str


def integrate(tx: Transaction, incarnation: int, at: datetime, most: int) -> int:
    """Number what is committed and take it into the tree; how many entries. The log's row fences other workers."""
    tx.run(_SQL.open, incarnation=incarnation, at=at, root=merkle.EMPTY)
    log = tx.one(_SQL.lock, incarnation=incarnation)
    if log is None:
        return 0
    found = tx.rows(_SQL.waiting, settled=log["settled"], most=most)
    if found:
        _append(tx, incarnation, log["size"], found, at)
    if len(found) < most:
        _move_mark(tx, incarnation, log, at)
    return len(found)


def _append(tx: Transaction, incarnation: int, size: int, found: Sequence[Row], at: datetime) -> None:
    def held(level: int, place: int) -> bytes:
        return changed.get((level, place)) or tile(tx, incarnation, level, place)

    changed: tree.Tiles = {}
    changed = tree.grow(size, [bytes(row["leaf"]) for row in found], held)
    for (level, place), hashes in changed.items():
        tx.run(_SQL.put_tile, incarnation=incarnation, level=level, place=place, hashes=hashes)
    numbers = [row["entry_id"] for row in found]
    tx.run(_SQL.add_run, incarnation=incarnation, first=size, entry_ids=numbers, last_entry=numbers[-1])
    grown = size + len(found)
    root = merkle.root_of(grown, tree.nodes(held))
    window = round((at - min(row["at"] for row in found)).total_seconds() * 1000)
    tx.run(_SQL.grown, incarnation=incarnation, size=grown, root=root, window_ms=max(0, window))


def _move_mark(tx: Transaction, incarnation: int, log: Row, at: datetime) -> None:
    """A step of the mark; ``log`` was read before the entries were, so what it says has ended is among them."""
    pending = log["pending_at"]
    if pending is None or pending > at:
        tx.run(_SQL.begin_mark, incarnation=incarnation, at=at)
    elif log["over"]:
        tx.run(_SQL.settle, incarnation=incarnation)
    elif not log["marked"] and at - pending >= APART:
        tx.run(_SQL.end_mark, incarnation=incarnation)


def tile(tx: Transaction, incarnation: int, level: int, place: int) -> bytes:
    """The hashes of a tile, as many as it has; none where there is none."""
    row = tx.one(_SQL.tile, incarnation=incarnation, level=level, place=place)
    return bytes(row["hashes"]) if row else b""


def head(tx: Transaction, incarnation: int | None = None) -> Head | None:
    """A log, or the newest."""
    row = tx.one(_SQL.head, incarnation=incarnation)
    return _head(row) if row else None


def before(tx: Transaction, incarnation: int) -> Head | None:
    """The log that a restore ended when this one began."""
    row = tx.one(_SQL.before, incarnation=incarnation)
    return _head(row) if row else None


def _head(row: Row) -> Head:
    return Head(**{**row, "root": bytes(row["root"])})


def admit(tx: Transaction, incarnation: int, note: str) -> None:
    tx.run(_SQL.admit, incarnation=incarnation, note=note)


def put_checkpoint(tx: Transaction, incarnation: int, noted: Noted) -> None:
    """Keep a checkpoint; of those of an hour the newest stays."""
    tx.run(_SQL.put_checkpoint, incarnation=incarnation, at=noted.signed_at, size=noted.size, note=noted.note)


def checkpoint(tx: Transaction, incarnation: int | None = None) -> Noted | None:
    """The newest checkpoint of a log, or of the newest log."""
    row = tx.one(_SQL.checkpoint, incarnation=incarnation)
    return Noted(**row) if row else None


def checkpoints(tx: Transaction, incarnation: int) -> list[str]:
    return [row["note"] for row in tx.rows(_SQL.checkpoints, incarnation=incarnation)]


def unsequenced(tx: Transaction) -> Waiting:
    """What is committed and in no tree yet, at most the first hundred thousand entries."""
    log = head(tx)
    row = tx.one(_SQL.since, settled=log.settled if log else 0)
    return Waiting(row["waiting"], row["since"]) if row else Waiting(0, None)


def leaves(tx: Transaction, incarnation: int, size: int) -> Iterator[tuple[bytes, Row]]:
    """The leaves of a log as its tree has them, in their order, each with what is still kept of its entry."""
    held: list[bytes] = []
    for row in tx.stream(_SQL.entries, incarnation=incarnation, size=size):
        place, offset = divmod(row["number"], tree.WIDTH)
        if row["number"] >= size:
            break
        if offset == 0:
            held = tree.split(tile(tx, incarnation, 0, place))
        yield held[offset], row


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a witness has seen last of a log; ``problem``: why what came then is not believed (``refused``).

    ``ended_at``: when somebody had the log witnessed anew for all that, and with it who did and why.
    """

    node: str
    log: str
    size: int
    root: bytes
    note: str
    seen_at: datetime
    problem: str | None
    refused: str | None
    problem_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None


def witnessed(tx: Transaction) -> list[Witnessed]:
    return [_witnessed(row) for row in tx.rows(_SQL.witnessed)]


def witnessed_of(tx: Transaction, node: str) -> Witnessed | None:
    """Of the log of a node that was seen last."""
    row = tx.one(_SQL.witnessed_of, node=node)
    return _witnessed(row) if row else None


def _witnessed(row: Row) -> Witnessed:
    return Witnessed(**{**row, "root": bytes(row["root"])})


def see(tx: Transaction, node: str, log: str, size: int, root: bytes, note: str, at: datetime) -> None:
    tx.run(_SQL.see, node=node, log=log, size=size, root=root, note=note, at=at)


def refuse(tx: Transaction, node: str, log: str, problem: str, note: str, at: datetime) -> bool:
    """Keep what is not believed; False where something of that log was refused before."""
    return tx.run(_SQL.refuse, node=node, log=log, problem=problem, note=note, at=at) > 0


def end_refused(tx: Transaction, node: str, reason: str, *, by: str, at: datetime) -> bool:
    """Keep what contradicts in the log of a node as it is, for it to be witnessed anew; False: nothing does."""
    return tx.run(_SQL.end_refused, node=node, reason=reason, by=by, at=at) > 0


def refused(tx: Transaction) -> tuple[str, ...]:
    """Nodes whose log contradicted what this witness had seen, and to which nobody has seen."""
    return tuple(row["node"] for row in tx.rows(_SQL.refused))
