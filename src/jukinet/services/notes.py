"""Remarks and memos beside a record, and the combined field that is drawn up from history and remarks.

Owns how the field (統合記載欄, specification 1.1.14) is put together: each change in force with the items that it
changed, made from the versions by itself; under each what a clerk, or the act itself, remarked on it; then the remarks
on none. Memos (1.1.15) are apart from it, and never on a copy; what a copy has of the rest is what was remarked by the
moment of its issue. A version is never altered for a note. What is remarked on every change of a reason, the office
registers (``register_remark``); it is written with the change.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord, SpecialAdoption
from jukinet.domain.numbers import check_record_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import remarks as law
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.law.remarks import NoteKind
from jukinet.services import acts, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.stay_items import member
from jukinet.store import notes as store
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.notes import Note as Note  # noqa: PLC0414  (offered here too)
from jukinet.store.residents import Held, Version

LONGEST = 500


@dataclass(frozen=True, slots=True, repr=False)
class NoteFiling(Private):
    """A new note; ``about``: the version of the record that a remark is on, by its number in the history."""

    resident_no: str
    kind: NoteKind
    text: str
    about: int | None


@dataclass(frozen=True, slots=True, repr=False)
class NoteChangeFiling(Private):
    """Another text for a note, or none: then it is deleted, and stays in its own history."""

    resident_no: str
    note: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """The number of a note."""

    note: int


def read_note(data: object) -> NoteFiling:
    with reading(data) as fields_:
        number, kind = (
            fields_.take("resident_no", check_record_number),
            fields_.take("kind", member(NoteKind)),
        )
        words = law.WORDS.get(kind)
        if words is None:
            text = fields_.text("text", longest=LONGEST)
        else:
            text = "　".join(filter(None, (words, fields_.optional_text("text", longest=LONGEST))))
        about = fields_.integer("about", least=1) if fields_.has("about") else None
        return NoteFiling(number, kind, text, about)


def read_note_change(data: object) -> NoteChangeFiling:
    with reading(data) as fields_:
        return NoteChangeFiling(
            resident_no=fields_.take("resident_no", check_record_number),
            note=fields_.integer("note", least=1),
            text=fields_.optional_text("text", longest=LONGEST),
        )


def write_note(ctx: Context, claim: OperatorClaim, filing: NoteFiling) -> Written | Refused:
    """Write a note beside a record."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_NOTE_WRITE, AuditEvent.NOTE_WRITTEN)
        family = residents.lock_families(tx, numbers=[filing.resident_no])
        held = next((one for one in family if one.resident_no == filing.resident_no), None)
        if held is None:
            return act.refuse_unknown(R1, filing.resident_no)
        home = residents.members(family, held.record.household_number)
        reasons = {one.history_no: one.reason for one in residents.history(tx, held.resident_id)}
        decision = acts.every(
            act.gate,
            law.decide_note(
                filing.kind,
                about_version=filing.about is not None,
                version_there=filing.about in reasons,
                reason=reasons.get(filing.about or 0),
                headed=any(one.record.is_householder for one in home),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        note = store.add(tx, held, filing.kind, filing.about)
        _say(act, held, note, filing.text)
        act.done(decision, Subject.of(held), reference=f"{note} {filing.kind}")
        return Written(note)


def remarks_on_versions(
    tx: Transaction, held: Held, at: datetime, *, special: bool
) -> dict[int, tuple[str, ...]]:
    """What was remarked on the versions of a record by a moment, by their numbers, as a copy has it."""
    said: dict[int, tuple[str, ...]] = {}
    for note in store.of_resident(tx, held):
        text = note.said_at(at)
        told = note.kind is NoteKind.REMARK or (special and note.kind in law.ON_REQUEST)
        if note.history_no is not None and text is not None and told:
            said[note.history_no] = (*said.get(note.history_no, ()), text)
    return said


def remarks_then(tx: Transaction, held: Held, at: datetime) -> tuple[str, ...]:
    """What was remarked on no version by a moment (備考, type C): the newest householder in fact, and remarks."""
    free = [(one.kind, one.said_at(at)) for one in store.of_resident(tx, held) if one.history_no is None]
    in_fact = [text for kind, text in free if kind is NoteKind.HOUSEHOLDER_IN_FACT and text]
    remarks = [text for kind, text in free if kind is NoteKind.REMARK and text]
    return (*(f"事実上の世帯主　{text}" for text in in_fact[-1:]), *remarks)


def remark(act: Act, held: Held, about: int, text: str) -> None:
    """What an act by itself remarks on the version that it has just written (留意事項), as part of that act."""
    _say(act, held, store.add(act.tx, held, NoteKind.REMARK, about), text)


def remark_special(act: Act, held: Held, about: int, special: SpecialAdoption | None) -> None:
    """The words of a special adoption on the version that an act wrote for one (1.1.14)."""
    if special is not None:
        kind = law.KINDS[special]
        _say(act, held, store.add(act.tx, held, kind, about), law.WORDS[kind])


def _say(act: Act, held: Held, note: int, text: str | None) -> None:
    store.add_version(
        act.tx,
        held,
        note,
        text,
        at=act.ctx.now(),
        operator=act.claim.operator_id,
        terminal=act.claim.terminal,
    )


def change_note(ctx: Context, claim: OperatorClaim, filing: NoteChangeFiling) -> Written | Refused:
    """Change what a note says, or delete it; what it said before is kept."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_NOTE_WRITE, AuditEvent.NOTE_WRITTEN)
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(R1, filing.resident_no)
        stands = {one.note_id for one in store.of_resident(tx, held) if one.text is not None}
        decision = acts.every(act.gate, law.decide_change(stands=filing.note in stands))
        what = "deleted" if filing.text is None else "changed"
        reference = f"{filing.note} {what}"
        if isinstance(decision, Refused):
            return act.refuse(decision, held, reference=reference)
        _say(act, held, filing.note, filing.text)
        act.done(decision, Subject.of(held), reference=reference)
        return Written(filing.note)


@dataclass(frozen=True, slots=True, repr=False)
class CombinedEntry(Private):
    """One change in force: which items it changed, by their names in the record, and what was remarked on it."""

    history_no: int
    reason: RegisterReason
    effective_on: date
    notified_on: date | None
    changed: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class CombinedField(Private):
    """The field, and the notes that it was made of: deleted ones and memos too, with who wrote what when."""

    resident_no: str
    entries: tuple[CombinedEntry, ...]
    remarks: tuple[str, ...]
    householder_in_fact: str | None
    notes: tuple[Note, ...]


def read_remarks(ctx: Context, claim: OperatorClaim, resident_no: str) -> CombinedField | Refused:
    """The combined field of a record. It is a look at the record: a hold may keep it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = residents.lock(tx, resident_no)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        holds = withholding.on(tx, held)
        decision = acts.every(act.gate, withholding.decide(tx, holds, Process.INQUIRY))
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        act.done(decision, held)
        return _field(held, residents.history(tx, held.resident_id), store.of_resident(tx, held))


def _field(held: Held, history: list[Version], notes: list[Note]) -> CombinedField:
    standing = [(one, one.text) for one in notes if one.text is not None]
    places = {one.history_no: (one.effective_on, one.effective_seq) for one in history}
    in_force = {places[one.history_no]: one for one in history}
    entries, before = [], None
    for place in sorted(in_force):
        version = in_force[place]
        # A remark stays with its change, also once a later version has said the same anew at its place.
        said = tuple(
            text for note, text in standing if note.history_no and places.get(note.history_no) == place
        )
        entries.append(
            CombinedEntry(
                version.history_no,
                version.reason,
                version.effective_on,
                version.notified_on,
                _changed(before, version.record),
                said,
            )
        )
        before = version.record
    # One on a version that was erased (Ord. 34(1), after a rewriting) stands among the others.
    free = [(note, text) for note, text in standing if note.history_no not in places]
    in_fact = [text for note, text in free if note.kind is NoteKind.HOUSEHOLDER_IN_FACT]
    return CombinedField(
        held.resident_no,
        tuple(entries),
        tuple(text for note, text in free if note.kind not in {NoteKind.HOUSEHOLDER_IN_FACT, NoteKind.MEMO}),
        in_fact[-1] if in_fact else None,
        tuple(notes),
    )


def _changed(before: ResidentRecord | None, after: ResidentRecord) -> tuple[str, ...]:
    """The names of the items that a change changed; none of the first, which recorded them all."""
    if before is None:
        return ()
    return tuple(
        one.name for one in fields(ResidentRecord) if getattr(before, one.name) != getattr(after, one.name)
    )
