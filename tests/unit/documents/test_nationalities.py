from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.documents.nationalities import Country, countries, japanese_name
from jukinet.domain.errors import JukinetError

DAY = date(2013, 7, 8)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("VNM", "ベトナム"),
        ("CHN", "中国"),
        ("TWN", "台湾"),
        ("KOR", "韓国"),
        ("USA", "米国"),
        ("MMR", "ミャンマー"),
        ("stateless", "無国籍"),
    ],
)
def test_names_as_a_residence_card_has_them(code, name):
    assert japanese_name(code, DAY) == name


@pytest.mark.parametrize("code", ["VN", "XYZ", "vnm", "", "840", "SUN"])
def test_what_is_no_country_is_refused_without_repeating_it(code):
    with pytest.raises(JukinetError, match="alpha-3"):
        japanese_name(code, DAY)


@case("spec 1.3.3")
def test_a_country_has_its_name_of_the_day_and_each_is_listed_once():
    last = date(2015, 4, 21)
    assert [japanese_name("GEO", day) for day in (DAY, last, last + timedelta(days=1))] == [
        "グルジア",
        "グルジア",
        "ジョージア",
    ]
    before, after = countries(last), countries(last + timedelta(days=1))
    assert set(before) ^ set(after) == {
        Country("GEO", "グルジア", None, last),
        Country("GEO", "ジョージア", last + timedelta(days=1)),
    }
    assert Country("USA", "米国") in before
    # ISO 3166-1 has 249: no code is listed that is withdrawn or its users' own.
    assert len(before) == len({one.code for one in before}) == len({one.name for one in before}) == 249
