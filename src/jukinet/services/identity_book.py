"""The records of some codes as notices change them: held, changed in memory one after the other, written together.

Owns what is held and what is written of it, a block of the supply door that goes over to the next code included. What
a notice does to a record is in ``jukinet.services.identity_store``. Nothing is written before ``write``: where a notice
does not fit, what came before it in the book is as if it had not been told, and who holds the book tells them one by
one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from jukinet.domain.changes import NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Sex
from jukinet.law import present_place
from jukinet.law.present_place import PlaceRecord, Present
from jukinet.store import identity, supply_blocks
from jukinet.store.database import Transaction
from jukinet.store.identity import Came, Places, PlaceState

Borne = dict[MunicipalityCode, set[tuple[PartialDate, Sex]]]
"""By municipality, every birth date and sex under which it notified one code: one person's have some in common."""


class Book:
    """The records of codes, locked for a transaction."""

    def __init__(self, tx: Transaction, codes: Collection[ResidentRecordCode]) -> None:
        self._tx = tx
        self._found = identity.lock_codes(tx, codes)
        self._places: dict[ResidentRecordCode, Places] = {
            code: dict(places) for code, places in self._found.items()
        }
        self._came: list[Came] = []
        self._stands_on: dict[tuple[ResidentRecordCode, MunicipalityCode], Came] = {}

    def places(self, code: ResidentRecordCode) -> Places:
        """Every municipality's record of a code, as the notices told so far have left it."""
        return self._places[code]

    def tell(self, came: Came) -> None:
        """Keep a notice in the history."""
        self._came.append(came)

    def put(self, came: Came, state: PlaceState) -> None:
        """The record stands on this notice now."""
        self._stands_on[state.code, state.municipality] = came
        self._places[state.code][state.municipality] = state

    def change(self, state: PlaceState, **changes: Any) -> None:
        """Something about a record follows from another notice."""
        self._places[state.code][state.municipality] = replace(state, **changes)

    def write(self, *, on: date, at: datetime) -> None:
        """Write histories and records. Which record of a code speaks is settled by every notice about it."""
        identity.add_histories(self._tx, self._came, on=on, at=at)
        put, changed = [], []
        told = {code for came in self._came for code in came.codes}
        for code, places in self._places.items():
            settled = _settled(places, on, self._borne(code)) if code in told else places
            for municipality, state in settled.items():
                came = self._stands_on.get((code, municipality))
                if came is not None:
                    put.append((state, came))
                elif state != self._found[code].get(municipality):
                    changed.append(state)
        identity.put_records(self._tx, put)
        identity.set_states(self._tx, changed)
        for one in self._came:
            supply_blocks.follow(self._tx, one)

    def _borne(self, code: ResidentRecordCode) -> Borne:
        """Under which birth dates and sexes each municipality ever notified the code, as far as it matters."""
        states = self._places[code].values()
        borne = {one.municipality: {(one.birth_date, one.sex)} for one in states}
        if any(one.superseded for one in states) and len({(one.birth_date, one.sex) for one in states}) > 1:
            for municipality, birth_date, sex in identity.borne(self._tx, code):
                borne.setdefault(municipality, set()).add((birth_date, sex))
        return borne


def _settled(places: Places, today: date, borne: Borne) -> Places:
    """The records of a code, with which of them speaks for it and from when that is undetermined."""
    states = list(places.values())
    if len(states) == 1:  # as nearly always
        (only,) = states
        return {only.municipality: _says(only, speaks=True, since=None)}
    told = [PlaceRecord(one.municipality, one.event_on, one.live, one.recorded_on) for one in states]
    found = present_place.present(told, today)
    speaks = found.municipality if isinstance(found, Present) else _latest(states, borne)
    since = present_place.undetermined_from(told)
    return {
        municipality: _says(
            state, speaks=municipality == speaks, since=since if municipality == speaks else None
        )
        for municipality, state in places.items()
    }


def _says(state: PlaceState, *, speaks: bool, since: date | None) -> PlaceState:
    """The record as it speaks now; no copy of one that does so already."""
    if (state.speaks, state.undetermined_from) == (speaks, since):
        return state
    return replace(state, speaks=speaks, undetermined_from=since)


def _latest(states: list[PlaceState], borne: Borne) -> MunicipalityCode | None:
    """The record that answers where there is no present place: a live one first, then the last place of all.

    Among live ones that contradict each other it only carries the day from which nobody is told either. After a
    change of the code the record that was changed answers for its person; another, who had the code by mistake or
    whose it is (Act Art. 30-2(2)), is told first. Of two places taken up on one day, it is not the one that was moved
    out of.
    """

    def rank(one: PlaceState) -> int:
        if one.superseded:
            return 1
        facts = borne[one.municipality]
        return 0 if any(other.superseded and facts & borne[other.municipality] for other in states) else 2

    latest = max(
        states,
        key=lambda one: (
            one.live,
            rank(one),
            one.event_on,
            one.reason is not NoticeReason.MOVE_OUT,
            one.municipality.text,
        ),
        default=None,
    )
    return latest.municipality if latest else None
