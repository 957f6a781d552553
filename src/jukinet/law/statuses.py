"""Statuses of residence (在留資格): Immigration Act, Appended Tables 1 and 2, as dated data.

Owns the reading of ``residence/statuses.toml`` and the look-up on a day. A status is recorded under its statutory
name, as it stands on the Residence Card. Which class of foreign residents has one is in
``jukinet.law.foreign_items``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import Fields, reading
from jukinet.law.parameters import toml_date

PACKAGED: Traversable = files("jukinet.law") / "residence" / "statuses.toml"

INDEFINITE = "無期限"
"""The period of a permanent resident, which has no last day."""

_PERIOD = re.compile(r"(?:(?P<years>[1-9]\d?)年)?(?:(?P<months>[1-9]\d?)月)?(?:(?P<days>[1-9]\d{0,2})日)?")


@dataclass(frozen=True, slots=True)
class Status:
    """One status, from ``valid_from`` on.

    ``written``: how it may stand on a card. ``periods``: those that the Immigration Regulation lists, none where
    another may be named. ``resident``: one who has it may be a mid-to-long-term resident.
    """

    name: str
    slug: str
    english: str
    written: tuple[str, ...]
    periods: tuple[str, ...]
    resident: bool
    valid_from: date
    source: str

    @property
    def indefinite(self) -> bool:
        return self.periods == (INDEFINITE,)


def find(written: str, on: date) -> Status | None:
    """The status in force on a day that is written so on a card."""
    found = _by_writing().get(written)
    return found if found is not None and found.valid_from <= on else None


def packaged() -> tuple[Status, ...]:
    """Every status of the package, in the order of the Appended Tables."""
    return tuple(dict.fromkeys(_by_writing().values()))


@cache
def _by_writing() -> Mapping[str, Status]:
    return load(PACKAGED.read_text(encoding="utf-8"))


def load(text: str) -> Mapping[str, Status]:
    """Statuses by each way of writing; INVALID with every fault, CONFLICT where two are written alike."""
    with reading(tomllib.loads(text), "statuses") as fields:
        statuses = fields.each("statuses", _read)
    found = {written: status for status in statuses for written in status.written}
    if len(found) < sum(len(status.written) for status in statuses):
        raise JukinetError(ErrorKind.CONFLICT, "Two statuses of residence are written alike.")
    return found


def _read(fields: Fields) -> Status:
    name = fields.text("name")
    return Status(
        name=name,
        slug=fields.text("slug"),
        english=fields.text("english"),
        written=fields.texts("written", str) if fields.has("written") else (name,),
        periods=fields.texts("periods", _checked) if fields.has("periods") else (),
        resident=fields.flag("resident", default=True),
        valid_from=toml_date(fields, "valid_from"),
        source=fields.text("source"),
    )


def _checked(period: str) -> str:
    if period != INDEFINITE:
        months_and_days(period)
    return period


def months_and_days(period: str) -> tuple[int, int]:
    """A period such as 4年3月, 6月 or 15日 in months and days; ``ValueError`` where it is no period."""
    found = _PERIOD.fullmatch(period)
    if not period or found is None:
        raise ValueError("must be a period such as 4年3月, 6月 or 15日, or " + INDEFINITE)
    years, months, days = (int(part or 0) for part in found.groups())
    return 12 * years + months, days
