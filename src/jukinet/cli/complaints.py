"""``jukinet disclosure complaint``: complaints at a prefecture or the centre (Art. 30-41)."""

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
from jukinet.services import complaints
from jukinet.services.complaints import Complaint
from jukinet.services.disclosure_filings import read_complaint, read_settling


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``disclosure``."""
    group = common.make_app("Complaints, kept until they are answered.")
    app.add_typer(group, name="complaint")
    _add_note(group, open_context)
    _add_settle(group, open_context)
    _add_list(group, open_context)


def _add_note(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("note", epilog="Example: jukinet disclosure complaint note said.json --as sato")
    def note(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Keep a complaint. The file has said and received_on."""
        claim = common.claim_of(operator, terminal)
        _, number = common.filed(
            open_context, config, claim, "complaint", filing, read_complaint, complaints.note_complaint
        )
        print(f"Noted: no. {number}.")


def _add_settle(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("settle", epilog="Example: jukinet disclosure complaint settle answer.json --as sato")
    def settle(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Keep what was answered to a complaint. The file has complaint, said and done_on."""
        claim = common.claim_of(operator, terminal)
        entered, _ = common.filed(
            open_context,
            config,
            claim,
            "complaint-settled",
            filing,
            read_settling,
            complaints.settle_complaint,
        )
        print(f"Settled: no. {entered.complaint}.")


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
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = complaints.list_complaints(ctx, claim, everything=everything)
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        if as_json:
            common.print_json({"complaints": [_plain(one) for one in found]})
            return
        for one in found:
            print(f"{one.complaint_id:>4}  {one.received_on}  {one.said}")
            if one.answer:
                print(f"      {one.done_on}: {one.answer}")
        if not found:
            print("No complaint waits.")


def _plain(one: Complaint) -> dict[str, object]:
    return {
        "complaint": one.complaint_id,
        "received_on": str(one.received_on),
        "said": one.said,
        "answer": one.answer,
        "done_on": str(one.done_on) if one.done_on else None,
    }
