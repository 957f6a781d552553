"""The directory: who takes part in the network, where, with which keys, and since when.

A root key, pinned in every node's configuration and kept offline, signs the centre's directory keys; one of
these signs the directory. Owns its shape and its verification. What a node does with a stale directory, or
with a peer that is not in it, is decided where peers are admitted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from jukinet.domain.municipality import (
    NATIONAL,
    PREFECTURE_NAMES,
    MunicipalityCode,
    NodeId,
    NodeRole,
    OrganSlug,
    PrefectureCode,
)
from jukinet.domain.reading import Fields, format_instant, parse_instant, reading
from jukinet.messages import dsse, strict_json
from jukinet.messages.keys import KeyUse, OwnedKey, PublicKey, Signer, key_id_of, require_use
from jukinet.messages.kinds import BundleKind, payload_type
from jukinet.messages.wire import parse_member

MAX_BUNDLE = 16 * 1024 * 1024
"""Bytes; 1,790 nodes with four keys each and as many organs need about 3 MB."""

STALE_AFTER = timedelta(hours=24)
_LONGEST_NAME = 12
"""Characters in the name of a municipality; the longest of today has six."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far in the future a directory may seem to be issued."""

NODE_KEY_USES = frozenset({KeyUse.STATEMENT, KeyUse.ANSWER, KeyUse.LOG, KeyUse.SEAL})
ORGAN_KEY_USES = frozenset({KeyUse.STATEMENT})


class SignaturePolicy(StrEnum):
    """Whether an organ signs its requests (RFC 9421) or TLS alone proves it."""

    REQUIRED = "required"
    TLS_ONLY = "tls-only"


