"""Who certifies on which days, and the seals: rows that are added, and replaced by others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jukinet.law.certifiers import CertifyingOffice, Days, SealUse
from jukinet.store.database import Row, Transaction
from jukinet.store.holds import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("certifiers")


@dataclass(frozen=True, slots=True)
class Certifier:
    """Who certifies, under which title."""

    number: int
    office: CertifyingOffice
    days: Days
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal, without its image; ``words`` are printed under it."""

    number: int
    office: CertifyingOffice
    days: Days
    use: SealUse
    words: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Bears:
    """Which entries a paper bears, as it is on record. ``unsealed``: the place of the seal was to stay free of one."""

    certifier: int | None
    seal: int | None
    unsealed: bool = False
    words: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Certified:
    """What a paper bears of who certifies it; of none entered no title. The image is a PNG."""

    bears: Bears
    title: str | None
    name: str | None
    image: bytes | None
    words: str | None


def lock(tx: Transaction) -> None:
    """Let nobody else enter one before this transaction ends."""
    tx.rows(_SQL.lock)


def standing(tx: Transaction) -> list[Certifier]:
    """Whom no later entry replaces."""
    return [
        Certifier(row["certifier_id"], *_common(row), row["title"], row["name"])
        for row in tx.rows(_SQL.standing)
    ]


def standing_seals(tx: Transaction) -> list[Seal]:
    return [
        Seal(row["seal_id"], *_common(row), SealUse(row["use"]), row["words"])
        for row in tx.rows(_SQL.standing_seals)
    ]


def _common(row: Row) -> tuple[CertifyingOffice, Days]:
    return CertifyingOffice(row["office"]), Days(row["valid_from"], row["valid_to"])


def _days(days: Days, *, replaces: int | None, withdrawn: bool, stamp: Stamp) -> dict[str, Any]:
    """From when to when an entry counts, what it stands in place of, and who made it."""
    return {
        "valid_from": days.valid_from,
        "valid_to": days.valid_to,
        "withdrawn": withdrawn,
        "replaces": replaces,
        "at": stamp.at,
        "operator": stamp.operator,
        "terminal": stamp.terminal,
    }


def add(
    tx: Transaction,
    office: CertifyingOffice,
    days: Days,
    title: str,
    name: str,
    *,
    replaces: int | None,
    withdrawn: bool,
    stamp: Stamp,
) -> int:
    row = tx.made(
        _SQL.add,
        office=office,
        title=title,
        name=name,
        **_days(days, withdrawn=withdrawn, replaces=replaces, stamp=stamp),
    )
    return int(row["number"])


def add_seal(
    tx: Transaction,
    office: CertifyingOffice,
    use: SealUse,
    days: Days,
    image: bytes,
    words: str | None,
    *,
    replaces: int | None,
    withdrawn: bool,
    stamp: Stamp,
) -> int:
    row = tx.made(
        _SQL.add_seal,
        office=office,
        use=use,
        image=image,
        words=words,
        **_days(days, withdrawn=withdrawn, replaces=replaces, stamp=stamp),
    )
    return int(row["number"])


def certified(tx: Transaction, bears: Bears) -> Certified:
    """What a paper bears, by what is on record for it."""
    row = tx.one(_SQL.certified, certifier=bears.certifier, seal=bears.seal)
    if row is None:
        return Certified(bears, None, None, None, bears.words)
    image = None if row["image"] is None else bytes(row["image"])
    return Certified(bears, row["title"], row["name"], image, bears.words or row["words"])
