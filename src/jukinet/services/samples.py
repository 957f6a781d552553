"""Samples of residents for the office (無作為抽出・条件指定抽出, specification 9.6): at random or at equal intervals.

The seed stands in the audit entry: the same draw can be made again from the same register, so that nobody has chosen
whom it met. Who is held back stands in no sample, as in no list that is browsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain import listing
from jukinet.domain.listing import place_of
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import reading
from jukinet.law.browsing import BW18
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts, batch_settings, places
from jukinet.services.batch_settings import Batch
from jukinet.services.browsing import candidates, town_area
from jukinet.services.browsing_filings import Whom, read_seed, read_whom
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import residents

MOST = 100_000


@dataclass(frozen=True, slots=True)
class SampleFiling:
    """Of whom and how many. ``seed``: None for a new one, or one that was told."""

    whom: Whom
    count: int
    at_intervals: bool
    seed: str | None
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Drawn(Private):
    """One of a sample, with what a letter needs."""

    resident_no: str
    name: str
    address: Address
    postcode: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Sample(Private):
    """A sample in the order of addresses; ``of``: from among how many; ``seed``: draws the same again."""

    persons: tuple[Drawn, ...]
    of: int
    seed: str
    drawn_on: date


def read_sample(data: object) -> SampleFiling:
    with reading(data) as fields:
        return SampleFiling(
            whom=read_whom(fields),
            count=fields.integer("count", least=1, most=MOST),
            at_intervals=fields.flag("at_intervals", default=False),
            seed=read_seed(fields),
            given=fields.whole(),
        )


def draw_sample(ctx: Context, claim: OperatorClaim, filing: SampleFiling) -> Sample | Refused:
    """Draw a sample; all of them where there are no more. One audit entry, which names nobody."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SAMPLE_DRAW, AuditEvent.SAMPLE_DRAWN)
        whom = filing.whom
        towns = [town for name in whom.areas if (town := town_area(act, name)) is not None]
        decision = acts.every(act.gate, acts.require((BW18, len(towns) == len(whom.areas))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        seed = filing.seed or ctx.randomness.token()
        among = candidates(tx, towns, whom.conditions)
        among.sort(key=lambda one: (place_of(one.address_key), one.resident_no))
        if filing.at_intervals:
            chosen = listing.every_nth(among, filing.count, seed)
        else:
            drawn = listing.draw((one.resident_no for one in among), filing.count, seed)
            chosen = [one for one in among if one.resident_no in drawn]
        people = {held.resident_id: held for held in residents.seen(tx, [one.resident_id for one in chosen])}
        persons = tuple(
            Drawn(
                held.resident_no,
                held.record.name.written,
                held.record.address,
                places.postcodes_of(tx, held.record, act.today).address,
            )
            for held in (people[one.resident_id] for one in chosen)
        )
        how = "at intervals" if filing.at_intervals else "at random"
        areas = (f"area {town.name}" for town in towns)
        said = (how, f"persons {len(persons)} of {len(among)}", *areas, *whom.conditions.texts)
        batch_settings.keep(act, Batch.SAMPLE, filing.given)
        act.done(Permitted((*decision.basis, *said)), reference=seed)
        return Sample(persons, len(among), seed, act.today)
