"""``jukinet copy sheet``: a list on paper, as a table or as labels for letters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, OpenContext, OperatorOption, TerminalOption
from jukinet.services import sheets
from jukinet.services.context import Context
from jukinet.services.sheets import Form, Sheet


class SheetPress(Protocol):
    """What prints lists at this node."""

    def can_print_sheet(self, sheet: Sheet) -> bool: ...

    def print_sheet(self, sheet: Sheet) -> bytes: ...


OpenSheetPress = Callable[[Path | None], AbstractContextManager[tuple[Context, SheetPress]]]


def add_to(app: typer.Typer, open_context: OpenContext, open_press: OpenSheetPress) -> None:
    """Mount the command into ``copy``."""

    @app.command(
        "sheet", epilog="Example: jukinet copy sheet list.csv --form labels --out labels.pdf --as sato"
    )
    def sheet(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="A list in CSV, as commands write it.")],
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The PDF to write. An earlier file is replaced.")],
        form: Annotated[Form, typer.Option(help="How it is printed.")] = Form.TABLE,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Print a list that was written as CSV: a table, or labels for letters.

        Labels take the columns name, address, and where they are there postcode
        and building; twelve stand on a page (A4).
        """
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told():
            with common.attempt(open_context, config, claim, "sheet"):
                given = sheets.read_list(common.read_bytes(str(file), limit=sheets.LONGEST_FILE))
            with open_press(config) as (ctx, press):
                printed = common.permitted(sheets.print_list(ctx, claim, given, form, press.can_print_sheet))
                common.write_private(out, press.print_sheet(printed))
        print(f"Printed: {len(printed.rows)} rows, as {form}.")
        print(out.resolve())
