"""Our own values as JSON, and the schema of that JSON: both from the dataclass, so that neither can drift.

Owns how answers of the register API look. An item that is added to a record appears in both by itself.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from jukinet.domain.reading import format_instant
from jukinet.domain.scalars import Scalar

Schema = dict[str, Any]

_PLAIN: Mapping[type, Schema] = types.MappingProxyType(
    {
        type(None): {"type": "null"},
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        str: {"type": "string"},
        date: {"type": "string", "format": "date"},
        datetime: {"type": "string", "format": "date-time"},
    }
)
"""The types that hold no others. What is none of these is a word of a list, a text of ours or a dataclass."""

_GIVEN: Schema = {"type": "object", "description": "JSON as it was given."}


def plain(value: Any) -> Any:
    """A value as JSON: a dataclass as an object with every field, dates in ISO 8601, moments in UTC."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return _text(value)


def _text(value: object) -> str:
    match value:
        case str() | Scalar():
            return str(value)
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
    raise TypeError(f"a {type(value).__name__} has no form in an answer")


def schema_of(kind: Any, components: dict[str, Schema]) -> Schema:
    """The schema of what ``plain`` makes of a value of this type; dataclasses are put among the components."""
    arguments = get_args(kind)
    if get_origin(kind) in {Union, types.UnionType}:
        return {"anyOf": [schema_of(one, components) for one in arguments]}
    if get_origin(kind) in {tuple, list, frozenset}:
        return {"type": "array", "items": schema_of(arguments[0], components)}
    if kind in _PLAIN or get_origin(kind) in {dict, Mapping}:
        return dict(_PLAIN.get(kind, _GIVEN))
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(one) for one in kind]}
    if issubclass(kind, Scalar):
        return {"type": "string"}
    return _object(kind, components)


def _object(kind: type, components: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in components:
        components[name] = {}  # so that one which holds itself comes to an end
        hints = get_type_hints(kind)
        properties = {one.name: schema_of(hints[one.name], components) for one in fields(kind)}
        components[name] = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{name}"}
