"""What a copy shows of changes (履歴) and of a deleted record (除票): resident-record specification 1.1.4, 1.1.5, 5.1.

Owns which versions count and which of their items are told: what stands now, of what the office knew by then; and
which remarks are told with them (統合記載欄, 1.1.14): those on a change that is told. Of a record that was rewritten
(改製, Ord. Art. 16) the history begins with that: what was before is another record, kept for its term. A special
adoption, its end, and a change of the sex recorded are told only where that is asked for (1.1.4).

Not modelled: changes of another member's name as householder, of entries in programmes and the voters' roll; and a
copy of the record before a rewriting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import DeletionCause, RecordKind, ResidentRecord
from jukinet.domain.japanese_dates import era_text, western_text
from jukinet.domain.persons import Private
from jukinet.law.copies import CopyItem


@dataclass(frozen=True, slots=True, repr=False)
class Step(Private):
    """One version of a record, at its place in the order of what holds when; ``recorded_on``: by the real calendar."""

    history_no: int
    reason: RegisterReason
    place: tuple[date, int]
    recorded_on: date
    notified_on: date | None
    present: bool
    record: ResidentRecord
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class ItemChange(Private):
    """What an item said before and says after; a nationality by its code, a sex and a class by the word on the wire."""

    item: CopyItem
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Change(Private):
    """One event: why, from which day, as ``stated`` if not to the day, notified when, and what changed with it."""

    kind: ChangeKind
    reason: RegisterReason
    on: date
    notified_on: date | None
    items: tuple[ItemChange, ...] = ()
    remarks: tuple[str, ...] = ()
    stated: PartialDate | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Deletion(Private):
    """What only a deleted record has (specification 1.1.5)."""

    reason: RegisterReason
    cause: DeletionCause | None
    on: date
    notified_on: date | None
    destination: str | None
    confirmed_at: str | None
    confirmed_on: date | None
    stated: PartialDate | None = None


_SPECIAL = frozenset({RegisterReason.SPECIAL_ADOPTION, RegisterReason.SPECIAL_ADOPTION_ENDED})


def _expiry(record: ResidentRecord) -> str | None:
    """In the western calendar, as the paper has it (1.1.9)."""
    day = record.foreign.expires_on if record.foreign else None
    return western_text(PartialDate.of(day)) if day else None


def birth_text(record: ResidentRecord) -> str:
    """The date of birth as a paper writes it: in the western calendar for a foreign resident (1.1.9)."""
    foreign = record.kind is RecordKind.FOREIGN
    return western_text(record.birth_date) if foreign else era_text(record.birth_date)


TOLD: dict[CopyItem, Callable[[ResidentRecord], str | None]] = {
    CopyItem.NAME: lambda record: record.name.written,
    CopyItem.NICKNAME: lambda record: record.nickname.text if record.nickname else None,
    CopyItem.BIRTH_DATE: birth_text,
    CopyItem.SEX: lambda record: record.sex.value,
    CopyItem.RELATIONSHIP: lambda record: record.relationship,
    CopyItem.ADDRESS: lambda record: record.address.full,
    CopyItem.PREVIOUS_ADDRESS: lambda record: (
        record.previous_address.text if record.previous_address else None
    ),
    CopyItem.KOSEKI: lambda record: (
        f"{record.koseki.domicile}　{record.koseki.head}" if record.koseki else None
    ),
    CopyItem.CODE: lambda record: str(record.code) if record.code else None,
    CopyItem.NATIONALITY: lambda record: record.foreign.nationality if record.foreign else None,
    CopyItem.STAY: lambda record: record.foreign.stay.value if record.foreign else None,
    CopyItem.STATUS: lambda record: record.foreign.status if record.foreign else None,
    CopyItem.PERIOD: lambda record: record.foreign.period if record.foreign else None,
    CopyItem.EXPIRES_ON: _expiry,
    CopyItem.DOCUMENT_NUMBER: lambda record: record.foreign.document_number if record.foreign else None,
}
"""The items whose changes are told, in the order in which they are."""


def in_force(steps: Sequence[Step]) -> list[Step]:
    """The versions that stand, by their places: each is the newest at its own."""
    newest = {step.place: step for step in sorted(steps, key=lambda step: step.history_no)}
    return [newest[place] for place in sorted(newest)]


def changes_of(
    steps: Sequence[Step], visible: frozenset[CopyItem], *, special: bool = False
) -> tuple[Change, ...]:
    """The history that a copy shows, the oldest event first; ``special``: what is told only if asked for too."""
    standing = in_force(steps)
    begins = max(
        (at for at, step in enumerate(standing) if step.reason is RegisterReason.REWRITTEN), default=0
    )
    said = _remarks(steps)
    told = [_event(ChangeKind.RECORDING, standing[begins], said)] if standing else []
    for before, after in zip(standing[begins:], standing[begins + 1 :], strict=False):
        items = tuple(
            ItemChange(item, text(before.record), text(after.record))
            for item, text in TOLD.items()
            if item in visible
            and (special or (item is not CopyItem.SEX and after.reason not in _SPECIAL))
            and text(before.record) != text(after.record)
        )
        if before.present and not after.present:
            told.append(_event(ChangeKind.DELETION, after, said, items))
        elif items:
            told.append(_event(ChangeKind.CORRECTION, after, said, items))
    return tuple(told)


def _remarks(steps: Sequence[Step]) -> dict[tuple[date, int], tuple[str, ...]]:
    """By the place of the change: a remark stays with it, also where a later version said the same anew."""
    said: dict[tuple[date, int], tuple[str, ...]] = {}
    for step in steps:
        said[step.place] = (*said.get(step.place, ()), *step.remarks)
    return said


def _event(
    kind: ChangeKind,
    step: Step,
    said: Mapping[tuple[date, int], tuple[str, ...]],
    items: tuple[ItemChange, ...] = (),
) -> Change:
    stated = _stated(step) if kind is not ChangeKind.CORRECTION else None
    return Change(kind, step.reason, step.place[0], step.notified_on, items, said[step.place], stated)


def _stated(step: Step) -> PartialDate | None:
    """The day of a birth, a death or a disappearance that is not known to the day (1.1.8)."""
    if step.reason is RegisterReason.BIRTH and not step.record.birth_date.is_exact:
        return step.record.birth_date
    return None if step.present else step.record.stated.ended_on


def deletion_of(steps: Sequence[Step]) -> Deletion | None:
    """How the record that is deleted now was deleted; None for one that stands."""
    standing = in_force(steps)
    if not standing or standing[-1].present:
        return None
    step = _first_of_deletion(standing)
    last = standing[-1].record
    plan = last.move_out
    # Where the child of a special adoption went stands on no paper: neither as planned nor as reported (1.1.5).
    confirmed = None if plan and plan.special else last.confirmed_move
    return Deletion(
        reason=step.reason,
        cause=last.deletion_cause,
        on=step.place[0],
        notified_on=step.notified_on,
        destination=plan.shown if plan else None,
        confirmed_at=confirmed.address.text if confirmed else None,
        confirmed_on=confirmed.moved_on if confirmed else None,
        stated=_stated(step),
    )


def _first_of_deletion(standing: Sequence[Step]) -> Step:
    present = [at for at, step in enumerate(standing) if step.present]
    return standing[present[-1] + 1 if present else 0]


def deleted_on(steps: Sequence[Step]) -> date | None:
    """The day from which a deleted record is kept for its term: by both calendars the later one (Ord. 34(1)).

    A version that only states the deletion again does not begin the term anew; one after an undoing does.
    """
    standing = in_force(steps)
    if not standing or standing[-1].present:
        return None
    place = _first_of_deletion(standing).place
    there = [step for step in steps if step.place == place]
    undone = max((step.history_no for step in there if step.present), default=0)
    gone = [step for step in there if not step.present and step.history_no > undone]
    return max(place[0], min(step.recorded_on for step in gone))
