"""What the tests of cards share: filings with plain defaults, and a card as it is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.services.services import counter

from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.card_handing import Handing, Paper, Photo, Receiver
from jukinet.law.cards import Ground
from jukinet.services import cards
from jukinet.services.card_filings import (
    CardApplication,
    CardContinuationFiling,
    CardIssueFiling,
    CardReplacementFiling,
)
from jukinet.services.reads import Found, ShownCard
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

FIRST, SECOND = CardNumber("1321500000001A"), CardNumber("1321500000002B")


def application(who: Found, **changes: Any) -> CardApplication:
    """As somebody states who they are, by code where they have one."""
    record = who.record
    stated = CardApplication(
        record.name.written,
        record.address.full,
        CardForm.PHOTO,
        record.code,
        record.birth_date,
        record.sex,
        Photo.ATTACHED,
    )
    return replace(stated, **changes)


def issue(who: Found, **changes: Any) -> CardIssueFiling:
    filing = CardIssueFiling(
        who.resident_no,
        FIRST,
        application(who),
        applied_on=counter.TODAY,
        issued_on=counter.TODAY,
        signed=True,
        handing=Handing(Receiver.APPLICANT, frozenset({Paper.PASSPORT})),
    )
    return replace(filing, **changes)


def another(
    who: Found, ground: Ground = Ground.LOST, *, handed_in: bool = False, **changes: Any
) -> CardReplacementFiling:
    given = {"number": SECOND} | changes
    return CardReplacementFiling(issue(who, **given), ground, handed_in)


def continuation(resident_no: str, **changes: Any) -> CardContinuationFiling:
    filing = CardContinuationFiling(
        resident_no,
        FIRST,
        issued_on=date(2012, 9, 3),
        expires_on=date(2022, 9, 3),
        planned_on=date(2013, 7, 6),
        submitted_on=counter.TODAY,
    )
    return replace(filing, **changes)


def give(federation: Federation, found: Found, where: MunicipalityCode = KUNITACHI, **changes: Any) -> Found:
    """Issue a card to somebody."""
    filing = issue(found, **changes)
    counter.registered(cards.issue_card(federation.context(where), CLERK, filing))
    return counter.read(federation, where, found.resident_no)


def holder(federation: Federation, where: MunicipalityCode = KUNITACHI, **changes: Any) -> Found:
    """A new resident with a card."""
    seed = len(counter.known_numbers(federation, where))
    return give(federation, counter.load(federation, where, seed=seed)[0], where, **changes)


def card(federation: Federation, who: Found | str, where: MunicipalityCode = KUNITACHI) -> ShownCard:
    """The newest card of somebody as a clerk sees it."""
    number = who if isinstance(who, str) else who.resident_no
    return counter.read(federation, where, number).cards[-1]


def events(federation: Federation, where: MunicipalityCode = KUNITACHI) -> list[str]:
    """Every event of every card of a municipality, in order."""
    rows = counter.owner_rows(
        federation, where.node_id, "SELECT event FROM card_versions ORDER BY card_id, version_no"
    )
    return [row["event"] for row in rows]
