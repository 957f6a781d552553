"""``jukinet network``: the group of commands for what nodes say to each other.

Each kind of command has a module of its own, which adds them here.
"""

from __future__ import annotations

import typer

from jukinet.cli import common, lanes, parked
from jukinet.cli.common import OpenContext


def make_app(open_context: OpenContext) -> typer.Typer:
    app = common.make_app("What nodes say to each other: lanes, and statements that wait for a person.")
    lanes.add_to(app, open_context)
    parked.add_to(app, open_context)
    return app
