"""What other offices keep in a record, as ``register show`` prints it: voters' roll and programmes."""

from __future__ import annotations

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


def print_lines(record: ResidentRecord) -> None:
    if record.voter:
        print(f"{'voter':17} on the electoral roll")
    for programme, said in spans(record).items():
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in said.items())
        print(f"{programme.replace('_', ' '):17} {told}")
