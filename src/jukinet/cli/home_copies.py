"""``jukinet copy home``: copies of this town's own records, and certificates of what they say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
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
from jukinet.cli.papers import OutOption
from jukinet.law.decisions import Refused
from jukinet.services import copy_filings, home_copies
from jukinet.services.context import Context
from jukinet.services.home_copies import HomeCopy


class HomePress(Protocol):
    """What prints these papers."""

    def copy_pages(self, copy: HomeCopy) -> int: ...

    def print_copy(self, copy: HomeCopy) -> bytes: ...


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
        with common.told():
            with common.attempt(office_of(open_press), config, claim, "copy-home"):
                filing = copy_filings.read_home_copy(common.read_input(application))
            with open_press(config) as (ctx, press):
                issued = home_copies.issue_home_copy(ctx, claim, filing, press.copy_pages)
                if isinstance(issued, Refused):
                    raise common.refused(issued, as_json=as_json)
                common.write_private(out, press.print_copy(issued))
        if as_json:
            path = str(out.resolve())
            told = {"issue_no": issued.issue_no, "issue_nos": list(issued.issue_nos)}
            common.print_json({**told, "again": issued.again, "path": path})
            return
        print(f"{'Issued before' if issued.again else 'Issued'} under number {', '.join(issued.issue_nos)}.")
        print(out.resolve())
