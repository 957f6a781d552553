"""``jukinet register immigration-notices``: what the immigration authority is told of foreign residents, as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.reading import format_instant
from jukinet.messages import strict_json
from jukinet.services import immigration
from jukinet.services.immigration import Entered, ImmigrationList


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "immigration-notices",
        epilog="Example: jukinet register immigration-notices --from 2013-07-08\n\n"
        " --to 2013-07-08 --out notices.json --as sato",
    )
    def notices(
        operator: OperatorOption,
        first: Annotated[
            datetime,
            typer.Option("--from", metavar="DATE", formats=["%Y-%m-%d"], help="The first day of entry."),
        ],
        last: Annotated[
            datetime,
            typer.Option("--to", metavar="DATE", formats=["%Y-%m-%d"], help="The last day of entry."),
        ],
        out: Annotated[Path, typer.Option(help="The JSON to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """List for the immigration authority what was entered about foreign residents.

        Every change in the order of entry; the same days may be listed again.
        """
        common.require_place(out)
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(immigration.list_for_immigration(ctx, claim, first.date(), last.date()))
        common.write_private(out, strict_json.dump(_plain(found)))
        print(f"Listed: {len(found.entries)}.")
        print(out.resolve())


def _plain(found: ImmigrationList) -> dict[str, object]:
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "changes": [_change(number, one) for number, one in enumerate(found.entries, 1)],
    }


def _change(number: int, one: Entered) -> dict[str, object]:
    record = one.record
    return {
        "number": number,
        "entered_at": format_instant(one.recorded_at),
        "reason": one.reason.value,
        "effective_on": one.effective_on.isoformat(),
        "recorded": one.present,
        "name": record.name.latin or record.name.text,
        "name_in_kanji": record.name.text if record.name.latin else None,
        "birth_date": str(record.birth_date),
        "sex": record.sex.value,
        "nationality": record.foreign.nationality if record.foreign else None,
        "document_number": record.foreign.document_number if record.foreign else None,
        "municipality": str(record.address.municipality),
        "address": record.address.full,
    }
