"""``jukinet copy move-out``: the certificate of a move-out."""

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
from jukinet.services import certificates
from jukinet.services.certificates import Certificate
from jukinet.services.context import Context


class PaperPress(Protocol):
    """What prints the papers of this node."""

    def certificate_pages(self, certificate: Certificate) -> int: ...

    def print_certificate(self, certificate: Certificate, too_long: TooLong | None = None) -> Sheets: ...

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None: ...


OpenPaperPress = Callable[[Path | None], AbstractContextManager[tuple[Context, PaperPress]]]


def add_to(app: typer.Typer, open_press: OpenPaperPress) -> None:
    """Mount the command into ``copy``."""

    @app.command("move-out", epilog="Example: jukinet copy move-out filing.json --out move-out.pdf --as sato")
    def move_out(
        filing: InputArgument,
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
        """Issue the certificate of a move-out (転出証明書).

        The move-out was filed before; a certificate that was lost or spoiled is issued again as it was.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        require_printer(printer, tray)
        with common.told():
            with common.attempt(office_of(open_press), config, claim, "copy-move-out"):
                entered = replace(certificates.read_certificate(common.read_input(filing)), printer=printer)
            with open_press(config) as (ctx, press):
                issued = common.permitted(certificates.issue(ctx, claim, entered, press.certificate_pages))
                sheets = press.print_certificate(issued, too_long)
                beside = put(out, sheets, press, printer, tray)
        print(f"{'Issued again' if issued.way.again else 'Issued'} under number {issued.number}.")
        common.print_remarks(issued.remarks)
        tell_too_long(sheets, beside)
        print(out.resolve())
