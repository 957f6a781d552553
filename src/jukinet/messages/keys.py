"""Keys and what each may be used for. Ed25519 (RFC 8032) throughout.

Owns the shape of a key in the directory and the act of signing. Where private keys lie on disk is in
``jukinet.node.keys``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.domain.reading import Fields, format_instant

RAW_KEY_BYTES = 32


class KeyUse(StrEnum):
    """What a key may sign. Keys of different use are different keys."""

    STATEMENT = "statement"
    """Statements, the questions of calls, and an organ's requests."""
    ANSWER = "answer"
    LOG = "log"
    """Checkpoints and promises of the audit log."""
    SEAL = "seal"
    """Documents."""
    DIRECTORY = "directory"
    ROOT = "root"


def key_id_of(raw: bytes) -> str:
    """The name of a public key: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(raw).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _loaded(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its one use and the time in which what it signs counts (the end excluded)."""

    key_id: str
    use: KeyUse
    raw: bytes
    valid_from: datetime
    valid_to: datetime

    def is_valid_at(self, moment: datetime) -> bool:
        return self.valid_from <= moment < self.valid_to

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether ``signature`` is this key's over exactly ``data``."""
        try:
            _loaded(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_plain(self) -> dict[str, Any]:
        return {
            "id": self.key_id,
            "use": self.use.value,
            "key": base64.b64encode(self.raw).decode("ascii"),
            "valid_from": format_instant(self.valid_from),
            "valid_to": format_instant(self.valid_to),
        }

    @classmethod
    def from_fields(cls, fields: Fields) -> PublicKey:
        """Read a key as it stands in the directory; the id must be that of the key."""
        key = cls(
            key_id=fields.text("id"),
            use=fields.take("use", parse_use),
            raw=fields.take("key", parse_raw_key),
            valid_from=fields.instant("valid_from"),
            valid_to=fields.instant("valid_to"),
        )
        if key.key_id != key_id_of(key.raw):
            fields.fault("id", "must be the id of the key")
        if not key.valid_from < key.valid_to:
            fields.fault("valid_to", "must be after valid_from")
        return key


@dataclass(frozen=True, slots=True)
class OwnedKey:
    """A public key and who may sign with it, as the directory says."""

    owner: NodeId | OrganSlug
    key: PublicKey


class Signer(Protocol):
    """Whatever can sign with one key: a file in memory, or a device."""

    @property
    def key_id(self) -> str: ...

    @property
    def use(self) -> KeyUse: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key in memory, with its one use. Its ``repr`` shows neither key nor id."""

    key_id: str
    use: KeyUse
    private: Ed25519PrivateKey

    @classmethod
    def from_private(cls, private: Ed25519PrivateKey, use: KeyUse) -> SigningKey:
        return cls(key_id_of(private.public_key().public_bytes_raw()), use, private)

    @classmethod
    def from_seed(cls, seed: bytes, use: KeyUse) -> SigningKey:
        """The key of a seed of 32 bytes."""
        return cls.from_private(Ed25519PrivateKey.from_private_bytes(seed), use)

    def __repr__(self) -> str:
        return f"SigningKey(use={self.use.value!r})"

    @property
    def raw_public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)

    def public(self, valid_from: datetime, valid_to: datetime) -> PublicKey:
        return PublicKey(self.key_id, self.use, self.raw_public, valid_from, valid_to)


def require_use(signer: Signer, use: KeyUse) -> None:
    """Refuse to sign with a key that is for another use."""
    if signer.use is not use:
        raise JukinetError(
            ErrorKind.CONFIGURATION, f"This is signed with a key for the use {use.value} only."
        )


def parse_use(text: str) -> KeyUse:
    try:
        return KeyUse(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(KeyUse)}") from None


def parse_raw_key(text: str) -> bytes:
    """A public key of 32 bytes in base64, in its one spelling."""
    problem = "must be 32 bytes in base64"
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(problem) from None
    if len(raw) != RAW_KEY_BYTES or base64.b64encode(raw).decode("ascii") != text:
        raise ValueError(problem)
    return raw
