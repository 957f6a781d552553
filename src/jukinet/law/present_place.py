"""Where a person is recorded now, from what several municipalities have notified of one code.

Owns the rule for the present place. No article gives one: every municipality notifies for itself (Act
Art. 30-5), and a dispute over an address is decided by governor or Minister (Art. 33, not modelled). So
this is a policy; its reasons are in docs/explanation/decisions/present-place.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.parameters import number


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """What one municipality says of one code; at most one for each municipality.

    ``event_date``: the day on which the person is last known to have taken up residence there: that of the
    recording or of a move within; other corrections do not move it. ``live``: not deleted. ``known_on``: the
    day on which the store learned of the recording, where that is later (a move may be notified long after
    it); later notices do not move it, or each would put a conflict off.
    """

    municipality: MunicipalityCode
    event_date: date
    live: bool
    known_on: date | None = None

    @property
    def begins(self) -> date:
        """From when the record can contradict another one."""
        return max(self.event_date, self.known_on or self.event_date)


@dataclass(frozen=True, slots=True)
class Present:
    """Recorded in this municipality."""

    municipality: MunicipalityCode


@dataclass(frozen=True, slots=True)
class Undetermined:
    """Recorded live in two municipalities, and not as part of a move under way."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No live record."""


Place: TypeAlias = Present | Undetermined | Nowhere


def present(records: Sequence[PlaceRecord], on: date) -> Place:
    """The live record with the latest event date, unless the live ones contradict each other.

    ``on`` is a day on which the records were known.
    """
    live = [record for record in records if record.live]
    if not live:
        return Nowhere()
    since = undetermined_from(records)
    if since is not None and on >= since:
        return Undetermined()
    return Present(max(live, key=lambda record: record.event_date).municipality)


def undetermined_from(records: Sequence[PlaceRecord]) -> date | None:
    """The day from which the place is undetermined if nothing more is notified; None if it never is.

    Two live records are normal for a while in every move. They contradict each other once they have stood
    side by side for the days of ``live-together-days``; at once where the latest two have the same event
    date, since then nothing says which came after the other.
    """
    live = sorted((record for record in records if record.live), key=lambda record: record.event_date)
    if len(live) < 2:
        return None
    if live[-1].event_date == live[-2].event_date:
        return live[-1].event_date
    # The second to begin is the first that stands beside another.
    together = sorted(record.begins for record in live)[1]
    days = timedelta(days=number("live-together-days", together))
    return min(together, date.max - days) + days
