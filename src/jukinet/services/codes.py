"""Resident Record codes: given to new records, changed on request, assigned at the start for foreign residents.

Who gets which code is decided in ``jukinet.law.codes``. Codes come from the municipality's pool, drawn at
random; the pool comes from the centre (``jukinet.services.designation``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.law import codes as law_codes
from jukinet.law.codes import CodeHistory, CodeSource, FormItem
from jukinet.law.decisions import UNCONNECTED, Decision, Permitted, Refused, law, policy
from jukinet.services import acts, code_stock, lost_acts, register, second_person
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.filings import CodeChangeFiling, CodeCorrectionFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held

I7 = law("I7", "Act Art. 30-2(2)", "Two persons never have the same code. Check their certificates.")
P2 = policy("P2", UNCONNECTED, "A municipality that is not connected has no codes to give.")

ASSIGNED, CHANGED, CORRECTED = "assigned", "changed", "corrected"
"""Kinds of written notice (通知票, 変更通知票, 修正通知票)."""

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Coded:
    """A record with the code that it gets, by which articles, and whether the person is told in writing (30-2(3))."""

    record: ResidentRecord
    notify: bool
    basis: tuple[str, ...] = ()

    def note(self, act: Act, held: Held) -> None:
        """Note the written notice that is due; and in the act's own entry by which article the code was given."""
        if self.notify:
            residents.add_code_notice(act.tx, held, ASSIGNED, act.today)
        if self.basis:
            said = tuple(f"code {article}" for article in self.basis)
            act.tx.besides[held.resident_no] = (*act.tx.besides.get(held.resident_no, ()), *said)


def give_code(act: Act, record: ResidentRecord, history: CodeHistory) -> Coded:
    """Put the right code into a record that is about to be made (Act Art. 30-2).

    ``record.code`` holds the code last recorded elsewhere, where it is known. A municipality that is not
    connected has no pool: its residents have no code.
    """
    if not act.ctx.is_connected(act.ctx.node):
        return Coded(replace(record, code=None), notify=False)
    rule = law_codes.code_for_new_record(history, on=act.today)
    if rule.source is CodeSource.NONE:
        return Coded(replace(record, code=None), notify=False, basis=rule.basis)
    if rule.source is CodeSource.PREVIOUS:
        return Coded(record, notify=False, basis=rule.basis)
    code = lost_acts.code_given(act, record, None) or code_stock.draw(act)
    return Coded(replace(record, code=code), notify=rule.notify, basis=rule.basis)


def change_code(ctx: Context, claim: OperatorClaim, filing: CodeChangeFiling) -> Registered | Refused:
    """Give a resident another code on request, without a reason (Act Art. 30-3), and note the written notice."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CODE_CHANGE, AuditEvent.CODE_CHANGED)
        held = residents.lock(tx, filing.resident_no)
        allowed = register.decide_held(tx, held) if held else Permitted(())
        decision = acts.every(act.gate, _decide_change(act, held, filing), allowed)
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law_codes.C1,))
            return act.refuse(refused, held or acts.Subject(filing.resident_no))
        previous = held.record.code
        new = lost_acts.code_given(act, held.record, previous) or code_stock.draw(act, held)
        entry = Entry(claim, RegisterReason.CODE_CHANGE_REQUESTED, act.today, act.today)
        changed = register.enter(ctx, tx, held, lambda record: replace(record, code=new), entry)
        residents.add_code_notice(tx, changed, CHANGED, act.today)
        act.done(decision, held)
        return Registered((held.resident_no,), (*decision.remarks, *code_stock.remarks(tx, act.today)))


def _decide_change(act: Act, held: Held | None, filing: CodeChangeFiling) -> Permitted | Refused:
    stated = set()
    if held is not None:
        record = held.record
        stated = {
            item
            for item, agrees in (
                (FormItem.NAME, filing.name in {record.name.text, record.name.latin}),
                (FormItem.ADDRESS, filing.address in {record.address.text, record.address.full}),
                (FormItem.CODE, filing.code == record.code),
            )
            if agrees
        }
    return law_codes.decide_code_change(
        law_codes.CodeChangeRequest(frozenset(stated), filing.shown),
        recorded_here=held is not None and held.present,
        has_code=held is not None and held.record.code is not None,
        on=act.today,
    )


def correct_code(ctx: Context, claim: OperatorClaim, filing: CodeCorrectionFiling) -> Registered | Refused:
    """Correct a wrong or missing code ex officio (Ord. 30-4): by the person's own where it is known, else a new one.

    Two persons under one code (Act Arts. 30-2(2), 30-11(5)) are put right by this act on one of them.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.CODE_CORRECTED)
        right = [filing.right_code] if filing.right_code else []
        for code in right:
            residents.lock_code(tx, code)
        locked = residents.lock_together(tx, numbers=[filing.resident_no], codes=right)
        held = next((one for one in locked if one.resident_no == filing.resident_no), None)
        kept = [register.decide_held(tx, held)] if held else []
        decision = acts.every(act.gate, _decide_correction(act, held, filing, locked), *kept)
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law_codes.C5,))
            return act.refuse(refused, held or acts.Subject(filing.resident_no))
        known = filing.right_code or lost_acts.code_given(act, held.record, held.record.code)
        given = known or code_stock.draw(act, held)
        entry = Entry(claim, RegisterReason.CODE_RECORDED_EX_OFFICIO, act.today)
        changed = register.enter(ctx, tx, held, _with_code(given), entry)
        residents.add_code_notice(tx, changed, CORRECTED, act.today)
        act.done(decision, held)
        return Registered((held.resident_no,), (*decision.remarks, *code_stock.remarks(tx, act.today)))


