"""Numbers of residents and households: a serial, and a check digit by modulus 11 with weights 2 to 7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.numbers import (
    check_number,
    check_pension_number,
    check_record_number,
    earlier,
    with_check_digit,
)

SERIALS = st.integers(1, 10**10 - 1)


@pytest.mark.parametrize(
    ("serial", "number"),
    [
        # By hand: 1 × 2 = 2, 11 − 2 = 9; 1 × 3 = 3, 8; 6 × 2 = 12, remainder 1, and so 0; 5 × 2 + 4 × 3 = 22, and so 0.
        (1, "00000000019"),
        (10, "00000000108"),
        (6, "00000000060"),
        (45, "00000000450"),
        # The seventh digit from the right has weight 2 again: 1 × 2 and 1 × 3 for the eighth, 5, 11 − 5 = 6.
        (11000000, "00110000006"),
        # 7, 6 … from the right: 2·7+3·6+4·5+5·4+6·3+7·2+2·1 = 106, remainder 7, 4.
        (1234567, "00012345674"),
    ],
)
@case("spec 1.1.13")
def test_the_check_digit_of_the_specification(serial: int, number: str) -> None:
    assert with_check_digit(serial) == number
    assert check_number(number) == number


@given(SERIALS, st.integers(0, 9))
@case("spec 1.1.13")
def test_no_other_last_digit_is_right(serial: int, digit: int) -> None:
    number = with_check_digit(serial)
    other = f"{serial:010d}{digit}"
    if other != number:
        with pytest.raises(ValueError, match="check digit"):
            check_number(other)


@pytest.mark.parametrize(
    "text", ["", "1", "0000000001a", "００００００００００１９", "00000000000", "000000000019"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="must be eleven digits"):
        check_number(text)


@pytest.mark.parametrize("serial", [0, -1, 10**10])
def test_a_serial_has_ten_digits_and_begins_with_one(serial: int) -> None:
    with pytest.raises(ValueError, match="serial"):
        with_check_digit(serial)


def test_a_record_of_before_is_called_by_the_number_and_the_stay() -> None:
    assert earlier("00000000019")[:2] == ["00000000019/1", "00000000019/2"]
    for text in ("00000000019", "00000000019/1", "00000000019/99"):
        assert check_record_number(text) == text


@pytest.mark.parametrize(
    "text",
    ["00000000019/", "00000000019/0", "00000000019/01", "00000000019/100", "00000000018/1", "/1", "1/1"],
)
def test_what_is_no_record_of_before(text: str) -> None:
    with pytest.raises(ValueError, match="must be eleven digits"):
        check_record_number(text)


@case("Ord. Art. 5")
def test_a_basic_pension_number_has_one_spelling() -> None:
    assert check_pension_number("1234567890") == check_pension_number("1234-567890") == "1234-567890"


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678901", "12345-67890", "１２３４５６７８９０", "1234-56789A"]
)
@case("Ord. Art. 5")
def test_nothing_else_is_a_basic_pension_number(text: str) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        check_pension_number(text)
