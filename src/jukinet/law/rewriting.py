"""Records written anew (改製, Ord. Art. 16) and records made again after a loss (再製, Ord. Art. 17).

Owns when each may be done and until when a remade record is laid open. Neither is an identity notice as such; a
remade record that differs from the lost one in the six facts is (Act Art. 30-5(1)).
"""

from __future__ import annotations

from datetime import date, timedelta

from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import require_date
from jukinet.law.parameters import number

RW1 = law("RW1", "Ord. Art. 16", "Only the record of who is recorded here can be written anew.")
RW2 = law("RW2", "Ord. Art. 17(1)", "Only the record of who is recorded here can be made again.")
RW3 = law("RW3", "Ord. Art. 17(1)", "A record is made again once it was lost: not for a day in the future.")


def decide_rewriting(*, recorded_here: bool, on: date) -> Decision:
    """Whether a record may be written anew (Ord. 16): RW1. The mayor needs no other reason than a need."""
    require_date(on)
    return judge((RW1, recorded_here), basis=("Ord. Art. 16",))


def decide_remaking(*, lost_on: date, recorded_here: bool, on: date) -> Decision:
    """Whether a lost record is made again (Ord. 17): RW2, RW3."""
    require_date(on)
    return judge((RW2, recorded_here), (RW3, lost_on <= on), basis=("Ord. Art. 17",))


def open_until(posted_on: date) -> date:
    """The last day on which a remade record is laid open to those concerned (Ord. 17(2))."""
    return posted_on + timedelta(days=number("remade-open-days", posted_on))


RULES: tuple[FailedRule, ...] = (RW1, RW2, RW3)
