"""``jukinet code slips`` and ``slip``: the written notices of codes, as a PDF with one sheet a person."""

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
    JsonOption,
    OperatorOption,
    OutOption,
    TerminalOption,
)
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.ids import parse_id
from jukinet.services import slips
from jukinet.services.context import Context
from jukinet.services.slips import Slip, SlipBatch


class SlipPress(Protocol):
    """What prints the sheets of this node."""

    def can_print(self, slip: Slip) -> bool: ...

    def print(self, batch: SlipBatch) -> bytes: ...


OpenSlipPress = Callable[[Path | None], AbstractContextManager[tuple[Context, SlipPress]]]


def add_to(app: typer.Typer, open_press: OpenSlipPress) -> None:
    """Mount the commands into ``code``."""
    _add_slips(app, open_press)
    _add_slip(app, open_press)


def _add_slips(app: typer.Typer, open_press: OpenSlipPress) -> None:
    @app.command("slips", epilog="Example: jukinet code slips --out slips.pdf --as sato")
    def print_slips(
        operator: OperatorOption,
        out: OutOption,
        batch: Annotated[
            str | None, typer.Option("--again", help="Print this batch again, as it was.")
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Print the notices of codes that wait, 500 at most; after a failure again."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        with common.told(as_json=as_json):
            again = _parse_batch(batch) if batch else None
            with open_press(config) as (ctx, press):
                begun = common.permitted(
                    slips.begin_again(ctx, claim, again)
                    if again
                    else slips.begin(ctx, claim, press.can_print)
                )
                _finish(ctx, press, begun, out)
        _tell(begun, out, as_json=as_json)


def _add_slip(app: typer.Typer, open_press: OpenSlipPress) -> None:
    @app.command("slip", epilog="Example: jukinet code slip --out slip.pdf --as sato  (then type the number)")
    def print_slip(
        operator: OperatorOption,
        out: OutOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Print one person's notice, also again, by the resident number at the prompt or on standard input."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        typed = common.read_secret("Resident number")
        with common.told(as_json=as_json):
            number = common.number_of(typed)
            with open_press(config) as (ctx, press):
                begun = common.permitted(slips.begin_one(ctx, claim, number, press.can_print))
                _finish(ctx, press, begun, out)
        _tell(begun, out, as_json=as_json)


def _parse_batch(text: str) -> str:
    try:
        return parse_id(text)
    except ValueError:
        raise JukinetError(ErrorKind.INVALID, "This is not the number of a batch.") from None


def _finish(ctx: Context, press: SlipPress, begun: SlipBatch, out: Path) -> None:
    if begun.slips:
        common.write_private(out, press.print(begun))
        slips.finish(ctx, begun.batch)


def _tell(done: SlipBatch, out: Path, *, as_json: bool) -> None:
    left = {"held": done.held, "gone": done.gone, "unprintable": done.unprintable}
    if as_json:
        common.print_json(
            {
                "batch": done.batch if done.slips else None,
                "printed": len(done.slips),
                "again": done.again,
                **{why: list(numbers) for why, numbers in left.items()},
                "path": str(out.resolve()) if done.slips else None,
            }
        )
        return
    if done.again:
        print("These sheets were printed before, and may have been sent. Compare before sending.")
    for why, numbers in left.items():
        if numbers:
            print(f"Not printed, {_WHY[why]}: {', '.join(numbers)}")
    if not done.slips:
        print("Nobody waits for a notice." if not done.held + done.unprintable else "Nobody else waits.")
        return
    print(f"Printed: {len(done.slips)}, batch {done.batch}.")
    print(out.resolve())


_WHY = {
    "held": "held back (jukinet code slip, after looking into it)",
    "gone": "no longer recorded here",
    "unprintable": "a character that no font here has",
}
