"""Addressees (宛名) for the town's own systems: everybody, then whoever changed (specification 3.2, 7.2.1, 7.2.3).

Owns what a system is told: who somebody is, where they live, and what holds stand, without code, koseki and stay. A
system asks from its cursor as often as it likes; it gets each resident once, as they stand now. Not told: that a record
was erased after its term. Which systems may ask the door knows; that the operator may is asked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private, Sex
from jukinet.domain.reading import reading
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Hold
from jukinet.services import acts, places, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.tags import Tag
from jukinet.store import audit_log, measures, residents
from jukinet.store import feed as store
from jukinet.store.residents import Held

PAGE = 100
_CURSOR = re.compile(r"([1-9a-f][0-9a-f]{0,7})-([0-9a-f]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a system has read. A restore of the database makes every earlier one stale (``incarnation``)."""

    incarnation: int
    change_no: int

    @classmethod
    def parse(cls, text: str) -> Cursor:
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise ValueError("must be what an earlier answer gave as next")
        return cls(*(int(part, 16) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.incarnation:x}-{self.change_no:x}"


@dataclass(frozen=True, slots=True, repr=False)
class Addressee(Private):
    """A resident as other systems of the town know them. ``supported``: a support measure stands."""

    resident_no: str
    etag: str
    present: bool
    household_number: str
    relationship: str
    name: str
    kana: str | None
    latin: str | None
    nickname: str | None
    birth_date: PartialDate
    sex: Sex
    address: Address
    address_since: date
    address_since_stated: PartialDate | None
    postcode: str | None
    holds: tuple[Hold, ...]
    supported: bool


@dataclass(frozen=True, slots=True, repr=False)
class FeedPage(Private):
    """Residents in the order in which they last changed. ``next``: from where to ask on, now if ``more``."""

    addressees: tuple[Addressee, ...]
    next: str
    more: bool


def read_cursor(data: object) -> Cursor | None:
    """Where to go on; no ``after``: from the beginning, with everybody."""
    with reading(data) as fields:
        return fields.optional("after", Cursor.parse)


def changes(ctx: Context, claim: OperatorClaim, after: Cursor | None) -> FeedPage | Refused:
    """A page of those who changed after a cursor. One entry for each who is told of.

    Raises CONFLICT where the register was put back to an earlier state since: the system begins anew.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_FEED_READ, AuditEvent.FEED_TOLD)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        if after is not None and after.incarnation != ctx.incarnation:
            raise JukinetError(
                ErrorKind.CONFLICT, "The register was put back to an earlier state. Begin without a cursor."
            )
        changed = store.page(tx, after.change_no if after else 0, PAGE + 1)
        shown = changed[:PAGE]
        held = {one.resident_id: one for one in residents.look(tx, [one for _, one in shown])}
        told = [held[resident_id] for _, resident_id in shown if resident_id in held]
        holds = withholding.on_all(tx, told)
        page = tuple(_addressee(act, one, holds.get(one.resident_id, [])) for one in told)
        last = shown[-1][0] if shown else (after.change_no if after else 0)
        _note(act, act.gate, told)
        return FeedPage(page, str(Cursor(ctx.incarnation, last)), len(changed) > PAGE)


def _addressee(act: Act, held: Held, holds: list[Hold]) -> Addressee:
    record = held.record
    support = measures.of_resident(act.tx, held.resident_id) if holds else []
    return Addressee(
        resident_no=held.resident_no,
        etag=str(Tag(act.ctx.incarnation, held.resident_id, held.history_no)),
        present=held.present,
        household_number=record.household_number,
        relationship=record.relationship,
        name=record.name.text,
        kana=record.name.kana,
        latin=record.name.latin,
        nickname=record.nickname.text if record.nickname else None,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        address_since=record.address_since or record.recorded_since,
        address_since_stated=record.stated.address_since,
        postcode=places.postcodes_of(act.tx, record, act.today).address,
        holds=tuple(holds),
        supported=any(one.measure.stands for one in support),
    )


def _note(act: Act, gate: Permitted, told: list[Held]) -> None:
    if not told:
        act.nobody(gate)
        return
    reference = act.ctx.randomness.token()
    entries = (
        AuditEntry(
            at=act.ctx.now(),
            business_on=act.today,
            event=act.event,
            outcome=Outcome.DONE,
            actor=act.claim.actor,
            terminal=act.claim.terminal,
            subject_code=one.record.code,
            resident_no=one.resident_no,
            reference=reference,
            rules=gate.basis,
        )
        for one in told
    )
    audit_log.append(act.tx, *entries)
