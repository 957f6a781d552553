"""The fixed encoding of items as bytes, which digests and log leaves are made of.

Injective: two different lists never give the same bytes, so a digest speaks for the items and for
nothing else. The form never changes; a new form would get a new first line.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from jukinet.domain.persons import IdentityFacts

PREFIX = b"jukinet-items-v1\n"


def encode(pairs: Iterable[tuple[str, str | None]]) -> bytes:
    """Encode named items in the order given; an absent item (None) differs from an empty one.

    The prefix, then the count of pairs, then for each its name, a byte 0 (absent) or 1, and where
    present its value. Counts and lengths are four bytes, big-endian; texts are UTF-8. ``ValueError``
    where a name comes twice or a text holds a surrogate.
    """
    listed = list(pairs)
    if len(dict(listed)) != len(listed):
        raise ValueError("must not hold the same name twice")
    return begin(len(listed)) + b"".join([pair(name, value) for name, value in listed])


def begin(count: int) -> bytes:
    """What stands before so many pairs: for whoever puts an encoding together from its pairs."""
    return PREFIX + _number(count)


def pair(name: str, value: str | None) -> bytes:
    """One pair of an encoding."""
    if value is None:
        return _absent(name)
    raw = value.encode()
    return _present(name) + _number(len(raw)) + raw


@cache
def named(name: str) -> bytes:
    """The name of a pair, whose value somebody else writes."""
    return _text(name)


@cache
def _absent(name: str) -> bytes:
    return named(name) + b"\0"


@cache
def _present(name: str) -> bytes:
    return named(name) + b"\1"


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _text(text: str) -> bytes:
    raw = text.encode()
    return _number(len(raw)) + raw


IDENTITY_ITEMS = (
    "name",
    "nickname",
    "birth_date",
    "sex",
    "address.municipality",
    "address.text",
    "address.building",
    "code",
)
"""The six facts as items, in their order."""

DIGEST_BYTES = 16
"""Of a SHA-256: what two nodes compare of one record."""


def encode_identity(facts: IdentityFacts) -> bytes:
    """The six facts as bytes; what a consistency check compares."""
    values = (
        facts.name,
        facts.nickname,
        facts.birth_date.text,
        facts.sex.value,
        facts.address.municipality.text,
        facts.address.text,
        facts.address.building,
        facts.code.text if facts.code else None,
    )
    return encode(zip(IDENTITY_ITEMS, values, strict=True))
