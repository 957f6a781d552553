"""Addresses changed in bulk (住所一括変更): first simulated, then run, household by household.

The new addresses must stand in the gazetteer, where one is loaded: an area that got another name is renamed there
first, with its day. Whoever moved since the list was made, or has filed a move-out, is left out and told of
(specification 9.7). Each household is a transaction; a run that was stopped goes on with those that still have the
old address.

Where the area is another municipality's from that day on (廃置分合, 境界変更), its records are handed over with the
same act: this municipality notifies the new address, the last that it notifies of them, and the records end here
without being deleted. What is handed over is written into a file by ``jukinet.services.export`` and taken over by
``jukinet.services.intake``; a move-out that was filed goes along. Lists are made by ``jukinet.services.address_lists``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import Fields, reading
from jukinet.law import mergers
from jukinet.law.address_changes import decide_address_change
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.messages import strict_json
from jukinet.services import acts, gazetteer, register, second_person
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.filings import read_address
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

MOST = 100_000
"""Households in one list."""


class RowResult(StrEnum):
    """What became, or would become, of one household of the list."""

    CHANGED = "changed"
    """It has the new address now, and was handed over if the list says so."""
    DONE_BEFORE = "done-before"
    """It has the new address already, or was handed over."""
    MOVED_SINCE = "moved-since"
    """Its address is neither the old one of the list nor the new one."""
    LEAVING = "leaving"
    """Somebody in it has filed a move-out."""
    HELD = "held"
    """A hold keeps a record of it as it is."""
    NOBODY = "nobody"
    """No household of this number is recorded here."""


@dataclass(frozen=True, slots=True, repr=False)
class AddressRow(Private):
    """One household: the address as the list has it, and the one that is to stand."""

    household_number: str
    old: Address
    new: Address


@dataclass(frozen=True, slots=True, repr=False)
class AddressList(Private):
    """What is changed, from which day; ``handed_to``: the municipality that keeps these records from then on."""

    changed_on: date
    rows: tuple[AddressRow, ...]
    handed_to: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Household number → result, in the order of the list; how many residents have another address now."""

    results: tuple[tuple[str, RowResult], ...]
    residents: int


def _read_row(fields: Fields) -> AddressRow:
    return AddressRow(
        household_number=fields.take("household_number", check_number),
        old=fields.object("old", read_address),
        new=fields.object("new", read_address),
    )


def read_address_list(data: object) -> AddressList:
    with reading(data) as fields:
        given = AddressList(
            changed_on=fields.date("changed_on"),
            rows=fields.each("rows", _read_row, most=MOST),
            handed_to=fields.optional("handed_to", MunicipalityCode.parse),
        )
        if not given.rows:
            fields.fault("rows", "must not be empty")
        numbers = [row.household_number for row in given.rows]
        if len(set(numbers)) < len(numbers):
            fields.fault("rows", "must not name a household twice")
        return given


def write_address_list(given: AddressList) -> dict[str, Any]:
    """A list as ``read_address_list`` takes it."""
    rows = [
        {
            "household_number": row.household_number,
            "old": _write_address(row.old),
            "new": _write_address(row.new),
        }
        for row in given.rows
    ]
    to = {"handed_to": str(given.handed_to)} if given.handed_to else {}
    return {"changed_on": given.changed_on.isoformat(), **to, "rows": rows}


def _write_address(address: Address) -> dict[str, str]:
    building = {"building": address.building} if address.building else {}
    return {"municipality": str(address.municipality), "text": address.text, **building}


def digest_of(given: AddressList) -> str:
    """The SHA-256 of a list, however its file was written."""
    return hashlib.sha256(strict_json.dump(write_address_list(given))).hexdigest()


