"""``jukinet register papers``: what was issued about a resident; ``jukinet copy destroyed``: what became of a paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import typer

from jukinet.cli import common, days
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services.context import JAPAN
from jukinet.services.issued_papers import Destroyed, Paper, list_papers, note_destroyed, read_destroyed


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command(
        "papers", epilog="Example: jukinet register papers --as sato   (then type the resident number)"
    )
    def papers(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """List papers issued about a resident, by the number, typed at the prompt or on standard input."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        found = common.asked_about(open_context, config, claim, list_papers, as_json=as_json)
        common.print_list("papers", found, _plain, _lines, nothing="Nothing was issued.", as_json=as_json)


def _lines(one: Paper) -> Iterator[str]:
    yield "  ".join(filter(None, (days.shown(one.on), one.kind, one.issuer, one.number or one.reference)))
    for line in _more(one):
        yield f"            {line}"


def _plain(one: Paper) -> dict[str, object]:
    return {
        **asdict(one),
        "on": one.on.isoformat(),
        "at": one.at.isoformat() if one.at else None,
        "items": list(one.items),
        "destroyed_on": one.destroyed_on.isoformat() if one.destroyed_on else None,
    }


def _more(one: Paper) -> Iterator[str]:
    """What is known of it besides, by lines."""
    if one.at is not None:
        by = ", ".join(filter(None, (one.operator, one.terminal, one.printer)))
        pages = f"{one.pages} page{'s' if one.pages != 1 else ''}, " if one.pages else ""
        yield f"{pages}{one.at.astimezone(JAPAN):%H:%M} in Japan, by {by}"
    if one.items:
        yield f"with {', '.join(one.items)}"
    if one.destroyed_on is not None:
        yield f"destroyed {days.shown(one.destroyed_on)}"


def add_destroyed(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount ``destroyed`` into ``copy``."""

    @common.filing_command(
        app,
        open_context,
        "destroyed",
        "paper-destroyed",
        read_destroyed,
        note_destroyed,
        epilog="Example: jukinet copy destroyed paper.json --as sato",
    )
    def destroyed(_: object, done: Destroyed) -> str:
        """Note that a paper was destroyed, as one that was issued in error is.

        The file has number, reason and destroyed_on, left out for today.
        """
        return f"Noted: {done.number}."
