"""``jukinet register intake``, ``export``, ``query`` and ``former-numbers``: a register from CSV, and into it."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Annotated, BinaryIO

import typer
from rich.console import Console

from jukinet.cli import batch_again, common
from jukinet.cli.batch_again import AgainOption, begun
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain.csv_rows import lines_of
from jukinet.domain.list_files import ListForm
from jukinet.law.decisions import Refused
from jukinet.services import queries
from jukinet.services.batch_settings import Batch
from jukinet.services.context import Context
from jukinet.services.export import (
    Exported,
    export_former_numbers,
    export_handed_over,
    export_register,
    export_source,
)
from jukinet.services.intake import TakenIn, take_in
from jukinet.services.intake_checks import Finding
from jukinet.services.queries import QueryFiling
from jukinet.services.sources import Source

_SHOWN = 20
"""Findings on the screen; the report file has all."""

ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write every finding into this CSV file."),
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, into those of ``register``."""
    _add_intake(app, open_context)
    _add_export(app, open_context)
    _add_query(app, open_context)
    batch_again.add_command(app, open_context)
    _add_former_numbers(app, open_context)


class _Report:
    """Findings: all into a file, where one is wanted, and the first ones to show."""

    def __init__(self, file: IO[str] | None) -> None:
        self.first: list[Finding] = []
        self.faults = self.alerts = 0
        self._rows = csv.writer(file) if file else None
        if self._rows:
            self._rows.writerow(("line", "kind", "field", "problem", "rule"))

    def __call__(self, finding: Finding) -> None:
        self.alerts += finding.alert
        self.faults += not finding.alert
        if len(self.first) < _SHOWN:
            self.first.append(finding)
        if self._rows:
            self._rows.writerow(_plain(finding).values())

    @property
    def more(self) -> int:
        return self.faults + self.alerts - len(self.first)


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "line": finding.line,
        "kind": "alert" if finding.alert else "fault",
        "field": finding.field,
        "problem": finding.problem,
        "rule": finding.rule,
    }


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file


@contextmanager
def _written(report: Path | None) -> Iterator[IO[str] | None]:
    if report is None:
        yield None
        return
    descriptor = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file


