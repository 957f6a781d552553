"""The supplementary register of the koseki (戸籍の附票): made, corrected and deleted ex officio (Act Arts. 16 to 18).

Owns the order of the steps. The koseki is another office's: it tells who stands in it (Ord. 18, 19), the election
commission who votes abroad (17-2), and the municipality of residence the address (``jukinet.services.domiciles``). What
may be written is in ``jukinet.law.supplementary``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.domain.supplementary import Entry, Register, Removal, Stay, Way, written_anew
from jukinet.law import supplementary as law
from jukinet.law.decisions import Decision, Refused
from jukinet.law.rewriting import open_until
from jukinet.services import acts, domiciles
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supplementary_filings import (
    CorrectionFiling,
    EnteringFiling,
    HandOverFiling,
    NewMember,
    OpeningFiling,
    RemakingFiling,
    RemovalFiling,
    RewritingFiling,
    VoterFiling,
)
from jukinet.store import supplementary as store
from jukinet.store import supplementary_copies
from jukinet.store.database import Transaction
from jukinet.store.supplementary import Kept, Writer


@dataclass(frozen=True, slots=True)
class Supplemented:
    """An act was entered into this register; ``deleted``: nobody stands in it any more.

    ``open_until``: one that was made again lies open to those concerned until that day (Ord. 17(2)).
    """

    register_no: str
    deleted: bool = False
    open_until: date | None = None


def open_register(ctx: Context, claim: OperatorClaim, filing: OpeningFiling) -> Supplemented | Refused:
    """Make the register of a koseki that was made here, or that came here (Ord. 18(1))."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_OPENED)
        decision = acts.every(
            act.gate,
            law.decide_opening(
                here=domiciles.place_of(ctx, filing.koseki) == ctx.municipality,
                known=store.number_of(tx, filing.koseki) is not None,
                names=[one.name for one in filing.members],
                days=_days(filing.members),
                made_on=filing.made_on,
                on=act.today,
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        number = with_check_digit(store.next_serial(tx))
        opening = Entry(Way.OPENED, filing.made_on, koseki=filing.koseki)
        register_id = store.open_new(tx, number, opening, _writer(act))
        _enter(act, register_id, filing.members, filing.made_on, after=0)
        act.done(decision, reference=number)
        return Supplemented(number)


def enter_members(ctx: Context, claim: OperatorClaim, filing: EnteringFiling) -> Supplemented | Refused:
    """Enter who entered the koseki after its register was made (Ord. 18(2))."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_ENTERED)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        names = [one.name for one in filing.members]
        decision = acts.every(
            act.gate,
            law.decide_entering(
                register, names, _days(filing.members), entered_on=filing.entered_on, on=act.today
            ),
        )
        if kept is None or register is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        _enter(act, kept.register_id, filing.members, filing.entered_on, after=len(register.members))
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no)


def remove_members(ctx: Context, claim: OperatorClaim, filing: RemovalFiling) -> Supplemented | Refused:
    """Remove who was removed from the koseki; with the last one the register is deleted as a whole (Ord. 19)."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_REMOVED)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        decision = acts.every(
            act.gate,
            law.decide_removing(
                register, filing.members, filing.ground, removed_on=filing.removed_on, on=act.today
            ),
        )
        if kept is None or register is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        deleted = _remove(act, kept, register, filing.members, filing.ground, filing.removed_on)
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no, deleted)


def hand_over(ctx: Context, claim: OperatorClaim, filing: HandOverFiling) -> Supplemented | Refused:
    """End a register whose domicile moved to another municipality (転籍, Act Art. 19(3)).

    What that mayor is told is read from it with ``supplementary_reads.handed_over``, as often as it takes.
    """
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_HANDED_OVER)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        decision = acts.every(
            act.gate,
            law.decide_handing_over(
                register,
                elsewhere=ctx.standing(filing.municipality) != ctx.municipality,
                moved_on=filing.moved_on,
                on=act.today,
            ),
        )
        if kept is None or register is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        gone = [one.number for one in register.members if one.present]
        _remove(act, kept, register, gone, Removal.DOMICILE_MOVED, filing.moved_on)
        entry = Entry(
            Way.HANDED_OVER, filing.moved_on, koseki=filing.koseki, municipality=filing.municipality
        )
        store.write(tx, kept.register_id, entry, _writer(act))
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no, deleted=True)


