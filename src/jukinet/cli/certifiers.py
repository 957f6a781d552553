"""``jukinet copy certifier``, ``seal`` and ``certifiers``: who certifies papers on which days, and with which seal."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

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
from jukinet.documents.seals import check_seal, is_coloured
from jukinet.domain.errors import Fault, invalid
from jukinet.services import certifiers
from jukinet.services.certifiers import Certifiers


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the commands into ``copy``."""
    _add_certifier(app, open_context)
    _add_seal(app, open_context)
    _add_show(app, open_context)


def _add_certifier(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "certifier",
        "copy-certifier",
        certifiers.read_certifier,
        certifiers.enter_certifier,
        epilog="Example: jukinet copy certifier deputy.json --as sato",
    )
    def certifier(_: object, entered: certifiers.Entered) -> str:
        """Enter who certifies from a day on: the mayor or a deputy.

        The file has office (mayor, deputy), title, name, valid_from, valid_to, replaces, withdrawn.
        """
        return f"Entered: no. {entered.number}."


def _add_seal(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("seal", epilog="Example: jukinet copy seal seal.json --image seal.png --as sato")
    def seal(
        filing: InputArgument,
        operator: OperatorOption,
        image: Annotated[Path, typer.Option(help="A PNG, 200 to 2000 pixels each way, in shades of black.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Enter a seal (公印) that is printed from a day on.

        The file has office (mayor, deputy), use (office, certificates, card-faces),
        valid_from, valid_to, words, replaces, withdrawn. A seal for the faces of
        cards may be red; no paper bears it.
        """
        claim = common.claim_of(operator, terminal)
        with common.told(), common.attempt(open_context, config, claim, "copy-seal"):
            try:
                drawn = check_seal(image.read_bytes())
            except ValueError as error:
                raise invalid(Fault("image", str(error))) from None
        _, entered = common.filed(
            open_context,
            config,
            claim,
            "copy-seal",
            filing,
            partial(certifiers.read_seal, image=drawn, coloured=is_coloured(drawn)),
            certifiers.enter_seal,
        )
        print(f"Entered: no. {entered.number}.")


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("certifiers", epilog="Example: jukinet copy certifiers --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List who certifies on which days, and with which seal."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(certifiers.show_certifiers(ctx, common.claim_of(operator, terminal)))
        if as_json:
            common.print_json(_plain(found))
        else:
            _print(found)


def _plain(found: Certifiers) -> dict[str, list[dict[str, object]]]:
    return {
        "certifiers": [{**_entry(one), "title": one.title, "name": one.name} for one in found.certifiers],
        "seals": [{**_entry(one), "use": one.use.value, "words": one.words} for one in found.seals],
    }


def _entry(one: certifiers.Certifier | certifiers.Seal) -> dict[str, object]:
    days = one.days
    return {
        "number": one.number,
        "office": one.office.value,
        "valid_from": days.valid_from.isoformat(),
        "valid_to": days.valid_to.isoformat() if days.valid_to else None,
    }


def _print(found: Certifiers) -> None:
    for who in found.certifiers:
        print(f"{who.number:>4}  {who.office:6}  {_span(who)}  {who.title}　{who.name}")
    for seal in found.seals:
        print(
            f"{seal.number:>4}  {seal.office:6}  {_span(seal)}  seal, {seal.use}  {seal.words or ''}".rstrip()
        )
    if not found.certifiers:
        print("Nobody is entered: the mayor of the configuration certifies.")


def _span(one: certifiers.Certifier | certifiers.Seal) -> str:
    return f"{one.days.valid_from} to {one.days.valid_to or 'now'}"
