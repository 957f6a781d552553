"""What an organ may ask at a node, as its supply door tells it (``GET /supply/v1/affairs``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.client.answers import known
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.messages.wire import parse_member

MAX_AFFAIRS = 4 * 1024 * 1024
"""Bytes; all affairs of the catalogue need less than one MiB."""


class QueryKind(StrEnum):
    """How a person may be named in a request."""

    CODE = "code"
    FOUR_ITEMS = "four-items"


@dataclass(frozen=True, slots=True)
class AffairToAsk:
    """An affair that the organ may name. ``through_governor``: the governor of its prefecture must send the request."""

    affair: str
    ja: str
    en: str
    basis: tuple[str, ...]
    queries: tuple[QueryKind, ...]
    through_governor: bool


_ANSWER = {"affairs": [dict.fromkeys(("affair", "ja", "en", "basis", "queries", "through_governor"))]}


def read_affairs(data: bytes) -> tuple[AffairToAsk, ...]:
    """Read a 200 answer; raises MALFORMED, with faults, if it is not one."""
    try:
        with reading(known(strict_json.parse(data, limit=MAX_AFFAIRS), _ANSWER)) as fields:
            return fields.each("affairs", _read)
    except JukinetError as error:
        raise JukinetError(
            ErrorKind.MALFORMED, "The node's answer is not understood.", error.faults
        ) from None


def _read(fields: Fields) -> AffairToAsk:
    return AffairToAsk(
        affair=fields.text("affair"),
        ja=fields.text("ja"),
        en=fields.text("en"),
        basis=fields.texts("basis", str),
        queries=fields.texts("queries", parse_member(QueryKind)),
        through_governor=fields.flag("through_governor"),
    )
