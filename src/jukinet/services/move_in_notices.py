"""Move-in notices (転入通知, Act Art. 9(1)) on paper, and those that have not come (specification 4.1.3.1).

Owns what a clerk does about them. What a notice by the line does, and the deletion on the day, is in
``jukinet.services.departures``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_record_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused
from jukinet.law.move_in_notices import LC3, PaperNotice, decide_paper_notice
from jukinet.messages.bodies import MoveIn
from jukinet.services import acts, departures, register
from jukinet.services.context import Context
from jukinet.services.filings import read_address
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.store import departed, residents
from jukinet.store.residents import Held

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True, repr=False)
class PaperNoticeFiling(Private):
    """転入通知: what the municipality that was moved into says, and the day on which it came."""

    resident_no: str
    address: Address
    moved_on: date
    received_on: date


def read_paper_notice(data: object) -> PaperNoticeFiling:
    with reading(data) as fields:
        return PaperNoticeFiling(
            resident_no=fields.take("resident_no", check_record_number),
            address=fields.object("address", read_address),
            moved_on=fields.date("moved_on"),
            received_on=fields.date("received_on"),
        )


def take_paper_notice(ctx: Context, claim: OperatorClaim, filing: PaperNoticeFiling) -> Registered | Refused:
    """Write a notice that came on paper into the record that was left, and tell the governor (M4).

    The plan of the move-out stays beside it. Where the person is still present, the worker deletes the record on its
    day, which may have come by this notice.
    """
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MOVE_OUT_CONFIRMED
        )
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(LC3, filing.resident_no)
        move = MoveIn(filing.address, filing.moved_on)
        decision = acts.every(
            act.gate,
            decide_paper_notice(
                PaperNotice(filing.moved_on, filing.received_on, filing.address.municipality),
                here=ctx.municipality,
                left=_left(held),
                said_already=held.record.confirmed_move == departures.confirmed_move(move),
                on=act.today,
            ),
            register.decide_begun(tx, held, filing.moved_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        act.done(decision, departures.confirm(ctx, tx, held, move, claim, filing.received_on))
        return Registered((held.resident_no,), decision.remarks)


def _left(held: Held) -> bool:
    by_office = not held.present and held.record.deletion_cause is not None
    return held.record.move_out is not None or by_office


@dataclass(frozen=True, slots=True)
class MissingNotice:
    """Somebody who left, since when, and the municipality to ask (None: where to is not known)."""

    resident_no: str
    left_on: date
    municipality: MunicipalityCode | None


def list_missing(
    ctx: Context, claim: OperatorClaim, before: date | None = None
) -> tuple[MissingNotice, ...] | Refused:
    """Of whom no move-in notice came (転入通知未着者): who left before that day, the oldest thousand first.

    Moves inside the country, and deletions ex officio of who no longer lived here. Residents are named by number.
    """
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.MISSING_NOTICES_READ
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        rows = departed.without_notice(tx, before or act.today, most=LISTED_AT_MOST)
        return tuple(MissingNotice(*row) for row in rows)