def correct_register(ctx: Context, claim: OperatorClaim, filing: CorrectionFiling) -> Supplemented | Refused:
    """Correct items that changed, were wrong or left out (Ord. 20). What stood is kept."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_CORRECTED)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        entries = list(_corrections(filing, register))
        decision = acts.every(
            act.gate,
            law.decide_correcting(
                register,
                filing.member,
                here=filing.koseki is None or domiciles.place_of(ctx, filing.koseki) == ctx.municipality,
                known=_another(tx, filing),
                name=filing.name,
                changes=bool(entries),
                day=max(filing.corrected_on, filing.since or filing.corrected_on),
                on=act.today,
            ),
        )
        if kept is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        for entry in entries:
            store.write(tx, kept.register_id, entry, _writer(act))
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no)


def rewrite_register(ctx: Context, claim: OperatorClaim, filing: RewritingFiling) -> Supplemented | Refused:
    """Write a register anew from what stands in it (改製, Ord. 21(2), 16): the new one's number.

    The one from before is kept apart for the term of a deleted one (Ord. 34(1), (2)); what held it back holds on.
    """
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_REWRITTEN)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        decision = acts.every(act.gate, law.decide_rewriting(register, on=act.today))
        if kept is None or register is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        number = with_check_digit(store.next_serial(tx))
        gone = {one.number: law.is_abroad(one) for one in register.members if one.present}
        store.set_apart(
            tx, kept.register_id, Entry(Way.REWRITTEN, act.today, reference=number), _writer(act), gone
        )
        opening, *entries = written_anew(register, filing.register_no)
        register_id = store.open_new(tx, number, opening, _writer(act))
        for entry in entries:
            store.write(tx, register_id, entry, _writer(act))
        supplementary_copies.carry_hold(tx, kept.register_id, register_id)
        act.done(decision, reference=filing.register_no)
        return Supplemented(number)


def remake_register(ctx: Context, claim: OperatorClaim, filing: RemakingFiling) -> Supplemented | Refused:
    """Make a lost register again ex officio; that is posted today, and it is laid open (再製, Ord. 21(2), 17)."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_REMADE)
        kept = _lock(act, filing.register_no)
        register = kept.register if kept else None
        differing = [
            CorrectionFiling(
                filing.register_no, act.today, None, one.member, one.name, one.address, one.since
            )
            for one in filing.differing
        ]
        decision = acts.every(
            act.gate,
            law.decide_remaking(register, lost_on=filing.lost_on, on=act.today),
            *(_decide_differing(act, register, one) for one in differing),
        )
        if kept is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        made = [Entry(Way.REMADE, act.today)]
        made += (entry for one in differing for entry in _corrections(one, register))
        for entry in made:
            store.write(tx, kept.register_id, entry, _writer(act))
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no, open_until=open_until(act.today))


def _decide_differing(act: Act, register: Register | None, one: CorrectionFiling) -> Decision:
    """As a correction, but that what differs in nothing after all does no harm."""
    return law.decide_correcting(
        register,
        one.member,
        here=True,
        known=False,
        name=one.name,
        changes=True,
        day=one.since or act.today,
        on=act.today,
    )


