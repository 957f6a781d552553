"""``jukinet register sample``: residents drawn at random or at equal intervals, into a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.batch_again import AgainOption, begun
from jukinet.cli.common import ConfigOption, InputArgument, OpenContext, OperatorOption, TerminalOption
from jukinet.domain import csv_rows
from jukinet.services import samples
from jukinet.services.batch_settings import Batch
from jukinet.services.samples import Sample

_HEADS = ("resident_no", "postcode", "address", "building", "name")


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """``sample``, into the commands of ``register``."""

    @app.command("sample", epilog="Example: jukinet register sample sample.json --out sample.csv --as sato")
    def sample(
        filing: InputArgument,
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The CSV to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        again: AgainOption = False,
    ) -> None:
        """Draw a sample of residents, with what a letter to each needs.

        jukinet copy sheet prints labels of it. The file has count, and as it likes
        areas, born_from, born_to, sex, kind, at_intervals and seed.
        """
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told():
            with common.attempt(open_context, config, claim, "sample"):
                data = common.read_input(filing)
                data = begun(open_context, config, claim, Batch.SAMPLE, data, again=again)
                asked = samples.read_sample(data)
            with open_context(config) as ctx:
                drawn = common.permitted(samples.draw_sample(ctx, claim, asked))
        common.write_private(out, _written(drawn))
        print(f"Drawn: {len(drawn.persons)} of {drawn.of}, with the seed {drawn.seed}.")
        print(out.resolve())


def _written(drawn: Sample) -> bytes:
    rows = (
        (one.resident_no, one.postcode or "", one.address.text, one.address.building or "", one.name)
        for one in drawn.persons
    )
    return b"".join(map(csv_rows.write_row, (_HEADS, *rows)))
