"""Another nationality (Ord. Art. 8-2): one act deletes a person's record and makes the other one.

Both stand in one history, under the resident number, the household and the code that go over (specification 4.5.3
to 4.5.5; docs/explanation/decisions/nationality-in-one-history.md). The network hears of a deletion and then of a
recording, both ex officio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.law import nationality as law_nationality
from jukinet.law.codes import CodeHistory
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.foreign_items import ItemsCase, decide_items
from jukinet.law.nationality import NA1, NationalityChange
from jukinet.services import acts, code_stock, codes, register
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.foreign_filings import AcquiredFiling, LostFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held


def acquire_nationality(ctx: Context, claim: OperatorClaim, filing: AcquiredFiling) -> Registered | Refused:
    """Delete the foreign record of who became a Japanese national and make the Japanese one (Ord. 8-2(1))."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.NATIONALITY_ACQUIRED
        )
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        filed_on = filing.filed_on or act.today
        change = NationalityChange(filing.acquired_on, filed_on, held.record.birth_date)
        decision = acts.every(
            act.gate,
            law_nationality.decide_acquired(
                change, held.record.kind, recorded_here=held.present, on=act.today
            ),
            register.decide_begun(tx, held, filing.acquired_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        deletion = Entry(claim, RegisterReason.DELETED_NATURALISED, filing.acquired_on, filed_on)
        recording = replace(deletion, reason=RegisterReason.RECORDED_NATURALISED)

        def as_japanese(record: ResidentRecord) -> ResidentRecord:
            return law_nationality.as_japanese(record, filing.name, filing.koseki)

        return _exchange(act, held, as_japanese, (deletion, recording), decision)


def lose_nationality(ctx: Context, claim: OperatorClaim, filing: LostFiling) -> Registered | Refused:
    """Delete the Japanese record of who lost the nationality and make the foreign one (Ord. 8-2(2))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.NATIONALITY_LOST)
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        filed_on = filing.filed_on or act.today
        decision = acts.every(
            act.gate,
            law_nationality.decide_lost(
                NationalityChange(filing.lost_on, filed_on, held.record.birth_date),
                held.record.kind,
                recorded_here=held.present,
                on=act.today,
            ),
            decide_items(_from_loss(held, filing), on=act.today),
            register.decide_begun(tx, held, filing.lost_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        deletion = Entry(claim, RegisterReason.DELETED_NATIONALITY_LOST, filing.lost_on, filed_on)
        recording = replace(deletion, reason=RegisterReason.RECORDED_NATIONALITY_LOST)

        def as_foreign(record: ResidentRecord) -> ResidentRecord:
            return law_nationality.as_foreign(record, filing.items, filing.lost_on, filing.name)

        return _exchange(act, held, as_foreign, (deletion, recording), decision)


def _from_loss(held: Held, filing: LostFiling) -> ItemsCase:
    """The items as they would hold from the loss on: from it the sixty days of a transitional stay run."""
    items = replace(filing.items, became_foreign_resident_on=filing.lost_on)
    return ItemsCase(items, held.record.birth_date)


def _nobody(act: Act) -> Refused:
    """The gate's own refusal first: who may not act learns nothing of who is recorded."""
    return act.gate if isinstance(act.gate, Refused) else Refused((NA1,))


def _exchange(
    act: Act,
    held: Held,
    other: Callable[[ResidentRecord], ResidentRecord],
    entries: tuple[Entry, Entry],
    decision: Permitted,
) -> Registered:
    """The deletion and the recording, in the order in which they are to be told; the code goes over, or is given."""
    deletion, recording = entries
    made = other(held.record)
    history = CodeHistory(made.kind, recorded_before=True, code_known=made.code is not None)
    coded = codes.give_code(act, made, history)
    code = coded.record.code
    gone = register.enter(act.ctx, act.tx, held, lambda record: record, deletion, present=False)
    here = register.enter(
        act.ctx, act.tx, gone, lambda record: replace(other(record), code=code), recording, present=True
    )
    coded.note(act, here)
    act.done(decision, here)
    return Registered((here.resident_no,), (*decision.remarks, *code_stock.remarks(act.tx, act.today)))
