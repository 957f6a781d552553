"""A record is said to be missing or wrong (Act Arts. 13, 14, 34); whom the election commission is told of (15(2)).

Owns who points an error out, what the mayor may do about it, and whom the commission is told of. What a governor tells
(12-5) comes over the line (``jukinet.services.error_reports``). What else is noted where another mayor is of another
opinion is in ``jukinet.law.disputes``, how a survey is made in ``jukinet.law.surveys``.

Not modelled: the vote of who was deprived of it (Public Offices Election Act Art. 11), which the commission knows.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jukinet.domain.dates import PartialDate, attains_age_on
from jukinet.domain.items import RecordKind
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.parameters import number
from jukinet.law.support_measures import month_before

BW19 = law(
    "BW19",
    "Act Art. 14(2)",
    "Who is recorded here points out what is wrong in their own record or in that of a member of their household.",
)
BW20 = law(
    "BW20",
    "Act Arts. 13, 14(1), 34",
    "A commission, a survey, another mayor or the office itself does not speak as a resident: leave out who says it.",
)
BW21 = policy(
    "BW21",
    "Choice of this network: a doubt is closed once",
    "No such doubt is open. Look at the list.",
)
BW22 = law(
    "BW22",
    "Act Art. 14(1)",
    "Nothing was entered for that record since. Record or correct it first, or say that it is right.",
)
BW23 = law("BW23", "Act Art. 14(1)", "Whoever is called on to notify is given a day that is still to come.")
BW24 = policy(
    "BW24",
    "Choice of this network: what is told has happened",
    "Give the days in their order, up to today in Japan.",
)


class Source(StrEnum):
    """From whom it is known."""

    RESIDENT = "resident"
    """申出: one who is recorded here (14(2))"""
    COMMISSION = "commission"
    """通報: a commission of the municipality (13)"""
    SURVEY = "survey"
    """調査 (34)"""
    OFFICE = "office"
    """The mayor's own affairs (14(1))"""
    MUNICIPALITY = "municipality"
    """The mayor of another one, of another opinion on where somebody lives (33(1))"""


class DoubtStep(StrEnum):
    """What was done."""

    CALLED_ON = "called-on"
    """届出の催告, in writing"""
    CORRECTED = "corrected"
    """Recorded, deleted or corrected"""
    RIGHT = "right"
    """The record is right as it is"""
    ASKED = "decision-asked"
    """決定の申出: the mayors do not agree (33(1))"""
    DECIDED = "decided"
    """The decision was told (33(3))"""
    SUED = "sued"
    """出訴: taken to a court (33(4))"""
    JUDGED = "judged"
    """The court's judgment is final (33(4))"""


CLOSING = frozenset({DoubtStep.CORRECTED, DoubtStep.RIGHT})
"""Steps after which a doubt is closed."""


_ARTICLES = {
    Source.RESIDENT: "Act Art. 14(2)",
    Source.COMMISSION: "Act Art. 13",
    Source.SURVEY: "Act Art. 34",
    Source.OFFICE: "Act Art. 14(1)",
    Source.MUNICIPALITY: "Act Art. 33(1)",
}


def decide_doubt(source: Source, *, names_speaker: bool, own_household: bool) -> Decision:
    """Whether a doubt may be kept: BW19, BW20. ``own_household``: the speaker is recorded in that of the record."""
    resident = source is Source.RESIDENT
    return judge(
        (BW19, own_household or not resident),
        (BW20, resident or not names_speaker),
        basis=(_ARTICLES[source],),
    )


def decide_doubt_step(
    step: DoubtStep, *, is_open: bool, entered_since: bool, done_on: date, due_on: date | None
) -> Decision:
    """Whether a step may be taken: BW21 to BW23. ``entered_since``: anything was entered for the record."""
    calling = step is DoubtStep.CALLED_ON
    return judge(
        (BW21, is_open),
        (BW22, entered_since or step is not DoubtStep.CORRECTED),
        (BW23, (due_on is not None and done_on < due_on) if calling else due_on is None),
        basis=("Act Art. 14(1)",),
    )


def decide_days(first: date, last: date, *, real_today: date) -> Decision:
    """Whether changes entered from one day to another may be listed: BW24."""
    return judge((BW24, first <= last <= real_today), basis=("Act Art. 15(2)",))


def concerns_roll(kind: RecordKind, birth_date: PartialDate, on: date) -> bool:
    """Whether the commission is told of a record: of Japanese who have the vote, or soon will.

    Soon: before somebody who comes on that day has lived here as long as the roll asks for. Of a birth date that is
    partly unknown the earliest day counts: the commission is told rather than not.
    """
    if kind is not RecordKind.JAPANESE:
        return False
    born = birth_date.earliest
    months = number("voting-residence-months", on)
    return born is None or attains_age_on(born, number("voting-age", on)) <= month_before(on, -months)


RULES: tuple[FailedRule, ...] = (BW19, BW20, BW21, BW22, BW23, BW24)