class OrganState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where it was made public that a node does, or lets do, the centre's work (Act Arts. 30-13, 30-14).

    ``on``: the day of the designation or of a change of it, or from which the governor lets it do his work. ``office``:
    the centre's main one.
    """

    on: date
    notice: str
    office: str | None = None


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """A node.

    ``since`` is the day it was (dis)connected, ``reason`` why it is not; ``supply_url`` its supply door.
    ``delegates``: a prefecture delegates to the centre (Art. 30-10). ``successor``: the node of the
    municipality that this one was merged into. ``city``: the node of the designated city whose ward this is (Ord. 31).
    ``certified_since``: a certificate that begins earlier is revoked.
    """

    id: NodeId
    name: str
    url: str
    keys: tuple[PublicKey, ...]
    connected: bool
    since: date
    reason: str | None = None
    supply_url: str | None = None
    delegates: bool = False
    successor: NodeId | None = None
    certified_since: datetime | None = None
    city: NodeId | None = None
    announced: Announcement | None = None

    @property
    def role(self) -> NodeRole:
        return self.id.role

    @property
    def prefecture(self) -> PrefectureCode | None:
        """The prefecture that the node is, or lies in; None for the centre."""
        return self.id.prefecture


@dataclass(frozen=True, slots=True)
class OrganEntry:
    """An organ that is supplied with information for listed affairs; ``reason`` says why it is revoked.

    ``seat``: the node of the municipality or prefecture whose executive organ it is. ``acts_as``: which organs of the
    catalogue of affairs it is, beside the one of its own name, such as ``mayor``.
    """

    slug: OrganSlug
    name: str
    keys: tuple[PublicKey, ...]
    signature: SignaturePolicy = SignaturePolicy.REQUIRED
    state: OrganState = OrganState.ACTIVE
    reason: str | None = None
    certified_since: datetime | None = None
    seat: NodeId | None = None
    acts_as: tuple[OrganSlug, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """A verified directory, or one about to be signed.

    ``version`` counts issues from 1; ``keys_version`` the root's statements on which keys may sign it.
    """

    version: int
    issued_at: datetime
    nodes: tuple[NodeEntry, ...]
    organs: tuple[OrganEntry, ...]
    keys_version: int = 0
    _by_node: dict[NodeId, NodeEntry] = field(init=False, repr=False, compare=False)
    _by_organ: dict[OrganSlug, OrganEntry] = field(init=False, repr=False, compare=False)
    _by_key: dict[str, OwnedKey] = field(init=False, repr=False, compare=False)
    _cities: frozenset[NodeId] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, list[MunicipalityCode]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        owned = [OwnedKey(entry.id, key) for entry in self.nodes for key in entry.keys]
        owned += [OwnedKey(entry.slug, key) for entry in self.organs for key in entry.keys]
        object.__setattr__(self, "_by_node", {entry.id: entry for entry in self.nodes})
        object.__setattr__(self, "_by_organ", {entry.slug: entry for entry in self.organs})
        object.__setattr__(self, "_by_key", {one.key.key_id: one for one in owned})
        object.__setattr__(self, "_cities", frozenset(entry.city for entry in self.nodes if entry.city))
        object.__setattr__(self, "_by_name", self._names())

    def node(self, node_id: NodeId) -> NodeEntry | None:
        return self._by_node.get(node_id)

    def organ(self, slug: OrganSlug) -> OrganEntry | None:
        return self._by_organ.get(slug)

    def has_wards(self, node_id: NodeId) -> bool:
        """Whether a node is that of a designated city, whose wards have nodes of their own."""
        return node_id in self._cities

    def in_one_city(self, one: NodeId, other: NodeId) -> bool:
        """Whether two nodes are those of wards of the same designated city."""
        first, second = self.node(one), self.node(other)
        return first is not None and second is not None and first.city == second.city is not None

    def owned_key(self, key_id: str) -> OwnedKey | None:
        """The key of this id and its owner; a key id stands in the directory once."""
        return self._by_key.get(key_id)

    def _names(self) -> dict[str, list[MunicipalityCode]]:
        """Municipalities by name; wards by that of their city before their own too."""
        named: dict[str, list[MunicipalityCode]] = {}
        for entry in self.nodes:
            if entry.id.municipality is not None:
                city = self._by_node.get(entry.city) if entry.city else None
                for name in {entry.name, city.name + entry.name} if city else (entry.name,):
                    named.setdefault(name, []).append(entry.id.municipality)
        return named

    def municipality_at(self, place: str) -> MunicipalityCode | None:
        """The municipality whose name the text of a place begins with, after prefecture and county (郡) if it has them.

        None for none, for a name that several have where no prefecture tells them apart, and for a designated city
        whose ward is not named. The longest name counts.
        """
        text = "".join(place.split())
        prefecture = next((name for name in PREFECTURE_NAMES if text.startswith(name)), "")
        text = text.removeprefix(prefecture)
        for rest in (text, text.partition("郡")[2]):
            for length in range(min(len(rest), _LONGEST_NAME), 1, -1):
                found = [
                    code
                    for code in self._by_name.get(rest[:length], ())
                    if not prefecture or code.prefecture.name == prefecture
                ]
                if found:
                    certain = len(found) == 1 and not self.has_wards(found[0].node_id)
                    return found[0] if certain else None
        return None

    def find_key(self, owner: NodeId | OrganSlug, key_id: str) -> PublicKey | None:
        """The key of this id, if it is the owner's."""
        owned = self._by_key.get(key_id)
        return owned.key if owned is not None and owned.owner == owner else None


@dataclass(frozen=True, slots=True)
class DirectoryKeys:
    """What the root signs: the keys that may sign the directory. ``version`` counts from 1."""

    version: int
    issued_at: datetime
    keys: tuple[PublicKey, ...]


def is_stale(directory: Directory, now: datetime) -> bool:
    """Whether it is older than 24 hours: known peers are served, nothing new is accepted."""
    return now - directory.issued_at > STALE_AFTER


def newer(current: Directory, candidate: Directory) -> bool:
    """Whether ``candidate`` may take the place of ``current``: under later keys, or later in version and not earlier.

    Under later keys whatever came before counts no more: whoever had the former one could sign any version and day.
    """
    if candidate.keys_version != current.keys_version:
        return candidate.keys_version > current.keys_version
    return candidate.version > current.version and candidate.issued_at >= current.issued_at


