"""Keys of kana: what a search forgives, what it keeps apart, and what an exact one wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.kana import is_kana, loose_kana_key, strict_kana_key

KANA = st.text(
    st.sampled_from("アカガサザタダチヂツヅトドハバパホボヲオウーッャョヮヰヱンミぁかがっょ　・"), max_size=12
)


@pytest.mark.parametrize(
    "spellings",
    [
        ["クニタチ　ハナコ", "くにたち はなこ", "ｸﾆﾀﾁﾊﾅｺ", "クニタチ・ハナコ", "グニダチバナゴ"],
        ["ショウジ", "シヨウジ", "ショオジ", "シヨオシ"],
        ["ユウコ", "ユウゴ", "ユーウーコ"],
        ["サトー", "サト", "ザド―", "サト－", "ｻﾄｰ"],
        ["ヒジカタ", "ヒヂカタ", "ピジカダ"],
        ["ミズキ", "ミヅキ"],
        ["ヴァイオレット", "バイオレツト", "ハイオレット", "ワイオレツト"],
        ["ヴィオラ", "ビオラ"],
        ["カヲル", "カオル"],
        ["ヰノウエ", "イノウエ", "イノオエ"],
        ["コウウン", "コオオン"],
    ],
)
@case("spec 2.1.2")
def test_spellings_that_a_search_takes_for_one(spellings):
    assert len({loose_kana_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("チバ", "シバ"), ("オオノ", "オノ"), ("ユウコ", "ユコ"), ("カトウ", "サトウ"), ("ハナコ", "アナコ")],
)
@case("spec 2.1.2")
def test_spellings_that_stay_apart(one, other):
    assert loose_kana_key(one) != loose_kana_key(other)


@case("spec 2.1.2")
def test_the_strict_key_forgives_width_kind_spaces_and_dashes_alone():
    assert strict_kana_key("くにたち　はなこ") == strict_kana_key("ｸﾆﾀﾁ ﾊﾅｺ") == "クニタチハナコ"
    assert strict_kana_key("サト―") == strict_kana_key("サト－") == strict_kana_key("ｻﾄｰ") == "サトー"
    assert len({strict_kana_key(one) for one in ("サトウ", "サドウ", "サトー", "サトオ", "サト")}) == 5


@given(KANA, KANA)
def test_the_key_of_a_beginning_is_the_beginning_of_the_key(first, rest):
    """So a range over keys finds by the first letters."""
    assert strict_kana_key(first + rest).startswith(strict_kana_key(first))
    assert loose_kana_key(first + rest).startswith(loose_kana_key(first))


@given(KANA)
def test_what_is_strictly_alike_is_loosely_alike(text):
    assert loose_kana_key(strict_kana_key(text)) == loose_kana_key(text)
    assert loose_kana_key(loose_kana_key(text)).replace("ハ", "ワ") == loose_kana_key(text)


@pytest.mark.parametrize("text", ["クニタチ", "くにたち　はなこ", "ｸﾆﾀﾁ", "サトー", "アン・マリー", "ヴァ"])
def test_what_is_kana(text):
    assert is_kana(text)


@pytest.mark.parametrize("text", ["国立", "国立ハナコ", "SATO", "", "12", "サトウ1"])
def test_what_is_not_kana(text):
    assert not is_kana(text)
