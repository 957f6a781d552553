"""What is notified, entered where nobody notified it (届出の準用, specification 4.2.0.2; Ord. Art. 12).

Owns what differs then. Which of both it is, a filing says (``jukinet.services.notifying``). A recording and a deletion
have acts of their own (``jukinet.services.ex_officio``); a move within and changes of households are the acts that a
notification asks for, with a ground in its place.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jukinet.law import ex_officio as law
from jukinet.law.decisions import Decision, Permitted
from jukinet.law.ex_officio import Basis
from jukinet.services.acts import Act
from jukinet.services.register import Entry
from jukinet.store import tellings
from jukinet.store.residents import Held


def decide(basis: Basis | None) -> Decision:
    """Whether the mayor may act without a notification: X2, X3. Where there is one, nothing is asked here."""
    return law.decide_ground(basis) if basis else Permitted(())


def filed_on(filing_day: date, happened_on: date, basis: Basis | None) -> date:
    """The day of the notification, for the law; without one nobody was late (4.1.0.2 does not apply)."""
    return happened_on if basis else filing_day


def entry_of(entry: Entry, basis: Basis | None) -> Entry:
    """How the act is entered: without one, no day of a notification stands with it."""
    return replace(entry, notified_on=None) if basis else entry


def tell(act: Act, held: Held, basis: Basis | None) -> None:
    """Note that the person is told of the version just written, or that it is posted (Ord. 12(4))."""
    if basis is not None and basis.told is not None:
        tellings.add(act.tx, held, basis.told, act.today)
