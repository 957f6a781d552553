"""``jukinet copy minister-slips``: what notices of the Minister of Justice would change, before they are entered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    OperatorOption,
    OutOption,
    TerminalOption,
)
from jukinet.cli.minister_notices import FileArgument
from jukinet.law.letters import Handling
from jukinet.services.context import Context
from jukinet.services.minister_files import LONGEST_FILE, read_file
from jukinet.services.minister_slips import NoticeSlip, show_notices


class SlipPress(Protocol):
    """What prints the slips of this node."""

    def print_notice_slips(self, slips: tuple[NoticeSlip, ...]) -> bytes: ...


OpenSlipPress = Callable[[Path | None], AbstractContextManager[tuple[Context, SlipPress]]]


def add_to(app: typer.Typer, open_press: OpenSlipPress) -> None:
    """Mount the command into ``copy``."""

    @app.command(
        "minister-slips",
        epilog="Example: jukinet copy minister-slips notices.ndjson --out slips.pdf --as sato",
    )
    def minister_slips(
        file: FileArgument,
        operator: OperatorOption,
        out: OutOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
    ) -> None:
        """Print what notices from the Minister of Justice would change, one sheet each.

        Nothing is entered: do that with jukinet register minister-notices.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        common.require_place(out)
        with common.told():
            notices = read_file(common.read_bytes(file, limit=LONGEST_FILE))
            with open_press(config) as (ctx, press):
                slips = common.permitted(show_notices(ctx, claim, notices))
                common.write_private(out, press.print_notice_slips(slips))
        counted = Counter(one.handling for one in slips)
        print(", ".join(f"{handling}: {counted[handling]}" for handling in Handling))
        for one in slips:
            for rule in one.failed:
                print(f"  {one.notice_id}: {rule.sentence} ({rule.rule})")
        print(out.resolve())
