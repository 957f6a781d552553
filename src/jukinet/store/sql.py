"""Named SQL blocks, read once from ``queries/*.sql``.

A block starts with ``-- name: words_with_underscores`` and runs to the next one. Python names a block as
``file.block``; an unknown name fails at import of the module that uses it, not at night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources

import msgspec


def _blocks(text: str) -> dict[str, str]:
    blocks: dict[str, str] = {}
    for part in text.split("-- name: ")[1:]:
        name, _, body = part.partition("\n")
        if name.strip() in blocks:
            raise ValueError(f"two SQL blocks named {name.strip()}")
        blocks[name.strip()] = body.strip()
    return blocks


class Queries:
    """The blocks of one file; ``queries.block_name`` is its SQL text."""

    def __init__(self, file: str) -> None:
        text = resources.files("jukinet.store").joinpath("queries", f"{file}.sql").read_text("utf-8")
        self._blocks = _blocks(text)

    def __getattr__(self, name: str) -> str:
        try:
            return self._blocks[name]
        except KeyError:
            raise AttributeError(f"no SQL block named {name}") from None

    def names(self) -> frozenset[str]:
        """Every block's name (a test asks that each is used)."""
        return frozenset(self._blocks)


def as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as one JSON document, for ``json_to_recordset``: many times faster to make than an array a column.

    Dates and moments in ISO 8601; bytes must be spelt by ``as_hex`` before.
    """
    return msgspec.json.encode(rows).decode()


def as_hex(value: bytes) -> str:
    """Bytes as PostgreSQL spells them in a text."""
    return "\\x" + value.hex()
