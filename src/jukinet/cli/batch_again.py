"""``--again``: a batch begins with what it was given the last time; and ``jukinet register last-given`` shows that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, OpenContext, OperatorOption, TerminalOption
from jukinet.law.decisions import Refused
from jukinet.services import batch_settings
from jukinet.services.batch_settings import Batch
from jukinet.services.operators import OperatorClaim

AgainOption = Annotated[
    bool,
    typer.Option("--again", help="Begin with what was given the last time; FILE says what differs."),
]


def begun(
    open_context: OpenContext,
    config: Path | None,
    claim: OperatorClaim,
    batch: Batch,
    data: dict[str, Any],
    *,
    again: bool,
) -> dict[str, Any]:
    """What a batch is given: the file, or what was given the last time with the file's fields in their places.

    A field that is null takes away what was given. What differs is told, by its names.
    """
    if not again:
        return data
    with open_context(config) as ctx:
        last = batch_settings.last_given(ctx, claim, batch)
    if isinstance(last, Refused):
        raise common.refused(last, as_json=False)
    now = {name: value for name, value in {**last.given, **data}.items() if value is not None}
    if last.given_on is None:
        print("Nothing is kept of a last time.")
    else:
        print(
            f"As on {last.given_on} by {last.operator}, but for: {', '.join(last.changed(now)) or 'nothing'}."
        )
    return now


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """``last-given``, into the commands of ``register``."""

    @app.command("last-given", epilog="Example: jukinet register last-given query --as sato")
    def last_given(
        batch: Annotated[Batch, typer.Argument(help="Which batch.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Show what a batch was given the last time, as its file would say it."""
        claim = common.claim_of(operator, terminal)
        with common.told(), open_context(config) as ctx:
            last = common.permitted(batch_settings.last_given(ctx, claim, batch))
        print(json.dumps(last.given, ensure_ascii=False, indent=2))
