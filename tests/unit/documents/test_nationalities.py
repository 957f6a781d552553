import pytest

from jukinet.documents.nationalities import japanese_name
from jukinet.domain.errors import JukinetError


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
    assert japanese_name(code) == name


@pytest.mark.parametrize("code", ["VN", "XYZ", "vnm", "", "840", "SUN"])
def test_what_is_no_country_is_refused_without_repeating_it(code):
    with pytest.raises(JukinetError, match="alpha-3"):
        japanese_name(code)
