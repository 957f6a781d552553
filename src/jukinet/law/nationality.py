"""Becoming a Japanese national, and ceasing to be one: Ord. Art. 8-2.

Owns when the one record is deleted and the other made, and which items go over (resident-record specification
4.5.3 to 4.5.5). The mayor learns of both from papers of the koseki (Ord. 12(2)(i)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignItems, Koseki, PersonName, RecordKind, ResidentRecord, StatedDays
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import require_date
from jukinet.law.resident_notices import F1

NA1 = law(
    "NA1", "Ord. Art. 8-2", "Only the record of who is recorded here is changed for another nationality."
)
NA2 = law(
    "NA2", "Ord. Art. 8-2(1)", "Who acquires the nationality has a foreign resident's record until then."
)
NA3 = law("NA3", "Ord. Art. 8-2(2)", "Who loses the nationality has a Japanese resident's record until then.")
NA4 = law(
    "NA4", "Ord. Arts. 8-2, 12(2)(i)", "It is recorded once it has happened: not for a day in the future."
)
NA5 = law("NA5", "Ord. Arts. 8-2, 11", "Nobody changes nationality before birth. Check both dates.")


@dataclass(frozen=True, slots=True)
class NationalityChange:
    """国籍の取得 (帰化 among it) or 国籍の喪失: the day of it, and the day on which the papers came."""

    changed_on: date
    filed_on: date
    birth_date: PartialDate


def decide_acquired(
    change: NationalityChange, kind: RecordKind, *, recorded_here: bool, on: date
) -> Decision:
    """Whether a foreign record gives way to a Japanese one (Ord. 8-2(1)): F1, NA1, NA2, NA4, NA5."""
    return judge(
        *_checks(change, recorded_here=recorded_here, on=on),
        (NA2, kind is RecordKind.FOREIGN),
        basis=("Ord. Arts. 8-2(1), 12(2)(i)",),
    )


def decide_lost(change: NationalityChange, kind: RecordKind, *, recorded_here: bool, on: date) -> Decision:
    """Whether a Japanese record gives way to a foreign one (Ord. 8-2(2)): F1, NA1, NA3 to NA5.

    The items of the class are for ``jukinet.law.foreign_items``, the sixty days of a transitional stay among them.
    """
    return judge(
        *_checks(change, recorded_here=recorded_here, on=on),
        (NA3, kind is RecordKind.JAPANESE),
        basis=("Ord. Arts. 8-2(2), 12(2)(i)",),
    )


def _checks(
    change: NationalityChange, *, recorded_here: bool, on: date
) -> tuple[tuple[FailedRule, bool], ...]:
    require_date(on)
    born = change.birth_date.earliest
    return (
        (F1, change.filed_on <= on),
        (NA1, recorded_here),
        (NA4, change.changed_on <= min(change.filed_on, on)),
        (NA5, born is None or born <= change.changed_on),
    )


def as_japanese(record: ResidentRecord, name: PersonName, koseki: Koseki) -> ResidentRecord:
    """The Japanese record of who had this foreign one (specification 4.5.3, 4.5.4).

    The day of becoming a foreign resident goes on as that of becoming a resident; household, relationship, address,
    code and number go on too. Nationality, class and nickname with its history end with the foreign record.
    """
    since = record.foreign.became_foreign_resident_on if record.foreign else record.became_resident_on
    stated = record.stated.became_foreign_resident_on if record.foreign else record.stated.became_resident_on
    return replace(
        record,
        kind=RecordKind.JAPANESE,
        name=name,
        koseki=koseki,
        became_resident_on=since,
        nickname=None,
        former_nicknames=(),
        foreign=None,
        stated=StatedDays(stated, record.stated.address_since),
    )


def as_foreign(
    record: ResidentRecord, items: ForeignItems, lost_on: date, name: PersonName | None
) -> ResidentRecord:
    """The foreign record of who had this Japanese one (specification 4.5.5).

    Who was a resident before the loss became a foreign resident by it; who came after it, on coming. The koseki, the
    day of becoming a resident and the voter's entry end with the Japanese record.
    """
    since = max(lost_on, record.became_resident_on or lost_on)
    came = record.stated.became_resident_on if since == record.became_resident_on else None
    return replace(
        record,
        kind=RecordKind.FOREIGN,
        name=name or record.name,
        koseki=None,
        became_resident_on=None,
        voter=False,
        foreign=replace(items, became_foreign_resident_on=since),
        stated=StatedDays(None, record.stated.address_since, came),
    )


RULES: tuple[FailedRule, ...] = (NA1, NA2, NA3, NA4, NA5)
