"""What an act on a resident record says to the supplementary register at the domicile (M9, Act Art. 19(1), (4)).

It goes with the act, in its transaction: into the register of this municipality where the domicile is here; over the
line to the municipality of the domicile; and where the line does not reach it (Reg. Art. 5-2(2)), or the domicile
names none, onto the list of letters to write. What is told is in ``jukinet.law.supplementary``; what a clerk says
besides, and what is done with what comes, in ``jukinet.services.koseki_messages``.
"""

from __future__ import annotations

from datetime import date

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import Koseki, MoveOutPlan, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.supplementary import Entry as Written
from jukinet.domain.supplementary import Way
from jukinet.law import supplementary as law
from jukinet.law.supplementary import Concerned, Ending
from jukinet.law.tellings import DOMICILE
from jukinet.messages import bodies, strict_json
from jukinet.messages.kinds import MessageKind
from jukinet.messages.koseki_bodies import KosekiNotice
from jukinet.services import outgoing
from jukinet.services.context import Context
from jukinet.store import koseki_messages, residents, supplementary, tellings
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.supplementary import Writer


def place_of(ctx: Context, koseki: Koseki) -> MunicipalityCode | None:
    """The municipality that stands today where a domicile lies, by its name in the directory; None: not certain."""
    found = ctx.directory().municipality_at(koseki.domicile)
    return ctx.standing(found) if found else None


def tell(
    ctx: Context, tx: Transaction, before: Held | None, after: Held, reason: RegisterReason, writer: Writer
) -> None:
    """Tell the domicile what changed for it by an act that was just entered; most acts change nothing for it."""
    if before is not None and _alike(before, after):
        return
    if after.record.address.municipality != ctx.municipality:
        return  # Handed over with its area: the municipality that takes it over tells (Act Art. 19(1)).
    said = _said(tx, before, after, reason)
    if said is None:
        return
    notice = KosekiNotice(said.koseki, said.name, said.address, said.since)
    place = place_of(ctx, said.koseki)
    if place == ctx.municipality:
        _enter_own(ctx, tx, notice, after, writer)
    elif place and ctx.is_connected(ctx.node) and ctx.is_connected(place.node_id):
        outgoing.put(ctx, tx, MessageKind.KOSEKI_NOTICE, place.node_id, notice)
    else:
        tellings.add(tx, after, DOMICILE, ctx.business_date(tx))


def enter(
    tx: Transaction, notice: KosekiNotice, speaker: NodeId, reference: str, writer: Writer
) -> str | None:
    """Write a notice into the register that it is about; that register's number, or None where it fits none."""
    place = supplementary.place_of(tx, notice.koseki, notice.name)
    if place is None:
        return None
    entry = Written(
        Way.ADDRESS,
        notice.since,
        place.member,
        speaker=speaker.text,
        address=notice.address,
        reference=reference,
    )
    supplementary.write(tx, place.register_id, entry, writer)
    return place.register_no


def _enter_own(ctx: Context, tx: Transaction, notice: KosekiNotice, held: Held, writer: Writer) -> None:
    """By the same act. What fits no register waits for a clerk like what another mayor told.

    A municipality that has not begun to keep registers here enters addresses when it makes them.
    """
    if enter(tx, notice, ctx.node, held.resident_no, writer) is None and supplementary.any_kept(tx):
        plain = strict_json.dump(bodies.write(notice))
        number = ctx.randomness.token()
        koseki_messages.add(
            tx, number, MessageKind.KOSEKI_NOTICE, ctx.node, plain, on=writer.on, at=ctx.now()
        )


def _alike(before: Held, after: Held) -> bool:
    """Whether nothing differs that any notice could be about; looked at first, since most acts are so."""
    return before.present == after.present and _items(before.record) == _items(after.record)


def _items(record: ResidentRecord) -> tuple[object, ...]:
    found = law.concerned(record, date.min)
    return (found, record.confirmed_move is None)


def _said(tx: Transaction, before: Held | None, after: Held, reason: RegisterReason) -> Concerned | None:
    begun = residents.begins_on(tx, after)
    stood = law.concerned(before.record, begun) if before and before.present else None
    stands = law.concerned(after.record, begun) if after.present else None
    if stood is None and stands is None:
        return _left_for_here(before, after, begun)
    ended_on = residents.history(tx, after.resident_id)[-1].effective_on if stands is None else date.min
    cause = after.record.deletion_cause if stands is None else None
    return law.told_of(stood, stands, Ending(reason, ended_on, cause, _left_country(after.record, reason)))


def _left_country(record: ResidentRecord, reason: RegisterReason) -> bool:
    if reason is RegisterReason.DELETED_EX_OFFICIO:
        return _is_abroad(record.move_out)
    return reason is RegisterReason.MOVE_OUT_ABROAD


def _is_abroad(plan: MoveOutPlan | None) -> bool:
    return plan is not None and plan.destination.municipality is None


def _left_for_here(before: Held | None, after: Held, begun: date) -> Concerned | None:
    """Who was said to have left the country, and of whom a move-in notice of this country came after all."""
    came = before is not None and before.record.confirmed_move is None and after.record.confirmed_move
    said = law.concerned(after.record, begun) if came and _is_abroad(after.record.move_out) else None
    return law.taken_back(said) if said else None
