"""Changes of households without a move (世帯分離, 世帯合併, 世帯変更, 世帯主変更; Act Art. 25).

Owns the order of the steps, and what becomes of who is left alone when the householder goes (``settle``). Which
change may be entered is in ``jukinet.law.households``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import HOUSEHOLDER, RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.law import households as law
from jukinet.law.added import Notification
from jukinet.law.decisions import Decision, Permitted, Refused, Remark
from jukinet.law.households import HouseholdAct, HouseholdNotification, decide_household
from jukinet.law.kinship import KinshipCase, decide_proof
from jukinet.services import acts, added, notifying, register, without_notice
from jukinet.services.acts import Act
from jukinet.services.births import H1
from jukinet.services.context import Context
from jukinet.services.household_filings import HouseholderFiling, HouseholdFiling, Member
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held

_REASONS = {
    HouseholdAct.SPLIT: RegisterReason.HOUSEHOLD_SPLIT,
    HouseholdAct.MERGE: RegisterReason.HOUSEHOLD_MERGED,
    HouseholdAct.CHANGE: RegisterReason.HOUSEHOLD_CHANGED,
    HouseholdAct.HOUSEHOLDER: RegisterReason.HOUSEHOLDER_CHANGED,
}

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Headless:
    """A household without a householder, and who belongs to it."""

    household_number: str
    resident_nos: tuple[str, ...]


def split_household(ctx: Context, claim: OperatorClaim, filing: HouseholdFiling) -> Registered | Refused:
    """Some members form a household of their own at the same address (世帯分離)."""
    return _change(ctx, claim, HouseholdAct.SPLIT, filing)


def merge_households(ctx: Context, claim: OperatorClaim, filing: HouseholdFiling) -> Registered | Refused:
    """A whole household joins another one at the same address (世帯合併)."""
    return _change(ctx, claim, HouseholdAct.MERGE, filing)


def change_household(ctx: Context, claim: OperatorClaim, filing: HouseholdFiling) -> Registered | Refused:
    """Some members join another household at the same address (世帯変更)."""
    return _change(ctx, claim, HouseholdAct.CHANGE, filing)


def change_householder(ctx: Context, claim: OperatorClaim, filing: HouseholderFiling) -> Registered | Refused:
    """Another member is the householder; the others' relationships follow (世帯主変更)."""
    given = HouseholdFiling(
        (),
        filing.changed_on,
        filing.filed_on,
        filing.household_number,
        filing.members,
        filing.additions,
        notified_by=filing.notified_by,
        basis=filing.basis,
    )
    return _change(ctx, claim, HouseholdAct.HOUSEHOLDER, given)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Who is concerned, as locked: the household left and the one that results, members with their relationships."""

    filing: HouseholdFiling
    movers: tuple[Held, ...]
    left: tuple[Held, ...]
    joined: tuple[Held, ...]

    def related_as(self, held: Held) -> str:
        stated = {one.resident_no: one.relationship for one in (*self.filing.movers, *self.filing.others)}
        return stated.get(held.resident_no) or held.record.relationship

    @property
    def staying(self) -> list[Held]:
        return [held for held in self.left if held not in self.movers]

    @property
    def resulting(self) -> list[Held]:
        return [*(held for held in self.joined if held not in self.movers), *self.movers]

    def householders(self, members: Sequence[Held]) -> int:
        return sum(self.related_as(held) == HOUSEHOLDER for held in members)

    def all_stated(self) -> bool:
        """Nobody in the household that results is related to somebody who no longer heads it."""
        before = next((held for held in self.joined if held.record.is_householder), None)
        same_head = before is not None and self.related_as(before) == HOUSEHOLDER
        stated = {one.resident_no for one in (*self.filing.movers, *self.filing.others)}
        return same_head or {held.resident_no for held in self.resulting} <= stated

    def stays_well(self) -> bool:
        """Who stays has one householder, or is not told of: then what follows is for ``settle``."""
        heads = self.householders(self.staying)
        restated = {held.resident_no for held in self.staying} & {
            one.resident_no for one in self.filing.others
        }
        return heads == 1 or (heads == 0 and not restated)

    def named(self) -> list[Held]:
        """Everybody whose record changes, in the order of the locks."""
        numbers = {one.resident_no for one in (*self.filing.movers, *self.filing.others)}
        return [held for held in _distinct((*self.left, *self.joined)) if held.resident_no in numbers]


def _distinct(held: Sequence[Held]) -> list[Held]:
    return sorted({one.resident_id: one for one in held}.values(), key=lambda one: one.resident_id)


def _change(
    ctx: Context, claim: OperatorClaim, what: HouseholdAct, filing: HouseholdFiling
) -> Registered | Refused:
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.HOUSEHOLD_CHANGED)
        scene = _set(act, filing)
        decision = acts.every(
            act.gate,
            _decide(act, what, scene),
            *_begun(act, scene),
            *_proved(scene),
            *added.decide(filing.additions, scene.named(), Notification.HOUSEHOLD, act.today),
            without_notice.decide(filing.basis) if filing.basis else _decide_notifier(act, scene),
        )
        if isinstance(decision, Refused):
            stated = (*filing.movers, *filing.others)
            return act.refuse(decision, *_subjects(stated, scene))
        number = filing.into or register.new_household_no(ctx, tx)
        reason = _REASONS[what]
        entry = without_notice.entry_of(
            Entry(claim, reason, filing.changed_on, filing.filed_on, filing.notified_by), filing.basis
        )
        for held in scene.named():
            moves = held in scene.movers
            change = _changed(scene.related_as(held), number if moves else None)
            adding = replace(entry, additions=added.of(filing.additions, held))
            changed = register.enter(ctx, tx, held, change, adding, until_changed=True)
            without_notice.tell(act, changed, filing.basis)
            act.done(decision, changed, reference=entry.kinds)
        headed = scene.householders(scene.staying) > 0
        remarks = () if headed else settle(act, scene.staying, entry)
        return Registered(tuple(one.resident_no for one in scene.named()), (*decision.remarks, *remarks))


def _set(act: Act, filing: HouseholdFiling) -> _Scene:
    numbers = [one.resident_no for one in filing.movers]
    left = residents.households_of(act.tx, numbers)
    households = [*left, *([filing.into] if filing.into else [])]
    locked = residents.lock_together(act.tx, numbers=numbers, households=households)
    movers = tuple(held for held in locked if held.present and held.resident_no in numbers)
    return _Scene(
        filing,
        movers,
        left=tuple(held for one in left for held in residents.members(locked, one)),
        joined=tuple(residents.members(locked, filing.into) if filing.into else ()),
    )


def _decide(act: Act, what: HouseholdAct, scene: _Scene) -> Decision:
    filing = scene.filing
    concerned = {held.resident_no for held in (*scene.left, *scene.joined)}
    from_one = len({held.record.household_number for held in scene.movers}) <= 1
    addresses = {held.record.address for held in scene.resulting}
    notice = HouseholdNotification(
        act=what,
        changed_on=filing.changed_on,
        filed_on=without_notice.filed_on(filing.filed_on, filing.changed_on, filing.basis),
        all_leave=not scene.staying,
        joins=bool(scene.joined),
        householders=scene.householders(scene.resulting),
        same_address=len(addresses) <= 1,
        all_stated=scene.all_stated(),
        related=from_one and {one.resident_no for one in filing.others} <= concerned,
    )
    return acts.every(
        Permitted(()),  # the gate has been looked at
        decide_household(notice, recorded_here=len(scene.movers) == len(filing.movers), on=act.today),
        acts.require((H1, filing.into is None or bool(scene.joined))),
        acts.require((law.HH4, not scene.staying or scene.stays_well())),
    )


def _proved(scene: _Scene) -> list[Decision]:
    """Whether each who is named proves the relationship to a foreign householder (Act Art. 30-49)."""
    stated = {one.resident_no: one.kinship for one in (*scene.filing.movers, *scene.filing.others)}

    def proved(held: Held) -> Decision:
        together = scene.resulting if held in scene.resulting else scene.staying
        head = next((one for one in together if scene.related_as(one) == HOUSEHOLDER), None)
        return decide_proof(
            KinshipCase(
                relationship=scene.related_as(held),
                foreign_member=held.record.kind is RecordKind.FOREIGN,
                foreign_householder=head is not None and head.record.kind is RecordKind.FOREIGN,
                came_along=False,
                proof=stated[held.resident_no],
            )
        )

    return [proved(held) for held in scene.named()]


def _decide_notifier(act: Act, scene: _Scene) -> Decision:
    stated = {one.resident_no: one.relationship for one in (*scene.filing.movers, *scene.filing.others)}
    return notifying.decide(
        act,
        scene.filing.notified_by,
        named=len(stated),
        household=_distinct((*scene.left, *scene.joined)),
        stated=stated.values(),
    )


def _begun(act: Act, scene: _Scene) -> list[Decision]:
    return [register.decide_begun(act.tx, held, scene.filing.changed_on) for held in scene.named()]


def _subjects(stated: Sequence[Member], scene: _Scene) -> list[acts.Subject | Held]:
    recorded = {held.resident_no: held for held in (*scene.left, *scene.joined)}
    return [recorded.get(one.resident_no) or acts.Subject(one.resident_no) for one in stated]


def _changed(relationship: str, household_no: str | None) -> register.Change:
    def change(record: ResidentRecord) -> ResidentRecord:
        return replace(
            record,
            household_number=household_no or record.household_number,
            relationship=relationship,
        )

    return change


def settle(act: Act, left: Sequence[Held], entry: Entry) -> tuple[Remark, ...]:
    """What follows where a householder went: the only member left is recorded as householder (Ord. 12(1), 25).

    ``left``: the locked members who stay. Two or more decide themselves who it is, and the clerk is told.
    """
    if not left or any(held.record.is_householder for held in left):
        return ()
    if len(left) > 1:
        return (law.WITHOUT_HOUSEHOLDER,)
    (alone,) = left
    settled = replace(act, event=AuditEvent.HOUSEHOLDER_LEFT_ALONE)
    begins = max(entry.effective_on, residents.begins_on(act.tx, alone))
    changed = register.enter(
        act.ctx,
        act.tx,
        alone,
        _changed(HOUSEHOLDER, None),
        Entry(entry.claim, RegisterReason.HOUSEHOLDER_CHANGED, begins),
        until_changed=True,
        heeds_holds=False,
    )
    settled.done(Permitted((law.LAST_MEMBER.article, "Ord. Art. 12(1)")), changed)
    return (law.LAST_MEMBER,)


def list_headless(ctx: Context, claim: OperatorClaim) -> tuple[Headless, ...] | Refused:
    """The households that have no householder, to be asked who it is (specification 4.0.5); a thousand at most."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.HEADLESS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return tuple(Headless(*one) for one in residents.without_householder(tx, most=LISTED_AT_MOST))


def left_behind(locked: Sequence[Held], gone: Held) -> list[Held]:
    """Of locked residents the members of a household that somebody has just left."""
    return [
        held
        for held in residents.members(locked, gone.record.household_number)
        if held.resident_id != gone.resident_id
    ]
