"""Saying the facts of a record anew (再送信, specification 7.1.1.1): a new statement, for a stated ground and reason.

Owns the notices of a record: identity (M1), move-in (M3), move-out confirmed (M4) and card status (M11). The days are
the record's, never the clerk's. A receiver that has it already changes nothing, or parks it: what is said twice is done
once. What is of no record is asked for or told again where it was made: codes, wrong records, matters of the koseki.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.card import CardEvent
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import reading
from jukinet.law import identity_notices
from jukinet.law.decisions import UNCONNECTED, Decision, Permitted, Refused, Remark, law, policy
from jukinet.messages.bodies import Body, IdentityNotice, MoveIn, MoveInNotice, MoveOutConfirmed
from jukinet.messages.card_bodies import CardStatus
from jukinet.messages.kinds import MessageKind
from jukinet.services import acts, outgoing
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.stay_items import member
from jukinet.store import cards, residents
from jukinet.store.residents import Held, Version

MS15 = law(
    "MS15",
    "Act Arts. 9(1), 30-5(1); Ord. Arts. 13(3), 30-24; Reg. Art. 11",
    "The reason must be one for a record that stands as this one does; a move-in notice is of who moved in from "
    "another municipality, a confirmed move-out of who was recorded there, a card status of who had a card here.",
)
MS16 = policy("MS16", UNCONNECTED, "Both municipalities, or this one, must be connected.")

_RECORDING = Remark(
    "Choice of this network: what is said twice is done once",
    "Where the governor has the record, or the card, what records it is parked there: close it there; correct instead.",
)


class ResendKind(StrEnum):
    """What is said anew."""

    IDENTITY_NOTICE = "identity-notice"
    MOVE_IN_NOTICE = "move-in-notice"
    MOVE_OUT_CONFIRMED = "move-out-confirmed"
    CARD_STATUS = "card-status"


class ResendGround(StrEnum):
    """Why."""

    ASKED = "asked"
    """The receiver asked for it."""
    DIFFERENCE = "difference"
    """A comparison found that the receiver holds something else, or nothing."""
    WRONG_REASON = "wrong-reason"
    """It was told for another reason than the right one."""


@dataclass(frozen=True, slots=True, repr=False)
class ResendFiling(Private):
    """Which record, what, why; ``reason``: of Reg. Art. 11, for an identity notice."""

    resident_no: str
    kind: ResendKind
    ground: ResendGround
    reason: NoticeReason | None


def read_resend(data: object) -> ResendFiling:
    with reading(data) as fields:
        filing = ResendFiling(
            resident_no=fields.take("resident_no", check_number),
            kind=fields.take("kind", member(ResendKind)),
            ground=fields.take("ground", member(ResendGround)),
            reason=fields.optional("reason", member(NoticeReason)),
        )
        if (filing.reason is not None) != (filing.kind is ResendKind.IDENTITY_NOTICE):
            fields.fault("reason", "belongs to an identity notice, and to no other")
        return filing


@dataclass(frozen=True, slots=True)
class Resent:
    """A statement on its way."""

    statement_id: str
    to: NodeId
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Said(Private):
    kind: MessageKind
    to: NodeId
    body: Body


def resend(ctx: Context, claim: OperatorClaim, filing: ResendFiling) -> Resent | Refused:
    """Say the present facts of a record anew."""
    with ctx.begin() as tx:
        permission, event = Permission.NETWORK_STATEMENT_RESEND, AuditEvent.STATEMENT_RESENT
        act = acts.open_act(ctx, tx, claim, permission, event)
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(R1, filing.resident_no)
        said = _said(act, held, filing)
        connected = ctx.is_connected(ctx.node) and (said is None or ctx.is_connected(said.to))
        decision = acts.every(
            act.gate,
            acts.require((MS15, said is not None), (MS16, connected)),
            _lawful(act, said),
        )
        if isinstance(decision, Refused) or said is None:
            return act.refuse(decision if isinstance(decision, Refused) else Refused((MS15,)), held)
        statement_id = outgoing.put(ctx, tx, said.kind, said.to, said.body)
        told = Permitted((*decision.basis, str(filing.ground), *([filing.reason] if filing.reason else [])))
        act.done(told, held, reference=statement_id)
        return Resent(statement_id, said.to, _remarks(said))


_BASIS = {
    MessageKind.MOVE_IN_NOTICE: "Act Art. 9(1)",
    MessageKind.MOVE_OUT_CONFIRMED: "Ord. Art. 13(3)",
    MessageKind.CARD_STATUS: "Ord. Art. 30-24",
}


def _said(act: Act, held: Held, filing: ResendFiling) -> _Said | None:
    match filing.kind:
        case ResendKind.MOVE_IN_NOTICE:
            return _move_in(act, held)
        case ResendKind.MOVE_OUT_CONFIRMED:
            return _confirmed(act, held)
        case ResendKind.CARD_STATUS:
            return _card_status(act, held)
        case ResendKind.IDENTITY_NOTICE:
            return _notice(act, held, filing.reason) if filing.reason else None


def _remarks(said: _Said) -> tuple[Remark, ...]:
    body = said.body
    recording = isinstance(body, IdentityNotice) and body.change.kind is ChangeKind.RECORDING
    issued = isinstance(body, CardStatus) and body.event is CardEvent.ISSUED
    return (_RECORDING,) if recording or issued else ()


def _lawful(act: Act, said: _Said | None) -> Decision:
    if said is None or not isinstance(said.body, IdentityNotice):
        return Permitted((_BASIS[said.kind],) if said else ())
    return identity_notices.check(said.body.change, said.body.facts, on=act.today)


def _notice(act: Act, held: Held, reason: NoticeReason) -> _Said | None:
    """M1, if the reason fits a record that stands as this one does."""
    kind = next(one for one in ChangeKind if reason in identity_notices.reasons_of(one))
    fitting = {ChangeKind.RECORDING, ChangeKind.CORRECTION} if held.present else {ChangeKind.DELETION}
    occurred_on = _occurred_on(act, held, kind, reason)
    if kind not in fitting or occurred_on is None:
        return None
    foreign = held.record.kind is RecordKind.FOREIGN
    change = ChangeInformation(kind, reason, occurred_on, foreign)
    notice = IdentityNotice(held.record.identity_facts(), change)
    return _Said(MessageKind.IDENTITY_NOTICE, act.ctx.governor, notice)


def _occurred_on(act: Act, held: Held, kind: ChangeKind, reason: NoticeReason) -> date | None:
    match kind:
        case ChangeKind.RECORDING:
            return residents.begins_on(act.tx, held)
        case ChangeKind.DELETION:
            plan = held.record.move_out
            if reason is NoticeReason.MOVE_OUT:
                return plan.planned_on if plan else None
            return _deleted_on(act, held)
        case _:
            return held.record.address_since if reason is NoticeReason.MOVE_WITHIN else act.today


def _deleted_on(act: Act, held: Held) -> date:
    """The day from which the record is deleted: the first of the versions since somebody was present last."""
    versions: list[Version] = residents.history(act.tx, held.resident_id)
    last_present = max((place for place, one in enumerate(versions) if one.present), default=-1)
    return versions[min(last_present + 1, len(versions) - 1)].effective_on


def _move_in(act: Act, held: Held) -> _Said | None:
    """M3, of who moved in here from another municipality and is here still."""
    first = residents.history(act.tx, held.resident_id)[0]
    previous = _previous(first)
    if previous is None or previous == act.ctx.municipality or not held.present:
        return None
    record = held.record
    body = MoveInNotice(
        code=record.code,
        name=record.name.text,
        birth_date=record.birth_date,
        sex=record.sex,
        new_address=first.record.address,
        moved_on=residents.begins_on(act.tx, held),
    )
    return _Said(MessageKind.MOVE_IN_NOTICE, previous.node_id, body)


def _confirmed(act: Act, held: Held) -> _Said | None:
    """M4, of who left and whom another municipality reported as recorded there."""
    record, move = held.record, held.record.confirmed_move
    if held.present or record.code is None or move is None or move.address.municipality is None:
        return None
    there = Address(move.address.municipality, move.address.text)
    body = MoveOutConfirmed(record.code, record.name.text, MoveIn(there, move.moved_on))
    return _Said(MessageKind.MOVE_OUT_CONFIRMED, act.ctx.governor, body)


def _card_status(act: Act, held: Held) -> _Said | None:
    """M11, of what happened last to the last card of which the governor is told; with the code that this card bears."""
    last = cards.last_event(act.tx, held.resident_id, [event for event in CardEvent if event.notified])
    if last is None:
        return None
    versions = residents.history(act.tx, held.resident_id)
    code = next((one.record.code for one in versions if one.history_no == last.shows), None)
    if code is None:
        return None
    body = CardStatus(last.number, code, last.event, last.happened_on)
    return _Said(MessageKind.CARD_STATUS, act.ctx.governor, body)


def _previous(first: Version) -> MunicipalityCode | None:
    place = first.record.last_registered_address or first.record.previous_address
    return place.municipality if place else None
