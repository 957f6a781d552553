"""``jukinet copy issue``: a nationwide copy for a resident of another municipality."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services import copies
from jukinet.services.context import Context
from jukinet.services.copies import Press

OpenPress = Callable[[Path | None], AbstractContextManager[tuple[Context, Press]]]
"""Opens the node of a configuration file as its office, with its printer."""


def office_of(
    open_press: Callable[[Path | None], AbstractContextManager[tuple[Context, Any]]],
) -> OpenContext:
    """The same node, where nothing is to be printed."""

    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        with open_press(config) as (ctx, _):
            yield ctx

    return opened


def add_issue(app: typer.Typer, open_press: OpenPress) -> None:
    """Add the command to the group ``copy``."""

    @app.command("issue", epilog="Example: jukinet copy issue application.json --out copy.pdf --as sato")
    def issue(
        application: InputArgument,
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("copy.pdf"),
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Issue a nationwide copy (広域交付). After a failure run it again with the same application."""
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told(as_json=as_json):
            with common.attempt(office_of(open_press), config, claim, "copy-issue"):
                filing = copies.read_filing(common.read_input(application))
            with open_press(config) as (ctx, press):
                issued = common.permitted(copies.issue_nationwide_copy(ctx, claim, filing, press))
            common.write_private(out, issued.pages)
        if as_json:
            common.print_json(
                {"issue_no": issued.issue_no, "again": issued.again, "path": str(out.resolve())}
            )
        else:
            print(f"{'Issued before' if issued.again else 'Issued'} under number {issued.issue_no}.")
            print(out.resolve())
