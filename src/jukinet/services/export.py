"""Writing the whole register into a file: every item of every resident, by number, in the form that is taken in.

It supplies everything that a register has, so it has a permission of its own and its audit entry tells the digest. What
this file does not hold is named in docs/reference/register-csv.md; versions, deleted records, cards and papers are
files of their own (``sources``). The records handed over to another municipality are written in the same form, with
what ``jukinet.services.register_columns.HANDED_OVER`` adds: theirs alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Row
from jukinet.services.register_rows import HANDED_OVER_HEADER, HEADER, write_cells
from jukinet.services.sources import TABLES, Source
from jukinet.store import intake
from jukinet.store.intake import FormerNumber

_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. ``protected``: how many of them are under a support measure."""

    records: int
    digest: str
    protected: int


def export_register(
    ctx: Context,
    claim: OperatorClaim,
    write: Callable[[bytes], object],
    progress: Callable[[int], None] = lambda _: None,
) -> Exported | Refused:
    """Hand the register to ``write`` row by row, as of one moment; the same register gives the same bytes.

    The audit entry is written last and commits with the end of the reading. Whoever writes a file gives it its name
    after that.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_REGISTER_EXPORT, AuditEvent.REGISTER_EXPORTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        rows = (Row(resident_no, record) for resident_no, record in intake.present(tx))
        digest, records = _write(write, HEADER, map(write_cells, rows), progress)
        protected = intake.count_protected(tx)
        permitted = Permitted((*act.gate.basis, f"records {records}"))
        act.done(permitted, reference=digest)
    return Exported(records, digest, protected)


def export_source(
    ctx: Context,
    claim: OperatorClaim,
    source: Source,
    write: Callable[[bytes], object],
    progress: Callable[[int], None] = lambda _: None,
) -> Exported | Refused:
    """A whole source row by row, every column of it (specification 10.6): earlier versions, deleted records, more."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_REGISTER_EXPORT, AuditEvent.REGISTER_EXPORTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        table = TABLES[source]
        header = csv_rows.write_row(column.name for column in table.columns)
        rows = (csv_rows.write_row(column.cell(row) for column in table.columns) for row in table.rows(tx))
        digest, records = _write(write, header, rows, progress)
        permitted = Permitted((*act.gate.basis, f"of {source}", f"records {records}"))
        act.done(permitted, reference=digest)
        return Exported(records, digest, intake.count_protected(tx))


def export_handed_over(
    ctx: Context,
    claim: OperatorClaim,
    to: MunicipalityCode,
    write: Callable[[bytes], object],
    progress: Callable[[int], None] = lambda _: None,
) -> Exported | Refused:
    """The records that were handed over to a municipality, for its intake; ``protected``: those under any hold."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_REGISTER_EXPORT, AuditEvent.HANDED_OVER_EXPORTED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        held = 0

        def lines() -> Iterable[bytes]:
            nonlocal held
            for row in intake.handed_over(tx, to):
                held += row.held
                yield write_cells(Row(**row.cells()), handed_over=True)

        digest, records = _write(write, HANDED_OVER_HEADER, lines(), progress)
        permitted = Permitted((*act.gate.basis, f"records {records}", f"to {to}"))
        act.done(permitted, reference=digest)
    return Exported(records, digest, held)


def export_former_numbers(
    ctx: Context, claim: OperatorClaim, write: Callable[[bytes], object]
) -> int | Refused:
    """The numbers here beside those that another municipality had given, row by row; how many."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_REGISTER_EXPORT, AuditEvent.FORMER_NUMBERS_READ
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        names = tuple(field.name for field in fields(FormerNumber))
        rows = (
            csv_rows.write_row(getattr(number, name) for name in names)
            for number in intake.former_numbers(tx)
        )
        digest, count = _write(write, csv_rows.write_row(names), rows, lambda _: None)
        act.done(Permitted((*act.gate.basis, f"records {count}")), reference=digest)
    return count


def _write(
    write: Callable[[bytes], object],
    header: bytes,
    lines: Iterable[bytes],
    progress: Callable[[int], None],
) -> tuple[str, int]:
    """Write a file row by row; its SHA-256, and how many records it has."""
    digest, records = hashlib.sha256(header), 0
    write(header)
    for line in lines:
        digest.update(line)
        write(line)
        records += 1
        if records % _STEP == 0:
            progress(records)
    return digest.hexdigest(), records
