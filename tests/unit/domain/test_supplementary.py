"""Entries of a supplementary register, and which address counts in whatever order notices came."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.items import Koseki
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.domain.supplementary import (
    OFFICE,
    Entry,
    Removal,
    Stay,
    Way,
    koseki_key,
    register_of,
    standing,
    written_anew,
)

A, B, C = (MunicipalityCode(code) for code in ("132152", "131016", "072010"))
DAY = date(2013, 7, 8)


def stay(by: MunicipalityCode, day: int, *, gone: bool = False, lot: int = 1) -> Stay:
    """What a municipality says of an address of its own."""
    address = None if gone else Address(by, f"{lot}番地")
    return Stay(by.node_id.text, address, DAY + timedelta(days=day))


def office(by: MunicipalityCode | None, day: int) -> Stay:
    return Stay(OFFICE, Address(by, "元の番地") if by else None, DAY + timedelta(days=day))


def counts(*stays: Stay) -> tuple[Address | None, int] | None:
    found = standing(stays)
    return (found.address, (found.since - DAY).days) if found else None


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([], None),
        ([office(A, 0)], office(A, 0)),
        ([office(A, 0), stay(B, 5)], stay(B, 5)),
        ([office(B, 5), stay(A, 0)], office(B, 5)),
        ([stay(A, 0), stay(A, -1)], stay(A, -1)),
        ([stay(A, 0), stay(B, 0)], stay(B, 0)),
        ([stay(A, 0), stay(A, 9, gone=True)], stay(A, 9, gone=True)),
        ([stay(B, 10), stay(A, 9, gone=True)], stay(B, 10)),
        ([stay(A, 0), stay(B, 5), stay(B, 5, gone=True)], stay(A, 0)),
        ([stay(A, 0), stay(A, 5, lot=2), stay(A, 5, gone=True)], stay(A, 0)),
        ([stay(A, 0), stay(A, 0, gone=True)], None),
        ([stay(B, 0), stay(B, 9, gone=True), stay(B, 0, gone=True), stay(A, 8)], stay(A, 8)),
        ([stay(A, 0), office(None, 3)], office(None, 3)),
        ([stay(B, 5), office(A, 0)], office(A, 0)),
        ([stay(B, 5), office(A, 0), stay(A, -3)], stay(A, -3)),
    ],
)
def test_which_address_counts(stays: list[Stay], expected: Stay | None) -> None:
    assert counts(*stays) == (counts(expected) if expected else None)


_SAID = st.tuples(st.integers(0, 30), st.booleans(), st.integers(1, 3))


@given(
    st.lists(st.lists(_SAID, max_size=4), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_lanes_may_be_mixed_as_they_like(said: list[list[tuple[int, bool, int]]], random: object) -> None:
    """Notices of one municipality come in order, those of several in any: the register says the same.

    Days of different municipalities are kept apart, since of one day the later word counts.
    """
    lanes = [
        [stay(by, 3 * day + place, gone=gone, lot=lot) for day, gone, lot in told]
        for place, (by, told) in enumerate(zip((A, B, C), said, strict=True))
    ]
    in_turn = [one for lane in lanes for one in lane]
    picks = [place for place, lane in enumerate(lanes) for _ in lane]
    random.shuffle(picks)  # type: ignore[attr-defined]
    left = [iter(lane) for lane in lanes]
    assert standing([next(left[place]) for place in picks]) == standing(in_turn)


def test_a_register_is_its_entries() -> None:
    koseki, other = Koseki("東京都国立市東一丁目1番地", "国立　太郎"), Koseki("国立市中1", "国立　太郎")
    here = Address(A, "1番地")
    register = register_of(
        [
            Entry(Way.OPENED, DAY, koseki=koseki),
            Entry(Way.ENTERED, DAY, 1, name="太郎"),
            Entry(Way.ENTERED, DAY, 2, name="花子"),
            Entry(Way.ADDRESS, DAY, 2, address=here),
            Entry(Way.NAME, DAY, 2, name="華子"),
            Entry(Way.VOTER, DAY, 2, municipality=B),
            Entry(Way.KOSEKI, DAY, koseki=other),
            Entry(Way.REMOVED, DAY, 1, ground=Removal.DEATH),
        ]
    )
    first, second = register.members
    assert (register.koseki, register.present, register.opened_on) == (other, True, DAY)
    assert (first.present, first.ground, first.stay) == (False, Removal.DEATH, None)
    assert (second.name, second.voter, second.stay) == ("華子", B, Stay(OFFICE, here, DAY))
    assert register.member(3) is None


@pytest.mark.parametrize(
    "entries",
    [
        [Entry(Way.ENTERED, DAY, 1, name="太郎")],
        [Entry(Way.OPENED, DAY)],
        [Entry(Way.OPENED, DAY, koseki=Koseki("1", "太郎")), Entry(Way.NAME, DAY, 1, name="花子")],
    ],
)
def test_entries_that_are_none(entries: list[Entry]) -> None:
    with pytest.raises(ValueError, match=r"an entry|begins"):
        register_of(entries)


def test_a_koseki_is_known_again_however_it_is_written() -> None:
    assert koseki_key(Koseki("東京都国立市東一丁目1番地", "国立　太郎")) == koseki_key(
        Koseki("国立市東１丁目１番", "国立太郎")
    )
    assert koseki_key(Koseki("国立市東1", "太郎")) != koseki_key(Koseki("国立市東1", "次郎"))


@case("Ord. Art. 21(2)")
def test_a_register_written_anew_says_what_stands_and_goes_on_alike() -> None:
    said = Koseki("国立市東1", "国立　太郎")
    spoken = B.node_id.text
    here, there = Address(A, "一番地"), Address(B, "二番地")
    register = register_of(
        [
            Entry(Way.OPENED, DAY, koseki=said),
            Entry(Way.ENTERED, DAY, 1, name="国立　太郎"),
            Entry(Way.ENTERED, DAY, 2, name="国立　花子"),
            Entry(Way.ENTERED, DAY, 3, name="国立　一郎"),
            Entry(Way.ADDRESS, DAY, 2, address=here),
            Entry(Way.ADDRESS, DAY + timedelta(days=1), 2, spoken, address=there),
            Entry(Way.VOTER, DAY, 3, municipality=C),
            Entry(Way.REMOVED, DAY, 1, ground=Removal.DEATH),
        ]
    )
    anew = register_of(written_anew(register, "00000000019"))
    assert [(one.number, one.name, one.stay, one.voter) for one in anew.members] == [
        (1, "国立　花子", Stay(spoken, there, DAY + timedelta(days=1)), None),
        (2, "国立　一郎", None, C),
    ]
    assert (anew.koseki, anew.opened_on, anew.present) == (said, DAY, True)
    # The municipality that spoke goes on speaking: what it takes back stands no more.
    back = Entry(Way.ADDRESS, DAY + timedelta(days=1), 1, spoken)
    assert register_of([*written_anew(register, "00000000019"), back]).members[0].stay is None
