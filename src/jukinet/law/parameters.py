"""Numbers and days of the law that an amendment may change, each value dated and with its source.

Owns the loading of ``parameters/*.toml`` and the look-up by day. A table there is one parameter:
``title``, ``kind`` (law or policy), and ``values`` with ``valid_from``, ``value`` and ``source``.
A value holds until the next one begins; there is no end date to forget.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import RuleKind

PACKAGED: Traversable = files("jukinet.law") / "parameters"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value, from its first day on: a whole number or a day."""

    valid_from: date
    value: int | date
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its values, oldest first."""

    name: str
    title: str
    kind: RuleKind
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue:
        """The value in force on a day; INVALID where it has none yet."""
        held = [value for value in self.values if value.valid_from <= day]
        if not held:
            raise JukinetError(ErrorKind.INVALID, f"The parameter {self.name} has no value on that day yet.")
        return held[-1]


def number(name: str, on: date) -> int:
    """The whole number that holds on a day; ``KeyError`` for a name that is no parameter."""
    value = value_of(name, on)
    if isinstance(value, date):
        raise TypeError(f"the parameter {name} is a day, not a number")
    return value


def day(name: str, on: date) -> date:
    """The day that holds on a day; ``KeyError`` for a name that is no parameter."""
    value = value_of(name, on)
    if not isinstance(value, date):
        raise TypeError(f"the parameter {name} is a number, not a day")
    return value


def value_of(name: str, on: date) -> int | date:
    """The value that holds on a day, of either type."""
    return packaged()[name].on(on).value


@cache
def packaged() -> Mapping[str, Parameter]:
    """Every parameter of the package, by name."""
    return load(PACKAGED)


def load(folder: Traversable) -> Mapping[str, Parameter]:
    """Read every TOML file of a folder; INVALID with every fault, CONFLICT for a name given twice."""
    found: dict[str, Parameter] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for name, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise JukinetError(ErrorKind.CONFLICT, f"The parameter {name} is given twice.")
            with reading(table, name) as fields:
                parameter = _read_parameter(name, fields)
            found[name] = parameter
    return found


def _read_parameter(name: str, fields: Fields) -> Parameter:
    values = sorted(fields.each("values", _read_value), key=lambda value: value.valid_from)
    if not values:
        fields.fault("values", "must not be empty")
    if len({value.valid_from for value in values}) < len(values):
        fields.fault("values", "must each begin on a day of its own")
    return Parameter(name, fields.text("title"), fields.take("kind", RuleKind), tuple(values))


def _read_value(fields: Fields) -> DatedValue:
    value = fields.raw("value")
    if isinstance(value, bool) or not isinstance(value, int | date):
        fields.fault("value", "must be a whole number or a day")
        value = 0
    return DatedValue(toml_date(fields, "valid_from"), value, fields.text("source"))


def toml_date(fields: Fields, name: str) -> date:
    """Take a required local date, which TOML has a type for."""
    value = fields.raw(name)
    # A TOML date-time is a date to Python, too.
    if type(value) is not date:
        fields.fault(name, "must be a date, YYYY-MM-DD without quotes")
        return date.min
    return value