def adds_nothing(current: Directory, candidate: Directory) -> bool:
    """Whether ``candidate`` lets nobody in whom ``current`` does not: no party, no key, no longer validity.

    What only takes away is taken also from a directory that is older than a day: a revocation must not wait for
    the next one.
    """
    return all(_takes_away(current.node(entry.id), entry) for entry in candidate.nodes) and all(
        _takes_away(current.organ(entry.slug), entry) for entry in candidate.organs
    )


def _takes_away(former: NodeEntry | OrganEntry | None, entry: NodeEntry | OrganEntry) -> bool:
    if former is None:
        return False
    held = {key.key_id: key for key in former.keys}
    return (
        all(_narrowed(held.get(key.key_id), key) for key in entry.keys)
        and (_admitted(former) or not _admitted(entry))
        and (_certified(former) <= _certified(entry))
        and _terms(former) == _terms(entry)
        and _acts_as(former) >= _acts_as(entry)
    )


def _narrowed(former: PublicKey | None, key: PublicKey) -> bool:
    return former is not None and former.valid_from <= key.valid_from and key.valid_to <= former.valid_to


def _admitted(entry: NodeEntry | OrganEntry) -> bool:
    return entry.connected if isinstance(entry, NodeEntry) else entry.state is OrganState.ACTIVE


def _certified(entry: NodeEntry | OrganEntry) -> datetime:
    return entry.certified_since or datetime.min.replace(tzinfo=UTC)


def _terms(entry: NodeEntry | OrganEntry) -> object:
    """What else decides how a party is treated."""
    if isinstance(entry, NodeEntry):
        return entry.delegates, entry.successor, entry.city, entry.announced
    return entry.signature, entry.seat


def _acts_as(entry: NodeEntry | OrganEntry) -> frozenset[OrganSlug]:
    return frozenset(entry.acts_as) if isinstance(entry, OrganEntry) else frozenset()


def told_not_connected(entry: NodeEntry) -> str:
    """What whoever meets a node that takes no part is told."""
    since = f"{entry.id} is not connected to the network since {entry.since}"
    return f"{since}. Reason: {entry.reason}" if entry.reason else f"{since}."


def seal_directory_keys(keys: DirectoryKeys, root: Signer) -> bytes:
    """The root's statement, an envelope."""
    require_use(root, KeyUse.ROOT)
    plain = {
        "version": keys.version,
        "issued_at": format_instant(keys.issued_at),
        "keys": [key.to_plain() for key in keys.keys],
    }
    return dsse.seal(payload_type(BundleKind.DIRECTORY_KEYS), strict_json.dump(plain), root)


def seal_directory(directory: Directory, signer: Signer, root_statement: bytes) -> bytes:
    """The bundle that nodes fetch: the root's statement, and the directory, signed with a key it names."""
    require_use(signer, KeyUse.DIRECTORY)
    payload = strict_json.dump(write_directory(directory))
    read_directory(payload)
    envelope = dsse.seal(payload_type(BundleKind.DIRECTORY), payload, signer)
    return strict_json.dump({"keys": root_statement.decode("ascii"), "directory": envelope.decode("ascii")})


def open_directory(bundle: bytes, root: bytes, now: datetime) -> Directory:
    """Verify a bundle against the pinned root key (32 bytes) and read the directory.

    Raises MALFORMED, TOO_LARGE, INVALID, or UNAUTHENTIC: another root, a directory key that the root does not
    name or that was not valid at issue, a directory from the future.
    """
    with reading(strict_json.parse(bundle, limit=MAX_BUNDLE)) as fields:
        keys_envelope = _read_envelope(fields, "keys")
        envelope = _read_envelope(fields, "directory")
    named = open_directory_keys(keys_envelope, root)
    by_id = {key.key_id: key for key in named.keys}
    sealed = dsse.Envelope(envelope, limit=MAX_BUNDLE)
    key = by_id.get(sealed.key_id)
    payload = sealed.open(payload_type(BundleKind.DIRECTORY), key, use=KeyUse.DIRECTORY)
    directory = read_directory(payload, keys_version=named.version)
    if key is None or not key.is_valid_at(directory.issued_at):
        raise dsse.unauthentic("The directory's key was not valid when it was issued.")
    if max(directory.issued_at, named.issued_at) > now + CLOCK_SKEW:
        raise dsse.unauthentic("The directory is issued in the future; check the clock.")
    return directory


