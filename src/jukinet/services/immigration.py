"""What the immigration authority is told of foreign residents (市町村通知, specification 4.5.7), by days of entry.

Owns the list. It goes by the terminal that the Minister of Justice lends to the municipality or, where that fails, on a
medium (ordinance on these notices, Art. 2): outside this program, in a form of our own. Each change stands in it in the
order of entry, a move-out when it happened and not when it was filed; the same days may be listed again. Not modelled:
what somebody notifies under the Immigration Control Act or the Special Act itself and the mayor passes on (市町村伝達),
so that no change says which Act asks for it; certificates of special permanent residents; what was sent, and answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import immigration as store
from jukinet.store.immigration import Entered as Entered  # noqa: PLC0414  (offered here too)

OF17 = policy(
    "OF17",
    "Choice of this network: lists of days",
    "The first day must not lie after the last, and the last must have come.",
)


@dataclass(frozen=True, slots=True, repr=False)
class ImmigrationList(Private):
    """The changes of a span of days."""

    first: date
    last: date
    entries: tuple[Entered, ...]


def list_for_immigration(
    ctx: Context, claim: OperatorClaim, first: date, last: date
) -> ImmigrationList | Refused:
    """What was entered from the first day to the last, both in Japan's real calendar and included."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_IMMIGRATION_TELL, AuditEvent.IMMIGRATION_TOLD)
        reference = f"{first}/{last}"
        today = ctx.now().astimezone(JAPAN).date()
        decision = acts.every(act.gate, acts.require((OF17, first <= last <= today)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        begin = datetime.combine(first, time.min, JAPAN)
        end = datetime.combine(last + timedelta(days=1), time.min, JAPAN)
        entries = tuple(store.entered(tx, begin, end))
        act.done(Permitted((*decision.basis, f"changes {len(entries)}")), reference=reference)
        return ImmigrationList(first, last, entries)
