"""``jukinet disclosure complaint``: complaints at a prefecture or the centre (Art. 30-41)."""

from __future__ import annotations

from collections.abc import Iterator
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
from jukinet.services import complaints
from jukinet.services.complaints import Complaint
from jukinet.services.disclosure_filings import SettlingFiling, read_complaint, read_settling


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``disclosure``."""
    group = common.make_app("Complaints, kept until they are answered.")
    app.add_typer(group, name="complaint")
    _add_note(group, open_context)
    _add_settle(group, open_context)
    _add_list(group, open_context)


def _add_note(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "note",
        "complaint",
        read_complaint,
        complaints.note_complaint,
        epilog="Example: jukinet disclosure complaint note said.json --as sato",
    )
    def note(_: object, number: int) -> str:
        """Keep a complaint. The file has said and received_on."""
        return f"Noted: no. {number}."


def _add_settle(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "settle",
        "complaint-settled",
        read_settling,
        complaints.settle_complaint,
        epilog="Example: jukinet disclosure complaint settle answer.json --as sato",
    )
    def settle(entered: SettlingFiling, _: object) -> str:
        """Keep what was answered to a complaint. The file has complaint, said and done_on."""
        return f"Settled: no. {entered.complaint}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet disclosure complaint list --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the complaints that wait for an answer."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(complaints.list_complaints(ctx, claim, everything=everything))
        common.print_list("complaints", found, _plain, _lines, nothing="No complaint waits.", as_json=as_json)


def _lines(one: Complaint) -> Iterator[str]:
    yield f"{one.complaint_id:>4}  {one.received_on}  {one.said}"
    if one.answer:
        yield f"      {one.done_on}: {one.answer}"


def _plain(one: Complaint) -> dict[str, object]:
    return {
        "complaint": one.complaint_id,
        "received_on": str(one.received_on),
        "said": one.said,
        "answer": one.answer,
        "done_on": str(one.done_on) if one.done_on else None,
    }
