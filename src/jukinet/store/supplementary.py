"""Supplementary registers of the koseki: their entries, and by what they and their members are found.

Owns the rows. What entries come to is in ``jukinet.domain.supplementary``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.items import Koseki
from jukinet.domain.matching import key64
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Private
from jukinet.domain.supplementary import (
    Entry,
    Register,
    Removal,
    Way,
    koseki_key,
    member_key,
    register_of,
)
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supplementary")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes entries, when."""

    operator: str
    terminal: str | None
    on: date
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Written(Private):
    """An entry as it was written, by whom and when."""

    entry: Entry
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """A register as the store keeps it."""

    register_id: int
    register_no: str
    entries: tuple[Written, ...]

    @property
    def register(self) -> Register:
        return register_of(one.entry for one in self.entries)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person of a koseki stands: register and number within it."""

    register_id: int
    register_no: str
    member: int


def next_serial(tx: Transaction) -> int:
    row = tx.one(_SQL.next_serial)
    return int(row["serial"]) if row else 0


def open_new(tx: Transaction, register_no: str, opening: Entry, writer: Writer) -> int:
    """A register with its first entry; its id. CONFLICT where another one of this koseki is being made."""
    if opening.koseki is None:
        raise TypeError("a register begins with its opening")
    row = tx.made(_SQL.insert, register_no=register_no, koseki_key=_koseki(opening.koseki))
    write(tx, row["register_id"], opening, writer)
    return int(row["register_id"])


def lock(tx: Transaction, register_no: str) -> Kept | None:
    return _kept(tx, tx.one(_SQL.lock, register_no=register_no))


def find(tx: Transaction, register_no: str) -> Kept | None:
    """Not locked."""
    return _kept(tx, tx.one(_SQL.find, register_no=register_no))


def number_of(tx: Transaction, koseki: Koseki) -> str | None:
    """The number of the register of a koseki, if one is kept."""
    row = tx.one(_SQL.by_koseki, koseki_key=_koseki(koseki))
    return row["register_no"] if row else None


def place_of(tx: Transaction, koseki: Koseki, name: str) -> Place | None:
    """Where somebody of this name stands in the register of a koseki; None for nobody, and where it is not certain."""
    rows = tx.rows(_SQL.member_of, koseki_key=_koseki(koseki), name_key=key64(member_key(name)))
    if len(rows) != 1:
        return None
    return Place(rows[0]["register_id"], rows[0]["register_no"], rows[0]["member_no"])


def domiciles(tx: Transaction) -> list[tuple[str, Koseki]]:
    """Every register that is kept, by its number, with what its koseki displays now."""
    return [(row["register_no"], Koseki(row["domicile"], row["head"])) for row in tx.rows(_SQL.domiciles)]


def handed_over_to(tx: Transaction, municipality: MunicipalityCode, on: date) -> list[str]:
    """The numbers of the registers that ended with a domicile that moved there on that day."""
    rows = tx.rows(_SQL.handed_over_to, municipality=str(municipality), on=on)
    return [row["register_no"] for row in rows]


def any_kept(tx: Transaction) -> bool:
    """Whether this municipality keeps such registers in this program."""
    row = tx.one(_SQL.any_kept)
    return bool(row and row["kept"])


def write(tx: Transaction, register_id: int, entry: Entry, writer: Writer) -> None:
    """One more entry, and what is found by it."""
    if entry.way is Way.ENTERED and entry.name:
        key = key64(member_key(entry.name))
        tx.run(_SQL.add_member, register_id=register_id, member_no=entry.member, name_key=key)
    if entry.way is Way.NAME and entry.name:
        key = key64(member_key(entry.name))
        tx.run(_SQL.rename_member, register_id=register_id, member_no=entry.member, name_key=key)
    if entry.way is Way.KOSEKI and entry.koseki:
        tx.run(_SQL.rename_koseki, register_id=register_id, koseki_key=_koseki(entry.koseki))
    tx.run(_SQL.add_entry, register_id=register_id, **_columns(entry), **_written_by(writer))


def remove(tx: Transaction, register_id: int, entry: Entry, writer: Writer, *, abroad: bool) -> None:
    """The entry of a removal. ``abroad``: the person is one of those for whom Ord. 34(2) keeps the register."""
    tx.run(_SQL.remove_member, register_id=register_id, member_no=entry.member, abroad=abroad)
    write(tx, register_id, entry, writer)


def set_apart(
    tx: Transaction, register_id: int, entry: Entry, writer: Writer, present: Mapping[int, bool]
) -> None:
    """The register was written anew. ``present``: who stood in it, and whether Ord. 34(2) keeps it for them."""
    for number, abroad in present.items():
        tx.run(_SQL.remove_member, register_id=register_id, member_no=number, abroad=abroad)
    write(tx, register_id, entry, writer)
    delete(tx, register_id, entry.day, writer.at)


def delete(tx: Transaction, register_id: int, on: date, at: datetime) -> None:
    """Nobody stands in it any more: deleted as a whole (Ord. 19), or written anew (16)."""
    tx.run(_SQL.delete, register_id=register_id, on=on, at=at)


def _koseki(koseki: Koseki) -> int:
    return key64(koseki_key(koseki))


def _kept(tx: Transaction, row: Row | None) -> Kept | None:
    if row is None:
        return None
    return Kept(
        row["register_id"],
        row["register_no"],
        _entries(tx.rows(_SQL.entries, register_id=row["register_id"])),
    )


def _entries(rows: Sequence[Row]) -> tuple[Written, ...]:
    return tuple(Written(_entry(row), row["operator"], row["recorded_at"]) for row in rows)


def _entry(row: Row) -> Entry:
    code, address = row["address_in"], row["address"]
    return Entry(
        way=Way(row["way"]),
        day=row["day"],
        member=row["member_no"],
        speaker=row["speaker"],
        koseki=Koseki(row["domicile"], row["head"]) if row["domicile"] is not None else None,
        name=row["name"],
        address=Address(MunicipalityCode(code), address, row["building"]) if code is not None else None,
        municipality=MunicipalityCode(row["municipality"]) if row["municipality"] else None,
        ground=Removal(row["ground"]) if row["ground"] else None,
        reference=row["reference"],
    )


def _columns(entry: Entry) -> dict[str, object]:
    koseki, address = entry.koseki, entry.address
    return {
        "member_no": entry.member,
        "way": entry.way.value,
        "day": entry.day,
        "speaker": entry.speaker,
        "domicile": koseki.domicile if koseki else None,
        "head": koseki.head if koseki else None,
        "name": entry.name,
        "address_in": str(address.municipality) if address else None,
        "address": address.text if address else None,
        "building": address.building if address else None,
        "municipality": str(entry.municipality) if entry.municipality else None,
        "ground": entry.ground.value if entry.ground else None,
        "reference": entry.reference,
    }


def _written_by(writer: Writer) -> dict[str, object]:
    return {
        "operator": writer.operator,
        "terminal": writer.terminal,
        "recorded_on": writer.on,
        "recorded_at": writer.at,
    }
