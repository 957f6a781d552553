"""``jukinet register papers``: what was issued about a resident."""

from __future__ import annotations

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services.issued_papers import list_papers


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command(
        "papers", epilog="Example: jukinet register papers --as sato   (then type the resident number)"
    )
    def papers(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """List papers issued about a resident, by the number, typed at the prompt or on standard input."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        found = common.asked_about(open_context, config, claim, list_papers, as_json=as_json)
        rows = [
            {"on": one.on.isoformat(), "kind": one.kind, "issuer": one.issuer, "reference": one.reference}
            for one in found
        ]
        if as_json:
            common.print_json({"papers": rows})
            return
        for row in rows:
            print("  ".join(value for value in row.values() if value))
        if not rows:
            print("Nothing was issued.")
