"""Joining the network: a municipality that kept its register outside brings all of it in (promise 7).

Four acts, in order. At the municipality: everybody gets a code (``give_codes``); the register is written as signed
segments, and from that moment on what happens waits in the outbox (``write``). At the centre and then at the
prefecture the segments are taken in (``load``). At the municipality the two are compared, and the stream begins
(``go_live``). Whether it takes part at all is the directory's word.

One that leaves says nothing any more; what it would say waits (``jukinet.services.register.notify``), and goes out in
its order when the directory takes it back. All that it then does here is to give codes to whom it recorded meanwhile.
What the stores hold of it stays, with the terms of Ord. 30-6 and 30-11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import UNCONNECTED, Permitted, Refused, policy
from jukinet.messages import segments
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.keys import KeyUse
from jukinet.messages.segments import Manifest, Segment
from jukinet.services import acts, code_stock, codes, consistency, identity_store, register
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.identity_store import Told
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry
from jukinet.store import consistency as copies
from jukinet.store import intake, joining, residents
from jukinet.store.database import Transaction
from jukinet.store.joining import Joining

_PROMISE = "Delivery, promise 7"

JN1 = policy("JN1", UNCONNECTED, "Only a municipality that the directory calls connected can join.")
JN2 = policy("JN2", _PROMISE, "This municipality takes part already: it has nothing to bring in.")
JN3 = policy("JN3", _PROMISE, "Some residents have no code yet. Give them codes first: jukinet join codes.")
JN4 = policy("JN4", _PROMISE, "This store holds records of that municipality already.")
JN5 = policy(
    "JN5",
    _PROMISE,
    "The municipality is not of this node's area, or the directory does not call it connected.",
)
JN6 = policy("JN6", _PROMISE, "The segments are not written yet, or it is live already.")
JN7 = policy(
    "JN7",
    _PROMISE,
    "The prefecture does not hold what the segments say. Let them be taken in there: jukinet join load.",
)

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A register as segments: how many records in how many files."""

    records: int
    files: int


Put = Callable[[str, bytes], None]
Get = Callable[[str], bytes]


def give_codes(ctx: Context, claim: OperatorClaim) -> int | Refused:
    """Give everybody who has none a code, and note the written notice (Act Art. 30-2); how many got one.

    Where the municipality joins, this is its first step; where it comes back, each is notified at once. Works in
    batches, each a transaction with an entry for each person; stopped half-way, it goes on where it was.
    """
    given, after = 0, 0
    while True:
        with ctx.begin() as tx:
            act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.CODE_ASSIGNED)
            joins = _is_outside(tx, Joining.CODES)
            lacking = given or joins or joining.count_uncoded(tx)
            decision = acts.every(
                act.gate,
                acts.require((JN1, ctx.is_connected(ctx.node)), (JN2, bool(lacking))),
            )
            if isinstance(decision, Refused):
                return act.refuse(decision)
            if joins:
                joining.begin(tx)
            batch = residents.lock_uncoded(tx, after=after, most=_BATCH)
            if not batch:
                if not given:
                    act.nobody(decision)
                return given
            after = batch[-1].resident_id
            entry = Entry(claim, RegisterReason.CODE_RECORDED_EX_OFFICIO, act.today)
            for held, code in zip(batch, code_stock.draw_many(act, len(batch)), strict=True):
                # Of everybody at once, when the municipality joins: no hold of the office stands in its way.
                changed = register.enter(ctx, tx, held, _with(code), entry, heeds_holds=False)
                residents.add_code_notice(tx, changed, codes.ASSIGNED, act.today)
                act.done(decision, changed)
            given += len(batch)


def _with(code: ResidentRecordCode) -> register.Change:
    return lambda record: replace(record, code=code)


def _is_outside(tx: Transaction, *states: Joining) -> bool:
    """Whether the municipality is at one of these steps, or never said anything of a resident."""
    at = joining.state(tx)
    return at in states if at is not None else not joining.has_reported(tx)


