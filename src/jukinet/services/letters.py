"""Letters of the office: one printed at a time, from what is on record (``jukinet.law.letters`` has their table).

A letter stores nothing but that it was printed; it may be printed again on any later day. That it was sent is noted
where its number comes from (``jukinet.services.tellings``, ``doubts``). A hold on issue keeps back what goes to a
resident (V1, V2), and one on looking the office's own sheet. What goes to another mayor is kept back as little as a
notice by the line is, and the letter that a support measure ends is for whom the measure's own hold protects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import guardianship, support_measures
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused
from jukinet.law.doubts import CLOSING, Source
from jukinet.law.enquiries import EnquiryStep
from jukinet.law.ex_officio import Telling
from jukinet.law.holds import Process
from jukinet.law.letters import (
    CT16,
    LT1,
    LT2,
    LT3,
    LT4,
    LT5,
    LT6,
    LT7,
    LT8,
    LT9,
    PR10,
    TABLE,
    By,
    LetterKind,
    Rows,
    Said,
    changed_items,
    decide_letter,
    is_ex_officio,
)
from jukinet.law.notifications import ACCEPTED, Capacity
from jukinet.law.support_measures import Phase
from jukinet.services import acts, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.certifiers import NOBODY_ENTERED, Certified, certified_on
from jukinet.services.context import JAPAN, Context
from jukinet.services.household_order import in_order
from jukinet.services.operators import OperatorClaim
from jukinet.store import (
    card_applications,
    departed,
    doubts,
    guardianships,
    measures,
    notifiers,
    residents,
    tellings,
)
from jukinet.store.residents import Held, Version
from jukinet.store.tellings import Told

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Private):
    """Which letter, by the number of what it is about.

    ``version``: of a record, for the office's sheet of an act; or for an acceptance of any notification, by the
    resident's number. ``notifier``: who brought that one, by the paper that they signed; it is printed and not kept.
    """

    kind: LetterKind
    number: str
    version: int | None = None
    notifier: str | None = None

    @property
    def by(self) -> By:
        accepted = self.kind is LetterKind.ACCEPTED and self.version is not None
        return By.RESIDENT if accepted else TABLE[self.kind].by


@dataclass(frozen=True, slots=True, repr=False)
class Letter(Private):
    """What the sheet says. It goes to a resident by name and ``address``, to a mayor (``to``), or to nobody."""

    kind: LetterKind
    name: str
    address: tuple[str, ...]
    to: MunicipalityCode | None
    rows: Rows
    foreign: bool
    reference: str
    printed_on: date
    certified: Certified = NOBODY_ENTERED


CanPrint = Callable[[Letter], bool]
"""Whether the fonts have what a letter needs; sets nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class _Says(Private):
    rows: Rows
    record: ResidentRecord | None = None
    address: tuple[str, ...] = ()
    to: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class _Found(Private):
    """Whom a letter is about, locked; the rules it was found by; what it says where they hold."""

    held: Held | None
    checks: tuple[tuple[FailedRule, bool], ...]
    says: _Says | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    permission: Permission
    find: Callable[[Act, Asked], _Found]
    heeds: Process | None = Process.ISSUE


def read_number(by: By, text: str) -> str:
    """The number of what a letter is about, as it was typed; ``ValueError`` for what is none."""
    if by in {By.RESIDENT, By.HOUSEHOLD}:
        return check_number(text)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _LARGEST):
        raise ValueError("must be a whole number from 1")
    return str(int(text))


def begin(ctx: Context, claim: OperatorClaim, asked: Asked, can_print: CanPrint) -> Letter | Refused:
    """What a letter says; that it is printed is recorded."""
    source = _SOURCES[asked.kind]
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, source.permission, AuditEvent.LETTER_PRINTED)
        named = asked.by is By.RESIDENT
        reference = asked.kind.value if named else f"{asked.kind} {asked.number}"
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, Subject(asked.number) if named else None, reference=reference)
        found = source.find(act, asked)
        due = decide_letter(asked.kind, *found.checks)
        letter = _letter(act, asked, found.says) if found.says and isinstance(due, Permitted) else None
        holds = withholding.on(tx, found.held) if found.held and source.heeds else []
        decision: Decision = acts.every(
            act.gate,
            due,
            acts.require((CD24, letter is None or can_print(letter))),
            withholding.decide(tx, holds, source.heeds or Process.ISSUE),
        )
        if letter is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((LT1,))
            about = found.held or (Subject(asked.number) if named else None)
            return act.refuse(refused, about, reference=reference)
        withholding.use_lifts(tx, holds, source.heeds or Process.ISSUE)
        # As a subject: a letter is no act on the record, and may stand beside one that another clerk is about to make.
        act.done(decision, Subject.of(found.held) if found.held else None, reference=reference)
        return letter


