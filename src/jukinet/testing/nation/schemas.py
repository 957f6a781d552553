"""Thousands of schemas: each as ``jukinet.store.schema.migrate`` makes it, in one go.

A migration ends by closing what functions it added, and looks all of their names up in every schema of the database for
it: what each revision does again, so that the thousandth schema takes four times as long as the first, is here done
once, at the end.
"""

from __future__ import annotations

import re

import psycopg
from psycopg import sql

from jukinet.domain.municipality import NodeId
from jukinet.store import match_keys, schema, search_keys
from jukinet.testing.nation.lines import Connection, Shared

_CLOSING = re.compile(r"^SELECT retention_close\(\);$", re.MULTILINE)


class Maker:
    """Makes schemas over two connections: the server takes long to begin and to end a process for each."""

    def __init__(self, owner: str) -> None:
        self._raw = psycopg.connect(owner, autocommit=True, options="-c client_min_messages=warning")
        self._shared = Connection(owner)

    def __call__(self, node: NodeId) -> None:
        """Make the schema of a node that has none."""
        text, revision = schema.whole(node.role)
        raw = self._raw
        with raw.transaction():
            raw.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(node.schema)))
            schema.begin(raw, node)
            raw.execute(_CLOSING.sub("", text).encode())
            raw.execute("SELECT retention_close()")
            raw.execute(
                "CREATE TABLE schema_version (version_num varchar(32) CONSTRAINT schema_version_pkc PRIMARY KEY)"
            )
            raw.execute("INSERT INTO schema_version VALUES (%s)", (revision,))
            schema.finish(raw, node)
        keys = match_keys if node.municipality is None else search_keys
        keys.ensure(Shared(self._shared, node.schema))

    def close(self) -> None:
        self._raw.close()
        self._shared.raw.close()
