"""``jukinet network parked``, ``show`` and ``close``: statements that could not be applied."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common, tables
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.cli.tables import OpenTablePress, PrintOption
from jukinet.services import parked
from jukinet.services.parked import ParkedContent, ParkedStatement

NumberArgument = Annotated[int, typer.Argument(help="The number in the list.")]


def add_to(app: typer.Typer, open_context: OpenContext, open_press: OpenTablePress | None = None) -> None:
    """The commands, among those of ``network``."""

    @app.command("parked", epilog="Example: jukinet network parked --as sato")
    def list_parked(
        operator: OperatorOption,
        config: ConfigOption = None,
        print_to: PrintOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the statements that wait for a person."""
        tables.require(print_to)
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(parked.list_parked(ctx, common.claim_of(operator, None)))
        _print_to(open_press, config, print_to, found)
        if as_json:
            common.print_json([_plain(one) for one in found])
            return
        for one in found:
            print(f"{one.parked_id:6}  {one.peer:14} {one.stream:9} {one.problem:10} {one.statement_id}")
        print(f"{len(found)} parked.")

    @app.command("show", epilog="Example: jukinet network show 3 --as sato")
    def show(
        number: NumberArgument,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show what a parked statement says, and of whom; that you read it is recorded."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(parked.show_parked(ctx, common.claim_of(operator, None), number))
        if as_json:
            common.print_json(_plain_content(found))
            return
        _tell(found)

    @app.command("close", epilog="Example: jukinet network close 3 --as sato")
    def close(number: NumberArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Close a parked statement after it was repaired with a new one."""
        with common.told(), open_context(config) as ctx:
            common.permitted(parked.close_parked(ctx, common.claim_of(operator, None), number))
        print(f"Closed: {number}.")


def _print_to(
    open_press: OpenTablePress | None, config: Path | None, out: Path | None, found: Sequence[ParkedStatement]
) -> None:
    rows = [
        (
            str(one.parked_id),
            one.peer,
            one.stream,
            one.statement_id,
            one.problem,
            tables.moment(one.parked_at),
        )
        for one in found
    ]
    columns = tables.NUMBER | tables.PEER | tables.STREAM | tables.ID | tables.PROBLEM | tables.WHEN
    tables.put(open_press, config, out, "受信電文取込エラー一覧表", columns, rows)


def _plain(one: ParkedStatement) -> dict[str, object]:
    return {
        "number": one.parked_id,
        "peer": one.peer,
        "stream": one.stream,
        "statement_id": one.statement_id,
        "problem": one.problem,
        "parked_at": one.parked_at.isoformat(),
    }


def _plain_content(found: ParkedContent) -> dict[str, object]:
    return {
        **_plain(found.parked),
        "kind": found.kind,
        "origin": found.origin,
        "origin_number": found.number,
        "closed_at": found.resolved_at.isoformat() if found.resolved_at else None,
        "closed_by": found.resolved_by,
        "body": found.body,
        "faults": [{"field": fault.field, "problem": fault.problem} for fault in found.faults],
    }


def _tell(found: ParkedContent) -> None:
    one = found.parked
    print(f"{found.kind} {one.statement_id}")
    print(
        f"  made by {found.origin} (its number {found.number}), brought by {one.peer} on the stream {one.stream}"
    )
    print(f"  parked {one.parked_at:%Y-%m-%d %H:%M} UTC: {one.problem}")
    if found.resolved_at is not None:
        print(f"  closed {found.resolved_at:%Y-%m-%d %H:%M} UTC by {found.resolved_by}")
    for fault in found.faults:
        print(f"  cannot be read: {fault.field} {fault.problem}")
    if found.body is not None:
        print(json.dumps(found.body, ensure_ascii=False, indent=2, sort_keys=True))
