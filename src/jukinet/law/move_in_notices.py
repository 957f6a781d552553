"""Move-in notices (転入通知, Act Art. 9(1)) that come on paper: Ord. Art. 13(2), Reg. Art. 2(2).

Owns what must be true before a clerk writes one into the record that was left. One that comes by the line is taken in
without a clerk (``jukinet.services.departures``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.resident_notices import F1

LC1 = law("LC1", "Act Art. 9(1)", "A move-in notice tells of a move that was made: on no day after it came.")
LC2 = law(
    "LC2",
    "Act Art. 9(1)",
    "The notice comes from the municipality that was moved into: the new address must not lie here.",
)
LC3 = law(
    "LC3",
    "Ord. Arts. 12(1), 13(2)",
    "No move-out was filed here, nor was the record deleted ex officio for one. Examine it, and delete it ex officio.",
)
LC4 = policy(
    "LC4",
    "Choice of this network: no act is entered twice",
    "The record says this of the move already.",
)


@dataclass(frozen=True, slots=True)
class PaperNotice:
    """A notice on paper, as far as the decision needs it. ``to``: where the person was recorded."""

    moved_on: date
    received_on: date
    to: MunicipalityCode


def decide_paper_notice(
    notice: PaperNotice, *, here: MunicipalityCode, left: bool, said_already: bool, on: date
) -> Decision:
    """Whether a notice may be written into a record: F1, LC1 to LC4.

    ``left``: a move-out was filed, or the record was deleted ex officio.
    """
    require_date(on)
    return judge(
        (F1, notice.received_on <= on),
        (LC1, notice.moved_on <= min(notice.received_on, on)),
        (LC2, notice.to != here),
        (LC3, left),
        (LC4, not said_already),
        basis=("Ord. Art. 13(2)", "Reg. Art. 2(2)"),
    )


RULES: tuple[FailedRule, ...] = (LC1, LC2, LC3, LC4)
