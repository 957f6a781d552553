"""What holds on a record mean for an act: asked by every act on the register, every look and every copy.

Owns the look-up and the use of lifts. What a hold asks is in ``jukinet.law.holds``; setting, lifting and ending
them is in ``jukinet.services.holds``. An act asks after it has locked the resident's row, in the same transaction:
who sets or ends a hold locks that row too, so an act is wholly before it or wholly under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law import holds as law_holds
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.holds import Hold, Lift, ListWeighed, Process, Weighed
from jukinet.services import trail
from jukinet.services.acts import Subject
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.operators import OperatorClaim
from jukinet.store import holds as store
from jukinet.store.database import Actor, Transaction
from jukinet.store.residents import Held, Listed


def _none_set(tx: Transaction) -> bool:
    """Whether there is nothing to ask: a register without any hold is loaded without a question for each resident.

    Remembered for the transaction, and so asked only about who is recorded anew: their household is locked first.
    """
    if tx.holds_set is None:
        tx.holds_set = store.any_set(tx)
    return not tx.holds_set


def on_all(tx: Transaction, held: Iterable[Held | Listed]) -> dict[int, list[Hold]]:
    """The holds that nobody has ended on these residents, by resident id; also for marks in a list of people."""
    return store.on_residents(tx, (one.resident_id for one in held))


def on(tx: Transaction, held: Held) -> list[Hold]:
    """The holds that nobody has ended on a resident."""
    return on_all(tx, [held]).get(held.resident_id, [])


def on_household(tx: Transaction, household_no: str) -> list[Hold]:
    """The holds that nobody has ended on a household: who joins it comes under them."""
    return [] if _none_set(tx) else store.on_household(tx, household_no)


def _weigh(tx: Transaction, holds: Sequence[Hold], process: Process, actor: Actor | None) -> Weighed:
    if not holds:
        return Weighed(Permitted(()))
    if actor is None:
        raise TypeError("holds are weighed for an operator: open the act first")
    return law_holds.weigh(
        holds,
        _lifts(tx, holds, actor),
        process,
        operator=actor.operator_id,
        confirmed=actor.confirmed,
        on=actor.on,
        now=actor.at,
    )


def _lifts(tx: Transaction, holds: Iterable[Hold], actor: Actor) -> list[Lift]:
    """The lifts for an operator; what this transaction has used up counts in it still."""
    return [
        replace(lift, used=lift.used and lift.lift_id not in tx.lifts_used)
        for lift in store.lifts(tx, holds, actor.operator_id, actor.at)
    ]


def decide(tx: Transaction, holds: Sequence[Hold], process: Process) -> Decision:
    """Whether the operator of this transaction may do this with a record under these holds: V1, V2."""
    return _weigh(tx, holds, process, tx.actor).decision


def use_lifts(tx: Transaction, holds: Sequence[Hold], process: Process) -> None:
    """Use up the lifts for one act that the operator's act rests on."""
    _use(tx, _weigh(tx, holds, process, tx.actor).lifts, tx.actor)


def _use(tx: Transaction, lifts: Iterable[int], actor: Actor | None) -> None:
    for lift in lifts:
        if lift in tx.lifts_used or actor is None:
            continue
        if not store.use_lift(tx, lift, actor.at):
            raise JukinetError(ErrorKind.CONFLICT, "The lift was used by another act meanwhile. Look again.")
        tx.lifts_used.add(lift)


def heed(
    ctx: Context,
    tx: Transaction,
    holds: Sequence[Hold],
    process: Process,
    claim: OperatorClaim,
    subject: Subject,
) -> None:
    """Let an act that writes pass under these holds, using up its lifts; else turn it back (``TurnedBackError``)."""
    if not holds:
        return
    actor = tx.actor or Actor(claim.operator_id, claim.confirmed, ctx.business_date(tx), ctx.now())
    weighed = _weigh(tx, holds, process, actor)
    refused = weighed.decision
    if isinstance(refused, Refused):

        def note(again: Context, alone: Transaction) -> None:
            trail.note_act(
                again,
                alone,
                AuditEvent.HOLD_STOPPED_ACT,
                claim,
                refused,
                code=subject.code,
                resident_no=subject.resident_no,
            )

        raise TurnedBackError(refused, note)
    _use(tx, weighed.lifts, actor)


def keeps_copies_back(tx: Transaction, held: Sequence[Held]) -> frozenset[int]:
    """The ids of those for whom no copy is issued without a person here: a hold on issue stands, of either level.

    A lift is for an operator of this office and counts for nobody else. The office's day must have been asked for.
    """
    return _held_back(tx, (one.resident_id for one in held), frozenset({Process.ISSUE}))


def keeps_off_lists(tx: Transaction, resident_ids: Iterable[int]) -> frozenset[int]:
    """The ids of those who stand in no list of residents: a hold on issue or on looking stands, of either level.

    No lift is for such a list; for one that is browsed see ``weigh_list``. The office's day must have been asked for.
    """
    return _held_back(tx, resident_ids, law_holds.OFF_LISTS)


def weigh_list(
    tx: Transaction, resident_ids: Iterable[int], *, browsing: int | None, leave_out: bool
) -> ListWeighed:
    """What holds say to a list of these that the operator of this transaction makes, for a number or the office."""
    if tx.actor is None:
        raise TypeError("holds are weighed for an operator: open the act first")
    actor, holds = tx.actor, store.on_residents(tx, resident_ids)
    return law_holds.weigh_list(
        holds,
        _lifts(tx, (hold for one in holds.values() for hold in one), actor),
        browsing=browsing,
        leave_out=leave_out,
        operator=actor.operator_id,
        on=actor.on,
        now=actor.at,
    )


def use_list_lifts(tx: Transaction, weighed: ListWeighed) -> None:
    """Use up the lifts that a list which is made rests on."""
    _use(tx, weighed.lifts, tx.actor)


def _held_back(tx: Transaction, resident_ids: Iterable[int], processes: frozenset[Process]) -> frozenset[int]:
    if tx.business_date is None:
        raise TypeError("ask for the business date first")
    today = tx.business_date
    return frozenset(
        resident_id
        for resident_id, holds in store.on_residents(tx, resident_ids).items()
        if any(hold.process in processes and hold.stands(today) for hold in holds)
    )


def follow_leaver(tx: Transaction, held: Held) -> None:
    """A resident leaves the household ``held`` shows: its holds stay on them until a person ends them."""
    if not _none_set(tx):
        store.follow_leaver(tx, held, held.record.household_number)


def follow_returner(tx: Transaction, held: Held) -> None:
    """A person is recorded here anew: what stands on their earlier records stands on this one too."""
    if not _none_set(tx):
        store.follow_returner(tx, held)
