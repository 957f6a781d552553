"""Looking at the register. Every look is an audit entry of the person looked at."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from jukinet.audit.events import AuditEvent
from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.hiding import Hideable, without
from jukinet.domain.items import ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.card_lapse import CardState, Lapse, standing
from jukinet.law.decisions import Permitted, Refused, law, policy
from jukinet.law.holds import Hold, Process
from jukinet.law.support_measures import Phase, phase
from jukinet.services import acts, household_order, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.services.places import NO_POSTCODES, Postcodes, postcodes_of
from jukinet.services.tags import Tag
from jukinet.store import additions, card_applications, cards, guardianships, measures, notifiers, residents
from jukinet.store.card_applications import Application
from jukinet.store.card_applications import CardEnquiry as CardEnquiry  # noqa: PLC0414  (offered here too)
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.residents import Version as Version  # noqa: PLC0414  (offered here too)

R1 = law("R1", "Act Art. 5", "Nobody with this number or code is recorded here.")
R2 = policy(
    "R2",
    "Choice of this network: what was known when",
    "What will be known on that day is not known yet. Name today in Japan, or an earlier day.",
)


@dataclass(frozen=True, slots=True)
class SupportMark:
    """That a support measure stands, and where it is in its course; nothing of what it says."""

    measure_id: int
    phase: Phase
    ends_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class ShownCard(Private):
    """A card of a resident as it stands on the office's day: also lapsed where only a day went by."""

    number: CardNumber
    issued_on: date
    form: CardForm | None
    expires_on: date
    state: CardState
    lost_on: date | None
    lapse: Lapse | None
    lapsed_on: date | None
    returned_on: date | None
    application: Application | None
    """On which it was handed over here; None of a card that was taken over."""


@dataclass(frozen=True, slots=True, repr=False)
class Found(Private):
    """A resident as recorded now, with every version, and the tag of this state.

    ``holds`` and ``support`` tell whoever may see the record what stands on it, never why: reasons and contents are
    for those with the permissions of ``jukinet.services.holds`` and ``measures``.
    """

    resident_no: str
    present: bool
    record: ResidentRecord
    versions: tuple[Version, ...]
    tag: Tag
    holds: tuple[Hold, ...] = ()
    support: tuple[SupportMark, ...] = ()
    cards: tuple[ShownCard, ...] = ()
    card_enquiries: tuple[CardEnquiry, ...] = ()
    postcodes: Postcodes = NO_POSTCODES
    guardianship_since: date | None = None
    hidden: tuple[Hideable, ...] = ()


def _lock(tx: Transaction, key: str | ResidentRecordCode) -> Held | None:
    return residents.lock(tx, key) if isinstance(key, str) else residents.lock_by_code(tx, key)


def _named(key: str | ResidentRecordCode) -> Subject:
    return Subject(resident_no=key) if isinstance(key, str) else Subject(code=key)


def read_resident(ctx: Context, claim: OperatorClaim, key: str | ResidentRecordCode) -> Found | Refused:
    """A resident by number or by code, with the history. A hold on inquiries may keep the record back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = _lock(tx, key)
        holds = withholding.on(tx, held) if held else []
        allowed = withholding.decide(tx, holds, Process.INQUIRY)
        decision = acts.every(act.gate, acts.require((R1, held is not None)), allowed)
        if held is None or isinstance(decision, Refused):
            return act.refuse(
                decision if isinstance(decision, Refused) else Refused((R1,)), held or _named(key)
            )
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        act.done(decision, held)
        hidden = hidden_from(tx, claim)
        support = _support(tx, held, act.today) if holds else ()
        return Found(
            held.resident_no,
            held.present,
            without(held.record, hidden),
            tuple(_hiding(version, hidden) for version in _versions(tx, held)),
            _tag(act, held),
            tuple(holds),
            support,
            _cards(act, held),
            tuple(card_applications.enquiries(tx, held.resident_id)),
            postcodes_of(tx, held.record, act.today),
            guardianships.since(tx, held),
            hidden,
        )


@dataclass(frozen=True, slots=True, repr=False)
class KnownThen(Private):
    """What the office knew of a resident: about the day ``about``, at the end of the day ``known`` in Japan.

    ``version`` is None where nothing was recorded by then that reached back to that day.
    """

    resident_no: str
    about: date
    known: date
    version: Version | None
    hidden: tuple[Hideable, ...] = ()


def days_of(ctx: Context, about: date | None, known: date | None) -> tuple[date, date]:
    """The two days of ``read_as_known``: where one is not named, the office's today, and the real one in Japan."""
    if about is None:
        with ctx.begin() as tx:
            about = ctx.business_date(tx)
    return about, known or ctx.now().astimezone(JAPAN).date()


