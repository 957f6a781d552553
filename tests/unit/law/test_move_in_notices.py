"""A move-in notice on paper: what must be true before it is written into the record that was left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import Refused
from jukinet.law.move_in_notices import PaperNotice, decide_paper_notice

TODAY = date(2013, 7, 8)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
KUNITACHI, YAMATSURI = MunicipalityCode("132152"), MunicipalityCode("074837")
NOTICE = PaperNotice(YESTERDAY, TODAY, YAMATSURI)


@pytest.mark.parametrize(
    ("changes", "facts", "rules"),
    judged(
        ({}, {}, []),
        ({"moved_on": TODAY}, {}, []),
        ({"received_on": YESTERDAY}, {}, []),
        ({"moved_on": TODAY, "received_on": YESTERDAY}, {}, ["LC1"]),
        ({"moved_on": TOMORROW, "received_on": TOMORROW}, {}, ["F1", "LC1"]),
        ({"received_on": TOMORROW}, {}, ["F1"]),
        ({"to": KUNITACHI}, {}, ["LC2"]),
        ({}, {"left": False}, ["LC3"]),
        ({}, {"said_already": True}, ["LC4"]),
        (
            {"moved_on": TOMORROW, "to": KUNITACHI},
            {"left": False, "said_already": True},
            ["LC1", "LC2", "LC3", "LC4"],
        ),
        permitted="F1 LC1 LC2 LC3 LC4",
    ),
)
def test_a_notice_on_paper_with_every_rule_that_it_fails(
    changes: dict[str, Any], facts: dict[str, bool], rules: list[str]
) -> None:
    given = {"left": True, "said_already": False} | facts
    decision = decide_paper_notice(replace(NOTICE, **changes), here=KUNITACHI, on=TODAY, **given)
    assert ([one.rule for one in decision.failed] if isinstance(decision, Refused) else []) == rules


@case("Ord. Art. 13(2)", "Reg. Art. 2(2)")
def test_it_rests_on_the_order_and_on_the_regulation_that_allows_paper() -> None:
    decision = decide_paper_notice(NOTICE, here=KUNITACHI, left=True, said_already=False, on=TODAY)
    assert not isinstance(decision, Refused)
    assert decision.basis == ("Ord. Art. 13(2)", "Reg. Art. 2(2)")
