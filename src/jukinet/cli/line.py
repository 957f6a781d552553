"""``jukinet network cut``, ``restore``, ``confirm`` and ``line``: the emergency cut-off, by two persons."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.domain.line import LineState
from jukinet.services import line
from jukinet.services.context import JAPAN
from jukinet.services.line import LineReport

ReasonOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Why. It names no resident: operators and auditors read it.")
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the commands to those of ``network``."""
    _add_asking(app, open_context)
    _add_confirm(app, open_context)
    _add_show(app, open_context)


def _add_asking(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("cut", epilog="Example: jukinet network cut --reason 'Intrusion at the counter.' --as sato")
    def cut(
        reason: ReasonOption,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        identity_only: Annotated[
            bool,
            typer.Option("--identity-only", help="Cut off identity-verification information alone."),
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Ask for this node's line to be cut in an emergency. A second person has to confirm it within the hour."""
        wanted = LineState.IDENTITY if identity_only else LineState.ALL
        _ask(open_context, config, operator, wanted, reason, as_json=as_json)

    @app.command("restore", epilog="Example: jukinet network restore --reason 'Server replaced.' --as sato")
    def restore(
        reason: ReasonOption,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Ask for the line to be opened again. A second person has to confirm it within the hour."""
        _ask(open_context, config, operator, LineState.OPEN, reason, as_json=as_json)


def _ask(
    open_context: OpenContext, config: Any, operator: str, wanted: LineState, reason: str, *, as_json: bool
) -> None:
    with common.told(as_json=as_json), open_context(config) as ctx:
        asked = common.permitted(line.ask_measure(ctx, common.claim_of(operator, None), wanted, reason))
    if as_json:
        common.print_json({"measure": asked, "wanted": wanted.value})
        return
    print(f"Asked: measure {asked}. Nothing has changed yet.")
    print(f"A second person now confirms it: jukinet network confirm {asked} --as OPERATOR")


def _add_confirm(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("confirm", epilog="Example: jukinet network confirm 3 --as tanaka")
    def confirm(
        number: Annotated[
            int, typer.Argument(metavar="NUMBER", min=1, help="The measure that was asked for.")
        ],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Confirm a measure that another person asked for. It takes effect at once, identity information first."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(line.confirm_measure(ctx, common.claim_of(operator, None), number))
        if as_json:
            common.print_json({"measure": number, "cut": found.state.value})
            return
        print(f"Done. Cut from now on: {found.state.words}.")


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("line", epilog="Example: jukinet network line --as sato")
    def show(operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
        """Show what of the line is cut, since when, by whom and why, and what waits for a second person."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(line.show_line(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json(_plain(found))
            return
        present = found.line
        print(f"cut      {present.state.words}")
        if present.since is not None:
            print(f"since    {present.since.astimezone(JAPAN):%Y-%m-%d %H:%M} (Japan)")
            print(f"by       {present.asked_by}, confirmed by {present.confirmed_by}")
            print(f"reason   {present.reason}")
        for one in found.waiting:
            print(f"waiting  measure {one.measure_no}: {one.wanted.words}, asked for by {one.asked_by}")


def _plain(found: LineReport) -> dict[str, object]:
    present = found.line
    return {
        "cut": present.state.value,
        "since": present.since.isoformat() if present.since else None,
        "reason": present.reason,
        "asked_by": present.asked_by,
        "confirmed_by": present.confirmed_by,
        "waiting": [
            {
                "measure": one.measure_no,
                "wanted": one.wanted.value,
                "reason": one.reason,
                "asked_by": one.asked_by,
                "asked_at": one.asked_at.isoformat(),
            }
            for one in found.waiting
        ],
    }
