"""What stands on the screen while the demonstration stays up, and what is said when a process is gone."""

from __future__ import annotations

import shlex
import time

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jukinet.demo.plan import CLERK, NODES, PENSION, Plan, label_of
from jukinet.demo.stage import Stage
from jukinet.domain.municipality import NATIONAL
from jukinet.node import processes
from jukinet.testing.gazetteer import KUNITACHI


def stay(stage: Stage, console: Console) -> None:
    """Print addresses, log-ins and three things to try; stay until Ctrl-C. Says how to restart what ended."""
    console.print()
    console.print(_addresses(stage.plan))
    for line in _to_try(stage.plan):
        console.print(line, soft_wrap=True)
    console.print("\nIt stays up until Ctrl-C.")
    told: set[object] = set()
    database = True
    while True:
        for node, part in stage.ended():
            if (node, part) not in told:
                told.add((node, part))
                words = processes.command(stage.plan.config(node), part)
                _tell_ended(console, f"{node}'s {part.value}", words)
        ran, database = database, stage.cluster.pid() is not None
        if ran and not database:
            _tell_ended(
                console, "The database server", processes.database_command(stage.plan.config(NATIONAL))
            )
        time.sleep(0.5)


def _tell_ended(console: Console, what: str, words: list[str]) -> None:
    console.print(f"[red]{what} ended.[/] Start it again:", soft_wrap=True)
    console.print(f"  {escape(shlex.join(words))}", soft_wrap=True)


def _addresses(plan: Plan) -> Table:
    table = Table("node", "name", "network door", "supply door", box=None, padding=(0, 2, 0, 0))
    for node in NODES:
        table.add_row(
            str(node),
            label_of(node),
            plan.url(node).removeprefix("https://"),
            (plan.supply_url(node) or "").removeprefix("https://"),
        )
    return table


def _to_try(plan: Plan) -> list[str]:
    supply = plan.supply_url(NATIONAL)
    made_up = '{"code": "24727059608"}'
    return [
        "",
        f"Log-in: operator [bold]{CLERK.operator_id}[/] at every node. Three things to try, in another shell:",
        "",
        f"   D={plan.home}",
        f"   O=$D/pki/organs/{PENSION}",
        "",
        "1. Ask, as the pension service, whether the centre's supply door is ready:",
        "   curl --cacert $O/ca.pem --cert $O/tls.pem --key $O/tls.key \\",
        f"        {supply}/readyz",
        "2. Ask for a person (the code is made up, so the answer is none):",
        f"   echo '{made_up}' | .venv/bin/jukinet verify --organ $O \\",
        f"        --url {supply} --affair t1-77-1 --operator suzuki --case 1",
        "3. See what Kunitachi recorded of it all:",
        f"   .venv/bin/jukinet audit list --as {CLERK.operator_id} \\",
        f"        --config $D/nodes/{KUNITACHI.node_id}/node.toml",
        "",
        f"How everything is:  .venv/bin/jukinet status --state {plan.state}",
    ]
