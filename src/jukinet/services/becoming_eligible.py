"""Who lived here without a record and became a foreign resident (Act Art. 30-47).

Recorded as one who comes from abroad would be (specification 4.5.2), without a previous address.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import ForeignClass
from jukinet.law.decisions import Permitted, Refused, law
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.filings import MoveInFiling, Person
from jukinet.services.foreign_filings import EligibleFiling
from jukinet.services.moves import enter_newcomers
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered

SR31 = law(
    "SR31",
    "Act Arts. 30-46, 30-47",
    "Only who became a mid-to-long-term or special permanent resident, or was permitted refuge or provisional stay, "
    "is recorded by this. A child is recorded by its birth, a lost nationality by its own act.",
)
SR32 = law(
    "SR32", "Act Art. 30-45", "Who lived here already became a foreign resident on the day of the status."
)


def record_eligible(ctx: Context, claim: OperatorClaim, filing: EligibleFiling) -> Registered | Refused:
    """Record persons who became eligible where they live (Act Art. 30-47), with the code they had, or a new one."""
    move_in = MoveInFiling(
        persons=filing.persons,
        address=filing.address,
        previous_address=None,
        moved_on=filing.became_on,
        filed_on=filing.filed_on,
        evidence=MoveInEvidence.FROM_ABROAD,
        status_shown=filing.status_shown,
        household_number=filing.household_number,
        although_alike=filing.although_alike,
        notified_by=filing.notified_by,
    )
    return enter_newcomers(
        ctx, claim, move_in, AuditEvent.ELIGIBLE_RECORDED, (_decide(filing),), became_eligible=True
    )


def _decide(filing: EligibleFiling) -> Permitted | Refused:
    eligible = all(_eligible(person) for person in filing.persons)
    that_day = all(
        person.foreign is None or person.foreign.became_foreign_resident_on == filing.became_on
        for person in filing.persons
    )
    return acts.require((SR31, eligible), (SR32, that_day))


def _eligible(person: Person) -> bool:
    return person.foreign is not None and person.foreign.stay is not ForeignClass.TRANSITIONAL