def open_directory_keys(envelope: bytes, root: bytes) -> DirectoryKeys:
    """Verify the root's statement. The root has no validity but that of the configuration that pins it."""
    always = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    root_key = PublicKey(key_id_of(root), KeyUse.ROOT, root, *always)
    payload = dsse.open_envelope(
        envelope,
        payload_type(BundleKind.DIRECTORY_KEYS),
        lambda key_id: root_key if key_id == root_key.key_id else None,
        use=KeyUse.ROOT,
        limit=MAX_BUNDLE,
    )
    with reading(strict_json.parse(payload, limit=MAX_BUNDLE)) as fields:
        keys = DirectoryKeys(
            version=fields.integer("version", least=1),
            issued_at=fields.instant("issued_at"),
            keys=fields.each("keys", PublicKey.from_fields, most=16),
        )
        fields.raise_faults()
        _check_uses(fields, keys.keys, frozenset({KeyUse.DIRECTORY}))
    return keys


def write_directory(directory: Directory) -> dict[str, Any]:
    return {
        "version": directory.version,
        "issued_at": format_instant(directory.issued_at),
        "nodes": [write_node(entry) for entry in directory.nodes],
        "organs": [write_organ(entry) for entry in directory.organs],
    }


def read_directory(payload: bytes, *, keys_version: int = 0) -> Directory:
    """Read the payload of a directory; its signature is not looked at here."""
    with reading(strict_json.parse(payload, limit=MAX_BUNDLE)) as fields:
        version = fields.integer("version", least=1)
        issued_at = fields.instant("issued_at")
        nodes = fields.each("nodes", read_node)
        organs = fields.each("organs", read_organ)
        fields.raise_faults()
        _check_unique(fields, nodes, organs)
        _check_cities(fields, nodes)
    return Directory(version, issued_at, nodes, organs, keys_version)


def write_node(entry: NodeEntry) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": entry.id.text,
        "name": entry.name,
        "url": entry.url,
        "supply_url": entry.supply_url,
        "keys": [key.to_plain() for key in entry.keys],
        "connected": entry.connected,
        "since": entry.since.isoformat(),
        "reason": entry.reason,
        "delegates": entry.delegates if entry.role is NodeRole.PREFECTURE else None,
        "successor": entry.successor.text if entry.successor else None,
        "certified_since": _write_instant(entry.certified_since),
        "city": entry.city.text if entry.city else None,
        "announced": _write_announcement(entry.announced) if entry.announced else None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def read_node(fields: Fields) -> NodeEntry:
    node_id = fields.take("id", NodeId.parse)
    role = getattr(node_id, "role", None)  # a faulty id has none
    entry = NodeEntry(
        id=node_id,
        name=fields.text("name"),
        url=fields.take("url", parse_url),
        supply_url=fields.optional("supply_url", parse_url),
        keys=fields.each("keys", PublicKey.from_fields, most=64),
        connected=fields.flag("connected"),
        since=fields.date("since"),
        reason=fields.optional_text("reason"),
        # Never guessed for a governor: who delegates does not supply for Table 1 (Art. 30-10(3)).
        delegates=fields.flag("delegates", default=None if role is NodeRole.PREFECTURE else False),
        successor=fields.optional("successor", NodeId.parse),
        certified_since=fields.optional("certified_since", parse_instant),
        city=fields.optional("city", NodeId.parse),
        announced=fields.optional_object("announced", _read_announcement),
    )
    _check_uses(fields, entry.keys, NODE_KEY_USES)
    if not entry.connected and entry.reason is None:
        fields.fault("reason", "must say why the node is not connected")
    if entry.delegates and role not in {None, NodeRole.PREFECTURE}:
        fields.fault("delegates", "belongs to a prefecture only")
    if role and entry.successor is not None and {role, entry.successor.role} != {NodeRole.MUNICIPALITY}:
        fields.fault("successor", "must be a municipality's, and a municipality")
    if role and entry.city is not None and not _may_be_ward(entry.id, entry.city):
        fields.fault("city", "must be a municipality's, and another municipality of the prefecture")
    if entry.announced and role is NodeRole.MUNICIPALITY:
        fields.fault("announced", "belongs to the centre, or to a governor who delegates")
    return entry