def _letter(act: Act, asked: Asked, says: _Says) -> Letter:
    record = says.record
    return Letter(
        kind=asked.kind,
        name=(record.name.latin or record.name.text) if record else "",
        address=says.address or (_lines(record) if record else ()),
        to=says.to,
        rows=says.rows,
        foreign=record is not None and record.kind is RecordKind.FOREIGN,
        reference="" if asked.by in {By.RESIDENT, By.HOUSEHOLD} else asked.number,
        printed_on=act.today,
        certified=certified_on(act.tx, act.today),
    )


def _lines(record: ResidentRecord) -> tuple[str, ...]:
    return (record.address.text, *filter(None, (record.address.building,)))


# By the number of a telling


_ToldOf = Callable[[Act, Asked, Held, Told, Sequence[Version]], tuple[_Says, bool]]
"""What a letter says of a telling, and whether it is known to whom."""


def _by_telling(way: str, tells: _ToldOf) -> Callable[[Act, Asked], _Found]:
    def find(act: Act, asked: Asked) -> _Found:
        about = tellings.resident_of(act.tx, int(asked.number))
        held = residents.lock(act.tx, about) if about else None
        told = tellings.find(act.tx, int(asked.number)) if held else None
        fits = told is not None and told.telling.way == way
        checks = ((LT1, told is not None), (LT2, told is None or fits))
        if held is None or told is None or not fits:
            return _Found(held, checks)
        says, known = tells(act, asked, held, told, residents.history(act.tx, held.resident_id))
        return _Found(held, (*checks, (LT9, known)), says)

    return find


def _accepted_by(act: Act, asked: Asked) -> _Found:
    """By the telling that calls for it; or of any notification, where the clerk finds that the person is to know."""
    if asked.version is None:
        return _by_telling(ACCEPTED, _accepted)(act, asked)
    held = residents.lock(act.tx, asked.number)
    history = residents.history(act.tx, held.resident_id) if held else []
    version = next((one for one in history if one.history_no == asked.version), None)
    notified = version is not None and version.notified_on is not None
    checks = ((LT1, held is not None), (PR10, held is None or notified))
    if held is None or version is None:
        return _Found(held, checks)
    return _Found(held, checks, _acceptance(act, asked, held, version, history))


def _accepted(
    act: Act, asked: Asked, held: Held, told: Told, history: Sequence[Version]
) -> tuple[_Says, bool]:
    return _acceptance(act, asked, held, _version(history, told.history_no), history), True


def _acceptance(act: Act, asked: Asked, held: Held, version: Version, history: Sequence[Version]) -> _Says:
    """To the address before, where there is one: whoever moved somebody without their knowledge knows the new one."""
    notifier = notifiers.by_history_no(act.tx, held.resident_id).get(version.history_no)
    person = version.record.name.latin or version.record.name.text
    own = notifier is not None and notifier.capacity is Capacity.PERSON
    name = asked.notifier or (person if own else None)
    rows: Rows = (
        (Said.NOTIFIED_ON, version.notified_on),
        (Said.NOTIFICATION, version.reason),
        (Said.CAPACITY, notifier.capacity if notifier else None),
        *(((Said.NOTIFIER, name),) if name else ()),
        (Said.PERSON, person),
    )
    before = _before(history, version) or version.record
    return _Says(rows, version.record, _lines(before))


def _entered(
    _act: Act, _asked: Asked, _held: Held, told: Told, history: Sequence[Version]
) -> tuple[_Says, bool]:
    """Who left without notifying is written to where they went, if that is known."""
    version = _version(history, told.history_no)
    plan = version.record.move_out
    address = (plan.destination.text,) if plan and not version.present else ()
    rows: Rows = ((Said.ENTERED_ON, told.telling.decided_on), *_changes(history, version))
    return _Says(rows, version.record, address), True


