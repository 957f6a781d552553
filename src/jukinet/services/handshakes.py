"""Answering the handshake of a peer that was restored (promise 4 of docs/explanation/delivery.md).

What the peer said in an earlier life and this node holds is given back as it came; what the peer held of this node and
lost is sent again; and from now on nothing of an earlier life is taken from it.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.messages import handshakes
from jukinet.messages.handshakes import Handshake, HandshakeAnswer, LaneHeld, LaneKnown
from jukinet.messages.kinds import Stream
from jukinet.services import line, trail
from jukinet.services.context import Context
from jukinet.store import inbox, lives, outbox
from jukinet.store.database import Transaction
from jukinet.store.lives import Renewal

_MOST = 500
"""Statements of a lane that one answer gives back; the peer asks until it has them all."""


def answer_handshake(ctx: Context, peer: NodeId, data: bytes) -> bytes:
    """Answer a peer that TLS has proved. Asked again, it gives the same again.

    Raises ``JukinetError``: MALFORMED, TOO_LARGE, INVALID for what is no handshake; FORBIDDEN for one of another node;
    NOT_CONNECTED; CONFLICT for an earlier life than the one that this node has heard of; UNAVAILABLE while
    identity-verification information is cut off here, which is among what is given back.
    """
    try:
        asked = handshakes.read_handshake(data)
        _require_peer(ctx, peer, asked)
    except JukinetError as error:
        _refuse(ctx, peer, error.kind)
        raise
    with ctx.begin() as tx:
        line.require_open(ctx.node, tx, Stream.IDENTITY)
        known = lives.newest_incarnation_of(tx, peer)
        if asked.incarnation >= known:
            answer = _answer(ctx, tx, peer, asked, new=asked.incarnation > known)
            trail.note(ctx, tx, AuditEvent.HANDSHAKE_ANSWERED, Outcome.DONE, peer.uri, reference=_said(asked))
            return handshakes.write_answer(answer)
    _refuse(ctx, peer, ErrorKind.CONFLICT)
    raise JukinetError(
        ErrorKind.CONFLICT, "This is an earlier life of your node than the one that is known here: stop it."
    )


def _said(asked: Handshake) -> str:
    return f"life {asked.incarnation}"


def _refuse(ctx: Context, peer: NodeId, why: ErrorKind) -> None:
    with ctx.begin() as tx:
        trail.note(ctx, tx, AuditEvent.HANDSHAKE_REFUSED, Outcome.REFUSED, peer.uri, rules=(why.value,))


def _require_peer(ctx: Context, peer: NodeId, asked: Handshake) -> None:
    if asked.from_node != peer or asked.to_node != ctx.node or peer == ctx.node:
        raise JukinetError(ErrorKind.FORBIDDEN, "This peer may not ask this here.")
    if not ctx.is_connected(peer):
        raise JukinetError(ErrorKind.NOT_CONNECTED, "The directory says that the sender is not connected.")


def _answer(ctx: Context, tx: Transaction, peer: NodeId, asked: Handshake, *, new: bool) -> HandshakeAnswer:
    # This node's lanes first, as whoever numbers them locks them; then the peer's, in an order of their own.
    outbox.lock_lanes(tx, peer, [one.stream for one in asked.lanes])
    lanes = sorted(asked.lanes, key=lambda one: one.stream)
    held = [_lane(tx, peer, asked, one, new=new) for one in lanes]
    if ctx.node == NATIONAL and peer.municipality is not None and asked.void_codes:
        # Designated by the worker, which may: this door only notes it.
        wanted = Renewal(peer.municipality.text, asked.incarnation, asked.void_codes)
        lives.ask_renewal(tx, wanted, ctx.now())
    forwarded = (
        lives.held_of_origin(tx, peer, ctx.node, asked.said, most=_MOST) if ctx.node == NATIONAL else []
    )
    return handshakes.fitting(HandshakeAnswer(ctx.incarnation, tuple(held), tuple(forwarded)))


def _lane(tx: Transaction, peer: NodeId, asked: Handshake, known: LaneKnown, *, new: bool) -> LaneHeld:
    stream = known.stream
    lives.trust(tx, peer, stream, asked.incarnation, release=new)
    lives.send_again(tx, peer, stream, known.cursor, release=new)
    lane = inbox.lock_lane(tx, peer, stream)
    given = lives.held_after(tx, peer, stream, known.acknowledged, most=_MOST)
    return LaneHeld(
        stream=stream,
        cursor=lane.cursor,
        first=known.acknowledged + 1,
        given=tuple(envelope for _, envelope in given),
        told=lives.newest_told(tx, peer, stream),
    )


def peers_of(ctx: Context) -> tuple[NodeId, ...]:
    """Whom this node has lanes with: those it cannot recover without first (``essential_peers``)."""
    if not ctx.is_connected(ctx.node):
        return ()
    essential = essential_peers(ctx)
    others = [
        one.id
        for one in ctx.directory().nodes
        if one.connected and one.id not in essential and _have_lanes(ctx.node, one.id)
    ]
    return (*essential, *others)


def essential_peers(ctx: Context) -> tuple[NodeId, ...]:
    """Who alone holds what this node said, and what its answers rest on.

    A municipality's notices went to its governor and its codes came from the centre. What a prefecture forwarded is at
    the centre. What the centre knows came from the prefectures.
    """
    if not ctx.is_connected(ctx.node):
        return ()
    match ctx.node.role:
        case NodeRole.MUNICIPALITY:
            wanted = [ctx.governor, NATIONAL]
        case NodeRole.PREFECTURE:
            wanted = [NATIONAL]
        case NodeRole.NATIONAL:
            wanted = [one.id for one in ctx.directory().nodes if one.role is NodeRole.PREFECTURE]
    return tuple(one for one in wanted if ctx.is_connected(one))


def _have_lanes(here: NodeId, peer: NodeId) -> bool:
    if NATIONAL in (here, peer):
        return here != peer
    roles = {here.role, peer.role}
    if roles == {NodeRole.MUNICIPALITY}:
        return here != peer
    return roles == {NodeRole.MUNICIPALITY, NodeRole.PREFECTURE} and here.prefecture == peer.prefecture
