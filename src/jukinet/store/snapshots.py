"""A resident record as the ``items`` column holds it: JSON of the full snapshot, and back."""

from __future__ import annotations

from typing import Any

import msgspec

from jukinet.domain.items import ListedItems, ResidentRecord
from jukinet.domain.scalars import Scalar


def _plain(value: Any) -> Any:
    if isinstance(value, Scalar):
        return value.text
    raise NotImplementedError  # msgspec's protocol: "not mine"


def _value(kind: type, text: Any) -> Any:
    if issubclass(kind, Scalar):
        return kind(text)
    raise NotImplementedError


_encoder = msgspec.json.Encoder(enc_hook=_plain)
_decoder = msgspec.json.Decoder(ResidentRecord, dec_hook=_value)
_listed_decoder = msgspec.json.Decoder(ListedItems, dec_hook=_value)


def to_json(record: ResidentRecord) -> str:
    return _encoder.encode(record).decode()


def from_json(text: str) -> ResidentRecord:
    return _decoder.decode(text)


def listed_from_json(text: str) -> ListedItems:
    """What a list shows of a record: read in a third of the time that the whole takes."""
    return _listed_decoder.decode(text)
