"""Letters about addresses that are written otherwise (specification 9.7): before a list is run, or after.

Owns whom a list of ``jukinet.services.address_changes`` writes to: each household once, its householder or whoever
stands first. Before, those whom a run would change now; after, those who have the new address. A hold on papers keeps a
letter back; whoever gets none is named with the reason. Their words are in ``jukinet.documents.letters``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Process
from jukinet.law.letters import Rows, Said
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.address_changes import AddressList, AddressRow
from jukinet.services.certifiers import Certified, certified_on
from jukinet.services.context import Context
from jukinet.services.household_order import in_order
from jukinet.services.operators import OperatorClaim
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

MOST_LETTERS = 2_000
"""In one file: as many sheets as are set at once. A longer list is written to by parts of it."""


class LetterResult(StrEnum):
    """What became of one household of the list."""

    WRITTEN = "written"
    OTHERWISE = "otherwise"
    """Its address is not the one that the letter would speak of, or somebody in it has filed a move-out."""
    HELD = "held"
    """A hold keeps papers back."""
    NOT_PRINTABLE = "not-printable"
    """The fonts lack a character."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, repr=False)
class ChangeLetter(Private):
    """One letter; ``done``: that the address was changed, not that it will be."""

    household_number: str
    name: str
    address: tuple[str, ...]
    rows: Rows
    foreign: bool
    done: bool


@dataclass(frozen=True, slots=True, repr=False)
class ChangeLetters(Private):
    """The letters in the order of the list, and household number → result."""

    letters: tuple[ChangeLetter, ...]
    results: tuple[tuple[str, LetterResult], ...]
    printed_on: date
    certified: Certified


CanPrint = Callable[[ChangeLetter], bool]
"""Whether the fonts have what a letter needs; sets nothing."""


def write_letters(
    ctx: Context, claim: OperatorClaim, given: AddressList, can_print: CanPrint, *, done: bool
) -> ChangeLetters | Refused:
    """What the letters of a list say; one entry for each that is printed."""
    if len(given.rows) > MOST_LETTERS:
        raise JukinetError(
            ErrorKind.TOO_LARGE,
            f"More than {MOST_LETTERS:,} households stand in the list. Take a part of it.",
        )
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_CERTIFICATE_ISSUE, AuditEvent.CHANGE_LETTER_PRINTED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        letters: list[ChangeLetter] = []
        results: list[tuple[str, LetterResult]] = []
        for row in given.rows:
            members = in_order(tx, residents.lock_household(tx, row.household_number))
            letter = _letter(given, row, members, done=done)
            result = _result(tx, members, letter, can_print)
            if letter is not None and result is LetterResult.WRITTEN:
                letters.append(letter)
                said = Permitted((*act.gate.basis, "after" if done else "before"))
                act.done(said, Subject.of(members[0]))
            results.append((row.household_number, result))
        if not letters:
            act.nobody(act.gate)
        return ChangeLetters(tuple(letters), tuple(results), act.today, certified_on(tx, act.today))


def _letter(
    given: AddressList, row: AddressRow, members: Sequence[Held], *, done: bool
) -> ChangeLetter | None:
    """The letter that a household is due, or None."""
    stands = row.new if done else row.old
    if not members or {held.record.address for held in members} != {stands}:
        return None
    if not done and any(held.record.move_out is not None for held in members):
        return None
    record = members[0].record
    rows: Rows = (
        (Said.MEMBERS, "、".join(held.record.name.written for held in members)),
        (Said.ADDRESS_BEFORE, row.old.full),
        (Said.ADDRESS, row.new.full),
        (Said.OCCURRED_ON, given.changed_on),
    )
    return ChangeLetter(
        household_number=row.household_number,
        name=record.name.latin or record.name.text,
        address=(stands.text, *filter(None, (stands.building,))),
        rows=rows,
        foreign=record.kind is RecordKind.FOREIGN,
        done=done,
    )


def _result(
    tx: Transaction, members: Sequence[Held], letter: ChangeLetter | None, can_print: CanPrint
) -> LetterResult:
    if not members:
        return LetterResult.NOBODY
    if letter is None:
        return LetterResult.OTHERWISE
    holds = [withholding.on(tx, held) for held in members]
    if any(isinstance(withholding.decide(tx, one, Process.ISSUE), Refused) for one in holds):
        return LetterResult.HELD
    return LetterResult.WRITTEN if can_print(letter) else LetterResult.NOT_PRINTABLE
