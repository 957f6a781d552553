"""``jukinet operator place``, ``terminal`` and ``places``: where operators work."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.services import work_places
from jukinet.services.work_places import PlaceKind

ClosedOption = Annotated[bool, typer.Option("--closed", help="It is used no more.")]
PlaceArgument = Annotated[str, typer.Argument(metavar="PLACE", help="The short name of the place.")]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the commands into ``operator``."""
    _add_place(app, open_context)
    _add_terminal(app, open_context)
    _add_list(app, open_context)


def _add_place(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "place",
        epilog="Example: jukinet operator place hq --name 本庁 --kind head-office --as sato",
    )
    def place(
        place: PlaceArgument,
        name: Annotated[str, typer.Option(help="What it is called.")],
        kind: Annotated[PlaceKind, typer.Option(help="What it is.")],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        closed: ClosedOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Register a place where operators work, or change it."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            done = common.permitted(work_places.register_place(ctx, claim, place, kind, name, closed=closed))
        _tell(
            {"place": done.place, "kind": done.kind, "name": done.name, "closed": done.closed},
            as_json=as_json,
        )


def _add_terminal(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("terminal", epilog="Example: jukinet operator terminal counter-1 --at honcho --as sato")
    def terminal(
        terminal: Annotated[str, typer.Argument(metavar="TERMINAL", help="Its name, as acts give it.")],
        at: Annotated[str, typer.Option("--at", metavar="PLACE", help="The place in which it stands.")],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        closed: ClosedOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Register in which place a terminal stands, or that it is gone."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            done = common.permitted(work_places.register_terminal(ctx, claim, terminal, at, closed=closed))
        _tell({"terminal": done.terminal, "place": done.place, "closed": done.closed}, as_json=as_json)


def _tell(said: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        common.print_json(said)
        return
    words = (str(value) for value in said.values() if not isinstance(value, bool))
    print(f"{'Closed' if said['closed'] else 'Registered'}: {'  '.join(words)}")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("places", epilog="Example: jukinet operator places --as sato")
    def places(operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
        """List places and the terminals in them, closed ones too."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(work_places.list_places(ctx, common.claim_of(operator, None)))
        shown = [
            {
                "place": place.place,
                "kind": place.kind,
                "name": place.name,
                "closed": place.closed,
                "since": place.since.isoformat(),
                "terminals": [
                    {"terminal": one.terminal, "closed": one.closed, "since": one.since.isoformat()}
                    for one in found.terminals
                    if one.place == place.place
                ],
            }
            for place in found.places
        ]
        if as_json:
            common.print_json({"places": shown})
            return
        for place in found.places:
            print(f"{place.place}  {place.name}  {place.kind}{'  (closed)' * place.closed}")
            for one in found.terminals:
                if one.place == place.place:
                    print(f"    {one.terminal}{'  (closed)' * one.closed}")
        if not found.places:
            print("No place is registered.")
