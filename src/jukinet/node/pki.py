"""The trust of a whole network, made and kept in one directory.

Owns the files: root key, certificate authority, directory key, the keys and certificates of every node and
organ, the certificates of municipalities' own systems, the list of members, and the signed directory. In
production the root key is moved offline after ``init_pki``, and each party takes its own directory to its own
machine; a laptop keeps all in one place.

Every file is 0600 and every directory 0700. What is made is made beside its place first and then moved
there, so that an interrupted command leaves all or nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from cryptography import x509

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug, Party, SystemId
from jukinet.domain.reading import format_instant, reading
from jukinet.messages import strict_json
from jukinet.messages.directory import (
    MAX_BUNDLE,
    NODE_KEY_USES,
    ORGAN_KEY_USES,
    Directory,
    DirectoryKeys,
    NodeEntry,
    OrganEntry,
    SignaturePolicy,
    newer,
    open_directory,
    read_node,
    read_organ,
    seal_directory,
    seal_directory_keys,
    write_node,
    write_organ,
)
from jukinet.messages.keys import KeyUse
from jukinet.node import keys
from jukinet.node.pki_certificates import (
    BACKDATED,
    LOCAL_HOSTS,
    Authority,
    Leaf,
    host_of,
    issue_leaf,
    make_authority,
    private_key_pem,
)

TLS_DAYS = 90
KEY_DAYS = 730
AUTHORITY_DAYS = 3650

_JAPAN = timedelta(hours=9)

_Entry: TypeAlias = NodeEntry | OrganEntry | SystemId
"""Whoever gets a certificate. A system is in no directory: its name is all there is of it."""


@dataclass(frozen=True, slots=True)
class Members:
    """``members.json``: what the next directory is made from."""

    nodes: tuple[NodeEntry, ...] = ()
    organs: tuple[OrganEntry, ...] = ()


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
    with _locked(path):
        members = load_members(path)
        if any(entry.id == node_id for entry in members.nodes):
            raise _conflict(node_id)
        made = {use: keys.generate(use) for use in sorted(NODE_KEY_USES)}
        span = (now - BACKDATED, now + timedelta(days=key_days))
        entry = _checked_node(
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
        _place_party(path, entry, files, now, tls_days)
        _save_members(path, Members((*members.nodes, entry), members.organs))
    return entry


def readdress_node(path: Path, node_id: NodeId, *, url: str, supply_url: str | None) -> NodeEntry:
    """Note where a node is reached from now on. The directory has to be signed anew afterwards.

    Keys and certificate stay, so the host names must be those that the certificate holds. Raises NOT_FOUND.
    """
    with _locked(path):
        members = load_members(path)
        former = _member(members, node_id)
        if not isinstance(former, NodeEntry):
            raise TypeError("a node's id names a node")
        entry = _checked_node(replace(former, url=url, supply_url=supply_url))
        nodes = tuple(entry if one.id == node_id else one for one in members.nodes)
        _save_members(path, Members(nodes, members.organs))
    return entry


def issue_organ(
    path: Path,
    slug: OrganSlug,
    *,
    name: str,
    now: datetime,
    signature: SignaturePolicy = SignaturePolicy.REQUIRED,
    tls_days: int = TLS_DAYS,
    key_days: int = KEY_DAYS,
) -> OrganEntry:
    """Make an organ's keys and client certificate under ``organs/<slug>``, and note it as a member.

    Raises CONFLICT if the organ is a member already, or its name that of a node. The directory has to be
    signed anew afterwards.
    """
    _refuse_node_name(slug)
    with _locked(path):
        members = load_members(path)
        if any(entry.slug == slug for entry in members.organs):
            raise _conflict(slug)
        made = {use: keys.generate(use) for use in sorted(ORGAN_KEY_USES)}
        span = (now - BACKDATED, now + timedelta(days=key_days))
        public = tuple(key.public(*span) for key in made.values())
        entry = _checked_organ(OrganEntry(slug, name, public, signature))
        files = {f"{use.value}.key": keys.private_pem(key) for use, key in made.items()}
        _place_party(path, entry, files, now, tls_days)
        _save_members(path, Members(members.nodes, (*members.organs, entry)))
    return entry


def issue_system(path: Path, system: SystemId, *, now: datetime, tls_days: int = TLS_DAYS) -> datetime:
    """Make a client certificate for a municipality's own system under ``systems``; when it expires.

    The directory does not name it: the municipality admits it in its own configuration. Raises NOT_FOUND unless the
    municipality is a member, CONFLICT if there is one already.
    """
    with _locked(path):
        _member(load_members(path), system.node)
        if _home(path, system).exists():
            raise JukinetError(ErrorKind.CONFLICT, f"{system} has a certificate; renew it: jukinet pki renew")
        if not (path / "systems").exists():
            keys.make_private_directory(path / "systems")
        return _place_party(path, system, {}, now, tls_days)


def sign_directory(path: Path, now: datetime) -> Directory:
    """Sign the members as the next version of the directory, into ``directory.json``.

    Raises CONFIGURATION where a key is missing, CONFLICT where the clock is behind the last version.
    """
    with _locked(path):
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
    with _locked(path):
        entry = party if isinstance(party, SystemId) else _member(load_members(path), party)
        home = _home(path, party)
        if not home.is_dir():
            raise JukinetError(
                ErrorKind.NOT_FOUND, f"{home} is not here; renew where the keys of {party} are."
            )
        expires = _place_tls(path, entry, home, now, tls_days)
        keys.sync_directory(home)
    return expires


def load_members(path: Path) -> Members:
    """Read ``members.json``. Raises CONFIGURATION if there is none, INVALID if it was edited wrongly."""
    data = _read(path / "members.json")
    with reading(strict_json.parse(data, limit=MAX_BUNDLE)) as fields:
        return Members(fields.each("nodes", read_node), fields.each("organs", read_organ))


def describe(path: Path, now: datetime) -> dict[str, Any]:
    """The members and their keys as plain data, for a listing: no secret, and nothing about a person."""
    members = load_members(path)
    signed = _signed_directory(path, now)
    return {
        "directory_version": signed.version if signed else None,
        "nodes": [_describe_party(path, entry) for entry in members.nodes],
        "organs": [_describe_party(path, entry) for entry in members.organs],
        "systems": [
            {"system": system.text, "tls_expires": _tls_expires(path, system)} for system in _systems(path)
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
    _save_members(path, Members())


def _place_party(
    path: Path, entry: _Entry, files: dict[str, bytes], now: datetime, tls_days: int
) -> datetime:
    """Fill a party's directory beside its place, and move it there; when its certificate expires."""
    home = _home(path, _party(entry))
    partial = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
    try:
        for name in ("ca.pem", "root.pub"):
            keys.write_private(partial / name, _read(path / name))
        for name, data in files.items():
            keys.write_private(partial / name, data)
        expires = _place_tls(path, entry, partial, now, tls_days)
        for name in ("tls.key", "tls.pem"):
            (partial / name).symlink_to(f"tls/{name}")
        if home.exists():
            # Left by an earlier run that was interrupted before it noted the member: never used.
            shutil.rmtree(home)
        partial.rename(home)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    keys.sync_directory(home.parent)
    return expires


