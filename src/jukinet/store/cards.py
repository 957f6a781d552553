"""Cards of residents: one row a card, append-only versions behind it.

The resident's row is locked before a card of theirs is read, so that nothing else here needs a lock but a new number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.card import CardEvent, CardForm, CardNumber
from jukinet.domain.persons import Private
from jukinet.law.card_lapse import CardFacts, CardState, Lapse
from jukinet.law.ex_officio import Telling
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("cards")


@dataclass(frozen=True, slots=True, repr=False)
class Face(Private):
    """What never changes of a card. ``form``: None where nobody told it."""

    number: CardNumber
    issued_on: date
    form: CardForm | None


@dataclass(frozen=True, slots=True, repr=False)
class Card(Private):
    """A card of a locked resident by its last version."""

    card_id: int
    resident_id: int
    number: CardNumber
    issued_on: date
    version_no: int
    facts: CardFacts
    form: CardForm | None


@dataclass(frozen=True, slots=True)
class Writing:
    """What a version says besides the card: what happened when, and who wrote it when."""

    event: CardEvent
    happened_on: date
    recorded_at: datetime
    operator: str
    terminal: str | None
    told: Telling | None = None


def _card(row: Row) -> Card:
    facts = CardFacts(
        CardState(row["state"]),
        row["expires_on"],
        row["wait_until"],
        row["lost_on"],
        Lapse(row["lapse"]) if row["lapse"] else None,
        row["lapsed_on"],
        row["returned_on"],
    )
    number = CardNumber(row["number"])
    form = CardForm(row["form"]) if row["form"] else None
    return Card(row["card_id"], row["resident_id"], number, row["issued_on"], row["version_no"], facts, form)


def of_resident(tx: Transaction, resident_id: int) -> list[Card]:
    """Every card that is recorded for a resident, in the order in which they came."""
    return [_card(row) for row in tx.rows(_SQL.of_resident, resident_id=resident_id)]


def lapsing(tx: Transaction, on: date, *, after: int, most: int) -> list[tuple[int, str]]:
    """Ids and numbers of residents with a card whose time is over and that is not recorded as lapsed, beyond one id."""
    rows = tx.rows(_SQL.lapsing, on=on, after=after, most=most)
    return [(row["resident_id"], row["resident_no"]) for row in rows]


def hold_number(tx: Transaction, number: CardNumber) -> None:
    """Hold a number for this transaction, whether or not a card has it yet."""
    tx.run(_SQL.hold, what=f"card {number}")


def with_number(tx: Transaction, number: CardNumber) -> list[tuple[Card, str | None]]:
    """Every card recorded under a number, each with its holder's code; to look at, not locked."""
    return [(_card(row), row["code"]) for row in tx.rows(_SQL.with_number, number=str(number))]


def shows(tx: Transaction, card: Card) -> int:
    """As of which version of the record a card was last written on."""
    row = tx.one(_SQL.shows, card_id=card.card_id)
    return int(row["history_no"]) if row and row["history_no"] else 0


@dataclass(frozen=True, slots=True, repr=False)
class Happened(Private):
    """What happened to which card; ``shows``: the version of the record that stands on it."""

    number: CardNumber
    event: CardEvent
    happened_on: date
    shows: int


def last_event(tx: Transaction, resident_id: int, events: Collection[CardEvent]) -> Happened | None:
    """The newest of these events, of any card of a resident."""
    row = tx.one(_SQL.last_event, resident_id=resident_id, events=[one.value for one in events])
    if row is None or row["shows"] is None:
        return None
    return Happened(CardNumber(row["number"]), CardEvent(row["event"]), row["happened_on"], row["shows"])


def insert(
    tx: Transaction,
    resident_id: int,
    face: Face,
    facts: CardFacts,
    writing: Writing,
    history_no: int,
) -> None:
    """A new card, written as of a version of the record. CONFLICT where the person has one of this number."""
    row = tx.made(
        _SQL.insert,
        resident_id=resident_id,
        number=str(face.number),
        issued_on=face.issued_on,
        form=face.form,
    )
    _write(tx, row["card_id"], resident_id, 1, facts, writing, history_no)


def append(
    tx: Transaction, card: Card, facts: CardFacts, writing: Writing, history_no: int | None = None
) -> None:
    """One more version of a card. ``history_no``: of the record, where that was written on it anew."""
    _write(tx, card.card_id, card.resident_id, card.version_no + 1, facts, writing, history_no)


def _write(
    tx: Transaction,
    card_id: int,
    resident_id: int,
    version_no: int,
    facts: CardFacts,
    writing: Writing,
    shows: int | None,
) -> None:
    tx.run(
        _SQL.insert_version,
        card_id=card_id,
        version_no=version_no,
        resident_id=resident_id,
        event=writing.event,
        happened_on=writing.happened_on,
        state=facts.state,
        expires_on=facts.expires_on,
        wait_until=facts.wait_until,
        lost_on=facts.lost_on,
        lapse=facts.lapse,
        lapsed_on=facts.lapsed_on,
        returned_on=facts.returned_on,
        told=writing.told,
        shows=shows,
        recorded_at=writing.recorded_at,
        operator=writing.operator,
        terminal=writing.terminal,
    )
