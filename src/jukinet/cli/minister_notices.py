"""``jukinet register minister-notices``: a file of notices from the Minister of Justice (M13) is taken in."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.services.minister_files import LONGEST_FILE, read_file
from jukinet.services.minister_notices import NoticeOutcome, NoticeReport, close_notice, take_notices

FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A file with one notice a line, or - to read it from standard input."
    ),
]


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command(
        "minister-notices", epilog="Example: jukinet register minister-notices notices.ndjson --as sato"
    )
    def minister_notices(
        file: FileArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Enter notices from the Minister of Justice (Art. 30-50); those that a clerk must examine are listed.

        Exit code 3 where any is left for a clerk. A file may be given again: what was entered is not entered twice.
        """
        with common.told(as_json=as_json):
            notices = read_file(common.read_bytes(file, limit=LONGEST_FILE))
            with open_context(config) as ctx:
                reports = common.permitted(take_notices(ctx, common.claim_of(operator, terminal), notices))
        _tell(reports, as_json=as_json)
        if any(report.outcome is NoticeOutcome.FOR_CLERK for report in reports):
            raise typer.Exit(common.REFUSED)

    @app.command(
        "minister-notice-done",
        epilog="Example: jukinet register minister-notice-done MJ-2013-000001 --as sato",
    )
    def done(
        notice: Annotated[str, typer.Argument(metavar="NUMBER", help="The notice's own number.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Note that you have seen to a notice of the Minister that was left for a clerk."""
        with common.told(), open_context(config) as ctx:
            common.permitted(close_notice(ctx, common.claim_of(operator, terminal), notice))
        print("It waits no longer.")


def _tell(reports: tuple[NoticeReport, ...], *, as_json: bool) -> None:
    if as_json:
        common.print_json({"notices": [_plain(report) for report in reports]})
        return
    counted = Counter(report.outcome for report in reports)
    print(", ".join(f"{outcome}: {counted[outcome]}" for outcome in NoticeOutcome))
    listed = [report for report in reports if report.failed or report.remarks]
    table = Table("notice", "outcome", "resident", "what to look at", box=None)
    for report in listed:
        sentences = [f"{rule.sentence} ({rule.rule})" for rule in report.failed]
        sentences += [remark.sentence for remark in report.remarks]
        table.add_row(report.notice_id, report.outcome, report.resident_no or "", "\n".join(sentences))
    if listed:
        common.console().print(table)


def _plain(report: NoticeReport) -> dict[str, object]:
    return {
        "notice_id": report.notice_id,
        "outcome": report.outcome.value,
        "resident_no": report.resident_no,
        "rules": [{"rule": f.rule, "article": f.article, "kind": f.kind.value} for f in report.failed],
        "remarks": common.plain_remarks(report.remarks),
    }
