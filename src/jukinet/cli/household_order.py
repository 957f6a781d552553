"""``jukinet register household-order``: in which order a household's members stand on copies."""

from __future__ import annotations

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
from jukinet.services import household_order


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command("household-order", epilog="Example: jukinet register household-order order.json --as sato")
    def order(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
    ) -> None:
        """Set the order of a household's members, kept until it is set anew.

        The file has household_number and resident_nos, who come first; nobody: the
        rule alone orders them again.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        _, done = common.filed(
            open_context,
            config,
            claim,
            "household-order",
            filing,
            household_order.read_order,
            household_order.set_order,
        )
        print("In this order: " + ", ".join(done.resident_nos))
