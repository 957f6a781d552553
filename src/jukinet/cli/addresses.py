"""``jukinet register list-addresses``, ``change-addresses``, ``change-koseki``, ``copy address-letters``.

An area, its numbers or its municipality is another one now, and households are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

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
from jukinet.domain import csv_filings
from jukinet.messages import strict_json
from jukinet.services import address_changes, address_lists, change_letters, koseki_changes
from jukinet.services.change_letters import ChangeLetter, ChangeLetters, LetterResult
from jukinet.services.context import Context
from jukinet.services.koseki_changes import KosekiResult

LONGEST_LIST = 64 * 1024 * 1024
"""Bytes: as many households as a list may have, with two long addresses each."""


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The three commands, into those of ``register``."""
    _add_list(app, open_context)
    _add_change(app, open_context)
    _add_koseki(app, open_context)


SimulateOption = Annotated[
    bool, typer.Option("--simulate", help="Say what would be done, and change nothing.")
]
ChangedOnOption = Annotated[
    datetime | None,
    typer.Option(
        "--changed-on", metavar="DATE", formats=["%Y-%m-%d"], help="Of rows of CSV: from which day."
    ),
]


def _listed(name: str, changed_on: datetime | None) -> dict[str, Any]:
    """A list as JSON has it, or as rows of CSV with the day."""
    if not name.lower().endswith(".csv"):
        return common.read_input(name, limit=LONGEST_LIST)
    if changed_on is None:
        raise typer.BadParameter("is needed with rows of CSV.", param_hint="--changed-on")
    rows = csv_filings.rows_of(common.read_bytes(name, limit=LONGEST_LIST))
    return {"changed_on": str(common.day_of(changed_on)), "rows": rows}


def _addresses(ctx: Context, name: str, changed_on: datetime | None) -> address_changes.AddressList:
    return address_changes.read_address_list(
        address_lists.placed(_listed(name, changed_on), ctx.municipality)
    )


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
        *,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print rows of CSV instead of JSON.")] = False,
    ) -> None:
        """Print the list that change-addresses takes: every household in these areas."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "list-addresses"):
                given = address_lists.read_areas(common.read_input(filing, limit=LONGEST_LIST))
            with open_context(config) as ctx:
                done = common.permitted(address_lists.list_addresses(ctx, claim, given))
        if as_csv:
            print(b"".join(address_lists.write_rows(done.list)).decode(), end="")
        else:
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
        changed_on: ChangedOnOption = None,
        simulate: SimulateOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write many addresses anew (住所一括変更): an area or its numbers changed.

        FILE is what list-addresses prints; or rows of CSV, with --changed-on, whose
        columns are household_number, old.text, new.text and where there is one
        old.building and new.building.
        """
        act = address_changes.simulate if simulate else address_changes.change_addresses
        claim = common.claim_of(operator, terminal)
        with common.told(as_json=as_json), open_context(config) as ctx:
            with common.attempt(open_context, config, claim, "change-addresses"):
                given = _addresses(ctx, filing, changed_on)
            done = common.permitted(act(ctx, claim, given))
        _print_report(done, simulated=simulate, as_json=as_json)


def _add_koseki(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "change-koseki",
        epilog="Example: jukinet register change-koseki list.csv --changed-on 2013-07-08 --as sato",
    )
    def change(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        changed_on: ChangedOnOption = None,
        simulate: SimulateOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write the domicile of many koseki anew: an area or its numbers changed.

        FILE has changed_on and rows of resident_no, old and new; or these as rows of
        CSV, with --changed-on.
        """
        act = koseki_changes.simulate if simulate else koseki_changes.change_koseki
        claim = common.claim_of(operator, terminal)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "change-koseki"):
                given = koseki_changes.read_koseki_list(_listed(filing, changed_on))
            with open_context(config) as ctx:
                done = common.permitted(act(ctx, claim, given))
        if as_json:
            rows = [{"resident_no": number, "result": result} for number, result in done.results]
            common.print_json({"simulated": simulate, "residents": rows})
            return
        for number, result in done.results:
            print(f"{number}  {result}")
        count = sum(result is KosekiResult.CHANGED for _, result in done.results)
        print(f"{count} residents {'would get' if simulate else 'got'} another domicile.")


class ChangePress(Protocol):
    """What prints the letters of this node."""

    def can_print_change(self, letter: ChangeLetter) -> bool: ...

    def print_changes(self, made: ChangeLetters) -> bytes: ...


OpenChangePress = Callable[[Path | None], AbstractContextManager[tuple[Context, ChangePress]]]


def add_letters(app: typer.Typer, open_context: OpenContext, open_press: OpenChangePress) -> None:
    """``address-letters``, into the commands of ``copy``."""

    @app.command(
        "address-letters",
        epilog="Example: jukinet copy address-letters list.json --out letters.pdf --as sato",
    )
    def letters(
        filing: InputArgument,
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The PDF to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        changed_on: ChangedOnOption = None,
        after: Annotated[
            bool, typer.Option("--after", help="That the addresses were changed, not that they will be.")
        ] = False,
    ) -> None:
        """Print a letter to each household of a list: its address is written otherwise.

        FILE is what register change-addresses takes. Who gets no letter is named.
        """
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told(), open_press(config) as (ctx, press):
            with common.attempt(open_context, config, claim, "address-letters"):
                given = _addresses(ctx, filing, changed_on)
            made = common.permitted(
                change_letters.write_letters(ctx, claim, given, press.can_print_change, done=after)
            )
            if made.letters:
                common.write_private(out, press.print_changes(made))
        for number, result in made.results:
            if result is not LetterResult.WRITTEN:
                print(f"{number}  {result}")
        counted = Counter(result for _, result in made.results)
        print(f"Printed: {counted[LetterResult.WRITTEN]} of {len(made.results)} letters.")
        if made.letters:
            print(out.resolve())


def _print_report(report: address_changes.Report, *, simulated: bool, as_json: bool) -> None:
    if as_json:
        households = [{"household_number": number, "result": result} for number, result in report.results]
        common.print_json({"simulated": simulated, "residents": report.residents, "households": households})
        return
    for number, result in report.results:
        print(f"{number}  {result}")
    done = "would get" if simulated else "got"
    print(f"{report.residents} residents {done} another address.")
