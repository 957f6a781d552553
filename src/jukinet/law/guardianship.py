"""Adults under guardianship (成年被後見人): what may be recorded of it (resident-record specification 9.4).

The Act of 2013 gives the mark no effect on a record, on a copy or on who may ask: an agent shows the authority like any
other (Reg. Art. 8-3; ordinance on copies, Art. 6). So every rule here is policy, and nothing is refused for it.
"""

from __future__ import annotations

from datetime import date

from jukinet.law.decisions import Decision, FailedRule, judge, policy

SOURCE = "Resident-record specification 9.4"
TOLD = "guardianship"
"""A letter to the municipality to which somebody moves who is under guardianship."""

OF5 = policy("OF5", SOURCE, "That stands already, or nothing stands that could end. Look at the record.")
OF6 = policy(
    "OF6", SOURCE, "The day must have come, must not lie before birth, nor before the one recorded last."
)


def decide_guardianship(
    newest: tuple[bool, date] | None, *, stands: bool, day: date, born: date | None, on: date
) -> Decision:
    """Whether it may be recorded that a guardianship began or ended: OF5, OF6. ``newest``: what was recorded last."""
    earliest = [one for one in (born, newest[1] if newest else None) if one is not None]
    return judge(
        (OF5, stands is not (newest[0] if newest else False)),
        (OF6, max(earliest, default=day) <= day <= on),
        basis=(),
    )


RULES: tuple[FailedRule, ...] = (OF5, OF6)
