"""Telling other mayors about the koseki, and what they tell: M9 and its return (Act Art. 19(1), (2)), M10 (Art. 9(2)).

M9 goes with each act that calls for it (``jukinet.services.domiciles``); a clerk may tell the same again, naming the
municipality. A notice that fits a supplementary register is written into it as it comes; everything else is kept until
a clerk has seen to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import UNCONNECTED, Permitted, Refused, law, policy
from jukinet.law.supplementary import KF10
from jukinet.messages import bodies, strict_json
from jukinet.messages.bodies import Body
from jukinet.messages.ids import parse_id
from jukinet.messages.kinds import MessageKind
from jukinet.messages.koseki_bodies import (
    KosekiMatter,
    KosekiMismatch,
    KosekiNotice,
    MismatchReason,
    read_matter,
    read_notice,
)
from jukinet.messages.statements import MAX_ENVELOPE
from jukinet.services import acts, domiciles, outgoing, trail
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.register import Registered
from jukinet.services.stay_items import member
from jukinet.store import koseki_messages as rows
from jukinet.store import residents, supplementary
from jukinet.store.database import Transaction
from jukinet.store.koseki_messages import KosekiMessage
from jukinet.store.residents import Held
from jukinet.store.supplementary import Writer

MS18 = law(
    "MS18", "Act Art. 19(1)", "Only of a Japanese resident with a koseki is the mayor of the domicile told."
)
MS19 = policy("MS19", UNCONNECTED, "The other mayor's municipality must be another one, and both connected.")
MS20 = policy(
    "MS20",
    "Choice of this network: what came waits until it is seen to",
    "No message of this number waits, or it is none that can fail to fit the koseki.",
)


ENTERED = "entered"
"""What became of a notice that stands in its register."""


@dataclass(frozen=True, slots=True)
class NoticeFiling:
    """M9: whose address the mayor of the domicile is told, and which municipality that is."""

    resident_no: str
    domicile: MunicipalityCode


@dataclass(frozen=True, slots=True, repr=False)
class MatterFiling(Private):
    """M10: what a koseki filing received here says of a resident of another municipality."""

    home: MunicipalityCode
    matter: KosekiMatter


@dataclass(frozen=True, slots=True)
class SeenFiling:
    """A message that was seen to; ``mismatch``: it does not fit the koseki, which its sender is told (19(2))."""

    statement_id: str
    mismatch: MismatchReason | None


@dataclass(frozen=True, slots=True)
class Told:
    """A statement on its way."""

    statement_id: str
    to: NodeId


def read_notice_filing(data: object) -> NoticeFiling:
    with reading(data) as fields:
        return NoticeFiling(
            fields.take("resident_no", check_number), fields.take("domicile", MunicipalityCode.parse)
        )


def read_matter_filing(data: object) -> MatterFiling:
    with reading(data) as fields:
        return MatterFiling(fields.take("home", MunicipalityCode.parse), fields.object("matter", read_matter))


def read_seen_filing(data: object) -> SeenFiling:
    with reading(data) as fields:
        return SeenFiling(
            fields.take("statement_id", parse_id), fields.optional("mismatch", member(MismatchReason))
        )


def tell_domicile(ctx: Context, claim: OperatorClaim, filing: NoticeFiling) -> Told | Refused:
    """Tell the mayor of the domicile where somebody lives now, or that they live here no more (M9)."""
    with ctx.begin() as tx:
        permission, event = Permission.REGISTER_RESIDENT_RECORD, AuditEvent.KOSEKI_TOLD
        act = acts.open_act(ctx, tx, claim, permission, event)
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(R1, filing.resident_no)
        body = _notice(act, held)
        there = _there(act, filing.domicile)
        decision = acts.every(act.gate, acts.require((MS18, body is not None), (MS19, there)))
        if isinstance(decision, Refused) or body is None:
            return act.refuse(decision if isinstance(decision, Refused) else Refused((MS18,)), held)
        to = filing.domicile.node_id
        statement_id = outgoing.put(ctx, tx, MessageKind.KOSEKI_NOTICE, to, body)
        act.done(decision, held, reference=statement_id)
        return Told(statement_id, to)


def _notice(act: Act, held: Held) -> KosekiNotice | None:
    record = held.record
    if record.kind is not RecordKind.JAPANESE or record.koseki is None:
        return None
    since = record.address_since or residents.begins_on(act.tx, held)
    if not held.present:
        since = residents.history(act.tx, held.resident_id)[-1].effective_on
    return KosekiNotice(record.koseki, record.name.text, record.address if held.present else None, since)


def _there(act: Act, municipality: MunicipalityCode) -> bool:
    ctx = act.ctx
    other = municipality != ctx.municipality
    return other and ctx.is_connected(ctx.node) and ctx.is_connected(municipality.node_id)


def tell_home(ctx: Context, claim: OperatorClaim, filing: MatterFiling) -> Told | Refused:
    """Tell the mayor of the place of residence what is to be recorded (M10)."""
    with ctx.begin() as tx:
        permission, event = Permission.REGISTER_RESIDENT_RECORD, AuditEvent.KOSEKI_TOLD
        act = acts.open_act(ctx, tx, claim, permission, event)
        decision = acts.every(act.gate, acts.require((MS19, _there(act, filing.home))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        to = filing.home.node_id
        statement_id = outgoing.put(ctx, tx, MessageKind.KOSEKI_MATTER, to, filing.matter)
        act.done(Permitted(("Act Art. 9(2)",)), reference=statement_id)
        return Told(statement_id, to)


def take(
    ctx: Context, tx: Transaction, kind: MessageKind, body: Body, origin: NodeId, reference: str
) -> None:
    """Write a notice into the supplementary register that it fits; keep what else came for a clerk."""
    plain, today = strict_json.dump(bodies.write(body)), ctx.business_date(tx)
    entered = None
    if isinstance(body, KosekiNotice):
        writer = Writer(trail.SYSTEM, None, today, ctx.now())
        entered = domiciles.enter(tx, body, origin, reference, writer)
    outcome = ENTERED if entered else None
    rows.add(tx, reference, kind, origin, plain, on=today, at=ctx.now(), outcome=outcome)
    event = AuditEvent.SUPPLEMENTARY_TOLD if entered else AuditEvent.KOSEKI_RECEIVED
    trail.note(ctx, tx, event, Outcome.DONE, origin.uri, reference=reference)


def show(ctx: Context, claim: OperatorClaim, statement_id: str) -> dict[str, Any] | Refused:
    """What a message that waits says; who looks leaves an entry."""
    with ctx.begin() as tx:
        permission, event = Permission.REGISTER_RESIDENT_READ, AuditEvent.KOSEKI_READ
        act = acts.open_act(ctx, tx, claim, permission, event)
        found = None if isinstance(act.gate, Refused) else rows.lock_waiting(tx, statement_id)
        decision = acts.every(act.gate, acts.require((MS20, found is not None)))
        if isinstance(decision, Refused) or found is None:
            refused = decision if isinstance(decision, Refused) else Refused((MS20,))
            return act.refuse(refused, Subject(), reference=statement_id)
        act.done(decision, reference=statement_id)
        said = strict_json.parse(found.body, limit=MAX_ENVELOPE)
        return {"kind": found.kind.value, "origin": str(found.origin), "body": said}


def see_to(ctx: Context, claim: OperatorClaim, filing: SeenFiling) -> Registered | Refused:
    """Note that a message was seen to.

    A notice is written into the register that it fits, or its sender told that it fits none (Art. 19(2)).
    """
    with ctx.begin() as tx:
        permission, event = Permission.REGISTER_RESIDENT_RECORD, AuditEvent.KOSEKI_SEEN
        act = acts.open_act(ctx, tx, claim, permission, event)
        found = None if isinstance(act.gate, Refused) else rows.lock_waiting(tx, filing.statement_id)
        notice = _told(found)
        decision = acts.every(
            act.gate,
            acts.require(
                (MS20, found is not None and (filing.mismatch is None or notice is not None)),
                (KF10, notice is None or filing.mismatch is not None or _fits(tx, notice)),
            ),
        )
        if isinstance(decision, Refused) or found is None:
            refused = decision if isinstance(decision, Refused) else Refused((MS20,))
            return act.refuse(refused, Subject(), reference=filing.statement_id)
        rows.close(tx, found.statement_id, filing.mismatch or ENTERED, ctx.now())
        if filing.mismatch is None and notice is not None:
            writer = Writer(claim.operator_id, claim.terminal, act.today, ctx.now())
            domiciles.enter(tx, notice, found.origin, found.statement_id, writer)
        elif (
            filing.mismatch is not None and found.origin != ctx.node
        ):  # of a record here the office knows itself
            body = KosekiMismatch(found.statement_id, filing.mismatch)
            outgoing.put(ctx, tx, MessageKind.KOSEKI_MISMATCH, found.origin, body)
        done = Permitted(("Act Art. 19(2)",)) if filing.mismatch else decision
        act.done(done, reference=filing.statement_id)
        return Registered(())


def _told(found: KosekiMessage | None) -> KosekiNotice | None:
    """The notice that waits, if it is one."""
    if found is None or found.kind is not MessageKind.KOSEKI_NOTICE:
        return None
    fields = Fields(strict_json.parse(found.body, limit=MAX_ENVELOPE))
    notice = read_notice(fields)
    fields.raise_faults()
    return notice


def _fits(tx: Transaction, notice: KosekiNotice) -> bool:
    return supplementary.place_of(tx, notice.koseki, notice.name) is not None
