"""``jukinet register gazetteer``: the municipality's town areas, against which addresses are checked."""

from __future__ import annotations

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.services import gazetteer
from jukinet.services.gazetteer import LONGEST_FILE, GazetteerState


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The group of commands, among those of ``register``."""
    group = common.make_app("The municipality's town areas, against which addresses are checked.")
    _add_load(group, open_context)
    _add_show(group, open_context)
    app.add_typer(group, name="gazetteer")


def _add_load(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("load", epilog="Example: jukinet register gazetteer load towns.json --as sato")
    def load(
        file: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Put a gazetteer in the place of the one before it, whole: town areas that ended too, with their days."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "gazetteer load"):
                data = common.read_bytes(file, limit=LONGEST_FILE)
                given = gazetteer.read_gazetteer(strict_json.parse(data, limit=LONGEST_FILE))
            with open_context(config) as ctx:
                done = gazetteer.load_gazetteer(ctx, claim, given)
        _tell(done, as_json=as_json)


def _add_show(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("show", epilog="Example: jukinet register gazetteer show --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Say which gazetteer counts, or that there is none."""
        with common.told(), open_context(config) as ctx:
            found = gazetteer.show_gazetteer(ctx, common.claim_of(operator, terminal))
        _tell(found, as_json=as_json)


def _tell(state: GazetteerState | Refused, *, as_json: bool) -> None:
    if isinstance(state, Refused):
        raise common.refused(state, as_json=as_json)
    edition = state.edition
    if as_json:
        common.print_json(
            {
                "edition": edition.edition if edition else None,
                "towns": edition.towns if edition else 0,
                "loaded_at": edition.loaded_at.isoformat() if edition else None,
            }
        )
    elif edition is None:
        print("No gazetteer is loaded: addresses are not checked.")
    else:
        print(
            f"Gazetteer {edition.edition}: {edition.towns} town areas, loaded {edition.loaded_at:%Y-%m-%d}."
        )
