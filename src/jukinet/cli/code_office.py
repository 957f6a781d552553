"""``jukinet code pool``, ``ask``, ``requests``: the stock of codes, and asking the centre for more."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.services import code_requests, code_stock


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the commands into ``code``."""
    _add_pool(app, open_context)
    _add_pool_level(app, open_context)
    _add_ask(app, open_context)
    _add_requests(app, open_context)


def _add_pool(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("pool", epilog="Example: jukinet code pool --config node.toml")
    def pool(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
        """Say how many codes are free at this municipality. Exit 1 where they are fewer than it set."""
        with common.told(), open_context(config) as ctx:
            found = code_stock.stock(ctx)
        _tell(found, as_json=as_json)
        if found.low:
            raise typer.Exit(common.FAILED)


def _add_pool_level(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("pool-level", epilog="Example: jukinet code pool-level 500 --as sato")
    def pool_level(
        level: Annotated[
            int, typer.Argument(min=0, max=code_stock.HIGHEST, help="Warn below so many free codes.")
        ],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Set below how many free codes this municipality is warned."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(code_stock.set_level(ctx, common.claim_of(operator, None), level))
        _tell(found, as_json=as_json)


def _add_ask(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("ask", epilog="Example: jukinet code ask 500 --as sato")
    def ask(
        count: Annotated[
            int, typer.Argument(min=1, max=code_stock.HIGHEST, help="How many codes are lacking.")
        ],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Ask the centre for more codes (Reg. 14(2)). Only one request is open at a time."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            asked = common.permitted(code_requests.ask_codes(ctx, common.claim_of(operator, None), count))
        if as_json:
            common.print_json({"request_id": asked.request_id, "count": asked.count})
        else:
            print(f"Asked for {asked.count} codes.")


def _add_requests(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("requests", epilog="Example: jukinet code requests --as center")
    def requests(
        operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False
    ) -> None:
        """List the requests for codes that wait for a person (at the centre only)."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(code_requests.list_requests(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json(
                [
                    {
                        "request_id": one.request_id,
                        "municipality": str(one.municipality),
                        "count": one.codes,
                        "received_at": one.received_at.isoformat(),
                    }
                    for one in found
                ]
            )
            return
        for one in found:
            print(f"{one.municipality}  {one.codes:8}  since {one.received_at:%Y-%m-%d %H:%M} UTC")
        print(f"{len(found)} waiting.")


def _tell(found: code_stock.Stock, *, as_json: bool) -> None:
    if as_json:
        common.print_json({"free": found.free, "level": found.level, "low": found.low})
        return
    print(f"free codes     {found.free}")
    print(f"warned below   {found.level}")
    if found.low:
        print("Few codes are left. The worker asks the centre; or ask yourself: jukinet code ask COUNT")