def _add_intake(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "intake",
        epilog="Example: jukinet register intake register.csv --as sato --check-only --report report.csv",
    )
    def intake(
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="The register in CSV, or - for standard input.")
        ],
        operator: OperatorOption,
        report: ReportOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        check_only: Annotated[
            bool, typer.Option("--check-only", help="Read and check the file, and take nothing in.")
        ] = False,
        known: Annotated[
            bool,
            typer.Option(
                "--known-to-network",
                help="At a connected node: prefecture and centre hold these records already.",
            ),
        ] = False,
        handed_over_by: Annotated[
            str | None,
            typer.Option(
                "--handed-over-by",
                metavar="CODE",
                help="The municipality that handed these records over; others may stand here.",
            ),
        ] = None,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Take a whole register into an empty one, or what another municipality handed over.

        All of it or nothing. Every fault is told with its line.
        """
        if report is not None:
            common.require_place(report, "--report")
        predecessor = common.municipality(handed_over_by, "--handed-over-by")
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        status = Console(stderr=True, highlight=False).status("Reading ...")
        with common.told(), ExitStack() as stack:
            lines = stack.enter_context(_source(file))
            ctx = stack.enter_context(open_context(config))
            findings = _Report(stack.enter_context(_written(report)))
            stack.enter_context(status)
            done = take_in(
                ctx,
                claim,
                lines_of(lines),
                findings,
                check_only=check_only,
                known_to_network=known,
                handed_over_by=predecessor,
                progress=lambda step, count: status.update(f"{step}: {count:,}"),
            )
        _tell(done, findings, as_json=as_json)


def _tell(done: TakenIn | Refused, findings: _Report, *, as_json: bool) -> None:
    if as_json:
        _tell_json(done, findings)
        return
    for one in findings.first:
        kind, rule = ("alert" if one.alert else "fault"), (f" ({one.rule})" if one.rule else "")
        print(f"line {one.line}  {kind}  {one.field}: {one.problem}{rule}")
    if findings.more:
        print(f"... and {findings.more:,} more; --report FILE has all.")
    if isinstance(done, Refused):
        if findings.first:
            print(f"Faults: {findings.faults:,}. Alerts: {findings.alerts:,}.")
        raise common.refused(done, as_json=False)
    print(
        f"{'Checked' if done.checked_only else 'Taken in'}: {done.records:,} records. SHA-256 {done.digest}"
    )
    if done.without_code:
        print(f"{done.without_code:,} Japanese residents have no code.")
    if done.codes_drawn:
        print(f"{done.codes_drawn:,} codes of the pool are in use now.")


def _tell_json(done: TakenIn | Refused, findings: _Report) -> None:
    found = {
        "faults": findings.faults,
        "alerts": findings.alerts,
        "findings": [_plain(one) for one in findings.first],
        "findings_left_out": findings.more,
    }
    if isinstance(done, Refused):
        rules = [{"rule": f.rule, "article": f.article, "kind": f.kind.value} for f in done.failed]
        common.print_json({"refused": rules, **found})
        raise typer.Exit(common.REFUSED)
    common.print_json(
        {
            "records": done.records,
            "taken_in": not done.checked_only,
            "sha256": done.digest,
            "without_code": done.without_code,
            "codes_drawn": done.codes_drawn,
            **found,
        }
    )


def _add_export(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("export", epilog="Example: jukinet register export register.csv --as sato")
    def command(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="The file to write; only its owner may read it.")
        ],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        handed_to: Annotated[
            str | None,
            typer.Option(
                "--handed-to", metavar="CODE", help="Only the records handed over to this municipality."
            ),
        ] = None,
        of: Annotated[
            Source, typer.Option(help="What is written; only residents can be taken in again.")
        ] = Source.RESIDENTS,
        as_json: JsonOption = False,
    ) -> None:
        """Write the whole register into a CSV file, everybody in it, and record that it was done.

        Or with --of another source, whole: deleted records, every version, cards,
        papers issued.
        """
        to = common.municipality(handed_to, "--handed-to")
        if to and of is not Source.RESIDENTS:
            raise typer.BadParameter("are records that stood: leave --of out.", param_hint="--handed-to")
        claim = common.claim_of(operator, terminal)

        def export(
            ctx: Context, write: Callable[[bytes], object], progress: Callable[[int], None]
        ) -> Exported | Refused:
            if to:
                return export_handed_over(ctx, claim, to, write, progress)
            if of is Source.RESIDENTS:
                return export_register(ctx, claim, write, progress)
            return export_source(ctx, claim, of, write, progress)

        done = common.exported(open_context, config, file, export, as_json=as_json)
        _tell_export(done, as_json=as_json, handed_over=to is not None)


def _add_query(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("query", epilog="Example: jukinet register query query.json --out list.csv --as sato")
    def query(
        filing: InputArgument,
        operator: OperatorOption,
        out: Annotated[
            Path, typer.Option(metavar="FILE", help="The .csv or .xml to write; only its owner may read it.")
        ],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        again: AgainOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write a list for the office: chosen columns of whoever meets conditions.

        The file has of (residents, deleted, versions, cards, papers), columns and
        conditions (column, comparison, value); without columns it only counts. Or
        it has tables, the columns of each source, and select: a statement that
        SQLite runs on these tables alone.
        """
        common.require_place(out)
        claim = common.claim_of(operator, terminal)
        form = ListForm.XML if out.suffix.lower() == ".xml" else ListForm.CSV
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "query"):
                data = common.read_input(filing)
                data = begun(open_context, config, claim, Batch.QUERY, data, again=again)
                asked = queries.read_select(data) if "select" in data else queries.read_query(data)
            with open_context(config) as ctx, common.replacing(out) as (write, keep):
                if isinstance(asked, QueryFiling):
                    listed, kept = queries.run_query(ctx, claim, asked, write, form), bool(asked.columns)
                else:
                    listed, kept = queries.run_select(ctx, claim, asked, write, form), True
                done = common.permitted(listed)
                if kept:
                    keep()
        if as_json:
            common.print_json({"rows": done.rows, "held_back": done.held_back})
            return
        print(f"Listed: {done.rows}. Held back, and not listed: {done.held_back}.")
        if kept:
            print(out.resolve())


def _tell_export(done: Exported, *, as_json: bool, handed_over: bool) -> None:
    if as_json:
        common.print_json(
            {"records": done.records, "sha256": done.digest, "under_support_measures": done.protected}
        )
        return
    print(f"Written: {done.records:,} records. SHA-256 {done.digest}")
    if done.protected and handed_over:
        print(
            f"{done.protected:,} of them are under a hold or a support measure, and marked. Tell which, by letter."
        )
    elif done.protected:
        print(f"{done.protected:,} of them are under a support measure; the file does not say who. Guard it.")


def _add_former_numbers(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("former-numbers", epilog="Example: jukinet register former-numbers numbers.csv --as sato")
    def command(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="The file to write; only its owner may read it.")
        ],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Write which number each resident had in the municipality that handed the record over."""
        claim = common.claim_of(operator, terminal)
        done = common.exported(
            open_context, config, file, lambda ctx, write, _: export_former_numbers(ctx, claim, write)
        )
        print(f"Written: {done:,} numbers.")
