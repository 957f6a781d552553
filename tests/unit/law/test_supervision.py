"""Who may demand what of the centre, and when a demand is answered (Act Arts. 30-22, 30-23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case

from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supervision import Demand, DemandKind, decide_answer, decide_demand

DAY, NEXT = date(2013, 7, 8), date(2013, 7, 9)
ORDER = Demand(
    DemandKind.ORDER, governor=False, delegates=False, proof_shown=False, document_on=DAY, due_on=NEXT
)
INSTRUCTION = replace(ORDER, kind=DemandKind.INSTRUCTION, governor=True, delegates=True)


def rules(decision: object) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


def decided(demand: Demand, *, centre: bool = True, **changes: Any) -> list[str]:
    return rules(decide_demand(replace(demand, **changes), centre=centre, on=DAY))


@case("Act Art. 30-22(1), (2)", permitted="SV1 SV2 SV3 SV4 SV5")
def test_the_minister_orders_and_a_governor_who_delegates_instructs() -> None:
    assert decide_demand(ORDER, centre=True, on=DAY) == Permitted(("Act Art. 30-22(1)",))
    assert decide_demand(INSTRUCTION, centre=True, on=DAY) == Permitted(("Act Art. 30-22(2)",))


@case("Act Art. 30-23(1), (2), (3)", permitted="SV2 SV3 SV4")
@pytest.mark.parametrize("demand", [ORDER, INSTRUCTION])
@pytest.mark.parametrize("kind", [DemandKind.REPORT, DemandKind.INSPECTION])
def test_both_demand_reports_and_inspect(demand: Demand, kind: DemandKind) -> None:
    assert decided(demand, kind=kind, proof_shown=True) == []


@case("Act Art. 30-22(1), (2)", refused="SV1 SV2 SV3")
def test_what_is_no_demand_of_theirs_is_refused() -> None:
    assert decided(ORDER, centre=False) == ["SV1"]
    assert decided(ORDER, kind=DemandKind.INSTRUCTION) == ["SV2"]
    assert decided(INSTRUCTION, kind=DemandKind.ORDER) == ["SV2"]
    assert decided(INSTRUCTION, delegates=False) == ["SV3"]


@case("Act Art. 30-23(3)", refused="SV4")
def test_an_inspection_without_proof_shown_is_refused() -> None:
    assert decided(ORDER, kind=DemandKind.INSPECTION) == ["SV4"]
    assert decided(ORDER, kind=DemandKind.REPORT) == []


@case(refused="SV5")
@pytest.mark.parametrize(
    "changes", [{"document_on": NEXT}, {"due_on": DAY - timedelta(days=1)}, {"known": True}]
)
def test_a_paper_is_entered_once_and_in_its_time(changes: dict[str, Any]) -> None:
    assert decided(ORDER, **changes) == ["SV5"]


@case(permitted="SV5")
def test_a_term_may_be_the_day_of_the_paper_or_none() -> None:
    assert decided(ORDER, due_on=DAY) == decided(ORDER, due_on=None) == []


@case(refused="SV6", permitted="SV6")
def test_what_waits_is_answered_from_its_day_to_today() -> None:
    before = DAY - timedelta(days=1)
    assert rules(decide_answer(document_on=before, done_on=before, on=DAY)) == []
    assert rules(decide_answer(document_on=DAY, done_on=DAY, on=DAY)) == []
    for document_on, done_on in ((None, DAY), (DAY, before), (DAY, NEXT)):
        assert rules(decide_answer(document_on=document_on, done_on=done_on, on=DAY)) == ["SV6"]
