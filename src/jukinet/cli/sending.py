"""``jukinet network sent``, ``unanswered``, ``manual``, ``automatic``, ``let-go``, ``resend``: what this node says.

And ``received``: what others said to it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common, tables
from jukinet.cli.common import ConfigOption, InputArgument, JsonOption, OpenContext, OperatorOption
from jukinet.cli.tables import OpenTablePress, PrintOption
from jukinet.messages.kinds import MessageKind
from jukinet.services import resending, sending
from jukinet.services.sending import SentStatement, Unanswered, WaitKind

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="A kind of statement, as messages.md has it.")
]
_BY_REFERENCE = {WaitKind.MINISTER_NOTICE, WaitKind.ERROR_REPORT}
"""What is handled by its reference, which the list prints."""

ReasonOption = Annotated[str, typer.Option("--reason", help="Why, without naming anybody.")]


def add_to(app: typer.Typer, open_context: OpenContext, open_press: OpenTablePress | None = None) -> None:
    """Mount the commands into ``network``."""
    _add_sent(app, open_context, open_press)
    _add_received(app, open_context, open_press)
    _add_unanswered(app, open_context)
    _add_modes(app, open_context)
    _add_let_go(app, open_context)
    _add_resend(app, open_context)


def _add_sent(app: typer.Typer, open_context: OpenContext, open_press: OpenTablePress | None) -> None:
    @app.command("sent", epilog="Example: jukinet network sent --as sato --kind move-in-notice")
    def sent(
        operator: OperatorOption,
        kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only this kind.")] = None,
        most: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
        before: Annotated[int | None, typer.Option(help="Only those with a lower number.")] = None,
        config: ConfigOption = None,
        print_to: PrintOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what this node said to others, newest first, and how far each came."""
        tables.require(print_to)
        wanted = _kind(kind) if kind else None
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(
                sending.list_sent(ctx, common.claim_of(operator, None), wanted, before, most=most)
            )
        rows = [
            (
                str(one.entry_id),
                tables.moment(one.created_at),
                tables.word(one.kind),
                str(one.addressee),
                one.statement_id,
                tables.word(one.state),
            )
            for one in found
        ]
        columns = tables.NUMBER | tables.WHEN | tables.KIND | tables.PEER | tables.ID | tables.STATE
        tables.put(open_press, config, print_to, "送信電文一覧表", columns, rows)
        if as_json:
            common.print_json([_plain_sent(one) for one in found])
            return
        for one in found:
            print(
                f"{one.entry_id:7}  {one.created_at:%m-%d %H:%M}  {one.state:9}  {one.kind} to {one.addressee}"
            )
        print(f"{len(found)} listed.")


def _add_received(app: typer.Typer, open_context: OpenContext, open_press: OpenTablePress | None) -> None:
    @app.command("received", epilog="Example: jukinet network received --as sato --kind move-in-notice")
    def received(
        operator: OperatorOption,
        kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only this kind.")] = None,
        most: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
        config: ConfigOption = None,
        print_to: PrintOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what others said to this municipality, newest first, and whether it was taken in."""
        wanted = _kind(kind) if kind else None
        tables.require(print_to)
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(
                sending.list_received(ctx, common.claim_of(operator, None), wanted, most=most)
            )
        rows = [
            (
                tables.moment(one.stored_at),
                tables.word(one.kind),
                one.origin,
                one.statement_id,
                tables.word(one.state),
            )
            for one in found
        ]
        columns = tables.WHEN | tables.KIND | tables.PEER | tables.ID | tables.STATE
        tables.put(open_press, config, print_to, "受信電文一覧表", columns, rows)
        if as_json:
            common.print_json([{**asdict(one), "stored_at": one.stored_at.isoformat()} for one in found])
            return
        for one in found:
            print(f"{one.stored_at:%m-%d %H:%M}  {one.state:7}  {one.kind} from {one.origin}")
        print(f"{len(found)} listed.")


def _kind(text: str) -> MessageKind:
    try:
        return MessageKind(text)
    except ValueError:
        raise typer.BadParameter("no such kind; see docs/reference/messages.md", param_hint="KIND") from None


def _plain_sent(one: SentStatement) -> dict[str, object]:
    return {
        "number": one.entry_id,
        "statement_id": one.statement_id,
        "kind": one.kind.value,
        "addressee": str(one.addressee),
        "created_at": one.created_at.isoformat(),
        "state": one.state.value,
    }


def _add_unanswered(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("unanswered", epilog="Example: jukinet network unanswered --as sato")
    def unanswered(
        operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False
    ) -> None:
        """List what this node waits for, of whom and since when, the oldest first."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(sending.list_unanswered(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json([_plain_unanswered(one) for one in found])
            return
        for one in found:
            number = one.reference if one.kind in _BY_REFERENCE else one.resident_no
            said = (one.of, one.what, f"{one.count} of them" if one.count > 1 else None, number)
            print(f"{one.since:%Y-%m-%d}  {one.kind:15}  {', '.join(part for part in said if part)}")
        print(f"{len(found)} unanswered.")


def _plain_unanswered(one: Unanswered) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "since": one.since.isoformat(),
        "of": one.of,
        "what": one.what,
        "count": one.count,
        "reference": one.reference,
        "resident_no": one.resident_no,
    }


def _add_modes(app: typer.Typer, open_context: OpenContext) -> None:
    def switch(kind: str, operator: str, reason: str, config: Path | None, *, manual: bool) -> None:
        wanted = _kind(kind)
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            common.permitted(sending.set_mode(ctx, claim, wanted, reason, manual=manual))
        print(f"Sent {'by hand' if manual else 'automatically'}: {wanted}.")

    @app.command("manual", epilog='Example: jukinet network manual card-status --reason "drill" --as sato')
    def manual(
        kind: KindArgument, operator: OperatorOption, reason: ReasonOption, config: ConfigOption = None
    ) -> None:
        """Take a kind of statement out of automatic sending. It is held, and nothing is dropped."""
        switch(kind, operator, reason, config, manual=True)

    @app.command(
        "automatic", epilog='Example: jukinet network automatic card-status --reason "over" --as sato'
    )
    def automatic(
        kind: KindArgument, operator: OperatorOption, reason: ReasonOption, config: ConfigOption = None
    ) -> None:
        """Send a kind automatically again. What was held goes now, in its order."""
        switch(kind, operator, reason, config, manual=False)


def _add_let_go(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("let-go", epilog="Example: jukinet network let-go 812 --as sato")
    def let_go(
        number: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="The number in the list of sent.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Let one held statement go, the first that waits for its node."""
        with common.told(), open_context(config) as ctx:
            common.permitted(sending.release(ctx, common.claim_of(operator, None), number))
        print(f"Let go: {number}.")


def _add_resend(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("resend", epilog="Example: jukinet network resend filing.json --as sato")
    def resend(
        filing: InputArgument,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Say the present facts of a record anew, as a new statement with another reason."""
        claim = common.claim_of(operator, None)
        _, said = common.filed(
            open_context,
            config,
            claim,
            "resend",
            filing,
            resending.read_resend,
            resending.resend,
            as_json=as_json,
        )
        if as_json:
            common.print_json({"statement_id": said.statement_id, "to": str(said.to)})
            return
        print(f"Said anew to {said.to}.")
        common.print_remarks(said.remarks)
