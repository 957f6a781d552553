"""Duplicates that a person must look into: two records of one person, or two persons under one code.

The report decides nothing: namesakes born on one day exist, and who moves stands in two registers for a while. It
names records by number (at a store, municipalities by theirs); names, or codes, only where they are asked for.

What is looked for. In a register: records under one code that differ in birth date or sex (two present ones cannot be,
the database forbids it; deleted ones may), and present records alike in name, birth date and sex. At a governor's store
and the centre's: codes with live records of two municipalities, as ``jukinet.law.present_place`` keeps them (Act Art.
30-11(5)). What is wrong is put right by acts on a record: a code is corrected (Ord. 30-4), a record deleted (12(3)).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Process
from jukinet.services import acts, trail, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import duplicates as store
from jukinet.store import residents
from jukinet.store.residents import Held

MOST = 200
"""Groups in one report."""


class DuplicateKind(StrEnum):
    """Why records stand together in a group."""

    ONE_CODE = "one-code"
    """One code, and two birth dates or sexes"""
    ONE_PERSON = "one-person"
    """One name, birth date and sex, and two present records"""


@dataclass(frozen=True, slots=True, repr=False)
class Doubtful(Private):
    """One record of a group. ``name``: where it was asked for and no hold on inquiries keeps it back."""

    resident_no: str
    present: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Records of a register that a person should compare."""

    kind: DuplicateKind
    records: tuple[Doubtful, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Groups of a register, at most ``MOST`` of a kind; ``more``: there are others."""

    groups: tuple[Group, ...]
    more: bool


def report(ctx: Context, claim: OperatorClaim, *, names: bool = False) -> Report | Refused:
    """The groups of this register; one entry for the report, and one for each record in it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DUPLICATE_READ, AuditEvent.DUPLICATES_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = [
            *((DuplicateKind.ONE_CODE, ids) for ids in store.of_one_code(tx, MOST + 1)),
            *((DuplicateKind.ONE_PERSON, ids) for ids in store.of_one_person(tx, MOST + 1)),
        ]
        shown = [one for kind in DuplicateKind for one in [two for two in found if two[0] is kind][:MOST]]
        people = {
            held.resident_id: held
            for held in residents.seen(tx, sorted({i for _, ids in shown for i in ids}))
        }
        reference = ctx.randomness.token()
        act.done(act.gate, reference=reference)
        for held in people.values():
            act.done(act.gate, held, reference=reference)
        told = _told(act, people.values(), names=names)
        groups = tuple(Group(kind, tuple(told[one] for one in ids)) for kind, ids in shown)
        return Report(groups, more=len(shown) < len(found))


def _told(act: Act, people: Iterable[Held], *, names: bool) -> dict[int, Doubtful]:
    held = list(people)
    holds = withholding.on_all(act.tx, held) if names else {}
    told = {}
    for one in held:
        free = isinstance(
            withholding.decide(act.tx, holds.get(one.resident_id, []), Process.INQUIRY), Permitted
        )
        name = one.record.name.written if names and free else None
        told[one.resident_id] = Doubtful(one.resident_no, one.present, name)
    return told


@dataclass(frozen=True, slots=True)
class Place:
    """A live record of a code at a store."""

    municipality: MunicipalityCode
    event_on: date


@dataclass(frozen=True, slots=True, repr=False)
class Conflict(Private):
    """A code with live records of several municipalities, by the days of their events.

    ``undetermined_from``: the day from which nobody is told a place any more; until then it may be a move under way.
    ``differ``: the records are not of one birth date and sex. ``code``: only where it was asked for.
    """

    places: tuple[Place, ...]
    undetermined_from: date
    undetermined: bool
    differ: bool
    code: ResidentRecordCode | None = None


@dataclass(frozen=True, slots=True)
class StoreReport:
    """Conflicts of an identity store, the oldest first, at most ``MOST``; ``more``: there are others."""

    conflicts: tuple[Conflict, ...]
    more: bool


def report_of_store(ctx: Context, claim: OperatorClaim, *, codes: bool = False) -> StoreReport | Refused:
    """The codes with two live records here; one entry for the report, and one for each code in it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_DUPLICATE_READ, AuditEvent.DUPLICATES_LISTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = store.doubtful(tx, MOST + 1)
        reference = ctx.randomness.token()
        act.done(act.gate, reference=reference)
        for code, _, _ in found[:MOST]:
            _note(act, act.gate, code, reference)
        conflicts = tuple(
            Conflict(
                places=tuple(Place(one.municipality, one.event_on) for one in places),
                undetermined_from=since,
                undetermined=since <= act.today,
                differ=len({one.facts for one in places}) > 1,
                code=code if codes else None,
            )
            for code, since, places in found[:MOST]
        )
        return StoreReport(conflicts, more=len(found) > MOST)


def _note(act: Act, gate: Permitted, code: ResidentRecordCode, reference: str) -> None:
    trail.note(
        act.ctx,
        act.tx,
        act.event,
        Outcome.DONE,
        act.claim.actor,
        terminal=act.claim.terminal,
        code=code,
        reference=reference,
        rules=trail.rules_of(gate),
    )
