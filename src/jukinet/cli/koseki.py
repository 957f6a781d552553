"""``jukinet network koseki-…``: what mayors tell each other of koseki."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services import koseki_messages, koseki_offers
from jukinet.services.koseki_messages import Told


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the commands into ``network``."""
    _add_notice(app, open_context)
    _add_matter(app, open_context)
    _add_show(app, open_context)
    _add_offer(app, open_context)
    _add_done(app, open_context)


def _add_notice(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("koseki-notice", epilog="Example: jukinet network koseki-notice filing.json --as sato")
    def notice(
        filing: InputArgument,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Tell the mayor of the domicile where a resident lives, or lives no more (M9, Art. 19(1))."""
        claim = common.claim_of(operator, None)
        read, tell = koseki_messages.read_notice_filing, koseki_messages.tell_domicile
        _, told = common.filed(
            open_context, config, claim, "koseki-notice", filing, read, tell, as_json=as_json
        )
        _tell(told, as_json=as_json)


def _add_matter(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("koseki-matter", epilog="Example: jukinet network koseki-matter filing.json --as sato")
    def matter(
        filing: InputArgument,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Tell the mayor of the place of residence what a koseki filing says (M10, Art. 9(2))."""
        claim = common.claim_of(operator, None)
        read, tell = koseki_messages.read_matter_filing, koseki_messages.tell_home
        _, told = common.filed(
            open_context, config, claim, "koseki-matter", filing, read, tell, as_json=as_json
        )
        _tell(told, as_json=as_json)


def _tell(told: Told, *, as_json: bool) -> None:
    if as_json:
        common.print_json({"statement_id": told.statement_id, "to": str(told.to)})
    else:
        print(f"Told {told.to}.")


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("koseki-show", epilog=f"Example: jukinet network koseki-show {'0f' * 16} --as sato")
    def show(
        statement: Annotated[str, typer.Argument(metavar="ID", help="The id in the list of unanswered.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Show what another mayor told about a koseki, as JSON."""
        with common.told(as_json=True), open_context(config) as ctx:
            found = common.permitted(koseki_messages.show(ctx, common.claim_of(operator, None), statement))
        common.print_json(found)


def _add_offer(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("koseki-offer", epilog=f"Example: jukinet network koseki-offer {'0f' * 16} --as sato")
    def offer(
        statement: Annotated[str, typer.Argument(metavar="ID", help="The id in the list of unanswered.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
    ) -> None:
        """Show a notice (M10) as the act that it calls for, with its filing filled in, as JSON.

        Add what is lacking, look at the rest, and enter the filing: jukinet register ACT.
        """
        with common.told(as_json=True), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal, confirmed=confirm)
            found = common.permitted(koseki_offers.offer(ctx, claim, statement))
        common.print_json(
            {
                "act": found.act,
                "filing": found.filing,
                "lacking": list(found.lacking),
                "alike": list(found.alike),
            }
        )


def _add_done(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("koseki-done", epilog="Example: jukinet network koseki-done filing.json --as sato")
    def done(filing: InputArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Note that you have seen to one; its sender is told where it does not fit (Art. 19(2))."""
        claim = common.claim_of(operator, None)
        common.filed(
            open_context,
            config,
            claim,
            "koseki-done",
            filing,
            koseki_messages.read_seen_filing,
            koseki_messages.see_to,
        )
        print("It waits no longer.")
