"""``jukinet operator load``, ``grant`` and ``list``: many operators at once, a whole unit, and who may do what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.domain import csv_filings
from jukinet.domain.permissions import Permission
from jukinet.services import operator_lists


def add_commands(app: typer.Typer, open_context: OpenContext) -> None:
    """Into the commands of ``operator``."""
    _add_load(app, open_context)
    _add_grant(app, open_context)
    _add_list(app, open_context)


def _add_load(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("load", epilog="Example: jukinet operator load operators.csv --as sato")
    def load(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="The operators in CSV.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Enrol or change many operators: all of the file or nobody.

        Its columns are id, name and as needed unit, permissions (spaces between),
        valid_from and valid_to. Who is not in the file stays as they are.
        """
        claim = common.claim_of(operator, None)
        with common.told():
            with common.attempt(open_context, config, claim, "operators"):
                rows = csv_filings.rows_of(common.read_bytes(str(file), limit=common.LONGEST_INPUT))
                given = operator_lists.read_operators({"rows": rows})
            with open_context(config) as ctx:
                done = common.permitted(operator_lists.load_operators(ctx, claim, given))
        print(f"Enrolled: {done}.")


def _add_grant(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "grant", epilog="Example: jukinet operator grant 市民課 --may register:resident:read --as sato"
    )
    def grant(
        unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit, as its operators have it.")],
        operator: OperatorOption,
        may: Annotated[
            list[Permission],
            typer.Option(
                metavar="PERMISSION",
                help="One of docs/reference/permissions.md; give it once for each.",
            ),
        ],
        config: ConfigOption = None,
    ) -> None:
        """Let everybody of a unit do this, and nothing else."""
        with common.told(), open_context(config) as ctx:
            done = common.permitted(
                operator_lists.grant_unit(ctx, common.claim_of(operator, None), unit, may)
            )
        print(f"Changed: {done}.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet operator list --as sato")
    def show(operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
        """List the operators: unit, days, and what each may do."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(operator_lists.list_operators(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json(
                {
                    "operators": [
                        {
                            "id": one.operator_id,
                            "name": one.name,
                            "unit": one.unit,
                            "valid_from": str(one.valid_from),
                            "valid_to": str(one.valid_to) if one.valid_to else None,
                            "permissions": sorted(one.permissions),
                        }
                        for one in found
                    ]
                }
            )
            return
        for one in found:
            until = f" to {one.valid_to}" if one.valid_to else ""
            print(f"{one.operator_id}  {one.name}  {one.unit or ''}  from {one.valid_from}{until}")
            for part in common.wrapped(", ".join(sorted(one.permissions)), "    ", "    "):
                print(part)