def simulate(ctx: Context, claim: OperatorClaim, given: AddressList) -> Report | Refused:
    """What a run would do now; nothing is changed. One entry: the addresses of many were compared."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, AuditEvent.ADDRESSES_SIMULATED)
        decision = _decide(act, given, given.rows)
        if isinstance(decision, Refused):
            return act.refuse(decision)
        results, count = [], 0
        for row in given.rows:
            members = residents.lock_household(tx, row.household_number)
            results.append((row.household_number, _result(act, given, row, members)))
            count += len(members) if results[-1][1] is RowResult.CHANGED else 0
        act.nobody(decision, reference=digest_of(given))
        return Report(tuple(results), count)


def change_addresses(
    ctx: Context,
    claim: OperatorClaim,
    given: AddressList,
    progress: Callable[[int], None] = lambda _: None,
) -> Report | Refused:
    """Write the new addresses, each household in a transaction of its own; ``progress`` gets the count done."""
    results: list[tuple[str, RowResult]] = []
    count = 0
    for row in given.rows:
        with ctx.begin() as tx:
            act = _open(ctx, tx, claim, AuditEvent.ADDRESSES_CHANGED)
            # The whole list before anything is changed; then each household's own, whatever was loaded meanwhile.
            decision = _decide(act, given, [row] if results else given.rows)
            if not results:
                looked = second_person.decide_list(act, AuditEvent.ADDRESSES_SIMULATED, digest_of(given))
                decision = acts.every(act.gate, decision, looked)
            if isinstance(decision, Refused):
                return act.refuse(decision)
            members = residents.lock_household(tx, row.household_number)
            result = _result(act, given, row, members)
            if result is RowResult.CHANGED:
                _change(act, decision, given, row, members)
                count += len(members)
        results.append((row.household_number, result))
        progress(len(results))
    return Report(tuple(results), count)


def _open(ctx: Context, tx: Transaction, claim: OperatorClaim, event: AuditEvent) -> Act:
    return acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, event)


def _decide(act: Act, given: AddressList, rows: Sequence[AddressRow]) -> Decision:
    """Whether these rows of a list may be done: of the list itself nothing is asked that has no end."""
    new = frozenset(row.new for row in rows)
    here = act.ctx.municipality
    if given.handed_to is None:
        where: Decision = Permitted(())
    else:
        lies_in = frozenset(address.municipality for address in new)
        connected = (act.ctx.is_connected(act.ctx.node), act.ctx.is_connected(given.handed_to.node_id))
        where = mergers.decide_handing_over(given.handed_to, lies_in, here=here, connected=connected)
    return acts.every(
        act.gate,
        decide_address_change(
            given.changed_on, new, here=here, handed_over=given.handed_to is not None, on=act.today
        ),
        where,
        *(gazetteer.decide(act, address, given.changed_on) for address in new),
    )


def _result(act: Act, given: AddressList, row: AddressRow, members: Sequence[Held]) -> RowResult:
    if not members:
        return RowResult.DONE_BEFORE if _handed_over(act, given, row) else RowResult.NOBODY
    addresses = {held.record.address for held in members}
    if addresses == {row.new}:
        return RowResult.DONE_BEFORE
    if addresses != {row.old}:
        return RowResult.MOVED_SINCE
    if given.handed_to is None and any(held.record.move_out is not None for held in members):
        return RowResult.LEAVING
    if any(isinstance(register.decide_held(act.tx, held), Refused) for held in members):
        return RowResult.HELD
    return RowResult.CHANGED


def _handed_over(act: Act, given: AddressList, row: AddressRow) -> bool:
    """Whether a household without members is one that an earlier run of the list has handed over."""
    if given.handed_to is None:
        return False
    former = residents.lock_household_ever(act.tx, row.household_number)
    return any(held.record.address == row.new for held in former)


def _change(
    act: Act, decision: Permitted, given: AddressList, row: AddressRow, members: Sequence[Held]
) -> None:
    def change(record: ResidentRecord) -> ResidentRecord:
        # Nobody moved: since when the person lives there stays.
        return replace(record, address=row.new) if record.address == row.old else record

    for held in members:
        day = max(given.changed_on, residents.begins_on(act.tx, held))
        entry = Entry(act.claim, RegisterReason.MINOR_CORRECTION, day)
        changed = register.enter(act.ctx, act.tx, held, change, entry, until_changed=True)
        if given.handed_to is not None:
            entry = Entry(act.claim, RegisterReason.HANDED_OVER, day)
            changed = register.enter(act.ctx, act.tx, changed, lambda record: record, entry, present=False)
        act.done(decision, changed, reference=_reference(given))


def _reference(given: AddressList) -> str | None:
    return f"handed over to {given.handed_to}" if given.handed_to else None
