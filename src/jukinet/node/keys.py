"""Private keys as files: one key a file, one use a key, readable by its owner alone.

Owns how key files are written and what is refused when they are read. A process loads only the keys that
it needs.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.keys import KeyUse, SigningKey

FILE_MODE = 0o600
DIRECTORY_MODE = 0o700
_LARGEST_KEY_FILE = 64 * 1024


def generate(use: KeyUse) -> SigningKey:
    """A new key from the system's randomness."""
    return SigningKey.from_seed(secrets.token_bytes(32), use)


def load_signing_key(path: Path, use: KeyUse) -> SigningKey:
    """Load a private key (PKCS 8, PEM, Ed25519) for one use.

    Raises ``JukinetError`` of kind CONFIGURATION, saying what to do, if the file is missing, no such key, or
    open to anyone but its owner.
    """
    data = read_private(path)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _configuration(
            f"{path} is not a private Ed25519 key in PEM; restore it, or issue the keys anew."
        )
    return SigningKey.from_private(key, use)


def load_public_key(path: Path) -> bytes:
    """Load a public Ed25519 key (PEM), such as ``root.pub``: its 32 bytes. Raises CONFIGURATION."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise _configuration(f"{path} cannot be read ({error.strerror}); copy it there.") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _configuration(f"{path} is not a public Ed25519 key in PEM; copy it anew.")
    return key.public_bytes_raw()


def private_pem(key: SigningKey) -> bytes:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: SigningKey) -> bytes:
    return key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_private(path: Path) -> bytes:
    """The bytes of a secret file; refuses one that others may read or write, or that another user owns."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _configuration(f"{path} cannot be read ({error.strerror}); make or restore it.") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _configuration(f"{path} is not a regular file; remove it, and restore the key.")
        if found.st_mode & 0o077:
            raise _configuration(f"{path} can be read or written by others; run: chmod 600 {path}")
        if found.st_uid not in {os.geteuid(), 0}:
            raise _configuration(f"{path} belongs to another user; run: chown {os.geteuid()} {path}")
        return os.read(descriptor, _LARGEST_KEY_FILE)
    finally:
        os.close(descriptor)


def write_private(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 whole or not at all: beside it first, then in its place."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, FILE_MODE)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def make_private_directory(path: Path) -> None:
    """Make one directory of mode 0700, whatever the umask."""
    path.mkdir(mode=DIRECTORY_MODE)
    path.chmod(DIRECTORY_MODE)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _configuration(sentence: str) -> JukinetError:
    return JukinetError(ErrorKind.CONFIGURATION, sentence)