def _decide_correction(
    act: Act, held: Held | None, filing: CodeCorrectionFiling, locked: list[Held]
) -> Permitted | Refused:
    right = filing.right_code
    taken = any(one.present and one.record.code == right and one is not held for one in locked if right)
    return acts.every(
        Permitted(()),  # the gate has been looked at
        law_codes.decide_code_correction(
            law_codes.CodeCorrection(
                kind=held.record.kind if held else RecordKind.JAPANESE,
                confirmed=filing.confirmed,
                differs=right is None or held is None or right != held.record.code,
            ),
            recorded_here=held is not None and held.present,
            on=act.today,
        ),
        acts.require((I7, not taken), (P2, act.ctx.is_connected(act.ctx.node))),
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many were given a code, and who is excepted (Ord. 2010 no. 253 suppl. 9(1))."""

    assigned: int
    excepted: tuple[str, ...]


def simulate_codes_at_start(ctx: Context, claim: OperatorClaim) -> Assigned | Refused:
    """How many would get a code on the day the network begins for foreign residents, and who is excepted."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CODE_ASSIGN, AuditEvent.CODES_SIMULATED)
        decision = acts.every(act.gate, _decide_start(act))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        due, excepted, after = 0, [], 0
        while batch := residents.uncoded_foreign(tx, after=after, most=_BATCH):
            after = batch[-1].resident_id
            left = [
                one.resident_no for one in batch if not law_codes.gets_code_on_start(one.record, on=act.today)
            ]
            excepted += left
            due += len(batch) - len(left)
        act.nobody(decision, reference=act.today.isoformat())
        return Assigned(due, tuple(excepted))


def _decide_start(act: Act) -> Decision:
    """Whether this is the day; who is excepted is decided one by one."""
    return acts.every(
        Permitted(()),
        law_codes.decide_code_on_start(RecordKind.FOREIGN, None, on=act.today),
        acts.require((P2, act.ctx.is_connected(act.ctx.node))),
    )


def assign_codes_to_foreign_residents(ctx: Context, claim: OperatorClaim) -> Assigned | Refused:
    """Give every recorded foreign resident a code on the day the network begins for them.

    Works in batches, each a transaction with one audit entry a person; stopped half-way, it goes on with
    those who have none yet. Where nobody is due, that is one entry. Refused on any other day.
    """
    assigned, after = 0, 0
    excepted: list[str] = []
    while True:
        with ctx.begin() as tx:
            act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CODE_ASSIGN, AuditEvent.CODE_ASSIGNED)
            decision = acts.every(
                act.gate,
                _decide_start(act),
                second_person.decide_list(act, AuditEvent.CODES_SIMULATED, act.today.isoformat()),
            )
            if isinstance(decision, Refused):
                return act.refuse(decision)
            batch = residents.lock_uncoded_foreign(tx, after=after, most=_BATCH)
            if not batch:
                if not assigned:
                    act.nobody(decision)
                return Assigned(assigned, tuple(excepted))
            after = batch[-1].resident_id
            due = [held for held in batch if law_codes.gets_code_on_start(held.record, on=act.today)]
            excepted += [held.resident_no for held in batch if held not in due]
            _assign(act, due)
            assigned += len(due)


def _assign(act: Act, due: list[Held]) -> None:
    given = [lost_acts.code_given(act, held.record, None) for held in due]
    drawn = iter(code_stock.draw_many(act, given.count(None)))
    entry = Entry(act.claim, RegisterReason.CODE_RECORDED_EX_OFFICIO, act.today)
    for held, known in zip(due, given, strict=True):
        code = known or next(drawn)
        decision = law_codes.decide_code_on_start(held.record.kind, held.record.move_out, on=act.today)
        # The law gives these codes, to everybody on one day: no hold of the office stands in its way.
        changed = register.enter(act.ctx, act.tx, held, _with_code(code), entry, heeds_holds=False)
        residents.add_code_notice(act.tx, changed, ASSIGNED, act.today)
        if isinstance(decision, Permitted):
            act.done(decision, changed)


def _with_code(code: ResidentRecordCode) -> register.Change:
    return lambda record: replace(record, code=code)
