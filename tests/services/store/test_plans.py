"""Statements that are asked of a long history read what they are asked for, and not the history."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import tuple_row
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO

from jukinet.domain.municipality import NATIONAL
from jukinet.messages.handshakes import Told
from jukinet.store import lives
from jukinet.store.sql import Queries
from jukinet.testing.federation import NETWORK, Federation

ROWS = 40_000
START = datetime(2013, 7, 1, tzinfo=UTC)


def visited(connection: Connection[Any], table: str, query: str, **params: object) -> int:
    """Rows of a table that a statement looks at."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}".encode(), params).fetchone()
    assert row is not None
    (plan,) = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return _visited(plan["Plan"], table)


def _visited(plan: dict[str, Any], table: str) -> int:
    below = sum(_visited(one, table) for one in plan.get("Plans", ()))
    if plan.get("Relation Name") != table:
        return below
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return below + int((plan["Actual Rows"] + removed) * plan["Actual Loops"])


@pytest.fixture
def history(federation: Federation) -> Federation:
    """A prefecture that has said much, each statement an act of its own, and a centre that has heard much."""
    with counter.owner(federation, TOKYO) as connection:
        connection.execute(
            """INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id, number, signed, act_xid)
               SELECT 'identity', 'national', 'x', '', %s + n * interval '1 minute', 's' || n, n, true,
                      n::text::xid8
                 FROM generate_series(1, %s::int) AS n""",
            (START, ROWS),
        )
        connection.execute(
            """INSERT INTO audit_entries (at, business_on, event, outcome, actor, rules, salt, leaf, act_xid)
               SELECT %s + n * interval '1 minute', '2013-07-01', 'register:birth:recorded', 'done', 'x', '{}', '', '',
                      n::text::xid8
                 FROM generate_series(1, %s::int) AS n""",
            (START, ROWS),
        )
        connection.execute(
            """INSERT INTO statements (statement_id, kind, origin, incarnation, stream, first_addressee, number,
                                       envelope, digest, stored_at)
               SELECT statement_id, kind, %s, 1, stream, addressee, number, 'signed', '', created_at
                 FROM outbox WHERE kind = 'x'""",
            (str(TOKYO),),
        )
        connection.execute(
            """INSERT INTO lane_out_items (peer, stream, statement_id, lane_number)
               SELECT 'national', stream, statement_id, number FROM outbox WHERE kind = 'x'"""
        )
        # As the server does by itself after so many rows.
        connection.execute("VACUUM ANALYZE outbox, audit_entries, statements, lane_out_items")
    with counter.owner(federation, NATIONAL) as connection:
        for incarnation in (1, 2):
            for addressee in (str(TOKYO), "pref-14", str(NATIONAL)):
                key = (str(KUNI), incarnation, addressee)
                connection.execute(
                    """INSERT INTO statements (statement_id, kind, origin, incarnation, stream, first_addressee,
                                               number, envelope, digest, stored_at)
                       SELECT concat_ws('-', %s::text, %s::int, %s::text, n), 'x', %s, %s, 'identity', %s, n,
                              convert_to(concat_ws(' ', %s::int, %s::text, n), 'UTF8'), '', now()
                         FROM generate_series(1, %s::int) AS n""",
                    (*key, *key, *key[1:], ROWS // 4),
                )
                connection.execute(
                    """INSERT INTO origins_seen (origin, incarnation, stream, first_addressee, last_number)
                       VALUES (%s, %s, 'identity', %s, %s)""",
                    (*key, ROWS // 4),
                )
        connection.execute("ANALYZE statements, origins_seen")
    return federation


def test_what_an_act_said_is_found_by_the_act(history: Federation) -> None:
    with counter.owner(history, TOKYO) as connection:
        row = connection.execute("SELECT max(entry_id) AS last FROM audit_entries").fetchone()
        assert row is not None
        params = {"after": row["last"] - 50, "last": row["last"], "done": "done", "events": ["x"]}
        query = Queries("audit").acts_between
        found = connection.execute(query.encode(), params).fetchall()
        assert [one["statements"] for one in found] == [[f"s{n}"] for n in range(ROWS - 49, ROWS + 1)]
        assert visited(connection, "outbox", query, **params) <= 50


def test_what_was_said_since_a_key_ended_is_found_by_the_moment(history: Federation) -> None:
    ended = START + timedelta(minutes=ROWS - 100)
    with counter.owner(history, TOKYO) as connection:
        params = {"ended": ended, "mark": b"signed", "most": 10}
        query = Queries("delivery").signed_with
        found = connection.execute(query.encode(), params).fetchall()
        assert [one["statement_id"] for one in found] == [f"s{n}" for n in range(ROWS - 100, ROWS - 90)]
        assert visited(connection, "outbox", query, **params) < ROWS / 4


def test_what_came_by_way_of_others_is_given_back_from_where_it_was_left(history: Federation) -> None:
    """In the order of the origin's lives and numbers, and nothing that it said to this node itself."""
    last = ROWS // 4
    with counter.owner(history, NATIONAL) as connection:
        query = Queries("recovery").held_of_origin
        for incarnation in (1, 2):
            params = {"origin": str(KUNI), "here": "national", "most": 5}
            looked = visited(
                connection, "statements", query, incarnation=incarnation, number=last - 10, **params
            )
            assert looked <= 4 * 5 + 5
    with history.context(NATIONAL, NETWORK).begin() as tx:
        given = lives.held_of_origin(tx, KUNI, NATIONAL, Told(1, last - 1), most=6)
        assert sorted(given[:2]) == [f"1 pref-13 {last}".encode(), f"1 pref-14 {last}".encode()]
        assert sorted(given[2:4]) == [b"2 pref-13 1", b"2 pref-14 1"]
        assert sorted(given[4:]) == [b"2 pref-13 2", b"2 pref-14 2"]
        assert lives.held_of_origin(tx, KUNI, NATIONAL, Told(2, last), most=6) == []


def test_what_a_new_life_forgets_is_found_among_what_is_not_said_yet(history: Federation) -> None:
    with counter.owner(history, TOKYO) as connection:
        connection.execute(
            "UPDATE outbox SET number = NULL, signed = false WHERE statement_id IN ('s10', 's20000')"
        )
        connection.execute("DELETE FROM lane_out_items WHERE statement_id IN ('s10', 's20000')")
        connection.execute("VACUUM ANALYZE outbox")
        for name in ("forget_signatures", "forget_unsaid"):
            query = getattr(Queries("recovery"), name)
            for table in ("outbox", "statements"):
                with connection.transaction(force_rollback=True):
                    assert visited(connection, table, query, node=str(TOKYO)) < ROWS / 100, (name, table)
        query = Queries("recovery").forget_unsaid
        found = connection.execute((query + " RETURNING s.statement_id").encode(), {"node": str(TOKYO)})
        assert sorted(one["statement_id"] for one in found) == ["s10", "s20000"]
