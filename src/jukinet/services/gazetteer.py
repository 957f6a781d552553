"""The municipality's gazetteer: loading it from a file, and asking it about an address that is entered.

Where none was ever loaded nothing is asked. What it is asked is in ``jukinet.law.gazetteer``; what it offers while
somebody types, in ``jukinet.services.places``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from jukinet.audit.events import AuditEvent
from jukinet.domain.gazetteer import Building, Lot, LotKind, TownArea
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.gazetteer import decide_town
from jukinet.services import acts
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.stay_items import member
from jukinet.store import gazetteer
from jukinet.store.gazetteer import Edition

MOST = 50_000
"""Town areas in one gazetteer."""
MOST_LOTS = 1_000_000
LONGEST_FILE = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every town area of the municipality, those that ended too; lots and buildings where the office lists them."""

    towns: tuple[TownArea, ...]
    lots: tuple[Lot, ...] = ()
    buildings: tuple[Building, ...] = ()


@dataclass(frozen=True, slots=True)
class GazetteerState:
    """Which gazetteer counts; None: addresses are not checked."""

    edition: Edition | None


def _code(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6,7}", text):
        raise ValueError("must have six or seven digits")
    return text


def _name(text: str) -> str:
    if not address_key(text):
        raise ValueError("must be the beginning of an address")
    return text


def read_postcode(text: str) -> str:
    """A postcode in its one spelling, seven digits; 186-0004 is read too."""
    plain = text.replace("-", "", 1)
    if not re.fullmatch(r"[0-9]{7}", plain):
        raise ValueError("must have seven digits")
    return plain


def _days(fields: Fields) -> tuple[date, date | None]:
    valid_from, valid_to = fields.date("valid_from"), fields.optional_date("valid_to")
    if valid_to is not None and valid_to < valid_from:
        fields.fault("valid_to", "must not lie before valid_from")
    return valid_from, valid_to


def _read_town(fields: Fields) -> TownArea:
    valid_from, valid_to = _days(fields)
    return TownArea(
        code=fields.take("code", _code),
        name=fields.take("name", _name),
        kana=fields.text("kana"),
        valid_from=valid_from,
        valid_to=valid_to,
        postcode=fields.optional("postcode", read_postcode),
    )


def _read_lot(fields: Fields) -> Lot:
    kind = fields.take("kind", member(LotKind))
    return Lot(fields.take("town", _code), kind, fields.text("number", longest=100), *_days(fields))


def _read_building(fields: Fields) -> Building:
    town, number = fields.take("town", _code), fields.text("number", longest=100)
    return Building(town, number, fields.text("name"), *_days(fields))


def read_gazetteer(data: object) -> Gazetteer:
    """A gazetteer as parsed JSON: every fault of every town area at once."""
    with reading(data) as fields:
        read = Gazetteer(
            fields.each("towns", _read_town, most=MOST),
            fields.each("lots", _read_lot, most=MOST_LOTS) if fields.has("lots") else (),
            fields.each("buildings", _read_building, most=MOST_LOTS) if fields.has("buildings") else (),
        )
        if not read.towns:
            fields.fault("towns", "must name at least one town area")
        if None not in (*read.towns, *read.lots, *read.buildings):
            for code in _twice(read.towns):
                fields.fault("towns", f"has the code {code} twice on one day")
            for name, kept in (("lots", read.lots), ("buildings", read.buildings)):
                _examine(fields, name, kept, read.towns)
        return read


def _examine(fields: Fields, name: str, kept: Sequence[Lot | Building], towns: Sequence[TownArea]) -> None:
    """Each lies in a town area of its first day, and stands there once on one day."""
    areas = _by_code(towns)
    last: dict[tuple[str, str, str], Lot | Building] = {}
    for index, one in enumerate(kept):
        if _area_of(areas, one) is None:
            fields.fault(f"{name}[{index}].town", "is no town area on the day of valid_from")
    for index, one in sorted(enumerate(kept), key=lambda pair: pair[1].valid_from):
        place = (one.town, one.number, one.kind if isinstance(one, Lot) else one.name)
        before = last.get(place)
        if before is not None and (before.valid_to is None or one.valid_from <= before.valid_to):
            fields.fault(f"{name}[{index}]", "is there twice on one day")
        last[place] = one


def _by_code(towns: Iterable[TownArea]) -> dict[str, list[TownArea]]:
    found: dict[str, list[TownArea]] = {}
    for area in towns:
        found.setdefault(area.code, []).append(area)
    return found


def _area_of(areas: Mapping[str, list[TownArea]], one: Lot | Building) -> TownArea | None:
    return next((area for area in areas.get(one.town, ()) if area.holds(one.valid_from)), None)


Placed = TypeVar("Placed", Lot, Building)


def _keyed(given: Gazetteer, kept: Sequence[Placed]) -> Iterator[tuple[str, Placed]]:
    """Each with the key of the address at which it is."""
    areas = _by_code(given.towns)
    for one in kept:
        area = _area_of(areas, one)
        if area is not None:
            yield address_key(area.name + one.number), one


def _twice(towns: Iterable[TownArea]) -> list[str]:
    """Codes of which two town areas hold on one day."""
    last: dict[str, TownArea] = {}
    found: dict[str, None] = {}
    for area in sorted(towns, key=lambda one: (one.code, one.valid_from)):
        before = last.get(area.code)
        if before is not None and before.holds(area.valid_from):
            found[area.code] = None
        last[area.code] = area
    return list(found)


def load_gazetteer(ctx: Context, claim: OperatorClaim, given: Gazetteer) -> GazetteerState | Refused:
    """Put a gazetteer in the place of the one before it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_GAZETTEER_LOAD, AuditEvent.GAZETTEER_LOADED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        lots, buildings = _keyed(given, given.lots), _keyed(given, given.buildings)
        edition = gazetteer.add(tx, given.towns, lots, buildings, ctx.now())
        act.done(act.gate, reference=str(edition.edition))
        return GazetteerState(edition)


def show_gazetteer(ctx: Context, claim: OperatorClaim) -> GazetteerState | Refused:
    """Which gazetteer counts. Places, no persons: who may see residents may see it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.GAZETTEER_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        edition = gazetteer.newest(tx)
        act.done(act.gate, reference=str(edition.edition) if edition else None)
        return GazetteerState(edition)


def decide(act: Act, address: Address, since: date) -> Decision:
    """Whether an address may be entered, by the gazetteer of that day: GZ1, GZ2, OF1. Elsewhere it has no say."""
    if address.municipality != act.ctx.municipality:
        return Permitted(())
    key = address_key(address.text)
    begun = gazetteer.beginning(act.tx, key)
    if begun is None:
        return Permitted(())
    areas = [area for area in begun if area.covers(key)]
    towns = [area.code for area in areas if area.holds(since)]
    return decide_town(
        areas,
        since=since,
        confirmed=act.claim.confirmed,
        on=act.today,
        lot_holds=not towns or gazetteer.lot_holds(act.tx, towns, key, since),
    )
