"""Lists on paper: a list that was written as CSV, printed as a table or as labels (specification 9.6, 10.1).

Owns what such a list is, and that its printing is recorded: what stands in it was recorded when it was written
(``samples``, ``queries``, ``browsing``), so nothing of the register is read again. The sheets are set by whoever calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim

LONGEST_FILE = 64 * 1024 * 1024
MOST_FAULTS = 20
_BUILDINGS = ("building", "address_building")


class Form(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    LABELS = "labels"


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Private):
    """A list as it was read: the names of its columns, and its rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    digest: str


@dataclass(frozen=True, slots=True, repr=False)
class Label(Private):
    """Whom a label is for; ``postcode`` and ``building`` may be empty."""

    name: str
    postcode: str
    address: str
    building: str


@dataclass(frozen=True, slots=True, repr=False)
class Sheet(Private):
    """What is printed: a table, or labels."""

    form: Form
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: tuple[Label, ...]
    printed_on: date


CanPrint = Callable[[Sheet], bool]
"""Whether the fonts have what a sheet needs; sets nothing."""


def read_list(data: bytes) -> Listed:
    """A list in CSV, with a row of names first. Raises INVALID with its faults, by line."""
    rows = list(csv_rows.read_rows(data.splitlines(keepends=True)))
    faults = [Fault(f"line {row.line}", row.problem) for row in rows if row.problem]
    heads = rows[0].cells if rows else ()
    if not any(heads):
        faults.append(Fault("line 1", "must name the columns"))
    faults += [
        Fault(f"line {row.line}", f"must have {len(heads)} cells, as the row of names")
        for row in rows[1:]
        if not row.problem and len(row.cells) != len(heads)
    ]
    if faults:
        raise invalid(*faults[:MOST_FAULTS])
    cells = tuple(tuple(row.cells) for row in rows[1:])
    return Listed(tuple(heads), cells, hashlib.sha256(data).hexdigest())


def print_list(
    ctx: Context, claim: OperatorClaim, given: Listed, form: Form, can_print: CanPrint
) -> Sheet | Refused:
    """What a sheet of a list says; that it is printed is recorded, with the digest of the list."""
    labels = _labels(given) if form is Form.LABELS else ()
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_QUERY_RUN, AuditEvent.SHEET_PRINTED)
        sheet = Sheet(form, given.heads, given.rows, labels, act.today)
        fits = isinstance(act.gate, Refused) or can_print(sheet)
        decision = acts.every(act.gate, acts.require((CD24, fits)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=given.digest)
        act.done(
            Permitted((*decision.basis, f"as {form}", f"rows {len(given.rows)}")), reference=given.digest
        )
        return sheet


def _labels(given: Listed) -> tuple[Label, ...]:
    places = {
        "name": _column(given.heads, "name"),
        "address": _column(given.heads, "address"),
        "postcode": _column(given.heads, "postcode"),
        "building": _column(given.heads, *_BUILDINGS),
    }
    missing = [
        Fault(name, "is a column that labels need") for name in ("name", "address") if places[name] is None
    ]
    if missing:
        raise invalid(*missing)

    def cell(row: Sequence[str], name: str) -> str:
        at = places[name]
        return row[at] if at is not None else ""

    return tuple(
        Label(cell(row, "name"), cell(row, "postcode"), cell(row, "address"), cell(row, "building"))
        for row in given.rows
    )


def _column(heads: Sequence[str], *names: str) -> int | None:
    return next((heads.index(name) for name in names if name in heads), None)
