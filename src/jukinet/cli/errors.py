"""``jukinet errors``: reports that a record is wrong (M16), from who finds it to the municipality, and the answer."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, InputArgument, JsonOption, OpenContext, OperatorOption
from jukinet.messages.bodies import ErrorOutcome
from jukinet.services import error_reports

ReportArgument = Annotated[str, typer.Argument(metavar="REPORT", help="The report's id, as in the list.")]


def make_app(open_context: OpenContext) -> typer.Typer:
    """The commands, to be mounted as ``errors``."""
    app = common.make_app("Records that were found to be wrong: reported, passed on, answered.")
    _add_report(app, open_context)
    _add_list(app, open_context)
    _add_steps(app, open_context)
    return app


def _add_report(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("report", epilog="Example: jukinet errors report wrong.json --as sato")
    def report(filing: InputArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Report a record, at the centre or a prefecture.

        The file has code, municipality and items: of name, nickname, birth-date, sex, address, code.
        """
        claim = common.claim_of(operator, None)
        with common.told():
            with common.attempt(open_context, config, claim, "error-report"):
                code, municipality, items = error_reports.read_filing(common.read_input(filing))
            with open_context(config) as ctx:
                made = common.permitted(error_reports.report(ctx, claim, code, municipality, items))
        print(f"Reported: {made}.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet errors list --as sato --json")
    def show(
        operator: OperatorOption,
        every: Annotated[bool, typer.Option("--all", help="Those that were answered, too.")] = False,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the reports that wait for an answer."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(
                error_reports.list_reports(ctx, common.claim_of(operator, None), everything=every)
            )
        rows = [
            {
                "report": one.report_id,
                "code": str(one.report.code),
                "municipality": str(one.report.municipality),
                "items": sorted(one.report.items),
                "from": str(one.from_node) if one.from_node else None,
                "state": one.state,
                "noted_at": one.noted_at.isoformat(),
            }
            for one in found
        ]
        if as_json:
            common.print_json({"reports": rows})
            return
        for row in rows:
            print(f"{row['report']}  {row['state']}")
            print(f"  {row['municipality']} {row['code']}  {', '.join(row['items'] or ())}")
        if not rows:
            print("No report waits.")


def _add_steps(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("forward", epilog="Example: jukinet errors forward 3f… --as sato")
    def forward(report: ReportArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Pass a report on to the municipality, or its answer to the centre, at the prefecture."""
        with common.told(), open_context(config) as ctx:
            common.permitted(error_reports.pass_on(ctx, common.claim_of(operator, None), report))
        print(f"Passed on: {report}.")

    @app.command("answer", epilog="Example: jukinet errors answer 3f… corrected --as sato")
    def answer(
        report: ReportArgument,
        outcome: Annotated[ErrorOutcome, typer.Argument(help="What came of it.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Answer a report at the municipality: the record is corrected, or it was right."""
        with common.told(), open_context(config) as ctx:
            common.permitted(error_reports.answer(ctx, common.claim_of(operator, None), report, outcome))
        print(f"Answered: {report}.")
