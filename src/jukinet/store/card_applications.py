"""What is kept of applications for a card: the kinds of papers, the form, the mayor's enquiries. Rows are added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.card import CardForm, CardNumber
from jukinet.law.card_handing import Handing, Paper, Receiver
from jukinet.law.enquiries import EnquiryStep, EnquiryWay
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("card_applications")


@dataclass(frozen=True, slots=True)
class Application:
    """An application on which a card was handed over."""

    applied_on: date
    form: CardForm
    handing: Handing


@dataclass(frozen=True, slots=True)
class CardEnquiry:
    """A step of an enquiry about the application of a day."""

    applied_on: date
    step: EnquiryStep
    way: EnquiryWay | None
    done_on: date


def add(tx: Transaction, resident_id: int, number: CardNumber, application: Application) -> None:
    handing = application.handing
    tx.run(
        _SQL.add,
        resident_id=resident_id,
        number=str(number),
        applied_on=application.applied_on,
        form=application.form,
        receiver=handing.to,
        shown=sorted(handing.shown),
        own=handing.own,
        cannot_come=handing.cannot_come,
    )


def of_resident(tx: Transaction, resident_id: int) -> dict[CardNumber, Application]:
    """Of a resident, by the number of the card that came of it."""
    rows = tx.rows(_SQL.of_resident, resident_id=resident_id)
    return {CardNumber(row["number"]): _application(row) for row in rows}


def _application(row: Row) -> Application:
    handing = Handing(
        Receiver(row["receiver"]),
        frozenset(Paper(one) for one in row["shown"]),
        Paper(row["own"]) if row["own"] else None,
        row["cannot_come"],
    )
    return Application(row["applied_on"], CardForm(row["form"]), handing)


def add_enquiry(
    tx: Transaction,
    resident_id: int,
    enquiry: CardEnquiry,
    *,
    operator: str,
    terminal: str | None,
    at: datetime,
) -> None:
    tx.run(
        _SQL.add_enquiry,
        resident_id=resident_id,
        applied_on=enquiry.applied_on,
        step=enquiry.step,
        way=enquiry.way,
        done_on=enquiry.done_on,
        operator=operator,
        terminal=terminal,
        at=at,
    )


def enquiries(tx: Transaction, resident_id: int) -> list[CardEnquiry]:
    """Every step about a locked resident, the oldest first."""
    return [
        CardEnquiry(
            row["applied_on"],
            EnquiryStep(row["step"]),
            EnquiryWay(row["way"]) if row["way"] else None,
            row["done_on"],
        )
        for row in tx.rows(_SQL.enquiries, resident_id=resident_id)
    ]


def last_enquiry(tx: Transaction, resident_id: int, applied_on: date) -> CardEnquiry | None:
    """The last step about the application of a day."""
    found = [one for one in enquiries(tx, resident_id) if one.applied_on == applied_on]
    return found[-1] if found else None
