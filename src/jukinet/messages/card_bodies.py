"""Card status (M11, Ord. Art. 30-24): what became of a card, to the governor, and on to mayors.

Owns the two shapes on the wire. The ordinance has the fact notified (その旨) and names no item: a card and its holder
are named so that the fact is of somebody, and nothing else of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.domain.card import CardEvent, CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields
from jukinet.messages.wire import parse_member


@dataclass(frozen=True, slots=True, repr=False)
class CardStatus(Private):
    """M11: what became of which card of whom, and on which day (Ord. 30-24(1)-(4)).

    ``code``: the one that the card bears.
    """

    card: CardNumber
    code: ResidentRecordCode
    event: CardEvent
    happened_on: date


@dataclass(frozen=True, slots=True, repr=False)
class CardContinued(Private):
    """M11, passed on by the centre: which municipality has taken over a card that was another one's (Ord. 30-24(8))."""

    card: CardNumber
    code: ResidentRecordCode
    municipality: MunicipalityCode
    continued_on: date


def write_status(status: CardStatus) -> dict[str, Any]:
    return {
        "card": status.card.text,
        "code": status.code.text,
        "event": status.event.value,
        "happened_on": status.happened_on.isoformat(),
    }


def read_status(fields: Fields) -> CardStatus:
    return CardStatus(
        card=fields.take("card", CardNumber.parse),
        code=fields.take("code", ResidentRecordCode.parse),
        event=fields.take("event", _parse_notified),
        happened_on=fields.date("happened_on"),
    )


def _parse_notified(text: str) -> CardEvent:
    event = parse_member(CardEvent)(text)
    if not event.notified:
        raise ValueError("must be an event of which the governor is notified")
    return event


def write_continued(told: CardContinued) -> dict[str, Any]:
    return {
        "card": told.card.text,
        "code": told.code.text,
        "municipality": told.municipality.text,
        "continued_on": told.continued_on.isoformat(),
    }


def read_continued(fields: Fields) -> CardContinued:
    return CardContinued(
        card=fields.take("card", CardNumber.parse),
        code=fields.take("code", ResidentRecordCode.parse),
        municipality=fields.take("municipality", MunicipalityCode.parse),
        continued_on=fields.date("continued_on"),
    )
