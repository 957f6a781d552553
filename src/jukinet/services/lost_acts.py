"""Acts that a restore lost and a peer told of: the list for a clerk, who enters each again or confirms it.

An act entered again says nothing twice: ``jukinet.services.outgoing`` finds on the list what it is about to say. A code
that the lost act had given is given again (``code_given``): its holder may have been told it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeKind
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import IdentityFacts
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages import strict_json
from jukinet.messages.bodies import Body, IdentityNotice, MoveInNotice, MoveOutConfirmed
from jukinet.messages.statements import Statement, UnreadableBodyError, open_statement
from jukinet.services import acts
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import lives, lost, residents
from jukinet.store.lost import Lost

RC2 = policy("RC2", "Delivery, promise 4", "There is no lost act of this number that is still open.")


@dataclass(frozen=True, slots=True)
class LostAct:
    """A lost act as a clerk sees it: what this office had said to whom, in a statement that ``row`` tells of."""

    row: Lost
    statement: Statement | None

    @property
    def body(self) -> Body | None:
        return self.statement.body if self.statement else None

    @property
    def what(self) -> str:
        """The kind of what was said, and the change it told of."""
        if isinstance(self.body, IdentityNotice):
            return f"{self.row.kind} {self.body.change.kind} {self.body.change.reason}"
        return self.row.kind


def list_lost(
    ctx: Context, claim: OperatorClaim, *, everything: bool = False
) -> tuple[LostAct, ...] | Refused:
    """Every lost act that is open, without saying of whom; ``everything``: those that were closed too."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_RECOVERY_READ, AuditEvent.LOST_LISTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = lost.listed(tx, everything=everything)
    return tuple(LostAct(row, _open(ctx, row)) for row in found)


def show_lost(ctx: Context, claim: OperatorClaim, item: int) -> LostAct | Refused:
    """One of them with what it said, to enter it again from. Recorded as a look at that person."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_RECOVERY_DECIDE, AuditEvent.LOST_READ)
        row = lost.find(tx, item)
        decision = acts.every(act.gate, acts.require((RC2, row is not None)))
        if row is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((RC2,))
            return act.refuse(refused, reference=str(item))
        found = LostAct(row, _open(ctx, row))
        _done(act, decision, found)
        return found


def confirm_lost(ctx: Context, claim: OperatorClaim, item: int) -> Permitted | Refused:
    """Close one without entering it again: the register says it in another way, or the change was wrong."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_RECOVERY_DECIDE, AuditEvent.LOST_CONFIRMED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(item))
        row = lost.find(tx, item)
        closed = lost.close(tx, item, claim.operator_id, ctx.now())
        decision = acts.every(act.gate, acts.require((RC2, closed)))
        if row is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((RC2,))
            return act.refuse(refused, reference=str(item))
        _done(act, decision, LostAct(row, _open(ctx, row)))
        return decision


def _done(act: Act, decision: Permitted, found: LostAct) -> None:
    """The entry names the person by the code, and the statement, which says the rest."""
    match found.body:
        case IdentityNotice(facts=facts):
            code = facts.code
        case MoveInNotice(code=code) | MoveOutConfirmed(code=code):
            pass
        case _:
            code = None
    act.done(decision, Subject(code=code), reference=found.row.statement_id)


def _open(ctx: Context, row: Lost) -> Statement | None:
    try:
        return open_statement(row.envelope, ctx.directory().owned_key)
    except UnreadableBodyError:
        return None


def code_given(
    act: Act, record: ResidentRecord, previous: ResidentRecordCode | None
) -> ResidentRecordCode | None:
    """The code that a lost act had given to whom this record is of, or in place of ``previous``; None: none.

    One that somebody holds by now is nobody else's.
    """
    if act.ctx.incarnation == lives.FIRST:
        return None
    meant = _whom(record.identity_facts(), previous)
    for row in lost.giving(act.tx, meant):
        statement = _open(act.ctx, row)
        body = statement.body if statement else None
        if not isinstance(body, IdentityNotice) or gave(body) != meant or (code := body.facts.code) is None:
            continue
        residents.lock_code(act.tx, code)
        if not residents.lock_together(act.tx, numbers=[], codes=[code]):
            return code
    return None


def gave(body: Body | None) -> bytes:
    """The digest of whom a statement says that they were given a code, and in place of which; empty: of nobody."""
    match body:
        case IdentityNotice(facts, change) if facts.code is not None and change.kind in _GIVES:
            return _whom(facts, change.previous_code)
        case _:
            return b""


_GIVES = frozenset({ChangeKind.RECORDING, ChangeKind.CODE_CORRECTION})


def _whom(facts: IdentityFacts, previous: ResidentRecordCode | None) -> bytes:
    said = [facts.name, facts.birth_date.text, facts.sex.value, previous.text if previous else None]
    return hashlib.sha256(strict_json.dump(said)).digest()