def _place_tls(path: Path, entry: _Entry, home: Path, now: datetime, tls_days: int) -> datetime:
    """Put a new pair under ``tls``, a link that is swung in one step: key and certificate never disagree."""
    leaf = _issue_leaf(_load_authority(path, now), entry, now, timedelta(days=tls_days))
    pair = home / f"tls-{secrets.token_hex(8)}"
    keys.make_private_directory(pair)
    keys.write_private(pair / "tls.key", leaf.key_pem)
    keys.write_private(pair / "tls.pem", leaf.certificate_pem)
    link = home / f".{pair.name}"
    link.symlink_to(pair.name)
    link.replace(home / "tls")
    for former in home.glob("tls-*"):
        if former != pair:
            shutil.rmtree(former)
    return leaf.expires


def _issue_leaf(authority: Authority, entry: _Entry, now: datetime, lifetime: timedelta) -> Leaf:
    party = _party(entry)
    if not isinstance(entry, NodeEntry):
        return issue_leaf(authority, party.text, party.uri, now, lifetime, serves=False)
    hosts = [host_of(url) for url in (entry.url, entry.supply_url) if url]
    return issue_leaf(
        authority, party.text, party.uri, now, lifetime, hosts=(*LOCAL_HOSTS, *hosts), serves=True
    )


