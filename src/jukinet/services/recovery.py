"""Recovering: what a node does after its database was put back to an earlier state (promise 4).

Owns the order: a life begins (``begin``), the worker shakes hands with every peer (``go_on``) and takes back what they
hold, and the node is live again once those have answered whom it cannot do without. Until then it only reads. A lane to
anybody who has not shaken hands with this life yet waits on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages import handshakes as messages
from jukinet.messages.handshakes import NOTHING_TOLD, Handshake, HandshakeAnswer, LaneKnown
from jukinet.messages.kinds import Stream
from jukinet.services import acts, adopting, handshakes, line, outgoing, trail
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import lives, lost, outbox
from jukinet.store.database import Transaction
from jukinet.store.lives import Done, Life, Shaken

RC3 = policy("RC3", "Delivery, promise 4", "This node is not waiting for that peer.")

AT_ONCE = 20
"""Handshakes of one round beside those with the essential peers: who is silent holds these up for so long at most."""

Each = Callable[[Callable[[NodeId], bool], Iterable[NodeId]], Iterable[bool]]
"""Asks each peer and says of each whether it has shaken hands: ``map``, or several at once."""

_PAGES = 10_000
"""Questions of one handshake at most: what a peer gives back in pages ends."""


def begin(
    ctx: Context,
    *,
    backup_at: datetime | None,
    last_audit: int | None,
    journal: Sequence[Done] | None,
    cut: LineState = LineState.OPEN,
) -> Life:
    """Begin a life as the owner of the schema, in one transaction. Begun twice, it stays as it was.

    ``last_audit``: the last audit number that came back; None: what the database says. ``journal``: the acts that the
    journal beside the database tells of; None where there is none. ``cut``: how much of the line was cut before.
    """
    with ctx.begin() as tx:
        found = lives.newest(tx)
        if found is not None and found.incarnation == ctx.incarnation:
            return found
        last = lives.last_audit(tx) if last_audit is None else last_audit
        beyond = [one for one in journal or () if one.audit_no > last]
        life = Life(ctx.incarnation, ctx.now(), None, backup_at, last, 0, journal is not None)
        last_number = max([last, *(one.audit_no for one in beyond)])
        begun = lives.begin(tx, ctx.node, life, beyond, last_number)
        _note(ctx, tx, AuditEvent.LIFE_BEGUN)
        line.cut_again(ctx, tx, cut)
        return begun


def _note(ctx: Context, tx: Transaction, event: AuditEvent) -> None:
    trail.note(ctx, tx, event, Outcome.DONE, trail.SYSTEM, reference=f"life {ctx.incarnation}")


def go_on(ctx: Context, each: Each = map) -> int:
    """Shake hands with those who are due, and be live once that is enough; how many steps were taken.

    First all whom this node cannot recover without; then of the others those who were never tried, or not for longest.
    """
    if ctx.incarnation == lives.FIRST:
        return 0
    with ctx.begin() as tx:
        life = lives.newest(tx)
        if life is None or life.incarnation != ctx.incarnation:
            return 0  # The restore is not whole: who runs it is told.
        known = lives.handshakes(tx, ctx.incarnation)
    now, essential = ctx.now(), frozenset(handshakes.essential_peers(ctx))
    due = [peer for peer in handshakes.peers_of(ctx) if _is_due(known.get(peer), now)]
    others = sorted(
        (peer for peer in due if peer not in essential), key=lambda peer: _tried(known.get(peer), now)
    )

    def shake(peer: NodeId) -> bool:
        return _shake(ctx, life, peer)

    steps = sum(each(shake, [peer for peer in due if peer in essential]))
    steps += _end(ctx) if life.live_at is None else 0
    return steps + sum(each(shake, others[:AT_ONCE]))


def _is_due(known: Shaken | None, now: datetime) -> bool:
    if known is None:
        return True
    if known.shaken_at is not None:
        return False
    latest = now + timedelta(seconds=outgoing.LONGEST_WAIT)
    # An attempt put off further than that was put off before the clock went back.
    return known.attempt_after is None or not now < known.attempt_after <= latest


def _tried(known: Shaken | None, now: datetime) -> tuple[bool, datetime]:
    """The order of those who are due: when the attempt was due that follows the last one; the untried first."""
    after = known.attempt_after if known else None
    return (False, now) if after is None or after > now else (True, after)


def _shake(ctx: Context, life: Life, peer: NodeId) -> bool:
    """Shake hands with one peer; False where it must be tried again."""
    try:
        for _ in range(_PAGES):
            if _ask(ctx, life, peer):
                return True
    except JukinetError as error:
        _note_failed(ctx, peer, error.kind)
    return False


def _ask(ctx: Context, life: Life, peer: NodeId) -> bool:
    """One page; whether it was the last."""
    with ctx.begin() as tx:
        asked = _question(ctx, tx, life, peer)
    answer = messages.read_answer(ctx.peers.handshake(peer, messages.write_handshake(asked)))
    return _take_back(ctx, peer, answer)


def _note_failed(ctx: Context, peer: NodeId, why: ErrorKind) -> None:
    """Wait for the next attempt; a refusal is told once, and a line that is down never."""
    with ctx.begin() as tx:
        known = lives.handshakes(tx, ctx.incarnation).get(peer)
        failures = known.failures if known else 0
        after = ctx.now() + timedelta(seconds=outgoing.wait_after(ctx, failures))
        lives.note_failed(tx, ctx.incarnation, peer, why, after)
        if why is not ErrorKind.UNAVAILABLE and failures == 0:
            event, failed, rules = AuditEvent.HANDSHAKE_FAILED, Outcome.FAILED, (why.value,)
            trail.note(ctx, tx, event, failed, trail.SYSTEM, reference=str(peer), rules=rules)


def _question(ctx: Context, tx: Transaction, life: Life, peer: NodeId) -> Handshake:
    lanes = tuple(LaneKnown(stream, *known) for stream, known in lives.lanes_known(tx, peer).items())
    void = life.void_codes if peer == NATIONAL else 0
    return Handshake(ctx.node, peer, ctx.incarnation, lanes, void, lives.said(tx, ctx.node))


def _take_back(ctx: Context, peer: NodeId, answer: HandshakeAnswer) -> bool:
    """Take back what one answer gives; whether it was the last."""
    lanes = sorted(answer.lanes, key=lambda lane: lane.stream)  # Locked in the order in which all are.
    opened = [(lane, adopting.open_returned(ctx, peer, lane)) for lane in lanes]
    forwarded = adopting.open_forwarded(ctx, answer.forwarded)
    told = next((lane.told for lane in answer.lanes if lane.stream is Stream.POOL), NOTHING_TOLD)
    # What had no room is given at a later question: the answer that gives nothing is the last.
    last = not forwarded and not any(returned for _, returned in opened)
    with ctx.begin() as tx:
        lives.lock(tx, ctx.incarnation)  # What two peers give back at once is taken by one after the other.
        known = lives.lanes_known(tx, peer)
        mine = [one for one in opened if one[0].cursor or known[one[0].stream][0]]
        outbox.open_lanes(tx, peer, [lane.stream for lane, _ in mine])
        for lane, returned in mine:
            adopting.take_back(ctx, tx, peer, lane, returned, last=last)
        if answer.incarnation > lives.FIRST:
            for lane in lanes:
                lives.trust(tx, peer, lane.stream, answer.incarnation, release=False)
        adopting.take_own(ctx, tx, peer, forwarded)
        if not last:
            return False
        lives.note_shaken(tx, ctx.incarnation, peer, told, ctx.now())
        return True


def _end(ctx: Context) -> int:
    """Be live if nobody is missing whom this node waits for."""
    with ctx.begin() as tx:
        if _missing(ctx, lives.handshakes(tx, ctx.incarnation)):
            return 0
        ended = lives.end_recovery(tx, ctx.incarnation, ctx.now())
        if ended:
            _note(ctx, tx, AuditEvent.LIFE_LIVE)
        return int(ended)


def _missing(ctx: Context, known: dict[NodeId, Shaken]) -> tuple[NodeId, ...]:
    """Whom recovery waits for."""
    return tuple(
        peer
        for peer in handshakes.essential_peers(ctx)
        if peer not in known or (known[peer].shaken_at is None and known[peer].waived_by is None)
    )


@dataclass(frozen=True, slots=True)
class Recovering:
    """A life that only reads, since when, and whom it waits for."""

    since: datetime
    missing: tuple[NodeId, ...]


def recovering(ctx: Context, tx: Transaction) -> Recovering | None:
    """Whether the newest life recovers still; None where it is live. It names nobody, so nobody is asked for."""
    life = lives.newest(tx)
    if life is None or life.live_at is not None:
        return None
    return Recovering(life.began_at, _missing(ctx, lives.handshakes(tx, life.incarnation)))


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the newest life stands.

    ``missing``: whom recovery waits for; ``silent``: whose lanes wait, these among them. ``open_items``: statements of
    lost acts that a person has not closed. ``beyond``: (audit number, event) of acts that no peer held of those that
    have answered; None where no journal can say.
    """

    life: Life
    missing: tuple[NodeId, ...]
    silent: tuple[NodeId, ...]
    open_items: int
    beyond: tuple[tuple[int, str], ...] | None


