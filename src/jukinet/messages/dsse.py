"""Signed envelopes: DSSE (Dead Simple Signing Envelope, protocol version 1), with one signature.

Owns the envelope and nothing of what is in it. The payload of an envelope cannot be reached before its
signature was checked against one expected type and one use of key. There is one spelling of an envelope:
any other bytes are refused even where they would decode to the same, so that the digest of an envelope
names it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import strict_json
from jukinet.messages.keys import KeyUse, PublicKey, Signer

_SIGNATURE_BYTES = 64
_KEY_ID = re.compile(r"[0-9a-f]{16}")


def encode_for_signing(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding (PAE) of type and payload: what is actually signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, signer: Signer) -> bytes:
    """Sign ``payload`` as a ``payload_type`` and return the envelope, in JSON."""
    signature = signer.sign(encode_for_signing(payload_type, payload))
    return _spell(payload_type, payload, signer.key_id, signature)


def open_envelope(
    envelope: bytes,
    payload_type: str,
    find_key: Callable[[str], PublicKey | None],
    *,
    use: KeyUse,
    limit: int,
) -> bytes:
    """Return the payload, once its signature is found good.

    ``find_key`` gives the known key of a key id. Raises ``JukinetError`` of kind TOO_LARGE or MALFORMED if it
    is no envelope, UNAUTHENTIC if it is of another type, by an unknown key or one of another use, or altered.
    """
    sealed = Envelope(envelope, limit=limit)
    return sealed.open(payload_type, find_key(sealed.key_id), use=use)


def seal_again(envelope: bytes, signer: Signer, *, limit: int) -> bytes:
    """The same payload under another key: what is said, and its type, stay as they are."""
    sealed = Envelope(envelope, limit=limit)
    return seal(sealed.payload_type, sealed.unproved, signer)


def says_the_same(one: bytes, other: bytes, *, limit: int) -> bool:
    """Whether two envelopes hold the same payload of the same type, whoever signed them; no signature is looked at."""
    try:
        first, second = Envelope(one, limit=limit), Envelope(other, limit=limit)
    except JukinetError:
        return False
    return (first.payload_type, first.unproved) == (second.payload_type, second.unproved)


class Envelope:
    """An envelope taken apart but not believed: type and key id may be looked at, the payload not."""

    __slots__ = ("_payload", "_signature", "key_id", "payload_type")
    payload_type: str
    key_id: str

    def __init__(self, data: bytes, *, limit: int) -> None:
        parsed = strict_json.parse(data, limit=limit)
        try:
            self._take_apart(parsed)
            exact = _spell(self.payload_type, self._payload, self.key_id, self._signature) == data
        except (KeyError, TypeError, ValueError, binascii.Error):
            exact = False
        if not exact:
            raise JukinetError(
                ErrorKind.MALFORMED, "The message is not a signed envelope in its one spelling."
            )

    def __repr__(self) -> str:
        return "Envelope(…)"

    @property
    def unproved(self) -> bytes:
        """The payload before any look at the signature: to be compared or signed, never to be read."""
        return self._payload

    def _take_apart(self, parsed: dict[str, Any]) -> None:
        (signed,) = parsed["signatures"]
        kind: object = parsed["payloadType"]
        if not isinstance(kind, str) or not _KEY_ID.fullmatch(signed["keyid"]):
            raise ValueError
        self.payload_type = kind
        self.key_id = signed["keyid"]
        self._payload = base64.b64decode(parsed["payload"], validate=True)
        self._signature = base64.b64decode(signed["sig"], validate=True)

    def open(self, payload_type: str, key: PublicKey | None, *, use: KeyUse) -> bytes:
        """Return the payload if it is of this type and signed by this key; see ``open_envelope``."""
        if self.payload_type != payload_type:
            raise unauthentic("The envelope is of another type than expected here.")
        if key is None or key.key_id != self.key_id:
            raise unauthentic("The envelope is signed with a key that the directory does not know.")
        if key.use is not use:
            raise unauthentic(f"The envelope is signed with a key that is not for this use ({use.value}).")
        signed = encode_for_signing(self.payload_type, self._payload)
        if len(self._signature) != _SIGNATURE_BYTES or not key.verifies(self._signature, signed):
            raise unauthentic("The signature of the envelope does not fit its content.")
        return self._payload


def unauthentic(sentence: str) -> JukinetError:
    """The error of a signed thing that is not what it claims to be."""
    return JukinetError(ErrorKind.UNAUTHENTIC, sentence)


def _spell(payload_type: str, payload: bytes, key_id: str, signature: bytes) -> bytes:
    return strict_json.dump(
        {
            "payload": base64.b64encode(payload).decode("ascii"),
            "payloadType": payload_type,
            "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode("ascii")}],
        }
    )