def _load_authority(path: Path, now: datetime) -> Authority:
    try:
        authority = Authority.load(keys.read_private(path / "ca.key"), _read(path / "ca.pem"))
    except ValueError:
        raise _configuration(f"{path}/ca.key and ca.pem do not belong together; restore both.") from None
    if authority.certificate.not_valid_after_utc <= now:
        raise _configuration("The certificate authority has expired; a new one has to be made.")
    return authority


def _save_members(path: Path, members: Members) -> None:
    plain = {
        "nodes": [write_node(entry) for entry in members.nodes],
        "organs": [write_organ(entry) for entry in members.organs],
    }
    # For people, who may read and mend it: one field a line.
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1)
    keys.write_private(path / "members.json", text.encode("utf-8"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One command at a time works on the directory."""
    if not (path / "members.json").is_file():
        raise _configuration(f"{path} holds no keys; make them first: jukinet pki init {path}")
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _configuration(f"{path} cannot be read ({error.strerror}); restore it.") from None


def _checked_node(entry: NodeEntry) -> NodeEntry:
    """The entry as every node will read it, or INVALID."""
    with reading({"node": write_node(entry)}) as fields:
        return fields.object("node", read_node)


def _checked_organ(entry: OrganEntry) -> OrganEntry:
    with reading({"organ": write_organ(entry)}) as fields:
        return fields.object("organ", read_organ)


def _member(members: Members, party: NodeId | OrganSlug) -> NodeEntry | OrganEntry:
    entries: tuple[NodeEntry | OrganEntry, ...] = (*members.nodes, *members.organs)
    for entry in entries:
        if _party(entry) == party:
            return entry
    raise JukinetError(ErrorKind.NOT_FOUND, f"{party} is not a member; see: jukinet pki list DIR")


def _refuse_node_name(slug: OrganSlug) -> None:
    """``national`` and ``pref-13`` are spelled like slugs; such an organ would be taken for a node."""
    try:
        NodeId(slug.text)
    except ValueError:
        return
    raise JukinetError(ErrorKind.CONFLICT, f"{slug} is the name of a node; give the organ another one.")


def _party(entry: _Entry) -> Party:
    if isinstance(entry, SystemId):
        return entry
    return entry.id if isinstance(entry, NodeEntry) else entry.slug


def _home(path: Path, party: Party) -> Path:
    if isinstance(party, SystemId):
        # A colon in a path would need care in every list of paths; no slug begins with a digit, so a dot is clear.
        return path / "systems" / f"{party.node}.{party.slug}"
    return path / ("nodes" if isinstance(party, NodeId) else "organs") / party.text


def _systems(path: Path) -> list[SystemId]:
    names = sorted(home.name for home in (path / "systems").glob("muni-*"))
    return [SystemId(name.replace(".", ":", 1)) for name in names]


def _tls_expires(path: Path, party: Party) -> str | None:
    certificate = _home(path, party) / "tls.pem"
    if not certificate.exists():
        return None
    return format_instant(x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc)


def _describe_party(path: Path, entry: NodeEntry | OrganEntry) -> dict[str, Any]:
    plain = write_node(entry) if isinstance(entry, NodeEntry) else write_organ(entry)
    plain["keys"] = {key.use.value: key.key_id for key in entry.keys}
    return plain | {"tls_expires": _tls_expires(path, _party(entry))}


def _conflict(party: NodeId | OrganSlug) -> JukinetError:
    return JukinetError(
        ErrorKind.CONFLICT,
        f"{party} has keys already; for a new certificate run: jukinet pki renew DIR {party}",
    )


def _configuration(sentence: str) -> JukinetError:
    return JukinetError(ErrorKind.CONFIGURATION, sentence)
