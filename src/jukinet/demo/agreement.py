"""Whether the stores agree, looked at from outside: plain SQL as the owner, none of the network's own code."""

from __future__ import annotations

from jukinet.demo.plan import MUNICIPALITIES, NODES, NOT_CONNECTED
from jukinet.demo.stage import Stage
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId

_REGISTER = """
SELECT r.code, v.items->'name'->>'text', v.items->'nickname'->>'text', v.items->>'birth_date', v.items->>'sex',
       v.items->'address'->>'municipality', v.items->'address'->>'text', v.items->'address'->>'building'
  FROM {schema}.residents r
  JOIN {schema}.resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present AND r.code IS NOT NULL
"""
_STORE = """
SELECT code, name, nickname, birth_date, sex, address_in, address, building
  FROM {schema}.identity_records WHERE live AND municipality = %(municipality)s
"""


def _connected() -> list[MunicipalityCode]:
    return [code for code in MUNICIPALITIES if code != NOT_CONNECTED]


def differences(stage: Stage) -> list[str]:
    """Where a municipality's coded residents differ from its prefecture's or the centre's records."""
    found = []
    for code in _connected():
        register = _rows(stage, _REGISTER, code.node_id, code)
        for store in (code.prefecture.node_id, NATIONAL):
            held = _rows(stage, _STORE, store, code)
            if held != register:
                missing, surplus = len(register - held), len(held - register)
                found.append(f"{code.node_id} against {store}: {missing} missing or other, {surplus} surplus")
    return found


def _rows(stage: Stage, sql: str, node: NodeId, code: MunicipalityCode) -> set[tuple[object, ...]]:
    with stage.owner() as connection:
        text = sql.format(schema=node.schema)
        return set(connection.execute(text, {"municipality": str(code)}).fetchall())


def notices(stage: Stage) -> int:
    """How many identity notices the connected municipalities have put out."""
    return sum(
        count(stage, f"SELECT count(*) FROM {code.node_id.schema}.outbox WHERE stream = 'identity'")
        for code in _connected()
    )


def applied(stage: Stage, node: NodeId) -> int:
    """How many identity notices a store has applied."""
    return count(stage, f"SELECT count(*) FROM {node.schema}.identity_history")


def waiting(stage: Stage, node: NodeId) -> int:
    """How many of a node's identity notices its governor has not taken."""
    schema = node.schema
    return count(
        stage,
        f"SELECT (SELECT count(*) FROM {schema}.outbox WHERE stream = 'identity')"
        f" - (SELECT coalesce(sum(acknowledged), 0) FROM {schema}.lanes_out WHERE stream = 'identity')",
    )


_ON_ITS_WAY = """
(SELECT count(*) FROM {schema}.outbox WHERE NOT signed)
 + (SELECT count(*) FROM {schema}.lane_out_items WHERE lane_number IS NULL)
 + (SELECT count(*) FROM {schema}.lanes_out WHERE acknowledged < last_number OR halted)
 + (SELECT count(*) FROM {schema}.parked WHERE resolved_at IS NULL)
"""


def at_rest(stage: Stage) -> bool:
    """Whether nothing is on its way anywhere, and nothing is parked or halted.

    One statement, so one moment for all nodes: looked at one after the other, a notice can pass from a node not
    yet looked at to one that was.
    """
    terms = (_ON_ITS_WAY.format(schema=node.schema) for node in NODES)
    return count(stage, "SELECT " + " + ".join(terms)) == 0


def count(stage: Stage, sql: str) -> int:
    """The one number that a query gives."""
    with stage.owner() as connection:
        row = connection.execute(sql).fetchone()
    return int(str(row[0])) if row else 0
