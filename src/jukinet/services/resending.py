"""Sending once more what the governor should hold of a resident (再送信): the present facts, as a new notice.

For what another node lost or altered. Where it holds the record the notice is a correction, where it does not a
recording, both ex officio (Reg. Art. 11): the clerk knows which from the consistency check.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused, law, policy
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.kinds import MessageKind
from jukinet.services import acts, outgoing
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import residents

KC6 = law(
    "KC6",
    "Act Art. 30-5(1)",
    "Only a record that stands here and has a code can be sent again.",
)
KC7 = policy(
    "KC7",
    "Choice of this network: reports go over the line",
    "This node is not connected to the network, so nothing is sent.",
)


def resend(
    ctx: Context, claim: OperatorClaim, resident_no: str, *, recording: bool = False
) -> Permitted | Refused:
    """Send a resident's present facts to the governor; ``recording``: as one who is recorded ex officio."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_NOTICE_RESEND, AuditEvent.NOTICE_SENT_AGAIN)
        held = residents.lock(tx, resident_no)
        stands = held is not None and held.present and held.record.code is not None
        decision = acts.every(act.gate, acts.require((KC6, stands), (KC7, ctx.is_connected(ctx.node))))
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject.of(held) if held else Subject(resident_no))
        if held is None:
            raise TypeError("who is not recorded is refused")
        change = ChangeInformation(
            ChangeKind.RECORDING if recording else ChangeKind.CORRECTION,
            NoticeReason.RECORDED_EX_OFFICIO if recording else NoticeReason.CORRECTED_EX_OFFICIO,
            act.today,
            held.record.kind is RecordKind.FOREIGN,
            None,
        )
        body = IdentityNotice(held.record.identity_facts(), change)
        reference = outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, ctx.governor, body)
        act.done(Permitted((*decision.basis, change.reason)), held, reference=reference)
        return decision
