"""JSON from outside, read strictly: one meaning or none.

Owns what bytes count as a message at all. What its fields mean is read by the module of the message,
with ``jukinet.domain.reading``. Two parsers that disagree about a duplicate key, a huge number or a lone
surrogate are how a signed message comes to mean two things; so all of these are refused here.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from jukinet.domain.errors import ErrorKind, JukinetError

MAX_DEPTH = 16
"""Nested objects and lists, the outermost counted."""

MAX_INTEGER = 2**53
"""The largest magnitude that every JSON reader keeps exactly."""


class _RefusedError(ValueError):
    """Why the text is refused, without any of the text."""


def parse(data: bytes, *, limit: int) -> dict[str, Any]:
    """Return the object that ``data`` (UTF-8, at most ``limit`` bytes) spells.

    Raises ``JukinetError`` of kind TOO_LARGE, or MALFORMED for anything that is not one JSON object without
    duplicate keys, fractions, NaN, integers beyond 2**53, NUL, surrogates or more than 16 levels.
    """
    if len(data) > limit:
        raise JukinetError(ErrorKind.TOO_LARGE, f"The message is larger than {limit} bytes.")
    try:
        return _parse(data)
    except _RefusedError as refused:
        raise _malformed(str(refused)) from None
    except UnicodeDecodeError:
        raise _malformed("is not UTF-8") from None
    except RecursionError:
        raise _malformed(f"is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise _malformed("is not JSON") from None


def dump(data: object) -> bytes:
    """The one spelling we write: UTF-8, keys sorted, no spaces."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _parse(data: bytes) -> dict[str, Any]:
    text = data.decode("utf-8")
    parsed = _DECODER.decode(text)
    if not isinstance(parsed, dict):
        raise _RefusedError("is not a JSON object")
    # Unescaped, NUL and surrogates are already refused: by the JSON grammar and by UTF-8.
    _check_tree(parsed, texts="\\u" in text)
    return parsed


def _malformed(problem: str) -> JukinetError:
    return JukinetError(ErrorKind.MALFORMED, f"The message {problem}.")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError("has a duplicate key")
    return found


def _small_integer(digits: str) -> int:
    if len(digits) > len(str(-MAX_INTEGER)) or abs(number := int(digits)) > MAX_INTEGER:
        raise _RefusedError("has a number beyond 2^53")
    return number


def _refuse_number(_: str) -> NoReturn:
    raise _RefusedError("has a number that is not a whole number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_int=_small_integer,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)


def _check_tree(root: dict[str, Any], *, texts: bool) -> None:
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for container in level:
            if isinstance(container, dict):
                if texts:
                    _check_texts(container)
                members = list(container.values())
            else:
                members = container
            if texts:
                _check_texts(members)
            below.extend(member for member in members if isinstance(member, dict | list))
        if not below:
            return
        level = below
    raise _RefusedError(f"is nested deeper than {MAX_DEPTH} levels")


def _check_texts(members: Any) -> None:
    for member in members:
        if isinstance(member, str) and ("\0" in member or any("\ud800" <= c <= "\udfff" for c in member)):
            raise _RefusedError("has a NUL or a surrogate in a text")
