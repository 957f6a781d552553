"""``jukinet register doubts`` and ``voters-changes``: records said to be wrong, and what the commission is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain import csv_rows
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.reading import parse_date
from jukinet.law.disputes import decider, due_on
from jukinet.services import doubts, voters
from jukinet.services.doubts import Doubt
from jukinet.services.voters import VoterChange

_HEADS = (
    *("resident_no", "told", "reason", "on", "name", "kana", "birth_date", "sex", "address", "building"),
    *("resident_since", "held"),
)


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``register``."""
    group = common.make_app("Records that are said to be missing or wrong (Arts. 13, 14, 33, 34).")
    app.add_typer(group, name="doubts")
    _add_note(group, open_context)
    _add_follow(group, open_context)
    _add_list(group, open_context)
    _add_changes(app, open_context)


def _add_note(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "note",
        "doubt",
        doubts.read_doubt,
        doubts.note_doubt,
        epilog="Example: jukinet register doubts note doubt.json --as sato",
    )
    def note(_: object, noted: doubts.Noted) -> str:
        """Keep that a record is said to be missing or wrong.

        The file has source (resident, commission, survey, office, municipality), resident_no, by, said,
        received_on, and municipality where the mayor of another one is of another opinion.
        """
        return f"Noted: no. {noted.doubt}."


def _add_follow(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "follow",
        "doubt-step",
        doubts.read_doubt_step,
        doubts.take_step,
        epilog="Example: jukinet register doubts follow step.json --as sato",
    )
    def follow(entered: doubts.DoubtStepFiling, _: object) -> str:
        """Note that somebody was called on in writing to notify, how a dispute went on, or close a doubt.

        The file has doubt, step (called-on; decision-asked, decided, sued, judged; corrected, right), done_on,
        for called-on due_on, and lives_in for what was decided.
        """
        return f"Noted: no. {entered.doubt}, {entered.step}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet register doubts list --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        closed: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the doubts that are open, the oldest first."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(doubts.list_doubts(ctx, claim, closed=closed))
        common.print_list(
            *("doubts", found, _plain, partial(_lines, ctx.municipality)),
            nothing="No doubt is open.",
            as_json=as_json,
            most=doubts.LISTED_AT_MOST,
        )


def _lines(here: MunicipalityCode, one: Doubt) -> Iterator[str]:
    yield f"{one.doubt_id:>4}  {one.received_on}  {one.source}  {one.resident_no or '(not recorded)'}"
    yield f"      {one.said}; {', '.join(one.steps) or 'nothing yet'}{_state(here, one)}"


def _state(here: MunicipalityCode, one: Doubt) -> str:
    """What is due of an open one, and by whom."""
    words = [f"to notify by {one.due_on}"] if one.due_on else []
    if one.municipality and (dispute := one.dispute):
        words.append(f"with {one.municipality}: for the {decider(here, one.municipality)}")
        words += [f"lives in {one.lives_in}"] if one.lives_in else []
        words += [f"until {due}"] if (due := due_on(dispute)) else []
    return "".join(f", {word}" for word in words) if one.is_open else ""


def _plain(one: Doubt) -> dict[str, object]:
    return {
        "doubt": one.doubt_id,
        "source": one.source,
        "resident_no": one.resident_no,
        "by": one.by_no,
        "said": one.said,
        "received_on": str(one.received_on),
        "steps": list(one.steps),
        "days": [str(day) for day in one.days],
        "due_on": str(one.due_on) if one.due_on else None,
        "municipality": str(one.municipality) if one.municipality else None,
        "lives_in": str(one.lives_in) if one.lives_in else None,
    }


def _add_changes(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "voters-changes",
        epilog="Example: jukinet register voters-changes --from 2013-07-08 --to 2013-07-08\n\n"
        " --out changes.csv --as sato",
    )
    def changes(
        operator: OperatorOption,
        first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day of entry.")],
        last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day of entry.")],
        out: Annotated[Path, typer.Option(help="The CSV to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """List for the election commission whose record changed (Art. 15(2)), by the days of entry."""
        days = _day(first, "--from"), _day(last, "--to")
        common.require_place(out)
        with common.told(), open_context(config) as ctx:
            found = common.permitted(voters.list_changes(ctx, common.claim_of(operator, terminal), *days))
        common.write_private(out, b"".join(map(csv_rows.write_row, (_HEADS, *map(_cells, found)))))
        print(f"Listed: {len(found)}.")
        print(out.resolve())


def _day(text: str, named: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=named) from None


def _cells(one: VoterChange) -> tuple[str, ...]:
    record, since = one.record, one.record.day("became_resident_on")
    return (
        *(one.resident_no, one.told, one.reason, str(one.on), record.name.text, record.name.kana or ""),
        *(str(record.birth_date), record.sex, record.address.text, record.address.building or ""),
        *(str(since) if since else "", "yes" if one.held else ""),
    )