def note_voter(ctx: Context, claim: OperatorClaim, filing: VoterFiling) -> Supplemented | Refused:
    """Note that somebody is on a roll of those who vote abroad, and of which municipality; or was struck off (17-2)."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.SUPPLEMENTARY_VOTER_NOTED)
        kept = _lock(act, filing.register_no)
        decision = acts.every(
            act.gate,
            law.decide_voting(
                kept.register if kept else None,
                filing.member,
                filing.municipality,
                day=filing.told_on,
                on=act.today,
            ),
        )
        if kept is None or isinstance(decision, Refused):
            return _refuse(act, decision, filing.register_no)
        entry = Entry(Way.VOTER, filing.told_on, filing.member, municipality=filing.municipality)
        store.write(tx, kept.register_id, entry, _writer(act))
        act.done(decision, reference=filing.register_no)
        return Supplemented(filing.register_no)


def _open(ctx: Context, tx: Transaction, claim: OperatorClaim, event: AuditEvent) -> Act:
    return acts.open_act(ctx, tx, claim, Permission.REGISTER_SUPPLEMENTARY_RECORD, event)


def _lock(act: Act, register_no: str) -> Kept | None:
    return None if isinstance(act.gate, Refused) else store.lock(act.tx, register_no)


def _refuse(act: Act, decision: Decision, register_no: str) -> Refused:
    refused = decision if isinstance(decision, Refused) else Refused((law.KF3,))
    return act.refuse(refused, Subject(), reference=register_no)


def _writer(act: Act) -> Writer:
    return Writer(act.claim.operator_id, act.claim.terminal, act.today, act.ctx.now())


def _days(members: Iterable[NewMember]) -> list[date]:
    return [one.since for one in members if one.since is not None]


def _enter(act: Act, register_id: int, members: Iterable[NewMember], day: date, *, after: int) -> None:
    for number, one in enumerate(members, start=after + 1):
        store.write(act.tx, register_id, Entry(Way.ENTERED, day, number, name=one.name), _writer(act))
        if one.since is not None:
            entry = Entry(Way.ADDRESS, one.since, number, address=one.address)
            store.write(act.tx, register_id, entry, _writer(act))
        if one.voter is not None:
            entry = Entry(Way.VOTER, day, number, municipality=one.voter)
            store.write(act.tx, register_id, entry, _writer(act))


def _remove(
    act: Act, kept: Kept, register: Register, numbers: Iterable[int], ground: Removal, day: date
) -> bool:
    """Whether nobody is left, and the register was deleted."""
    gone = set(numbers)
    for one in register.members:
        if one.number in gone:
            entry = Entry(Way.REMOVED, day, one.number, ground=ground)
            kept_long = law.is_abroad(one) and ground is not Removal.DEATH
            store.remove(act.tx, kept.register_id, entry, _writer(act), abroad=kept_long)
    deleted = not any(one.present for one in register.members if one.number not in gone)
    if deleted:
        store.delete(act.tx, kept.register_id, day, act.ctx.now())
    return deleted


def _another(tx: Transaction, filing: CorrectionFiling) -> bool:
    """Whether another register is already of the koseki as it is displayed now."""
    number = store.number_of(tx, filing.koseki) if filing.koseki else None
    return number is not None and number != filing.register_no


def _corrections(filing: CorrectionFiling, register: Register | None) -> Iterator[Entry]:
    """The entries of what differs from what stands."""
    if register is None:
        return
    if filing.koseki is not None and filing.koseki != register.koseki:
        yield Entry(Way.KOSEKI, filing.corrected_on, koseki=filing.koseki)
    found = register.member(filing.member) if filing.member is not None else None
    if found is None:
        return
    if filing.name is not None and filing.name != found.name:
        yield Entry(Way.NAME, filing.corrected_on, found.number, name=filing.name)
    if filing.since is not None and not _says(found.stay, filing):
        yield Entry(Way.ADDRESS, filing.since, found.number, address=filing.address)


def _says(stay: Stay | None, filing: CorrectionFiling) -> bool:
    return stay is not None and (stay.address, stay.since) == (filing.address, filing.since)
