"""Taking in a whole register from a file (住民基本台帳の引継ぎ): all of it in one transaction, or nothing.

Owns the order of steps. The file is read once, row by row; its rows wait in a table of the transaction, are compared
with one another there, and are added together if none has a fault. Whoever asks is told every fault as it is found.

Records that another municipality handed over (廃置分合, 境界変更) are taken in the same way, beside those that stand
here: with new numbers, as they stood there and with the address that they have now. A hold on copies stands on those
whom a hold protected there, until a person has entered what it was.

No store is notified and no code is given: the register is the same one in another system (docs/explanation/decisions/
a-register-taken-in.md). Of records that were handed over the domiciles are told. How one person is recorded is in the
acts named after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.changes import RegisterReason
from jukinet.domain.csv_rows import CsvRow
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.domain.relationship import HOUSEHOLDER
from jukinet.law import intake as law_intake
from jukinet.law import mergers
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.holds import Level, Process
from jukinet.services import acts, domiciles, register, second_person, succession
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.intake_checks import Finding, from_rules, judge_cells
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Column, Row
from jukinet.services.register_rows import Cells, read_cells, read_header
from jukinet.store import consistency, intake, residents
from jukinet.store import holds as hold_store
from jukinet.store.holds import Stamp as HoldStamp
from jukinet.store.intake import Former, Staged, Stamp
from jukinet.store.supplementary import Writer

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
    predecessor: MunicipalityCode | None = None
    """The municipality that handed the records over, if one did."""
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    """Its resident and household numbers, and those that are given here in their place."""
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
    handed_over_by: MunicipalityCode | None = None,
    progress: Progress = lambda _, __: None,
) -> TakenIn | Refused:
    """Take in a register from the lines of a file; ``check_only`` reads it, whatever stands here, and adds nothing.

    ``tell`` gets every finding, those of single rows first. Alerts are confirmed by the claim. ``known_to_network``:
    the stores hold these records from an earlier system. ``handed_over_by``: the municipality whose records they were;
    then others may stand here. The outcome's digest is the SHA-256 of the file.
    """
    event = AuditEvent.REGISTER_TAKEN_IN if handed_over_by is None else AuditEvent.REGISTER_TAKEN_OVER
    event = AuditEvent.REGISTER_CHECKED if check_only else event
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_LOAD_RUN, event)
        allowed = act.gate
        if isinstance(allowed, Permitted) and not check_only:
            intake.alone(tx)
            allowed = _decide_register(act, known_to_network, handed_over_by)
        if isinstance(allowed, Refused):
            return act.refuse(allowed)
        file = _read(_File(act, tell, progress, predecessor=handed_over_by), lines)
        decision = file.decide()
        if not check_only:
            looked = second_person.decide_list(act, AuditEvent.REGISTER_CHECKED, file.digest)
            decision = acts.every(Permitted(()), decision, looked)
        if isinstance(decision, Permitted) and not check_only:
            intake.close_register(tx)
            # Asked again, now that nobody can be recorded any more.
            decision = acts.every(decision, _decide_register(act, known_to_network, handed_over_by))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=file.digest)
        drawn = 0 if check_only else _add(act, file)
        if (known_to_network or handed_over_by is not None) and not check_only:
            # The consistency check goes by what was sent: of these records, by the earlier system or municipality.
            consistency.take_over(tx, ctx.now())
        whose = () if handed_over_by is None else (f"from {handed_over_by}",)
        act.done(Permitted((*decision.basis, f"records {file.records}", *whose)), reference=file.digest)
        return TakenIn(file.records, file.digest, file.alerts, drawn, file.without_code, check_only)


def _decide_register(act: Act, known: bool, predecessor: MunicipalityCode | None) -> Decision:
    connected = act.ctx.is_connected(act.ctx.node)
    if predecessor is None:
        first = law_intake.decide_register(empty=intake.is_empty(act.tx), connected=connected, known=known)
    else:
        both = (connected, act.ctx.is_connected(predecessor.node_id))
        first = mergers.decide_taking_over(predecessor, here=act.ctx.municipality, connected=both)
    return acts.every(Permitted(()), first, succession.decide(act.ctx))


def _read(file: _File, lines: Iterable[bytes]) -> _File:
    """Read the file to its end, stage its rows and compare them with one another, and with those that stand here."""
    act, digest = file.act, hashlib.sha256()

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
    file.progress("compared", file.records)
    for what, line, first in intake.among_others(act.tx):
        decision = law_intake.decide_among(law_intake.AmongOthers(**{what: True}))
        file.note(*from_rules(line, decision, _FIELD_OF[what], other=first))
    if file.predecessor is not None:
        for what, line in intake.among_recorded(act.tx):
            row = mergers.decide_row(mergers.TakenRow(**{what: True}))
            file.note(*from_rules(line, row, _FIELD_OF[what]))
    return file


_FIELD_OF = {
    "number_again": "resident_no",
    "code_again": "code",
    "second_householder": "relationship",
    "without_householder": "household_no",
    "apart": "address",
    "code_here": "code",
    "taken_before": "resident_no",
}


def _read_rows(file: _File, rows: Iterator[CsvRow]) -> None:
    first = next(rows, None)
    if first is None:
        file.note(Finding(1, "row", "is missing: the file is empty"))
        return
    if first.problem:
        file.note(Finding(first.line, "row", first.problem))
        return
    columns, faults = read_header(first.cells, handed_over=file.predecessor is not None)
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
    if file.predecessor is not None:
        days = [cells.values.get(name) for name in ("begins_on", "handed_over_on")]
        stood = "address_before" in cells.values and all(day and day <= file.act.today for day in days)
        whole = mergers.decide_row(mergers.TakenRow(stood_before=stood))
        file.note(*from_rules(row.line, whole, "handed_over_on"))
    file.stage(_staged(file, row.line, cells))


def _staged(file: _File, line: int, cells: Cells) -> Staged:
    get = cells.values.get
    record = cells.row.record if cells.row and not file.faults else None
    numbers = _numbers(file, get("resident_no"), get("household_no"))
    former = None
    if record and cells.row:
        if file.predecessor is not None:
            record, former = _taken_over(file.predecessor, cells.row, numbers[1])
        # Nobody asks for the records of a file that has a fault somewhere: only how its rows agree.
        file.records += 1
        file.without_code += record.kind is RecordKind.JAPANESE and record.code is None
    relationship = get("relationship")
    return Staged(
        line=line,
        resident_no=numbers[0],
        household_no=numbers[1],
        code=get("code"),
        householder=relationship == HOUSEHOLDER if relationship else None,
        dwelling=get("address"),
        place=file.records if record else None,
        record=record,
        former=former,
    )


def _numbers(file: _File, resident_no: str | None, household_no: str | None) -> tuple[str | None, ...]:
    """The numbers of a row: as they are, or the ones given here for those of another municipality."""
    if file.predecessor is None:
        return resident_no, household_no
    act, given = file.act, []
    for kind, former, new in (
        ("resident", resident_no, register.new_resident_no),
        ("household", household_no, register.new_household_no),
    ):
        if former is not None and (kind, former) not in file.numbers:
            file.numbers[kind, former] = new(act.ctx, act.tx)
        given.append(file.numbers[kind, former] if former is not None else None)
    return tuple(given)


def _taken_over(
    predecessor: MunicipalityCode, row: Row, household_no: str | None
) -> tuple[ResidentRecord, Former | None]:
    """A record as it stands here, and as it stood before it was handed over."""
    begins_on, changed_on, address = row.begins_on, row.handed_over_on, row.address_before
    if household_no is None or begins_on is None or changed_on is None or address is None:
        return row.record, None  # Its row has a fault (MG8).
    record = replace(row.record, household_number=household_no)
    before = replace(record, address=Address(predecessor, address, row.address_before_building))
    numbers = row.resident_no, row.record.household_number
    return record, Former(predecessor, *numbers, before, begins_on, changed_on, row.held)


def _add(act: Act, file: _File) -> int:
    """Add every staged record; how many of their codes stood in the pool."""
    stamp = Stamp(RegisterReason.TAKEN_OVER.value, act.ctx.now(), act.claim.operator_id, act.claim.terminal)
    for first in range(1, file.records + 1, _STEP):
        last = min(first + _STEP - 1, file.records)
        intake.add(act.tx, first, last, stamp)
        if file.predecessor is not None:
            second = replace(stamp, reason=RegisterReason.MINOR_CORRECTION.value)
            intake.add_handed_over(act.tx, first, last, second)
        file.progress("taken in", last)
    if file.predecessor is None:
        intake.number_beyond(act.tx)
    else:
        _protect(act, file.predecessor)
        _tell_domiciles(act)
    return intake.take_codes(act.tx, act.ctx.now())


def _tell_domiciles(act: Act) -> None:
    """Tell each domicile the address that changed with the area (M9, Act Art. 19(1))."""
    writer = Writer(act.claim.operator_id, act.claim.terminal, act.today, act.ctx.now())
    numbers = intake.numbers_taken(act.tx)
    for first in range(0, len(numbers), _BATCH):
        for held in residents.lock_together(act.tx, numbers=numbers[first : first + _BATCH]):
            domiciles.tell(act.ctx, act.tx, None, held, RegisterReason.TAKEN_OVER, writer)


def _protect(act: Act, predecessor: MunicipalityCode) -> None:
    """Let no copy go out of those whom a hold or a measure protected there, until a person has looked."""
    stamp = HoldStamp(act.today, act.ctx.now(), act.claim.operator_id, act.claim.terminal)
    for resident_id in intake.held_over(act.tx):
        hold_store.insert(
            act.tx,
            resident_id=resident_id,
            household_no=None,
            process=Process.ISSUE,
            level=Level.ERROR,
            from_on=act.today,
            to_on=None,
            reason=f"{predecessor}: a hold or a support measure stood on the record. Ask what it was and enter it.",
            stamp=stamp,
        )
