"""Statuses of residence: the packaged tables, and the reading of periods."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.domain.errors import JukinetError
from jukinet.law import statuses
from jukinet.law.edition import VALID_FROM
from jukinet.testing import stays

ONE = """
[[statuses]]
name = "甲"
slug = "first"
english = "First"
valid_from = 2012-07-09
source = "A table"
"""


@case("Act Art. 30-45")
def test_there_are_the_27_statuses_of_the_appended_tables_in_their_order() -> None:
    """Immigration Act, Appended Tables 1(1) to 1(5) and 2, until the amendment of 2014."""
    found = statuses.packaged()
    assert [status.name for status in found] == [
        *("外交", "公用", "教授", "芸術", "宗教", "報道"),
        *("投資・経営", "法律・会計業務", "医療", "研究", "教育", "技術", "人文知識・国際業務"),
        *("企業内転勤", "興行", "技能", "技能実習"),
        *("文化活動", "短期滞在"),
        *("留学", "研修", "家族滞在"),
        "特定活動",
        *("永住者", "日本人の配偶者等", "永住者の配偶者等", "定住者"),
    ]
    assert len({status.slug for status in found}) == len({status.english for status in found}) == 27
    assert all(status.source and status.valid_from <= VALID_FROM for status in found)
    assert {status.name for status in found if not status.resident} == {"外交", "公用", "短期滞在"}
    assert [status.name for status in found if status.indefinite] == ["永住者"]


def test_every_status_of_invented_people_is_one_of_them() -> None:
    invented = {value for name, value in vars(stays).items() if name.isupper() and isinstance(value, str)}
    assert "留学" in invented
    assert all(statuses.find(written, VALID_FROM) for written in invented)


@case("Act Art. 30-45")
def test_a_status_is_found_by_what_the_card_says() -> None:
    trainee = statuses.find("技能実習1号ロ", VALID_FROM)
    assert trainee is not None
    assert trainee.slug == "technical-intern"
    # The Act's status includes the subdivision: without it the card was not read whole.
    assert statuses.find("技能実習", VALID_FROM) is None
    # Of 2015.
    assert statuses.find("経営・管理", date(2015, 4, 1)) is None
    assert statuses.find("student", VALID_FROM) is None


@case("Act Art. 30-45")
def test_a_status_is_not_found_before_its_first_day() -> None:
    assert statuses.find("留学", date(2012, 7, 8)) is None
    assert statuses.find("留学", date(2012, 7, 9)) is not None


@pytest.mark.parametrize(
    ("period", "read"), [("4年3月", (51, 0)), ("5年", (60, 0)), ("6月", (6, 0)), ("15日", (0, 15))]
)
def test_a_period_in_months_and_days(period: str, read: tuple[int, int]) -> None:
    assert statuses.months_and_days(period) == read


@pytest.mark.parametrize("wrong", ["", "一年", "1 year", "0年", "3月4年", "無期限", "1年 ", "１年"])
def test_what_is_no_period(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be a period"):
        statuses.months_and_days(wrong)


@pytest.mark.parametrize(
    "text",
    [
        ONE + ONE,
        ONE + 'periods = ["a year"]\n',
        ONE.replace("2012-07-09", '"2012-07-09"'),
        ONE + 'resident = "no"\n',
        ONE + 'surprise = "yes"\n',
    ],
)
def test_a_table_that_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(JukinetError):
        statuses.load(text)
