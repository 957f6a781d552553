"""Places of the koseki written anew in bulk (本籍の一括変更, specification 9.7): first simulated, then run.

Owns the list and what becomes of each resident on it. An area or its numbers got another name, and with it the domicile
of a koseki (本籍); nobody's koseki is another one, so that its head stays. Whoever has another domicile than the list
says, has filed a move-out or is held back is left out and told of. Addresses are changed in
``jukinet.services.address_changes``, in the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.address_changes import decide_koseki_change
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.services import acts, register, second_person
from jukinet.services.address_changes import MOST
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held


class KosekiResult(StrEnum):
    """What became, or would become, of one resident of the list."""

    CHANGED = "changed"
    """The domicile is the new one now."""
    DONE_BEFORE = "done-before"
    """It is the new one already."""
    CHANGED_SINCE = "changed-since"
    """It is neither the old one of the list nor the new one, or none is recorded."""
    LEAVING = "leaving"
    """The resident has filed a move-out."""
    HELD = "held"
    """A hold keeps the record as it is."""
    NOBODY = "nobody"
    """Nobody of this number is recorded here."""


@dataclass(frozen=True, slots=True, repr=False)
class KosekiRow(Private):
    """One resident: the domicile as the list has it, and the one that is to stand."""

    resident_no: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, repr=False)
class KosekiList(Private):
    """What is changed, from which day."""

    changed_on: date
    rows: tuple[KosekiRow, ...]


@dataclass(frozen=True, slots=True)
class KosekiReport:
    """Resident number → result, in the order of the list."""

    results: tuple[tuple[str, KosekiResult], ...]


def _read_row(fields: Fields) -> KosekiRow:
    return KosekiRow(fields.take("resident_no", check_number), fields.text("old"), fields.text("new"))


def read_koseki_list(data: object) -> KosekiList:
    with reading(data) as fields:
        given = KosekiList(fields.date("changed_on"), fields.each("rows", _read_row, most=MOST))
        if not given.rows:
            fields.fault("rows", "must not be empty")
        if len({row.resident_no for row in given.rows}) < len(given.rows):
            fields.fault("rows", "must not name a resident twice")
        return given


def digest_of(given: KosekiList) -> str:
    """The SHA-256 of a list, however its file was written."""
    rows = [[row.resident_no, row.old, row.new] for row in given.rows]
    plain = {"changed_on": given.changed_on.isoformat(), "rows": rows}
    return hashlib.sha256(strict_json.dump(plain)).hexdigest()


def simulate(ctx: Context, claim: OperatorClaim, given: KosekiList) -> KosekiReport | Refused:
    """What a run would do now; nothing is changed. One entry: the records of many were compared."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.KOSEKI_PLACES_SIMULATED
        )
        decision = acts.every(act.gate, decide_koseki_change(given.changed_on, on=act.today))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        results = tuple(
            (row.resident_no, _result(tx, row, residents.lock(tx, row.resident_no))) for row in given.rows
        )
        act.nobody(decision, reference=digest_of(given))
        return KosekiReport(results)


def change_koseki(
    ctx: Context,
    claim: OperatorClaim,
    given: KosekiList,
    progress: Callable[[int], None] = lambda _: None,
) -> KosekiReport | Refused:
    """Write the new domiciles, each resident in a transaction; a run that was stopped goes on with the others."""
    results: list[tuple[str, KosekiResult]] = []
    for row in given.rows:
        with ctx.begin() as tx:
            act = acts.open_act(
                ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.KOSEKI_PLACE_CHANGED
            )
            decision = acts.every(act.gate, decide_koseki_change(given.changed_on, on=act.today))
            if not results:
                looked = second_person.decide_list(act, AuditEvent.KOSEKI_PLACES_SIMULATED, digest_of(given))
                decision = acts.every(act.gate, decision, looked)
            if isinstance(decision, Refused):
                return act.refuse(decision)
            held = residents.lock(tx, row.resident_no)
            result = _result(tx, row, held)
            if held is not None and result is KosekiResult.CHANGED:
                day = max(given.changed_on, residents.begins_on(tx, held))
                entry = Entry(claim, RegisterReason.MINOR_CORRECTION, day)
                changed = register.enter(ctx, tx, held, _written(row), entry, until_changed=True)
                act.done(decision, changed)
        results.append((row.resident_no, result))
        progress(len(results))
    return KosekiReport(tuple(results))


def _result(tx: Transaction, row: KosekiRow, held: Held | None) -> KosekiResult:
    if held is None or not held.present:
        return KosekiResult.NOBODY
    koseki = held.record.koseki
    if koseki is None or koseki.domicile not in {row.old, row.new}:
        return KosekiResult.CHANGED_SINCE
    if koseki.domicile == row.new:
        return KosekiResult.DONE_BEFORE
    if held.record.move_out is not None:
        return KosekiResult.LEAVING
    return KosekiResult.HELD if isinstance(register.decide_held(tx, held), Refused) else KosekiResult.CHANGED


def _written(row: KosekiRow) -> register.Change:
    def change(record: ResidentRecord) -> ResidentRecord:
        koseki = record.koseki
        if koseki is None or koseki.domicile != row.old:
            return record
        return replace(record, koseki=replace(koseki, domicile=row.new))

    return change
