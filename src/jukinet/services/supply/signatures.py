"""Whether an organ must sign its requests, and whether a signature proves one: rules SG1 to SG5.

Owns the rules. What is signed, and how, is in ``jukinet.messages.http_signatures``; that a nonce counts once is seen
by the desk, in the transaction that answers. A signature of an organ that need not sign is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.law.decisions import FailedRule, policy
from jukinet.messages import http_signatures
from jukinet.messages.directory import OrganState, SignaturePolicy
from jukinet.messages.http_signatures import Head, Proof, SignatureFault, UnprovedError
from jukinet.services.context import Context
from jukinet.store import request_nonces

_SOURCE = "Profile of signed requests (RFC 9421)"

SG1 = policy(
    "SG1",
    _SOURCE,
    "The directory asks this organ to sign its requests to this node, in the network's one profile. Sign the request.",
)
SG2 = policy(
    "SG2",
    _SOURCE,
    "The key must be one that the directory lists for this organ, and be valid now. Sign with your own present key.",
)
SG3 = policy(
    "SG3",
    _SOURCE,
    "Head and body must be those that were signed. Sign the bytes that you send; nothing on the way may change them.",
)
SG4 = policy(
    "SG4",
    _SOURCE,
    "A signature counts from its creation to its end, five minutes at most. Set your clock right and sign anew.",
)
SG5 = policy("SG5", _SOURCE, "A nonce counts once. Sign again, with a fresh random nonce.")

_RULES: Mapping[SignatureFault, FailedRule] = MappingProxyType(
    {
        SignatureFault.FORM: SG1,
        SignatureFault.KEY: SG2,
        SignatureFault.CONTENT: SG3,
        SignatureFault.TIME: SG4,
    }
)

KEPT_BEYOND = timedelta(hours=1)
"""How long a nonce is kept after its signature ended: the clocks of door and worker may differ."""


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A request as it came: its head, and the SHA-256 of its body."""

    head: Head
    digest: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What a signature is worth: the rules that it fails, or its proof; neither where none is asked for."""

    failed: tuple[FailedRule, ...] = ()
    proof: Proof | None = None


_NOT_ASKED = Checked()


def check(ctx: Context, organ: OrganSlug, sent: Sent | None) -> Checked:
    """Look at the signature of a request as the directory asks for it; None: the request has none.

    Nothing is said to an organ that is not an active one of the directory: it is refused for that.
    """
    directory = ctx.directory()
    entry = directory.organ(organ)
    if entry is None or entry.state is not OrganState.ACTIVE or entry.signature is SignaturePolicy.TLS_ONLY:
        return _NOT_ASKED
    if sent is None:
        return Checked((SG1,))
    try:
        proof = http_signatures.verify(
            sent.head,
            sent.digest,
            to=ctx.node,
            key_of=lambda key_id: directory.find_key(organ, key_id),
            now=ctx.now(),
        )
    except UnprovedError as error:
        return Checked(tuple(_RULES[fault] for fault in error.why))
    return Checked(proof=proof)


def forget_spent(ctx: Context) -> int:
    """Forget the nonces of signatures that ended a while ago, at a node that has any; how many."""
    if ctx.node.role is NodeRole.MUNICIPALITY:
        return 0
    with ctx.begin() as tx:
        return request_nonces.forget(tx, ctx.now() - KEPT_BEYOND)
