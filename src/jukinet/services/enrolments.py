"""What the office that runs a programme tells the register: somebody was enrolled, changed class, or is no more.

Owns the act (Ord. Art. 12(2)(iii) to (v)) by which such an office, or its system, keeps its own items of a record up to
date and no others (specification 7.2.2). Items of several programmes at once, and mistakes, are corrected ex officio
(``jukinet.services.ex_officio``); what somebody adds to a notification comes with that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import Programme, Programmes, ResidentRecord
from jukinet.domain.numbers import check_number, check_pension_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import additions
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import X7, X8
from jukinet.services import acts, register
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.services.stay_items import member
from jukinet.store import residents


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentFiling(Private):
    """How one enrolment stands by what the office confirmed; ``ended``: with its day, if it does no more.

    The class is the pension's, and so is its number; a number that is not given stays as it is recorded.
    """

    resident_no: str
    programme: Programme
    since: date
    ended: date | None = None
    pension_class: str | None = None
    pension_class_since: date | None = None
    pension_number: str | None = None

    def told(self, recorded: Programmes) -> Programmes:
        """The enrolments with this one as it was told."""
        items: dict[str, Any] = {f"{self.programme}_since": self.since, f"{self.programme}_ended": self.ended}
        if self.programme is Programme.PENSION:
            items |= {
                "pension_class": self.pension_class,
                "pension_class_since": self.pension_class_since,
                "pension_number": self.pension_number or recorded.pension_number,
            }
        return replace(recorded, **items)

    @property
    def last_day(self) -> date:
        """The day from which what was told is the whole of it."""
        return max(day for day in (self.since, self.pension_class_since, self.ended) if day is not None)


def read_enrolment(data: object) -> EnrolmentFiling:
    with reading(data) as fields:
        filing = EnrolmentFiling(
            resident_no=fields.take("resident_no", check_number),
            programme=fields.take("programme", member(Programme)),
            since=fields.date("since"),
            ended=fields.optional_date("ended"),
            pension_class=fields.optional_text("pension_class"),
            pension_class_since=fields.optional_date("pension_class_since"),
            pension_number=fields.optional("pension_number", check_pension_number),
        )
        pension = filing.programme is Programme.PENSION
        if pension != (filing.pension_class is not None):
            fields.fault("pension_class", "must be given of the pension, and of nothing else")
        if not pension and (filing.pension_number or filing.pension_class_since):
            fields.fault("pension_number", "is the pension's, as is the day of its class")
        return filing


def record_enrolment(ctx: Context, claim: OperatorClaim, filing: EnrolmentFiling) -> Registered | Refused:
    """Record how an enrolment stands (Ord. Arts. 3 to 6, 12(2)(iii) to (v)). Nobody outside is told of it.

    It holds from its last day, or from the beginning of the record; later versions keep what they changed themselves.
    """
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_ENROLMENT_RECORD, AuditEvent.ENROLMENT_RECORDED
        )
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(X7, filing.resident_no)
        holds_from = max(filing.last_day, residents.begins_on(tx, held))
        stood = register.stood(tx, held, holds_from).programmes
        told = filing.told(stood)
        decision = acts.every(
            act.gate,
            acts.require((X7, held.present), (X8, told != stood)),
            additions.decide_enrolments(told, held.record.birth_date, act.today),
            register.decide_held(tx, held),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)

        def change(record: ResidentRecord) -> ResidentRecord:
            return replace(record, programmes=filing.told(record.programmes))

        entry = Entry(claim, RegisterReason.CORRECTED_EX_OFFICIO, holds_from)
        register.enter(ctx, tx, held, change, entry, until_changed=True)
        act.done(decision, held, reference=filing.programme)
        return Registered((held.resident_no,), decision.remarks)
