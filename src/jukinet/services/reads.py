"""Looking at the register. Every look is an audit entry of the person looked at."""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Refused, law
from jukinet.services import acts
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.tags import Tag
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held, Version

R1 = law("R1", "Act Art. 5", "Nobody with this number or code is recorded here.")


@dataclass(frozen=True, slots=True, repr=False)
class Found(Private):
    """A resident as recorded now, with every version, and the tag of this state."""

    resident_no: str
    present: bool
    record: ResidentRecord
    versions: tuple[Version, ...]
    tag: Tag


def _lock(tx: Transaction, key: str | ResidentRecordCode) -> Held | None:
    return residents.lock(tx, key) if isinstance(key, str) else residents.lock_by_code(tx, key)


def _named(key: str | ResidentRecordCode) -> Subject:
    return Subject(resident_no=key) if isinstance(key, str) else Subject(code=key)


def read_resident(ctx: Context, claim: OperatorClaim, key: str | ResidentRecordCode) -> Found | Refused:
    """A resident by number or by code, with the history."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = _lock(tx, key)
        decision = acts.every(act.gate, acts.require((R1, held is not None)))
        if held is None or isinstance(decision, Refused):
            return act.refuse(
                decision if isinstance(decision, Refused) else Refused((R1,)), held or _named(key)
            )
        act.done(decision, held)
        versions = tuple(residents.history(tx, held.resident_id))
        tag = Tag(ctx.incarnation, held.resident_id, held.history_no)
        return Found(held.resident_no, held.present, held.record, versions, tag)
