"""Move-in with the card (転入届の特例, Act Art. 24-2): what is asked of the municipality that was left.

Three steps: decide and record the intent; tell and ask (M7, M8), no transaction open; keep what came. One filing
has one answer: a retry at any point goes on where the last try stopped. The move-in itself is recorded by another act
(``first_move_ins``), and the card taken over by a third (``cards``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain import matching
from jukinet.domain.card import CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import move_in_by_card as law
from jukinet.law.decisions import FailedRule, Refused
from jukinet.messages import particulars as wire
from jukinet.messages import strict_json
from jukinet.messages.calls import MAX_CALL_ANSWER
from jukinet.messages.ids import parse_id
from jukinet.messages.kinds import CallKind
from jukinet.messages.particulars import (
    MAX_MEMBERS,
    Particulars,
    ParticularsRefusal,
    ParticularsRefusalReason,
    ParticularsRequest,
)
from jukinet.services import acts, asking, trail
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.particulars_answers import REASONS
from jukinet.store import move_in_requests as rows
from jukinet.store.database import Transaction
from jukinet.store.move_in_requests import Asked, RequestRow

_RULES: dict[ParticularsRefusalReason, FailedRule] = {reason: rule for rule, reason in REASONS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class ParticularsFiling(Private):
    """A first move-in filed with a card. ``request_id``: 32 hex digits, made once by the clerk's screen.

    ``names``: members of the household without a card who move in together with its holder, the householder.
    """

    request_id: str
    previous: MunicipalityCode
    card: CardNumber
    card_submitted: bool
    code: ResidentRecordCode
    name: str
    names: tuple[str, ...]
    moved_on: date
    filed_on: date
    digest: bytes


def read_filing(data: object) -> ParticularsFiling:
    with reading(data) as fields:
        filing = ParticularsFiling(
            request_id=fields.take("request_id", parse_id),
            previous=fields.take("previous", MunicipalityCode.parse),
            card=fields.take("card", CardNumber.parse),
            card_submitted=fields.flag("card_submitted"),
            code=fields.take("code", ResidentRecordCode.parse),
            name=fields.take("name", _parse_name),
            names=fields.texts("names", _parse_name, most=MAX_MEMBERS) if fields.has("names") else (),
            moved_on=fields.date("moved_on"),
            filed_on=fields.date("filed_on"),
            digest=hashlib.sha256(strict_json.dump(data)).digest() if isinstance(data, dict) else b"",
        )
        fields.raw("names")
        return filing


def _parse_name(text: str) -> str:
    matching.query_name_key(text)  # Raises ValueError for a name by which nobody can be found.
    return text.strip()


@dataclass(frozen=True, slots=True, repr=False)
class Received(Private):
    """What came, to be shown to the clerk. ``again``: it came before."""

    request_id: str
    particulars: Particulars
    again: bool


def ask_particulars(ctx: Context, claim: OperatorClaim, filing: ParticularsFiling) -> Received | Refused:
    """Tell the municipality that was left of a first move-in, and ask for the particulars (Act Art. 24-2(3), (4)).

    Raises UNAVAILABLE where it cannot be reached (try again with the same filing), CONFLICT where the id was used for
    another one.
    """
    started = _start(ctx, claim, filing)
    if started is not None:
        return started
    asked = ParticularsRequest(filing.card, filing.code, filing.name, filing.filed_on, filing.names)

    def note_failure(tx: Transaction, kind: ErrorKind) -> None:
        _note(ctx, tx, claim, filing, AuditEvent.PARTICULARS_INTENDED, Outcome.FAILED, (kind,))

    # Of a municipality that was merged the successor has the record.
    kind, there = CallKind.MOVE_OUT_PARTICULARS, ctx.standing(filing.previous).node_id
    answer = asking.ask(ctx, there, kind, filing.request_id, asked, note_failure)
    if isinstance(answer, ParticularsRefusal):
        return _keep_refusal(ctx, claim, filing, answer)
    if not isinstance(answer, Particulars):
        raise TypeError("an answer is read as its question's kind")
    return _keep(ctx, claim, filing, answer)


def _start(ctx: Context, claim: OperatorClaim, filing: ParticularsFiling) -> Received | Refused | None:
    """Decide, and record the intent; or the outcome that an earlier try already reached."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.PARTICULARS_RECEIVED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=filing.request_id)
        known = _known(tx, filing)
        if known is not None and known.state is not Asked.INTENDED:
            return _again(act, filing, known)
        filed = law.Filed(
            moved_on=filing.moved_on,
            filed_on=filing.filed_on,
            card_submitted=filing.card_submitted,
            previous=filing.previous,
            here_connected=ctx.is_connected(ctx.node),
            there_connected=ctx.is_connected(ctx.standing(filing.previous).node_id),
        )
        decision = acts.every(act.gate, law.decide_asking(filed, here=ctx.municipality, on=act.today))
        if isinstance(decision, Refused):
            return act.refuse(decision, acts.Subject(code=filing.code), reference=filing.request_id)
        if rows.intend(
            tx,
            filing.request_id,
            filing.digest,
            filing.previous,
            moved_on=filing.moved_on,
            filed_on=filing.filed_on,
            operator=claim.operator_id,
            on=act.today,
            at=ctx.now(),
        ):
            event = AuditEvent.PARTICULARS_INTENDED
            _note(ctx, tx, claim, filing, event, Outcome.INTENDED, decision.basis)
        return None


