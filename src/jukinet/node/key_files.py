"""A node's private keys as they lie in its directory: one use, any number of keys.

``statement.key`` and ``statement-<key id>.key`` are keys of one use; a rotation puts one beside the other. Which of
them signs is decided in ``jukinet.services.key_ring``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from jukinet.domain.errors import JukinetError
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.node.keys import load_signing_key


class KeyFiles:
    """The keys of some uses, read at once, and again when the directory changes. No other use is ever read."""

    def __init__(self, home: Path, uses: Iterable[KeyUse]) -> None:
        self._home = home
        self._uses = frozenset(uses)
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[KeyUse, tuple[SigningKey, ...]] = {}
        if self._uses:
            self._read()

    def __call__(self, use: KeyUse) -> Sequence[SigningKey]:
        if use in self._uses and self._stamp != _stamp_of(self._home):
            try:
                self._read()
            except (JukinetError, OSError):
                # A file half carried here, or not ours to read: what was read before goes on signing.
                if use not in self._keys:
                    raise
        return self._keys.get(use, ())

    def _read(self) -> None:
        """Raises CONFIGURATION where the first key of a use is missing, or any cannot be used."""
        stamp = _stamp_of(self._home)
        self._keys = {use: _load(self._home, use) for use in self._uses}
        self._stamp = stamp


def added_name(use: KeyUse, key_id: str) -> str:
    """The file of a key that was added by a rotation."""
    return f"{use.value}-{key_id}.key"


def _load(home: Path, use: KeyUse) -> tuple[SigningKey, ...]:
    paths = [home / f"{use.value}.key", *sorted(home.glob(f"{use.value}-*.key"))]
    return tuple(load_signing_key(path, use) for path in paths)


def _stamp_of(home: Path) -> tuple[int, int]:
    """Changes when a file is put in its place; a key is never written over."""
    found = home.stat()
    return found.st_mtime_ns, found.st_ino
