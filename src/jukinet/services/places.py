"""Places offered while somebody types, and the postcode of an address.

Owns both, and the loading of the country's postal areas. The municipality's own places are loaded in
``jukinet.services.gazetteer``; no rule asks anything of what is found here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.gazetteer import Building, Lot, PostalArea, TownArea, lies_in
from jukinet.domain.items import ResidentRecord
from jukinet.domain.kana import is_kana, strict_kana_key
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.gazetteer import read_postcode
from jukinet.services.operators import OperatorClaim
from jukinet.store import gazetteer
from jukinet.store.database import Transaction
from jukinet.store.gazetteer import PostalEdition

MOST_SHOWN = 50
"""Of each kind in one answer: whoever types goes on typing."""
LONGEST_FILE = 128 * 1024 * 1024
MOST_FAULTS = 20
_COLUMNS = 15
"""Of a row of the post's own file (住所の郵便番号, UTF-8): code, old and new postcode, kana and names of prefecture,
municipality and area, six marks."""
_NO_AREA = "以下に掲載がない場合"
_IN_BRACKETS = re.compile("[(（].*")
_AZA = re.compile("(?<!大)字")


@dataclass(frozen=True, slots=True)
class PostalAreas:
    """The country's postal areas as read from the post's file."""

    areas: tuple[PostalArea, ...]


@dataclass(frozen=True, slots=True)
class FoundArea:
    """A town area of the municipality, or a postal area of the country: that has no days."""

    name: str
    kana: str
    postcode: str | None
    municipality: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """What fits what was typed, at most fifty of each kind."""

    areas: tuple[FoundArea, ...]
    lots: tuple[Lot, ...]
    buildings: tuple[Building, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """The beginning of an address, a postcode, or the first kana of its parts; ``on``: None is today."""

    text: str | None
    postcode: str | None
    kana: tuple[str, ...] | None
    on: date | None


def _kana(text: str) -> tuple[str, ...]:
    if not is_kana(text):
        raise ValueError("must be kana, such as ト ヒ シ")
    return tuple(strict_kana_key(word) for word in text.split())


def _text(text: str) -> str:
    if not address_key(text):
        raise ValueError("must be the beginning of an address")
    return text


def read_typed(data: object) -> Typed:
    with reading(data) as fields:
        typed = Typed(
            fields.optional("text", _text),
            fields.optional("postcode", read_postcode),
            fields.optional("kana", _kana),
            fields.optional_date("on"),
        )
        if sum(fields.has(name) for name in ("text", "postcode", "kana")) != 1:
            fields.fault("text", "must be given, or postcode, or kana, and one of them alone")
        return typed


def kind_of(text: str) -> str:
    """Which field a text is that somebody typed into one line."""
    if re.fullmatch(r"[0-9]{3}-?[0-9]{4}", text):
        return "postcode"
    return "kana" if is_kana(text) else "text"


def find_places(ctx: Context, claim: OperatorClaim, typed: Typed) -> Places | Refused:
    """Help with an address (specification 1.3.3, 4.0.7). Places, no persons: who may see residents may see it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.GAZETTEER_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = _by_text(act, typed) if typed.text else Places(_areas(tx, typed), (), ())
        act.done(act.gate, reference="places")
        return found


def _areas(tx: Transaction, typed: Typed) -> tuple[FoundArea, ...]:
    if typed.postcode:
        return tuple(map(_postal, gazetteer.postal_by_postcode(tx, typed.postcode, MOST_SHOWN)))
    words = r" ".join(re.escape(word) + r"\S*" for word in typed.kana or ())
    return tuple(map(_postal, gazetteer.postal_by_kana(tx, f"(^| ){words}", MOST_SHOWN)))


def _by_text(act: Act, typed: Typed) -> Places:
    key, on = address_key(typed.text or ""), typed.on or act.today
    own = [*(gazetteer.beginning(act.tx, key) or ()), *gazetteer.completing(act.tx, key, MOST_SHOWN)]
    around = [area for area in dict.fromkeys(own) if area.holds(on)]
    towns = [area.code for area in around if area.covers(key)]
    listed = gazetteer.postal_by_text(act.tx, key, MOST_SHOWN)
    outside = [one for one in listed if lies_in(one.key, key) or one.key.startswith(key)]
    return Places(
        (*map(_own, around[:MOST_SHOWN]), *map(_postal, outside)),
        tuple(gazetteer.lots(act.tx, towns, key, MOST_SHOWN)),
        tuple(gazetteer.buildings(act.tx, key, on, MOST_SHOWN)),
    )


