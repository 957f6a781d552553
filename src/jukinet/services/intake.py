"""Taking in a whole register from a file (住民基本台帳の引継ぎ): all of it in one transaction, or nothing.

Owns the order of steps. The file is read once, row by row; its rows wait in a table of the transaction, are compared
with one another there, and are added together if none has a fault. Whoever asks is told every fault as it is found.

Nobody is notified and no code is given: the register is the same one in another system (docs/explanation/decisions/
a-register-taken-in.md). How one person is recorded is in the acts named after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.changes import RegisterReason
from jukinet.domain.csv_rows import CsvRow
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.relationship import HOUSEHOLDER
from jukinet.law import intake as law_intake
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.intake_checks import Finding, from_rules, judge_cells
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Column
from jukinet.services.register_rows import Cells, read_cells, read_header
from jukinet.store import consistency, intake
from jukinet.store.intake import Staged, Stamp

_BATCH = 2_000
"""Rows that go to the database together while a file is read."""

_STEP = 20_000
"""Records that one statement adds."""

Tell = Callable[[Finding], None]
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in, or would be. ``without_code``: Japanese residents whose record has none."""

    records: int
    digest: str
    alerts: int
    codes_drawn: int
    without_code: int
    checked_only: bool = False


@dataclass
class _File:
    """A file being read: what was found so far, and who is told."""

    act: Act
    tell: Tell
    progress: Progress
    digest: str = ""
    records: int = 0
    faults: int = 0
    alerts: int = 0
    without_code: int = 0
    _waiting: list[Staged] = field(default_factory=list)

    def note(self, *findings: Finding) -> None:
        for finding in findings:
            if finding.alert:
                self.alerts += 1
            else:
                self.faults += 1
            self.tell(finding)

    def decide(self) -> Decision:
        """Whether what was found lets it in."""
        return law_intake.decide_file(
            faults=self.faults > 0, alerts=self.alerts > 0, confirmed=self.act.claim.confirmed
        )

    def stage(self, row: Staged) -> None:
        self._waiting.append(row)
        if len(self._waiting) == _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            intake.stage(self.act.tx, self._waiting)
            self.progress("read", self._waiting[-1].line)
            self._waiting = []


def take_in(
    ctx: Context,
    claim: OperatorClaim,
    lines: Iterable[bytes],
    tell: Tell = lambda _: None,
    *,
    check_only: bool = False,
    known_to_network: bool = False,
    progress: Progress = lambda _, __: None,
) -> TakenIn | Refused:
    """Take in a register from the lines of a file; ``check_only`` reads it, whatever stands here, and adds nothing.

    ``tell`` gets every finding, those of single rows first. Alerts are confirmed by the claim. ``known_to_network``:
    the stores hold these records from an earlier system. The outcome's digest is the SHA-256 of the file.
    """
    event = AuditEvent.REGISTER_CHECKED if check_only else AuditEvent.REGISTER_TAKEN_IN
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_LOAD_RUN, event)
        allowed = act.gate
        if isinstance(allowed, Permitted) and not check_only:
            intake.alone(tx)
            allowed = _decide_register(act, known=known_to_network)
        if isinstance(allowed, Refused):
            return act.refuse(allowed)
        file = _read(act, lines, tell, progress)
        decision = file.decide()
        if isinstance(decision, Permitted) and not check_only:
            intake.close_register(tx)
            # Asked again, now that nobody can be recorded any more.
            decision = acts.every(decision, _decide_register(act, known=known_to_network))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=file.digest)
        drawn = 0 if check_only else _add(act, file)
        if known_to_network and not check_only:
            # The consistency check goes by what was sent: of these records, by the earlier system.
            consistency.take_over(tx, ctx.now())
        act.done(Permitted((*decision.basis, f"records {file.records}")), reference=file.digest)
        return TakenIn(file.records, file.digest, file.alerts, drawn, file.without_code, check_only)


def _decide_register(act: Act, *, known: bool) -> Decision:
    connected = act.ctx.is_connected(act.ctx.node)
    return law_intake.decide_register(empty=intake.is_empty(act.tx), connected=connected, known=known)


def _read(act: Act, lines: Iterable[bytes], tell: Tell, progress: Progress) -> _File:
    """Read the file to its end, stage its rows and compare them with one another."""
    file = _File(act, tell, progress)
    digest = hashlib.sha256()

    def digested() -> Iterator[bytes]:
        for line in lines:
            digest.update(line)
            yield line

    intake.open_stage(act.tx)
    source = digested()
    _read_rows(file, csv_rows.read_rows(source))
    for _ in source:
        """What follows a row without an end is part of the file all the same."""
    file.digest = digest.hexdigest()
    file.flush()
    progress("compared", file.records)
    for what, line, first in intake.among_others(act.tx):
        decision = law_intake.decide_among(law_intake.AmongOthers(**{what: True}))
        file.note(*from_rules(line, decision, _FIELD_OF[what], other=first))
    return file


_FIELD_OF = {
    "number_again": "resident_no",
    "code_again": "code",
    "second_householder": "relationship",
    "without_householder": "household_no",
    "apart": "address",
}


def _read_rows(file: _File, rows: Iterator[CsvRow]) -> None:
    first = next(rows, None)
    if first is None:
        file.note(Finding(1, "row", "is missing: the file is empty"))
        return
    if first.problem:
        file.note(Finding(first.line, "row", first.problem))
        return
    columns, faults = read_header(first.cells)
    if faults:
        # Which cell is what is not known: nothing below is read.
        file.note(*(Finding(first.line, fault.field, fault.problem) for fault in faults))
        return
    line = first.line
    for row in rows:
        line = row.line
        _read_row(file, columns, row)
    if line == first.line:
        file.note(Finding(first.line, "row", "is the only one: the file has no record"))


def _read_row(file: _File, columns: tuple[Column, ...], row: CsvRow) -> None:
    if row.problem:
        file.note(Finding(row.line, "row", row.problem))
        return
    cells = read_cells(columns, row.cells)
    file.note(*(Finding(row.line, fault.field, fault.problem) for fault in cells.faults))
    file.note(*judge_cells(row.line, cells, file.act.ctx.municipality, file.act.today))
    file.stage(_staged(file, row.line, cells))


def _staged(file: _File, line: int, cells: Cells) -> Staged:
    get = cells.values.get
    record = cells.row.record if cells.row and not file.faults else None
    if record:
        # Nobody asks for the records of a file that has a fault somewhere: only how its rows agree.
        file.records += 1
        file.without_code += record.kind is RecordKind.JAPANESE and record.code is None
    relationship = get("relationship")
    return Staged(
        line=line,
        resident_no=get("resident_no"),
        household_no=get("household_no"),
        code=get("code"),
        householder=relationship == HOUSEHOLDER if relationship else None,
        dwelling=get("address"),
        place=file.records if record else None,
        record=record,
    )


def _add(act: Act, file: _File) -> int:
    """Add every staged record; how many of their codes stood in the pool."""
    stamp = Stamp(RegisterReason.TAKEN_OVER.value, act.ctx.now(), act.claim.operator_id, act.claim.terminal)
    for first in range(1, file.records + 1, _STEP):
        last = min(first + _STEP - 1, file.records)
        intake.add(act.tx, first, last, stamp)
        file.progress("taken in", last)
    intake.number_beyond(act.tx)
    return intake.take_codes(act.tx, act.ctx.now())
