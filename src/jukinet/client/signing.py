"""Signing an organ's requests, in the one profile of ``jukinet.messages.http_signatures``."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import http_signatures
from jukinet.messages.http_signatures import Head
from jukinet.messages.keys import KeyUse, Signer, SigningKey


def _machine_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass(frozen=True, slots=True)
class RequestSigner:
    """Signs requests to one node with a key that the directory lists for the organ; each time with a fresh nonce."""

    key: Signer
    node: NodeId
    now: Callable[[], datetime] = _machine_now

    def fields(self, method: str, path: str, content_type: str, body: bytes) -> dict[str, str]:
        """The header fields that sign this request now. Call it anew for each time that it is sent."""
        return http_signatures.sign(
            Head(method, path, "", {"content-type": content_type}),
            body,
            self.key,
            to=self.node,
            now=self.now(),
            nonce=secrets.token_urlsafe(18),
        )


def load_key(path: Path) -> SigningKey:
    """The organ's signing key (PKCS 8, PEM, Ed25519, not encrypted). Raises CONFIGURATION."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise JukinetError(
            ErrorKind.CONFIGURATION, f"{path} must be a readable private Ed25519 key in PEM, not encrypted."
        )
    return SigningKey.from_private(key, KeyUse.STATEMENT)