def read_as_known(
    ctx: Context, claim: OperatorClaim, key: str | ResidentRecordCode, about: date, known: date
) -> KnownThen | Refused:
    """A resident as the office knew them on one day about another. Holds on inquiries keep it back (V1, V2).

    ``known`` is a day of the real calendar in Japan, which says when a version was recorded, whatever day the office
    is pinned to: all that was recorded before its midnight counts. A record of before a rewriting that was erased
    (Ord. 34(1)) is not known any more.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = _lock(tx, key)
        holds = withholding.on(tx, held) if held else []
        decision = acts.every(
            act.gate,
            acts.require((R1, held is not None), (R2, known <= ctx.now().astimezone(JAPAN).date())),
            withholding.decide(tx, holds, Process.INQUIRY),
        )
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((R1,))
            return act.refuse(refused, held or _named(key))
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        asked = f"as known on {known.isoformat()} about {about.isoformat()}"
        act.done(Permitted((*decision.basis, asked)), held)
        last_moment = datetime.combine(known, time.max, JAPAN)  # in microseconds, as the database has them
        version = residents.version_as_known(tx, held.resident_id, on=about, known_at=last_moment)
        hidden = hidden_from(tx, claim)
        if version is not None:
            (version,) = _with_notified(tx, held, (_hiding(version, hidden),))
        return KnownThen(held.resident_no, about, known, version, hidden)


@dataclass(frozen=True, slots=True, repr=False)
class HouseholdFound(Private):
    """A household: members in the order of a copy, then those deleted from it, the last first (specification 3.3).

    ``ways``: how each of the deleted was deleted, and from which day.
    """

    household_no: str
    members: tuple[Found, ...]
    deleted: tuple[Found, ...]
    ways: tuple[tuple[RegisterReason, date], ...]


def read_household(ctx: Context, claim: OperatorClaim, household_no: str) -> HouseholdFound | Refused:
    """A household with its deleted members, without their histories; one entry for each who is shown.

    A hold on inquiries of anybody in it keeps the whole back (V1, V2): a list without them would say who is missing.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        everybody = residents.lock_household_ever(tx, household_no)
        holds = withholding.on_all(tx, everybody)
        decision = acts.every(
            act.gate,
            acts.require((R1, bool(everybody))),
            *(withholding.decide(tx, found, Process.INQUIRY) for found in holds.values()),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *everybody)
        shown = {held.resident_no: _shown(act, decision, held, holds) for held in everybody}
        present = [held for held in everybody if held.present]
        ordered = household_order.in_order(tx, present)
        gone = [held for held in reversed(everybody) if not held.present]
        return HouseholdFound(
            household_no,
            tuple(shown[one.resident_no] for one in ordered),
            tuple(shown[held.resident_no] for held in gone),
            tuple(_way(tx, held) for held in gone),
        )


def _way(tx: Transaction, gone: Held) -> tuple[RegisterReason, date]:
    """How and from which day somebody was deleted: the first version in force after which none is present."""
    newest = {(one.effective_on, one.effective_seq): one for one in residents.history(tx, gone.resident_id)}
    in_force = [newest[place] for place in sorted(newest, reverse=True)]
    *_, way = itertools.takewhile(lambda one: not one.present, in_force)
    return way.reason, way.effective_on


def _shown(act: Act, decision: Permitted, held: Held, holds: Mapping[int, list[Hold]]) -> Found:
    on = holds.get(held.resident_id, [])
    withholding.use_lifts(act.tx, on, Process.INQUIRY)
    act.done(decision, held)
    support = _support(act.tx, held, act.today) if on else ()
    hidden = hidden_from(act.tx, act.claim)
    record = without(held.record, hidden)
    return Found(
        held.resident_no, held.present, record, (), _tag(act, held), tuple(on), support, hidden=hidden
    )


def _hiding(version: Version, hidden: tuple[Hideable, ...]) -> Version:
    return replace(version, record=without(version.record, hidden))


def _versions(tx: Transaction, held: Held) -> tuple[Version, ...]:
    return _with_notified(tx, held, residents.history(tx, held.resident_id))


def _with_notified(tx: Transaction, held: Held, versions: Iterable[Version]) -> tuple[Version, ...]:
    """With who brought the notification of each, and what was added to it."""
    brought = notifiers.by_history_no(tx, held.resident_id)
    added = additions.by_history_no(tx, held.resident_id)
    return tuple(
        replace(version, notifier=brought.get(version.history_no), additions=added.get(version.history_no))
        for version in versions
    )


def _support(tx: Transaction, held: Held, on: date) -> tuple[SupportMark, ...]:
    """The measures that stand: each has set a hold, so that who has no hold has no measure."""
    return tuple(
        SupportMark(
            one.measure.measure_id, phase(one.measure, present=one.present, on=on), one.measure.ends_on
        )
        for one in measures.of_resident(tx, held.resident_id)
        if one.measure.stands
    )


def _cards(act: Act, held: Held) -> tuple[ShownCard, ...]:
    shown = []
    applied = card_applications.of_resident(act.tx, held.resident_id)
    for card in cards.of_resident(act.tx, held.resident_id):
        facts = standing(card.facts, act.today)
        shown.append(
            ShownCard(
                card.number,
                card.issued_on,
                card.form,
                facts.expires_on,
                facts.state,
                facts.lost_on,
                facts.lapse,
                facts.lapsed_on,
                facts.returned_on,
                applied.get(card.number),
            )
        )
    return tuple(shown)


def _tag(act: Act, held: Held) -> Tag:
    return Tag(act.ctx.incarnation, held.resident_id, held.history_no)
