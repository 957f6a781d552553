"""The present place (our policy; Art. 33 for disputes)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.present_place import (
    Nowhere,
    PlaceRecord,
    Present,
    Undetermined,
    present,
    undetermined_from,
)

CHIYODA, KUNITACHI, HACHIOJI = (MunicipalityCode(code) for code in ("131016", "132152", "132012"))
OLD = PlaceRecord(KUNITACHI, date(2010, 1, 1), live=True)
NEW = PlaceRecord(CHIYODA, date(2013, 7, 8), live=True)


def test_one_live_record_is_the_present_place_for_ever() -> None:
    assert present([OLD], date(2099, 1, 1)) == Present(KUNITACHI)
    assert undetermined_from([OLD]) is None


def test_without_a_live_record_nowhere() -> None:
    dead = PlaceRecord(KUNITACHI, date(2010, 1, 1), live=False)
    assert present([], date(2013, 7, 8)) == Nowhere()
    assert present([dead], date(2013, 7, 8)) == Nowhere()


def test_deleted_record_never_wins_however_late_its_event() -> None:
    left = PlaceRecord(HACHIOJI, date(2013, 7, 9), live=False)
    assert present([left, OLD], date(2013, 7, 9)) == Present(KUNITACHI)


@case("Act Art. 33")
def test_move_under_way_the_later_of_two_live_records_wins() -> None:
    assert present([OLD, NEW], date(2013, 7, 8)) == Present(CHIYODA)
    assert present([NEW, OLD], date(2013, 8, 6)) == Present(CHIYODA)


@case("Act Art. 33")
def test_two_live_records_after_thirty_days_are_a_conflict() -> None:
    assert undetermined_from([OLD, NEW]) == date(2013, 8, 7)
    assert present([OLD, NEW], date(2013, 8, 7)) == Undetermined()


def test_move_notified_late_counts_from_the_day_it_became_known() -> None:
    late = PlaceRecord(CHIYODA, date(2013, 5, 1), live=True, known_on=date(2013, 7, 8))
    assert present([OLD, late], date(2013, 7, 8)) == Present(CHIYODA)
    assert undetermined_from([OLD, late]) == date(2013, 8, 7)


@case("Act Art. 33")
def test_equal_event_dates_are_a_conflict_at_once() -> None:
    rival = PlaceRecord(HACHIOJI, NEW.event_date, live=True)
    assert present([NEW, rival], NEW.event_date) == Undetermined()
    assert present([OLD, NEW, rival], NEW.event_date) == Undetermined()


def test_equal_event_dates_below_the_latest_wait_the_thirty_days() -> None:
    rival = PlaceRecord(HACHIOJI, OLD.event_date, live=True, known_on=date(2013, 7, 1))
    assert present([OLD, rival, NEW], date(2013, 7, 8)) == Present(CHIYODA)
    assert undetermined_from([OLD, rival, NEW]) == date(2013, 7, 31)


@case("Act Art. 33")
def test_conflict_ends_when_one_record_is_deleted() -> None:
    gone = PlaceRecord(KUNITACHI, OLD.event_date, live=False)
    assert present([gone, NEW], date(2014, 1, 1)) == Present(CHIYODA)


DAYS = st.dates(date(2012, 7, 9), date(2013, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> list[PlaceRecord]:
    places = draw(st.lists(st.sampled_from([CHIYODA, KUNITACHI, HACHIOJI]), unique=True))
    return [PlaceRecord(place, draw(DAYS), draw(st.booleans()), draw(st.none() | DAYS)) for place in places]


@given(histories(), st.randoms())
def test_the_order_in_which_records_arrive_does_not_matter(records: list[PlaceRecord], random) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)
    on = date(2014, 1, 1)
    assert present(shuffled, on) == present(records, on)
    assert undetermined_from(shuffled) == undetermined_from(records)


@given(histories(), st.integers(0, 900))
def test_undetermined_exactly_from_the_day_that_was_foretold(records: list[PlaceRecord], offset: int) -> None:
    """The store keeps only the day; it must say the same as the rule on every day."""
    on = max([record.begins for record in records], default=date(2012, 7, 9)) + timedelta(days=offset)
    since = undetermined_from(records)
    assert (present(records, on) == Undetermined()) == (since is not None and on >= since)


@given(histories(), st.integers(0, 900))
def test_a_present_place_is_always_a_live_one_with_the_latest_date(
    records: list[PlaceRecord], offset: int
) -> None:
    found = present(records, date(2014, 1, 1) + timedelta(days=offset))
    live = [record for record in records if record.live]
    assert isinstance(found, Nowhere) == (not live)
    if isinstance(found, Present):
        latest = max(record.event_date for record in live)
        assert [r.municipality for r in live if r.event_date == latest] == [found.municipality]


def test_no_date_is_too_late_to_reckon_with() -> None:
    last = PlaceRecord(CHIYODA, date.max, live=True)
    assert undetermined_from([OLD, last]) == date.max
