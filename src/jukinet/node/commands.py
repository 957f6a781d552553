"""``jukinet node`` and ``jukinet status``: a node's configuration, schema and processes.

These act as the system: they need the node's files, and no enrolled operator.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.apps import new_app
from jukinet.cli.common import ConfigOption, JsonOption, ValidFromOption
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.decisions import Refused
from jukinet.node import config as configs
from jukinet.node import processes, wiring
from jukinet.node.postgres import Role
from jukinet.node.processes import Part
from jukinet.services import settings, vitals

app = common.make_app("One node: check its configuration, make its schema, run it.")


@app.command("check-config", epilog="Example: jukinet node check-config --config node.toml")
def check_config(config: ConfigOption = None) -> None:
    """Read the configuration and the files it names, and say every fault at once."""
    with common.told():
        found = configs.load(configs.config_path(config))
        configs.check_files(found)
        wiring.check_keys(found)
        print(f"{found.file}: right. {found.node} ({found.name})")


@app.command("migrate", epilog="Example: jukinet node migrate --config node.toml")
def migrate(config: ConfigOption = None) -> None:
    """Make or upgrade the node's schema, and take the first directory. Safe to repeat."""
    from jukinet.node import migration

    with common.told():
        found = configs.load(configs.config_path(config))
        configs.check_files(found)
        migration.migrate(found)
        print(f"{found.node}: the schema {found.node.schema} is at this program's version.")


@app.command("start-database", epilog="Example: jukinet node start-database --config node.toml")
def start_database(config: ConfigOption = None) -> None:
    """Start the embedded database server where it does not run. Harmless where it does."""
    with common.told():
        found = configs.load(configs.config_path(config))
        started = wiring.start_database(found)
        print("The database server was started." if started else "The database server runs already.")


@app.command(
    "first-operator", epilog="Example: jukinet node first-operator sato --name 佐藤 --config node.toml"
)
def first_operator(
    operator_id: Annotated[str, typer.Argument(metavar="ID", help="The operator's id.")],
    name: Annotated[str, typer.Option(help="The operator's name.")],
    valid_from: ValidFromOption = None,
    config: ConfigOption = None,
) -> None:
    """Enrol the node's first operator, who may enrol others. Refused once there is one."""
    with common.told():
        found = configs.load(configs.config_path(config))
        with wiring.open_node(found, Role.OFFICE) as node:
            decision = settings.enrol_first_operator(
                node.context, operator_id, name, valid_from=common.day_of(valid_from)
            )
        if isinstance(decision, Refused):
            raise common.refused(decision, as_json=False)
        print(f"Enrolled: {operator_id}, with every permission.")


@app.command("lanes", epilog="Example: jukinet node lanes --config node.toml")
def lanes(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Say how many statements wait or are parked, and which lanes fail or are halted. Names no one."""
    with common.told():
        with wiring.open_node(configs.load(configs.config_path(config)), Role.OFFICE) as node:
            found = vitals.look(node.context)
        if as_json:
            common.print_json(
                {
                    "unsent": found.unsent,
                    "parked": found.parked_count,
                    "halted": list(found.halted),
                    "failing": list(found.failing),
                    "differing": found.differing,
                }
            )
            return
        print(f"waiting to be sent  {found.unsent}")
        print(f"parked              {found.parked_count}")
        print(f"halted lanes        {', '.join(found.halted) or 'none'}")
        print(f"failing lanes       {', '.join(found.failing) or 'none'}")
        print(f"differing records   {found.differing}")


@app.command("run", epilog="Example: jukinet node run worker --config node.toml")
def run(
    part: Annotated[
        Part | None, typer.Argument(help="One process of the node; without it all of them, as children.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Run the node until it is told to end (SIGTERM, Ctrl-C)."""
    from jukinet.node import parts

    with common.told():
        found = configs.load(configs.config_path(config))
        configs.check_files(found)
        if part is not None:
            parts.run_part(found, part)
            return
        code = processes.run_all(found, lambda sentence: print(sentence, flush=True))
    raise typer.Exit(code)


@app.command("stop-database", epilog="Example: jukinet node stop-database --config node.toml")
def stop_database(config: ConfigOption = None) -> None:
    """Stop the embedded database server, for every node that uses it. Harmless where it does not run."""
    with common.told():
        cluster = wiring.cluster_of(configs.load(configs.config_path(config)))
        if cluster is None:
            raise JukinetError(
                ErrorKind.CONFIGURATION, "The configuration names a server of its own (dsn). Stop it there."
            )
        if cluster.state_dir.exists():
            cluster.stop()
        print("The database server is stopped.")


status_app = new_app()


@status_app.command(epilog="Example: jukinet status --json")
def status(
    state: Annotated[
        Path | None,
        typer.Option("--state", help="The state directory of the nodes; else $JUKINET_STATE or the usual."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show every node of this machine and the first thing to do. Exit 0: all well; 1: see to one; 2: all stopped."""
    from jukinet.node import federation

    with common.told():
        found = federation.status(state or configs.state_directory())
    if as_json:
        common.print_json(found.plain())
    else:
        for line in found.lines():
            print(line)
    raise typer.Exit(found.exit_code())
