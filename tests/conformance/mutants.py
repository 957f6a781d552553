"""Laws that are wrong in one point: a rule that always holds, a number or day of the law that is another.

Owns the list of mutants, made from what the program has at the moment, and how one is put into force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.conformance.cases import Case
from tests.conformance.watching import Seen, Watch

from jukinet.law.parameters import Parameter


@dataclass(frozen=True)
class Mutant:
    """One change of the law. ``concerns`` is the number of a rule or the name of a parameter."""

    name: str
    concerns: str
    altered: Parameter | None = None

    def put(self, watch: Watch) -> None:
        """Put it into force, until the next one or ``lift``."""
        watch.altered = self.altered
        watch.disabled = None if self.altered else self.concerns

    def nearness(self, case: Case, seen: Seen) -> int | None:
        """How near a case is to it: 0 for one that names the rule as refused; None where it has no part in it."""
        if self.altered:
            return 0 if self.concerns in seen.parameters else None
        by_claim = (case.refused, seen.refused, case.permitted, seen.permitted)
        return next((rank for rank, rules in enumerate(by_claim) if self.concerns in rules), None)


def lift(watch: Watch) -> None:
    """Put the law itself into force again."""
    watch.altered = watch.disabled = None


def of_rule(number: str) -> Mutant:
    """The rule is treated as holding, whatever the case."""
    return Mutant(f"rule {number} off", number)


def of_parameter(parameter: Parameter) -> Iterator[Mutant]:
    """Each value one more and one less, and each later value from a day earlier and later."""
    for place, held in enumerate(parameter.values):
        shifts = {f"{held.value} -> {value}": {"value": value} for value in _others(held.value)}
        if place:  # the first value holds from the edition on, before which nothing is decided
            days = (held.valid_from - timedelta(days=1), held.valid_from + timedelta(days=1))
            shifts |= {f"from {held.valid_from} -> {day}": {"valid_from": day} for day in days}
        for said, change in shifts.items():
            values = list(parameter.values)
            values[place] = replace(held, **change)  # type: ignore[arg-type]
            yield Mutant(f"{parameter.name} {said}", parameter.name, replace(parameter, values=tuple(values)))


def _others(value: object) -> tuple[int | date, ...]:
    if isinstance(value, date):
        return value + timedelta(days=1), value - timedelta(days=1)
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1, value - 1
    raise TypeError(f"no mutant is known for a parameter of the type {type(value).__name__}; add it here")
