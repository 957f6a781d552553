"""``jukinet join``: a municipality brings its register into the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, OpenContext, OperatorOption
from jukinet.services import joining

DirectoryArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The directory of the segments.")]


def make_app(open_context: OpenContext) -> typer.Typer:
    """The group of commands."""
    app = common.make_app("A municipality joins: codes, segments, their loading, and the stream.")

    @app.command("codes", epilog="Example: jukinet join codes --as sato")
    def codes(operator: OperatorOption, config: ConfigOption = None) -> None:
        """Give a code to every resident who has none (at the municipality)."""
        with common.told(), open_context(config) as ctx:
            given = common.permitted(joining.give_codes(ctx, common.claim_of(operator, None)))
        print(f"{given} residents were given a code. Print their notices: jukinet code slips")

    @app.command("write", epilog="Example: jukinet join write /media/joining --as sato")
    def write(directory: DirectoryArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Write the register as signed segments into a directory (at the municipality).

        From then on what happens waits until it is live. Repeated, the same files are written again.
        """
        if not directory.is_dir():
            raise typer.BadParameter(f"{directory} is no directory.", param_hint="DIR")
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            done = common.permitted(
                joining.write(ctx, claim, lambda name, data: common.write_private(directory / name, data))
            )
        print(
            f"{done.records} records in {done.files} segments. Load them at the centre, then at the prefecture."
        )

    @app.command("load", epilog="Example: jukinet join load /media/joining --as center")
    def load(directory: DirectoryArgument, operator: OperatorOption, config: ConfigOption = None) -> None:
        """Take the segments in, all or nothing (at the centre, then at the prefecture)."""
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            envelope = (directory / "manifest.json").read_bytes()
            loaded = common.permitted(
                joining.load(ctx, claim, envelope, lambda name: (directory / name).read_bytes())
            )
        print(f"{loaded} records taken in.")

    @app.command("live", epilog="Example: jukinet join live --as sato")
    def live(operator: OperatorOption, config: ConfigOption = None) -> None:
        """Compare with the prefecture, and let what happened since be sent (at the municipality)."""
        with common.told(), open_context(config) as ctx:
            common.permitted(joining.go_live(ctx, common.claim_of(operator, None)))
        print("The municipality takes part.")

    return app