def _guardianship(
    act: Act, _asked: Asked, held: Held, told: Told, history: Sequence[Version]
) -> tuple[_Says, bool]:
    record = _version(history, told.history_no).record
    plan = record.move_out
    to = plan.destination.municipality if plan else None
    rows: Rows = (
        *_person(record),
        (Said.OLD_ADDRESS, record.address.full),
        (Said.DESTINATION, plan.destination.text if plan else None),
        (Said.PLANNED_ON, plan.planned_on if plan else None),
        (Said.SINCE, guardianships.since(act.tx, held)),
    )
    return _Says(rows, to=to), to is not None


def _version(history: Sequence[Version], history_no: int) -> Version:
    return next(one for one in history if one.history_no == history_no)


def _before(history: Sequence[Version], version: Version) -> ResidentRecord | None:
    """The record as it stood before an act, present or not recorded at all."""
    place = (version.effective_on, version.effective_seq)
    earlier = [one for one in history if (one.effective_on, one.effective_seq) < place and one.present]
    last = max(earlier, key=lambda one: (one.effective_on, one.effective_seq, one.history_no), default=None)
    return last.record if last else None


def _changes(history: Sequence[Version], version: Version) -> Rows:
    """Kind and day of an act, and what it changed; of a deletion why and where to."""
    begun: Rows = ((Said.REASON, version.reason), (Said.OCCURRED_ON, version.effective_on))
    record = version.record
    if version.present:
        return (*begun, *changed_items(_before(history, version), record))
    left: Rows = ((Said.DESTINATION, record.move_out.shown),) if record.move_out else ()
    cause: Rows = ((Said.CAUSE, record.deletion_cause),) if record.deletion_cause else ()
    return (*begun, *cause, *left)


def _person(record: ResidentRecord) -> Rows:
    said = (Said.NAME, Said.BIRTH_DATE, Said.SEX)
    return tuple((one, change.after) for one, change in changed_items(None, record) if one in said)


# By the number of a doubt, of a measure, of a resident, of a household


def _call(act: Act, asked: Asked) -> _Found:
    doubt = doubts.lock(act.tx, int(asked.number))
    held = residents.lock(act.tx, doubt.resident_no) if doubt and doubt.resident_no else None
    called = doubt is not None and doubt.is_open and doubt.due_on is not None
    checks = (
        (LT1, doubt is not None),
        (LT3, doubt is None or called),
        (LT9, doubt is None or held is not None),
    )
    if doubt is None or held is None:
        return _Found(held, checks)
    rows: Rows = ((Said.PERSON, held.record.name.written), (Said.DUE_ON, doubt.due_on))
    return _Found(held, checks, _Says(rows, held.record))


def _answer(act: Act, asked: Asked) -> _Found:
    doubt = doubts.lock(act.tx, int(asked.number))
    held = residents.lock(act.tx, doubt.by_no) if doubt and doubt.by_no else None
    answered = doubt is not None and doubt.source is Source.RESIDENT and not doubt.is_open
    checks = (
        (LT1, doubt is not None),
        (LT3, doubt is None or answered),
        (LT9, not answered or held is not None),
    )
    if doubt is None or held is None or not answered:
        return _Found(held, checks)
    outcome = next(step for step in doubt.steps if step in CLOSING)
    rows: Rows = ((Said.RECEIVED_ON, doubt.received_on), (Said.OUTCOME, outcome))
    return _Found(held, checks, _Says(rows, held.record))


def _period_ends(act: Act, asked: Asked) -> _Found:
    number = int(asked.number)
    applicant = next((one for one in measures.persons(act.tx, number) if one.applicant), None)
    held = residents.lock(act.tx, applicant.resident_no) if applicant else None
    measure = measures.find(act.tx, number)
    present = held is not None and held.present
    phase = support_measures.phase(measure, present=present, on=act.today) if measure else None
    due = present and phase in {Phase.ENDING, Phase.LAPSED}
    checks = ((LT1, measure is not None), (LT4, measure is None or due))
    if measure is None or held is None:
        return _Found(held, checks)
    rows: Rows = (
        (Said.BEGINS_ON, measure.starts_on),
        (Said.ENDS_ON, measure.ends_on),
        (Said.EXTENDED_FROM, support_measures.alert_from(measure, act.today)),
    )
    return _Found(held, checks, _Says(rows, held.record))


def _missing_notice(act: Act, asked: Asked) -> _Found:
    held = residents.lock(act.tx, asked.number)
    rows = departed.without_notice(act.tx, act.today, resident_no=asked.number, most=1) if held else []
    _, left_on, to = next(iter(rows), (None, None, None))
    checks = ((LT1, held is not None), (LT5, held is None or bool(rows)), (LT9, not rows or to is not None))
    if held is None or not rows:
        return _Found(held, checks)
    record = held.record
    says: Rows = (
        *_person(record),
        (Said.OLD_ADDRESS, record.address.full),
        (Said.DESTINATION, record.move_out.shown if record.move_out else None),
        (Said.LEFT_ON, left_on),
    )
    return _Found(held, checks, _Says(says, to=to))


