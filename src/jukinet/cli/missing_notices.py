"""``jukinet register missing-notices``: of whom no move-in notice came (転入通知未着者一覧)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from jukinet.cli import common, days
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.reading import parse_date
from jukinet.services.move_in_notices import LISTED_AT_MOST, MissingNotice, list_missing

BeforeOption = Annotated[
    str | None, typer.Option("--before", metavar="DATE", help="Who left before that day (default: today).")
]


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command(
        "missing-notices", epilog="Example: jukinet register missing-notices --as sato --before 2013-06-08"
    )
    def missing_notices(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        before: BeforeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List who left for another municipality and of whom no move-in notice came, to ask there."""
        day = _day(before)
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(list_missing(ctx, common.claim_of(operator, terminal), day))
        _tell(found, as_json=as_json)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--before") from None


def _tell(found: tuple[MissingNotice, ...], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "resident_no": one.resident_no,
                "left_on": one.left_on.isoformat(),
                "municipality": str(one.municipality) if one.municipality else None,
            }
            for one in found
        ]
        common.print_json({"missing": rows})
        return
    for one in found:
        print(f"{one.resident_no}  left {days.shown(one.left_on)}  for {one.municipality or '(not known)'}")
    if not found:
        print("No notice is missing.")
    if len(found) == LISTED_AT_MOST:
        print("The oldest are listed; there are more.")
