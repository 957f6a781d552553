"""The tree over the audit log (RFC 6962): what is promised of entries that it has yet to take in, and taking them in.

The worker numbers what is committed and takes it into the tree in one transaction, and signs the root in another step:
no transaction waits for a key. A crash between leaves a tree without a checkpoint, which the next round signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from jukinet.audit import tree
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.merkle import HASH_BYTES
from jukinet.messages import checkpoints, promises
from jukinet.messages.checkpoints import Admission, Checkpoint
from jukinet.messages.keys import KeyUse, PublicKey, Signer
from jukinet.messages.promises import Promise
from jukinet.services.context import Context
from jukinet.store import audit_tree, lives
from jukinet.store.audit_tree import Head, Noted
from jukinet.store.database import Transaction

BEHIND = timedelta(seconds=10)
"""Within this time a committed entry stands in the tree; who finds it later was promised too much: an alarm."""

_PATH = re.compile(
    r"(?:([1-9][0-9]{0,8})/)?"
    r"(?:(checkpoint)|(admission)|tile/([0-7])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?)"
)
"""A life, and one of: its checkpoint, its admission, a tile by level, place and (where it is not full) width."""

AT_ONCE = 5_000
"""Entries that one transaction takes in."""

AFRESH = timedelta(minutes=10)
"""How old a checkpoint gets where nothing happens: it says too that the log still is what it was."""


def promise(ctx: Context, signer: Signer, leaves: Sequence[bytes]) -> list[Promise]:
    """Promise each of the leaves that one transaction has committed, under one signature."""
    log = promises.log_name(ctx.node, ctx.incarnation)
    return promises.promise(signer, log, leaves, ctx.now() + BEHIND)


def sequence(ctx: Context) -> int:
    """Take what is committed into the tree and sign it; how many entries. A process of an earlier life does nothing."""
    taken = 0
    while True:
        with ctx.begin() as tx:
            life = lives.newest(tx)
            if life is not None and life.incarnation != ctx.incarnation:
                return taken
            found = audit_tree.integrate(tx, ctx.incarnation, ctx.now(), AT_ONCE)
        taken += found
        if found < AT_ONCE:
            break
    _admit(ctx)
    _sign(ctx)
    return taken


def _sign(ctx: Context) -> None:
    with ctx.begin() as tx:
        head = audit_tree.head(tx, ctx.incarnation)
        last = audit_tree.checkpoint(tx, ctx.incarnation)
    if head is None or (last is not None and last.size == head.size and ctx.now() - last.signed_at < AFRESH):
        return
    made = _state(ctx, head)
    noted = Noted(made.size, made.at, checkpoints.sign_checkpoint(made, *own_key(ctx)))
    with ctx.begin() as tx:
        audit_tree.put_checkpoint(tx, ctx.incarnation, noted)


def _admit(ctx: Context) -> None:
    """Say, once and signed, which log the restore ended and where it stood in what came back."""
    with ctx.begin() as tx:
        ended, head = audit_tree.before(tx, ctx.incarnation), audit_tree.head(tx, ctx.incarnation)
    if ended is None or head is None or head.admission is not None:
        return
    said = Admission(_state(ctx, ended), promises.log_name(ctx.node, ctx.incarnation))
    note = checkpoints.sign_admission(said, *own_key(ctx))
    with ctx.begin() as tx:
        audit_tree.admit(tx, ctx.incarnation, note)


def _state(ctx: Context, head: Head) -> Checkpoint:
    return Checkpoint(promises.log_name(ctx.node, head.incarnation), head.size, head.root, ctx.now())


def own_key(ctx: Context) -> tuple[Signer, PublicKey]:
    """The key of this node's log that counts now: who signs, and what others check it with."""
    signer = ctx.signers[KeyUse.LOG]
    entry = ctx.directory().node(ctx.node)
    (public,) = (key for key in (entry.keys if entry else ()) if key.key_id == signer.key_id)
    return signer, public


def serve(ctx: Context, path: str) -> bytes:
    """What is told of this node's log: ``checkpoint``, and below a life's number its checkpoint, admission and tiles.

    Raises NOT_FOUND. Nothing in it says anything of a person: leaves are salted hashes.
    """
    asked = _PATH.fullmatch(path)
    if asked is None or (asked[1] is None and asked[2] is None):
        raise JukinetError(ErrorKind.NOT_FOUND, "There is nothing of the log under this address.")
    with ctx.begin() as tx:
        found = _told(tx, asked)
    if found is None:
        raise JukinetError(ErrorKind.NOT_FOUND, "The log has nothing under this address yet.")
    return found


def _told(tx: Transaction, asked: re.Match[str]) -> bytes | None:
    life = int(asked[1]) if asked[1] else None
    if asked[2]:
        noted = audit_tree.checkpoint(tx, life)
        return noted.note.encode() if noted else None
    if life is None:
        return None
    if asked[3]:
        head = audit_tree.head(tx, life)
        return head.admission.encode() if head and head.admission else None
    place = int(asked[5].replace("x", "").replace("/", ""))
    width = int(asked[6]) if asked[6] else tree.WIDTH
    hashes = audit_tree.tile(tx, life, int(asked[4]), place)
    # A tile that has grown since still has the hashes that it had.
    return hashes[: width * HASH_BYTES] if width <= len(hashes) // HASH_BYTES else None
