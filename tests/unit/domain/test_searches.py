"""Keys of a record and ranges of a search: each way of finding has somebody it finds and somebody it must not."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.unit.domain.strategies import partial_dates
from tests.unit.domain.test_records import DAY, KUNITACHI, RECORD

from jukinet.domain import search_keys
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName, RecordKind, ResidentRecord
from jukinet.domain.persons import Address, Place
from jukinet.domain.search_keys import KeyKind, keys_of, keys_of_all
from jukinet.domain.searches import (
    BirthSpan,
    Condition,
    Search,
    _beginning,
    check_area_code,
    check_building,
    check_document,
    check_kana,
    check_latin,
    check_name,
    check_place,
    clauses,
)

HOME = "国立市"
HANAKO = dataclasses.replace(
    RECORD,
    kind=RecordKind.JAPANESE,
    name=PersonName("渡邊　花子", "ワタナベ　ハナコ"),
    nickname=None,
    foreign=None,
    previous_address=Place("神奈川県横浜市中区本町一丁目1番", None),
)
ANNA = dataclasses.replace(
    RECORD,
    name=PersonName("SMITH ANNA MARÍA", "スミス　アンナ", "SMITH ANNA MARÍA"),
    nickname=Nickname("田中　杏奈", DAY, KUNITACHI),
    previous_address=None,
)


def matched(
    search: Search, *versions: ResidentRecord, home: str = HOME, areas: tuple[str, ...] = ()
) -> dict[str, bool] | None:
    """Which kinds of keys fulfil the search, and whether past ones only; None where it finds nobody."""
    keys = keys_of_all(versions)
    found: dict[str, bool] = {}
    for clause in clauses(search, home, areas):
        held: dict[str, bool] = {}
        for asked in clause.ranges:
            pasts = [
                past
                for (one, key), past in keys.items()
                if one is asked.kind and asked.low <= key < asked.high and asked.part in key
            ]
            if pasts:
                held[asked.kind.value] = held.get(asked.kind.value, True) and all(pasts)
        if not search.past:
            held = {kind: past for kind, past in held.items() if not past}
        if not held:
            return None
        found |= held
    return found


def finds(record: ResidentRecord, **conditions: object) -> bool:
    return matched(Search(**conditions), record) is not None  # type: ignore[arg-type]


def exactly(*conditions: Condition) -> frozenset[Condition]:
    return frozenset(conditions)


# Names


@pytest.mark.parametrize("text", ["渡辺", "渡邉", "渡邊花子", "渡辺　花", "渡"])
@case("spec 2.1.2", "spec 2.1.3")
def test_a_name_is_found_by_its_beginning_in_any_variant(text):
    assert finds(HANAKO, name=text)


@pytest.mark.parametrize("text", ["花子", "渡部", "辺花", "渡辺花代", "渡辺花子子"])
def test_a_name_is_not_found_by_its_middle_or_another(text):
    assert not finds(HANAKO, name=text)


@case("spec 2.1.2")
def test_an_exact_name_is_the_whole_name():
    exact = exactly(Condition.NAME)
    assert finds(HANAKO, name="渡辺花子", exact=exact)
    assert not finds(HANAKO, name="渡辺花", exact=exact)
    assert not finds(HANAKO, name="渡辺", exact=exact)


@pytest.mark.parametrize("text", ["花子", "花", "ハナコ", "はなこ", "ハナ"])
@case("spec 2.1.2")
def test_a_given_name_is_found_alone_written_or_read(text):
    assert finds(HANAKO, given_name=text)


@pytest.mark.parametrize("text", ["渡辺", "ワタナベ", "子", "ナコ"])
def test_a_given_name_is_not_the_family_name(text):
    assert not finds(HANAKO, given_name=text)


@pytest.mark.parametrize(
    "text", ["ワタナベ", "わたなべ", "ハタナヘ", "ワタ", "ワタナベハナコ", "ワタナベ・ハ"]
)
def test_kana_is_found_by_its_beginning_and_loosely(text):
    assert finds(HANAKO, kana=text)


@pytest.mark.parametrize("text", ["ハナコ", "ワタベ", "ワタナベハナコ　ア"])
def test_other_kana_is_not_found(text):
    assert not finds(HANAKO, kana=text)


def test_exact_kana_is_the_whole_of_it_with_its_voicing():
    exact = exactly(Condition.KANA)
    assert finds(HANAKO, kana="わたなべ はなこ", exact=exact)
    assert not finds(HANAKO, kana="ワタナヘハナコ", exact=exact)
    assert not finds(HANAKO, kana="ワタナベ", exact=exact)
    assert not finds(HANAKO, kana="ワタナベハナ", exact=exact)


@pytest.mark.parametrize(
    "text", ["SMITH ANNA MARIA", "anna smith", "María, Anna", "Ａｎｎａ", "SMI", "MARIA-SMITH"]
)
def test_a_latin_name_is_found_by_its_words_in_any_order(text):
    assert finds(ANNA, latin=text)
    assert finds(ANNA, name=text)


@pytest.mark.parametrize("text", ["SMITH ANNE", "MITH", "SMITH ANN", "ANNA ANNE", "SMITHANNA"])
def test_a_latin_name_is_not_found_by_other_words(text):
    assert not finds(ANNA, latin=text)
    assert not finds(ANNA, name=text)


def test_an_exact_latin_name_has_every_word_and_no_other():
    exact = exactly(Condition.LATIN)
    assert finds(ANNA, latin="Anna Maria Smith", exact=exact)
    assert not finds(ANNA, latin="Anna Smith", exact=exact)
    assert not finds(ANNA, latin="SMITH", exact=exact)


def test_words_of_two_names_do_not_make_a_third():
    jones = dataclasses.replace(ANNA, name=PersonName("JONES ANNA", latin="JONES ANNA"))
    assert matched(Search(latin="smith maria"), ANNA, jones) == {"latin": True}
    assert matched(Search(latin="jones anna"), ANNA, jones) == {"latin": False}
    assert matched(Search(latin="jones smith"), ANNA, jones) is None
    assert matched(Search(latin="anna jones smith"), ANNA, jones) is None


def test_a_kanji_name_beside_a_latin_one_is_found_too():
    both = dataclasses.replace(ANNA, name=PersonName("史密斯 安娜", latin="SMITH ANNA"))
    assert finds(both, name="史密斯")
    assert finds(both, latin="ANNA SMITH")
    assert not finds(both, latin="MARIA")


def test_a_nickname_is_found_as_a_nickname_and_as_a_name():
    assert finds(ANNA, nickname="田中")
    assert matched(Search(name="田中"), ANNA) == {"nickname": False}
    assert not finds(ANNA, nickname="SMITH")
    assert not finds(HANAKO, nickname="渡辺")
    assert not finds(ANNA, given_name="杏奈")


def test_a_nickname_in_latin_letters_is_found_by_its_words():
    annie = dataclasses.replace(ANNA, nickname=Nickname("Tanaka Annie", DAY, KUNITACHI))
    assert matched(Search(nickname="annie tanaka"), annie) == {"nickname": False}
    assert matched(Search(name="annie tanaka"), annie) == {"nickname": False}
    assert not finds(annie, latin="annie")


def test_a_former_nickname_is_a_past_one_from_the_first_version_on():
    former = dataclasses.replace(
        ANNA, former_nicknames=(Nickname("山田　杏奈", DAY, KUNITACHI, DAY, KUNITACHI),)
    )
    assert matched(Search(nickname="山田"), former) == {"nickname": True}
    assert matched(Search(nickname="山田", past=False), former) is None
    assert matched(Search(nickname="田中", past=False), former) == {"nickname": False}


def test_a_deleted_nickname_is_a_past_one():
    gone = dataclasses.replace(ANNA, nickname=Nickname("田中　杏奈", DAY, KUNITACHI, DAY, KUNITACHI))
    assert matched(Search(nickname="田中"), gone) == {"nickname": True}


# Past items


@case("spec 2.1.3")
def test_a_past_name_is_found_as_past_and_a_present_one_as_present():
    married = dataclasses.replace(HANAKO, name=PersonName("国立　花子", "クニタチ　ハナコ"))
    assert matched(Search(name="渡辺"), HANAKO, married) == {"name": True}
    assert matched(Search(kana="ワタナベ"), HANAKO, married) == {"kana": True}
    assert matched(Search(name="国立"), HANAKO, married) == {"name": False}
    assert matched(Search(name="渡辺", past=False), HANAKO, married) is None
    assert matched(Search(given_name="花子"), HANAKO, married) == {"given": False}
    assert matched(Search(name="渡辺"), HANAKO, married, HANAKO) == {"name": False}


def test_keys_of_all_versions_are_those_of_each_and_present_where_the_last_says_so():
    moved = dataclasses.replace(HANAKO, address=Address(KUNITACHI, "東京都国立市西二丁目5番"))
    found = keys_of_all([HANAKO, moved])
    assert set(found) == set(keys_of(HANAKO)) | set(keys_of(moved))
    assert found[(KeyKind.ADDRESS, "国立市西2-5")] is False
    assert found[(KeyKind.ADDRESS, "国立市東1-2-3")] is True
    assert keys_of_all([HANAKO]) == keys_of(HANAKO)


# Addresses


@pytest.mark.parametrize(
    "text",
    [
        "東京都国立市東一丁目2番3号",
        "国立市東1-2-3",
        "東１丁目",
        "国立市東",
        "東1-2",
        "東京都国立市",
        "国立市東1",
    ],
)
@case("spec 2.1.3")
def test_an_address_is_found_by_its_beginning_with_or_without_the_municipality(text):
    assert matched(Search(address=text), HANAKO) == {"address": False}


@pytest.mark.parametrize(
    "text", ["国立市西", "東2", "1-2-3", "東1-2-30", "国分寺市東1-2-3", "東1-2-3-4", "架空荘101"]
)
def test_an_address_elsewhere_is_not_found(text):
    assert not finds(HANAKO, address=text)


def test_a_number_is_not_the_beginning_of_a_longer_one():
    far = dataclasses.replace(HANAKO, address=Address(KUNITACHI, "東京都国立市東一丁目20番3号"))
    lot = dataclasses.replace(HANAKO, address=Address(KUNITACHI, "東京都国立市東一丁目2番甲3号"))
    assert not finds(far, address="東1-2")
    assert finds(far, address="東1-20")
    assert finds(far, address="東1")
    assert finds(lot, address="東1-2")


@case("spec 2.1.3")
def test_the_previous_address_is_a_past_one():
    assert matched(Search(address="横浜市中区"), HANAKO) == {"address": True}
    assert matched(Search(address="横浜市中区本町1-1"), HANAKO) == {"address": True}
    assert matched(Search(address="横浜市中区", past=False), HANAKO) is None
    assert matched(Search(address="川崎市"), HANAKO) is None


def test_an_exact_address_is_the_whole_of_it():
    exact = exactly(Condition.ADDRESS)
    assert finds(HANAKO, address="東一丁目2番3号", exact=exact)
    assert not finds(HANAKO, address="東一丁目2番", exact=exact)


# Within a text, buildings, cards, town areas


def within(record: ResidentRecord, condition: Condition, text: str) -> bool:
    return finds(record, **{condition.value: text}, within=frozenset({condition}))


@pytest.mark.parametrize(
    ("record", "condition", "text"),
    [
        (HANAKO, Condition.NAME, "辺花"),
        (HANAKO, Condition.NAME, "花子"),
        (HANAKO, Condition.NAME, "邉　花"),
        (HANAKO, Condition.GIVEN_NAME, "子"),
        (HANAKO, Condition.GIVEN_NAME, "なこ"),
        (HANAKO, Condition.KANA, "ナヘハ"),
        (HANAKO, Condition.KANA, "はなこ"),
        (HANAKO, Condition.ADDRESS, "東1-2"),
        (HANAKO, Condition.ADDRESS, "2番3号"),
        (HANAKO, Condition.ADDRESS, "本町一丁目"),
        (HANAKO, Condition.BUILDING, "荘"),
        (ANNA, Condition.NAME, "mit"),
        (ANNA, Condition.LATIN, "NNA ITH"),
        (ANNA, Condition.NICKNAME, "中杏"),
    ],
)
@case("spec 2.1.2", "spec 2.1.3")
def test_a_text_is_found_by_its_middle_where_that_is_asked_for(record, condition, text):
    assert within(record, condition, text)
    exact = frozenset({condition})
    assert not finds(record, **{condition.value: text}, exact=exact)


@pytest.mark.parametrize(
    ("record", "condition", "text"),
    [
        (HANAKO, Condition.NAME, "花辺"),
        (HANAKO, Condition.GIVEN_NAME, "辺花"),
        (HANAKO, Condition.KANA, "ベナ"),
        (HANAKO, Condition.ADDRESS, "西"),
        (HANAKO, Condition.BUILDING, "寮"),
        (ANNA, Condition.LATIN, "ANNA JONES"),
        (ANNA, Condition.LATIN, "HANNA"),
        (ANNA, Condition.NICKNAME, "杏子"),
    ],
)
def test_what_is_nowhere_within_is_not_found(record, condition, text):
    assert not within(record, condition, text)


@case("spec 2.1.3")
def test_a_building_is_found_by_its_name():
    assert finds(HANAKO, building="架空荘")
    assert finds(HANAKO, building="架空荘１０１")
    assert not finds(HANAKO, building="架空荘102")
    assert not finds(HANAKO, building="荘")
    assert not finds(
        dataclasses.replace(HANAKO, address=Address(KUNITACHI, "東京都国立市東一丁目")), building="架"
    )


@case("spec 2.1.3")
def test_a_card_is_found_by_its_number_and_a_former_one_as_past():
    assert RECORD.foreign is not None
    card = dataclasses.replace(
        ANNA, foreign=dataclasses.replace(RECORD.foreign, document_number="AB12345678CD")
    )
    renewed = dataclasses.replace(
        ANNA, foreign=dataclasses.replace(RECORD.foreign, document_number="EF12345678GH")
    )
    assert matched(Search(document_number="ab 12345678 cd"), card) == {"document": False}
    assert matched(Search(document_number="AB12345678CD"), card, renewed) == {"document": True}
    assert not finds(card, document_number="AB1234567")
    assert not finds(HANAKO, document_number="AB12345678CD")


@pytest.mark.parametrize(
    ("area", "here"), [("国立市東1", True), ("国立市東", True), ("国立市", False), ("国立市西2", False)]
)
@case("spec 2.1.3")
def test_a_town_area_holds_what_lies_in_it(area, here):
    """東 is no part of 東町, nor 東1 of 東10."""
    asked = Search(address_code="010001")
    assert (matched(asked, HANAKO, areas=("国立市中9", area)) is not None) is here
    assert matched(asked, HANAKO) is None
    for other in ("東京都国立市東町一丁目2番", "東京都国立市東一丁目2番"):
        elsewhere = dataclasses.replace(HANAKO, address=Address(KUNITACHI, other))
        assert (matched(asked, elsewhere, areas=("国立市東",)) is None) is ("町" in other)
    ten = dataclasses.replace(HANAKO, address=Address(KUNITACHI, "東京都国立市東10丁目2番"))
    assert matched(asked, ten, areas=("国立市東1",)) is None


def test_without_a_name_of_the_municipality_the_address_names_it():
    assert matched(Search(address="国立市東1"), HANAKO, home="") == {"address": False}
    assert matched(Search(address="東1"), HANAKO, home="") is None


# Birth dates


def born(text: str) -> ResidentRecord:
    return dataclasses.replace(HANAKO, birth_date=PartialDate(text))


@pytest.mark.parametrize(
    "asked", ["1980", "1980-04", "1980-04-17", "昭和55年", "昭和55年4月", "昭和55年4月17日", "1980年4月"]
)
@pytest.mark.parametrize(
    "recorded", ["1980-04-17", "1980-04-XX", "1980-XX-XX", "1980~", "1980-04-10/1980-04-20"]
)
@case("spec 2.1.3")
def test_a_birth_date_is_found_by_what_is_known_of_it(asked, recorded):
    assert finds(born(recorded), birth_date=BirthSpan(asked))


@pytest.mark.parametrize("asked", ["1981", "1980-05", "1980-04-18", "昭和56年", "1980-04-XX"])
def test_another_birth_date_is_not_found(asked):
    assert not finds(born("1980-04-17"), birth_date=BirthSpan(asked))


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("1980-04-XX", "1980-XX-XX"),
        ("1980-XX-XX", "1980-04-XX"),
        ("XXXX-XX-XX", "1980-XX-XX"),
        ("1983-02-29%", "1983-02-28"),
        ("1980~", "1980-XX-XX"),
        ("1980-21", "1980-22"),
        ("昭和55年 月日不詳", "1980-04-XX"),
    ],
)
def test_a_partly_unknown_date_is_found_as_it_is_recorded(asked, other):
    span = BirthSpan(asked)
    assert finds(born(span.text), birth_date=span)
    assert not finds(born(other), birth_date=span)


def test_nobody_is_found_by_a_year_because_nothing_is_known():
    assert not finds(born("XXXX-XX-XX"), birth_date=BirthSpan("1980"))


@given(
    partial_dates().map(PartialDate),
    st.dates(dt.date(1873, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
def test_who_can_have_been_born_then_is_found_and_nobody_else(recorded, day, length):
    asked = day.isoformat()[:length]
    first = dt.date.fromisoformat((asked + "-01-01")[:10])
    last = first if length == 10 else search_keys._end_of(first, length)
    possible = recorded.earliest is not None and recorded.earliest <= last and first <= recorded.latest
    assert finds(born(str(recorded)), birth_date=BirthSpan(asked)) is possible


@given(st.dates(dt.date(1980, 1, 1), dt.date(1985, 12, 31)), st.integers(0, 1500))
def test_a_span_is_covered_once_and_whole(first, days):
    last = first + dt.timedelta(days=days)
    parts = list(search_keys.cover(first, last))
    covered = [
        day.isoformat()
        for day in (first - dt.timedelta(days=400) + dt.timedelta(days=n) for n in range(days + 800))
        for part in parts
        if day.isoformat().startswith(part)
    ]
    assert covered == [(first + dt.timedelta(days=n)).isoformat() for n in range(days + 1)]
    assert len(parts) <= 5 + 2 * 11 + 2 * 30


# All together, and what cannot be asked


def test_every_condition_must_hold():
    asked = Search(name="渡辺", kana="ワタナベ", birth_date=BirthSpan("1980"), address="東1")
    assert matched(asked, HANAKO) == {"name": False, "kana": False, "birth": False, "address": False}
    for wrong in ({"name": "佐藤"}, {"kana": "サトウ"}, {"birth_date": BirthSpan("1981")}, {"address": "西"}):
        assert matched(dataclasses.replace(asked, **wrong), HANAKO) is None


def test_the_kinds_of_conditions_are_told_and_not_their_values():
    asked = Search(name="渡辺", birth_date=BirthSpan("1980"))
    assert asked.conditions() == (Condition.NAME, Condition.BIRTH_DATE)
    assert "渡辺" not in repr(asked)
    assert "1980" not in repr(asked)
    assert "渡辺" not in repr(clauses(asked, HOME))


@pytest.mark.parametrize("text", ["", "80", "1980-13", "1980-4", "昭和99年", "198", "4月17日", "1700"])
def test_what_is_no_birth_date(text):
    with pytest.raises(ValueError, match="must be"):
        BirthSpan(text)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (check_kana, "国立"),
        (check_kana, "ー"),
        (check_name, "・"),
        (check_name, "123"),
        (check_latin, "国立"),
        (check_latin, "A B C D E F G H I"),
        (check_place, "東京都"),
        (check_building, "　"),
        (check_document, "-"),
        (check_area_code, "12345"),
        (check_area_code, "1321501000"),
    ],
)
def test_what_finds_nothing_is_refused(check, text):
    with pytest.raises(ValueError, match="must"):
        check(text)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=3),
    st.text(max_size=2),
)
def test_a_range_holds_what_begins_with_its_key_and_nothing_else(key, more):
    asked = _beginning(KeyKind.NAME, key, exact=False)
    if ord(key[-1]) == 0x10FFFF:
        return
    assert asked.low <= key + more < asked.high or "\ud800" <= more[:1] <= "\udfff"
    assert not asked.low <= asked.high < asked.high
