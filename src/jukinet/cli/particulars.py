"""``jukinet register particulars``: what a move-out certificate would say is asked for by the line (M7, M8)."""

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
from jukinet.messages import particulars as wire
from jukinet.messages.particulars import PersonParticulars
from jukinet.services.move_in_by_card import Received, ask_particulars, read_filing


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """The command, among those of ``register``."""

    @app.command("particulars", epilog="Example: jukinet register particulars filing.json --as sato")
    def particulars(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Ask the municipality that was left for the particulars of a move-in with the card (Art. 24-2).

        After a failure run it again with the same filing. Record the move-in with "register move-in-by-card".
        """
        claim = common.claim_of(operator, terminal)
        _, received = common.filed(
            open_context, config, claim, "particulars", filing, read_filing, ask_particulars, as_json=as_json
        )
        _tell(received, as_json=as_json)


def _tell(received: Received, *, as_json: bool) -> None:
    if as_json:
        head = {"request_id": received.request_id, "again": received.again}
        common.print_json(head | wire.write_answer(received.particulars))
        return
    print(f"{'Came before' if received.again else 'Came'} under number {received.request_id}:")
    for place, person in enumerate(received.particulars.persons, 1):
        print(f"{place}. {person.name}, {person.birth_date}, {person.relationship}")
        print(f"   {person.address.full}")
        print(f"   planned for {person.planned_on}{_card(person)}")


def _card(person: PersonParticulars) -> str:
    if person.card is None:
        return ""
    form = f", {person.card.form}" if person.card.form else ""
    return f"; card of {person.card.issued_on}, until {person.card.expires_on}{form}"
