"""Where a party's keys and certificate lie, and how they are put there: beside their place first, then in one step."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509

from jukinet.domain.municipality import NodeId, Party, SystemId
from jukinet.domain.reading import format_instant
from jukinet.messages.directory import NodeEntry, OrganEntry
from jukinet.node import keys
from jukinet.node.pki_certificates import LOCAL_HOSTS, Authority, Leaf, host_of, issue_leaf
from jukinet.node.pki_members import configuration, read_file

TLS_DAYS = 90
KEY_DAYS = 730
"""How long certificates and signing keys are valid, where nothing else is said."""

Entry: TypeAlias = NodeEntry | OrganEntry | SystemId
"""Whoever gets a certificate. A system is in no directory: its name is all there is of it."""


def place_party(path: Path, entry: Entry, files: dict[str, bytes], now: datetime, tls_days: int) -> datetime:
    """Fill a party's directory beside its place, and move it there; when its certificate expires."""
    home = home_of(path, party_of(entry))
    partial = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
    try:
        for name in ("ca.pem", "root.pub"):
            keys.write_private(partial / name, read_file(path / name))
        for name, data in files.items():
            keys.write_private(partial / name, data)
        expires = place_tls(path, entry, partial, now, tls_days)
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


def place_tls(path: Path, entry: Entry, home: Path, now: datetime, tls_days: int) -> datetime:
    """Put a new pair under ``tls``, a link that is swung in one step: key and certificate never disagree."""
    leaf = _issue_leaf(load_authority(path, now), entry, now, timedelta(days=tls_days))
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


def _issue_leaf(authority: Authority, entry: Entry, now: datetime, lifetime: timedelta) -> Leaf:
    party = party_of(entry)
    if not isinstance(entry, NodeEntry):
        return issue_leaf(authority, party.text, party.uri, now, lifetime, serves=False)
    hosts = [host_of(url) for url in (entry.url, entry.supply_url) if url]
    return issue_leaf(
        authority, party.text, party.uri, now, lifetime, hosts=(*LOCAL_HOSTS, *hosts), serves=True
    )


def load_authority(path: Path, now: datetime) -> Authority:
    try:
        authority = Authority.load(keys.read_private(path / "ca.key"), read_file(path / "ca.pem"))
    except ValueError:
        raise configuration(f"{path}/ca.key and ca.pem do not belong together; restore both.") from None
    if authority.certificate.not_valid_after_utc <= now:
        raise configuration("The certificate authority has expired; a new one has to be made.")
    return authority


def party_of(entry: Entry) -> Party:
    if isinstance(entry, SystemId):
        return entry
    return entry.id if isinstance(entry, NodeEntry) else entry.slug


def home_of(path: Path, party: Party) -> Path:
    if isinstance(party, SystemId):
        # A colon in a path would need care in every list of paths; no slug begins with a digit, so a dot is clear.
        return path / "systems" / f"{party.node}.{party.slug}"
    return path / ("nodes" if isinstance(party, NodeId) else "organs") / party.text


def systems_of(path: Path) -> list[SystemId]:
    names = sorted(home.name for home in (path / "systems").glob("muni-*"))
    return [SystemId(name.replace(".", ":", 1)) for name in names]


def tls_expires(path: Path, party: Party) -> str | None:
    certificate = home_of(path, party) / "tls.pem"
    if not certificate.exists():
        return None
    return format_instant(x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc)
