"""What somebody adds to a notification, as the acts read it and ask about it.

Owns the reading, and the putting of the question; the answer is in ``jukinet.law.added``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from jukinet.domain.additions import Added, Additions, InsurancePapers
from jukinet.domain.items import Programme
from jukinet.domain.numbers import check_number
from jukinet.domain.reading import Fields
from jukinet.law.added import Notification, decide_added, decide_rice
from jukinet.law.decisions import Decision
from jukinet.store.residents import Held

_LONGEST = 40


def read_additions(fields: Fields) -> Additions:
    return Additions(
        health_insurance=fields.optional_object("health_insurance", _read_papers),
        occupation=fields.optional_text("occupation", longest=100),
        elderly_medical=fields.optional_object("elderly_medical", _read_papers),
        care_insurance_card=fields.optional_text("care_insurance_card", longest=_LONGEST),
        pension=fields.flag("pension", default=False),
        former_name=fields.optional_text("former_name"),
        child_allowance=fields.flag("child_allowance", default=False),
        rice=fields.flag("rice", default=False),
    )


def _read_papers(fields: Fields) -> InsurancePapers:
    papers = InsurancePapers(
        card=fields.optional_text("card", longest=_LONGEST),
        certificate=fields.optional_text("certificate", longest=_LONGEST),
    )
    if papers == InsurancePapers():
        fields.fault("card", "must be given, or certificate")
    return papers


def read_added(fields: Fields, named: Collection[str]) -> tuple[Added, ...]:
    """The additions of a notification, each of one of those whom it names."""
    if not fields.has("additions"):
        fields.raw("additions")
        return ()
    added = fields.each("additions", _read_one, most=50)
    numbers = [one.resident_no for one in added]
    if len(set(numbers)) < len(numbers) or not set(numbers) <= set(named):
        fields.fault("additions", "must be of those who are named, and of nobody twice")
    return added


def _read_one(fields: Fields) -> Added:
    return Added(
        resident_no=fields.take("resident_no", check_number), added=fields.object("added", read_additions)
    )


def of(added: Iterable[Added], held: Held) -> Additions | None:
    return next((one.added for one in added if one.resident_no == held.resident_no), None)


def decide(
    added: Sequence[Added], named: Iterable[Held], notification: Notification, on: date
) -> list[Decision]:
    """Whether what is added for each of those who are recorded may be, on this day."""
    return [
        *(decide_added(of(added, held), held.record.programmes, notification) for held in named),
        *(decide_rice(one.added, on) for one in added),
    ]


def enrolled_among(household: Iterable[Held]) -> frozenset[Programme]:
    """In what somebody of a household is enrolled."""
    return frozenset(one for held in household for one in Programme if held.record.programmes.stands(one))
