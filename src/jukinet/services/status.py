"""Whether a node is fit for its work. How it stands is in ``jukinet.services.vitals``."""

from __future__ import annotations

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.kinds import CallKind, Stream
from jukinet.services import line
from jukinet.services.context import Context
from jukinet.store import lives, node_rows, version


def require_ready(ctx: Context) -> None:
    """Raise UNAVAILABLE unless the database is this node's and of its life, takes writes and fits, with a directory."""
    with ctx.begin() as tx:
        if node_rows.node_id(tx) != str(ctx.node):
            raise JukinetError(ErrorKind.UNAVAILABLE, "The database is another node's.")
        if node_rows.is_standby(tx):
            raise JukinetError(ErrorKind.UNAVAILABLE, "The database is a standby, which takes no writes.")
        # Migrations only add, so a process goes on while its node is upgraded around it.
        if node_rows.schema_version(tx) < version.head():
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "The schema is older than this program: migrate the node."
            )
        life = lives.newest(tx)
        if life is None or life.incarnation != ctx.incarnation:
            raise JukinetError(
                ErrorKind.UNAVAILABLE,
                "The node was put back while this process ran, or is not put back whole: start the process again.",
            )
    ctx.directory()


def require_line(ctx: Context, what: Stream | CallKind | None = None) -> None:
    """Raise UNAVAILABLE where this node has cut its line for that (for everything)."""
    with ctx.begin() as tx:
        line.require_open(ctx.node, tx, what)
