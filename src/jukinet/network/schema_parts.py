"""Parts of which the answers of the supply door are described."""

from __future__ import annotations

from enum import StrEnum

from jukinet.network.shapes import Schema

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DIGEST: Schema = TEXT | {"pattern": "^[0-9a-f]{64}$"}
NUMBER: Schema = {"type": "integer", "minimum": 0}


def words(kind: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [str(one) for one in kind]}


def object_of(properties: Schema, optional: str = "") -> Schema:
    """An object of an answer: these fields, which are there but for some, and perhaps more in time."""
    needed = [name for name in properties if name not in optional.split()]
    return {"type": "object", "properties": properties, "required": needed}


def promise() -> Schema:
    fields: Schema = {
        "log": TEXT,
        "leaf": DIGEST,
        "index": NUMBER,
        "size": NUMBER,
        "path": {"type": "array", "items": DIGEST},
        "integrate_by": MOMENT,
        "key": TEXT,
        "signature": TEXT,
    }
    said = "That the answer's entry will stand in the node's log by then; keep it with the case."
    return object_of(fields) | {"description": said}
