"""The Resident Record code: the table of known codes, and what its check digit catches."""

import copy
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain import code
from jukinet.domain.code import ResidentRecordCode, check_digit, compose, explain, is_issuable

TEN = st.text("0123456789", min_size=10, max_size=10)
ISSUABLE = TEN.filter(is_issuable)


@pytest.mark.parametrize(
    ("ten", "total", "remainder", "whole"),
    [
        pytest.param("2472705960", 179, 3, "24727059608", id="specimen one"),
        pytest.param("2484601622", 139, 7, "24846016224", id="specimen two"),
        pytest.param("2520801764", 151, 8, "25208017643", id="specimen three"),
        pytest.param("1234567890", 195, 8, "12345678903", id="computed"),
        pytest.param("0123456789", 174, 9, "01234567892", id="leading zero"),
        pytest.param("9999999999", 369, 6, "99999999995", id="all nines"),
        pytest.param("0704999622", 232, 1, "07049996220", id="remainder one"),
        pytest.param("1706690743", 187, 0, "17066907430", id="remainder zero"),
    ],
)
def test_the_known_codes(ten, total, remainder, whole):
    found = explain(whole)
    assert (found.total, found.remainder, found.valid) == (total, remainder, True)
    assert ten + check_digit(ten) == whole
    assert ResidentRecordCode.parse(whole).text == whole
    assert found.issuable is is_issuable(ten) is (remainder > 1)


@case("Reg. Art. 1")
def test_a_remainder_of_zero_or_one_is_accepted_but_never_composed():
    for ten in ("0704999622", "1706690743"):
        ResidentRecordCode(ten + "0")
        with pytest.raises(ValueError, match="remainder"):
            compose(ten)


@given(ISSUABLE)
@case("Reg. Art. 1")
def test_what_is_composed_is_read_again(ten):
    made = compose(ten)
    assert made == ResidentRecordCode.parse(made.text)
    assert made.text[:10] == ten
    assert made.text[10] != "0"


@given(ISSUABLE, st.integers(0, 10), st.sampled_from("0123456789"))
@case("Reg. Art. 1")
def test_every_wrong_single_digit_of_an_issued_code_is_found(ten, place, digit):
    right = compose(ten).text
    wrong = right[:place] + digit + right[place + 1 :]
    assume(wrong != right)
    assume(is_issuable(wrong[:10]))
    with pytest.raises(ValueError, match="check digit"):
        ResidentRecordCode(wrong)
    assert not explain(wrong).valid


@given(TEN)
def test_one_check_digit_in_ten_is_right(ten):
    accepted = [digit for digit in "0123456789" if explain(ten + digit).valid]
    assert accepted == [check_digit(ten)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2472705960",
        "247270596080",
        "2472705960a",
        " 24727059608",
        "24727059608\n",
        "２４７２７０５９６０８",
        "٢٤٧٢٧٠٥٩٦٠٨",
        "-2472705960",
        "2472705960\N{SUPERSCRIPT TWO}",
    ],
)
def test_only_eleven_plain_digits_are_read(text):
    with pytest.raises(ValueError, match="eleven digits"):
        ResidentRecordCode(text)
    assert not explain(text).valid


@pytest.mark.parametrize("ten", ["123", "12345678901", "123456789x", "１２３４５６７８９０"])
def test_the_arithmetic_takes_ten_plain_digits_only(ten):
    for function in (check_digit, is_issuable, compose):
        with pytest.raises(ValueError, match="ten digits"):
            function(ten)


def test_neither_an_error_nor_a_repr_shows_the_code():
    with pytest.raises(ValueError, match="check digit") as caught:
        ResidentRecordCode("24727059609")
    assert "24727059609" not in str(caught.value)
    assert "2472" not in repr(ResidentRecordCode("24727059608"))
    assert "24727" not in repr(explain("24727059608"))
    assert "digits=" not in repr(explain("24727059608"))


def test_the_formula_is_one_replaceable_function(monkeypatch):
    monkeypatch.setattr(code, "check_digit", lambda ten: "7")
    assert ResidentRecordCode("24727059607").text.endswith("7")
    assert explain("24727059607").valid
    assert compose("2472705960").text == "24727059607"


def test_a_code_is_a_value():
    one, same, other = (ResidentRecordCode(text) for text in ("24727059608", "24727059608", "24846016224"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "24727059608"
    assert one < other
    assert str(one) == "24727059608"
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    with pytest.raises(AttributeError, match="immutable"):
        one.text = "24846016224"
