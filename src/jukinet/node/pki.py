"""The trust of a whole network, made and kept in one directory.

Owns the files: root key, certificate authority, directory key, the keys and certificates of every node and
organ, the certificates of municipalities' own systems, the list of members, and the signed directory. In
production the root key is moved offline after ``init_pki``, and each party takes its own directory to its own
machine; a laptop keeps all in one place.

Every file is 0600 and every directory 0700. What is made is made beside its place first and then moved
there, so that an interrupted command leaves all or nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug, Party, SystemId
from jukinet.law import catalogue
from jukinet.messages.directory import (
    NODE_KEY_USES,
    ORGAN_KEY_USES,
    Directory,
    DirectoryKeys,
    NodeEntry,
    OrganEntry,
    SignaturePolicy,
    newer,
    open_directory,
    seal_directory,
    seal_directory_keys,
    write_node,
    write_organ,
)
from jukinet.messages.keys import KeyUse
from jukinet.node import keys
from jukinet.node.pki_certificates import BACKDATED, make_authority, private_key_pem
from jukinet.node.pki_members import (
    Members,
    checked_node,
    checked_organ,
    load_members,
    locked,
    member_of,
    save_members,
)
from jukinet.node.pki_places import (
    KEY_DAYS,
    TLS_DAYS,
    home_of,
    party_of,
    place_party,
    place_tls,
    systems_of,
    tls_expires,
)

AUTHORITY_DAYS = 3650

_JAPAN = timedelta(hours=9)


def init_pki(path: Path, now: datetime, *, authority_days: int = AUTHORITY_DAYS) -> None:
    """Make root key, certificate authority and directory key in a new directory.

    Raises CONFLICT where ``path`` already holds something: a second root would cut off every node.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise JukinetError(
            ErrorKind.CONFLICT, f"{path} is not empty; name a new directory, or remove this one yourself."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        _fill_new(partial, now, timedelta(days=authority_days))
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    keys.sync_directory(path.parent)


def issue_node(
    path: Path,
    node_id: NodeId,
    *,
    name: str,
    url: str,
    now: datetime,
    supply_url: str | None = None,
    connected: bool = True,
    reason: str | None = None,
    since: date | None = None,
    delegates: bool = True,
    tls_days: int = TLS_DAYS,
    key_days: int = KEY_DAYS,
) -> NodeEntry:
    """Make a node's keys and certificate under ``nodes/<id>``, and note it as a member.

    ``since`` is by default today in Japan; ``delegates`` counts for prefectures only. Raises CONFLICT if the
    node is a member already, INVALID for a faulty entry. The directory has to be signed anew afterwards.
    """
    with locked(path):
        members = load_members(path)
        if any(entry.id == node_id for entry in members.nodes):
            raise _conflict(node_id)
        made = {use: keys.generate(use) for use in sorted(NODE_KEY_USES)}
        span = (now - BACKDATED, now + timedelta(days=key_days))
        entry = checked_node(
            NodeEntry(
                id=node_id,
                name=name,
                url=url,
                supply_url=supply_url,
                keys=tuple(key.public(*span) for key in made.values()),
                connected=connected,
                since=since or (now + _JAPAN).date(),
                reason=reason,
                delegates=delegates and node_id.role is NodeRole.PREFECTURE,
            )
        )
        files = {f"{use.value}.key": keys.private_pem(key) for use, key in made.items()}
        place_party(path, entry, files, now, tls_days)
        save_members(path, Members((*members.nodes, entry), members.organs))
    return entry


def readdress_node(path: Path, node_id: NodeId, *, url: str, supply_url: str | None) -> NodeEntry:
    """Note where a node is reached from now on. The directory has to be signed anew afterwards.

    Keys and certificate stay, so the host names must be those that the certificate holds. Raises NOT_FOUND.
    """
    with locked(path):
        members = load_members(path)
        former = member_of(members, node_id)
        if not isinstance(former, NodeEntry):
            raise TypeError("a node's id names a node")
        entry = checked_node(replace(former, url=url, supply_url=supply_url))
        nodes = tuple(entry if one.id == node_id else one for one in members.nodes)
        save_members(path, Members(nodes, members.organs))
    return entry


def issue_organ(
    path: Path,
    slug: OrganSlug,
    *,
    name: str,
    now: datetime,
    signature: SignaturePolicy = SignaturePolicy.REQUIRED,
    seat: NodeId | None = None,
    acts_as: tuple[OrganSlug, ...] = (),
    tls_days: int = TLS_DAYS,
    key_days: int = KEY_DAYS,
) -> OrganEntry:
    """Make an organ's keys and client certificate under ``organs/<slug>``, and note it as a member.

    ``acts_as``: which organs of the catalogue of affairs it is beside the one of its name. Raises CONFLICT if the organ
    is a member already, or its name that of a node; INVALID for what the catalogue does not name, or not of that seat.
    The directory has to be signed anew afterwards.
    """
    _refuse_node_name(slug)
    _refuse_what_it_cannot_be(slug, seat, acts_as)
    with locked(path):
        members = load_members(path)
        if any(entry.slug == slug for entry in members.organs):
            raise _conflict(slug)
        made = {use: keys.generate(use) for use in sorted(ORGAN_KEY_USES)}
        span = (now - BACKDATED, now + timedelta(days=key_days))
        public = tuple(key.public(*span) for key in made.values())
        entry = checked_organ(OrganEntry(slug, name, public, signature, seat=seat, acts_as=acts_as))
        files = {f"{use.value}.key": keys.private_pem(key) for use, key in made.items()}
        place_party(path, entry, files, now, tls_days)
        save_members(path, Members(members.nodes, (*members.organs, entry)))
    return entry


def issue_system(path: Path, system: SystemId, *, now: datetime, tls_days: int = TLS_DAYS) -> datetime:
    """Make a client certificate for a municipality's own system under ``systems``; when it expires.

    The directory does not name it: the municipality admits it in its own configuration. Raises NOT_FOUND unless the
    municipality is a member, CONFLICT if there is one already.
    """
    with locked(path):
        member_of(load_members(path), system.node)
        if home_of(path, system).exists():
            raise JukinetError(ErrorKind.CONFLICT, f"{system} has a certificate; renew it: jukinet pki renew")
        if not (path / "systems").exists():
            keys.make_private_directory(path / "systems")
        return place_party(path, system, {}, now, tls_days)


def sign_directory(path: Path, now: datetime) -> Directory:
    """Sign the members as the next version of the directory, into ``directory.json``.

    Raises CONFIGURATION where a key is missing, CONFLICT where the clock is behind the last version.
    """
    with locked(path):
        members = load_members(path)
        last = _signed_directory(path, now)
        signer = keys.load_signing_key(path / "directory.key", KeyUse.DIRECTORY)
        version = last.version + 1 if last else 1
        bundle = seal_directory(
            Directory(version, now, members.nodes, members.organs),
            signer,
            keys.read_private(path / "directory-keys.json"),
        )
        signed = open_directory(bundle, keys.load_public_key(path / "root.pub"), now)
        if last is not None and not newer(last, signed):
            raise JukinetError(ErrorKind.CONFLICT, "The clock is behind the last directory; set it right.")
        keys.write_private(path / "directory.json", bundle)
    return signed


def renew_tls(path: Path, party: Party, now: datetime, *, tls_days: int = TLS_DAYS) -> datetime:
    """Replace a member's or a system's TLS key and certificate, both in one step, and return when the new one expires.

    The keys for statements and answers stay; the directory need not be signed. Raises NOT_FOUND.
    """
    with locked(path):
        entry = party if isinstance(party, SystemId) else member_of(load_members(path), party)
        home = home_of(path, party)
        if not home.is_dir():
            raise JukinetError(
                ErrorKind.NOT_FOUND, f"{home} is not here; renew where the keys of {party} are."
            )
        expires = place_tls(path, entry, home, now, tls_days)
        keys.sync_directory(home)
    return expires


def describe(path: Path, now: datetime) -> dict[str, Any]:
    """The members and their keys as plain data, for a listing: no secret, and nothing about a person."""
    members = load_members(path)
    signed = _signed_directory(path, now)
    return {
        "directory_version": signed.version if signed else None,
        "nodes": [_describe_party(path, entry, now) for entry in members.nodes],
        "organs": [_describe_party(path, entry, now) for entry in members.organs],
        "systems": [
            {"system": system.text, "tls_expires": tls_expires(path, system)} for system in systems_of(path)
        ],
    }


def _signed_directory(path: Path, now: datetime) -> Directory | None:
    """The last signed version, verified, or None before the first."""
    target = path / "directory.json"
    if not target.exists():
        return None
    return open_directory(target.read_bytes(), keys.load_public_key(path / "root.pub"), now)


def _fill_new(path: Path, now: datetime, lifetime: timedelta) -> None:
    root, directory_key = keys.generate(KeyUse.ROOT), keys.generate(KeyUse.DIRECTORY)
    authority = make_authority("Jukinet certificate authority", now, lifetime)
    named = DirectoryKeys(1, now, (directory_key.public(now - BACKDATED, now + lifetime),))
    for name, data in {
        "root.key": keys.private_pem(root),
        "root.pub": keys.public_pem(root),
        "ca.key": private_key_pem(authority),
        "ca.pem": authority.pem,
        "directory.key": keys.private_pem(directory_key),
        "directory-keys.json": seal_directory_keys(named, root),
    }.items():
        keys.write_private(path / name, data)
    for name in ("nodes", "organs"):
        keys.make_private_directory(path / name)
    save_members(path, Members())


def _refuse_node_name(slug: OrganSlug) -> None:
    """``national`` and ``pref-13`` are spelled like slugs; such an organ would be taken for a node."""
    try:
        NodeId(slug.text)
    except ValueError:
        return
    raise JukinetError(ErrorKind.CONFLICT, f"{slug} is the name of a node; give the organ another one.")


def _refuse_what_it_cannot_be(slug: OrganSlug, seat: NodeId | None, acts_as: tuple[OrganSlug, ...]) -> None:
    if not acts_as:
        return  # Most organs are what their name says; the catalogue is not read for them.
    organs = catalogue.packaged().organs()
    asker = catalogue.Asker(slug, frozenset(acts_as), seat)
    if any(one not in organs or not organs[one].is_one(asker) for one in acts_as):
        raise JukinetError(
            ErrorKind.INVALID,
            "An organ acts as one that the catalogue names, at a seat that it allows. See: jukinet affairs list.",
        )


def _describe_party(path: Path, entry: NodeEntry | OrganEntry, now: datetime) -> dict[str, Any]:
    plain = write_node(entry) if isinstance(entry, NodeEntry) else write_organ(entry)
    counting = sorted((key for key in entry.keys if key.is_valid_at(now)), key=lambda key: key.valid_from)
    plain["keys"] = {key.use.value: key.key_id for key in counting}
    return plain | {"tls_expires": tls_expires(path, party_of(entry))}


def _conflict(party: NodeId | OrganSlug) -> JukinetError:
    return JukinetError(
        ErrorKind.CONFLICT,
        f"{party} has keys already; for a new certificate run: jukinet pki renew DIR {party}",
    )
