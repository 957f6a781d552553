"""Statements signed with a key that had ended when they were created: what the origin does, and what a receiver does.

A key ends when its validity does, or earlier, when the centre revokes it. What was created before that moment counts
for ever, whenever it arrives; what was created later with that key counts nowhere. Until the origin learns of the
end it goes on signing; then it signs the same statements again with the key that counts, and sends them from there on.
Nothing that they say changes: id, number, time and body are the payload, and the payload is the same bytes.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.municipality import NodeId
from jukinet.messages import dsse
from jukinet.messages.keys import KeyUse, PublicKey
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import MAX_ENVELOPE, Head
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.store import outbox, signatures
from jukinet.store.database import Transaction
from jukinet.store.signatures import Signed

BATCH = 500


def sign_again(ctx: Context) -> int:
    """Sign anew what this node signed with a key after its end, and rewind its lanes to there; how many statements."""
    entry = ctx.directory().node(ctx.node)
    now = ctx.now()
    ended = [
        key for key in (entry.keys if entry else ()) if key.use is KeyUse.STATEMENT and key.valid_to <= now
    ]
    return sum(_sign_all(ctx, key) for key in ended)


def _sign_all(ctx: Context, ended: PublicKey) -> int:
    total = 0
    while True:
        with ctx.begin() as tx:
            found = signatures.signed_with(tx, ended.key_id, ended.valid_to, most=BATCH)
        if not found:
            return total
        made = [_seal_again(ctx, one) for one in found]
        with ctx.begin() as tx:
            signatures.keep(tx, made, ctx.now())
            for (peer, stream), first in _firsts(found).items():
                # Also what was acknowledged: who took it without knowing of the end passes it on to who knows.
                outbox.rewind(tx, peer, stream, first - 1)
            rules = (f"{len(made)} statements",)
            event, system = AuditEvent.SIGNED_AGAIN, trail.SYSTEM
            trail.note(ctx, tx, event, Outcome.DONE, system, reference=ended.key_id, rules=rules)
        total += len(made)


def _seal_again(ctx: Context, one: Signed) -> tuple[str, str, bytes]:
    signer = ctx.signers.at(KeyUse.STATEMENT, one.created_at)
    return one.statement_id, signer.key_id, dsse.seal_again(one.envelope, signer, limit=MAX_ENVELOPE)


def _firsts(found: list[Signed]) -> dict[tuple[NodeId, Stream], int]:
    """The lowest number on each lane; they come in order."""
    firsts: dict[tuple[NodeId, Stream], int] = {}
    for one in found:
        if one.lane_number is not None:  # else it has not been sent at all
            firsts.setdefault((one.peer, one.stream), one.lane_number)
    return firsts


def is_known(ctx: Context, tx: Transaction, statement_id: str, envelope: bytes, head: Head | None) -> bool:
    """Whether other bytes hold a statement that is kept here. Kept beside it where their key counts, to be passed on.

    ``head``: what a good signature vouches for; None where the envelope's own does not count.
    """
    first = signatures.first_envelope(tx, statement_id)
    if first is None or not dsse.says_the_same(first, envelope, limit=MAX_ENVELOPE):
        return False
    if head is not None:
        key_id = dsse.Envelope(envelope, limit=MAX_ENVELOPE).key_id
        signatures.keep(tx, [(statement_id, key_id, envelope)], ctx.now())
    return True
