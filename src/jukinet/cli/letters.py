"""``jukinet copy letter``: the letters of the office, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    OperatorOption,
    OutOption,
    TerminalOption,
)
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.letters import By, LetterKind
from jukinet.services import letters
from jukinet.services.context import Context
from jukinet.services.letters import Asked, Letter


class LetterPress(Protocol):
    """What prints the letters of this node."""

    def can_print_letter(self, letter: Letter) -> bool: ...

    def print_letter(self, letter: Letter) -> bytes: ...


OpenLetterPress = Callable[[Path | None], AbstractContextManager[tuple[Context, LetterPress]]]


def add_to(app: typer.Typer, open_press: OpenLetterPress) -> None:
    """Mount the command into ``copy``."""

    @app.command(
        "letter", epilog="Example: jukinet copy letter accepted --out letter.pdf --as sato  (then type 17)"
    )
    def letter(
        kind: Annotated[
            LetterKind, typer.Argument(show_choices=False, metavar="KIND", help="Which letter: see above.")
        ],
        operator: OperatorOption,
        out: OutOption,
        version: Annotated[
            int | None,
            typer.Option(
                min=1,
                help="Which version of the record, of a record sheet (default: the newest); of an acceptance that no"
                " telling calls for: type the resident's number then.",
            ),
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        notifier: Annotated[
            bool, typer.Option("--notifier", help="Of an acceptance: type also the name of who brought it.")
        ] = False,
        confirm: ConfirmOption = False,
    ) -> None:
        """Print a letter of the office.

        Type the number of what it is about at the prompt or on standard input: of
        a telling (accepted, ex-officio, guardianship), of a doubt (call, answer),
        of a measure (period-ends), of a resident (missing-notice, record-sheet,
        card-enquiry) or of a household (householder, no-householder).
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        if version is not None and kind not in {LetterKind.RECORD_SHEET, LetterKind.ACCEPTED}:
            raise typer.BadParameter("belongs to a record sheet or an acceptance.", param_hint="--version")
        if notifier and kind is not LetterKind.ACCEPTED:
            raise typer.BadParameter("belongs to an acceptance.", param_hint="--notifier")
        by = Asked(kind, "", version).by
        typed = common.read_secret(f"Number of the {by}")
        name = common.read_secret("Name of who brought it") if notifier else None
        with common.told():
            asked = Asked(kind, _number(by, typed), version, name or None)
            with open_press(config) as (ctx, press):
                written = common.permitted(letters.begin(ctx, claim, asked, press.can_print_letter))
                common.write_private(out, press.print_letter(written))
        print(f"Printed: {kind}.")
        print(out.resolve())


def _number(by: By, typed: str) -> str:
    try:
        return letters.read_number(by, typed)
    except ValueError:
        raise JukinetError(ErrorKind.INVALID, f"This is not the number of a {by}.") from None
