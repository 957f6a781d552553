"""``jukinet network misuse``: misuse of codes in a prefecture, and what its council says (Arts. 30-43, 30-9)."""

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
    @app.command("note", epilog="Example: jukinet network misuse note violation.json --as sato")
    def note(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Keep a violation. The file has violation (asked, database), who, said and known_on."""
        claim = common.claim_of(operator, terminal)
        _, number = common.filed(
            open_context, config, claim, "misuse", filing, misuse.read_misuse, misuse.note_misuse
        )
        print(f"Noted: no. {number}.")


def _add_follow(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("follow", epilog="Example: jukinet network misuse follow step.json --as sato")
    def follow(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Keep what was done in a case.

        The file has misuse, step (recommended, not-followed, heard, ordered, settled), done_on and said; paper with
        a recommendation, the council's opinion and an order; measure (stop, ensure) and danger with a
        recommendation; until with an order.
        """
        claim = common.claim_of(operator, terminal)
        entered, _ = common.filed(
            open_context, config, claim, "misuse-step", filing, misuse.read_step, misuse.take_misuse_step
        )
        print(f"Noted: no. {entered.misuse}, {entered.step.step}.")


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
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = misuse.list_misuses(ctx, claim, everything=everything)
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        if as_json:
            common.print_json({"misuses": [_plain(one) for one in found]})
            return
        for one in found:
            print(f"{one.misuse_id:>4}  {one.known.known_on}  {one.known.violation}  {one.known.who}")
            for step in one.steps:
                until = f", until {step.until}" if step.until else ""
                print(f"      {step.done_on}  {step.step}{until}")
        if not found:
            print("No case is open.")


def _add_opinion(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("opinion", epilog="Example: jukinet network misuse opinion opinion.json --as sato")
    def opinion(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Keep what the council answered to another question, or proposed of itself.

        The file has said, paper and given_on; question and asked_on where it was asked. An opinion on an order
        is a step of its case: see follow.
        """
        claim = common.claim_of(operator, terminal)
        _, number = common.filed(
            open_context, config, claim, "opinion", filing, misuse.read_opinion, misuse.note_opinion
        )
        print(f"Noted: no. {number}.")


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
        with common.told(), open_context(config) as ctx:
            found = misuse.list_opinions(ctx, common.claim_of(operator, terminal))
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        if as_json:
            common.print_json({"opinions": [_plain_opinion(number, one) for number, one in found.items()]})
            return
        for number, one in found.items():
            kind = f"asked {one.asked_on}" if one.asked_on else "proposal"
            print(f"{number:>4}  {one.given_on}  {one.paper}  {kind}  {one.said}")
        if not found:
            print("Nothing was said.")


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


def _plain_opinion(number: int, one: Opinion) -> dict[str, object]:
    return {
        "opinion": number,
        "question": one.question,
        "asked_on": str(one.asked_on) if one.asked_on else None,
        "said": one.said,
        "paper": one.paper,
        "given_on": str(one.given_on),
    }
