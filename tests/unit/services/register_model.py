"""A municipality's register in memory: the law decides, the services' pure parts write; the rows are the model's.

Which acts may be done, what an act writes at which place, what an undoing restores, which code a newcomer gets and
which notices go out: all that is the program's own. What is checked is judged by three who know nothing of it: persons
are counted by who they are, a record is told from its events alone, and a store is fed by the notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import MoveOutPlan, RecordKind, ResidentRecord
from jukinet.domain.persons import Address, IdentityFacts, Place
from jukinet.law import codes, identity_notices, resident_notices
from jukinet.law import undoing as law_undoing
from jukinet.law.codes import ChangeDocument, CodeChangeRequest, CodeSource, FormItem
from jukinet.law.decisions import Decision, Permitted
from jukinet.law.identity_notices import RegisterAct
from jukinet.law.resident_notices import (
    BirthNotice,
    DeathNotice,
    MoveInEvidence,
    MoveInNotification,
    MoveOutNotification,
    MoveWithinNotification,
)
from jukinet.services import register, undoing
from jukinet.services.undone import Past
from jukinet.store.residents import Held, Version
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

FIRST = date(2013, 7, 10)
START = datetime(2013, 7, 10, tzinfo=UTC)
LEFT = {RegisterReason.MOVE_OUT, RegisterReason.DEATH}


@dataclass
class Event:
    """What happened to somebody, as a person would tell it: from which day, to which items, and how often undone."""

    place: tuple[date, int]
    reason: RegisterReason
    items: dict[str, object] = field(default_factory=dict)
    undone: int = 0


@dataclass
class Row:
    """One resident: versions as the table has them, and beside them the events for the oracle."""

    person: int
    history: list[Version] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    acts: int = 0
    codes: list[ResidentRecordCode | None] = field(default_factory=list)
    """Each code that it had after an act, where another one than before."""

    @property
    def newest(self) -> Version:
        return self.history[-1]


class Model:
    """Plays acts. ``done`` counts what the law permitted, by act."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.day = FIRST
        self.serial = 0
        self.store: dict[ResidentRecordCode, IdentityFacts] = {}
        self.done: Counter[str] = Counter()

    def play(self, act: str, pick: int, ago: int) -> None:
        on = self.day - timedelta(days=ago)
        if act == "next-day":
            self.day += timedelta(days=1)
            self._depart()
        elif act == "newcomer" or not self.rows:
            self._move_in(None, on)
        else:
            row = self.rows[pick % len(self.rows)]
            steps: dict[str, Callable[[Row, date], None]] = {
                "birth": self._birth,
                "return": self._move_in,
                "within": self._move_within,
                "out": self._file_move_out,
                "death": self._die,
                "code": self._change_code,
                "undo": lambda one, _: self._undo(one, one.history[-(1 + ago) % len(one.history)]),
            }
            steps[act](row, on)

    # Acts

    def _permitted(
        self, act: str, decision: Decision, row: Row | None = None, on: date | None = None
    ) -> bool:
        begun = row is None or on is None or min(one.effective_on for one in row.history) <= on
        permitted = isinstance(decision, Permitted) and begun
        self.done[act] += permitted
        return permitted

    def _birth(self, parent: Row, on: date) -> None:
        if not parent.newest.present:
            return
        notice = BirthNotice(PartialDate.of(on), self.day)
        if self._permitted("birth", resident_notices.decide_birth(notice, on=self.day)):
            rule = codes.code_for_new_record(codes.CodeHistory(RecordKind.JAPANESE, False), on=self.day)
            self._record(None, self._stranger(), rule.source, None, RegisterReason.BIRTH, on)

    def _move_in(self, before: Row | None, on: date) -> None:
        """Somebody new, or with the code that was last theirs; ``before``: a row of the same person."""
        stated = self._last_row(before.person).newest.record.code if before else None
        record = self._stranger() if before is None else replace(before.newest.record, move_out=None)
        evidence = MoveInEvidence.FROM_ABROAD if stated is None else MoveInEvidence.CERTIFICATE
        here = any(one.newest.present and one.newest.record.code == stated for one in self.rows if stated)
        notice = MoveInNotification(on, self.day, record.birth_date, record.address, evidence)
        decision = resident_notices.decide_move_in(notice, here=KUNITACHI, recorded_here=here, on=self.day)
        if not self._permitted("return" if before else "newcomer", decision):
            return
        history = codes.history_of_mover(
            RecordKind.JAPANESE,
            born_on=record.birth_date,
            code_known=stated is not None,
            from_abroad=stated is None,
            moved_on=on,
            on=self.day,
        )
        source = codes.code_for_new_record(history, on=self.day).source
        person = before.person if before else None
        self._record(person, record, source, stated, RegisterReason.MOVE_IN, on)

    def _move_within(self, row: Row, on: date) -> None:
        held, to = row.newest, self._address()
        notice = MoveWithinNotification(on, self.day, held.record.birth_date, held.record.address, to)
        decision = resident_notices.decide_move_within(
            notice, here=KUNITACHI, recorded_here=held.present, on=self.day
        )
        if self._permitted("within", decision, row, on):
            reason = RegisterReason.MOVE_WITHIN
            self._enter(row, lambda one: replace(one, address=to), reason, on, {"address": to}, until=True)

    def _file_move_out(self, row: Row, on: date) -> None:
        """Planned for some days ahead of the day that was drawn."""
        held, planned = row.newest, on + timedelta(days=3)
        notice = MoveOutNotification(planned, self.day, held.record.birth_date)
        decision = resident_notices.decide_move_out(
            notice,
            recorded_here=held.present,
            already_filed=held.record.move_out is not None,
            on=self.day,
        )
        if self._permitted("out", decision, row, min(planned, self.day)):
            plan = MoveOutPlan(Place("東京都千代田区", CHIYODA), planned, self.day)
            self._enter(
                row, lambda one: replace(one, move_out=plan), RegisterReason.MOVE_OUT_FILED, self.day, {}
            )

    def _depart(self) -> None:
        """What the worker does once the planned day has come."""
        for row in self.rows:
            plan = row.newest.record.move_out if row.newest.present else None
            day = resident_notices.deletion_day(plan.planned_on, None) if plan else None
            if day is not None and day <= self.day:
                self.done["depart"] += 1
                self._enter(row, lambda one: one, RegisterReason.MOVE_OUT, day, {}, present=False)

    def _die(self, row: Row, on: date) -> None:
        notice = DeathNotice(on, self.day, row.newest.record.birth_date)
        decision = resident_notices.decide_death(notice, recorded_here=row.newest.present, on=self.day)
        if self._permitted("death", decision, row, on):
            reason = RegisterReason.DEATH
            self._enter(row, lambda one: replace(one, move_out=None), reason, on, {}, present=False)

    def _change_code(self, row: Row, _on: date) -> None:
        request = CodeChangeRequest(frozenset(FormItem), ChangeDocument.CARD)
        old = row.newest.record.code
        decision = codes.decide_code_change(
            request, recorded_here=row.newest.present, has_code=old is not None, on=self.day
        )
        if self._permitted("code", decision, row, self.day) and old is not None:
            new = self._draw()
            reason = RegisterReason.CODE_CHANGE_REQUESTED
            self._enter(row, lambda one: replace(one, code=new), reason, self.day, {"code": new})

    def _undo(self, row: Row, which: Version) -> None:
        held = self._held(row)
        past = Past.of(row.history, {which.history_no})
        others = [one for one in self.rows if one is not row and one.newest.present]
        back = any(held.record.code == version.record.code for one in others for version in one.history)
        facts = undoing._undoing(held, past, [self._held(one) for one in self.rows], back=back)
        if not self._permitted("undo", law_undoing.decide_undoing(facts, on=self.day)):
            return
        before = row.newest
        (here, record), *later = past.states()
        reason = law_undoing.reason_of(before=which.present, after=here)
        self._append(row, which, here, record, reason=reason, restates=which.history_no)
        for old, (present, state) in zip(past.later, later, strict=True):
            self._append(row, old, present, state, reason=old.reason, restates=old.history_no)
        row.acts += 1
        next(one for one in row.events if one.place == _place(which)).undone += 1
        shown = law_undoing.reason_of(before=before.present, after=row.newest.present)
        self._notify(before, row.newest, shown, self.day, None)

    # What is written

    def _record(
        self,
        person: int | None,
        record: ResidentRecord,
        source: CodeSource,
        stated: ResidentRecordCode | None,
        reason: RegisterReason,
        on: date,
    ) -> None:
        code = {
            CodeSource.NEW: self._draw,
            CodeSource.PREVIOUS: lambda: stated,
            CodeSource.NONE: lambda: None,
        }
        record = replace(record, code=code[source](), household_number=f"{len(self.rows):011d}")
        row = Row(len(self.rows) if person is None else person)
        self.rows.append(row)
        first = Version(reason, on, 1, self._now(), "sato", True, record, history_no=1)
        row.history.append(first)
        row.events.append(Event((on, 1), reason, {"address": record.address, "code": record.code}))
        row.acts += 1
        self._notify(None, first, reason, on, None)

    def _enter(
        self,
        row: Row,
        change: register.Change,
        reason: RegisterReason,
        on: date,
        items: dict[str, object],
        *,
        present: bool | None = None,
        until: bool = False,
    ) -> None:
        before = row.newest
        in_force = _in_force(row.history)
        later = [one for one in in_force if one.effective_on > on]
        earlier = [one for one in in_force if one.effective_on <= on]
        base = earlier[-1] if later else before
        seq = max((one.effective_seq for one in row.history if one.effective_on == on), default=0) + 1
        states = register.written(
            (base.present, base.record),
            [(one.present, one.record) for one in later],
            change,
            present=present,
            until_changed=until,
        )
        (here, record), *rest = states
        place = replace(before, effective_on=on, effective_seq=seq)
        self._append(row, place, here, record, reason=reason, restates=None)
        for old, (there, state) in zip(later, rest, strict=True):
            self._append(row, old, there, state, reason=old.reason, restates=old.history_no)
        row.events.append(Event((on, seq), reason, items))
        row.acts += 1
        plan = before.record.move_out.planned_on if before.record.move_out else None
        self._notify(before, row.newest, reason, on, plan)

    def _append(
        self,
        row: Row,
        at: Version,
        present: bool,
        record: ResidentRecord,
        *,
        reason: RegisterReason,
        restates: int | None,
    ) -> None:
        row.history.append(
            Version(
                reason,
                at.effective_on,
                at.effective_seq,
                self._now(),
                "sato",
                present,
                record,
                restates=restates,
                history_no=len(row.history) + 1,
            )
        )

    def _notify(
        self,
        before: Version | None,
        after: Version,
        reason: RegisterReason,
        on: date,
        planned_on: date | None,
    ) -> None:
        """Feed the store with the notices that the law calls for, and with nothing else."""
        row = next(one for one in self.rows if one.newest is after)
        if row.codes[-1:] != [after.record.code]:
            row.codes.append(after.record.code)
        facts = before.record.identity_facts() if before and before.present else None
        now = after.record.identity_facts() if after.present else None
        if facts is None and now is None:
            return
        act = RegisterAct(reason, on, planned_on)
        for change in identity_notices.notices_for(facts, now, act, foreign=False, on=self.day):
            if change.kind is ChangeKind.DELETION:
                assert facts is not None
                assert facts.code is not None
                del self.store[facts.code]
                continue
            assert now is not None
            assert now.code is not None
            if change.previous_code is not None:
                del self.store[change.previous_code]
            self.store[now.code] = now

    # Bits

    def _held(self, row: Row) -> Held:
        number, newest = self.rows.index(row), row.newest
        return Held(number, f"{number:011d}", newest.present, newest.history_no, newest.record)

    def _last_row(self, person: int) -> Row:
        """Of a person, the row that was written last: it has the code that the last certificate states."""
        mine = [row for row in self.rows if row.person == person]
        return max(mine, key=lambda row: row.newest.recorded_at)

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._next())

    def _draw(self) -> ResidentRecordCode:
        while not is_issuable(ten := f"{self._next() + 2_000_000_000:010d}"):
            pass
        return ResidentRecordCode.compose(ten)

    def _address(self) -> Address:
        return Address(KUNITACHI, f"東京都国立市東一丁目{self._next()}番")

    def _stranger(self) -> ResidentRecord:
        return replace(STRANGER, address=self._address())


