"""``jukinet sandbox``: what an organ needs to try its connection, at a node where everybody is invented."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.apps import new_app
from jukinet.cli.common import ConfigOption, JsonOption, OperatorOption, TerminalOption
from jukinet.domain.municipality import OrganSlug
from jukinet.law.decisions import Refused
from jukinet.node import config as configs
from jukinet.node import sandbox

app = new_app("Give an organ what it needs to try its connection.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Give an organ what it needs to try its connection, where everybody is invented."""


@app.command("organ", epilog="Example: jukinet sandbox organ --out ./organ --as sato --config node.toml")
def organ(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new directory for it.")],
    operator: OperatorOption,
    slug: Annotated[
        str, typer.Option("--organ", metavar="SLUG", help="Which organ, as the catalogue of affairs has it.")
    ] = "japan-pension-service",
    terminal: TerminalOption = None,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a directory with certificate, key, ten persons, expected answers and a script for curl and openssl.

    Only where the configuration says node.sandbox = true, and where the network's keys are.
    """
    try:
        party = OrganSlug.parse(slug)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--organ") from None
    with common.told():
        loaded = configs.load(configs.config_path(config))
        made = sandbox.make(loaded, common.claim_of(operator, terminal), party, out.absolute())
    if isinstance(made, Refused):
        raise common.refused(made, as_json=as_json)
    if as_json:
        common.print_json({"out": str(out.absolute()), "organ": str(party), "persons": made})
        return
    print(f"Made {out} with {made} persons. Next: sh {out / 'ask.sh'}")
