"""``jukinet disclosure``: a person is told what is kept of them; corrections, complaints (Arts. 30-37 to 30-41)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from jukinet.cli import common, complaints
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    OutOption,
    TerminalOption,
)
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import disclosure_corrections, disclosures
from jukinet.services import disclosure_filings as filings
from jukinet.services.context import Context
from jukinet.services.disclosures import Disclosed, Letter, Listed


class DisclosurePress(Protocol):
    """What prints these papers at this node."""

    def can_print(self, disclosed: Disclosed) -> bool: ...

    def print(self, disclosed: Disclosed) -> bytes: ...

    def can_print_letter(self, letter: Letter) -> bool: ...

    def print_letter(self, letter: Letter) -> bytes: ...


OpenDisclosurePress = Callable[[Path | None], AbstractContextManager[tuple[Context, DisclosurePress]]]

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The request, as in the list.")]


def make_app(open_context: OpenContext, open_press: OpenDisclosurePress) -> typer.Typer:
    """The commands, to be mounted as ``disclosure``."""
    app = common.make_app("What a prefecture or the centre keeps of a person, told to that person.")
    _add_request(app, open_context)
    _add_answer(app, open_press)
    _add_step(
        app,
        open_context,
        "extend",
        "Put the answer off, within the thirty days.",
        "disclosure, reason, told_on and due_on",
        filings.read_extension,
        disclosures.extend,
    )
    _add_step(
        app,
        open_context,
        "refuse",
        "Close a request without a disclosure.",
        "disclosure, ground (not-own or withdrawn), reason and told_on",
        filings.read_refusal,
        disclosures.refuse,
    )
    _add_step(
        app,
        open_context,
        "correct",
        "Keep that a correction was asked for, and have the municipality look into it.",
        "disclosure, municipality, items (as in jukinet errors report), said, in_writing and received_on",
        filings.read_correction,
        disclosure_corrections.ask_correction,
    )
    _add_step(
        app,
        open_context,
        "result",
        "Keep what an inquiry about a correction came to, as the person is told.",
        "disclosure, outcome (corrected or right), said and told_on",
        filings.read_result,
        disclosure_corrections.tell_result,
    )
    _add_letter(app, open_press)
    _add_list(app, open_context)
    complaints.add_to(app, open_context)
    return app


def _add_request(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("request", epilog="Example: jukinet disclosure request request.json --as sato")
    def request(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Accept a request: from its day the thirty days run.

        The file has person (name, birth_date, sex, address, code if known), by, identity, in_writing and
        received_on; for a statutory representative also representative (name, address) and authority; at the centre
        the fee; and other_way_agreed.
        """
        _, accepted = common.filed(
            open_context,
            config,
            common.claim_of(operator, terminal),
            "disclosure-request",
            filing,
            filings.read_request,
            disclosures.note_request,
            as_json=as_json,
        )
        if as_json:
            common.print_json({"disclosure": accepted.disclosure, "due_on": str(accepted.due_on)})
            return
        print(f"Accepted: no. {accepted.disclosure}, to be answered by {accepted.due_on}.")


def _add_answer(app: typer.Typer, open_press: OpenDisclosurePress) -> None:
    @app.command("answer", epilog="Example: jukinet disclosure answer 17 --out answer.pdf --as sato")
    def answer(
        number: NumberArgument,
        operator: OperatorOption,
        out: OutOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        again: Annotated[
            bool, typer.Option("--again", help="It was answered before: print what is kept now.")
        ] = False,
        otherwise: Annotated[
            bool,
            typer.Option("--otherwise", help="Disclosed in another way than on paper, as who asks agreed."),
        ] = False,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Print what is kept of the person, or that nothing is."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        with common.told(as_json=as_json), open_press(config) as (ctx, press):
            made = common.permitted(
                disclosures.answer(ctx, claim, number, press.can_print, again=again, otherwise=otherwise)
            )
            common.write_private(out, press.print(made))
        if as_json:
            common.print_json(
                {
                    "disclosure": number,
                    "notices": len(made.told),
                    "remarks": common.plain_remarks(made.remarks),
                    "path": str(out.resolve()),
                }
            )
            return
        print(f"Answered: no. {number}, {len(made.told) or 'no'} notices.")
        common.print_remarks(made.remarks)
        print(out.resolve())


def _add_step(
    app: typer.Typer,
    open_context: OpenContext,
    name: str,
    what: str,
    fields: str,
    read: Callable[[Any], Any],
    take: Callable[[Context, Any, Any], Permitted | Refused],
) -> None:
    @app.command(
        name,
        help=f"{what}\n\nThe file has {fields}.",
        epilog=f"Example: jukinet disclosure {name} {name}.json --as sato",
    )
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        entered, done = common.filed(
            open_context,
            config,
            common.claim_of(operator, terminal),
            f"disclosure-{name}",
            filing,
            read,
            take,
        )
        print(f"Noted: no. {entered.disclosure}.")
        common.print_remarks(done.remarks)


def _add_letter(app: typer.Typer, open_press: OpenDisclosurePress) -> None:
    @app.command("letter", epilog="Example: jukinet disclosure letter 17 --out letter.pdf --as sato")
    def letter(
        number: NumberArgument,
        operator: OperatorOption,
        out: OutOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Print the letter about what was done last: put off, closed, or an inquiry's result."""
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told(), open_press(config) as (ctx, press):
            made = common.permitted(disclosures.begin_letter(ctx, claim, number, press.can_print_letter))
            common.write_private(out, press.print_letter(made))
        print(f"Printed: no. {number}.")
        print(out.resolve())


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet disclosure list --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the requests that wait for an answer or an inquiry's result. Names nobody."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(disclosures.list_disclosures(ctx, claim, everything=everything))
        common.print_list(
            *("disclosures", found, _plain, _lines),
            nothing="No request waits.",
            as_json=as_json,
            most=disclosures.LISTED_AT_MOST,
        )


def _lines(one: Listed) -> Iterator[str]:
    overdue = " (OVERDUE)" if one.overdue else ""
    due = f", to be answered by {one.due_on}{overdue}" if one.is_open else ""
    yield f"{one.disclosure:>4}  {one.received_on}  {', '.join(one.steps) or 'accepted'}{due}"


def _plain(one: Listed) -> dict[str, object]:
    return {
        "disclosure": one.disclosure,
        "received_on": str(one.received_on),
        "due_on": str(one.due_on),
        "steps": list(one.steps),
        "open": one.is_open,
        "overdue": one.overdue,
    }
