"""Thousands of schemas: each as ``jukinet.store.schema.migrate`` makes it, in one go.

A migration ends by closing what functions it added, and looks all of their names up in every schema of the database for
it: what each revision does again, so that the thousandth schema takes four times as long as the first, is here done
once, at the end.

Even so the server spends a second on the statements of one, most of them on what later ones change again. So the
municipalities', which are all alike, are made from a dump of the first.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from jukinet.domain.municipality import NodeId
from jukinet.store import match_keys, schema, search_keys
from jukinet.testing.nation.lines import Connection, Shared

_CLOSING = re.compile(r"^SELECT retention_close\(\);$", re.MULTILINE)
_OF_PSQL = re.compile(r"^\\.*$", re.MULTILINE)
"""What psql alone understands in a dump."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The statements that make the schema of one municipality, from which those of another follow by its names."""

    node: NodeId
    text: str

    @classmethod
    def of(cls, owner: str, pg_dump: Path, node: NodeId) -> Self:
        """As the schema of ``node`` stands now; ``pg_dump``: the server's own."""
        words = (f"--dbname={owner}", f"--schema={node.schema}", "--no-owner", "--rows-per-insert=1000")
        dumped = subprocess.run([pg_dump, *words], capture_output=True, text=True, check=True)
        return cls(node, _OF_PSQL.sub("", dumped.stdout))

    def text_for(self, node: NodeId) -> str:
        """The statements for another."""
        return self.text.replace(self.node.schema, node.schema).replace(str(self.node), str(node))


class Maker:
    """Makes schemas over two connections: the server takes long to begin and to end a process for each.

    ``pattern``: for the municipalities, where one was made.
    """

    def __init__(self, owner: str, pattern: Pattern | None = None) -> None:
        self._pattern = pattern
        self._raw = psycopg.connect(owner, autocommit=True, options="-c client_min_messages=warning")
        self._shared = Connection(owner)

    def __call__(self, node: NodeId) -> None:
        """Make the schema of a node that has none."""
        if self._pattern is not None and node.municipality is not None:
            self._raw.execute(self._pattern.text_for(node).encode())
        else:
            self._migrate(node)

    def _migrate(self, node: NodeId) -> None:
        text, revision = schema.whole(node.role)
        raw = self._raw
        with raw.transaction():
            raw.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(node.schema)))
            schema.begin(raw, node)
            # Where migrating makes it: before the first revision, since later ones grant it.
            raw.execute(
                "CREATE TABLE schema_version (version_num varchar(32) CONSTRAINT schema_version_pkc PRIMARY KEY)"
            )
            raw.execute(_CLOSING.sub("", text).encode())
            raw.execute("SELECT retention_close()")
            raw.execute("INSERT INTO schema_version VALUES (%s)", (revision,))
            schema.finish(raw, node)
        keys = match_keys if node.municipality is None else search_keys
        keys.ensure(Shared(self._shared, node.schema))

    def close(self) -> None:
        self._raw.close()
        self._shared.raw.close()
