"""What is made public of supply, at least once a year (Act Arts. 30-7(8), 30-11(6); Reg. Arts. 21, 27).

Owns who makes the report, and of what. The report has the recipient, year and month, number and way; of the supply to
the organs of Appended Table 1 alone (30-7(3)). Which year it is of the law leaves open: here the fiscal year, as other
yearly papers of an office have (Local Autonomy Act Art. 208).

Not modelled: the notice in the official gazette or the prefecture's bulletin, and keeping the report open to everybody
at the office for five years.
"""

from __future__ import annotations

from datetime import date

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

TABLE = 1
"""Of the catalogue: what is supplied to organs of the state under 30-7(3)."""

AC1 = law(
    "AC1",
    "Act Arts. 30-7(8), 30-11(6)",
    "The centre makes the report, or a governor who does not delegate; nobody else supplies the organs of Table 1.",
)
AC2 = policy(
    "AC2",
    "Choice of this network: a fiscal year, from April",
    "Name a fiscal year that has begun, by the year of its April.",
)


def fiscal_year(year: int) -> tuple[date, date]:
    """Its first and last day."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def decide_report(year: int, *, centre: bool, governor: bool, delegates: bool, on: date) -> Decision:
    """Whether the report of a year may be drawn at this node: AC1, AC2."""
    return judge(
        (AC1, centre or (governor and not delegates)),
        (AC2, fiscal_year(year)[0] <= on),
        basis=("Act Art. 30-11(6)", "Reg. Art. 27") if centre else ("Act Art. 30-7(8)", "Reg. Art. 21"),
    )


RULES: tuple[FailedRule, ...] = (AC1, AC2)
