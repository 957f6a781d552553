"""What an arriving statement means here: one function a kind, chosen by kind and by this node's role."""

from __future__ import annotations

from collections.abc import Sequence

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeRole
from jukinet.messages.bodies import (
    CodeDesignation,
    CodeRequest,
    ErrorAnswer,
    ErrorReport,
    IdentityNotice,
    MoveInNotice,
    MoveOutConfirmed,
)
from jukinet.messages.card_bodies import CardContinued, CardStatus
from jukinet.messages.koseki_bodies import KosekiMatter, KosekiMismatch, KosekiNotice
from jukinet.messages.statements import Statement
from jukinet.services import (
    card_statuses,
    code_requests,
    departures,
    designation,
    error_reports,
    identity_store,
    koseki_messages,
)
from jukinet.services.context import Context
from jukinet.store import identity
from jukinet.store.database import Transaction


def apply(ctx: Context, tx: Transaction, statement: Statement) -> None:
    """Apply a verified statement in the transaction that moves the lane's cursor.

    Raises ``JukinetError`` where it cannot be applied.
    """
    apply_here = _in_a_town if ctx.node.role is NodeRole.MUNICIPALITY else _at_a_store
    apply_here(ctx, tx, statement)


def _in_a_town(ctx: Context, tx: Transaction, statement: Statement) -> None:
    origin, reference = statement.origin, statement.statement_id
    match statement.body:
        case MoveInNotice() as body:
            departures.take_move_in_notice(ctx, tx, body, origin, reference)
        case KosekiNotice() | KosekiMismatch() | KosekiMatter() as body:
            koseki_messages.take(ctx, tx, statement.kind, body, origin, reference)
        case ErrorReport() as body:
            error_reports.take_report(ctx, tx, body, origin, reference)
        case CardContinued() as body:
            card_statuses.take_continued(ctx, tx, body, origin, reference)
        case CodeDesignation() as body:
            designation.take_designation(ctx, tx, body, statement)
        case _:
            raise _unhandled()


def _at_a_store(ctx: Context, tx: Transaction, statement: Statement) -> None:
    origin, reference = statement.origin, statement.statement_id
    match statement.body, ctx.node.role:
        case IdentityNotice() as body, _:
            identity_store.apply_notice(ctx, tx, body, origin, reference)
        case MoveOutConfirmed() as body, NodeRole.PREFECTURE:
            identity_store.take_confirmation(ctx, tx, body, origin, reference)
        case ErrorReport() as body, NodeRole.PREFECTURE:
            error_reports.take_report(ctx, tx, body, origin, reference)
        case ErrorAnswer() as body, _:
            error_reports.take_answer(ctx, tx, body, origin, reference)
        case CardStatus() as body, _:
            card_statuses.take_status(ctx, tx, body, origin, reference)
        case CodeDesignation() as body, NodeRole.PREFECTURE:
            designation.take_aside(ctx, tx, body, statement)
        case CodeRequest() as body, NodeRole.NATIONAL:
            code_requests.take_request(ctx, tx, body, origin, reference)
        case _:
            raise _unhandled()


def _unhandled() -> JukinetError:
    return JukinetError(ErrorKind.INVALID, "This node has no automatic handling for this statement.")


def hold(ctx: Context, tx: Transaction, statements: Sequence[Statement]) -> None:
    """Hold whom these statements are about for this transaction, where an identity store is to apply them."""
    codes = {code for one in statements for code in codes_of(one)}
    if codes and ctx.node.role is not NodeRole.MUNICIPALITY:
        identity.lock_codes(tx, codes)


def subject_of(statement: Statement) -> ResidentRecordCode | None:
    """The code that a statement is about, where it is about one person."""
    codes = codes_of(statement)
    return codes[0] if codes else None


def codes_of(statement: Statement) -> list[ResidentRecordCode]:
    """Every code whose later statements must wait if this one is parked: the one it is about first.

    What is said of a card holds up nothing that is said of its holder.
    """
    match statement.body:
        case IdentityNotice() as notice:
            return identity_store.codes_of(notice)
        case MoveInNotice(code=code) | MoveOutConfirmed(code=code):
            return [code] if code is not None else []
    return []
