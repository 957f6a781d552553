"""``jukinet network resend``: a resident's present facts, once more."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, OpenContext, OperatorOption
from jukinet.law.decisions import Refused
from jukinet.services import resending


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """``jukinet network resend``, at a municipality."""

    @app.command("resend", epilog="Example: jukinet network resend 00000000018 --as sato")
    def again(
        resident_no: Annotated[str, typer.Argument(help="The resident number.")],
        operator: OperatorOption,
        recording: Annotated[
            bool, typer.Option("--recording", help="The prefecture lacks the record: as a recording.")
        ] = False,
        config: ConfigOption = None,
    ) -> None:
        """Send a resident's present facts once more, where another node lost or altered them."""
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            decision = resending.resend(ctx, claim, resident_no, recording=recording)
        if isinstance(decision, Refused):
            raise common.refused(decision, as_json=False)
        print("It will be sent.")
