"""What the commands share that print papers: the file, the list of what did not fit, the printer.

Owns their options and sentences (specification 5.8, 10.7).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.common import OutOption as OutOption  # noqa: PLC0414  (offered here too)
from jukinet.documents.too_long import TooLong

TooLongOption = Annotated[
    TooLong | None,
    typer.Option("--too-long", help="What becomes of a text that does not fit; else as configured."),
]
PrinterOption = Annotated[
    str | None, typer.Option("--printer", metavar="NAME", help="Print it there, too; its number says so.")
]
TrayOption = Annotated[str | None, typer.Option("--tray", metavar="NAME", help="From which tray.")]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class Sheets(Protocol):
    """A paper that was set, and the texts that did not fit, by their fields."""

    @property
    def pdf(self) -> bytes: ...

    @property
    def too_long(self) -> tuple[tuple[str, str], ...]: ...


class Printers(Protocol):
    """What sends papers to the printers of this node."""

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None: ...


def require_printer(printer: str | None, tray: str | None) -> None:
    """Refuse as mistyped what cannot be the name of a printer or of a tray."""
    for name, option in ((printer, "--printer"), (tray, "--tray")):
        if name is not None and not _NAME.fullmatch(name):
            raise typer.BadParameter("is no name of a printer or tray.", param_hint=option)
    if tray is not None and printer is None:
        raise typer.BadParameter("belongs to --printer.", param_hint="--tray")


def put(out: Path, sheets: Sheets, press: Printers, printer: str | None, tray: str | None) -> Path | None:
    """Write the paper, and beside it what did not fit, if anything; then print it. Where the list is."""
    common.write_private(out, sheets.pdf)
    beside = None
    if sheets.too_long:
        beside = out.with_name(f"{out.stem}.too-long.txt")
        lines = (f"{field}\t{text}\n" for field, text in sheets.too_long)
        common.write_private(beside, "".join(lines).encode())
    if printer is not None:
        press.send(sheets.pdf, printer, tray)
    return beside


def tell_too_long(sheets: Sheets, beside: Path | None) -> None:
    """Say which fields are not whole on the paper, and where they are."""
    if beside is not None:
        print(f"NOT WHOLE on the paper: {', '.join(field for field, _ in sheets.too_long)}.")
        print(f"What it should say: {beside.resolve()}")
