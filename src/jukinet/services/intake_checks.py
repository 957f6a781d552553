"""What a row of a register in CSV says, held against the law; and what is reported of it.

Owns which rule is asked about which column. A finding names the line, the column and the rule, never what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jukinet.domain.items import Programme, RecordKind, ResidentRecord, StatedDays
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law import additions, foreign_items, intake, nicknames, stated_days
from jukinet.law.decisions import Decision, Refused
from jukinet.law.foreign_items import ItemsCase
from jukinet.services.register_cells import Form
from jukinet.services.register_columns import COLUMNS
from jukinet.services.register_rows import Cells


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at in one row. ``alert``: it does not stand in the way of who has looked at it."""

    line: int
    field: str
    problem: str
    rule: str = ""
    alert: bool = False


_NUMBERS = ("resident_no", "household_no")
_LATER = frozenset({"expires_on", "move_out_planned_on"})
"""Days that may be to come."""

_JUDGED = frozenset({"became_foreign_resident_on", "nickname_recorded_on", "alien_registered_on"})
"""Days that the rules of their own items are asked about."""

_DAYS = tuple(
    column.name for column in COLUMNS if column.form is Form.DATE and column.name not in _LATER | _JUDGED
)
_TEXTS = tuple(column.name for column in COLUMNS if column.form is Form.TEXT)
_OTHER = {RecordKind.JAPANESE: RecordKind.FOREIGN, RecordKind.FOREIGN: RecordKind.JAPANESE}
_ONLY = {kind: tuple(column.name for column in COLUMNS if column.only is kind) for kind in RecordKind}

_FIELD_OF: Mapping[str, str] = {
    "SR1": "status",
    "SR2": "status",
    "SR3": "period",
    "SR4": "document_number",
    "SR5": "period",
    "SR6": "stay",
    "SR7": "became_foreign_resident_on",
    "SR9": "nationality",
    "SR11": "stay",
    "IN22": "alien_registered_on",
}
"""The column that a rule about foreign items is told of."""


def from_rules(
    line: int, decision: Decision, field: str = "", *, other: int | None = None
) -> Iterator[Finding]:
    """Each failed rule as a finding; ``other``: the line that the row disagrees with."""
    for failed in decision.failed if isinstance(decision, Refused) else ():
        beside = f" (line {other})" if other is not None and other != line else ""
        yield Finding(
            line,
            field or _FIELD_OF.get(failed.rule, "row"),
            failed.sentence + beside,
            failed.rule,
            failed in intake.ALERTS,
        )


def judge_cells(line: int, cells: Cells, here: MunicipalityCode, on: date) -> Iterator[Finding]:
    """What the law finds in one row, as far as it could be read."""
    values = cells.values
    for name in _NUMBERS:
        if name in values:
            yield from from_rules(line, intake.decide_number(values[name]), name)
    if where := values.get("address_municipality"):
        yield from from_rules(line, intake.decide_address(where, here), "address_municipality")
    for name in _TEXTS:
        if text := values.get(name):
            yield from from_rules(line, intake.decide_text(text), name)
    yield from _of_days(line, values, on)
    if kind := values.get("kind"):
        yield from _of_kind(line, values, kind)
    if cells.row is not None:
        for one in Programme:
            enrolled = additions.decide_order(cells.row.record.programmes, one)
            yield from from_rules(line, enrolled, f"{one}_ended")
        yield from _of_stated(line, cells.row.record)
        yield from _of_foreign(line, cells.row.record, on)


def _of_days(line: int, values: Mapping[str, Any], on: date) -> Iterator[Finding]:
    birth = values.get("birth_date")
    born = birth.earliest if birth else None
    yield from from_rules(line, intake.decide_birth(born, on=on), "birth_date")
    for name in _DAYS:
        if day := values.get(name):
            yield from from_rules(line, intake.decide_day(day, born, on=on), name)


def _of_kind(line: int, values: Mapping[str, Any], kind: RecordKind) -> Iterator[Finding]:
    other = _OTHER[kind]
    for name in _ONLY[other]:
        if values.get(name):
            yield from from_rules(line, intake.decide_item(kind, other), name)
    decision = intake.decide_kind(kind, foreign_items="nationality" in values)
    yield from from_rules(line, decision, "nationality")


def _of_stated(line: int, record: ResidentRecord) -> Iterator[Finding]:
    for name, day in record.whole_days.items():
        if said := getattr(record.stated, name):
            decision = stated_days.decide_stated(replace(StatedDays(), **{name: said}), {name: day})
            yield from from_rules(line, decision, f"{name}_stated")


def _of_foreign(line: int, record: ResidentRecord, on: date) -> Iterator[Finding]:
    """Items and nicknames of a foreign resident; those of a Japanese are refused already."""
    if record.kind is RecordKind.JAPANESE:
        return
    if record.foreign:
        case = ItemsCase(record.foreign, record.birth_date)
        yield from from_rules(line, foreign_items.decide_items(case, on=on))
    carried = nicknames.decide_carried(
        record.nickname, record.former_nicknames, by_certificate=True, foreign=True, moved_on=on
    )
    yield from from_rules(line, carried, "former_nicknames" if record.former_nicknames else "nickname")
