"""Mutual TLS, one way for every connection between nodes: TLS 1.3, both ends certified by the network's CA.

Owns the files of a party's certificate and the contexts made of them. Who a verified certificate names is
in ``jukinet.messages.certificates``.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: a certificate (its chain may follow), its private key, and the CA of the network."""

    cert: Path
    key: Path
    ca: Path

    def stamp(self) -> Stamp:
        """A value that changes when certificate or key are replaced; CONFIGURATION if one is missing."""
        return tuple(_stamp(path) for path in (self.cert, self.key))


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """A context that serves only clients with a certificate of the CA."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, files)
    # No resumption: a connection is never vouched for by an earlier one, whose certificate may have ended.
    context.num_tickets = 0
    return context


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """A context that shows our certificate and takes only servers of the CA with the right host name."""
    return _context(ssl.PROTOCOL_TLS_CLIENT, files)


def load_certificate(context: ssl.SSLContext, files: TlsFiles) -> None:
    """Load certificate and key into a context; connections made before keep what they have.

    Raises CONFIGURATION if the files cannot be read or do not belong together.
    """
    try:
        # An empty password: an encrypted key is an error here, not a prompt that hangs a server.
        context.load_cert_chain(files.cert, files.key, password="")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"The certificate {files.cert} and its key {files.key} cannot be used: they must be readable PEM"
            " files, not encrypted, that belong together.",
        ) from error


def _context(protocol: int, files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(files.ca)
    except (OSError, ValueError) as error:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"The CA certificate {files.ca} cannot be used: a readable PEM file is needed.",
        ) from error
    load_certificate(context, files)
    return context


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise JukinetError(ErrorKind.CONFIGURATION, f"The file {path} cannot be read.") from error
    return found.st_mtime_ns, found.st_size, found.st_ino
