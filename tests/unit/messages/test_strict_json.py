from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import strict_json

LIMIT = 10_000


def refusal(data: bytes, limit: int = LIMIT) -> JukinetError:
    with pytest.raises(JukinetError) as caught:
        strict_json.parse(data, limit=limit)
    return caught.value


def nested(levels: int) -> bytes:
    """An object of so many levels, itself counted."""
    return b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"{",
        b'{"a":1}x',
        b'{"a":1}{"a":1}',
        b"{'a':1}",
        b'{"a":1,}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'{"b":{"a":1,"a":2}}',
        b'{"b":[{"a":1,"a":2}]}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0.0}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":9007199254740993}',
        b'{"a":-9007199254740993}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\x00"}',
        b'{"a":"\\u0000"}',
        b'{"a":["\\u0000"]}',
        b'{"\\u0000":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"\\udfff":1}',
        b'{"b":[[{"\\udfff":1}]]}',
        b'{"a":"\n"}',
        nested(strict_json.MAX_DEPTH + 1),
        b'{"a":' + b"[" * strict_json.MAX_DEPTH + b"]" * strict_json.MAX_DEPTH + b"}",
        b'{"a":' + b"[" * 4000,
        b'{"a":' + b"[" * 4000 + b"]" * 4000 + b"}",
    ],
)
def test_what_does_not_have_one_meaning_is_malformed(data: bytes) -> None:
    assert refusal(data, limit=20_000).kind is ErrorKind.MALFORMED


def test_depth_is_counted_to_the_last_allowed_level() -> None:
    assert strict_json.parse(nested(strict_json.MAX_DEPTH), limit=LIMIT)


@pytest.mark.parametrize("number", [2**53, -(2**53), 0, -1])
def test_exact_integers_are_kept(number: int) -> None:
    assert strict_json.parse(b'{"a":%d}' % number, limit=LIMIT) == {"a": number}


def test_size_is_checked_before_anything_else() -> None:
    data = b'{"a":1}'
    assert strict_json.parse(data, limit=len(data)) == {"a": 1}
    assert refusal(data, limit=len(data) - 1).kind is ErrorKind.TOO_LARGE
    assert refusal(b"\xff" * 100, limit=99).kind is ErrorKind.TOO_LARGE


def test_escaped_pairs_and_ordinary_escapes_are_read() -> None:
    assert strict_json.parse(b'{"a":"\\ud842\\udfb7\\u8fbb\\n"}', limit=LIMIT) == {"a": "𠮷辻\n"}


def test_an_error_shows_nothing_of_the_message() -> None:
    for data in (b'{"Yamada":1,"Yamada":2}', b'{"a":"Yamada', b'{"a":"Yamada\\u0000"}'):
        error = refusal(data)
        assert "Yamada" not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab辻"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("ab辻"), values, max_size=4))
def test_what_we_write_is_read_back_and_spelled_once(data: dict[str, object]) -> None:
    written = strict_json.dump(data)
    assert strict_json.parse(written, limit=2**20) == data
    assert strict_json.dump(dict(reversed(data.items()))) == written


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps({"a": text}).encode()))
def test_whatever_comes_is_an_object_or_an_error(data: bytes) -> None:
    try:
        parsed: object = strict_json.parse(data, limit=100)
    except JukinetError as error:
        parsed = error.kind
    assert isinstance(parsed, dict) or parsed in {ErrorKind.MALFORMED, ErrorKind.TOO_LARGE}
