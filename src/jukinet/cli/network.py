"""``jukinet network``: what this node and its peers say to each other, as a person looks after it.

Owns the group; each module registers its own commands.
"""

from __future__ import annotations

import typer

from jukinet.cli import alone, line, office
from jukinet.cli.common import OpenContext


def make_app(open_context: OpenContext) -> typer.Typer:
    """The group, with the commands of every module."""
    app = office.make_network_app(open_context)
    line.add_to(app, open_context)
    alone.add_to(app, open_context)
    return app
