"""What tests of the sender put and see: the outbox, the lanes, and a peer that answers as it is told to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO, code, notice

from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import frames
from jukinet.messages.frames import FrameAnswer
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.messages.statements import Statement, open_statement
from jukinet.services import outgoing
from jukinet.services.context import Context
from jukinet.store.database import Transaction
from jukinet.testing.federation import OFFICE, WORKER, Federation

IDENTITY = Stream.IDENTITY


def put(federation: Federation, *indexes: int, tx: Transaction | None = None) -> None:
    """Put recordings of the index-th persons into Kunitachi's outbox, in one transaction each."""
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        if tx is not None:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))
            continue
        with ctx.begin() as own:
            outgoing.put(ctx, own, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


def lane(federation: Federation, node: NodeId = KUNI) -> list[Statement]:
    """The statements on the identity lane in the order of their lane numbers, which have no hole."""
    found = world.rows(
        federation,
        node,
        "SELECT lane_number, envelope FROM lane_out_items JOIN statements USING (statement_id)"
        " WHERE statements.stream = 'identity' AND lane_number IS NOT NULL ORDER BY lane_number",
    )
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    return [open_statement(bytes(envelope), federation.directory.owned_key) for _, envelope in found]


def codes(statements: list[Statement]) -> list[object]:
    return [statement.body.facts.code for statement in statements]  # type: ignore[union-attr]


def require_gapless(federation: Federation, count: int) -> list[Statement]:
    """Everything is numbered 1 to ``count``, signed once and queued once in that order."""
    queued = lane(federation)
    assert [one.number for one in queued] == list(range(1, count + 1))
    assert len({one.statement_id for one in queued}) == count
    assert world.rows(federation, KUNI, "SELECT count(*) FROM outbox WHERE NOT signed") == [(0,)]
    assert world.rows(federation, KUNI, "SELECT last_number FROM origin_streams") == [(count,)]
    assert world.rows(federation, KUNI, "SELECT last_number FROM lanes_out") == [(count,)]
    return queued


def state(federation: Federation, node: NodeId = KUNI, peer: NodeId = TOKYO) -> dict[str, object]:
    with counter.owner(federation, node) as owner:
        (found,) = owner.execute("SELECT * FROM lanes_out WHERE peer = %s", (str(peer),)).fetchall()
    return dict(found)


@dataclass
class Answering:
    """A peer that gives a prepared answer, or raises it; it keeps what it was sent."""

    answer: FrameAnswer | JukinetError | bytes
    sent: list[frames.Frame]

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        self.sent.append(frames.read_frame(frame))
        if isinstance(self.answer, JukinetError):
            raise self.answer
        return self.answer if isinstance(self.answer, bytes) else frames.write_answer(self.answer)

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        raise NotImplementedError

    def fetch_log(self, from_: NodeId, path: str) -> bytes:
        raise NotImplementedError

    def fetch_directory(self, from_: NodeId) -> bytes:
        raise NotImplementedError

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        raise NotImplementedError


def answering(
    federation: Federation, answer: FrameAnswer | JukinetError | bytes
) -> tuple[Context, list[frames.Frame]]:
    sent: list[frames.Frame] = []
    return replace(federation.context(KUNI, WORKER), peers=Answering(answer, sent)), sent
