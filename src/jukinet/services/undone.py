"""What stood before an act in one record, and what becomes of the versions after it: the sums of an undoing.

Owns the states that are written, as values; their order and their locks are in ``jukinet.services.undoing``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jukinet.domain.changes import RegisterReason
from jukinet.law.undoing import PAIRS, UNDOINGS
from jukinet.services import register
from jukinet.store.residents import Version

_LEFT = frozenset({RegisterReason.MOVE_OUT, RegisterReason.MOVE_OUT_ABROAD})


@dataclass(frozen=True, slots=True)
class Past:
    """The versions in force, in their order of effect, around those that are undone.

    ``undone``: one; both of a change of nationality; none where there is no such version. ``later``: all in force
    after the first of them. ``relationship``, ``household``: what holds after it, if not what stood before.
    """

    undone: tuple[Version, ...]
    stands: bool
    before: Version | None
    later: tuple[Version, ...]
    relationship: str | None = None
    household: str | None = None

    @classmethod
    def of(
        cls, history: Sequence[Version], numbers: Collection[int], relationship: str | None = None
    ) -> Past:
        in_force = _in_force(history)
        named = [one for one in history if one.history_no in numbers]
        undone = sorted({_place(one): one for one in _paired(named, in_force)}.values(), key=_place)
        if not undone:
            return cls((), stands=False, before=None, later=(), relationship=relationship)
        first = _place(undone[0])
        earlier = [one for one in in_force if _place(one) < first]
        return cls(
            tuple(undone),
            stands=all(one in in_force for one in undone),
            before=earlier[-1] if earlier else None,
            later=tuple(one for one in in_force if _place(one) > first),
            relationship=relationship,
        )

    @property
    def first(self) -> Version:
        """The earliest of what is undone."""
        return self.undone[0]

    @property
    def reasons(self) -> frozenset[RegisterReason]:
        return frozenset(one.reason for one in self.undone)

    def restored(self) -> register.State:
        """Presence and record as they stood before the act; a record that it began ends as it was begun."""
        if self.before is None:
            return False, self.first.record
        # A code is never given back, also one that a change of nationality brought.
        record = replace(self.before.record, code=self.before.record.code or self.undone[-1].record.code)
        if self.reasons & _LEFT:
            # Who did not leave has no plan to: with it, the worker would delete the record again.
            record = replace(record, move_out=None, confirmed_move=None)
        return self.before.present, replace(
            record,
            relationship=self.relationship or record.relationship,
            household_number=self.household or record.household_number,
        )

    def states(self) -> list[register.State]:
        """What the undoing writes: first at the place of what is undone; then at each later one, in their order."""
        states = [self.restored()]
        was_present, was = self.first.present, self.first.record
        for old in self.later:
            present, record = states[-1]
            if old not in self.undone:
                present = present if old.present == was_present else old.present
                record = register.redone(was, old.record, on=record)
            states.append((present, record))
            was_present, was = old.present, old.record
        return states


def standing(history: Sequence[Version], numbers: Collection[int]) -> list[Version]:
    """What stands today of these versions of one record: later statements of them; nothing of what was undone.

    Of a move-out that was filed the deletion stands, once the day has come: it belongs to the filing.
    """
    in_force = _in_force(history)
    places = {_place(one) for one in history if one.history_no in numbers}
    there = [one for one in in_force if _place(one) in places and one.reason not in UNDOINGS]
    return [_deletion_after(one, in_force) for one in there]


def act_of(history: Sequence[Version], number: int) -> int | None:
    """The number of the act that a version comes from; of a deletion on the planned day, that of the filing."""
    version = next((one for one in history if one.history_no == number), None)
    if version is not None and version.reason in _LEFT:
        filed = [
            one
            for one in _in_force(history)
            if _place(one) < _place(version) and one.reason is RegisterReason.MOVE_OUT_FILED
        ]
        version = filed[-1] if filed else version
    return written_by(history, version) if version is not None else None


def written_by(history: Sequence[Version], version: Version) -> int | None:
    """The number of the act that wrote a version first."""
    by_number = {one.history_no: one for one in history}
    while version.restates in by_number:
        version = by_number[version.restates]
    return version.act_no


def _deletion_after(version: Version, in_force: Sequence[Version]) -> Version:
    if version.reason is not RegisterReason.MOVE_OUT_FILED:
        return version
    gone = (one for one in in_force if _place(one) > _place(version) and one.reason in _LEFT)
    return next(gone, version)


def _paired(named: Sequence[Version], in_force: Sequence[Version]) -> list[Version]:
    """With the other record of a change of nationality, which stands beside the one named."""
    found = list(named)
    for one in named:
        other = PAIRS.get(one.reason)
        found += [
            near
            for near in in_force
            if near.reason is other
            and near.effective_on == one.effective_on
            and abs(near.effective_seq - one.effective_seq) == 1
        ]
    return found


def _place(version: Version) -> tuple[date, int]:
    return version.effective_on, version.effective_seq


def _in_force(history: Sequence[Version]) -> list[Version]:
    """The last word at each place, in the order of effect."""
    last: dict[tuple[date, int], Version] = {}
    for version in history:
        last[_place(version)] = version
    return [last[place] for place in sorted(last)]
