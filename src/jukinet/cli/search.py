"""``jukinet register search``: residents by conditions in JSON, since conditions are personal."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from jukinet.cli import common, days
from jukinet.cli.common import (
    ConfigOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain.searches import Matched
from jukinet.services import search_requests, searches
from jukinet.services.searches import FoundPage, FoundRow

ConditionsArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A JSON file with the conditions, or - to read it from standard input."
    ),
]


def add_search(app: typer.Typer, open_context: OpenContext) -> None:
    """``search``, into the commands of ``register``."""

    @app.command("search", epilog="Example: jukinet register search conditions.json --as sato")
    def search(
        conditions: ConditionsArgument,
        operator: OperatorOption,
        after: Annotated[
            str | None, typer.Option(metavar="CURSOR", help="The next page: what the page before gave.")
        ] = None,
        most: Annotated[
            int, typer.Option(min=1, max=searches.MOST, help="Residents on the page at most.")
        ] = searches.MOST,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Find residents by code, number, kana, names, birth date or address, past ones too. Each look is recorded."""
        if after is not None:
            try:
                search_requests.read_cursor(after)
            except ValueError as error:
                raise typer.BadParameter(str(error), param_hint="--after") from None
        claim = common.claim_of(operator, terminal)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "search"):
                wanted = search_requests.read_search(common.read_input(conditions))
            with open_context(config) as ctx:
                found = common.permitted(
                    searches.search_residents(ctx, claim, wanted, after=after, most=most)
                )
        if as_json:
            common.print_json(_plain(found))
        else:
            _print(found)


def add_recent(app: typer.Typer, open_context: OpenContext) -> None:
    """``recent-searches``, into the commands of ``register``."""

    @app.command("recent-searches", epilog="Example: jukinet register recent-searches --as sato")
    def recent(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show by what you last searched, the newest first: each line can be searched by again."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(searches.own_searches(ctx, common.claim_of(operator, terminal)))
        if as_json:
            rows = [
                {"conditions": one.conditions, "searched_at": one.searched_at.isoformat()}
                for one in found.searches
            ]
            common.print_json({"searches": rows})
            return
        for one in found.searches:
            print(json.dumps(one.conditions, ensure_ascii=False))
        if not found.searches:
            print("No search is kept.")


def _plain(found: FoundPage) -> dict[str, object]:
    return {
        "residents": [_plain_row(row) for row in found.rows],
        "total": found.total,
        "counted_all": found.counted_all,
        "next": found.next,
        "reference": found.reference,
    }


def _plain_row(row: FoundRow) -> dict[str, object]:
    return {
        "resident_no": row.resident_no,
        "name": row.name,
        "kana": row.kana,
        "birth_date": str(row.birth_date),
        "sex": row.sex.value,
        "address": row.address,
        "present": row.present,
        "held": row.held,
        "matched": [
            {"condition": one.condition.value, "item": one.item.value, "past": one.past}
            for one in row.matched
        ],
    }


def _print(found: FoundPage) -> None:
    """Two lines a resident: a name or an address may need a whole one at 80 columns."""
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=True)
    for heading, width in (("no.", 11), ("name, kana", 24), ("born, sex", 16), ("address, matched", None)):
        table.add_column(heading, overflow="fold", width=width, no_wrap=heading == "no.")
    for row in found.rows:
        table.add_row(
            f"{row.resident_no}\n{_state(row)}",
            f"{row.name}\n{row.kana or ''}",
            f"{days.born(row.birth_date, row.kind)}\n{row.sex}",
            f"{row.address}\n{_matched(row.matched)}",
        )
    if found.rows:
        common.console().print(table)
    print(f"Found: {found.total}." if found.counted_all else f"Found: more than {found.total}.")
    if found.next:
        print(f"Next page: --after {found.next}")


def _state(row: FoundRow) -> str:
    return "\n".join(word for word, is_so in (("(deleted)", not row.present), ("HELD", row.held)) if is_so)


def _matched(matched: tuple[Matched, ...]) -> str:
    words = dict.fromkeys(f"past {one.item}" if one.past else one.item.value for one in matched)
    return ", ".join(words)
