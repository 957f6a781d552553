"""JSON Schema of what a reader takes, from the shapes that it told.

Owns what is said of each kind of text. A parser that is not in the table is described as a text of its length:
nothing less than the truth, only less of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from jukinet.domain.card import CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number, check_pension_number
from jukinet.domain.reading import parse_date, parse_instant
from jukinet.domain.recording import Anything, Flag, Integer, Listing, Object, Parser, Property, Shape, Text
from jukinet.domain.relationship import check_relationship
from jukinet.law.catalogue import check_affair
from jukinet.network.batches import parse_file_digest
from jukinet.network.shapes import Schema
from jukinet.services.supply.queries import parse_request_id

_Kinds: TypeAlias = Mapping[Callable[[str], object], Schema]

_KINDS: _Kinds = MappingProxyType(
    {
        parse_date: {"format": "date", "description": "A calendar date, YYYY-MM-DD."},
        parse_instant: {"format": "date-time", "description": "A moment in UTC, with Z."},
        check_number: {
            "pattern": "^[0-9]{11}$",
            "description": "A resident or household number: ten digits and a check digit.",
        },
        ResidentRecordCode.parse: {
            "pattern": "^[0-9]{11}$",
            "description": "A Resident Record code: ten digits and a check digit.",
        },
        check_pension_number: {
            "pattern": "^[0-9]{4}-?[0-9]{6}$",
            "description": "A basic pension number: ten digits, such as 1234-567890.",
        },
        CardNumber.parse: {
            "pattern": "^[0-9A-Z]{1,20}$",
            "description": "The number of a card: digits and capital letters, as printed on it.",
        },
        MunicipalityCode.parse: {
            "pattern": "^[0-9]{6}$",
            "description": "A municipality's code: five digits and a check digit.",
        },
        PartialDate.parse: {
            "pattern": "^[0-9X][0-9X/~?%-]*$",
            "description": "A date that may be partly unknown (EDTF): 1980-04-17, 1980-04-XX, 1980-XX-XX.",
        },
        parse_request_id: {
            "pattern": "^[A-Za-z0-9-]{8,64}$",
            "description": "The organ's own number of the request, random; it stands in the audit entry.",
        },
        check_affair: {
            "pattern": "^(t[1-5]-[1-9][0-9]{0,2}(_[1-9][0-9]?)*-[1-9][0-9]{0,2}|o[2-5]-[0-4][0-9]-[1-9][0-9]{0,5}"
            "|a30-(7-[456]|8-1)-3)$",
            "description": "A listed affair: t, table, row as the Act numbers it, and number, such as t1-77-12; an"
            " ordinance's, such as o2-13-1; or one that the Act names itself, such as a30-7-4-3.",
        },
        parse_file_digest: {
            "pattern": "^[0-9a-f]{64}$",
            "description": "The SHA-256 of the file, in hex.",
        },
        check_relationship: {
            "description": "The relationship to the householder, such as 世帯主, 妻, 子 or 子の子.",
        },
    }
)
"""What is said of a text, by its parser."""

_TEXT = "NFC; not blank; no control, invisible or unassigned characters."
_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]+$"
"""As much of it as every dialect of patterns can say."""


def write(shape: Shape) -> Schema:
    """The schema of a shape. Objects allow no field that they do not name."""
    match shape:
        case Text():
            texts = [_write_text(parser, shape.longest) for parser in shape.parsers]
            return texts[0] if len(texts) == 1 else {"anyOf": texts}
        case Integer():
            return {"type": "integer", "minimum": shape.least, "maximum": shape.most}
        case Flag():
            return {"type": "boolean"}
        case Anything():
            return {}
        case Listing():
            limits = {"minItems": shape.least, "maxItems": shape.most}
            return {"type": "array", "items": write(shape.item), **limits}
        case Object():
            return _write_object(shape)


def _write_object(shape: Object) -> Schema:
    written: Schema = {
        "type": "object",
        "properties": {name: _write_property(one) for name, one in shape.properties.items()},
        "required": [name for name, one in shape.properties.items() if one.required],
        "additionalProperties": shape.open,
    }
    return written


def _write_property(one: Property) -> Schema:
    written = write(one.shape)
    if one.conditional:
        written = written | {"description": _with(written, "Needed or not as the other fields say.")}
    if not one.nullable or not written:
        return written
    return {"anyOf": [written, {"type": "null"}]}


def _write_text(parser: Parser, longest: int) -> Schema:
    words = getattr(parser, "kind", None)
    if words is not None:
        return {"type": "string", "enum": [str(word) for word in words]}
    said: Mapping[str, Any] = _KINDS.get(parser, {})
    # A format, or a pattern from end to end, says how long the text is.
    bounded = "format" in said or str(said.get("pattern", "")).endswith("}$")
    limits = {} if bounded else {"minLength": 1, "maxLength": longest, "pattern": _NO_CONTROLS}
    return {"type": "string", **limits, **said, "description": said.get("description", _TEXT)}


def _with(written: Schema, sentence: str) -> str:
    return f"{written.get('description', '')} {sentence}".strip()
