"""Promises of the audit log: that what an answer was entered as will stand in the log's tree by a moment.

Requests that are answered together are entered together: their leaves make a small tree, its root is signed once, and
each answer carries its own leaf with the path to that root. Who keeps a promise can prove an omission: a leaf that a
later checkpoint of the same log lacks. How a leaf is made of an entry is in ``jukinet.audit.entries``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jukinet.domain import merkle
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, format_instant
from jukinet.messages import strict_json
from jukinet.messages.dsse import encode_for_signing, unauthentic
from jukinet.messages.ids import parse_digest
from jukinet.messages.keys import KeyUse, PublicKey, Signer, require_use
from jukinet.messages.kinds import BundleKind, payload_type


def log_name(node: NodeId, incarnation: int) -> str:
    """The origin of a log: a restore ends one log and begins the next."""
    return f"urn:jukinet:log:{node}:{incarnation}"


@dataclass(frozen=True, slots=True)
class Promise:
    """One leaf, its way to the root that was signed, and until when it is to be in the tree of the log."""

    log: str
    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    integrate_by: datetime
    key_id: str
    signature: bytes

    def to_plain(self) -> dict[str, Any]:
        return {
            "log": self.log,
            "leaf": self.leaf.hex(),
            "index": self.index,
            "size": self.size,
            "path": [one.hex() for one in self.path],
            "integrate_by": format_instant(self.integrate_by),
            "key": self.key_id,
            "signature": base64.b64encode(self.signature).decode("ascii"),
        }

    @classmethod
    def from_fields(cls, fields: Fields) -> Promise:
        """Read a promise; whether it is good, ``require_signed`` says."""
        return cls(
            log=fields.text("log"),
            leaf=fields.take("leaf", _digest),
            index=fields.integer("index", least=0),
            size=fields.integer("size", least=1),
            path=fields.texts("path", _digest, most=64),
            integrate_by=fields.instant("integrate_by"),
            key_id=fields.text("key"),
            signature=fields.take("signature", _signature),
        )

    def require_signed(self, node: NodeId, keys: Iterable[PublicKey]) -> None:
        """Raise UNAUTHENTIC unless one of a node's log keys signed it, for a log of that node."""
        if not self.log.startswith(log_name(node, 1)[:-1]):
            raise unauthentic("The promise is of the log of another node.")
        try:
            root = merkle.root_by_path(self.leaf, self.index, self.size, self.path)
        except ValueError:
            raise unauthentic("The path of the promise does not lead to a root.") from None
        signed = _signed(self.log, root, self.size, self.integrate_by)
        if not any(
            key.key_id == self.key_id and key.use is KeyUse.LOG and key.verifies(self.signature, signed)
            for key in keys
        ):
            raise unauthentic("The promise is not signed by the log of the node.")


def promise(signer: Signer, log: str, leaves: Sequence[bytes], integrate_by: datetime) -> list[Promise]:
    """One promise for each leaf that was entered together, under one signature."""
    require_use(signer, KeyUse.LOG)
    rising = merkle.levels(leaves)
    size = len(leaves)
    signature = signer.sign(_signed(log, rising[-1][0], size, integrate_by))
    return [
        Promise(log, leaf, index, size, path, integrate_by, signer.key_id, signature)
        for index, (leaf, path) in enumerate(zip(leaves, merkle.paths(rising), strict=True))
    ]


def _signed(log: str, root: bytes, size: int, integrate_by: datetime) -> bytes:
    said = {"log": log, "root": root.hex(), "size": size, "integrate_by": format_instant(integrate_by)}
    return encode_for_signing(payload_type(BundleKind.LOG_PROMISE), strict_json.dump(said))


def _digest(text: str) -> bytes:
    return bytes.fromhex(parse_digest(text))


def _signature(text: str) -> bytes:
    problem = "must be 64 bytes in base64"
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(problem) from None
    if len(raw) != 64 or base64.b64encode(raw).decode("ascii") != text:
        raise ValueError(problem)
    return raw