def _write_announcement(made: Announcement) -> dict[str, Any]:
    office = {"office": made.office} if made.office else {}
    return {"on": made.on.isoformat(), "notice": made.notice, **office}


def _read_announcement(fields: Fields) -> Announcement:
    return Announcement(fields.date("on"), fields.text("notice"), fields.optional_text("office"))


def _may_be_ward(ward: NodeId, city: NodeId) -> bool:
    both = {ward.role, city.role} == {NodeRole.MUNICIPALITY}
    return both and ward != city and ward.prefecture == city.prefecture


def write_organ(entry: OrganEntry) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "slug": entry.slug.text,
        "name": entry.name,
        "signature": entry.signature.value,
        "keys": [key.to_plain() for key in entry.keys],
        "state": entry.state.value,
        "reason": entry.reason,
        "certified_since": _write_instant(entry.certified_since),
        "seat": entry.seat.text if entry.seat else None,
        "acts_as": [slug.text for slug in entry.acts_as] or None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def read_organ(fields: Fields) -> OrganEntry:
    entry = OrganEntry(
        slug=fields.take("slug", OrganSlug.parse),
        name=fields.text("name"),
        signature=fields.take("signature", parse_member(SignaturePolicy)),
        keys=fields.each("keys", PublicKey.from_fields, most=64),
        state=fields.take("state", parse_member(OrganState)),
        reason=fields.optional_text("reason"),
        certified_since=fields.optional("certified_since", parse_instant),
        seat=fields.optional("seat", NodeId.parse),
        acts_as=fields.texts("acts_as", OrganSlug.parse, most=64) if fields.has("acts_as") else (),
    )
    if entry.seat == NATIONAL:
        fields.fault("seat", "must be a municipality or a prefecture")
    _check_uses(fields, entry.keys, ORGAN_KEY_USES)
    return entry


def _write_instant(moment: datetime | None) -> str | None:
    return format_instant(moment) if moment else None


def parse_url(text: str) -> str:
    """The base address of a door: ``https://host:port``, nothing after it."""
    problem = "must be https://host or https://host:port, and nothing more"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(problem) from None
    host = parts.hostname or ""
    netloc = f"[{host}]" if ":" in host else host
    spelled = f"https://{netloc}" + (f":{port}" if port is not None else "")
    if not host.isascii() or any(c.isspace() for c in host) or not host or port == 0 or spelled != text:
        raise ValueError(problem)
    return text


def _check_uses(fields: Fields, keys: tuple[PublicKey, ...], allowed: frozenset[KeyUse]) -> None:
    for index, key in enumerate(keys):
        if key.use not in allowed:
            fields.fault(f"keys[{index}].use", "must be a use that this owner has keys for")


def _check_unique(fields: Fields, nodes: tuple[NodeEntry, ...], organs: tuple[OrganEntry, ...]) -> None:
    if _repeated(entry.id for entry in nodes):
        fields.fault("nodes", "must not name a node twice")
    if _repeated(entry.slug for entry in organs):
        fields.fault("organs", "must not name an organ twice")
    everyone: tuple[NodeEntry | OrganEntry, ...] = (*nodes, *organs)
    if _repeated(key.key_id for entry in everyone for key in entry.keys):
        fields.fault("keys", "must be different keys for every owner and use")


def _check_cities(fields: Fields, nodes: tuple[NodeEntry, ...]) -> None:
    """A city that is itself a ward, or not there, would be a way without an end."""
    cities = {entry.id for entry in nodes if entry.city is None}
    if any(entry.city is not None and entry.city not in cities for entry in nodes):
        fields.fault("nodes", "must name the city of each ward, and no ward as one")


def _repeated(values: Iterator[Any]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def _read_envelope(fields: Fields, name: str) -> bytes:
    value = fields.raw(name)
    if isinstance(value, str) and value.isascii():
        return value.encode("ascii")
    fields.fault(name, "must be an envelope")
    return b""
