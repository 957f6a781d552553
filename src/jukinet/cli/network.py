"""``jukinet network``: what this node and its peers say to each other, as a person looks after it.

Owns the group; each kind of command has a module of its own, which adds them here.
"""

from __future__ import annotations

import typer

from jukinet.cli import alone, centre, common, figures, koseki, lanes, line, misuse, parked, sending
from jukinet.cli.common import OpenContext
from jukinet.cli.tables import OpenTablePress


def make_app(open_context: OpenContext, open_press: OpenTablePress | None = None) -> typer.Typer:
    """The group, with the commands of every module; ``open_press``: the same node with what prints its lists."""
    app = common.make_app(
        "What nodes say to each other: lanes, statements that wait for a person, and the cut in an emergency."
    )
    lanes.add_to(app, open_context)
    koseki.add_to(app, open_context)
    parked.add_to(app, open_context, open_press)
    sending.add_to(app, open_context, open_press)
    line.add_to(app, open_context)
    alone.add_to(app, open_context)
    centre.add_to(app, open_context)
    figures.add_to(app, open_context)
    misuse.add_to(app, open_context)
    return app
