"""Days as commands show them to a person: in Japanese eras (specification 1.1.9). ``--json`` has them as ISO does.

Of a foreign resident the date of birth and the end of a stay are in the western calendar, as on papers.
"""

from __future__ import annotations

import re
from datetime import date

from jukinet.domain.dates import PartialDate, japanese_era
from jukinet.domain.items import RecordKind
from jukinet.domain.japanese_dates import era_text, western_text

_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def shown(value: object) -> str:
    """A value of a list or a form: a day in its era, nothing for none, anything else as it is."""
    if isinstance(value, date):
        return japanese_era(value)
    if isinstance(value, str) and _ISO.fullmatch(value):
        return japanese_era(date.fromisoformat(value))
    return "" if value is None else str(value)


def born(day: PartialDate, kind: RecordKind) -> str:
    """A date of birth."""
    return western_text(day) if kind is RecordKind.FOREIGN else era_text(day)
