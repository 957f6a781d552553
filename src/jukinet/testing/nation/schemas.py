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
from jukinet.store import schema

_CLOSING = re.compile(r"^SELECT retention_close\(\);$", re.MULTILINE)


def make(owner: str, node: NodeId) -> None:
    """Make the schema of a node that has none."""
    text, revision = schema.whole(node.role)
    name = sql.Identifier(node.schema)
    options = f"-c search_path={node.schema} -c client_min_messages=warning"
    with psycopg.connect(owner, options=options) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        connection.execute(_CLOSING.sub("", text).encode())
        connection.execute("SELECT retention_close()")
        connection.execute(
            "CREATE TABLE schema_version (version_num varchar(32) CONSTRAINT schema_version_pkc PRIMARY KEY)"
        )
        connection.execute("INSERT INTO schema_version VALUES (%s)", (revision,))
    schema.migrate(owner, node)
