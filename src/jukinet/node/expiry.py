"""When the certificates and keys of a node end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.directory import Directory
from jukinet.messages.keys import KeyUse
from jukinet.node.config import NodeConfig

TLS, CA = "tls", "ca"
NAMES = (TLS, CA, *(use.value for use in KeyUse))
"""What may end: the certificate, the authority that every peer trusts, and the signing keys by their use."""


def ends(config: NodeConfig, directory: Directory | None, now: datetime) -> Mapping[str, datetime]:
    """The end of each by its name; of a signing key's successors the last. Raises CONFIGURATION for a faulty file."""
    found = {TLS: _end_of(config.tls.cert), CA: _end_of(config.tls.ca)}
    entry = directory.node(config.node) if directory is not None else None
    for key in entry.keys if entry is not None else ():
        if key.valid_from <= now:
            found[key.use.value] = max(key.valid_to, found.get(key.use.value, key.valid_to))
    return found


def _end_of(path: Path) -> datetime:
    """When the first certificate of a PEM file ends."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        raise JukinetError(ErrorKind.CONFIGURATION, f"The certificate {path} cannot be read.") from None
