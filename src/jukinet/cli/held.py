"""``jukinet register holds list``: everybody who is held (抑止対象者一覧)."""

from __future__ import annotations

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.services.held import list_held


def add_list(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``holds``."""

    @app.command("list", epilog="Example: jukinet register holds list --as sato --json")
    def list_holds(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List every hold that stands, by the number of the resident or household."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(list_held(ctx, common.claim_of(operator, terminal)))
        rows = [
            {
                "hold": one.hold.hold_id,
                "resident_no": one.resident_no,
                "household_number": one.household_no,
                "process": one.hold.process.value,
                "level": one.hold.level.value,
                "from_on": one.hold.from_on.isoformat(),
                "to_on": one.hold.to_on.isoformat() if one.hold.to_on else None,
            }
            for one in found
        ]
        if as_json:
            common.print_json({"holds": rows})
            return
        for row in rows:
            whom = row["resident_no"] or f"household {row['household_number']}"
            until = f" to {row['to_on']}" if row["to_on"] else ""
            print(f"{row['hold']}  {whom}  {row['process']}, {row['level']}, from {row['from_on']}{until}")
        if not rows:
            print("Nobody is held.")
