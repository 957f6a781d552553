"""What the tests of delivery do to a network: say things by hand, crash at any step, and compare every row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.messages import bodies, dsse, frames, handshakes, statements, strict_json
from jukinet.messages.bodies import Body, IdentityNotice
from jukinet.messages.frames import Frame, FrameAnswer
from jukinet.messages.handshakes import Handshake, HandshakeAnswer, LaneKnown
from jukinet.messages.keys import KeyUse, Signer
from jukinet.messages.kinds import STREAM_OF, MessageKind, Stream, payload_type
from jukinet.messages.statements import Statement
from jukinet.services import handshakes as answering
from jukinet.services import incoming, vitals
from jukinet.services.context import Context
from jukinet.store import audit_log, identity, inbox
from jukinet.store.database import Database, Row, Transaction
from jukinet.testing.federation import EPOCH, NETWORK, OFFICE, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

TOKYO = NodeId("pref-13")
KUNI, CHIYO, FUKU = KUNITACHI.node_id, CHIYODA.node_id, FUKUSHIMA.node_id
TODAY = date(2013, 7, 8)

Tables = dict[str, list[str]]


# Looking


def connect(federation: Federation, node: NodeId, role: str = "owner", **options: Any) -> Any:
    """A connection of the test's own, beside every pool."""
    return psycopg.connect(
        federation._conninfo(role), options=f"-c search_path={node.schema}", autocommit=True, **options
    )


@contextmanager
def looking(federation: Federation, node: NodeId) -> Iterator[psycopg.Connection[Any]]:
    """A connection to look at what a node holds. It stays for the next look: a new one takes longer than the look."""
    # Also where the nodes themselves share their connections.
    with Federation._database(federation, node, "owner")._pool.connection() as connection:
        yield connection


def tables(federation: Federation, node: NodeId) -> Tables:
    """Every row of every table of a node, as text; in one statement, which the server keeps."""
    with looking(federation, node) as raw, raw.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (node.schema,))
        found: Tables = {name: [] for (name,) in cursor}
        each = (
            sql.SQL("SELECT {}, t::text FROM {} AS t").format(name, sql.Identifier(name))
            for name in sorted(found)
        )
        for name, row in cursor.execute(sql.SQL(" UNION ALL ").join(each), prepare=True):
            found[name].append(row)
    return {name: sorted(lines) for name, lines in found.items()}


def changed(before: Tables, after: Tables) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def rows(federation: Federation, node: NodeId, query: str, *params: object) -> list[tuple[Any, ...]]:
    with looking(federation, node) as raw, raw.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(query.encode(), params or None).fetchall()


def entries(federation: Federation, node: NodeId, event: AuditEvent) -> list[AuditEntry]:
    """The audit entries of one kind, oldest first."""
    with federation.context(node, OFFICE).begin() as tx:
        return [entry for _, entry in reversed(audit_log.newest(tx, most=10_000, event=event))]


def held(federation: Federation, node: NodeId) -> set[tuple[MunicipalityCode, IdentityFacts]]:
    """The live records of an identity store."""
    with federation.context(node, NETWORK).begin() as tx:
        return set(identity.live_records(tx))


def cursor(federation: Federation, node: NodeId, peer: NodeId, stream: Stream = Stream.IDENTITY) -> int:
    asked = "SELECT cursor FROM lanes_in WHERE peer = %s AND stream = %s"
    found = rows(federation, node, asked, str(peer), stream.value)
    return int(found[0][0]) if found else 0


def halted(federation: Federation, node: NodeId) -> tuple[str, ...]:
    return vitals.look(federation.context(node, OFFICE)).halted


def parked(federation: Federation, node: NodeId) -> list[Row]:
    with federation.context(node, OFFICE).begin() as tx:
        return inbox.parked(tx)


# Saying


def code(index: int) -> ResidentRecordCode:
    """The index-th code of the tests: different ones, all of which may be issued."""
    ten = 5_000_000_000 + index * 10
    while not is_issuable(f"{ten:010d}"):
        ten += 1
    return ResidentRecordCode.compose(f"{ten:010d}")


def notice(
    about: ResidentRecordCode,
    kind: ChangeKind = ChangeKind.RECORDING,
    *,
    of: MunicipalityCode = KUNITACHI,
    name: str = "国立　花子",
    previous: ResidentRecordCode | None = None,
) -> IdentityNotice:
    """A lawful identity notice of a municipality."""
    reason = {
        ChangeKind.RECORDING: NoticeReason.BIRTH,
        ChangeKind.DELETION: NoticeReason.DEATH,
        ChangeKind.CORRECTION: NoticeReason.CORRECTED_EX_OFFICIO,
        ChangeKind.CODE_CORRECTION: NoticeReason.CODE_CHANGE_REQUESTED,
    }[kind]
    facts = IdentityFacts(name, PartialDate("1980-04-17"), Sex.FEMALE, Address(of, "一丁目1番地"), about)
    return IdentityNotice(facts, ChangeInformation(kind, reason, TODAY, False, previous))


