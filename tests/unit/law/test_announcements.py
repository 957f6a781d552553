"""What is made public of the centre's designation and of a governor's delegation: Arts. 30-13, 30-14."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.announcements import RULES, PublicNotice, decide_announcement
from jukinet.law.decisions import Decision, Permitted, Refused

DAY, IN_TIME, LATE = date(2013, 8, 1), date(2013, 7, 18), date(2013, 7, 19)
CENTRE = PublicNotice(NATIONAL, DAY, "東京都千代田区見本町1番地")
MOVED = replace(CENTRE, changes=True, reported_on=IN_TIME)
GOVERNOR = PublicNotice(NodeId("pref-13"), DAY, None)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("notice", "delegates", "refused"),
    judged(
        (CENTRE, False, []),
        (replace(CENTRE, on=date(1999, 11, 1)), False, []),
        (replace(CENTRE, office=None), False, ["CE9"]),
        (MOVED, False, []),
        (replace(MOVED, reported_on=LATE), False, ["CE10"]),
        (replace(MOVED, reported_on=None), False, ["CE10"]),
        (GOVERNOR, True, []),
        (replace(GOVERNOR, changes=True), True, []),
        (GOVERNOR, False, ["CE8"]),
        (replace(GOVERNOR, office="見本町"), True, ["CE9"]),
        (replace(GOVERNOR, of=NodeId("muni-132152")), True, ["CE8"]),
        permitted="CE8 CE9 CE10",
    ),
)
@case("Act Arts. 30-13(1), (2), 30-14(1), (2)", "Reg. Art. 23")
def test_what_is_made_public_and_when(notice: PublicNotice, delegates: bool, refused: list[str]) -> None:
    assert rules(decide_announcement(notice, delegates=delegates)) == refused


@case("Act Arts. 30-13(3), 30-14(1)")
def test_each_notice_has_its_article() -> None:
    articles = {"30-13(1)": CENTRE, "30-13(3)": MOVED, "30-14(1)": GOVERNOR}
    for article, notice in articles.items():
        assert decide_announcement(notice, delegates=True) == Permitted((f"Act Art. {article}",))


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in RULES] == ["CE8", "CE9", "CE10"]
