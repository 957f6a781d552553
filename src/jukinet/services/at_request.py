"""Acts ex officio and undoings at somebody's request (申出, specification 4.2.0.5, 4.6.1.1).

Such an act says so, for the day alone could be that of a koseki filing: it leaves a remark on what it wrote, and is
dated today where no day of the application is stated.
"""

from __future__ import annotations

from datetime import date

from jukinet.services import notes
from jukinet.services.acts import Act
from jukinet.store.residents import Held

REMARK = "申出による"


def day_of(act: Act, stated: date | None, *, asked: bool) -> date | None:
    """The day of the application; None where nobody asked and no day is stated."""
    return stated or (act.today if asked else None)


def remark(act: Act, before: Held, *, asked: bool) -> None:
    """Tell what an act wrote on a record apart from what nobody asked for; ``before``: the record as it was found."""
    if asked:
        notes.remark(act, before, before.history_no + 1, REMARK)
