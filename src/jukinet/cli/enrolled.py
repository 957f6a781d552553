"""What other offices keep in a record, as ``register show`` prints it: voters' roll and programmes."""

from __future__ import annotations

from dataclasses import fields

from jukinet.domain.additions import Additions, InsurancePapers
from jukinet.domain.items import Programme, ResidentRecord


def spans(record: ResidentRecord) -> dict[str, dict[str, str]]:
    """By programme what is recorded of it, days as ISO writes them; those without anything are left out."""
    of = record.programmes
    told: dict[str, dict[str, object]] = {
        one.value: {"since": of.since(one), "ended": of.ended(one)} for one in Programme
    }
    told[Programme.PENSION] |= {
        "class": of.pension_class,
        "class_since": of.pension_class_since,
        "number": of.pension_number,
    }
    recorded = {name: {key: str(one) for key, one in said.items() if one} for name, said in told.items()}
    return {name: said for name, said in recorded.items() if said}


def additions(added: Additions | None) -> str | None:
    """What was added to a notification, in one line; None where nothing was."""
    if added is None:
        return None
    return ", ".join(
        _words(one.name, getattr(added, one.name)) for one in fields(added) if one.name in added.items
    )


def _words(name: str, value: object) -> str:
    plain = name.replace("_", " ")
    if isinstance(value, InsurancePapers):
        papers = {"card": value.card, "certificate": value.certificate}
        return "; ".join(f"{plain} {kind} {number}" for kind, number in papers.items() if number)
    return plain if value is True else f"{plain} {value}"


def print_lines(record: ResidentRecord) -> None:
    if record.voter:
        print(f"{'voter':17} on the electoral roll")
    for programme, said in spans(record).items():
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in said.items())
        print(f"{programme.replace('_', ' '):17} {told}")
