"""``jukinet recovery``: how far a restored node has recovered, and the acts that it lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import format_instant
from jukinet.messages import bodies
from jukinet.services import lost_acts, recovery
from jukinet.services.lost_acts import LostAct
from jukinet.services.recovery import Recovery

_NAMED = 10
"""Silent peers that are named: at the centre there may be hundreds."""

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="The number in the list.")]


def make_app(open_context: OpenContext) -> typer.Typer:
    """The group of commands."""
    app = common.make_app("After a restore: what this node lost, and how far it has recovered.")
    _add_state(app, open_context)
    _add_lost(app, open_context)
    return app


def _add_state(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("status", epilog="Example: jukinet recovery status --as sato")
    def status(operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
        """Say whether the node is live, whom it waits for, and what was lost for good. Exit 1 while it recovers."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(recovery.state(ctx, common.claim_of(operator, None)))
            present = ctx.incarnation
        live = found.life.live_at is not None and found.life.incarnation == present
        if as_json:
            common.print_json(_plain_state(found, live=live))
        else:
            _print_state(found, present, live=live)
        raise typer.Exit(0 if live else common.FAILED)

    @app.command("without", epilog="Example: jukinet recovery without pref-13 --as sato")
    def without(
        node: Annotated[str, typer.Argument(metavar="NODE", help="The peer that does not answer.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Let the node be live without waiting for a peer. What goes to that peer still waits."""
        try:
            peer = NodeId.parse(node)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with common.told(), open_context(config) as ctx:
            common.permitted(recovery.go_on_without(ctx, common.claim_of(operator, None), peer))
        print(f"Recovery does not wait for {peer}.")


def _add_lost(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet recovery list --as sato")
    def listed(
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Those that were closed too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the acts that a peer told of and the register lacks, without whom they are about."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(
                lost_acts.list_lost(ctx, common.claim_of(operator, None), everything=everything)
            )
        if as_json:
            common.print_json([_plain(one) for one in found])
            return
        for one in found:
            print(f"{one.row.item_id:6}  {one.row.said_at:%Y-%m-%d %H:%M}  {one.row.state:9} {one.what}")
        print(f"{len(found)} lost acts.")

    @app.command("show", epilog="Example: jukinet recovery show 3 --as sato")
    def show(
        number: NumberArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Print, as JSON, what a lost act had said, to enter it again from. The look is recorded."""
        with common.told(as_json=True), open_context(config) as ctx:
            found = common.permitted(lost_acts.show_lost(ctx, common.claim_of(operator, terminal), number))
        said = bodies.write(found.body) if found.body is not None else None
        common.print_json({**_plain(found), "said": said})

    @app.command("confirm", epilog="Example: jukinet recovery confirm 3 --as sato")
    def confirm(
        number: NumberArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Close a lost act that need not be entered again. One that is entered again closes by itself."""
        with common.told(), open_context(config) as ctx:
            common.permitted(lost_acts.confirm_lost(ctx, common.claim_of(operator, terminal), number))
        print(f"Closed: {number}.")


def _print_state(found: Recovery, present: int, *, live: bool) -> None:
    life = found.life
    if life.incarnation != present:
        print(f"The restore to life {present} is not whole. Run it again.")
        return
    print(f"Life {life.incarnation}: {'live' if live else 'recovering'}.")
    for peer in found.missing:
        print(f"  waits for {peer} (jukinet recovery without {peer}, if it will not answer)")
    if found.silent:
        print(f"  {len(found.silent)} peers have not shaken hands with this life; what goes to them waits:")
        print(f"    {_few(found.silent)}")
    if found.open_items:
        print(f"  {found.open_items} lost acts wait for a person: jukinet recovery list")
    if found.beyond is None:
        print("  No journal tells which acts no peer held.")
    else:
        unless = ", unless a peer holds one that has not answered yet" if found.silent else ""
        print(f"beyond the backup: {len(found.beyond)}{unless if found.beyond else ''}")
        for number, event in found.beyond:
            print(f"  audit number {number}  {event}")


def _few(peers: Sequence[NodeId]) -> str:
    more = len(peers) - _NAMED
    named = ", ".join(map(str, peers[:_NAMED]))
    return f"{named} and {more} more (all: --json)" if more > 0 else named


def _plain_state(found: Recovery, *, live: bool) -> dict[str, Any]:
    beyond = found.beyond
    return {
        "incarnation": found.life.incarnation,
        "live": live,
        "missing": [str(peer) for peer in found.missing],
        "silent": [str(peer) for peer in found.silent],
        "open": found.open_items,
        "beyond": None if beyond is None else [{"audit": number, "event": event} for number, event in beyond],
    }


def _plain(one: LostAct) -> dict[str, Any]:
    row = one.row
    return {
        "number": row.item_id,
        "state": row.state,
        "what": one.what,
        "kind": row.kind.value,
        "to": str(row.addressee),
        "held_by": str(row.held_by),
        "said_at": format_instant(row.said_at),
        "statement_id": row.statement_id,
    }
