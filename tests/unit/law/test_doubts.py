"""Doubts about records and the voters' roll: Act Arts. 13, 14, 15(2), 34."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
from jukinet.law import doubts
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.doubts import DoubtStep, Source, concerns_roll, decide_days, decide_doubt, decide_doubt_step

DAY, LATER = date(2013, 7, 8), date(2013, 7, 22)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("source", "names_speaker", "own_household", "refused"),
    judged(
        (Source.RESIDENT, True, True, []),
        (Source.COMMISSION, False, False, []),
        (Source.SURVEY, False, False, []),
        (Source.OFFICE, False, False, []),
        (Source.RESIDENT, True, False, ["BW19"]),
        (Source.RESIDENT, False, False, ["BW19"]),
        (Source.COMMISSION, True, True, ["BW20"]),
        permitted="BW19 BW20",
    ),
)
def test_who_points_out_what_is_wrong(
    source: Source, names_speaker: bool, own_household: bool, refused: list[str]
) -> None:
    decision = decide_doubt(source, names_speaker=names_speaker, own_household=own_household)
    assert rules(decision) == refused


@pytest.mark.parametrize(
    ("source", "article"),
    [(Source.RESIDENT, "14(2)"), (Source.COMMISSION, "13"), (Source.SURVEY, "34"), (Source.OFFICE, "14(1)")],
)
@case("Act Art. 13", "Act Art. 34")
def test_it_names_the_article_by_which_it_is_known(source: Source, article: str) -> None:
    resident = source is Source.RESIDENT
    decision = decide_doubt(source, names_speaker=resident, own_household=resident)
    assert decision == Permitted((f"Act Art. {article}",))


@pytest.mark.parametrize(
    ("step", "changes", "refused"),
    judged(
        (DoubtStep.CALLED_ON, {"due_on": LATER}, []),
        (DoubtStep.CORRECTED, {"entered_since": True}, []),
        (DoubtStep.RIGHT, {}, []),
        (DoubtStep.RIGHT, {"is_open": False}, ["BW21"]),
        (DoubtStep.CORRECTED, {}, ["BW22"]),
        (DoubtStep.CALLED_ON, {}, ["BW23"]),
        (DoubtStep.CALLED_ON, {"due_on": DAY}, ["BW23"]),
        (DoubtStep.RIGHT, {"due_on": LATER}, ["BW23"]),
        permitted="BW21 BW22 BW23",
    ),
)
def test_what_is_done_about_a_doubt(step: DoubtStep, changes: dict[str, Any], refused: list[str]) -> None:
    facts: dict[str, Any] = {"is_open": True, "entered_since": False, "done_on": DAY, "due_on": None}
    assert rules(decide_doubt_step(step, **(facts | changes))) == refused


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    judged(
        (DAY, DAY, []),
        (LATER, DAY, ["BW24"]),
        (DAY, LATER, ["BW24"]),
        permitted="BW24",
    ),
)
def test_what_is_told_has_happened(first: date, last: date, refused: list[str]) -> None:
    assert rules(decide_days(first, last, real_today=DAY)) == refused


@pytest.mark.parametrize(
    ("kind", "born", "told"),
    [
        (RecordKind.JAPANESE, "1993-07-09", True),
        (RecordKind.JAPANESE, "1993-10-09", True),
        (RecordKind.JAPANESE, "1993-10-10", False),
        (RecordKind.JAPANESE, "1993-XX-XX", True),
        (RecordKind.JAPANESE, "XXXX-XX-XX", True),
        (RecordKind.FOREIGN, "1980-01-01", False),
    ],
)
@case("Act Art. 15(2)")
def test_of_whom_the_commission_is_told(kind: RecordKind, born: str, told: bool) -> None:
    """Twenty years are full the day before the birthday; the roll asks for three months of residence beside them."""
    assert concerns_roll(kind, PartialDate(born), DAY) is told


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in doubts.RULES] == [f"BW{number}" for number in range(19, 25)]