def _card_enquiry(act: Act, asked: Asked) -> _Found:
    held = residents.lock(act.tx, asked.number)
    steps = card_applications.enquiries(act.tx, held.resident_id) if held else []
    last = {one.applied_on: one.step for one in steps}
    waiting = [applied_on for applied_on, step in last.items() if step is EnquiryStep.SENT]
    checks = ((LT1, held is not None), (CT16, held is None or bool(waiting)))
    if held is None or not waiting:
        return _Found(held, checks)
    rows: Rows = ((Said.PERSON, held.record.name.written), (Said.APPLIED_ON, max(waiting)))
    return _Found(held, checks, _Says(rows, held.record))


def _record_sheet(act: Act, asked: Asked) -> _Found:
    held = residents.lock(act.tx, asked.number)
    history = residents.history(act.tx, held.resident_id) if held else []
    wanted = asked.version or (held.history_no if held else 0)
    version = next((one for one in history if one.history_no == wanted), None)
    fits = version is not None and is_ex_officio(version.reason, version.notified_on)
    checks = ((LT1, held is not None), (LT8, held is None or fits))
    if version is None:
        return _Found(held, checks)
    rows: Rows = (
        (Said.PERSON, version.record.name.written),
        (Said.ENTERED_ON, version.recorded_at.astimezone(JAPAN).date()),
        *_changes(history, version),
    )
    return _Found(held, checks, _Says(rows))


def _householder(act: Act, asked: Asked) -> _Found:
    members = residents.lock_household(act.tx, asked.number)
    head = next((one for one in members if one.record.is_householder), None)
    history = residents.history(act.tx, head.resident_id) if head else []
    as_head = list(takewhile(lambda one: one.record.is_householder, reversed(history)))
    began = as_head[-1] if as_head else None
    fits = began is not None and is_ex_officio(began.reason, began.notified_on)
    checks = ((LT1, bool(members)), (LT7, not members or fits))
    if head is None or began is None:
        return _Found(head, checks)
    rows: Rows = ((Said.HOUSEHOLDER, head.record.name.written), (Said.OCCURRED_ON, began.effective_on))
    return _Found(head, checks, _Says(rows, head.record))


def _no_householder(act: Act, asked: Asked) -> _Found:
    """To whoever stands highest among those who are left (specification 4.0.5, 5.2)."""
    members = in_order(act.tx, residents.lock_household(act.tx, asked.number))
    headless = not any(one.record.is_householder for one in members)
    checks = ((LT1, bool(members)), (LT6, not members or headless))
    if not members:
        return _Found(None, checks)
    rows: Rows = ((Said.MEMBERS, "、".join(one.record.name.written for one in members)),)
    return _Found(members[0], checks, _Says(rows, members[0].record))


_PAPERS = Permission.REGISTER_CERTIFICATE_ISSUE

_SOURCES = {
    LetterKind.ACCEPTED: _Source(_PAPERS, _accepted_by),
    LetterKind.EX_OFFICIO: _Source(_PAPERS, _by_telling(Telling.NOTICE, _entered)),
    LetterKind.GUARDIANSHIP: _Source(_PAPERS, _by_telling(guardianship.TOLD, _guardianship), None),
    LetterKind.CALL: _Source(Permission.REGISTER_DOUBT_HANDLE, _call),
    LetterKind.ANSWER: _Source(Permission.REGISTER_DOUBT_HANDLE, _answer),
    LetterKind.PERIOD_ENDS: _Source(Permission.REGISTER_MEASURE_RECORD, _period_ends, None),
    LetterKind.MISSING_NOTICE: _Source(_PAPERS, _missing_notice, None),
    LetterKind.RECORD_SHEET: _Source(Permission.REGISTER_RESIDENT_RECORD, _record_sheet, Process.INQUIRY),
    LetterKind.HOUSEHOLDER: _Source(_PAPERS, _householder),
    LetterKind.NO_HOUSEHOLDER: _Source(_PAPERS, _no_householder),
    LetterKind.CARD_ENQUIRY: _Source(Permission.REGISTER_CARD_RECORD, _card_enquiry),
}
