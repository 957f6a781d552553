"""Witnesses of audit logs: one node keeps what another said of its log, so that this cannot be taken back.

A municipality's log has its prefecture for a witness, a prefecture's the centre, and the centre's the first two
connected prefectures. A witness fetches the newest checkpoint, asks for the tiles that show that it follows on the last
one seen, cosigns it and keeps it. What does not follow is kept too, entered once, and an alarm until people have
seen to it and have the log witnessed anew (``begin_anew``).
"""

from __future__ import annotations

from jukinet.audit import tree
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain import merkle
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import read_reason
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages import checkpoints
from jukinet.messages.checkpoints import Checkpoint
from jukinet.messages.directory import Directory
from jukinet.messages.dsse import unauthentic
from jukinet.services import acts, trail
from jukinet.services.audit_tree import own_key
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import audit_tree
from jukinet.store.audit_tree import Witnessed

OF_THE_CENTRE = 2
"""Prefectures that witness the centre's log."""

WN1 = policy(
    "WN1",
    "Witnesses of audit logs",
    "No log of this node contradicts what was seen of it here. See jukinet audit witnessed.",
)

ROLLBACK, FORK, REOPENED = "rollback", "fork", "reopened"
"""The tree became smaller; two trees were shown; another log goes on without the admission of a restore."""


def witnesses_of(directory: Directory, node: NodeId) -> tuple[NodeId, ...]:
    """Who witnesses the log of a node."""
    if node == NATIONAL:
        prefectures = [
            one.id for one in directory.nodes if one.id.role is NodeRole.PREFECTURE and one.connected
        ]
        return tuple(sorted(prefectures, key=str)[:OF_THE_CENTRE])
    if node.municipality is None:
        return (NATIONAL,)
    return (node.prefecture.node_id,) if node.prefecture else ()


def witness(ctx: Context) -> int:
    """Look once at every log that this node witnesses; how many checkpoints were new. Who is away is asked again."""
    directory, seen, failed = ctx.directory(), 0, None
    for entry in directory.nodes:
        if entry.connected and ctx.node in witnesses_of(directory, entry.id):
            try:
                seen += _look(ctx, entry.id)
            except JukinetError as error:
                if error.kind not in {ErrorKind.UNAVAILABLE, ErrorKind.NOT_FOUND}:
                    failed = error
    if failed is not None:
        raise failed
    return seen


def _look(ctx: Context, node: NodeId) -> bool:
    with ctx.begin() as tx:
        known = audit_tree.witnessed_of(tx, str(node))
    if known is not None and known.problem is not None:
        if known.ended_at is None:
            return False
        known = None
    note = _text(ctx.peers.fetch_log(node, "checkpoint"))
    entry = ctx.directory().node(node)
    found = checkpoints.read_checkpoint(note, node, entry.keys if entry else ())
    problem = _problem(ctx, node, known, found) if known else None
    if known is not None and problem is not None:
        _refuse(ctx, known, problem, note)
        return False
    if known is not None and known.note.startswith(note):
        return False
    cosigned = checkpoints.cosign(note, ctx.node, *own_key(ctx), ctx.now())
    with ctx.begin() as tx:
        audit_tree.see(tx, str(node), found.log, found.size, found.root, cosigned, ctx.now())
    return True


def _problem(ctx: Context, node: NodeId, known: Witnessed, found: Checkpoint) -> str | None:
    """Why a checkpoint does not follow on what was seen; None where it does."""
    if found.log != known.log:
        return _succession(ctx, node, known, found)
    if found.size < known.size:
        return ROLLBACK
    return None if _follows(ctx, node, known, found) else FORK


def _follows(ctx: Context, node: NodeId, known: Witnessed, found: Checkpoint) -> bool:
    """Whether a tree begins with the one seen: proved from tiles of that log, which need not be believed for it."""
    if known.size in {0, found.size}:
        return known.size == 0 or known.root == found.root
    life = checkpoints.life_of(found.log, node)
    fetched: dict[tuple[int, int], bytes] = {}

    def tile(level: int, place: int) -> bytes:
        if (level, place) not in fetched:
            path = tree.path_of(level, place, tree.width_in(found.size, level, place))
            fetched[level, place] = ctx.peers.fetch_log(node, f"{life}/{path}")
        return fetched[level, place]

    try:
        proof = merkle.consistency(known.size, found.size, tree.nodes(tile))
    except ValueError:
        return False
    return merkle.is_consistent(known.size, known.root, found.size, found.root, proof)


def _succession(ctx: Context, node: NodeId, known: Witnessed, found: Checkpoint) -> str | None:
    """Whether the log that was seen was ended by restores, each admitted, up to the one that is shown now.

    What an admission says was lost cannot be shown any more; what it says came back must follow, or be seen before.
    """
    before, life = checkpoints.life_of(known.log, node), checkpoints.life_of(found.log, node)
    entry = ctx.directory().node(node)
    while life > before:
        try:
            note = _text(ctx.peers.fetch_log(node, f"{life}/admission"))
            said = checkpoints.read_admission(note, node, entry.keys if entry else ())
        except JukinetError as error:
            if error.kind is ErrorKind.UNAVAILABLE:
                raise
            return REOPENED
        if checkpoints.life_of(said.log, node) != life:
            return REOPENED
        life = checkpoints.life_of(said.ended.log, node)
        if life == before and said.ended.size >= known.size:
            return None if _follows(ctx, node, known, said.ended) else FORK
    return None if life == before else REOPENED


def _refuse(ctx: Context, known: Witnessed, problem: str, note: str) -> None:
    with ctx.begin() as tx:
        if audit_tree.refuse(tx, known.node, known.log, problem, note, ctx.now()):
            event, failed = AuditEvent.LOG_CONTRADICTED, Outcome.FAILED
            trail.note(ctx, tx, event, failed, trail.SYSTEM, reference=known.node, rules=(problem,))


def begin_anew(ctx: Context, claim: OperatorClaim, node: NodeId, reason: str) -> Permitted | Refused:
    """Have a log that contradicted what was seen of it witnessed from what it shows next, once people have seen to it.

    What was seen before, and what was not believed, is kept as it is with the reason.
    """
    why = read_reason(reason)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_WITNESS_RENEW, AuditEvent.WITNESS_RENEWED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(node))
        ended = audit_tree.end_refused(tx, str(node), why, by=claim.operator_id, at=ctx.now())
        decision = acts.every(act.gate, acts.require((WN1, ended)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(node))
        act.done(decision, reference=str(node))
        return decision


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise unauthentic("This is no signed note.") from None


def list_witnessed(ctx: Context, claim: OperatorClaim) -> tuple[Witnessed, ...] | Refused:
    """What this node has seen of the logs that it witnesses."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.AUDIT_READ)
        return acts.look(act, lambda: tuple(audit_tree.witnessed(tx)))
