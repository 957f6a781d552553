"""``jukinet register gazetteer``: the municipality's places, against which addresses are checked; and postcodes."""

from __future__ import annotations

from dataclasses import asdict

import typer

from jukinet.cli import common, dictionary
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.messages import strict_json
from jukinet.services import gazetteer, places
from jukinet.services.gazetteer import LONGEST_FILE, GazetteerState
from jukinet.services.places import Places


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The group of commands, among those of ``register``."""
    group = common.make_app("The municipality's town areas, against which addresses are checked.")
    _add_load(group, open_context)
    _add_show(group, open_context)
    _add_postcodes(group, open_context)
    _add_find(group, open_context)
    dictionary.add_to(group, open_context)
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
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "gazetteer load"):
                data = common.read_bytes(file, limit=LONGEST_FILE)
                given = gazetteer.read_gazetteer(strict_json.parse(data, limit=LONGEST_FILE))
            with open_context(config) as ctx:
                done = common.permitted(gazetteer.load_gazetteer(ctx, claim, given))
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
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(gazetteer.show_gazetteer(ctx, common.claim_of(operator, terminal)))
        _tell(found, as_json=as_json)


def _add_postcodes(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command(
        "postcodes", epilog="Example: jukinet register gazetteer postcodes utf_ken_all.csv --as sato"
    )
    def postcodes(
        file: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Load the country's postcodes from the post's own file (in UTF-8), in the place of those before."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "gazetteer postcodes"):
                given = places.read_postal_areas(common.read_bytes(file, limit=places.LONGEST_FILE))
            with open_context(config) as ctx:
                done = common.permitted(places.load_postal_areas(ctx, claim, given))
        print(f"Postcodes {done.edition}: {done.areas} areas, loaded {done.loaded_at:%Y-%m-%d}.")


def _add_find(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command(
        "find",
        epilog="Example: jukinet register gazetteer find --as sato   (then type 186-0004)",
    )
    def find(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Find places, lots and buildings by a postcode, first kana, or the beginning of an address.

        It is typed at the prompt or on standard input.
        """
        text = common.read_secret("Postcode, kana or address")
        claim = common.claim_of(operator, terminal)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "gazetteer find"):
                typed = places.read_typed({places.kind_of(text): text})
            with open_context(config) as ctx:
                found = common.permitted(places.find_places(ctx, claim, typed))
        if as_json:
            common.print_json(_plain(found))
        else:
            _print(found)


def _plain(found: Places) -> dict[str, list[dict[str, str | None]]]:
    return {
        name: [
            {part: None if value is None else str(value) for part, value in asdict(one).items()}
            for one in kept
        ]
        for name, kept in (("areas", found.areas), ("lots", found.lots), ("buildings", found.buildings))
    }


def _print(found: Places) -> None:
    for area in found.areas:
        print(f"{area.postcode or '-------'}  {area.name}  {area.kana}")
    for lot in found.lots:
        print(f"{lot.kind:9}  {lot.number}  {lot.valid_from} to {lot.valid_to or 'now'}")
    for building in found.buildings:
        print(f"building   {building.number}  {building.name}")
    if not (found.areas or found.lots or found.buildings):
        print("Nothing begins so.")


def _tell(state: GazetteerState, *, as_json: bool) -> None:
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
