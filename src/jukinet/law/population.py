"""Which days residents may be counted for.

The Act has no rule for it: the ministry asks for such counts each year (resident-record specification 6.1). So these
rules are a policy. Not modelled: the forms in which the ministry and the immigration authority are told.
"""

from __future__ import annotations

from datetime import date

from jukinet.law.decisions import Decision, judge, policy

_BASIS = "Choice of this network: what is counted has happened"

PO1 = policy("PO1", _BASIS, "The last day is before the first. Give them in their order.")
PO2 = policy("PO2", _BASIS, "The last day has not come yet. Count up to today.")


def decide_count(first: date, last: date, *, on: date) -> Decision:
    """Permit a count of a period that lies in order, and not beyond the business date: PO1, PO2."""
    return judge((PO1, first <= last), (PO2, last <= on), basis=())
