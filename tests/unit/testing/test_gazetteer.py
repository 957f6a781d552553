import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import PREFECTURE_NAMES, MunicipalityCode
from jukinet.testing import gazetteer
from jukinet.testing.draws import Draws
from jukinet.testing.gazetteer import kanji_numeral, municipalities, municipality, towns


def test_every_municipality_of_japan_is_there():
    found = municipalities()
    assert len(found) == 1741
    assert sum(each.name.endswith("区") for each in found.values()) == 23
    assert {each.prefecture for each in found.values()} == set(PREFECTURE_NAMES)
    assert all(each.prefecture == code.prefecture.name for code, each in found.items())
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("code", "prefecture", "city", "name", "label"),
    [
        ("131016", "東京都", "千代田区", "千代田区", "Chiyoda"),
        ("132012", "東京都", "八王子市", "八王子市", "Hachioji"),
        ("132152", "東京都", "国立市", "国立市", "Kunitachi"),
        ("072010", "福島県", "福島市", "福島市", "Fukushima City"),
        ("074829", "福島県", "東白川郡矢祭町", "矢祭町", "Yamatsuri"),
        ("072036", "福島県", "郡山市", "郡山市", "郡山市"),
        ("284815", "兵庫県", "赤穂郡上郡町", "上郡町", "上郡町"),
        ("134015", "東京都", "八丈島八丈町", "八丈町", "八丈町"),
        ("133647", "東京都", "神津島村", "神津島村", "神津島村"),
    ],
)
def test_names_are_those_of_the_codes(code, prefecture, city, name, label):
    found = municipality(MunicipalityCode(code))
    assert (found.prefecture, found.city, found.name) == (prefecture, city, name)
    assert gazetteer.municipality_name(found.code) == name
    assert gazetteer.municipality_label(found.code) == label


def test_kana_are_kept():
    found = municipality(gazetteer.KUNITACHI)
    assert (found.prefecture_kana, found.city_kana) == ("トウキョウト", "クニタチシ")


@pytest.mark.parametrize(
    ("code", "name", "kana", "wards"),
    [
        ("011002", "札幌市", "サッポロシ", 10),
        ("271403", "堺市", "サカイシ", 7),
        ("111007", "さいたま市", "サイタマシ", 10),
        ("221309", "浜松市", "ハママツシ", 3),
    ],
)
def test_the_wards_of_a_designated_city_are_one_municipality(code, name, kana, wards):
    found = municipality(MunicipalityCode(code))
    assert (found.name, found.city_kana, len(found.leaves)) == (name, kana, wards)
    assert len({town.before for town in towns(found.code)}) == wards


def test_there_are_twenty_designated_cities():
    assert sum(len(each.leaves) > 1 for each in municipalities().values()) == 20


def test_an_unknown_code_is_not_found():
    with pytest.raises(JukinetError) as raised:
        municipality(MunicipalityCode("139017"))
    assert raised.value.kind is ErrorKind.NOT_FOUND


def test_towns_are_those_of_the_municipality():
    names = {town.name for town in towns(gazetteer.KUNITACHI)}
    assert names == {"北", "東", "富士見台", "中", "西", "谷保", "泉", "青柳", "石田", "矢川"}
    blocks = {town.name: town.chome for town in towns(gazetteer.KUNITACHI)}
    assert blocks["東"]
    assert not blocks["青柳"]


def test_town_names_are_cleaned():
    names = [town.name for town in towns(gazetteer.CHIYODA)]
    assert "霞が関" in names
    assert not [name for name in names if "ビル" in name or "タワー" in name or "（" in name or not name]
    assert len(names) == len(set(names))


def test_numerals_of_town_names_are_kanji():
    names = {town.name for town in towns(MunicipalityCode("012041"))}
    assert "秋月一条" in names
    assert not [name for name in names if re.search(r"[0-9０-９]", name)]


def test_a_village_without_towns_has_addresses_all_the_same():
    code = MunicipalityCode("133621")
    address = gazetteer.invent_address(Draws(1), code)
    assert re.fullmatch(r"東京都利島村\d+番地(の\d+)?", address.text)


@given(st.integers())
def test_addresses_are_in_the_municipality_and_in_a_real_town(seed):
    address = gazetteer.invent_address(Draws(seed), gazetteer.KUNITACHI)
    found = re.fullmatch(
        r"東京都国立市(.+?)(?:[一二三四五六七]丁目\d+番(?:地の\d+|\d+号)|\d+番地(?:の\d+)?)", address.text
    )
    assert found
    assert found[1] in {town.name for town in towns(gazetteer.KUNITACHI)}
    assert address.municipality == gazetteer.KUNITACHI


def test_one_town_numbers_in_one_way():
    draws = Draws("numbering")
    styles: dict[str, set[bool]] = {}
    for _ in range(300):
        text = gazetteer.invent_address(draws, gazetteer.KUNITACHI).text
        if "丁目" in text:
            town = re.split("[一二三四五六七]丁目", text)[0]
            styles.setdefault(town, set()).add(text.endswith("号"))
    assert styles
    assert all(len(found) == 1 for found in styles.values())


def test_domiciles_name_a_lot_and_no_building():
    domicile = gazetteer.invent_domicile(Draws(2), towns(gazetteer.YAMATSURI))
    assert re.fullmatch(r"福島県東白川郡矢祭町.+番地", domicile)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四"), (99, "九十九")]
)
def test_kanji_numerals(number, text):
    assert kanji_numeral(number) == text
