"""``jukinet network misuse``: misuse of codes in a prefecture, and what its council says (Arts. 30-43, 30-9)."""

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
from jukinet.services import misuse
from jukinet.services.misuse import Misuse, Opinion


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``network``."""
    group = common.make_app(
        "Misuse of Resident Record codes, and the prefecture's council (Arts. 30-43, 30-9)."
    )
    app.add_typer(group, name="misuse")
    _add_note(group, open_context)
    _add_follow(group, open_context)
    _add_list(group, open_context)
    _add_opinion(group, open_context)
    _add_opinions(group, open_context)


def _add_note(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "note",
        "misuse",
        misuse.read_misuse,
        misuse.note_misuse,
        epilog="Example: jukinet network misuse note violation.json --as sato",
    )
    def note(_: object, number: int) -> str:
        """Keep a violation. The file has violation (asked, database), who, said and known_on."""
        return f"Noted: no. {number}."


def _add_follow(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "follow",
        "misuse-step",
        misuse.read_step,
        misuse.take_misuse_step,
        epilog="Example: jukinet network misuse follow step.json --as sato",
    )
    def follow(entered: misuse.StepFiling, _: object) -> str:
        """Keep what was done in a case.

        The file has misuse, step (recommended, not-followed, heard, ordered, settled), done_on and said; paper with
        a recommendation, the council's opinion and an order; measure (stop, ensure) and danger with a
        recommendation; until with an order.
        """
        return f"Noted: no. {entered.misuse}, {entered.step.step}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet network misuse list --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the open cases, with what was done in each."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(misuse.list_misuses(ctx, claim, everything=everything))
        common.print_list("misuses", found, _plain, _lines, nothing="No case is open.", as_json=as_json)


def _add_opinion(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "opinion",
        "opinion",
        misuse.read_opinion,
        misuse.note_opinion,
        epilog="Example: jukinet network misuse opinion opinion.json --as sato",
    )
    def opinion(_: object, number: int) -> str:
        """Keep what the council answered to another question, or proposed of itself.

        The file has said, paper and given_on; question and asked_on where it was asked. An opinion on an order
        is a step of its case: see follow.
        """
        return f"Noted: no. {number}."


def _add_opinions(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("opinions", epilog="Example: jukinet network misuse opinions --as sato")
    def opinions(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what the council answered and proposed."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(misuse.list_opinions(ctx, common.claim_of(operator, terminal)))
        common.print_list(
            *("opinions", found.items(), _plain_opinion, _opinion_lines),
            nothing="Nothing was said.",
            as_json=as_json,
        )


def _lines(one: Misuse) -> Iterator[str]:
    yield f"{one.misuse_id:>4}  {one.known.known_on}  {one.known.violation}  {one.known.who}"
    for step in one.steps:
        until = f", until {step.until}" if step.until else ""
        yield f"      {step.done_on}  {step.step}{until}"


def _plain(one: Misuse) -> dict[str, object]:
    return {
        "misuse": one.misuse_id,
        "violation": one.known.violation,
        "who": one.known.who,
        "said": one.known.said,
        "known_on": str(one.known.known_on),
        "steps": [
            {
                "step": step.step,
                "done_on": str(step.done_on),
                "said": step.said,
                "paper": step.paper,
                "measure": step.measure,
                "until": str(step.until) if step.until else None,
            }
            for step in one.steps
        ],
    }


def _opinion_lines(numbered: tuple[int, Opinion]) -> Iterator[str]:
    number, one = numbered
    kind = f"asked {one.asked_on}" if one.asked_on else "proposal"
    yield f"{number:>4}  {one.given_on}  {one.paper}  {kind}  {one.said}"


def _plain_opinion(numbered: tuple[int, Opinion]) -> dict[str, object]:
    number, one = numbered
    return {
        "opinion": number,
        "question": one.question,
        "asked_on": str(one.asked_on) if one.asked_on else None,
        "said": one.said,
        "paper": one.paper,
        "given_on": str(one.given_on),
    }