def state(ctx: Context, claim: OperatorClaim) -> Recovery | Refused:
    """How far recovery is. It names nobody."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_RECOVERY_READ, AuditEvent.RECOVERY_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        life = lives.newest(tx)
        if life is None:
            raise JukinetError(ErrorKind.CONFIGURATION, "The database knows no life of this node.")
        known = lives.handshakes(tx, life.incarnation)
        first = life.incarnation == lives.FIRST
        silent = [
            peer for peer in handshakes.peers_of(ctx) if peer not in known or known[peer].shaken_at is None
        ]
        beyond = tuple(lives.beyond(tx, life.incarnation)) if life.journal_read else None
        return Recovery(
            life,
            () if first or life.live_at else _missing(ctx, known),
            () if first else tuple(silent),
            lost.count_open(tx),
            beyond,
        )


def go_on_without(ctx: Context, claim: OperatorClaim, peer: NodeId) -> Permitted | Refused:
    """Let recovery not wait for a peer that does not answer. What it holds is taken back when it answers."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_RECOVERY_DECIDE, AuditEvent.HANDSHAKE_WAIVED)
        missing = (
            _missing(ctx, lives.handshakes(tx, ctx.incarnation)) if ctx.incarnation > lives.FIRST else ()
        )
        decision = acts.every(act.gate, acts.require((RC3, peer in missing)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(peer))
        lives.waive(tx, ctx.incarnation, peer, claim.operator_id)
        act.done(decision, reference=str(peer))
        return decision