def _own(area: TownArea) -> FoundArea:
    return FoundArea(area.name, area.kana, area.postcode, None, area.valid_from, area.valid_to)


def _postal(area: PostalArea) -> FoundArea:
    return FoundArea(area.name, area.kana, area.postcode, area.municipality)


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Of the addresses of a record, each None where it has none or several may be meant (specification 1.1.17)."""

    address: str | None = None
    previous_address: str | None = None
    destination: str | None = None
    confirmed_destination: str | None = None


NO_POSTCODES = Postcodes()


def postcodes_of(tx: Transaction, record: ResidentRecord, on: date) -> Postcodes:
    """The postcodes of a record, by the gazetteer and the postal areas of now."""
    plan, confirmed = record.move_out, record.confirmed_move
    asked = (
        record.address.text,
        _written(record.previous_address),
        _written(plan.destination if plan else None),
        _written(confirmed.address if confirmed else None),
    )
    keys = [_keys(text) if text else [] for text in asked]
    listed = gazetteer.postal_beginning(tx, [key for one in keys for key in one])
    own = [area for key in keys[0] for area in gazetteer.beginning(tx, key) or ()]
    dated = [(one.key, one.postcode) for one in own if one.postcode and one.holds(on)]
    outside = [(key, one.postcode) for key, one in listed]
    return Postcodes(
        _postcode(keys[0], dated) or _postcode(keys[0], outside),
        *(_postcode(one, outside) for one in keys[1:]),
    )


def _keys(text: str) -> list[str]:
    """An address, whole and up to each 字: a key no longer shows where that stood, and an area ends there."""
    return [address_key(text), *(address_key(text[: mark.start()]) for mark in _AZA.finditer(text))]


def _written(place: Place | None) -> str | None:
    return place.text if place else None


def _postcode(keys: Collection[str], areas: Iterable[tuple[str, str]]) -> str | None:
    """That of the smallest area in which the address lies; None where it lies in two of that size."""
    around = [(area, postcode) for area, postcode in areas if any(lies_in(area, key) for key in keys)]
    longest = max((len(area) for area, _ in around), default=0)
    found = {postcode for area, postcode in around if len(area) == longest}
    return found.pop() if len(found) == 1 else None


# Loading the postal areas


def read_postal_areas(data: bytes) -> PostalAreas:
    """The post's own file, in UTF-8; every faulty row at once, up to twenty."""
    areas, faults = [], []
    for row in csv_rows.read_rows(data.splitlines(keepends=True)):
        try:
            areas.append(_read_area(row))
        except ValueError as error:
            faults.append(Fault(f"line {row.line}", str(error)))
            if len(faults) == MOST_FAULTS:
                break
    if faults:
        raise invalid(*faults)
    if not areas:
        raise invalid(Fault("body", "must have at least one row"))
    return PostalAreas(tuple(areas))


def _read_area(row: csv_rows.CsvRow) -> PostalArea:
    if row.problem:
        raise ValueError(row.problem)
    if len(row.cells) != _COLUMNS:
        raise ValueError(f"must have {_COLUMNS} fields")
    code, _, postcode, *names = (cell.strip() for cell in row.cells[:9])
    kana, parts = names[:3], names[3:]
    if not re.fullmatch("[0-9]{5}", code) or not all(parts[:2]):
        raise ValueError("must name a municipality, by five digits and its name")
    area = "" if parts[2] == _NO_AREA else _IN_BRACKETS.sub("", parts[2])
    read = [strict_kana_key(_IN_BRACKETS.sub("", one)) for one in (kana if area else kana[:2])]
    return PostalArea(read_postcode(postcode), code, "".join((*parts[:2], area)), " ".join(read))


def load_postal_areas(ctx: Context, claim: OperatorClaim, given: PostalAreas) -> PostalEdition | Refused:
    """Put the postal areas in the place of those before them."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_GAZETTEER_LOAD, AuditEvent.POSTAL_AREAS_LOADED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        edition = gazetteer.add_postal(tx, given.areas, ctx.now())
        act.done(act.gate, reference=str(edition.edition))
        return edition
