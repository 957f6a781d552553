"""``jukinet register list-addresses`` and ``change-addresses``: an area, or its municipality, is another one now."""

from __future__ import annotations

from typing import Annotated

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
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.services import address_changes, address_lists

LONGEST_LIST = 64 * 1024 * 1024
"""Bytes: as many households as a list may have, with two long addresses each."""


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Both commands, into those of ``register``."""
    _add_list(app, open_context)
    _add_change(app, open_context)


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "list-addresses",
        epilog="Example: jukinet register list-addresses areas.json --as sato > list.json",
    )
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Print the list that change-addresses takes: every household in these areas."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "list-addresses"):
                given = address_lists.read_areas(common.read_input(filing, limit=LONGEST_LIST))
            with open_context(config) as ctx:
                done = address_lists.list_addresses(ctx, claim, given)
        if isinstance(done, Refused):
            raise common.refused(done, as_json=False)
        print(strict_json.dump(address_changes.write_address_list(done.list)).decode())
        typer.echo(
            f"Households: {len(done.list.rows):,}. In none of the areas: {done.elsewhere:,}.", err=True
        )


def _add_change(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "change-addresses",
        epilog="Example: jukinet register change-addresses list.json --as sato --simulate",
    )
    def change(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        simulate: Annotated[
            bool, typer.Option("--simulate", help="Say what would be done, and change nothing.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write many addresses anew (住所一括変更): an area or its numbers changed."""
        act = address_changes.simulate if simulate else address_changes.change_addresses
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "change-addresses"):
                given = address_changes.read_address_list(common.read_input(filing, limit=LONGEST_LIST))
            with open_context(config) as ctx:
                done = act(ctx, claim, given)
        if isinstance(done, Refused):
            raise common.refused(done, as_json=as_json)
        _print_report(done, simulated=simulate, as_json=as_json)


def _print_report(report: address_changes.Report, *, simulated: bool, as_json: bool) -> None:
    if as_json:
        households = [{"household_number": number, "result": result} for number, result in report.results]
        common.print_json({"simulated": simulated, "residents": report.residents, "households": households})
        return
    for number, result in report.results:
        print(f"{number}  {result}")
    done = "would get" if simulated else "got"
    print(f"{report.residents} residents {done} another address.")
