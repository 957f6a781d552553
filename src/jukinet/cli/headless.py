"""``jukinet register without-householder``: households that have no householder, to be asked who it is."""

from __future__ import annotations

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.services.households import LISTED_AT_MOST, Headless, list_headless


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command("without-householder", epilog="Example: jukinet register without-householder --as sato")
    def without_householder(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List households that have no householder.

        The letter that asks them who it is: jukinet copy letter no-householder.
        """
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(list_headless(ctx, common.claim_of(operator, terminal)))
        _tell(found, as_json=as_json)


def _tell(found: tuple[Headless, ...], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"household_number": one.household_number, "resident_nos": list(one.resident_nos)}
            for one in found
        ]
        common.print_json({"households": rows})
        return
    for one in found:
        print(f"{one.household_number}  {', '.join(one.resident_nos)}")
    if not found:
        print("Every household has a householder.")
    if len(found) == LISTED_AT_MOST:
        print("The first are listed; there are more.")