STRANGER = make_person(municipality=KUNITACHI, code=None, birth_date=PartialDate("1980-04-17"), move_out=None)


def _place(version: Version) -> tuple[date, int]:
    return version.effective_on, version.effective_seq


def _in_force(history: list[Version]) -> list[Version]:
    last = {_place(one): one for one in history}
    return [last[place] for place in sorted(last)]


# What must hold -------------------------------------------------------------------------------------------------


def check(model: Model) -> None:
    """Whatever happened."""
    present = [row for row in model.rows if row.newest.present]
    persons = Counter(row.person for row in present)
    assert all(count == 1 for count in persons.values()), "a person is present twice"
    held = Counter(row.newest.record.code for row in present)
    assert all(count == 1 for count in held.values()), "a code is held by two"
    facts = {row.newest.record.code: row.newest.record.identity_facts() for row in present}
    assert model.store == facts, "the store does not hold what the register says"
    for row in model.rows:
        check_row(row)


def check_row(row: Row) -> None:
    history = row.history
    assert len(set(row.codes)) == len(row.codes), "a code that was replaced came back"
    assert [one.history_no for one in history] == list(range(1, len(history) + 1))
    in_force = _in_force(history)
    assert in_force[-1] == row.newest, "the newest version is not the one in force"
    for one in in_force:
        seen = (one.present, one.record.address, one.record.code)
        assert seen == told(row, _place(one)), "the record is not what happened"
    own = [
        one
        for one in history
        if one.restates is None
        or (one.reason.startswith("undone-") and not history[one.restates - 1].reason.startswith("undone-"))
    ]
    assert len(own) == row.acts, "an act left no version of its own, or two"
    assert all(one.undone <= 1 for one in row.events), "an act was undone twice"
    assert sum(one.reason in LEFT and not one.undone for one in row.events) <= 1, "somebody left twice"


def told(row: Row, until: tuple[date, int]) -> tuple[bool, object, object]:
    """How somebody stands at a place: the events up to it, but for those that were undone."""
    events = sorted((one for one in row.events if one.place <= until), key=lambda one: one.place)
    first = row.events[0]
    items = dict(first.items)
    here = not first.undone
    for event in events:
        if not event.undone:
            items |= event.items
            here = here and event.reason not in LEFT
    return here, items["address"], items["code"]
