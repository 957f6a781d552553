"""How long things are kept: identity information (Ord. 30-6, 30-11), records, filings (Ord. 34); our own terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NodeRole
from jukinet.law import retention
from jukinet.law.edition import VALID_FROM
from jukinet.law.parameters import packaged
from jukinet.law.retention import KeptNotice, Term, Unit, kept_until, last_day_of_years

HOLDERS = (NodeRole.PREFECTURE, NodeRole.NATIONAL)
DAY = date(2013, 7, 8)
FIVE = date(2018, 7, 7)
EIGHTY = date(2093, 7, 7)
RECORDING = KeptNotice(ChangeKind.RECORDING, NoticeReason.MOVE_IN, DAY)
MOVED_OUT = KeptNotice(ChangeKind.DELETION, NoticeReason.MOVE_OUT, DAY)
DIED = KeptNotice(ChangeKind.DELETION, NoticeReason.DEATH, DAY)


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind is not ChangeKind.DELETION])
@case("Ord. Arts. 30-6(i), 30-11(i)")
def test_present_record_is_kept_without_end_ord_30_6_i(kind: ChangeKind, holder: NodeRole) -> None:
    assert kept_until(replace(RECORDING, kind=kind), holder) is None


@pytest.mark.parametrize("holder", HOLDERS)
@case("Ord. Arts. 30-6(i), 30-11(i)")
def test_replaced_record_is_kept_five_years_from_the_next_notice_ord_30_6_i(holder: NodeRole) -> None:
    assert kept_until(replace(RECORDING, next_on=date(2014, 4, 1)), holder) == date(2019, 3, 31)


@pytest.mark.parametrize("holder", HOLDERS)
@case("Ord. Arts. 30-6(iii), 30-11(iii)")
def test_death_is_kept_five_years_whatever_follows_ord_30_6_iii(holder: NodeRole) -> None:
    assert kept_until(DIED, holder) == FIVE
    assert kept_until(replace(DIED, next_on=date(2030, 1, 1)), holder) == FIVE


@pytest.mark.parametrize("holder", HOLDERS)
@case("Ord. Arts. 30-6(ii), 30-11(ii)")
def test_move_out_not_followed_up_is_kept_eighty_years_ord_30_6_ii(holder: NodeRole) -> None:
    assert kept_until(MOVED_OUT, holder) == EIGHTY


@pytest.mark.parametrize("holder", HOLDERS)
@case("Ord. Arts. 30-6(ii), 30-11(ii)")
def test_move_out_followed_up_soon_is_kept_five_years_ord_30_6_ii(holder: NodeRole) -> None:
    assert kept_until(replace(MOVED_OUT, next_on=date(2013, 7, 9)), holder) == FIVE


@pytest.mark.parametrize("holder", HOLDERS)
@case("Ord. Arts. 30-6(ii), 30-11(ii)")
def test_move_out_followed_up_late_is_kept_until_then_ord_30_6_ii(holder: NodeRole) -> None:
    assert kept_until(replace(MOVED_OUT, next_on=date(2030, 1, 1)), holder) == date(2030, 1, 1)


@pytest.mark.parametrize(
    "notice",
    [
        replace(MOVED_OUT, confirmed_on=date(2020, 2, 3)),
        replace(MOVED_OUT, recorded_elsewhere_on=date(2020, 2, 3)),
    ],
    ids=["move confirmed", "recorded elsewhere"],
)
@case("Ord. Arts. 30-6(ii), 30-11(ii)")
def test_only_the_governor_looks_at_other_follow_ups_ord_30_6_ii_30_11_ii(notice: KeptNotice) -> None:
    assert kept_until(notice, NodeRole.PREFECTURE) == date(2020, 2, 3)
    assert kept_until(notice, NodeRole.NATIONAL) == EIGHTY


@case("Ord. Art. 34(1)")
def test_municipality_keeps_under_another_rule_ord_34() -> None:
    with pytest.raises(ValueError, match="under Ord"):
        kept_until(RECORDING, NodeRole.MUNICIPALITY)


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2013, 7, 8), 5, date(2018, 7, 7)),
        (date(2016, 2, 29), 5, date(2021, 2, 28)),
        (date(2016, 2, 29), 4, date(2020, 2, 28)),
        (date(2015, 3, 1), 5, date(2020, 2, 29)),
        (date(2013, 1, 1), 80, date(2092, 12, 31)),
    ],
)
def test_last_day_of_years_counted_from_the_first_day(first: date, years: int, last: date) -> None:
    assert last_day_of_years(first, years) == last


@given(st.dates(date(2012, 7, 9), date(2500, 1, 1)), st.integers(1, 80))
def test_a_term_of_years_has_365_to_366_days_each(first: date, years: int) -> None:
    days = last_day_of_years(first, years) - first + timedelta(days=1)
    assert timedelta(days=365 * years) <= days <= timedelta(days=366 * years)


@pytest.mark.parametrize(
    ("term", "last"),
    [
        (retention.DELETED_RECORDS, date(2018, 7, 7)),
        (retention.REWRITTEN_RECORDS, date(2018, 7, 7)),
        (retention.SUPPLEMENTARY, date(2018, 7, 7)),
        (retention.SUPPLEMENTARY_ABROAD, EIGHTY),
        (retention.FILINGS, date(2014, 7, 7)),
    ],
    ids=lambda one: one.parameter if isinstance(one, Term) else "",
)
@case("Ord. Art. 34(1)-(3)")
def test_the_last_day_of_each_term_ord_34(term: Term, last: date) -> None:
    assert term.last_day(DAY) == last


@case("Ord. Art. 30-24")
def test_the_status_of_a_card_outlives_the_ten_years_that_one_is_in_force() -> None:
    assert retention.CARD_STATUS.last_day(DAY) == date(2024, 7, 7)


@case("Act Art. 30-7(3)")
def test_the_answer_to_a_batch_is_there_to_be_handed_out_for_thirty_days() -> None:
    assert retention.BATCH_FILES.last_day(DAY) == date(2013, 8, 7)


@case("spec 10.2")
def test_an_entry_of_the_log_is_kept_seven_years() -> None:
    assert retention.AUDIT.last_day(DAY) == date(2020, 7, 7)


@pytest.mark.parametrize(
    ("term", "last"),
    [
        (retention.DRAFTS, date(2013, 8, 7)),
        (retention.RECENT_SEARCHES, date(2013, 7, 15)),
        (retention.BATCH_SETTINGS, date(2014, 8, 12)),
    ],
    ids=["drafts", "searches", "batches"],
)
@case("spec 4.0.8", "spec 2.1.1", "spec 9.1")
def test_what_stands_beside_the_register_is_kept_for_days(term: Term, last: date) -> None:
    assert term.last_day(DAY) == last


@pytest.mark.parametrize(
    ("term", "last"),
    [(retention.COPY_PAGES, date(2013, 7, 15)), (retention.ANSWERS, date(2013, 7, 9))],
    ids=["pages", "answers"],
)
@case("Act Art. 12-4")
def test_what_was_exchanged_for_a_nationwide_copy_is_kept_for_days(term: Term, last: date) -> None:
    """Years count their first day, days do not."""
    assert term.last_day(DAY) == last


def test_every_term_of_the_file_is_one_that_the_database_is_told() -> None:
    names = {term.parameter for term in retention.TERMS}
    assert names == {name for name in packaged() if name.startswith("retention-")}
    assert all(term.parameter.startswith(f"retention-{term.unit}-") for term in retention.TERMS)
    assert all(term.length(VALID_FROM) > 0 for term in retention.TERMS)


def test_a_term_may_be_as_long_as_it_is_on_another_day() -> None:
    """The length is looked up for the day that is asked about; before the edition there is none."""
    assert Term("retention-years-audit", Unit.YEARS).last_day(date(2000, 1, 1), VALID_FROM) == date(
        2006, 12, 31
    )
    with pytest.raises(JukinetError):
        retention.AUDIT.last_day(date(2000, 1, 1))


@given(st.dates(date(2013, 1, 1), date(2099, 12, 31)), st.integers(-3, 3))
def test_what_is_over_on_a_day_began_by_the_day_that_is_told(on: date, days: int) -> None:
    for term in (retention.REPLACED, retention.DELETED_LONGEST):
        first = term.over_since(on) + timedelta(days=days)
        assert (on > last_day_of_years(first, term.length(on))) is (days <= 0)
