"""``jukinet supply block``, ``unblock`` and ``blocks``: whom the supply door does not serve, or tells nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import OrganSlug
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply_blocks import Standing, Whom

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the block.")]
OrganOption = Annotated[
    str | None,
    typer.Option(
        "--organ",
        metavar="NAME",
        help="An organ. Without it: a person, whose code is read from standard input.",
    ),
]
ByOption = Annotated[
    str | None,
    typer.Option("--operator", metavar="NAME", help="Of the organ this operator alone, as it names him."),
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the three commands to ``supply``."""
    _add_list(app, open_context)

    @app.command("block", epilog="Example: jukinet supply block --organ mofa --reason 'key lost' --as sato")
    def block(
        reason: ReasonOption,
        operator: OperatorOption,
        organ: OrganOption = None,
        by: ByOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Serve an organ no more, or answer of a person as of nobody.

        It holds from the next request on, and ends with: jukinet supply unblock
        """
        with common.told(as_json=as_json):
            whom = _whom(organ, by)
            with open_context(config) as ctx:
                number = common.permitted(
                    blocks.block(ctx, common.claim_of(operator, terminal), whom, reason)
                )
        if as_json:
            common.print_json({"block": number})
            return
        print(f"Block {number} stands.")

    @app.command("unblock", epilog="Example: jukinet supply unblock --reason 'asked to' --as sato < code.txt")
    def unblock(
        reason: ReasonOption,
        operator: OperatorOption,
        organ: OrganOption = None,
        by: ByOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """End a block; for a person who got another code since, under that one too."""
        with common.told(as_json=as_json):
            whom = _whom(organ, by)
            with open_context(config) as ctx:
                common.permitted(blocks.unblock(ctx, common.claim_of(operator, terminal), whom, reason))
        if as_json:
            common.print_json({"ended": True})
            return
        print("The block has ended.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("blocks", epilog="Example: jukinet supply blocks --as sato")
    def blocks_(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the blocks that stand, the oldest first; a person is shown by the code."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(blocks.list_blocks(ctx, common.claim_of(operator, terminal)))
        common.print_list("blocks", found, _plain, _lines, nothing="There are no blocks.", as_json=as_json)


def _lines(one: Standing) -> Iterator[str]:
    yield f"{one.number}  {one.kind} {one.subject}, by {one.set_by} on {one.set_at:%Y-%m-%d}: {one.reason}"


def _plain(one: Standing) -> dict[str, object]:
    return {
        "block": one.number,
        "kind": one.kind,
        "subject": one.subject,
        "reason": one.reason,
        "by": one.set_by,
        "at": one.set_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _whom(organ: str | None, by: str | None) -> Whom:
    """Whom the options name. A code is no argument: the list of processes would show it."""
    if organ is not None:
        try:
            return Whom.organ(OrganSlug(organ), by)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--organ") from None
    if by is not None:
        raise typer.BadParameter("names an operator of an organ: give --organ too", param_hint="--operator")
    try:
        return Whom.person(ResidentRecordCode.parse(common.read_secret("Code: ")))
    except ValueError as error:
        raise typer.BadParameter(f"the code {error}", param_hint="standard input") from None
