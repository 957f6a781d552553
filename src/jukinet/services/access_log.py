"""Who looked at a person: the audit log of this node about one person, told in words that the person understands.

A view of the log, at a municipality, a governor's node or the centre. Codes that the person had before count too; of
someone else nothing is told. Who asks with a code that was replaced is told of no later one, but that there is one.
Reading it is itself an entry about the person, which the next reading shows.

Whoever was told of in a batch has no entry, but a row of that batch, which stands for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import islice

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Hold, Process
from jukinet.messages.directory import Directory
from jukinet.services import access_words, acts, withholding
from jukinet.services.access_words import Said
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import access, residents
from jukinet.store.residents import Held

SHOWN_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Look:
    """One entry: when, which office, what, for which affair, and how it ended.

    ``number`` is the entry's in the log; of a row of a batch there is ``row`` instead, the batch and the row.
    """

    number: int | None
    at: datetime
    who: Said
    what: Said
    affair: Said | None
    result: Said
    row: str | None = None


@dataclass(frozen=True, slots=True)
class AccessLog:
    """What is told, the newest first. ``replaced``: the code was, and there may be more under the present one."""

    looks: tuple[Look, ...]
    replaced: bool


def about(
    ctx: Context,
    claim: OperatorClaim,
    code: ResidentRecordCode,
    first: date | None = None,
    last: date | None = None,
) -> AccessLog | Refused:
    """The newest thousand entries of these office days, newest first. A hold on inquiries may keep them back (V1, V2).

    A code that nobody has is no error: whoever left is still asked for, and so is a code that was replaced.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_PERSON_READ, AuditEvent.ACCESS_LOG_READ)
        # Who may not read learns nothing of who is recorded, and locks nobody.
        named = [] if isinstance(act.gate, Refused) else _named(act, code)
        own = _holders(named, code)
        holds = _holds(act, named)
        decision = acts.every(act.gate, withholding.decide(tx, holds, Process.INQUIRY))
        subject = Subject(next((held.resident_no for held in own or named), None), code)
        if isinstance(decision, Refused):
            return act.refuse(decision, subject)
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        found = _found(act, _codes(act, code, own), own, (first, last))
        replaced = _replaced(act, code, named, own)
        act.done(decision, subject)
        directory = ctx.directory()
        return AccessLog(tuple(_look(number, entry, directory) for number, entry in found), replaced)


def _found(
    act: Act, codes: set[str], own: list[Held], days: tuple[date | None, date | None]
) -> Iterator[tuple[int | None, AuditEntry]]:
    """Entries and rows of batches together, the newest first."""
    numbers = [held.resident_no for held in own]
    entries = access.about(act.tx, codes, numbers, days=days, most=SHOWN_AT_MOST)
    rows: Sequence[AuditEntry] = ()
    if act.ctx.node.role is not NodeRole.MUNICIPALITY:
        rows = access.about_batches(act.tx, codes, days=days, most=SHOWN_AT_MOST)
    both = merge(entries, ((None, row) for row in rows), key=lambda found: found[1].at, reverse=True)
    return islice(both, SHOWN_AT_MOST)


def _named(act: Act, code: ResidentRecordCode) -> list[Held]:
    """At a municipality, who has the code, and whom entries that bear it name: the act that replaced it is one."""
    if act.ctx.node.municipality is None:
        return []
    return residents.lock_together(act.tx, numbers=access.numbers_under(act.tx, code), codes=[code])


def _holders(named: Sequence[Held], code: ResidentRecordCode) -> list[Held]:
    """The person's records: others that bear the code by mistake have another birth date or sex."""
    holders = residents.holders(named, code)
    return [held for held in holders if _facts(held) == _facts(holders[0])]


def _holds(act: Act, named: Sequence[Held]) -> list[Hold]:
    """The holds on each whom the entries may be about, not only on who has the code now."""
    found = withholding.on_all(act.tx, named) if named else {}
    return list({hold.hold_id: hold for holds in found.values() for hold in holds}.values())


def _replaced(act: Act, code: ResidentRecordCode, named: Sequence[Held], own: Sequence[Held]) -> bool:
    if act.ctx.node.municipality is None:
        return access.is_replaced(act.tx, code)
    if any(held.present for held in own):
        return False
    same = [held for held in named if not own or _facts(held) == _facts(own[0])]
    return any(held.record.code != code for held in same)


def _facts(held: Held) -> tuple[str, str]:
    return str(held.record.birth_date), held.record.sex


def _codes(act: Act, code: ResidentRecordCode, own: list[Held]) -> set[str]:
    if act.ctx.node.municipality is None:
        return access.codes_before(act.tx, code)
    return {str(code)} | access.codes_here(act.tx, [held.resident_id for held in own])


def _look(number: int | None, entry: AuditEntry, directory: Directory) -> Look:
    return Look(
        number,
        entry.at,
        access_words.who(entry.actor, directory),
        access_words.what(entry.event),
        access_words.affair(entry.affair, entry.business_on),
        access_words.result(entry),
        None if number else entry.reference,
    )
