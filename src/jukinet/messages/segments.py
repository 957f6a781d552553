"""Signed segments: the records of a municipality that joins, as one whole, for its prefecture and the centre.

A segment is a file of lines, each an identity notice as it would have been sent. The manifest names every segment
with the root of the Merkle tree (RFC 6962) over its lines, says as of which number of its stream the municipality
tells this, and is signed by the municipality as a statement is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain import merkle
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.domain.reading import Fields, format_instant, reading
from jukinet.messages import bodies, dsse, strict_json
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.ids import parse_digest
from jukinet.messages.keys import KeyUse, Signer, require_use
from jukinet.messages.kinds import BundleKind, MessageKind, payload_type
from jukinet.messages.statements import MAX_ENVELOPE, MAX_INCARNATION, KeyFinder

ROWS = 1000
"""Lines of a segment; the last has fewer. A root over 500 lines or more costs next to nothing a line."""

MAX_MANIFEST = 4 * 1024 * 1024
_MOST_SEGMENTS = 10_000


@dataclass(frozen=True, slots=True)
class Segment:
    """One file; ``root`` in 64 hex digits."""

    name: str
    rows: int
    root: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is joined. ``number``: the last of the municipality's stream (in ``incarnation``) that is in it; 0: none."""

    origin: NodeId
    incarnation: int
    number: int
    created: datetime
    segments: tuple[Segment, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.segments)


def root_of(lines: Sequence[bytes]) -> str:
    """The Merkle tree hash of RFC 6962, section 2.1, in hex."""
    return merkle.root([merkle.leaf_hash(line) for line in lines]).hex()


def write_line(notice: IdentityNotice) -> bytes:
    """One line, without its end."""
    return strict_json.dump(bodies.write(notice))


def read_segment(manifest: Manifest, segment: Segment, data: bytes) -> list[IdentityNotice]:
    """The notices of a segment. Raises UNAUTHENTIC where it is not the one that was signed, INVALID for its content."""
    lines = data.split(b"\n")[:-1]
    if len(lines) != segment.rows or not data.endswith(b"\n") or root_of(lines) != segment.root:
        raise dsse.unauthentic(f"{segment.name} is not the segment that was signed.")
    return [_read_line(manifest, line) for line in lines]


def _read_line(manifest: Manifest, line: bytes) -> IdentityNotice:
    with reading(strict_json.parse(line, limit=MAX_ENVELOPE)) as fields:
        notice = bodies.read(MessageKind.IDENTITY_NOTICE, fields)
    if not isinstance(notice, IdentityNotice):
        raise TypeError("the body of an identity notice is one")
    if notice.facts.address.municipality != manifest.origin.municipality:
        raise JukinetError(ErrorKind.INVALID, "A segment holds a record of another municipality.")
    return notice


def write_manifest(manifest: Manifest) -> bytes:
    """What is signed."""
    return strict_json.dump(
        {
            "origin": manifest.origin.text,
            "incarnation": manifest.incarnation,
            "number": manifest.number,
            "created": format_instant(manifest.created),
            "segments": [{"name": one.name, "rows": one.rows, "root": one.root} for one in manifest.segments],
        }
    )


def read_manifest(payload: bytes) -> Manifest:
    with reading(strict_json.parse(payload, limit=MAX_MANIFEST)) as fields:
        return Manifest(
            origin=fields.take("origin", NodeId.parse),
            incarnation=fields.integer("incarnation", most=MAX_INCARNATION),
            number=fields.integer("number"),
            created=fields.instant("created"),
            segments=fields.each("segments", _read_segment_entry, most=_MOST_SEGMENTS),
        )


def _read_segment_entry(fields: Fields) -> Segment:
    return Segment(
        fields.take("name", _parse_name), fields.integer("rows", least=1), fields.take("root", parse_digest)
    )


def _parse_name(text: str) -> str:
    """A plain file beside the manifest, and no way out of its directory."""
    if not text.isascii() or not text.replace("-", "").replace(".", "").isalnum() or text.startswith("."):
        raise ValueError("must be the plain name of a file")
    return text


def seal_manifest(payload: bytes, signer: Signer) -> bytes:
    require_use(signer, KeyUse.STATEMENT)
    return dsse.seal(payload_type(BundleKind.JOINING), payload, signer)


def open_manifest(envelope: bytes, find_key: KeyFinder) -> Manifest:
    """Verify a manifest and read it. Raises TOO_LARGE, MALFORMED, INVALID, or UNAUTHENTIC."""
    sealed = dsse.Envelope(envelope, limit=MAX_MANIFEST)
    owned = find_key(sealed.key_id)
    payload = sealed.open(
        payload_type(BundleKind.JOINING), owned.key if owned else None, use=KeyUse.STATEMENT
    )
    manifest = read_manifest(payload)
    if owned is None or owned.owner != manifest.origin or manifest.origin.role is not NodeRole.MUNICIPALITY:
        raise dsse.unauthentic("The manifest is signed by another than the municipality that joins.")
    if not owned.key.is_valid_at(manifest.created):
        raise dsse.unauthentic("The key was not valid when the manifest was made.")
    return manifest