def statement(
    number: int,
    body: Body,
    *,
    kind: MessageKind = MessageKind.IDENTITY_NOTICE,
    origin: NodeId = KUNI,
    to: NodeId = TOKYO,
    incarnation: int = 1,
    salt: str = "",
) -> Statement:
    """A statement with an id that follows from its place; ``salt`` makes another one at the same place."""
    place = f"{origin} {to} {kind} {incarnation} {number} {salt}"
    return Statement(
        statement_id=hashlib.sha256(place.encode()).hexdigest()[:32],
        kind=kind,
        origin=origin,
        incarnation=incarnation,
        stream=STREAM_OF[kind],
        first_addressee=to,
        number=number,
        created=EPOCH,
        body=body,
    )


def seal(made: Statement, signer: Signer | None = None) -> bytes:
    return statements.seal_statement(made, signer or signing_key(made.origin, KeyUse.STATEMENT))


def seal_plain(made: Statement, **body: Any) -> bytes:
    """Well signed by the origin, with another body than any program of ours would write."""
    plain = strict_json.parse(statements.write(made), limit=10**6)
    plain["body"] = bodies.write(made.body) | body
    signer = signing_key(made.origin, KeyUse.STATEMENT)
    return dsse.seal(payload_type(made.kind), strict_json.dump(plain), signer)


def recordings(count: int, first: int = 1) -> list[bytes]:
    """Recordings of different persons, numbered one after the other."""
    return [seal(statement(n, notice(code(n)))) for n in range(first, first + count)]


def deliver(
    federation: Federation,
    first: int,
    *envelopes: bytes,
    sender: NodeId = KUNI,
    to: NodeId = TOKYO,
    stream: Stream = Stream.IDENTITY,
    incarnation: int = 1,
) -> FrameAnswer:
    """Hand a frame to a node as if TLS had proved the sender."""
    frame = Frame(sender, to, stream, incarnation, first, envelopes)
    return hand_over(federation, frame)


def shake(federation: Federation, peer: NodeId, node: NodeId, *, incarnation: int) -> HandshakeAnswer:
    """A handshake of a peer that knows of no lane, as if TLS had proved it."""
    lanes = tuple(LaneKnown(stream, 0, 0) for stream in Stream)
    asked = handshakes.write_handshake(Handshake(peer, node, incarnation, lanes))
    return handshakes.read_answer(answering.answer_handshake(federation.context(node, NETWORK), peer, asked))


def hand_over(federation: Federation, frame: Frame) -> FrameAnswer:
    receiver = federation.context(frame.to_node, NETWORK)
    return incoming.receive_frame(receiver, frame.from_node, frame.stream, frames.write_frame(frame))


def forwarded(federation: Federation, node: NodeId = TOKYO) -> list[bytes]:
    """What a prefecture has for the centre, in the order of its lane once numbered."""
    return [
        bytes(row[0])
        for row in rows(
            federation,
            node,
            "SELECT envelope FROM lane_out_items JOIN statements USING (statement_id)"
            " WHERE peer = 'national' ORDER BY lane_number, item_id",
        )
    ]


# Crashing


class Crash(BaseException):
    """The process ends here."""


class Crashing(Database):
    """A database whose process ends at the n-th step; a commit is a step, and so is what comes after it."""

    def __init__(self, real: Database, at: int) -> None:
        self._real = real
        self.schema = real.schema
        self.left = at
        self.commits = 0

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        with self._real.begin() as tx:
            yield _Counting(tx.connection, self.step)
            self.step()
        self.commits += 1
        self.step()


class _Counting(Transaction):
    def __init__(self, connection: psycopg.Connection[Any], step: Callable[[], None]) -> None:
        super().__init__(connection)
        self._step = step

    def rows(self, sql: str, **params: object) -> list[Row]:
        self._step()
        return super().rows(sql, **params)

    def ask(self, sql: str, **params: object) -> Callable[[], list[Row]]:
        self._step()
        return super().ask(sql, **params)

    def one(self, sql: str, **params: object) -> Row | None:
        self._step()
        return super().one(sql, **params)

    def run(self, sql: str, **params: object) -> int:
        self._step()
        return super().run(sql, **params)

    def many(self, sql: str, params: Any) -> None:
        self._step()
        super().many(sql, params)

    @contextmanager
    def pipelined(self) -> Iterator[None]:
        with super().pipelined():
            yield
        self._step()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with super().savepoint():
            yield
            self._step()


def crashing(ctx: Context, at: int) -> tuple[Context, Crashing]:
    database = Crashing(ctx.database, at)
    return replace(ctx, database=database), database


@dataclass
class Breaking:
    """A key device that fails after it signed ``after`` times."""

    real: Signer
    after: int = 0

    @property
    def key_id(self) -> str:
        return self.real.key_id

    @property
    def use(self) -> KeyUse:
        return self.real.use

    def sign(self, data: bytes) -> bytes:
        if self.after == 0:
            raise Crash
        self.after -= 1
        return self.real.sign(data)
