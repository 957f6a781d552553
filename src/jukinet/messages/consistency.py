"""The consistency check between two nodes: a question for digests of ranges of codes, and its answer.

Owns their shape. Codes are ranged by the digits that they begin with. A prefix that is opened gives the digests of the
hundred ranges two digits longer or, where few records are left, every record with its digest; never a fact.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from jukinet.domain.encoding import DIGEST_BYTES
from jukinet.domain.errors import Fault
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields
from jukinet.messages.wire import present

TOP = tuple("0123456789")
"""The prefixes that hold every code."""

MOST_PREFIXES = 32
"""Prefixes that one question opens."""
LISTED = 128
"""Records of a prefix that are listed one by one; where there are more, ranges are told."""
MOST_PARKED = 200

BELOW = tuple(f"{number:02d}" for number in range(100))
_PREFIX = re.compile(r"[0-9]{1,9}")
_CODE = re.compile(r"[0-9]{11}")
_LINE = re.compile(r"([0-9]{6})([0-9]{11})([A-Za-z0-9+/]{22})")
_EMPTY = bytes(DIGEST_BYTES)


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """Which prefixes to open. ``recompute``: by digests computed from the rows, not by those kept with them."""

    prefixes: tuple[str, ...]
    recompute: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Private):
    """A live record: the municipality whose it is, its code, the digest of its facts."""

    municipality: str
    code: str
    digest: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Private):
    """What stands behind a prefix: either digests of ranges, the empty ones left out, or all records."""

    prefix: str
    ranges: dict[str, bytes] | None = None
    records: tuple[Listed, ...] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CheckAnswer(Private):
    """All from one snapshot. ``cursor``: how far the asking node's identity lane was taken then.

    ``parked``: codes of the opened prefixes about which a statement is parked there.
    """

    cursor: int
    opened: tuple[Opened, ...]
    parked: tuple[str, ...] = ()


def write_question(question: CheckQuestion) -> dict[str, Any]:
    return {"prefixes": list(question.prefixes), "recompute": question.recompute}


def read_question(fields: Fields) -> CheckQuestion:
    prefixes = fields.texts("prefixes", _parse_prefix, most=MOST_PREFIXES)
    if not prefixes or len(set(prefixes)) != len(prefixes):
        fields.fault("prefixes", "must be at least one, and none twice")
    return CheckQuestion(prefixes, fields.flag("recompute"))


def write_answer(answer: CheckAnswer) -> dict[str, Any]:
    return {
        "cursor": answer.cursor,
        "opened": [_write_opened(one) for one in answer.opened],
        "parked": list(answer.parked),
    }


def read_answer(fields: Fields) -> CheckAnswer:
    return CheckAnswer(
        fields.integer("cursor"),
        fields.each("opened", _read_opened, most=MOST_PREFIXES),
        fields.texts("parked", _parse_code, most=MOST_PARKED),
    )


def answer_faults(question: CheckQuestion, answer: CheckAnswer) -> tuple[Fault, ...]:
    """Whether an answer opens what was asked for, in its order, and lists no record of another range."""
    faults = []
    if tuple(one.prefix for one in answer.opened) != question.prefixes:
        faults.append(Fault("opened", "must be the prefixes that were asked for"))
    for one in answer.opened:
        keys = [(line.code, line.municipality) for line in one.records or ()]
        if keys != sorted(set(keys)) or any(not code.startswith(one.prefix) for code, _ in keys):
            faults.append(Fault("opened.records", "must be in order, and of their prefix"))
    return tuple(faults)


def _write_opened(one: Opened) -> dict[str, Any]:
    ranges = None
    if one.ranges is not None:
        told = b"".join(one.ranges.get(one.prefix + below, _EMPTY) for below in BELOW)
        ranges = base64.b64encode(told).decode()
    records = None
    if one.records is not None:
        records = [f"{line.municipality}{line.code}{_short(line.digest)}" for line in one.records]
    return present(prefix=one.prefix, ranges=ranges, records=records)


def _short(digest: bytes) -> str:
    return base64.b64encode(digest).decode().rstrip("=")


def _read_opened(fields: Fields) -> Opened:
    prefix = fields.take("prefix", _parse_prefix)
    ranges = fields.optional("ranges", _parse_ranges, longest=4096)
    records = fields.texts("records", _parse_line, most=LISTED) if fields.has("records") else None
    if (ranges is None) == (records is None):
        fields.fault("ranges", "must be there, or records, and not both")
    if ranges is None:
        return Opened(prefix, records=records)
    pairs = zip(BELOW, ranges, strict=True)
    return Opened(prefix, {prefix + below: digest for below, digest in pairs if digest != _EMPTY})


def _parse_prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError("must be one to nine digits")
    return text


def _parse_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError("must be eleven digits")
    return text


def _parse_ranges(text: str) -> list[bytes]:
    size = DIGEST_BYTES * len(BELOW)
    try:
        told = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        told = b""
    if len(told) != size:
        raise ValueError("must be the digests of a hundred ranges")
    return [told[at : at + DIGEST_BYTES] for at in range(0, size, DIGEST_BYTES)]


def _parse_line(text: str) -> Listed:
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError("must be a municipality, a code and a digest")
    return Listed(found[1], found[2], base64.b64decode(found[3] + "=="))
