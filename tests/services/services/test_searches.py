"""Finding residents: what each condition finds and must not, pages, past items, and who looked on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.conftest import network_on
from tests.services.services import counter, holding, protecting

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignItems, Nickname, PersonName, RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Place, Sex
from jukinet.domain.searches import BirthSpan, Condition, Search, clauses
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.network import shapes
from jukinet.node.postgres import Cluster
from jukinet.services import loading, reads, searches
from jukinet.services.context import Context
from jukinet.services.search_requests import read_search
from jukinet.services.searches import FoundPage, RecentSearches, search_residents
from jukinet.store import residents
from jukinet.store import search as finding
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

SEARCHED, LISTED = "register:residents:searched", "register:resident:listed"


def japanese(text: str, kana: str, **changes: Any) -> ResidentRecord:
    items: dict[str, Any] = {
        "sex": Sex.FEMALE,
        "birth_date": PartialDate("1980-04-17"),
        "previous_address": None,
    } | changes
    return make_person(name=PersonName(text, kana), **items)


def foreign(text: str, kana: str, **changes: Any) -> ResidentRecord:
    name = PersonName(text, kana, text)
    items: dict[str, Any] = {"sex": Sex.FEMALE, "nickname": None, "former_nicknames": ()} | changes
    return make_person(RecordKind.FOREIGN, name=name, **items)


def _card() -> ForeignItems:
    items = make_person(RecordKind.FOREIGN).foreign
    assert items is not None
    return items


def at(text: str) -> Address:
    return Address(KUNITACHI, "東京都国立市" + text)


TOWN = {
    "hanako": japanese("渡邊　花子", "ワタナベ　ハナコ", address=at("東一丁目2番3号")),
    "taro": japanese(
        "渡辺　太郎",
        "ワタナベ　タロウ",
        sex=Sex.MALE,
        birth_date=PartialDate("1955-XX-XX"),
        address=at("西二丁目20番"),
        previous_address=Place("神奈川県横浜市中区本町一丁目1番", None),
    ),
    "mutsumi": japanese(
        "渡部　睦", "ワタベ　ムツミ", birth_date=PartialDate("1980-04-XX"), address=at("東一丁目20番")
    ),
    "anna": foreign(
        "SMITH ANNA MARÍA",
        "スミス　アンナ",
        nickname=Nickname("田中　杏奈", date(2013, 6, 1), KUNITACHI),
        former_nicknames=(Nickname("山田　杏奈", date(2012, 8, 1), KUNITACHI, date(2013, 6, 1), KUNITACHI),),
        birth_date=PartialDate("1985-11-02"),
        address=at("中一丁目1番"),
    ),
    "anne": foreign(
        "SMITH ANNE",
        "スミス　アン",
        birth_date=PartialDate("XXXX-XX-XX"),
        address=replace(at("北三丁目1番"), building="架空ハイツ102"),
        foreign=replace(_card(), document_number="AB12345678CD"),
    ),
}


def numbers(federation: Federation, where: Any = KUNITACHI) -> list[str]:
    return counter.known_numbers(federation, where)


def settle(federation: Federation, people: dict[str, ResidentRecord]) -> dict[str, str]:
    """Take people over, each a household; who has which resident number."""
    before = numbers(federation)
    done = loading.load_households(federation.context(KUNITACHI), CLERK, [[one] for one in people.values()])
    assert isinstance(done, loading.Loaded), done
    return dict(zip(people, [no for no in numbers(federation) if no not in before], strict=True))


def asked(federation: Federation, **conditions: Any) -> FoundPage:
    after, most = conditions.pop("after", None), conditions.pop("most", searches.MOST)
    if "birth_date" in conditions:
        conditions["birth_date"] = BirthSpan(conditions["birth_date"])
    ctx = federation.context(KUNITACHI)
    page = search_residents(ctx, CLERK, Search(**conditions), after=after, most=most)
    assert isinstance(page, FoundPage), page
    return page


def change(federation: Federation, number: str, **items: Any) -> None:
    """A version with other items, as an act that is not built yet would write one."""
    ctx = federation.context(KUNITACHI)
    with ctx.begin() as tx:
        held = residents.lock(tx, number)
        assert held is not None
        last = residents.history(tx, held.resident_id)[-1]
        residents.append(tx, held, replace(last, record=replace(held.record, **items), restates=None))


@pytest.fixture(scope="module")
def town(cluster: Cluster, prepared: str) -> Iterator[tuple[Federation, dict[str, str]]]:
    """A register with a few residents, for the tests that only look."""
    with (
        throwaway_database(cluster, template=prepared) as name,
        network_on(cluster, name, seed=1) as network,
    ):
        yield network, settle(network, TOWN)


Town = tuple[Federation, dict[str, str]]


def who(town: Town, **conditions: Any) -> set[str]:
    federation, residents_of = town
    names = {number: name for name, number in residents_of.items()}
    page = asked(federation, **conditions)
    assert page.counted_all
    assert page.total == len(page.rows)
    return {names[row.resident_no] for row in page.rows}


# What is found


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"name": "渡辺"}, {"hanako", "taro"}),
        ({"name": "渡邉花子"}, {"hanako"}),
        ({"name": "渡辺花", "exact": frozenset({Condition.NAME})}, set()),
        ({"name": "田中"}, {"anna"}),
        ({"name": "smith"}, {"anna", "anne"}),
        ({"given_name": "花子"}, {"hanako"}),
        ({"given_name": "はな"}, {"hanako"}),
        ({"kana": "わた"}, {"hanako", "taro", "mutsumi"}),
        ({"kana": "ワタナヘ"}, {"hanako", "taro"}),
        ({"kana": "ワタナヘハナコ", "exact": frozenset({Condition.KANA})}, set()),
        ({"kana": "ワタナベハナコ", "exact": frozenset({Condition.KANA})}, {"hanako"}),
        ({"latin": "maria smith"}, {"anna"}),
        ({"latin": "Anne, Smith"}, {"anne"}),
        ({"latin": "Anna Jones"}, set()),
        ({"nickname": "田中"}, {"anna"}),
        ({"nickname": "山田"}, {"anna"}),
        ({"nickname": "山田", "past": False}, set()),
        ({"nickname": "渡辺"}, set()),
        ({"birth_date": "1980-04"}, {"hanako", "mutsumi"}),
        ({"birth_date": "1980-04-17"}, {"hanako", "mutsumi"}),
        ({"birth_date": "1980-04-18"}, {"mutsumi"}),
        ({"birth_date": "1980-04-XX"}, {"mutsumi"}),
        ({"birth_date": "1955-07"}, {"taro"}),
        ({"birth_date": "昭和30年7月"}, {"taro"}),
        ({"birth_date": "XXXX-XX-XX"}, {"anne"}),
        ({"birth_date": "1979-04"}, set()),
        ({"address": "国立市東"}, {"hanako", "mutsumi"}),
        ({"address": "東1-2"}, {"hanako"}),
        ({"address": "横浜市中区"}, {"taro"}),
        ({"address": "横浜市中区", "past": False}, set()),
        ({"address": "東1-2", "exact": frozenset({Condition.ADDRESS})}, set()),
        ({"name": "辺花", "within": frozenset({Condition.NAME})}, {"hanako"}),
        ({"kana": "タベ", "within": frozenset({Condition.KANA})}, {"mutsumi"}),
        ({"latin": "nna", "within": frozenset({Condition.LATIN})}, {"anna"}),
        ({"address": "丁目20番", "within": frozenset({Condition.ADDRESS})}, set()),
        ({"address": "中区", "within": frozenset({Condition.ADDRESS})}, {"taro"}),
        ({"address": "中区", "within": frozenset({Condition.ADDRESS}), "past": False}, set()),
        ({"building": "架空"}, {"anne"}),
        ({"building": "102", "within": frozenset({Condition.BUILDING})}, {"anne"}),
        ({"document_number": "AB12345678CD"}, {"anne"}),
    ],
)
def test_each_condition_finds_whom_it_says_and_nobody_else(
    town: Town, conditions: Any, found: set[str]
) -> None:
    assert who(town, **conditions) == found


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"name": "渡辺", "birth_date": "1980"}, {"hanako"}),
        ({"name": "渡辺", "address": "区", "within": frozenset({Condition.ADDRESS})}, {"taro"}),
        ({"kana": "ワタ", "given_name": "子", "within": frozenset({Condition.GIVEN_NAME})}, {"hanako"}),
        ({"latin": "smith", "relationship": "世帯主"}, {"anna", "anne"}),
        ({"latin": "smith", "relationship": "妻"}, set()),
        ({"latin": "smith", "empty": frozenset({"nickname"})}, {"anne"}),
        ({"latin": "smith", "empty": frozenset({"building", "previous_address"})}, {"anna"}),
        ({"name": "渡辺", "empty": frozenset({"document_number", "latin"})}, {"hanako", "taro"}),
        ({"name": "渡辺", "empty": frozenset({"kana"})}, set()),
        ({"name": "渡辺", "sex": Sex.MALE}, {"taro"}),
        ({"name": "渡辺", "kana": "タ"}, set()),
        ({"name": "渡辺", "kana": "ワ", "address": "国立市"}, {"hanako", "taro"}),
        ({"name": "渡辺", "kana": "ワ", "address": "東京都国立市", "sex": Sex.FEMALE}, {"hanako"}),
        ({"kana": "ワタ", "given_name": "ハ"}, {"hanako"}),
        ({"kana": "ワタ", "given_name": "睦", "birth_date": "1980-04-03"}, {"mutsumi"}),
        ({"latin": "smith", "nickname": "田中"}, {"anna"}),
        ({"latin": "smith", "nickname": "佐藤"}, set()),
        ({"name": "渡辺", "address": "横浜市"}, {"taro"}),
        ({"name": "渡辺", "sex": Sex.UNKNOWN}, set()),
    ],
)
def test_all_conditions_hold_together(town: Town, conditions: Any, found: set[str]) -> None:
    assert who(town, **conditions) == found


def test_numbers_and_the_code_find_their_resident(town: Town) -> None:
    federation, residents_of = town
    found = counter.read(federation, KUNITACHI, residents_of["hanako"])
    household = found.record.household_number
    assert who(town, resident_no=found.resident_no) == {"hanako"}
    assert who(town, household_number=household) == {"hanako"}
    assert who(town, code=counter.code_of(found)) == {"hanako"}
    assert who(town, code=counter.code_of(found), household_number=household, name="渡辺") == {"hanako"}
    assert who(town, code=counter.code_of(found), name="佐藤") == set()
    assert who(town, code=counter.code_of(found), resident_no=residents_of["taro"]) == set()
    assert who(town, code=ResidentRecordCode("24727059608")) == set()
    assert who(town, resident_no="99999999999") == set()


def test_a_row_tells_one_person_from_another_and_nothing_more(town: Town) -> None:
    (row,) = asked(town[0], kana="ワタナベ ハ", birth_date="1980").rows
    assert (row.resident_no, row.name, row.kana) == (town[1]["hanako"], "渡邊　花子", "ワタナベ　ハナコ")
    assert (row.birth_date, row.sex, row.present) == (PartialDate("1980-04-17"), Sex.FEMALE, True)
    assert row.address == TOWN["hanako"].address.full
    assert [(one.condition, one.item, one.past) for one in row.matched] == [
        ("kana", "kana", False),
        ("birth_date", "birth", False),
    ]
    assert "花子" not in repr(row)


# Past items, and who is not present any more


def test_a_past_name_and_address_are_found_and_said_to_be_past(federation: Federation) -> None:
    number = settle(federation, {"hanako": TOWN["hanako"]})["hanako"]
    change(federation, number, name=PersonName("国立　花子", "クニタチ　ハナコ"), address=at("西二丁目5番"))

    def past(**conditions: Any) -> list[tuple[str, bool]]:
        rows = asked(federation, **conditions).rows
        return [(one.item, one.past) for row in rows for one in row.matched if row.resident_no == number]

    assert past(name="渡辺") == [("name", True)]
    assert past(kana="ワタナベ") == [("kana", True)]
    assert past(address="東1-2-3") == [("address", True)]
    assert past(name="国立", address="西2") == [("name", False), ("address", False)]
    assert past(given_name="花子") == [("given", False)]
    for conditions in ({"name": "渡辺"}, {"kana": "ワタナベ"}, {"address": "東1-2-3"}):
        assert asked(federation, **conditions, past=False).total == 0
    assert asked(federation, name="国立", address="西", past=False).total == 1
    change(federation, number, name=TOWN["hanako"].name)
    assert past(name="渡辺") == [("name", False)]
    assert past(name="国立") == [("name", True)]


def test_who_is_not_present_is_found_only_where_that_is_asked_for(federation: Federation) -> None:
    residents_of = settle(federation, {"hanako": TOWN["hanako"], "taro": TOWN["taro"]})
    hanako = counter.read(federation, KUNITACHI, residents_of["hanako"])
    counter.die(federation, KUNITACHI, hanako.resident_no)
    for conditions in (
        {"name": "渡辺"},
        {"kana": "ワタナベ"},
        {"birth_date": "1980-04-17"},
        {"code": counter.code_of(hanako)},
        {"household_number": hanako.record.household_number},
        {"resident_no": hanako.resident_no},
    ):
        present = asked(federation, **conditions).rows
        every = asked(federation, **conditions, deleted=True).rows
        assert hanako.resident_no not in [row.resident_no for row in present], conditions
        assert [row.present for row in every if row.resident_no == hanako.resident_no] == [False], conditions
    assert [row.resident_no for row in asked(federation, name="渡辺").rows] == [residents_of["taro"]]


def test_what_worker_and_network_write_is_found_too(federation: Federation) -> None:
    """A move-out completed by the worker, one completed by a notice, and a birth: every process keeps the keys."""
    residents_of = settle(federation, {"hanako": TOWN["hanako"], "taro": TOWN["taro"]})
    counter.file_move_out(federation, KUNITACHI, [residents_of["hanako"]], planned_on=counter.TODAY)
    counter.file_move_out(federation, KUNITACHI, [residents_of["taro"]])
    taro = counter.read(federation, KUNITACHI, residents_of["taro"])
    counter.move_in(federation, CHIYODA, counter.as_person(taro), previous_address=counter.place(KUNITACHI))
    federation.run()
    assert asked(federation, name="渡辺").total == 0
    assert {row.resident_no for row in asked(federation, name="渡辺", deleted=True).rows} == set(
        residents_of.values()
    )
    with federation.context(CHIYODA).begin() as tx:
        there = finding.find(
            tx,
            Search(name="渡辺"),
            clauses(Search(name="渡辺"), ""),
            frozenset({Condition.NAME}),
            after=0,
            most=5,
            most_counted=5,
        )
    assert there.total == 1


# Pages


def crowd(federation: Federation, count: int, *, seed: int = 0) -> list[str]:
    people = {
        f"{seed}-{index}": japanese("佐藤　一", "サトウ　ハジメ", seed=seed * 1000 + index)
        for index in range(count)
    }
    return list(settle(federation, people).values())


def test_pages_follow_one_another_without_a_gap_while_others_are_recorded(federation: Federation) -> None:
    first = crowd(federation, 7)
    seen: list[str] = []
    cursor, added = None, 0
    for _ in range(20):
        page = asked(federation, name="佐藤", after=cursor, most=3)
        assert len(page.rows) <= 3
        assert page.total == 7 + added
        seen += [row.resident_no for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
        if added < 4:
            crowd(federation, 2, seed=10 + added)
            added += 2
    assert added == 4
    assert seen == numbers(federation)
    assert seen[:7] == first


def test_who_goes_between_two_pages_moves_nobody_else(federation: Federation) -> None:
    people = crowd(federation, 6)
    first = asked(federation, name="佐藤", most=3)
    counter.die(federation, KUNITACHI, people[2])
    change(federation, people[0], name=PersonName("鈴木　一", "スズキ　ハジメ"))
    second = asked(federation, name="佐藤", most=3, after=first.next, past=False)
    assert [row.resident_no for row in second.rows] == people[3:]
    assert second.next is None
    assert second.total == 4


def test_a_page_that_ends_with_the_last_has_no_next(federation: Federation) -> None:
    crowd(federation, 3)
    assert asked(federation, name="佐藤", most=3).next is None
    assert asked(federation, name="佐藤", most=2).next is not None


@pytest.mark.parametrize("most", [0, 51])
def test_a_page_has_at_most_fifty(standing: Federation, most: int) -> None:
    with pytest.raises(ValueError, match="50"):
        search_residents(standing.context(KUNITACHI), CLERK, Search(name="佐藤"), most=most)


def test_a_search_waits_for_no_act(federation: Federation) -> None:
    (number,) = crowd(federation, 1)
    with ThreadPoolExecutor(1) as pool, federation.context(KUNITACHI).begin() as tx:
        assert residents.lock(tx, number) is not None
        found = pool.submit(asked, federation, name="佐藤").result(timeout=20)
    assert found.total == 1


# On record


def test_a_search_is_one_entry_and_one_for_each_resident_shown(federation: Federation) -> None:
    residents_of = settle(federation, TOWN)
    before = counter.contents(federation, KUNITACHI)
    entries = len(counter.audit(federation, KUNITACHI))
    page = asked(federation, name="渡辺", birth_date="1980", exact=frozenset({Condition.KANA}))
    search, *listed = counter.audit(federation, KUNITACHI)[entries:]
    assert (search["event"], search["outcome"], search["actor"]) == (SEARCHED, "done", CLERK.actor)
    assert (search["resident_no"], search["subject_code"]) == (None, None)
    assert search["rules"] == [
        "register:resident:read",
        "by name, birth_date, exact kana",
        "past too",
        "present only",
        "found 1",
        "shown 1",
    ]
    hanako = counter.read(federation, KUNITACHI, residents_of["hanako"])
    assert [
        (one["event"], one["outcome"], one["actor"], one["terminal"], one["resident_no"], one["subject_code"])
        for one in listed
    ] == [(LISTED, "done", CLERK.actor, CLERK.terminal, hanako.resident_no, str(hanako.record.code))]
    assert {one["reference"] for one in (search, *listed)} == {page.reference}
    after = counter.contents(federation, KUNITACHI)
    # Nothing but the conditions, for the operator who may want to search so again.
    assert {table for table in after if after[table] != before[table]} == {"recent_searches"}


def test_only_those_on_the_page_were_seen(federation: Federation) -> None:
    people = crowd(federation, 5)
    first = asked(federation, name="佐藤", most=2)
    second = asked(federation, name="佐藤", most=2, after=first.next)
    listed = counter.audit(federation, KUNITACHI, LISTED)
    assert [(one["resident_no"], one["reference"]) for one in listed] == [
        (people[0], first.reference),
        (people[1], first.reference),
        (people[2], second.reference),
        (people[3], second.reference),
    ]
    assert [one["rules"][-2:] for one in counter.audit(federation, KUNITACHI, SEARCHED)] == [
        ["found 5", "shown 2"]
    ] * 2


def test_no_value_of_a_search_is_kept(federation: Federation) -> None:
    settle(federation, TOWN)
    asked(
        federation,
        name="渡辺",
        kana="ワタナベ",
        birth_date="1980-04-17",
        address="国立市東1-2-3",
        sex=Sex.FEMALE,
    )
    kept = json.dumps(counter.audit(federation, KUNITACHI, SEARCHED), default=str, ensure_ascii=False)
    for value in ("渡辺", "渡邊", "ワタ", "1980", "東1", "female"):
        assert value not in kept


def test_a_search_that_finds_nobody_is_on_record(standing: Federation) -> None:
    assert asked(standing, name="漏洩").total == 0
    entry = counter.audit(standing, KUNITACHI)[-1]
    assert (entry["event"], entry["outcome"], entry["rules"][-2:]) == (
        SEARCHED,
        "none",
        ["found 0", "shown 0"],
    )


@pytest.mark.parametrize(
    "search",
    [
        Search(),
        Search(sex=Sex.MALE),
        Search(kana="ワ"),
        Search(address="国立市"),
        Search(birth_date=BirthSpan("1980")),
    ],
)
def test_a_search_that_lists_a_part_of_the_town_is_refused(standing: Federation, search: Search) -> None:
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, SEARCHED, lambda: search_residents(ctx, CLERK, search), "Q1")


def test_only_an_operator_who_may_searches(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        SEARCHED,
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: search_residents(ctx, claim, Search(name="渡辺")),
    )


def test_a_search_that_breaks_off_shows_nothing_and_leaves_nothing(federation: Federation) -> None:
    crowd(federation, 2)
    entries = len(counter.audit(federation, KUNITACHI))

    def look(ctx: Context) -> FoundPage | Refused:
        return search_residents(ctx, CLERK, Search(name="佐藤"))

    crashes = 0
    for step in range(20):
        try:
            done = look(replace(federation.context(KUNITACHI), clock=counter.CrashingClock(step)))
        except SystemError:
            crashes += 1
            assert len(counter.audit(federation, KUNITACHI)) == entries
        else:
            assert isinstance(done, FoundPage)
            break
    assert crashes > 2
    assert len(counter.audit(federation, KUNITACHI)) == entries + 3


# Holds


@case("spec 3.1")
def test_whoever_is_under_a_hold_is_marked_and_not_why(federation: Federation) -> None:
    """Of a person, of a household, of a support measure; not once it is ended, and nobody else."""
    first, second, third, free = people_of(federation, 4)
    holding.hold(federation, first, holding.terms(Process.INQUIRY))
    holding.hold(federation, second, household=True)
    (ended,) = holding.hold(federation, free)
    holding.end(federation, ended)
    protecting.apply(federation, third)
    page = asked(federation, name="佐藤")
    marks = {row.resident_no: row.held for row in page.rows}
    assert marks == {
        first.resident_no: True,
        second.resident_no: True,
        third.resident_no: True,
        free.resident_no: False,
    }
    assert holding.SECRET not in json.dumps(shapes.plain(page), ensure_ascii=False)


def people_of(federation: Federation, count: int) -> list[reads.Found]:
    return [counter.read(federation, KUNITACHI, number) for number in crowd(federation, count)]


# What was searched for before


@case("spec 2.1.1")
def test_an_operator_sees_the_conditions_of_their_own_last_searches(federation: Federation) -> None:
    crowd(federation, 3)
    ctx = federation.context(KUNITACHI)
    other = counter.without(federation, KUNITACHI, Permission.NODE_CLOCK_SET)
    for name in ("佐藤", "鈴木", "佐藤"):
        federation.clock.advance(timedelta(minutes=1))
        search_residents(ctx, CLERK, read_search({"name": name, "birth_date": "1980"}))
    search_residents(ctx, other, Search(name="高橋"))
    found = searches.own_searches(ctx, CLERK)
    assert isinstance(found, RecentSearches)
    assert [one.conditions["name"] for one in found.searches] == ["佐藤", "鈴木"]
    assert found.searches[0].searched_at == federation.clock.now()
    again = read_search(found.searches[0].conditions)
    assert again == read_search({"name": "佐藤", "birth_date": "1980"})
    assert repr(found) == "RecentSearches(…)"
    theirs = searches.own_searches(ctx, other)
    assert isinstance(theirs, RecentSearches)
    assert [one.conditions["name"] for one in theirs.searches] == ["高橋"]
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:searches:recalled",
        Permission.REGISTER_RESIDENT_READ,
        searches.own_searches,
    )


def test_a_page_further_on_and_a_refused_search_are_not_kept(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(federation, 3)
    ctx = federation.context(KUNITACHI)
    first = asked(federation, name="佐藤", most=2)
    asked(federation, name="佐藤", most=2, after=first.next)
    assert isinstance(search_residents(ctx, CLERK, Search()), Refused)
    rows = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT operator FROM recent_searches")
    assert [row["operator"] for row in rows] == ["sato"]
    monkeypatch.setattr(searches, "MOST_RECENT", 1)
    asked(federation, name="佐藤花子")
    found = searches.own_searches(ctx, CLERK)
    assert isinstance(found, RecentSearches)
    assert [one.conditions["name"] for one in found.searches] == ["佐藤花子"]
