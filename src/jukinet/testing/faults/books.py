"""What the nodes' databases say, read by plain SQL for the judge: no line of the program that wrote it is used.

A statement is taken apart here with base64 and json, and its signature checked with the key that the network's
directory names.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.rows import dict_row

EVIDENCE = "before-restore"
Row = dict[str, Any]
Facts = tuple[str | None, ...]
"""Name, nickname, birth date, sex, municipality, address, building, code."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node's schema, and how its owner reaches it."""

    node: str
    dsn: str
    schema: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as some node keeps it. ``genuine``: its signature is its origin's."""

    statement_id: str
    kind: str
    origin: str
    incarnation: int
    stream: str
    addressee: str
    number: int
    envelope: bytes
    body: Row
    genuine: bool

    @property
    def line(self) -> tuple[str, int, str, str]:
        """What its number counts in."""
        return self.origin, self.incarnation, self.stream, self.addressee

    @property
    def facts(self) -> Facts:
        body, address = self.body, self.body["address"]
        return (
            body["name"],
            body.get("nickname"),
            body["birth_date"],
            body["sex"],
            address["municipality"],
            address["text"],
            address.get("building"),
            body.get("code"),
        )


@dataclass(slots=True)
class Book:
    """One node's rows."""

    node: str
    statements: dict[str, Statement] = field(default_factory=dict)
    outbox: list[Row] = field(default_factory=list)
    arrivals: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    audit: list[Row] = field(default_factory=list)
    confirmations: list[Row] = field(default_factory=list)
    halted: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    """Statements about acts that a restore lost: for a clerk to enter again."""
    beyond: list[Row] = field(default_factory=list)
    """Acts after a backup that was put back, as the node's journal told of them."""
    waiting: int = 0


_TABLES = {
    "outbox": "SELECT statement_id, stream, addressee, number, signed, entry_id FROM outbox ORDER BY entry_id",
    "arrivals": (
        "SELECT peer, stream, lane_number, statement_id, outcome FROM lane_in_items"
        " ORDER BY peer, stream, lane_number"
    ),
    "audit": "SELECT entry_id, event, outcome, terminal, resident_no, reference FROM audit_entries",
    "history": "SELECT history_id, statement_id, municipality FROM identity_history ORDER BY history_id",
    "records": (
        "SELECT name, nickname, birth_date, sex, address_in, address, building, code, municipality"
        " FROM identity_records WHERE live"
    ),
    "versions": (
        "SELECT v.resident_id, r.resident_no, v.history_no, v.terminal, v.operator, v.present, v.items,"
        " v.history_no = r.last_history_no AS last"
        " FROM resident_versions v JOIN residents r USING (resident_id) ORDER BY v.resident_id, v.history_no"
    ),
    "confirmations": "SELECT statement_id FROM move_out_confirmations",
}
_LISTED = "SELECT statement_id FROM recovery_items"
_BEYOND = "SELECT audit_no, event, statements FROM recovery_beyond ORDER BY audit_no"
_RECOVERS = (
    "SELECT count(*) AS waiting FROM node_lives"
    " WHERE live_at IS NULL AND incarnation = (SELECT max(incarnation) FROM node_lives)"
)
_STATEMENTS = "SELECT statement_id, kind, envelope FROM statements"
_HALTED = (
    "SELECT peer || ' ' || stream AS lane FROM lanes_out WHERE halted"
    " UNION ALL SELECT peer || ' ' || stream FROM lanes_in WHERE halted"
)
_PARKED = "SELECT statement_id FROM parked WHERE resolved_at IS NULL"
_WAITING = (
    "SELECT (SELECT count(*) FROM outbox WHERE NOT signed)"
    " + (SELECT count(*) FROM lane_out_items WHERE lane_number IS NULL)"
    " + (SELECT coalesce(sum(last_number - acknowledged), 0) FROM lanes_out) AS waiting"
)
_DUE = "SELECT count(*) AS waiting FROM residents WHERE present AND move_out_on <= %s"


def read_keys(directory: Path) -> dict[str, tuple[str, Ed25519PublicKey]]:
    """Key id → owner and key, of every key for statements that the signed directory names."""
    bundle = json.loads(directory.read_bytes())
    envelope = json.loads(bundle["directory"])
    named = json.loads(base64.b64decode(envelope["payload"]))
    return {
        key["id"]: (
            node["id"],
            Ed25519PublicKey.from_public_bytes(base64.b64decode(key["key"])),
        )
        for node in named["nodes"]
        for key in node["keys"]
        if key["use"] == "statement"
    }


def read_book(place: Place, keys: dict[str, tuple[str, Ed25519PublicKey]]) -> Book:
    """Everything of one node, as of one moment."""
    book = Book(place.node)
    with _reading(place) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        there = {row["tablename"] for row in connection.execute(_NAMES, (place.schema,))}
        for name, query in _TABLES.items():
            if _MAIN[name] in there:
                setattr(book, name, connection.execute(query).fetchall())
        for row in connection.execute(_STATEMENTS):
            found = open_statement(row, keys)
            book.statements[found.statement_id] = found
        book.halted = [row["lane"] for row in connection.execute(_HALTED)]
        book.parked = [row["statement_id"] for row in connection.execute(_PARKED)]
        book.waiting = _count(connection, _WAITING)
        book.listed = [row["statement_id"] for row in connection.execute(_LISTED)]
        book.beyond = connection.execute(_BEYOND).fetchall()
    return book


_NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
_MAIN = {
    "outbox": "outbox",
    "arrivals": "lane_in_items",
    "audit": "audit_entries",
    "history": "identity_history",
    "records": "identity_records",
    "versions": "resident_versions",
    "confirmations": "move_out_confirmations",
}
"""Of each table of a book, the table without which a node has none of it."""


def open_statement(row: Row, keys: dict[str, tuple[str, Ed25519PublicKey]]) -> Statement:
    """Take a kept statement apart (DSSE) and see whether its origin signed it."""
    envelope = bytes(row["envelope"])
    sealed = json.loads(envelope)
    payload = base64.b64decode(sealed["payload"])
    said = json.loads(payload)
    (signature,) = sealed["signatures"]
    kind = sealed["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    owner, key = keys.get(signature["keyid"], ("", None))
    genuine = owner == said["origin"] and key is not None
    if genuine and key is not None:
        try:
            key.verify(base64.b64decode(signature["sig"]), signed)
        except InvalidSignature:
            genuine = False
    return Statement(
        row["statement_id"],
        row["kind"],
        said["origin"],
        said["incarnation"],
        said["stream"],
        said["addressee"],
        said["number"],
        envelope,
        said["body"],
        genuine and said["id"] == row["statement_id"],
    )


def waiting(place: Place, due_by: str) -> int:
    """How much of a node is under way: statements, and move-outs whose day has come; parked ones do not move."""
    with _reading(place) as connection:
        moving = _count(connection, _WAITING) + _count(connection, _RECOVERS)
        there = {row["tablename"] for row in connection.execute(_NAMES, (place.schema,))}
        return moving + (_count(connection, _DUE, due_by) if "residents" in there else 0)


@dataclass(frozen=True, slots=True)
class SeenAct:
    """An entry of the audit log as it stood there, and the statements that were made in its transaction."""

    audit_no: int
    event: str
    outcome: str
    terminal: str | None
    statements: list[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a node held just before it was put back. ``codes``: of each terminal's acts, whom they were about.

    ``archived``: it was put back from its archived WAL, which holds everything.
    """

    node: str
    archived: bool
    acts: list[SeenAct]
    codes: dict[str, list[str]]


_ACTS = (
    "SELECT a.entry_id AS audit_no, a.event, a.outcome, a.terminal, coalesce(s.statements, '{}') AS statements"
    " FROM audit_entries a LEFT JOIN (SELECT act_xid, array_agg(statement_id) AS statements FROM outbox"
    " WHERE act_xid IS NOT NULL GROUP BY act_xid) AS s ON s.act_xid = a.act_xid"
    " WHERE a.terminal IS NOT NULL OR s.statements IS NOT NULL ORDER BY a.entry_id"
)
_CODED = (
    "SELECT terminal, array_agg(DISTINCT items->>'code') AS codes FROM resident_versions"
    " WHERE terminal IS NOT NULL AND items->>'code' IS NOT NULL GROUP BY terminal"
)


def note_evidence(place: Place, file: Path, *, archived: bool) -> None:
    """Write down what is about to be put back: otherwise nobody could tell afterwards that it was there."""
    with _reading(place) as connection:
        there = {row["tablename"] for row in connection.execute(_NAMES, (place.schema,))}
        coded = connection.execute(_CODED).fetchall() if "resident_versions" in there else []
        acts = connection.execute(_ACTS).fetchall()
    plain = {
        "node": place.node,
        "archived": archived,
        "acts": acts,
        "codes": {row["terminal"]: row["codes"] for row in coded},
    }
    file.write_text(json.dumps(plain), "utf-8")


def read_evidence(folder: Path) -> list[Evidence]:
    """What was written down before each restore."""
    told = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob(f"{EVIDENCE}-*.json"))]
    return [Evidence(**{**one, "acts": [SeenAct(**act) for act in one["acts"]]}) for one in told]


def _reading(place: Place) -> psycopg.Connection[Row]:
    return psycopg.connect(
        place.dsn, options=f"-c search_path={place.schema}", connect_timeout=10, row_factory=dict_row
    )


def _count(connection: psycopg.Connection[Row], query: str, *params: Any) -> int:
    row = connection.execute(query, params or None).fetchone()
    return int(row["waiting"]) if row else 0


def facts_of(version: Row) -> Facts:
    """The facts of a version of a register's record."""
    items = version["items"]
    address = items["address"]
    nickname = items.get("nickname")
    return (
        items["name"]["text"],
        nickname["text"] if nickname else None,
        items["birth_date"],
        items["sex"],
        address["municipality"],
        address["text"],
        address.get("building"),
        items.get("code"),
    )


def facts_of_record(record: Row) -> Facts:
    """The facts of an identity store's record."""
    names: Sequence[str] = (
        "name",
        "nickname",
        "birth_date",
        "sex",
        "address_in",
        "address",
        "building",
        "code",
    )
    return tuple(record[name] for name in names)
