"""Another nationality (Ord. Art. 8-2): the rules, and which items go over."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, PersonName, RecordKind, ResidentRecord
from jukinet.law.decisions import Decision, Refused
from jukinet.law.nationality import NationalityChange, as_foreign, as_japanese, decide_acquired, decide_lost
from jukinet.testing.people import make_person

TODAY = date(2013, 7, 8)
CHANGE = NationalityChange(date(2013, 7, 1), TODAY, PartialDate("1985-11-02"))
STAY = ForeignItems("USA", date(2013, 7, 1), ForeignClass.TRANSITIONAL)
KOSEKI = Koseki("東京都国立市富士見台二丁目47番地", "中野　明")


def rules(decision: Decision) -> list[str]:
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("change", "here", "failed"),
    judged(
        ({}, True, []),
        ({"changed_on": TODAY}, True, []),
        ({"filed_on": date(2013, 7, 9)}, True, ["F1"]),
        ({}, False, ["NA1"]),
        ({"changed_on": date(2013, 7, 9)}, True, ["NA4"]),
        # The papers cannot tell of what had not happened when they came.
        ({"changed_on": date(2013, 7, 7), "filed_on": date(2013, 7, 6)}, True, ["NA4"]),
        ({"changed_on": date(1985, 11, 1)}, True, ["NA5"]),
        ({"changed_on": date(1985, 11, 2)}, True, []),
        permitted="F1 NA1 NA2 NA3 NA4 NA5",
    ),
)
def test_both_changes_are_refused_with_every_rule(
    change: dict[str, Any],
    here: bool,
    failed: list[str],
) -> None:
    what = replace(CHANGE, **change)
    acquired = decide_acquired(what, RecordKind.FOREIGN, recorded_here=here, on=TODAY)
    assert rules(acquired) == failed
    assert rules(decide_lost(what, RecordKind.JAPANESE, recorded_here=here, on=TODAY)) == failed


@case(refused="NA2 NA3")
def test_each_needs_a_record_of_the_other_kind() -> None:
    acquired = decide_acquired(CHANGE, RecordKind.JAPANESE, recorded_here=True, on=TODAY)
    assert rules(acquired) == ["NA2"]
    assert rules(decide_lost(CHANGE, RecordKind.FOREIGN, recorded_here=True, on=TODAY)) == ["NA3"]


def changed(before: ResidentRecord, after: ResidentRecord) -> set[str]:
    names = {one.name for one in fields(ResidentRecord)}
    return {name for name in names if getattr(before, name) != getattr(after, name)}


@case("Ord. Art. 8-2(1)", "spec 4.5.3", "spec 4.5.4")
def test_what_ends_and_what_begins_with_the_japanese_record() -> None:
    """Specification 4.5.3: address, birth, sex, relationship, code, number and previous address go over."""
    foreign = make_person(RecordKind.FOREIGN, seed=3)
    assert foreign.foreign is not None
    made = as_japanese(foreign, PersonName("中野　明"), KOSEKI)
    assert changed(foreign, replace(made, nickname=None, former_nicknames=())) - {
        *("nickname", "former_nicknames")
    } == {"kind", "name", "koseki", "became_resident_on", "foreign"}
    assert (made.kind, made.koseki, made.foreign, made.nickname) == (RecordKind.JAPANESE, KOSEKI, None, None)
    assert made.became_resident_on == foreign.foreign.became_foreign_resident_on


@pytest.mark.parametrize(
    ("resident_since", "since"),
    [
        (date(2000, 4, 1), date(2013, 7, 1)),
        (date(2013, 7, 4), date(2013, 7, 4)),
        (None, date(2013, 7, 1)),
    ],
)
@case("Act Art. 30-45", "Ord. Art. 8-2(2)", "spec 4.5.5")
def test_one_became_a_foreign_resident_by_the_later_of_loss_and_residence(
    resident_since: date | None, since: date
) -> None:
    """Specification 4.5.5."""
    japanese = replace(
        make_person(RecordKind.JAPANESE, seed=3), became_resident_on=resident_since, voter=True
    )
    made = as_foreign(japanese, STAY, date(2013, 7, 1), None)
    assert made.foreign == replace(STAY, became_foreign_resident_on=since)
    assert (made.kind, made.koseki, made.became_resident_on) == (RecordKind.FOREIGN, None, None)
    assert changed(japanese, made) <= {"kind", "koseki", "became_resident_on", "voter", "foreign"}
    assert not made.voter
    latin = PersonName("KUNITACHI HANAKO", latin="KUNITACHI HANAKO")
    assert as_foreign(japanese, STAY, date(2013, 7, 1), latin).name == latin


@given(
    kind=st.sampled_from(RecordKind),
    seed=st.integers(0, 50),
    day=st.dates(date(2012, 7, 9), TODAY),
)
@case("Ord. Art. 8-2", "spec 4.5.3", "spec 4.5.5")
def test_there_and_back_the_person_stays_the_same(kind: RecordKind, seed: int, day: date) -> None:
    """Whatever record one begins with: the code, the household and the place go over, and no item of the other kind."""
    person = make_person(kind, seed=seed)
    japanese = as_japanese(person, PersonName("中野　明"), KOSEKI)
    foreign = as_foreign(japanese, STAY, day, None)
    back = as_japanese(foreign, japanese.name, KOSEKI)
    mine = {
        "kind",
        "name",
        "koseki",
        "became_resident_on",
        "voter",
        "nickname",
        "former_nicknames",
        "foreign",
    }
    for one in (japanese, foreign, back):
        assert changed(person, one) <= mine
        assert (one.foreign is None) is (one.kind is RecordKind.JAPANESE)
        assert (one.koseki is None) is (one.became_resident_on is None) is (one.kind is RecordKind.FOREIGN)
        assert (one.nickname, one.former_nicknames) == (None, ())
    assert foreign.foreign is not None
    assert back.became_resident_on == foreign.foreign.became_foreign_resident_on >= day
