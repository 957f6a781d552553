"""The municipality's gazetteer: town areas, lots and buildings with their days, in editions; the last loaded counts.

The country's postal areas stand beside it, in editions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.gazetteer import Building, Lot, LotKind, PostalArea, TownArea, beginnings
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("gazetteer")


@dataclass(frozen=True, slots=True)
class Edition:
    """A gazetteer as it was loaded at a moment, with so many town areas."""

    edition: int
    towns: int
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class PostalEdition:
    """The country's postal areas as they were loaded at a moment."""

    edition: int
    areas: int
    loaded_at: datetime


def add(
    tx: Transaction,
    areas: Iterable[TownArea],
    lots: Iterable[tuple[str, Lot]],
    buildings: Iterable[tuple[str, Building]],
    at: datetime,
) -> Edition:
    """A new edition, which replaces the one before it whole; that is kept, as everything here is.

    Lots and buildings come with the key of the address at which they are.
    """
    rows = [
        {
            "town_code": area.code,
            "town_name": area.name,
            "town_kana": area.kana,
            "town_key": area.key,
            "valid_from": area.valid_from,
            "valid_to": area.valid_to,
            "postcode": area.postcode,
        }
        for area in areas
    ]
    edition = int(tx.made(_SQL.add_edition, towns=len(rows), loaded_at=at)["edition"])
    tx.many(_SQL.add_town, [{"edition": edition, **row} for row in rows])
    tx.copy_in(
        _SQL.add_lots,
        (
            (edition, one.town, one.kind, one.number, key, list(one.order), one.valid_from, one.valid_to)
            for key, one in lots
        ),
    )
    tx.copy_in(
        _SQL.add_buildings,
        (
            (edition, one.town, one.number, key, one.name, one.valid_from, one.valid_to)
            for key, one in buildings
        ),
    )
    return Edition(edition, len(rows), at)


def newest(tx: Transaction) -> Edition | None:
    row = tx.one(_SQL.newest)
    return Edition(row["edition"], row["towns"], row["loaded_at"]) if row else None


def beginning(tx: Transaction, key: str) -> list[TownArea] | None:
    """Town areas whose key an address's key begins with, on whatever day; None where no gazetteer is loaded."""
    rows = tx.rows(_SQL.beginning, key=key)
    if not rows:
        return None
    return [_town(row) for row in rows if row["town_code"] is not None]


def _town(row: Row) -> TownArea:
    return TownArea(
        row["town_code"],
        row["town_name"],
        row["town_kana"],
        row["valid_from"],
        row["valid_to"],
        row["postcode"],
    )


def completing(tx: Transaction, key: str, most: int) -> list[TownArea]:
    """Town areas, on whatever day, whose keys begin with this one."""
    return [_town(row) for row in tx.rows(_SQL.completing, key=key, most=most)]


def lots(tx: Transaction, towns: Sequence[str], key: str, most: int) -> list[Lot]:
    """The first lots of town areas, by their codes, whose keys begin so."""
    rows = tx.rows(_SQL.lots, towns=list(towns), key=key, most=most)
    return [
        Lot(
            row["town_code"],
            LotKind(row["lot_kind"]),
            row["lot_number"],
            row["valid_from"],
            row["valid_to"],
        )
        for row in rows
    ]


def lot_holds(tx: Transaction, towns: Sequence[str], key: str, on: date) -> bool:
    """Whether one of the lots that hold on the day is that of the address, or none at all is listed of its areas."""
    row = tx.one(_SQL.lots_of_address, towns=list(towns), keys=_steps(key), on=on)
    return row is None or row["listed"] == 0 or row["holding"] > 0


def _steps(key: str) -> list[str]:
    """An address and what it is part of, number by number: 町1-2-3, 町1-2, 町1."""
    parts = key.split("-")
    return ["-".join(parts[:end]) for end in range(1, len(parts) + 1)]


def buildings(tx: Transaction, key: str, on: date, most: int) -> list[Building]:
    """The buildings that stand at the address of this key on a day."""
    rows = tx.rows(_SQL.buildings, keys=_steps(key), on=on, most=most)
    return [
        Building(row["town_code"], row["lot_number"], row["building"], row["valid_from"], row["valid_to"])
        for row in rows
    ]


def add_postal(tx: Transaction, areas: Sequence[PostalArea], at: datetime) -> PostalEdition:
    """A new edition of the country's postal areas."""
    edition = int(tx.made(_SQL.add_postal_edition, areas=len(areas), loaded_at=at)["edition"])
    tx.copy_in(
        _SQL.add_postal_areas,
        ((edition, one.postcode, one.municipality, one.name, one.kana, one.key) for one in areas),
    )
    return PostalEdition(edition, len(areas), at)


def _postal(row: Row) -> PostalArea:
    return PostalArea(row["postcode"], row["municipality"], row["area_name"], row["area_kana"])


def postal_beginning(tx: Transaction, keys: Iterable[str]) -> list[tuple[str, PostalArea]]:
    """Postal areas with which one of these keys of addresses begins, each with its own key."""
    asked = sorted({one for key in keys for one in beginnings(key)})
    rows = tx.rows(_SQL.postal_beginning, keys=asked) if asked else []
    return [(row["area_key"], _postal(row)) for row in rows]


def country_begins(tx: Transaction, key: str) -> bool | None:
    """Whether an area of the country begins the address of this key; None where no areas are loaded."""
    row = tx.one(_SQL.country_begins, keys=beginnings(key))
    return bool(row["begins"]) if row else None


def of_code(tx: Transaction, code: str) -> list[TownArea]:
    """The town areas that have a code, on whatever day."""
    return [_town(row) for row in tx.rows(_SQL.of_code, code=code)]


def postal_by_postcode(tx: Transaction, postcode: str, most: int) -> list[PostalArea]:
    return [_postal(row) for row in tx.rows(_SQL.postal_by_postcode, postcode=postcode, most=most)]


def postal_by_kana(tx: Transaction, pattern: str, most: int) -> list[PostalArea]:
    """``pattern``: a regular expression on the kana of the parts."""
    return [_postal(row) for row in tx.rows(_SQL.postal_by_kana, pattern=pattern, most=most)]


def postal_by_text(tx: Transaction, key: str, most: int) -> list[PostalArea]:
    """Areas whose key begins with this one, or that it begins with."""
    return [_postal(row) for row in tx.rows(_SQL.postal_by_text, key=key, keys=beginnings(key), most=most)]
