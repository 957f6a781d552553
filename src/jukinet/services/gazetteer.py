"""The municipality's gazetteer: loading it from a file, and asking it about an address that is entered.

Where none was ever loaded nothing is asked. What it is asked is in ``jukinet.law.gazetteer``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.gazetteer import TownArea
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
from jukinet.store import gazetteer
from jukinet.store.gazetteer import Edition

MOST = 50_000
"""Town areas in one gazetteer."""
LONGEST_FILE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every town area of the municipality, those that ended too."""

    towns: tuple[TownArea, ...]


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


def _read_town(fields: Fields) -> TownArea:
    area = TownArea(
        code=fields.take("code", _code),
        name=fields.take("name", _name),
        kana=fields.text("kana"),
        valid_from=fields.date("valid_from"),
        valid_to=fields.optional_date("valid_to"),
    )
    if area.valid_to is not None and area.valid_to < area.valid_from:
        fields.fault("valid_to", "must not lie before valid_from")
    return area


def read_gazetteer(data: object) -> Gazetteer:
    """A gazetteer as parsed JSON: every fault of every town area at once."""
    with reading(data) as fields:
        read = Gazetteer(fields.each("towns", _read_town, most=MOST))
        if not read.towns:
            fields.fault("towns", "must name at least one town area")
        if None not in read.towns:
            for code in _twice(read.towns):
                fields.fault("towns", f"has the code {code} twice on one day")
        return read


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
        edition = gazetteer.add(tx, given.towns, ctx.now())
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
    """Whether an address may be entered, by the gazetteer of that day: GZ1, GZ2. Elsewhere it has no say."""
    if address.municipality != act.ctx.municipality:
        return Permitted(())
    key = address_key(address.text)
    begun = gazetteer.beginning(act.tx, key)
    if begun is None:
        return Permitted(())
    areas = [area for area in begun if area.covers(key)]
    return decide_town(areas, since=since, confirmed=act.claim.confirmed, on=act.today)
