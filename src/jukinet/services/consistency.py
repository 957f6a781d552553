"""The consistency check (整合性確認) at the node that asks: what it holds is compared with the node that it reports to.

Three steps as in every call: the intent is recorded; the peer is asked, no transaction open; the outcome is recorded.
The peer's snapshot comes first and says how far it had taken this node's lane; this node's own comes after it, so that
whatever the peer has not taken stands in this node's outgoing lane and is left out. Only single records are ever
called different, never ranges. A difference counts once two checks at least ``APART`` from each other have seen it.

What each side is compared with in itself is in ``jukinet.services.consistency_own``; who repairs, and how, is told by
``jukinet.cli.consistency`` and docs/how-to/repair-a-difference.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Refused, policy
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.consistency import MOST_PREFIXES, TOP, CheckAnswer, CheckQuestion, Opened
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind, Stream
from jukinet.services import acts, consistency_own, consistency_schedule, outgoing, trail
from jukinet.services.consistency_own import Found
from jukinet.services.consistency_schedule import OWN
from jukinet.services.context import Context
from jukinet.services.digests import Look, digests, upward
from jukinet.services.operators import NodeItself, OperatorClaim
from jukinet.store import consistency, differences, lives
from jukinet.store.consistency import Scope
from jukinet.store.database import Transaction
from jukinet.store.differences import Difference, Ended, Kind, Seen

KC1 = policy(
    "KC1",
    "Consistency check: between connected nodes",
    "This node is not connected to the network, so there is nobody to compare with.",
)

APART = timedelta(seconds=60)
"""How long after each other two checks must have seen a difference before it counts."""

SOON = timedelta(hours=1)
"""How long after one that did not come to its end the worker compares again."""

MOST_OPENED = 256
"""Prefixes that one check opens below the top: two stores that have little in common are told so, not listed."""
MOST_LINES = 1000
"""Own records of one range that are compared one by one, where the other store lists few."""


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison. ``against``: a node, or this one itself; ``size``: bytes of questions and answers.

    ``moving``: codes left out because a notice of them is on its way. ``unread``: ranges and records that differ and
    were not named, for there were too many. ``differences``: all that are open; ``unconfirmed``: how many of those that
    this check saw itself do not count yet. ``problem``: why the comparison did not come to its end.
    """

    against: str
    recomputed: bool
    records: int
    moving: int
    unread: int
    size: int
    differences: tuple[Difference, ...]
    unconfirmed: int
    problem: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether everything was compared and nothing differs, not even what is not confirmed yet."""
        return not (self.differences or self.unread or self.problem)


def check(ctx: Context, claim: OperatorClaim, *, recompute: bool = False) -> tuple[Check, ...] | Refused:
    """Compare this node with itself and with the node that it reports to, once; what a peer does not answer is told."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.NETWORK_CONSISTENCY_CHECK, AuditEvent.CONSISTENCY_BEGUN
        )
        decision = acts.every(act.gate, acts.require((KC1, ctx.is_connected(ctx.node))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        above = compared_with(ctx, tx)
    partners = [OWN, str(above)] if above else [OWN]
    made = tuple(check_one(ctx, claim, one, recompute=recompute) for one in partners)
    with ctx.begin() as tx:
        _note_shown(ctx, tx, claim, decision, [difference for one in made for difference in one.differences])
    return made


def compared_with(ctx: Context, tx: Transaction) -> NodeId | None:
    """The node that this one reports to; none where it says nothing: a governor who does not delegate (30-11(1))."""
    above = upward(ctx.node)
    return None if (above, Stream.IDENTITY) in outgoing.kept_here(ctx, tx) else above


def check_one(ctx: Context, claim: OperatorClaim, against: str, *, recompute: bool) -> Check:
    """One comparison, recorded before and after. The caller has asked whether it may be made."""
    check_id = ctx.randomness.token()
    with ctx.begin() as tx:
        differences.begin(tx, check_id, against, ctx.now(), recomputed=recompute)
        _note(ctx, tx, claim, AuditEvent.CONSISTENCY_BEGUN, Outcome.INTENDED, check_id, (against,))
    found, problem = Found(), None
    try:
        if against == OWN:
            consistency_own.compare(ctx, found)
        else:
            _compare(ctx, NodeId(against), found, recompute=recompute)
    except JukinetError as error:
        problem = error
    with ctx.begin() as tx:
        return _conclude(ctx, tx, claim, check_id, _Outcome(against, recompute, found, problem))


@dataclass(frozen=True, slots=True)
class _Outcome:
    against: str
    recompute: bool
    found: Found
    problem: JukinetError | None


def _conclude(ctx: Context, tx: Transaction, claim: OperatorClaim, check_id: str, outcome: _Outcome) -> Check:
    """Write down what was seen; what was seen before, long enough ago, counts from now on."""
    against, found, now = outcome.against, outcome.found, ctx.now()
    kind = outcome.problem.kind.value if outcome.problem else None
    for code in differences.see(tx, against, found.seen.values(), now, APART, recomputed=outcome.recompute):
        event, done = AuditEvent.DIFFERENCE_CONFIRMED, Outcome.DONE
        trail.note(ctx, tx, event, done, claim.actor, code=_code(code), reference=check_id, rules=(against,))
    if not (found.unread or outcome.problem):
        differences.close_others(tx, against, found.moving, now, recomputed=outcome.recompute)
    ended = Ended(found.records, len(found.moving), len(found.seen), found.unread, found.size, kind)
    differences.end(tx, check_id, ended, now)
    told = (against, f"records {found.records}", f"differences {len(found.seen)}", f"unread {found.unread}")
    result = Outcome.FAILED if outcome.problem else Outcome.DONE
    _note(ctx, tx, claim, AuditEvent.CONSISTENCY_ENDED, result, check_id, (*told, *([kind] if kind else [])))
    known = differences.listed(tx, against)
    return Check(
        against=against,
        recomputed=outcome.recompute,
        records=found.records,
        moving=len(found.moving),
        unread=found.unread,
        size=found.size,
        differences=tuple(known),
        unconfirmed=sum(
            one.confirmed_at is None and (one.seen.municipality, one.seen.code) in found.seen for one in known
        ),
        problem=outcome.problem.message if outcome.problem else None,
    )


def _code(text: str) -> ResidentRecordCode | None:
    """A code as the trail takes it; a row altered beneath the program may have what is none."""
    try:
        return ResidentRecordCode.parse(text)
    except ValueError:
        return None


def _note(
    ctx: Context,
    tx: Transaction,
    claim: OperatorClaim,
    event: AuditEvent,
    outcome: Outcome,
    reference: str,
    rules: tuple[str, ...],
) -> None:
    trail.note(
        ctx, tx, event, outcome, claim.actor, terminal=claim.terminal, reference=reference, rules=rules
    )


def _compare(ctx: Context, peer: NodeId, found: Found, *, recompute: bool) -> None:
    """Go down from the top through every range that differs, to the records.

    One range to its end before the next: however much differs, some records are named, and the rest is counted.
    """
    waiting: list[tuple[str, ...]] = [(one,) for one in TOP] if recompute else [TOP]
    while waiting:
        prefixes = waiting.pop(0)
        if prefixes[0] not in TOP:
            room = MOST_OPENED - found.opened
            found.unread += len(prefixes[room:])
            prefixes = prefixes[:room]
            found.opened += len(prefixes)
        if prefixes:
            answer = _ask(ctx, peer, found, CheckQuestion(prefixes, recompute))
            waiting[:0] = _in_parts(_against_own(ctx, peer, found, answer, recompute=recompute))


def _in_parts(prefixes: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(prefixes[at : at + MOST_PREFIXES]) for at in range(0, len(prefixes), MOST_PREFIXES)]


def _ask(ctx: Context, peer: NodeId, found: Found, question: CheckQuestion) -> CheckAnswer:
    created = ctx.now()
    call = Call(
        ctx.randomness.token(),
        CallKind.CONSISTENCY,
        ctx.node,
        peer,
        created,
        created + calls.LIFETIME,
        question,
    )
    envelope = calls.seal_call(call, ctx.signers[KeyUse.STATEMENT])
    sealed = ctx.peers.call(peer, CallKind.CONSISTENCY, envelope)
    found.size += len(envelope) + len(sealed)
    body = calls.open_answer(sealed, ctx.directory().owned_key, call=call).body
    if not isinstance(body, CheckAnswer):
        raise TypeError("an answer is read as what its question asked for")
    return body


def _against_own(
    ctx: Context, peer: NodeId, found: Found, answer: CheckAnswer, *, recompute: bool
) -> list[str]:
    """Compare an answer with one snapshot of this node's own, taken after it; the ranges to open next."""
    with ctx.begin() as tx:
        tx.freeze()
        if answer.cursor > consistency.last_number(tx, peer):
            raise JukinetError(
                ErrorKind.CONFLICT,
                f"{peer} has taken more than this node knows to have sent: one of the two was restored.",
            )
        look = Look(tx, _own_scope(ctx), recompute)
        moving: frozenset[str] = frozenset()
        if any(one.records is not None for one in answer.opened):
            moving = consistency.moving(tx, ctx.node.role, peer, answer.cursor)
            found.moving |= moving
        below: list[str] = []
        for one in answer.opened:
            if one.records is None:
                below += _compare_ranges(found, look, one)
            else:
                _compare_lines(found, look, one, moving, frozenset(answer.parked))
        return below


def _compare_ranges(found: Found, look: Look, opened: Opened) -> list[str]:
    """The ranges below that differ."""
    own = look.ranges(opened.prefix)
    if opened.prefix in TOP:
        found.records += sum(one.records for one in own.values())
    theirs, mine = opened.ranges or {}, digests(own)
    return sorted(start for start in theirs.keys() | mine.keys() if theirs.get(start) != mine.get(start))


def _own_scope(ctx: Context) -> Scope:
    """At a prefecture everything that it holds: a record of elsewhere is in no other comparison."""
    return Scope.of(ctx.node) if ctx.node.municipality else consistency.EVERYTHING


def _compare_lines(
    found: Found, look: Look, opened: Opened, moving: frozenset[str], parked: frozenset[str]
) -> None:
    lines, listed = look.lines(opened.prefix, MOST_LINES + 1), opened.records or ()
    if opened.prefix in TOP:
        found.records += len(lines)
    if (
        len(lines) > MOST_LINES
    ):  # The other store lacks most of them: the first are named, the rest is not read.
        found.unread += 1
        last = (lines[-1].code, lines[-1].municipality)
        lines, listed = lines[:-1], tuple(one for one in listed if (one.code, one.municipality) < last)
    theirs = {(line.municipality, line.code): line.digest for line in listed}
    mine = {(line.municipality, line.code): line.digest for line in lines}
    for key in sorted(theirs.keys() | mine.keys()):
        municipality, code = key
        if code in moving or theirs.get(key) == mine.get(key):
            continue
        kind = (
            Kind.MISSING_THERE
            if key not in theirs
            else Kind.MISSING_HERE
            if key not in mine
            else Kind.DIFFERS
        )
        found.name(Seen(municipality, code, kind, ("parked",) if code in parked else ()))


def check_due(ctx: Context) -> int:
    """For the worker: make the comparison that is due, if one is; whether one was."""
    if not ctx.is_connected(ctx.node):
        return 0
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            return 0  # A node that recovers knows what it lacks.
        above = compared_with(ctx, tx)
    due = consistency_schedule.claim(ctx, above)
    if due is None:
        return 0
    against, recompute = due
    made = check_one(ctx, NodeItself(), against, recompute=recompute)
    if made.problem:  # It does not wait for the next night.
        consistency_schedule.look_again(ctx, against, SOON, recompute=recompute)
    elif made.unconfirmed:  # What it did not see, such as what is on its way, no second look confirms.
        consistency_schedule.look_again(ctx, against, APART, recompute=recompute)
    return 1


@dataclass(frozen=True, slots=True)
class Known:
    """What is known without a new check: every open difference, by when it was seen."""

    differences: tuple[Difference, ...]


def list_differences(ctx: Context, claim: OperatorClaim) -> Known | Refused:
    """The differences that are open; one entry for the list, and one for each code in it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CONSISTENCY_CHECK, AuditEvent.DIFFERENCES_READ)
        decision = act.gate
        if isinstance(decision, Refused):
            return act.refuse(decision)
        act.done(decision)
        known = differences.listed(tx)
        _note_shown(ctx, tx, claim, decision, known)
        return Known(tuple(known))


def _note_shown(
    ctx: Context, tx: Transaction, claim: OperatorClaim, decision: Decision, shown: Sequence[Difference]
) -> None:
    """One entry for each code that an operator is shown."""
    for code in sorted({one.seen.code for one in shown}):
        trail.note_act(ctx, tx, AuditEvent.DIFFERENCES_READ, claim, decision, code=_code(code))
