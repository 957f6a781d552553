"""``jukinet backup`` and ``jukinet restore``: a node's database written away, and put back.

These act as the system, as ``jukinet node`` does: they need the node's files, and no enrolled operator, who may be
among what was lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.apps import new_app
from jukinet.cli.common import ConfigOption, JsonOption
from jukinet.domain.line import LineState
from jukinet.domain.reading import format_instant
from jukinet.node import backups
from jukinet.node import config as configs
from jukinet.node.backups import Restored

backup_app = new_app()
restore_app = new_app()


@backup_app.command(epilog="Example: jukinet backup /var/backups/jukinet --config node.toml")
def backup(
    into: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the backup gets a directory of its own.")
    ],
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write the node's database into a backup, all as of one moment, while the node goes on.

    It holds residents' data: the directory is this user's alone. Keep it on encrypted storage.
    """
    if not into.is_dir():
        raise typer.BadParameter(f"{into} is no directory.", param_hint="DIR")
    with common.told():
        path, made = backups.backup(configs.load(configs.config_path(config)), into.absolute())
    if as_json:
        common.print_json(
            {
                "backup": str(path),
                "node": made.node,
                "incarnation": made.incarnation,
                "taken_at": format_instant(made.taken_at),
                "last_audit": made.dump.last_audit,
                "rows": made.rows,
            }
        )
        return
    print(f"{path}\n  {made.rows} rows, up to audit number {made.dump.last_audit}.")


@restore_app.command(epilog="Example: jukinet restore /var/backups/jukinet/NAME --replace --config node.toml")
def restore(
    directory: Annotated[
        Path | None, typer.Argument(metavar="BACKUP", help="The directory of a backup.")
    ] = None,
    config: ConfigOption = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop what the database holds of this node now.")
    ] = False,
    elsewhere: Annotated[
        bool,
        typer.Option(
            "--done-elsewhere",
            help="The database was put back by other means: only begin the life that follows.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a stopped node's database back to a backup, and begin a new life of the node.

    When it runs again it only reads, until its peers have told what it lost: jukinet recovery status.
    """
    if (directory is None) is not elsewhere:
        raise typer.BadParameter("name the backup, or give --done-elsewhere.", param_hint="BACKUP")
    with common.told():
        found = configs.load(configs.config_path(config))
        if directory is None:
            done = backups.done_elsewhere(found)
        else:
            done = backups.restore(found, directory, replace_schema=replace)
    if as_json:
        common.print_json(_plain(done))
        return
    print(f"{found.node} begins life {done.life.incarnation}, from audit number {done.life.last_audit} on.")
    if not done.life.journal_read:
        print("  There is no journal of acts beside the database: what no peer held cannot be named.")
    elif not done.looked:
        print("  The database before it was not asked for its last acts: only those that the journal")
        print("  holds already can be named.")
    if done.cut is not LineState.OPEN:
        print(f"  Its line is cut, as it was before: {done.cut.words}. See: jukinet network line")
    if done.undone:
        print("  After the backup this was changed, and stands again as it was. See to it before you start:")
        for number, event in done.undone:
            print(f"    {number}  {event}")
    print("Start it. It only reads until its peers have told what it lost: jukinet recovery status")


def _plain(done: Restored) -> dict[str, object]:
    life = done.life
    return {
        "incarnation": life.incarnation,
        "backup_at": format_instant(life.backup_at) if life.backup_at else None,
        "last_audit": life.last_audit,
        "void_codes": life.void_codes,
        "journal": life.journal_read,
        "looked": done.looked,
        "cut": done.cut.value,
        "undone": [{"audit_no": number, "event": event} for number, event in done.undone],
    }
