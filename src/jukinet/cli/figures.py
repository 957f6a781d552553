"""``jukinet network figures``: how many persons the node holds, for statistics or as material (Arts. 30-8, 37(2))."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.law.figures import MaterialAsker
from jukinet.services import figures
from jukinet.services.figures import MaterialRequest
from jukinet.store.figures import Heads


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the group to ``network``."""
    group = common.make_app("Figures of whom a node holds, naming nobody.")
    _add_statistics(group, open_context)
    _add_material(group, open_context)
    app.add_typer(group, name="figures")


def _add_statistics(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "statistics",
        epilog="Example: jukinet network figures statistics --purpose 年報 --as sato",
    )
    def statistics(
        purpose: Annotated[str, typer.Option(metavar="TEXT", help="Which statistics these are for.")],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw the governor's own statistics (Art. 30-8(1)(iv))."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            drawn = common.permitted(figures.make_statistics(ctx, common.claim_of(operator, None), purpose))
        _tell(drawn, as_json=as_json)


def _add_material(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "material",
        epilog="Example: jukinet network figures material --organ 総務省 --kind national-administrative-organ"
        " --affair 統計 --document 総統第1号 --as sato",
    )
    def material(
        organ: Annotated[str, typer.Option(metavar="TEXT", help="The organ that asks.")],
        kind: Annotated[MaterialAsker, typer.Option(help="What kind of organ it is.")],
        affair: Annotated[str, typer.Option(metavar="TEXT", help="The affair of its own for which it asks.")],
        document: Annotated[str, typer.Option(metavar="TEXT", help="The number of its paper.")],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw material for a national administrative organ (Art. 37), at a mayor's for a governor too."""
        asked = MaterialRequest(organ, kind, affair, document)
        with common.told(as_json=as_json), open_context(config) as ctx:
            drawn = common.permitted(figures.hand_out(ctx, common.claim_of(operator, None), asked))
        _tell(drawn, as_json=as_json)


def _tell(drawn: tuple[Heads, ...], *, as_json: bool) -> None:
    if as_json:
        common.print_json([_plain(one) for one in drawn])
        return
    for one in drawn:
        age = "age unknown" if one.age_from is None else f"{one.age_from} to {one.age_from + 4}"
        print(f"{one.municipality}  {one.sex}  {age}  {one.persons}")
    print(f"{sum(one.persons for one in drawn)} persons.")


def _plain(one: Heads) -> dict[str, object]:
    return {
        "municipality": one.municipality.text,
        "sex": one.sex.value,
        "age_from": one.age_from,
        "persons": one.persons,
    }