def _known(tx: Transaction, filing: ParticularsFiling) -> RequestRow | None:
    row = rows.lock(tx, filing.request_id)
    if row is not None and row.input_digest != filing.digest:
        raise JukinetError(ErrorKind.CONFLICT, "This request id was used for another move-in.")
    return row


def _again(act: Act, filing: ParticularsFiling, row: RequestRow) -> Received | Refused:
    """What came before, once more. Whoever sees it leaves an entry."""
    outcome = Outcome.REFUSED if row.state is Asked.REFUSED else Outcome.DONE
    _note(act.ctx, act.tx, act.claim, filing, AuditEvent.PARTICULARS_RECEIVED, outcome, ("again",))
    if row.state is Asked.REFUSED:
        return Refused((_RULES[ParticularsRefusalReason(row.refusal or "")],))
    return Received(row.request_id, particulars_of(row), again=True)


def particulars_of(row: RequestRow) -> Particulars:
    """The answer as it was kept."""
    if row.particulars is None:
        raise TypeError("a question that was answered has its answer")
    with reading(strict_json.parse(row.particulars, limit=MAX_CALL_ANSWER)) as fields:
        answer = wire.read_answer(fields)
    if not isinstance(answer, Particulars):
        raise TypeError("a refusal is kept as such")
    return answer


def _keep_refusal(
    ctx: Context, claim: OperatorClaim, filing: ParticularsFiling, answer: ParticularsRefusal
) -> Refused:
    refused = Refused((_RULES[answer.reason],))
    with ctx.begin() as tx:
        # Another try of the same filing may have been faster: one filing, one entry.
        if rows.refuse(tx, filing.request_id, answer.reason, ctx.now()):
            failed = trail.rules_of(refused)
            _note(ctx, tx, claim, filing, AuditEvent.PARTICULARS_RECEIVED, Outcome.REFUSED, failed)
    return refused


def _keep(ctx: Context, claim: OperatorClaim, filing: ParticularsFiling, answer: Particulars) -> Received:
    with ctx.begin() as tx:
        new = rows.answer(tx, filing.request_id, strict_json.dump(wire.write_answer(answer)), ctx.now())
        said = ("Act Art. 24-2(4)",) if new else ("again",)
        _note(ctx, tx, claim, filing, AuditEvent.PARTICULARS_RECEIVED, Outcome.DONE, said)
    return Received(filing.request_id, answer, again=not new)


def _note(
    ctx: Context,
    tx: Transaction,
    claim: OperatorClaim,
    filing: ParticularsFiling,
    event: AuditEvent,
    outcome: Outcome,
    rules: tuple[str, ...],
) -> None:
    trail.note(
        ctx,
        tx,
        event,
        outcome,
        claim.actor,
        terminal=claim.terminal,
        code=filing.code,
        reference=filing.request_id,
        rules=rules,
    )
