"""Browsing of a part of the register (Act Arts. 11, 11-2): granting it, showing a town area, and what follows.

The part is made anew each time, of one town area, as the register stands (Ord. 14): name with a nickname, date of
birth, sex and address of those who are recorded, and nothing else. Where somebody is held back from copies or from
being looked at, by whatever kind of hold and so under every support measure, a list is refused (PO3), until who is
held back is left out or was lifted for this one; nothing in a list says that anybody is missing (specification 3.4,
9.5). A showing is one audit entry, which names nobody: with the
area and how many were shown.

Who may browse is in ``jukinet.law.browsing``; the sheets are set by whoever calls, no transaction open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.dates import PartialDate
from jukinet.domain.gazetteer import TownArea
from jukinet.domain.listing import Conditions, house_of, lot
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private, Sex
from jukinet.law import browsing as law
from jukinet.law.browsing import BW13, BW18, Activity, Step, ViewerPaper
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts, batch_settings, withholding
from jukinet.services.acts import Act
from jukinet.services.batch_settings import Batch
from jukinet.services.browsing_filings import (
    ApplicationFiling,
    ListFiling,
    RequestFiling,
    StepFiling,
    read_application,
    read_request,
    written,
)
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import browsing as store
from jukinet.store import copies, gazetteer, residents
from jukinet.store.browsing import Browsing, Candidate, Stamp
from jukinet.store.browsing import Listed as Listed  # noqa: PLC0414  (offered here too)
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Granted:
    """The number under which a request or an application is kept."""

    browsing: int


@dataclass(frozen=True, slots=True, repr=False)
class ListedPerson(Private):
    """What a list shows of somebody; nothing else may ever stand here (Act Art. 11(1); Ord. 30-26(7))."""

    name: str
    nickname: str | None
    birth_date: PartialDate
    sex: Sex
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class AreaList(Private):
    """The part of the register about town areas, in the order of addresses or by lot (``seed``).

    ``browsing``: under which number it is shown; None of the office's own list. ``area``: None of the whole town.
    """

    browsing: int | None
    area: str | None
    made_on: date
    persons: tuple[ListedPerson, ...]
    seed: str | None = None
    issue_no: str = ""
    terminal: str | None = None


CanPrint = Callable[[AreaList], bool]
"""Whether the fonts have what a list needs; sets nothing."""


def grant(ctx: Context, claim: OperatorClaim, filing: RequestFiling | ApplicationFiling) -> Granted | Refused:
    """Keep a request or an application that is granted (BW1 to BW9), or refuse it with every reason."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_RECORD, AuditEvent.BROWSING_GRANTED)
        public = isinstance(filing, RequestFiling)
        decision = acts.every(
            act.gate,
            law.decide_request(filing.facts)
            if isinstance(filing, RequestFiling)
            else law.decide_application(filing.facts),
            acts.require((BW18, all(town_area(act, area) for area in filing.wanted.areas))),
            acts.decide_applied(act, filing.received_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        number = store.add(
            tx,
            public_body=public,
            details=written(filing),
            received_on=filing.received_on,
            stamp=_stamp(act),
        )
        act.done(decision, reference=str(number))
        return Granted(number)


def _stamp(act: Act) -> Stamp:
    return Stamp(act.today, act.ctx.now(), act.claim.operator_id, act.claim.terminal)


def town_area(act: Act, name: str) -> TownArea | None:
    """The town area of this name in the gazetteer of today; None where there is none, or no gazetteer."""
    key = address_key(name)
    begun = gazetteer.beginning(act.tx, key) or []
    return next((area for area in begun if area.key == key and area.holds(act.today)), None)


def filing_of(found: Browsing) -> RequestFiling | ApplicationFiling:
    """A request or an application as it was granted."""
    plain = json.loads(found.details)
    if found.public_body:
        return read_request(plain)
    # What was granted before it was asked for says by the client that there was a commission.
    plain.setdefault("commissioned", plain.get("client") is not None)
    return read_application(plain)


def show(
    ctx: Context,
    claim: OperatorClaim,
    browsing: int,
    area: str,
    viewer: int,
    paper: ViewerPaper,
    can_print: CanPrint,
    *,
    by_lot: bool = False,
    with_answer: bool = False,
    leave_out: bool = False,
) -> AreaList | Refused:
    """Make the list of a town area for one of those who were named (by place, from 1), who showed a paper.

    ``with_answer``: another paper with the answer to a letter; ``leave_out``: without those who are held back.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_SHOW, AuditEvent.BROWSING_SHOWN)
        found = None if isinstance(act.gate, Refused) else store.lock(tx, browsing)
        decision = acts.every(act.gate, acts.require((BW13, found is not None)))
        if found is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((BW13,))
            return act.refuse(refused, reference=str(browsing))
        filing, town = filing_of(found), town_area(act, area)
        wanted = {address_key(one) for one in filing.wanted.areas}
        allowed = acts.every(
            decision,
            law.decide_showing(
                public=found.public_body,
                paper=paper,
                named=1 <= viewer <= len(filing.viewers),
                asked_for=address_key(area) in wanted,
                ordered=Step.ORDERED in found.steps,
                answered=f"{Step.ANSWERED} {viewer}" in found.steps,
                with_answer=with_answer,
            ),
            acts.require((BW18, town is not None)),
        )
        if town is None or isinstance(allowed, Refused):
            refused = allowed if isinstance(allowed, Refused) else Refused((BW18,))
            return act.refuse(refused, reference=str(browsing))
        seed = ctx.randomness.token() if by_lot else None
        meant = meant_by(tx, [town], filing.wanted.conditions)
        weighed = withholding.weigh_list(tx, meant, browsing=browsing, leave_out=leave_out)
        allowed = acts.every(allowed, weighed.decision)
        if isinstance(allowed, Refused):
            return act.refuse(allowed, reference=str(browsing))
        persons = _persons(tx, meant, weighed.off, seed)
        number = copies.next_number(tx, act.today)
        made = AreaList(browsing, town.name, act.today, persons, seed, number, claim.terminal)
        if not can_print(made):
            return act.refuse(Refused((CD24,)), reference=str(browsing))
        step = {"area": town.name, "viewer": viewer, "paper": paper, "persons": len(made.persons)}
        step["issue_no"] = number
        store.add_step(tx, browsing, SHOWN, json.dumps(step, ensure_ascii=False), act.today, _stamp(act))
        withholding.use_list_lifts(tx, weighed)
        said = (f"area {town.name}", f"viewer {viewer}", f"paper {paper}", *_said(made))
        act.done(Permitted((*allowed.basis, *said), allowed.remarks), reference=str(browsing))
        return made


def note_pages(ctx: Context, made: AreaList, pages: int) -> None:
    """The list is in its file: how many pages it has is kept for the history of papers (specification 1.3.8)."""
    with ctx.begin() as tx:
        store.note_pages(tx, made.issue_no, pages)


def prepare(
    ctx: Context, claim: OperatorClaim, filing: ListFiling, can_print: CanPrint
) -> AreaList | Refused:
    """The office's own list of what is open to browsing: of areas or of everybody (specification 9.5).

    From it the office makes the parts that it shows; nobody is shown it whole, so no hold is lifted for it. One
    entry, which names nobody.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_SHOW, AuditEvent.BROWSING_PREPARED)
        areas = filing.whom.areas
        towns = [town for name in areas if (town := town_area(act, name)) is not None]
        decision = acts.every(act.gate, acts.require((BW18, len(towns) == len(areas))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        meant = meant_by(tx, towns, filing.whom.conditions)
        weighed = withholding.weigh_list(tx, meant, browsing=None, leave_out=filing.leave_out)
        decision = acts.every(decision, weighed.decision)
        if isinstance(decision, Refused):
            return act.refuse(decision)
        seed = (filing.seed or ctx.randomness.token()) if filing.by_lot else None
        named = "、".join(town.name for town in towns) or None
        made = AreaList(None, named, act.today, _persons(tx, meant, weighed.off, seed), seed)
        if not can_print(made):
            return act.refuse(Refused((CD24,)))
        of = (f"area {named}" if named else "of everybody", *filing.whom.conditions.texts)
        batch_settings.keep(act, Batch.BROWSING_LIST, filing.given)
        act.done(Permitted((*decision.basis, *of, *_said(made))))
        return made


def _said(made: AreaList) -> tuple[str, ...]:
    """What the log says of a list: how many, and by which lot they stand in an order."""
    by_lot = (f"by lot {made.seed}",) if made.seed else ()
    return (f"persons {len(made.persons)}", *by_lot)


def candidates(tx: Transaction, areas: Sequence[TownArea], conditions: Conditions) -> list[Candidate]:
    """Who may stand in a list of these areas (of none: of the whole town) that the office makes for itself.

    Whoever is held back is left out; holds are read after the records, so that one set meanwhile counts.
    """
    meant = meant_by(tx, areas, conditions)
    back = withholding.keeps_off_lists(tx, meant)
    return [one for resident_id, one in meant.items() if resident_id not in back]


def meant_by(tx: Transaction, areas: Sequence[TownArea], conditions: Conditions) -> dict[int, Candidate]:
    """Who lives there and meets the conditions, whoever is held back among them."""
    living = {one.resident_id: one for area in areas or (None,) for one in store.living_in(tx, area)}
    return {
        resident_id: one
        for resident_id, one in living.items()
        if conditions.meet(one.birth_date, one.sex, one.kind)
    }


def _persons(
    tx: Transaction, meant: Iterable[int], off: frozenset[int], seed: str | None
) -> tuple[ListedPerson, ...]:
    """By address, building and name, or by lot: neither household nor age orders a list, so it tells of neither."""
    shown = residents.seen(tx, [resident_id for resident_id in meant if resident_id not in off])

    def place(held: Held) -> tuple[object, ...]:
        if seed is not None:
            return (lot(held.resident_no, seed),)
        address = held.record.address
        return (house_of(address_key(address.text), address.building), held.record.name.written)

    return tuple(_listed(held) for held in sorted(shown, key=place))


def _listed(held: Held) -> ListedPerson:
    record, nickname = held.record, held.record.nickname
    return ListedPerson(
        name=record.name.written,
        nickname=nickname.text if nickname and nickname.deleted_on is None else None,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address.full,
    )


def take_step(ctx: Context, claim: OperatorClaim, filing: StepFiling) -> Permitted | Refused:
    """Keep what the mayor did about an application: a recommendation, an order, a report (11-2(8) to (11))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_RECORD, AuditEvent.BROWSING_NOTED)
        found = None if isinstance(act.gate, Refused) else store.lock(tx, filing.browsing)
        reference = str(filing.browsing)
        decision = acts.every(act.gate, acts.require((BW13, found is not None)))
        if found is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((BW13,))
            return act.refuse(refused, reference=reference)
        allowed = acts.every(
            decision,
            _decide_step(found, filing),
            acts.decide_applied(act, filing.done_on),
        )
        if isinstance(allowed, Refused):
            return act.refuse(allowed, reference=reference)
        text = json.dumps(_details(filing), ensure_ascii=False)
        store.add_step(tx, filing.browsing, filing.step, text, filing.done_on or act.today, _stamp(act))
        act.done(Permitted((*allowed.basis, filing.step)), reference=reference)
        return allowed


def _decide_step(found: Browsing, filing: StepFiling) -> Decision:
    if filing.step in law.ENQUIRIES:
        about = [step for step in found.steps if step.endswith(f" {filing.viewer}")]
        return law.decide_enquiry(
            filing.step,
            public=found.public_body,
            named=1 <= (filing.viewer or 0) <= len(filing_of(found).viewers),
            waiting=about[-1:] == [f"{Step.ENQUIRED} {filing.viewer}"],
        )
    return law.decide_step(
        filing.step,
        public=found.public_body,
        breach=filing.breach,
        recommended=Step.RECOMMENDED in found.steps,
        urgent=filing.urgent,
    )


def _details(filing: StepFiling) -> dict[str, object]:
    if filing.step in law.ENQUIRIES:
        return {"viewer": filing.viewer, "way": filing.way}
    return {"breach": filing.breach, "urgent": filing.urgent, "text": filing.text}


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """A request or an application that was granted, and its steps so far."""

    browsing: int
    filing: RequestFiling | ApplicationFiling
    steps: tuple[str, ...]
    lists: tuple[Listed, ...] = ()


def list_browsings(ctx: Context, claim: OperatorClaim) -> tuple[Kept, ...] | Refused:
    """Everything that was granted and is kept, the oldest first."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_READ, AuditEvent.BROWSINGS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        lists = store.lists(tx)
        return tuple(
            Kept(one.browsing_id, filing_of(one), one.steps, tuple(lists.get(one.browsing_id, ())))
            for one in store.every(tx)
        )


@dataclass(frozen=True, slots=True, repr=False)
class Published(Private):
    """One showing, as the state of browsing is made public (Copies Ordinance 3)."""

    on: date
    public_body: bool
    who: str
    purpose: str
    residents: str
    """Which residents were shown: the area, and the conditions that they met."""


def publish(ctx: Context, claim: OperatorClaim, year: int) -> tuple[Published, ...] | Refused:
    """The state of browsing in a year, as it is made public at least once a year (Act Arts. 11(3), 11-2(12)).

    Without investigations, and without those who confirmed where somebody lives.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_BROWSING_READ, AuditEvent.BROWSING_PUBLISHED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(year))
        showings = store.shown(tx, date(year, 1, 1), date(year, 12, 31))
        rows = []
        for one in showings:
            filing = filing_of(one.browsing)
            told = _published(filing)
            if told is not None:
                which = ", ".join((one.area, *filing.wanted.conditions.texts))
                rows.append(Published(one.on, one.browsing.public_body, *told, which))
        act.done(Permitted(("Act Art. 11(3)", "Act Art. 11-2(12)", f"rows {len(rows)}")), reference=str(year))
        return tuple(rows)


def _published(filing: RequestFiling | ApplicationFiling) -> tuple[str, str] | None:
    """Who browsed and for what, in the words of the filing; None where it is not made public."""
    if isinstance(filing, RequestFiling):
        return (filing.body, filing.purpose) if filing.purpose and not filing.investigation else None
    if filing.activity is Activity.RESIDENCE:
        return None
    applicant = filing.applicant
    who = f"{applicant.name}　{applicant.representative}" if applicant.representative else applicant.name
    return who, filing.purpose
