"""``jukinet audit about``: who looked at a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.services import access_log
from jukinet.services.access_log import AccessLog
from jukinet.services.context import JAPAN


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``audit``."""

    @app.command("about", epilog="Example: jukinet audit about --as sato < code")
    def about(
        operator: OperatorOption,
        first: Annotated[
            datetime | None,
            typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help="The first day."),
        ] = None,
        last: Annotated[
            datetime | None,
            typer.Option("--to", metavar="DAY", formats=["%Y-%m-%d"], help="The last day."),
        ] = None,
        confirm: common.ConfirmOption = False,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show who looked at a person and why, the newest first, in Japanese and English.

        The code is typed at the prompt or comes by standard input. Codes that the person had
        before count too. Reading it is recorded, and stands in it from then on.
        """
        typed = common.read_secret("Resident Record code")
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        days = common.day_of(first), common.day_of(last)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "audit-about"):
                code = _code(typed)
            with open_context(config) as ctx:
                found = common.permitted(access_log.about(ctx, claim, code, *days))
        if as_json:
            looks = [asdict(one) | {"at": one.at.isoformat()} for one in found.looks]
            common.print_json({"looks": looks, "replaced": found.replaced})
        else:
            _print(found)


def _code(typed: str) -> ResidentRecordCode:
    try:
        return ResidentRecordCode.parse(typed)
    except ValueError:
        raise JukinetError(ErrorKind.INVALID, "This is not a Resident Record code.") from None


def _print(found: AccessLog) -> None:
    for one in found.looks:
        print(f"{one.number or one.row}  {one.at.astimezone(JAPAN):%Y-%m-%d %H:%M}")
        for language in ("ja", "en"):
            parts = (one.who, one.what, one.affair, one.result)
            print("  " + " | ".join(getattr(part, language) for part in parts if part is not None))
    if not found.looks:
        print("Nobody looked in these days. / この期間の利用はありません。")
    if found.replaced:
        print("The code was replaced by another one: there may be more under that.")
        print("この住民票コードは変更されたことがあります。変更後の利用は、現在のコードで確認してください。")
    if len(found.looks) == access_log.SHOWN_AT_MOST:
        print("There may be older ones: name days with --from and --to.")
