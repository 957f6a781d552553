"""``jukinet copy home``: copies of this town's own records, and certificates of what they say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    InputArgument,
    JsonOption,
    OperatorOption,
    TerminalOption,
)
from jukinet.cli.nationwide import office_of
from jukinet.cli.sheets import (
    OutOption,
    PrinterOption,
    Sheets,
    TooLongOption,
    TrayOption,
    put,
    require_printer,
    tell_too_long,
)
from jukinet.documents.too_long import TooLong
from jukinet.services import copy_filings, home_copies
from jukinet.services.context import Context
from jukinet.services.home_copies import HomeCopy


class HomePress(Protocol):
    """What prints these papers."""

    def copy_pages(self, copy: HomeCopy) -> int: ...

    def print_copy(self, copy: HomeCopy, too_long: TooLong | None = None) -> Sheets: ...

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None: ...


def add_to(
    app: typer.Typer,
    open_press: Callable[[Path | None], AbstractContextManager[tuple[Context, HomePress]]],
) -> None:
    """Mount the command into ``copy``."""

    @app.command("home", epilog="Example: jukinet copy home application.json --out copy.pdf --as sato")
    def home(
        application: InputArgument,
        operator: OperatorOption,
        out: OutOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        too_long: TooLongOption = None,
        printer: PrinterOption = None,
        tray: TrayOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Issue a copy of this town's records (住民票の写し).

        Or a certificate (住民票記載事項証明書).

        After a failure run it again with the same application: it prints the same paper, and issues no other.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        require_printer(printer, tray)
        with common.told(as_json=as_json):
            with common.attempt(office_of(open_press), config, claim, "copy-home"):
                filing = replace(copy_filings.read_home_copy(common.read_input(application)), printer=printer)
            with open_press(config) as (ctx, press):
                issued = common.permitted(home_copies.issue_home_copy(ctx, claim, filing, press.copy_pages))
                sheets = press.print_copy(issued, too_long)
                beside = put(out, sheets, press, printer, tray)
        if as_json:
            path = str(out.resolve())
            told = {"issue_no": issued.issue_no, "issue_nos": list(issued.issue_nos)}
            short = [field for field, _ in sheets.too_long]
            common.print_json({**told, "again": issued.again, "path": path, "too_long": short})
            return
        print(f"{'Issued before' if issued.again else 'Issued'} under number {', '.join(issued.issue_nos)}.")
        tell_too_long(sheets, beside)
        print(out.resolve())
