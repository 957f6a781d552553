"""``jukinet register items-of-before``: what a deleted record says of somebody who comes back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, ConfirmOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.scalars import Scalar
from jukinet.services.returners import items_of_before


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "items-of-before",
        epilog="Example: jukinet register items-of-before --as sato > person.json",
    )
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
    ) -> None:
        """Print a deleted record for who comes back (再転入者).

        It is a person of a move-in: type the resident number at the prompt, change what is different today, file it.
        The number stays.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        found = common.asked_about(open_context, config, claim, items_of_before, as_json=True)
        common.print_json(_given(asdict(found.person)))
        if found.domicile_gone:
            typer.echo(
                "The domicile of before is left out: there is no such municipality any more.", err=True
            )
        for item in found.hidden:
            typer.echo(f"Not shown to you: {item}.", err=True)


def _given(value: Any) -> Any:
    """As a filing has it: what is empty is left out."""
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items() if one not in (None, (), [], False)}
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value if isinstance(value, str | bool | int) and not isinstance(value, Scalar) else str(value)
