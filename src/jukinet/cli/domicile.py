"""``jukinet register domicile``: what may be taken over as somebody's domicile."""

from __future__ import annotations

from dataclasses import asdict

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
from jukinet.services.domicile_help import domicile_candidates


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "domicile", epilog="Example: jukinet register domicile --as sato   (then type the resident number)"
    )
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """List what may be taken over as a domicile, for the resident of the number typed at the prompt."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        found = common.asked_about(open_context, config, claim, domicile_candidates, as_json=as_json)
        if as_json:
            common.print_json(asdict(found))
            return
        for koseki in found.koseki:
            print(f"koseki            {koseki.domicile}, {koseki.head}")
        print(f"address           {found.address}")
        if found.previous_address:
            print(f"previous address  {found.previous_address}")