def write(ctx: Context, claim: OperatorClaim, put: Put) -> Written | Refused:
    """Write every record that stands as signed segments, as of one moment, and let what follows wait.

    ``put`` gets each file by its name, the manifest last, once it is certain that they are written: a medium that is
    lost is so written again. Asked again, the files are the same: what happened since is not in the segments.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.JOINING_WRITTEN)
        joining.hold_register(tx)
        at = joining.state(tx)
        decision = acts.every(
            act.gate,
            acts.require(
                (JN1, ctx.is_connected(ctx.node)),
                (JN2, at in {Joining.CODES, Joining.WRITTEN}),
                (JN3, joining.count_uncoded(tx) == 0 or at is Joining.WRITTEN),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        payload = joining.manifest(tx) if at is Joining.WRITTEN else None
        if payload is None:
            payload = _write_segments(act)
            copies.take_over(tx, ctx.now())
            joining.advance(tx, Joining.WRITTEN, payload)
        act.done(decision, reference=hashlib.sha256(payload).hexdigest())
    manifest = segments.read_manifest(payload)
    for segment in manifest.segments:
        with ctx.begin() as tx:
            data = joining.segment(tx, segment.name)
        if data is not None:  # a version that kept none of them had put them by now
            put(segment.name, data)
    # With the key of that moment, which every receiver asks for: another may count by now.
    put("manifest.json", segments.seal_manifest(payload, ctx.signers.at(KeyUse.STATEMENT, manifest.created)))
    return Written(manifest.rows, len(manifest.segments))


def _write_segments(act: Act) -> bytes:
    ctx, found, lines = act.ctx, list[Segment](), list[bytes]()

    def close() -> None:
        name = f"segment-{len(found) + 1:05d}.jsonl"
        joining.keep_segment(act.tx, name, b"".join(line + b"\n" for line in lines))
        found.append(Segment(name, len(lines), segments.root_of(lines)))
        lines.clear()

    for notice in _notices(act):
        lines.append(segments.write_line(notice))
        if len(lines) == segments.ROWS:
            close()
    if lines:
        close()
    # Nothing was said before: the stream begins with 1.
    return segments.write_manifest(Manifest(ctx.node, ctx.incarnation, 0, ctx.now(), tuple(found)))


def _notices(act: Act) -> Iterator[IdentityNotice]:
    """Everybody who is recorded, with the code that was given and replaced none (Ord. Art. 30-5(iv))."""
    for _, record in intake.present(act.tx):
        change = ChangeInformation(
            ChangeKind.CODE_CORRECTION,
            NoticeReason.CODE_RECORDED_EX_OFFICIO,
            act.today,
            record.kind is RecordKind.FOREIGN,
        )
        yield IdentityNotice(record.identity_facts(), change)


def load(ctx: Context, claim: OperatorClaim, envelope: bytes, get: Get) -> int | Refused:
    """Take the segments of a municipality that joins into this store, all or nothing; how many records.

    Raises ``JukinetError``: UNAUTHENTIC for what the municipality did not sign, CONFLICT where a code is in use.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.JOINING_LOADED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
    manifest = segments.open_manifest(envelope, ctx.directory().owned_key)
    notices = [
        notice
        for segment in manifest.segments
        for notice in segments.read_segment(manifest, segment, get(segment.name))
    ]
    digest = hashlib.sha256(envelope).hexdigest()
    told = [
        Told(notice, manifest.origin, hashlib.sha256(f"{digest} {place}".encode()).hexdigest()[:32])
        for place, notice in enumerate(notices)
    ]
    origin = manifest.origin
    if origin.municipality is None:
        raise JukinetError(ErrorKind.INVALID, "Only a municipality joins.")
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.JOINING_LOADED)
        mine = ctx.node.prefecture in {None, origin.prefecture} and ctx.node.municipality is None
        decision = acts.every(
            act.gate,
            acts.require(
                (JN4, not joining.holds_records_of(tx, origin.municipality)),
                (JN5, mine and ctx.is_connected(origin)),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=digest)
        for first in range(0, len(told), segments.ROWS):
            identity_store.apply_notices(ctx, tx, told[first : first + segments.ROWS])
        act.done(Permitted((*decision.basis, f"records {len(told)}")), reference=digest)
        return len(told)


def go_live(ctx: Context, claim: OperatorClaim) -> Permitted | Refused:
    """Begin the stream, once the prefecture holds just what the segments say."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.JOINING_LIVE)
        decision = acts.every(act.gate, acts.require((JN6, joining.state(tx) is Joining.WRITTEN)))
        if isinstance(decision, Refused):
            return act.refuse(decision)
    # A question to a peer, with no transaction open: a check like any other, and recorded as one.
    made = consistency.check_one(ctx, claim, str(ctx.governor), recompute=False)
    agrees = made.problem is None and not made.differences
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_JOIN_RUN, AuditEvent.JOINING_LIVE)
        decision = acts.every(
            act.gate, acts.require((JN6, joining.state(tx) is Joining.WRITTEN), (JN7, agrees))
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        joining.advance(tx, Joining.LIVE)
        joining.forget_segments(tx)
        act.done(decision)
        return decision
