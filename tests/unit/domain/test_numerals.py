"""Numbers in kanji."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.numerals import arabic, kanji_number

DIGITS = "〇一二三四五六七八九"


def with_units(number: int) -> str:
    """An independent writer: 23 is 二十三, 1100 is 千百."""
    parts = []
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            parts.append((DIGITS[digit] if digit > 1 or not unit else "") + unit)
    return "".join(parts)


@given(st.integers(1, 9999))
def test_numbers_are_read_with_units_and_by_digits(number):
    assert kanji_number(with_units(number)) == number
    assert kanji_number("".join(DIGITS[int(digit)] for digit in str(number))) == number


@pytest.mark.parametrize(
    ("text", "value"), [("一千", 1000), ("一百一", 101), ("十", 10), ("〇", 0), ("二十〇", 20)]
)
def test_rarer_spellings(text, value):
    assert kanji_number(text) == value


@pytest.mark.parametrize("text", ["", "23", "二3", "万", "一 二"])
def test_others_are_refused(text):
    with pytest.raises(ValueError, match="kanji"):
        kanji_number(text)


def test_every_number_in_a_text_is_written_in_digits():
    assert arabic("東二十三丁目五番〇六号") == "東23丁目5番6号"
