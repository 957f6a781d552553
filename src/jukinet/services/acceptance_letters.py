"""The letter that a notification was accepted (住民異動届受理通知): what it says, for a telling that is on the list.

It goes to the person at the address before the act, where there is one: whoever moved somebody without their knowledge
knows the new one. That it was sent is noted apart (``jukinet.services.tellings``); it may be printed on any later day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.law.notifications import ACCEPTED, Capacity
from jukinet.law.tellings import MG9, MG20
from jukinet.services import acts, withholding
from jukinet.services.acts import Act
from jukinet.services.certifiers import Certified, certified_on
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import notifiers, residents, tellings
from jukinet.store.residents import Version
from jukinet.store.tellings import Told


@dataclass(frozen=True, slots=True, repr=False)
class Letter(Private):
    """What the sheet says; ``address`` by lines, ``reference`` the number of the telling."""

    name: str
    address: tuple[str, ...]
    reason: RegisterReason
    capacity: Capacity | None
    notified_on: date | None
    foreign: bool
    reference: str
    printed_on: date
    certified: Certified | None = None


CanPrint = Callable[[Letter], bool]
"""Whether the fonts have what a letter needs; sets nothing."""


def begin(ctx: Context, claim: OperatorClaim, telling: int, can_print: CanPrint) -> Letter | Refused:
    """What the letter of a telling says; that it is printed is recorded. A hold on issue keeps it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CERTIFICATE_ISSUE, AuditEvent.LETTER_PRINTED)
        about = tellings.resident_of(tx, telling)
        held = residents.lock(tx, about) if about else None
        told = tellings.find(tx, telling) if held else None
        holds = withholding.on(tx, held) if held else []
        accepted = told is not None and told.telling.way == ACCEPTED
        history = residents.history(tx, held.resident_id) if held and accepted else []
        letter = _letter(act, told, history) if told and history else None
        decision = acts.every(
            act.gate,
            acts.require(
                (MG9, told is not None),
                (MG20, told is None or letter is not None),
                (CD24, letter is None or can_print(letter)),
            ),
            withholding.decide(tx, holds, Process.ISSUE),
        )
        if letter is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((MG9,))
            return act.refuse(refused, held, reference=str(telling))
        withholding.use_lifts(tx, holds, Process.ISSUE)
        act.done(decision, held, reference=str(telling))
        return letter


def _letter(act: Act, told: Told, history: list[Version]) -> Letter | None:
    version = next((one for one in history if one.history_no == told.history_no), None)
    if version is None:
        return None
    before = _before(history, version) or version.record
    notifier = notifiers.by_history_no(act.tx, told.resident_id).get(version.history_no)
    record = version.record
    return Letter(
        name=record.name.latin or record.name.text,
        address=(before.address.text, *filter(None, (before.address.building,))),
        reason=version.reason,
        capacity=notifier.capacity if notifier else None,
        notified_on=version.notified_on,
        foreign=record.kind is RecordKind.FOREIGN,
        reference=str(told.telling_id),
        printed_on=act.today,
        certified=certified_on(act.tx, act.today),
    )


def _before(history: list[Version], version: Version) -> ResidentRecord | None:
    """The record as it stood before an act, present or not recorded at all."""
    place = (version.effective_on, version.effective_seq)
    earlier = [one for one in history if (one.effective_on, one.effective_seq) < place and one.present]
    last = max(earlier, key=lambda one: (one.effective_on, one.effective_seq, one.history_no), default=None)
    return last.record if last else None
