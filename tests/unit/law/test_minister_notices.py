"""When a notice from the Minister of Justice may be entered by itself (Act Art. 30-50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.law.decisions import Refused
from jukinet.law.minister_notices import NoticeCase, decide_notice

TODAY = date(2013, 7, 8)
CASE = NoticeCase(
    occurred_on=date(2013, 7, 5),
    issued_on=TODAY,
    matching=1,
    agrees=True,
    overtaken=False,
    changes=True,
)


@pytest.mark.parametrize(
    ("change", "failed"),
    judged(
        ({}, []),
        ({"occurred_on": TODAY}, []),
        ({"matching": 0, "agrees": False, "changes": False}, ["MJ1"]),
        ({"matching": 2, "agrees": False, "changes": False}, ["MJ2"]),
        ({"agrees": False}, ["MJ3"]),
        ({"issued_on": date(2013, 7, 9)}, ["MJ6"]),
        ({"occurred_on": date(2013, 7, 8), "issued_on": date(2013, 7, 7)}, ["MJ6"]),
        ({"overtaken": True}, ["MJ7"]),
        ({"changes": False}, ["MJ8"]),
        ({"agrees": False, "overtaken": True, "changes": False}, ["MJ3", "MJ7", "MJ8"]),
        permitted="MJ1 MJ2 MJ3 MJ6 MJ7 MJ8",
    ),
)
@case("Act Art. 30-50", "spec 4.5.6")
def test_a_notice_is_entered_or_left_for_a_clerk_with_every_reason(
    change: dict[str, Any], failed: list[str]
) -> None:
    decision = decide_notice(replace(CASE, **change), on=TODAY)
    assert ([one.rule for one in decision.failed] if isinstance(decision, Refused) else []) == failed
