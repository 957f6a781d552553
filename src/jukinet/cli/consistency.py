"""``jukinet consistency``: whether this node and those beside it hold the same, and which records differ."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.municipality import NodeRole
from jukinet.law.decisions import Refused
from jukinet.services import consistency
from jukinet.services.consistency import APART, Check
from jukinet.services.consistency_schedule import OWN
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store.differences import Difference, Kind

WAIT = APART.total_seconds() + 1

Wait = Callable[[float], None]


def make_app(open_context: OpenContext, wait: Wait = time.sleep) -> typer.Typer:
    """The commands, to be mounted as ``consistency``."""
    app = common.make_app("Whether this node and those beside it hold the same.")
    _add_check(app, open_context, wait)
    _add_list(app, open_context)
    return app


def _add_check(app: typer.Typer, open_context: OpenContext, wait: Wait) -> None:
    @app.command("check", epilog="Example: jukinet consistency check --as sato")
    def check(
        operator: OperatorOption,
        now: Annotated[
            bool, typer.Option("--now", help="Look once, and tell also what is not confirmed.")
        ] = False,
        recompute: Annotated[
            bool,
            typer.Option("--recompute", help="Compute every digest from its row, as is done each night."),
        ] = False,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Compare with the node that this one reports to, and this node with itself.

        A difference counts when two looks at least 60 seconds apart have seen it: where one is new, this waits and
        looks again. Exit code 1: something differs, or could not be compared.
        """
        claim = common.claim_of(operator, terminal)
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(_look(ctx, claim, None if now else wait, recompute=recompute))
            role = ctx.node.role
        if as_json:
            common.print_json({"checks": [_plain(one) for one in found]})
        else:
            for one in found:
                _tell(one, role)
        if not all(one.agrees for one in found):
            raise typer.Exit(common.FAILED)


def _look(
    ctx: Context, claim: OperatorClaim, wait: Wait | None, *, recompute: bool
) -> tuple[Check, ...] | Refused:
    status = Console(stderr=True, highlight=False).status
    with status("Comparing ..."):
        found = consistency.check(ctx, claim, recompute=recompute)
    if isinstance(found, Refused) or wait is None or not any(one.unconfirmed for one in found):
        return found
    with status("Something differs. Looking again in a minute ..."):
        wait(WAIT)
    with status("Comparing again ..."):
        return consistency.check(ctx, claim, recompute=recompute)


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet consistency list --as sato --json")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the differences that checks have seen and that are not gone."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(consistency.list_differences(ctx, common.claim_of(operator, terminal)))
            role = ctx.node.role
        if as_json:
            common.print_json({"differences": [_plain_difference(one) for one in found.differences]})
            return
        for one in found.differences:
            print(_line(one, name_of(one.against)))
        _tell_repairs(found.differences, role)
        if not found.differences:
            print("Nothing is known to differ.")


def name_of(against: str) -> str:
    """What was compared with, in words."""
    return "this node itself" if against == OWN else against


def _plain(one: Check) -> dict[str, Any]:
    return {
        "against": one.against,
        "recomputed": one.recomputed,
        "records": one.records,
        "on_their_way": one.moving,
        "ranges_not_read": one.unread,
        "bytes": one.size,
        "problem": one.problem,
        "differences": [_plain_difference(difference) for difference in one.differences],
    }


def _plain_difference(one: Difference) -> dict[str, Any]:
    return {
        "against": one.against,
        "municipality": one.seen.municipality,
        "code": one.seen.code,
        "kind": one.seen.kind.value,
        "items": list(one.seen.items),
        "first_seen_at": one.first_seen_at.isoformat(),
        "confirmed": one.confirmed_at is not None,
    }


def _tell(one: Check, role: NodeRole) -> None:
    with_whom = name_of(one.against)
    print(f"With {with_whom}: {one.records:,} records, {len(one.differences)} differences.")
    if one.problem:
        print(f"  Not compared to the end: {one.problem}")
    if one.moving:
        print(f"  Left out, since a notice is on its way: {one.moving} codes.")
    if one.unread:
        print(f"  So much differs that {one.unread} ranges of codes were not opened.")
    for difference in one.differences:
        print(f"  {_line(difference, with_whom)}")
    _tell_repairs(one.differences, role)


def _line(one: Difference, with_whom: str) -> str:
    words = {
        Kind.MISSING_THERE: f"not at {with_whom}",
        Kind.MISSING_HERE: f"only at {with_whom}",
        Kind.DIFFERS: f"differs from {with_whom}",
        Kind.ALTERED: "altered beneath the program",
        Kind.STRAY: "reports elsewhere",
    }
    if one.against == OWN:
        words |= {
            Kind.MISSING_THERE: "in the register, never sent",
            Kind.MISSING_HERE: "sent, not in the register",
            Kind.DIFFERS: "sent otherwise than registered",
        }
    items = f" ({', '.join(one.seen.items)})" if one.seen.items else ""
    sure = "" if one.confirmed_at else ", unconfirmed"
    return f"{one.seen.municipality} {one.seen.code}  {words[one.seen.kind]}{items}{sure}"


_REPAIRS = {
    NodeRole.MUNICIPALITY: (
        "To repair: look at the record here. Where it is wrong, correct it, which sends",
        "it; where it is right, say it anew (jukinet network resend).",
    ),
    NodeRole.PREFECTURE: (
        "To repair: the municipality whose record it is says it anew. Report each to it",
        "(jukinet errors report). Nothing is changed here by hand.",
    ),
}
_REPAIRS[NodeRole.NATIONAL] = _REPAIRS[NodeRole.PREFECTURE]
_ALTERED = (
    "Altered or stray rows were changed without the program: look into who could,",
    "before anything is repaired.",
)


def _tell_repairs(found: Sequence[Difference], role: NodeRole) -> None:
    beneath = {Kind.ALTERED, Kind.STRAY}
    if any(one.seen.kind not in beneath for one in found):
        print("\n".join(_REPAIRS[role]))
    if any(one.seen.kind in beneath for one in found):
        print("\n".join(_ALTERED))
    if any("parked" in one.seen.items for one in found):
        print("Parked there: a person there closes it first (jukinet network parked).")
