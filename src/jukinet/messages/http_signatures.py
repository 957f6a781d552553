"""Signed requests of organs: HTTP Message Signatures (RFC 9421) in one fixed profile, with Ed25519 and SHA-256.

Owns what is signed, how it is spelled, and whether a signature proves a request. A nonce counts once; who remembers
them is the desk that answers. The profile is written down in docs/reference/signed-requests.md: it leaves nothing to
choose but the label and the order of the parameters, so that a reader of it needs no library.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.keys import KeyUse, PublicKey, Signer, require_use

COMPONENTS = ("@method", "@path", "@query", "content-type", "content-digest")
"""What is signed, in this order. The host is not: the tag names the node, whatever address it is reached at."""
DIGEST, INPUT, SIGNATURE = "content-digest", "signature-input", "signature"
"""The fields of a signed request, beside its content type."""

LONGEST = timedelta(minutes=5)
"""From ``created`` to ``expires`` at most: so long a nonce must be remembered."""
USUAL = timedelta(minutes=1)
SKEW = timedelta(seconds=30)
"""How far in the future a request may seem to be made."""
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")

_COVERED = "(" + " ".join(f'"{name}"' for name in COMPONENTS) + ")"
_INPUT = re.compile(
    rf"([a-z*][a-z0-9_.*-]{{0,63}})=({re.escape(_COVERED)}((?:;[a-z]+=(?:[0-9]+|\"[ !#-\[\]-~]*\"))+))"
)
_PARAMETER = re.compile(r';([a-z]+)=(?:([0-9]+)|"([^"]*)")')
_MOMENT = re.compile(r"[1-9][0-9]{0,14}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_SIGNATURE = re.compile(r"([a-z*][a-z0-9_.*-]{0,63})=:([A-Za-z0-9+/]{86}==):")
_PARAMETERS = {"created": True, "expires": True, "keyid": False, "nonce": False, "tag": False}
"""What a signature says of itself, all of it, and whether as a number."""


class SignatureFault(StrEnum):
    """What is wrong with the signature of a request."""

    FORM = "form"
    """There is none, or it is not of the profile."""
    KEY = "key"
    """The key is not one of the sender's that counts now."""
    CONTENT = "content"
    """The request is not the one that was signed."""
    TIME = "time"
    """Too old, from the future, or meant to count for longer than the profile allows."""


class UnprovedError(JukinetError):
    """The signature does not prove the request; ``why`` is everything that is wrong with it."""

    def __init__(self, *why: SignatureFault) -> None:
        super().__init__(ErrorKind.UNAUTHENTIC, f"The signature proves nothing: {', '.join(why)}.")
        self.why = why


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """The head of a request. ``fields``: by names in small letters; what came twice is left out, as if it had not."""

    method: str
    path: str
    query: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature that holds: the key that made it, and a nonce that nobody may use again before ``expires``."""

    key_id: str
    nonce: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a signature says of itself, not yet believed; ``spelled`` is that in the bytes that were signed."""

    created: int
    expires: int
    key_id: str
    nonce: str
    signature: bytes
    spelled: str


def tag_of(node: NodeId) -> str:
    """The tag of a request to this node: one that is signed for a node counts at no other."""
    return f"jukinet-v1:{node}"


def digest_field(digest: bytes) -> str:
    """The Content-Digest of a body whose SHA-256 this is: the one algorithm, in its one spelling."""
    return f"sha-256=:{base64.b64encode(digest).decode('ascii')}:"


def sign(
    head: Head,
    body: bytes,
    signer: Signer,
    *,
    to: NodeId,
    now: datetime,
    nonce: str,
    lasting: timedelta = USUAL,
) -> dict[str, str]:
    """The fields that sign a request of this head and body; ``nonce`` is fresh and random each time."""
    require_use(signer, KeyUse.STATEMENT)
    created = int(now.timestamp())
    params = (
        f"{_COVERED};created={created};expires={created + int(lasting.total_seconds())}"
        f';keyid="{signer.key_id}";nonce="{nonce}";tag="{tag_of(to)}"'
    )
    digest = digest_field(hashlib.sha256(body).digest())
    signature = signer.sign(_base(head, digest, params))
    return {
        DIGEST: digest,
        INPUT: f"sig={params}",
        SIGNATURE: f"sig=:{base64.b64encode(signature).decode('ascii')}:",
    }


def verify(
    head: Head, digest: bytes, *, to: NodeId, key_of: Callable[[str], PublicKey | None], now: datetime
) -> Proof:
    """Return the proof if the request is signed by a key of the sender, for this node and this moment.

    ``digest``: the SHA-256 of the body as it came, which may be worked out while it streams. ``key_of``: the sender's
    key of this id, if it has one. Raises ``UnprovedError`` with everything that is wrong; whether the nonce is new is
    not looked at here.
    """
    claim = _read(head, to)
    if claim is None:
        raise UnprovedError(SignatureFault.FORM)
    why = []
    key = key_of(claim.key_id)
    if key is None or key.use is not KeyUse.STATEMENT or not key.is_valid_at(now):
        why.append(SignatureFault.KEY)
    elif not _holds(head, digest, claim, key):
        why.append(SignatureFault.CONTENT)
    if not _is_timely(claim, now):
        why.append(SignatureFault.TIME)
    if why:
        raise UnprovedError(*why)
    return Proof(claim.key_id, claim.nonce, datetime.fromtimestamp(claim.expires, UTC))


def _read(head: Head, to: NodeId) -> _Claim | None:
    """The signature of a request, if it has exactly one, of the profile."""
    given = _INPUT.fullmatch(head.fields.get(INPUT, ""))
    signed = _SIGNATURE.fullmatch(head.fields.get(SIGNATURE, ""))
    if given is None or signed is None or given[1] != signed[1]:
        return None
    found = _PARAMETER.findall(given[3])
    params = {name: number or text for name, number, text in found}
    are_numbers = {name: bool(number) for name, number, _ in found}
    if are_numbers != _PARAMETERS or len(found) != len(params) or params["tag"] != tag_of(to):
        return None
    forms = ((_MOMENT, "created"), (_MOMENT, "expires"), (_KEY_ID, "keyid"), (NONCE, "nonce"))
    if not all(form.fullmatch(params[name]) for form, name in forms):
        return None
    return _Claim(
        int(params["created"]),
        int(params["expires"]),
        params["keyid"],
        params["nonce"],
        base64.b64decode(signed[2]),
        given[2],
    )


def _holds(head: Head, digest: bytes, claim: _Claim, key: PublicKey) -> bool:
    """Whether the key signed just this head, and the digest that it signed is that of the body."""
    stated = head.fields.get(DIGEST, "")
    type_ = head.fields.get("content-type", "")
    if stated != digest_field(digest) or not (head.path + head.query + type_).isascii():
        return False
    return key.verifies(claim.signature, _base(head, stated, claim.spelled))


def _base(head: Head, digest: str, params: str) -> bytes:
    """The bytes that are signed (RFC 9421 section 2.5), for components of which each stands in one line."""
    values = (head.method, head.path, f"?{head.query}", head.fields.get("content-type", ""), digest)
    lines = [f'"{name}": {value}' for name, value in zip(COMPONENTS, values, strict=True)]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def _is_timely(claim: _Claim, now: datetime) -> bool:
    moment = now.timestamp()
    lasting = claim.expires - claim.created
    return (
        claim.created <= moment + SKEW.total_seconds()
        and moment < claim.expires
        and (0 < lasting <= LONGEST.total_seconds())
    )
