"""Addresses changed in bulk (住所一括変更): first simulated, then run, household by household.

The new addresses must stand in the gazetteer, where one is loaded: an area that got another name is renamed there
first, with its day. Whoever moved since the list was made, or has filed a move-out, is left out and told of
(specification 9.7). Each household is a transaction; a run that was stopped goes on with those that still have the
old address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.address_changes import decide_address_change
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts, gazetteer, register
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
    DONE_BEFORE = "done-before"
    """It has the new address already."""
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
    """What is changed, from which day."""

    changed_on: date
    rows: tuple[AddressRow, ...]


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
        given = AddressList(fields.date("changed_on"), fields.each("rows", _read_row, most=MOST))
        if not given.rows:
            fields.fault("rows", "must not be empty")
        numbers = [row.household_number for row in given.rows]
        if len(set(numbers)) < len(numbers):
            fields.fault("rows", "must not name a household twice")
        return given


def simulate(ctx: Context, claim: OperatorClaim, given: AddressList) -> Report | Refused:
    """What a run would do now; nothing is changed. One entry: the addresses of many were compared."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim)
        decision = _decide(act, given, given.rows)
        if isinstance(decision, Refused):
            return act.refuse(decision)
        results, count = [], 0
        for row in given.rows:
            members = residents.lock_household(tx, row.household_number)
            results.append((row.household_number, _result(act, row, members)))
            count += len(members) if results[-1][1] is RowResult.CHANGED else 0
        act.nobody(decision)
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
            act = _open(ctx, tx, claim)
            # The whole list before anything is changed; then each household's own, whatever was loaded meanwhile.
            decision = _decide(act, given, [row] if results else given.rows)
            if isinstance(decision, Refused):
                return act.refuse(decision)
            members = residents.lock_household(tx, row.household_number)
            result = _result(act, row, members)
            if result is RowResult.CHANGED:
                _change(act, decision, row, members, given.changed_on)
                count += len(members)
        results.append((row.household_number, result))
        progress(len(results))
    return Report(tuple(results), count)


def _open(ctx: Context, tx: Transaction, claim: OperatorClaim) -> Act:
    return acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.ADDRESSES_CHANGED)


def _decide(act: Act, given: AddressList, looked_up: Sequence[AddressRow]) -> Decision:
    new = frozenset(row.new for row in given.rows)
    return acts.every(
        act.gate,
        decide_address_change(given.changed_on, new, here=act.ctx.municipality, on=act.today),
        *(gazetteer.decide(act, address, given.changed_on) for address in {row.new for row in looked_up}),
    )


def _result(act: Act, row: AddressRow, members: Sequence[Held]) -> RowResult:
    if not members:
        return RowResult.NOBODY
    addresses = {held.record.address for held in members}
    if addresses == {row.new}:
        return RowResult.DONE_BEFORE
    if addresses != {row.old}:
        return RowResult.MOVED_SINCE
    if any(held.record.move_out is not None for held in members):
        return RowResult.LEAVING
    if any(isinstance(register.decide_held(act.tx, held), Refused) for held in members):
        return RowResult.HELD
    return RowResult.CHANGED


def _change(act: Act, decision: Permitted, row: AddressRow, members: Sequence[Held], on: date) -> None:
    def change(record: ResidentRecord) -> ResidentRecord:
        # Nobody moved: since when the person lives there stays.
        return replace(record, address=row.new) if record.address == row.old else record

    for held in members:
        day = max(on, residents.begins_on(act.tx, held))
        entry = Entry(act.claim, RegisterReason.MINOR_CORRECTION, day)
        act.done(decision, register.enter(act.ctx, act.tx, held, change, entry, until_changed=True))
