"""``jukinet affairs``: which organ may ask for what, from the catalogue of affairs. Looks nobody up and needs no node.

Exit codes: 0 told; 1 there is no such affair; 2 the command was mistyped.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

from jukinet.cli.apps import new_app
from jukinet.cli.common import FAILED, wrapped
from jukinet.cli.pki import parsed
from jukinet.domain.municipality import OrganSlug
from jukinet.law.catalogue import Affair, check_affair, packaged
from jukinet.law.edition import TEXT_OF
from jukinet.law.named_affairs import named
from jukinet.law.supply import S13

app = new_app(
    "Which organ may ask for which affair (別表第一から第五まで). Looks nobody up.",
    name="affairs",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")]
On = Annotated[
    datetime | None,
    typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The day on which they stand; else 2013-11-01."),
]


@app.command("list", epilog="Example: jukinet affairs list --organ japan-pension-service")
def list_command(
    organ: Annotated[str, typer.Option(metavar="SLUG", help="Only what this organ may ask for.")] = "",
    table: Annotated[int | None, typer.Option(min=1, max=5, help="Only this Appended Table.")] = None,
    on: On = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the affairs: name, organs, act, what for."""
    slug = parsed(OrganSlug.parse, organ, "--organ") if organ else None
    listed = [
        one
        for one in (*packaged().listing(_day(on)), *named())
        if table in {None, one.table} and (slug is None or slug in {who.slug for who in one.organs})
    ]
    if as_json:
        print(json.dumps([plain(one) for one in listed], ensure_ascii=False))
        return
    for one in listed:
        organs = ", ".join(who.slug.text for who in one.organs)
        _say(f"{one.id}  {organs}  {one.act_en}  {_what_for(one)}")


@app.command("show", epilog="Example: jukinet affairs show t1-77-12")
def show_command(
    affair: Annotated[str, typer.Argument(metavar="AFFAIR", help="Its name, such as t1-77-12.")],
    on: On = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell everything of one affair: organs, act and article, texts, basis, kinds of query, dates."""
    name = parsed(check_affair, affair, "AFFAIR")
    found = packaged().find(name, _day(on)) or next((one for one in named() if one.id == name), None)
    if found is None:
        typer.echo("The catalogue has no such affair on that day. See: jukinet affairs list.", err=True)
        raise typer.Exit(FAILED)
    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False))
        return
    _say(f"{found.id}  {_what_for(found)}")
    print(f"  {found.affair_ja}")
    for organ in found.organs:
        print(f"  organ    {organ.slug}  {organ.name_ja}  {organ.name_en}")
    print(f"  act      {found.act_en}{', ' + found.article if found.article else ''}  {found.act_ja}")
    _say(f"basis    {'; '.join(found.basis)}", "  ")
    _say(f"queries  {_queries(found)}", "  ")
    print(f"  from     {found.valid_from}{f' to {found.valid_to}' if found.valid_to else ''}")


def plain(affair: Affair) -> dict[str, Any]:
    """An affair as JSON."""
    return {
        "affair": affair.id,
        "table": affair.table,
        "row": affair.row,
        "number": affair.number,
        "supplied_under": affair.basis[0],
        "organs": [
            {"slug": organ.slug.text, "name_ja": organ.name_ja, "name_en": organ.name_en}
            for organ in affair.organs
        ],
        "act_ja": affair.act_ja,
        "act_en": affair.act_en,
        "article": affair.article,
        "ja": affair.affair_ja,
        "en": affair.affair_en,
        "basis": list(affair.basis),
        "onward": affair.onward,
        "queries": [] if affair.onward else sorted(affair.queries),
        "valid_from": affair.valid_from.isoformat(),
        "valid_to": affair.valid_to.isoformat() if affair.valid_to else None,
    }


def _what_for(affair: Affair) -> str:
    return ("(a use, no query) " if affair.onward else "") + affair.affair_en


def _queries(affair: Affair) -> str:
    """The Act names no kinds of query: which are open is this network's. That a use is none, the Act says."""
    if affair.onward:
        return f"none ({S13.kind}, rule {S13.rule}: {S13.article})"
    return f"{', '.join(sorted(affair.queries))} (policy)"


def _say(text: str, indent: str = "") -> None:
    for line in wrapped(text, indent, "    "):
        print(line)


def _day(on: datetime | None) -> date:
    return on.date() if on else TEXT_OF
