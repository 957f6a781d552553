"""Codes of municipalities, and the names of nodes and organs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.municipality import (
    NATIONAL,
    PREFECTURE_NAMES,
    MunicipalityCode,
    NodeId,
    NodeRole,
    OrganSlug,
    PrefectureCode,
    SystemId,
    municipality_check_digit,
    parse_peer_uri,
)

KNOWN = {
    "131016": "Chiyoda",
    "011002": "Sapporo",
    "074829": "Yamatsuri",
    "074837": "Hanawa",
    "132152": "Kunitachi",
    "132012": "Hachioji",
    "072010": "Fukushima City",
}


@st.composite
def municipalities(draw):
    five = f"{draw(st.integers(1, 47)):02}{draw(st.integers(1, 999)):03}"
    return five + municipality_check_digit(five)


@pytest.mark.parametrize("text", KNOWN, ids=KNOWN.values())
def test_the_known_codes(text):
    code = MunicipalityCode(text)
    assert code.prefecture.text == text[:2]
    assert code.node_id.text == f"muni-{text}"


@given(municipalities(), st.integers(0, 5), st.sampled_from("0123456789"))
def test_nearly_every_wrong_digit_is_found(text, place, digit):
    wrong = text[:place] + digit + text[place + 1 :]
    if wrong == text:
        assert MunicipalityCode(wrong).text == text
    elif municipality_check_digit(wrong[:5]) != wrong[5]:
        with pytest.raises(ValueError, match="six digits"):
            MunicipalityCode(wrong)


@pytest.mark.parametrize(
    "text",
    ["", "13101", "1310161", "131015", "130001", "001015", "481017", "13101６", "13101a", "131016\n"],
)
def test_what_is_no_municipality_is_refused(text):
    with pytest.raises(ValueError, match="six digits of a municipality"):
        MunicipalityCode(text)


def test_a_remainder_of_zero_and_of_one_give_one_and_zero():
    by_remainder: dict[int, set[str]] = {}
    for number in range(1000, 48000):
        five = f"{number:05}"
        total = sum(int(d) * w for d, w in zip(five, (6, 5, 4, 3, 2), strict=True))
        by_remainder.setdefault(total % 11, set()).add(municipality_check_digit(five))
    assert by_remainder[0] == {"1"}
    assert by_remainder[1] == {"0"}
    assert by_remainder[4] == {"7"}


def test_prefectures_are_47_and_named():
    assert len(PREFECTURE_NAMES) == len(set(PREFECTURE_NAMES)) == 47
    assert [PrefectureCode(text).name for text in ("01", "07", "13", "26", "27", "47")] == [
        "北海道",
        "福島県",
        "東京都",
        "京都府",
        "大阪府",
        "沖縄県",
    ]
    assert PrefectureCode("13").node_id == NodeId("pref-13")
    for text in ("00", "48", "1", "013", "１３", ""):
        with pytest.raises(ValueError, match="01 to 47"):
            PrefectureCode(text)


@pytest.mark.parametrize(
    ("text", "role", "schema", "prefecture", "municipality"),
    [
        ("national", NodeRole.NATIONAL, "national", None, None),
        ("pref-13", NodeRole.PREFECTURE, "pref_13", "13", None),
        ("muni-132152", NodeRole.MUNICIPALITY, "muni_132152", "13", "132152"),
        ("muni-074837", NodeRole.MUNICIPALITY, "muni_074837", "07", "074837"),
    ],
)
def test_what_a_node_id_tells(text, role, schema, prefecture, municipality):
    node = NodeId(text)
    assert (node.role, node.schema, node.uri) == (role, schema, f"urn:jukinet:node:{text}")
    assert node.prefecture == (PrefectureCode(prefecture) if prefecture else None)
    assert node.municipality == (MunicipalityCode(municipality) if municipality else None)
    assert parse_peer_uri(node.uri) == node
    assert repr(node) == f"NodeId({text})"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "National",
        "national ",
        "pref-48",
        "pref-",
        "pref13",
        "muni-132153",
        "muni-13215",
        "muni_132152",
        "organ-x",
        "pref-13-x",
        'muni-132152"; drop',
    ],
)
def test_what_is_no_node_is_refused(text):
    with pytest.raises(ValueError, match="must be a node"):
        NodeId(text)


def test_the_centre():
    assert NATIONAL.role is NodeRole.NATIONAL


@pytest.mark.parametrize("text", ["jps", "passport-office", "a1", "a" * 41])
def test_organs(text):
    slug = OrganSlug(text)
    assert parse_peer_uri(slug.uri) == slug
    assert slug.uri == f"urn:jukinet:organ:{text}"


@pytest.mark.parametrize("text", ["", "a", "Jps", "1jps", "-jps", "a" * 42, "j ps", "j_ps", "年金", "jps\n"])
def test_what_is_no_organ_is_refused(text):
    with pytest.raises(ValueError, match="small letters"):
        OrganSlug(text)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "national",
        "urn:jukinet:node:",
        "urn:jukinet:organ:",
        "urn:jukinet:system:muni-132152",
        "urn:jukinet:system:pref-13:tax-office",
        "urn:jukinet:system:tax-office",
        "urn:jukinet:node:nowhere",
        "urn:jukinet:nodes:national",
        " urn:jukinet:node:national",
        "URN:jukinet:node:national",
        "https://jukinet/node/national",
    ],
)
def test_what_names_no_party_is_refused(uri):
    with pytest.raises(ValueError, match="must be"):
        parse_peer_uri(uri)


def test_an_organ_that_is_spelt_like_a_node_is_no_node():
    organ = parse_peer_uri("urn:jukinet:organ:national")
    assert isinstance(organ, OrganSlug)
    assert organ != NATIONAL
    assert hash(organ) != hash(NATIONAL)


def test_a_system_is_named_by_its_municipality_and_a_slug():
    system = SystemId("muni-132152:tax-office")
    assert (system.node, system.slug) == (NodeId("muni-132152"), "tax-office")
    assert system.uri == "urn:jukinet:system:muni-132152:tax-office"
    assert parse_peer_uri(system.uri) == system


@pytest.mark.parametrize(
    "text",
    [
        "",
        "muni-132152",
        "muni-132152:",
        "muni-132152:T",
        "muni-132153:tax",
        "pref-13:tax",
        "muni-132152:a:b",
        ":tax",
    ],
)
def test_what_is_no_system_is_refused(text):
    with pytest.raises(ValueError, match="tax-office"):
        SystemId(text)
