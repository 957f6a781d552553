import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.persons import Sex
from jukinet.domain.reading import clean_text
from jukinet.testing.draws import Draws
from jukinet.testing.foreign_names import foreign_name, nationalities, nationality_mix, nickname_text
from jukinet.testing.japanese_names import (
    GIVEN_VARIANTS,
    SURNAME_VARIANTS,
    full_name,
    katakana,
    names,
)

_SEXES = st.sampled_from((Sex.MALE, Sex.FEMALE))
_NATIONS = st.sampled_from(sorted(nationalities().values(), key=lambda nation: nation.code))


@given(st.integers(), _SEXES, st.integers(1900, 2013))
def test_japanese_names_have_a_reading_in_katakana(seed, sex, year):
    draws = Draws(seed)
    name = full_name(names().surname(draws), names().given(draws, sex, year))
    assert name.latin is None
    assert name.text.count("\u3000") == 1
    assert name.kana
    assert all("KATAKANA" in unicodedata.name(kana) for kana in name.kana.replace("\u3000", ""))
    assert clean_text(name.text) == name.text


def test_surnames_come_by_their_counts():
    draws = Draws("surnames")
    drawn = [names().surname(draws).kana for _ in range(20_000)]
    assert 0.012 < drawn.count("サトウ") / 20_000 < 0.026
    assert drawn.count("サトウ") > drawn.count("スギヤマ") > 0


def test_given_names_follow_sex_and_time():
    draws = Draws("given")

    def drawn(sex, year):
        return {names().given(draws, sex, year).text for _ in range(1500)}

    assert {"千代子", "ハル"} <= drawn(Sex.FEMALE, 1925)
    assert "陽菜" not in drawn(Sex.FEMALE, 1925)
    assert {"結衣", "陽菜"} <= drawn(Sex.FEMALE, 2012)
    assert {"蓮", "大翔"} <= drawn(Sex.MALE, 2012)
    assert not drawn(Sex.MALE, 2012) & {"結衣", "美咲"}


def test_some_names_have_old_forms_and_variation_sequences():
    draws = Draws("forms")
    text = "".join(names().surname(draws).text for _ in range(30_000))
    assert {"髙", "﨑", "齋", "\U00020bb7", "邉", "葛\U000e0102"[1]} <= set(text)


@pytest.mark.parametrize(
    "variant", [v for forms in SURNAME_VARIANTS.values() for v in forms] + [*GIVEN_VARIANTS.values()]
)
def test_variants_survive_reading(variant):
    assert clean_text(variant) == variant
    # Selectors from U+E0100 on; IPAmj's collection begins at U+E0102 for the characters used here.
    assert len(variant) == 1 or (len(variant) == 2 and 0xE0102 <= ord(variant[1]) <= 0xE01EF)


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_twins_may_be_written_alike_and_read_differently(sex):
    first, second = names().twins(Draws(1), sex)
    assert first.text == second.text
    assert first.kana != second.kana


def test_katakana():
    assert katakana("さとう ゐゑヴー") == "サトウ ヰヱヴー"


@given(st.integers(), _NATIONS, _SEXES)
def test_latin_names_are_as_on_a_residence_card(seed, nation, sex):
    draws = Draws(seed)
    family = nation.draw_family(draws)
    name = foreign_name(draws, nation, sex, family)
    assert name.latin
    assert name.latin == name.latin.upper()
    assert set(name.latin) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ '")
    assert name.kana is None
    if name.text != name.latin:
        assert family.kanji == name.text.partition("\u3000")[0]
        assert name.latin.startswith(family.latin)


def test_kanji_names_are_of_those_who_have_them():
    with_kanji = {code for code, nation in nationalities().items() if nation.family[0].kanji}
    assert with_kanji == {"CHN", "KOR", "TWN"}


def test_some_names_are_very_long():
    draws = Draws("long")
    brazil = nationalities()["BRA"]
    lengths = [
        len(foreign_name(draws, brazil, Sex.FEMALE, brazil.draw_family(draws)).text) for _ in range(400)
    ]
    assert max(lengths) > 60
    assert sum(length > 60 for length in lengths) < 60


def test_vietnamese_names_have_the_middle_name_before_the_given_one():
    draws = Draws("vnm")
    vietnam = nationalities()["VNM"]
    latin = foreign_name(draws, vietnam, Sex.MALE, vietnam.draw_family(draws)).latin or ""
    assert latin.split()[1] in vietnam.middle[Sex.MALE]


def test_the_mix_of_nationalities_is_that_of_2013():
    draws = Draws("mix")
    drawn = [draws.weighted(nationality_mix()).code for _ in range(5000)]
    assert drawn.count("CHN") > drawn.count("KOR") > drawn.count("PHL") > drawn.count("VNM") > 0
    assert 0.28 < drawn.count("CHN") / 5000 < 0.38


def test_a_nickname_takes_the_surname_of_a_japanese_spouse():
    assert nickname_text(Draws(3), Sex.FEMALE, 1980, "国立").startswith("国立\u3000")
