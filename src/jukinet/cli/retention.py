"""``jukinet retention``: what is kept for how long, and the erasing of what is past its term."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OperatorOption, TerminalOption
from jukinet.services import retention
from jukinet.services.context import Context
from jukinet.services.retention import Report

OpenPurge = Callable[[Path | None], AbstractContextManager[tuple[Context, int | None]]]
"""Opens the node of a configuration file as the purge, with its ``retention.backup_days``."""


def make_app(open_purge: OpenPurge) -> typer.Typer:
    """The commands, to be mounted as ``retention``."""
    app = common.make_app("What is kept for how long, and the erasing of what is past its term.")
    _add_run(app, open_purge)
    _add_list(app)
    return app


def _add_run(app: typer.Typer, open_purge: OpenPurge) -> None:
    @app.command("run", epilog="Example: jukinet retention run --as sato --dry-run")
    def run(
        operator: OperatorOption,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Count what would be erased, and change nothing.")
        ] = False,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Erase what is past its term, for good. A run that was stopped may be begun again."""
        act = retention.count_due if dry_run else retention.erase_due
        status = Console(stderr=True, highlight=False).status("What is past its term ...")
        with common.told(as_json=as_json), open_purge(config) as (ctx, backup_days), status:
            report = common.permitted(
                act(
                    ctx,
                    common.claim_of(operator, terminal),
                    backup_days,
                    lambda subject, count: status.update(f"{subject}: {count}"),
                )
            )
        _tell(report, as_json=as_json)


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        common.print_json(
            {
                "on": report.on.isoformat(),
                "run": report.reference,
                "erased": report.erased,
                "subjects": {name: dict(sorted(counts.items())) for name, counts in report.subjects.items()},
                "left": list(report.left),
            }
        )
        return
    if report.tables:
        print(f"{'Erased' if report.erased else 'Would be erased'} on {report.on}:")
        for table, count in sorted(report.tables.items()):
            print(f"  {table:26} {count:10,}")
    else:
        print(f"Nothing is past its term on {report.on}.")
    if report.left:
        print(
            f"Left alone: {', '.join(report.left)}. The configuration does not say how far back a backup may reach"
            " (retention.backup_days)."
        )


def _add_list(app: typer.Typer) -> None:
    @app.command("list", epilog="Example: jukinet retention list")
    def show(*, as_json: JsonOption = False) -> None:
        """List every table that holds something of a person, with its term."""
        found = retention.list_terms()
        if as_json:
            common.print_json(
                [
                    {
                        "table": one.table,
                        "holds": one.holds,
                        "kept": one.kept,
                        "basis": one.basis,
                        "terms": list(one.lengths),
                        "erased_as": list(one.subjects),
                    }
                    for one in found
                ]
            )
            return
        for one in found:
            lengths = f" ({'; '.join(one.lengths)})" if one.lengths else ""
            print(f"{one.table}: {one.holds}\n    {one.kept}{lengths}. {one.basis}.")
