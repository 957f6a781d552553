"""``jukinet network centre demand``, ``answer`` and ``demands``: what is demanded of the centre (30-22, 30-23)."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services import supervision
from jukinet.services.supervision import KeptDemand


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the commands to ``network centre``."""
    _add_demand(app, open_context)
    _add_answer(app, open_context)
    _add_list(app, open_context)


def _add_demand(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "demand",
        "demand",
        supervision.read_demand,
        supervision.enter_demand,
        epilog="Example: jukinet network centre demand order.json --as sato",
    )
    def demand(_: object, number: int) -> str:
        """Enter an order, an instruction, or that a report or an inspection is demanded.

        The file has kind, prefecture (of a governor; left out: the Minister), said,
        document, document_on, and where it is so due_on and proof_shown.
        """
        return f"Entered: demand {number}."


def _add_answer(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "answer",
        "demand-answer",
        supervision.read_answer,
        supervision.answer_demand,
        epilog="Example: jukinet network centre answer done.json --as sato",
    )
    def answer(entered: supervision.AnswerFiling, _: object) -> str:
        """Enter what was done about a demand. The file has demand, said, done_on, document."""
        return f"Answered: demand {entered.demand}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("demands", epilog="Example: jukinet network centre demands --as sato")
    def demands(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what was demanded of the centre, and what was done about it."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(supervision.list_demands(ctx, common.claim_of(operator, terminal)))
        common.print_list("demands", found, _plain, _lines, nothing="Nothing was demanded.", as_json=as_json)


def _lines(one: KeptDemand) -> Iterator[str]:
    term = f", until {one.due_on}" if one.due_on else ""
    yield f"{one.demand_no:>4}  {one.kind} of {_whose(one)}, {one.document} of {one.document_on}{term}"
    yield f"      {one.said}"
    yield f"      {f'{one.done_on}: {one.answer}' if one.done_on else 'waits'}"


def _whose(one: KeptDemand) -> str:
    return f"the governor of {one.prefecture}" if one.prefecture else "the Minister"


def _plain(one: KeptDemand) -> dict[str, object]:
    return {
        "demand": one.demand_no,
        "kind": one.kind.value,
        "prefecture": one.prefecture.text if one.prefecture else None,
        "said": one.said,
        "document": one.document,
        "document_on": str(one.document_on),
        "due_on": str(one.due_on) if one.due_on else None,
        "answer": one.answer,
        "done_on": str(one.done_on) if one.done_on else None,
    }
