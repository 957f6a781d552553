"""What a log says of its whole tree, as signed notes (C2SP signed-note).

Checkpoints (tlog-checkpoint), cosignatures of witnesses (tlog-cosignature), and the admission with which one log ends
and the next begins after a restore.

The first line of a checkpoint is the log's name, that of an admission its own heading, that of what a witness signs
another one: none can be taken for another, nor for what DSSE signs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import format_instant, parse_instant
from jukinet.messages.dsse import unauthentic
from jukinet.messages.keys import KeyUse, PublicKey, Signer, require_use

MAX_NOTE = 16 * 1024
_ED25519, _COSIGNATURE = b"\x01", b"\x04"
_ADMISSION = "jukinet admission v1"
_LOG = re.compile(r"urn:jukinet:log:([a-z0-9-]+):([1-9][0-9]{0,8})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a log at a size, and when it was signed."""

    log: str
    size: int
    root: bytes
    at: datetime

    def body(self) -> str:
        root = base64.b64encode(self.root).decode("ascii")
        return f"{self.log}\n{self.size}\n{root}\ntime {format_instant(self.at)}\n"


@dataclass(frozen=True, slots=True)
class Admission:
    """That a log ended, where it stood in what a backup brought back, and which one goes on."""

    ended: Checkpoint
    log: str

    def body(self) -> str:
        return f"{_ADMISSION}\n{self.ended.body()}{self.log}\n"


def life_of(log: str, node: NodeId) -> int:
    """The incarnation whose log this is; ``ValueError`` where it is no log of the node."""
    found = _LOG.fullmatch(log)
    if found is None or found[1] != str(node):
        raise ValueError("must be a log of the node")
    return int(found[2])


def verifier_key(log: str, key: PublicKey) -> str:
    """A key as tools of signed notes take it: name, hash and key."""
    raw = base64.b64encode(_ED25519 + key.raw).decode("ascii")
    return f"{log}+{_key_hash(log, _ED25519, key.raw).hex()}+{raw}"


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer, key: PublicKey) -> str:
    return _note(checkpoint.body(), checkpoint.log, signer, key)


def sign_admission(admission: Admission, signer: Signer, key: PublicKey) -> str:
    return _note(admission.body(), admission.log, signer, key)


def cosign(note: str, witness: NodeId, signer: Signer, key: PublicKey, at: datetime) -> str:
    """The note with one line more: a witness found it to follow on all that it has seen of this log."""
    require_use(signer, KeyUse.LOG)
    body, _ = _split(note)
    seconds = int(at.timestamp())
    signature = signer.sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
    name = witness.uri
    return note + _line(name, _key_hash(name, _COSIGNATURE, key.raw), seconds.to_bytes(8, "big") + signature)


def read_checkpoint(note: str, node: NodeId, keys: Iterable[PublicKey]) -> Checkpoint:
    """The checkpoint of a note. Raises UNAUTHENTIC unless a log key of the node signed it."""
    body, lines = _split(note)
    parts = body.split("\n")
    if len(parts) != 5 or parts[4] or not parts[3].startswith("time ") or not _SIZE.fullmatch(parts[1]):
        raise unauthentic("This is no checkpoint of a log.")
    try:
        life_of(parts[0], node)
        root = base64.b64decode(parts[2], validate=True)
        found = Checkpoint(parts[0], int(parts[1]), root, parse_instant(parts[3].removeprefix("time ")))
    except ValueError:
        raise unauthentic("This is no checkpoint of a log of that node.") from None
    if len(root) != 32 or found.body() != body:
        raise unauthentic("This is no checkpoint in its one spelling.")
    _require_signed(body, lines, found.log, keys)
    return found


def read_admission(note: str, node: NodeId, keys: Iterable[PublicKey]) -> Admission:
    """The admission of a note. Raises UNAUTHENTIC unless a log key of the node signed it."""
    body, lines = _split(note)
    parts = body.split("\n")
    if len(parts) != 7 or parts[0] != _ADMISSION or not _SIZE.fullmatch(parts[2]):
        raise unauthentic("This is no admission of a log.")
    try:
        root, at = base64.b64decode(parts[3], validate=True), parse_instant(parts[4].removeprefix("time "))
        found = Admission(Checkpoint(parts[1], int(parts[2]), root, at), parts[5])
        follows = life_of(found.ended.log, node) < life_of(found.log, node)
    except ValueError:
        raise unauthentic("This is no admission of a log of that node.") from None
    if not follows or found.body() != body:
        raise unauthentic("This is no admission in its one spelling.")
    _require_signed(body, lines, found.log, keys)
    return found


def _note(body: str, name: str, signer: Signer, key: PublicKey) -> str:
    require_use(signer, KeyUse.LOG)
    return f"{body}\n" + _line(name, _key_hash(name, _ED25519, key.raw), signer.sign(body.encode()))


def _line(name: str, key_hash: bytes, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(key_hash + signature).decode('ascii')}\n"


def _key_hash(name: str, algorithm: bytes, raw: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + algorithm + raw).digest()[:4]


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Body and signatures, none of which is believed yet."""
    body, gap, tail = note.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in tail.split("\n")[:-1]]
    if not gap or not tail.endswith("\n") or not found or len(note) > MAX_NOTE:
        raise unauthentic("This is no signed note.")
    try:
        lines = [(one[1], base64.b64decode(one[2], validate=True)) for one in found if one]
    except ValueError:
        lines = []
    if len(lines) != len(found):
        raise unauthentic("This is no signed note.")
    return body + "\n", lines


def _require_signed(body: str, lines: list[tuple[str, bytes]], name: str, keys: Iterable[PublicKey]) -> None:
    for key in keys:
        if key.use is not KeyUse.LOG:
            continue
        head = _key_hash(name, _ED25519, key.raw)
        for signed_by, raw in lines:
            if signed_by == name and raw[:4] == head and key.verifies(raw[4:], body.encode()):
                return
    raise unauthentic("No key of the log of that node signed this.")
