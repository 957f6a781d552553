"""``jukinet copy supplementary``, ``jukinet supplementary hold``: copies of supplementary registers, and holds."""

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
    OpenContext,
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
from jukinet.services import supplementary_copies
from jukinet.services.context import Context
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_copies import SupplementaryCopy


class SupplementaryPress(Protocol):
    """What prints these papers."""

    def supplementary_pages(self, copy: SupplementaryCopy) -> int: ...

    def print_supplementary(self, copy: SupplementaryCopy, too_long: TooLong | None = None) -> Sheets: ...

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None: ...


OpenPress = Callable[[Path | None], AbstractContextManager[tuple[Context, SupplementaryPress]]]


def add_to(app: typer.Typer, open_press: OpenPress) -> None:
    """Mount the command into ``copy``."""

    @app.command(
        "supplementary",
        epilog="Example: jukinet copy supplementary application.json --out copy.pdf --as sato",
    )
    def supplementary(
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
    ) -> None:
        """Issue a copy of a supplementary register (戸籍の附票の写し).

        After a failure run it again with the same application: it prints the same paper, and issues no other.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        require_printer(printer, tray)
        with common.told():
            with common.attempt(office_of(open_press), config, claim, "copy-supplementary"):
                filing = replace(
                    supplementary_copies.read_copy(common.read_input(application)), printer=printer
                )
            with open_press(config) as (ctx, press):
                issued = common.permitted(
                    supplementary_copies.issue_copy(ctx, claim, filing, press.supplementary_pages)
                )
                sheets = press.print_supplementary(issued, too_long)
                beside = put(out, sheets, press, printer, tray)
        print(f"{'Issued before' if issued.again else 'Issued'} under number {issued.issue_no}.")
        tell_too_long(sheets, beside)
        print(out.resolve())


def add_hold(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount ``hold`` into ``supplementary``."""

    @common.filing_command(
        app,
        open_context,
        "hold",
        "supplementary-hold",
        supplementary_copies.read_register_hold,
        supplementary_copies.hold_register,
        epilog="Example: jukinet supplementary hold hold.json --as sato",
    )
    def hold(entered: supplementary_copies.RegisterHoldFiling, held: Supplemented) -> str:
        """Hold copies of a register back, or hold them no more.

        The file has register_no, stands and reason.
        """
        return f"{'Held back' if entered.stands else 'Held back no more'}: {held.register_no}."
