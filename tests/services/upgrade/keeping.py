"""Keeps what a release writes, for the receivers and migrations of the next ones: messages, and databases at work.

Run once, with the release's own code, when it is out: ``python -m tests.services.upgrade.keeping DIRECTORY``. What it
wrote stands under ``tests/data`` and is never written again. Nobody in it exists; the keys are those of tests.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO, code, notice
from tests.unit.messages import samples, test_calls, test_directory

from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import calls, frames, statements
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.node.postgres import Cluster, Role
from jukinet.services import designation, outgoing
from jukinet.store import outbox, schema
from jukinet.testing.cluster import throwaway_cluster, throwaway_database
from jukinet.testing.federation import CLERK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

NODES = (NATIONAL, TOKYO, KUNI, CHIYODA.node_id)

MADE_BY_MIGRATING = {"schema_version", "retention_terms"}


# A network with statements at every place where one can be


def put(federation: Federation, index: int, kind: ChangeKind = ChangeKind.RECORDING) -> None:
    ctx = federation.context(KUNI, OFFICE)
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index), kind))


def give_birth(federation: Federation, household: str, name: str) -> None:
    who = replace(counter.child(), name=PersonName(f"国立　{name}"))
    counter.give_birth(federation, KUNITACHI, household, who)


def send(federation: Federation, node: NodeId, peer: NodeId, stream: Stream = Stream.IDENTITY) -> None:
    worker = federation.context(node, WORKER)
    outgoing.prepare(worker)
    outgoing.send(worker, peer, stream)


def bring_into_flight(federation: Federation) -> None:
    """Acts of which everything, something and nothing has arrived."""
    federation.enrol_clerks()
    for where in (KUNITACHI, CHIYODA):
        designation.designate_codes(federation.context(NATIONAL), CLERK, where, 12)
    federation.run()
    (head,) = counter.load(federation, KUNITACHI)
    (mover,) = counter.load(federation, CHIYODA, seed=1)
    (leaver,) = counter.load(federation, KUNITACHI, seed=2)
    put(federation, 1, ChangeKind.DELETION)  # of whom nobody knows: parked, at both stores
    federation.run()
    counter.file_move_out(federation, KUNITACHI, [leaver.resident_no])  # its deletion is due on 10 July
    counter.file_move_out(federation, CHIYODA, [mover.resident_no], KUNITACHI)

    household = head.record.household_number
    give_birth(federation, household, "一郎")
    send(federation, KUNI, TOKYO)  # at the prefecture, and not at the centre
    federation.line.lose_answers = 1
    give_birth(federation, household, "二郎")
    send(federation, KUNI, TOKYO)  # taken, and its sender does not know
    counter.move_in(federation, KUNITACHI, counter.as_person(mover))  # for two streams at once
    outgoing.prepare(federation.context(KUNI, WORKER))  # signed and on their lanes
    give_birth(federation, household, "三郎")
    worker = federation.context(KUNI, WORKER)
    with worker.begin() as tx:
        outbox.number(tx, worker.incarnation, most=100)  # numbered, not signed
    give_birth(federation, household, "四郎")  # nothing but put
    designation.designate_codes(federation.context(NATIONAL), CLERK, CHIYODA, 5)


def settle(federation: Federation) -> None:
    """Let time pass until nothing waits."""
    for _ in range(20):
        federation.run()
        if federation.unsent() == 0:
            return
        federation.clock.advance(timedelta(minutes=1))
    raise AssertionError("something never arrives")


def outcome(federation: Federation) -> dict[str, Any]:
    """What the nodes hold, in words that no release changes."""

    def live(node: NodeId) -> list[str]:
        held = world.held(federation, node)
        return sorted(f"{of} {f.code} {f.name} {f.birth_date} {f.sex} {f.address.full}" for of, f in held)

    def applied(node: NodeId) -> list[list[Any]]:
        query = (
            "SELECT subject_code, count(*) FROM audit_entries WHERE event = 'identity:notice:applied'"
            " GROUP BY 1 ORDER BY 1"
        )
        return [list(row) for row in world.rows(federation, node, query)]

    stores, towns = (NATIONAL, TOKYO), (KUNI, CHIYODA.node_id)
    present = "SELECT resident_no, code, present FROM residents ORDER BY 1"
    return {
        "live": {str(node): live(node) for node in stores},
        "applied": {str(node): applied(node) for node in stores},
        "parked": {str(node): len(world.parked(federation, node)) for node in (*stores, *towns)},
        "residents": {
            str(node): [list(row) for row in world.rows(federation, node, present)] for node in towns
        },
        "codes": {
            str(node): world.rows(federation, node, "SELECT count(*) FROM code_pool")[0][0] for node in towns
        },
    }


# Databases as text


def tables(connection: psycopg.Connection[Any], node: NodeId) -> list[str]:
    """The tables of a node, each after those that it refers to."""
    named = {
        row[0]: {other for other in row[1] if other and other != row[0]}
        for row in connection.execute(
            "SELECT c.relname, array_agg(f.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'"
            " LEFT JOIN pg_class f ON f.oid = k.confrelid"
            " WHERE n.nspname = %s AND c.relkind = 'r' GROUP BY 1 ORDER BY 1",
            (node.schema,),
        )
    }
    ordered: list[str] = []
    while named:
        free = [name for name, others in named.items() if others <= set(ordered)]
        ordered += free
        for name in free:
            del named[name]
    return [name for name in ordered if name not in MADE_BY_MIGRATING]


def columns(connection: psycopg.Connection[Any], node: NodeId, table: str) -> list[str]:
    """The columns that are stored as they are given."""
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    return [row[0] for row in connection.execute(query, (node.schema, table))]


def copy_out(
    connection: psycopg.Connection[Any], node: NodeId, table: str, names: Iterable[str]
) -> list[str]:
    """The rows of a table in the text form of COPY, sorted."""
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(node.schema, table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        text = b"".join(copy).decode()
    return sorted(text.splitlines())


def dump(connection: psycopg.Connection[Any], node: NodeId) -> dict[str, Any]:
    """Every row of a node, and where its sequences stand."""
    found = {}
    for table in tables(connection, node):
        names = columns(connection, node, table)
        if rows := copy_out(connection, node, table, names):
            found[table] = {"columns": names, "rows": rows}
    query = (
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE schemaname = %s AND last_value IS NOT NULL ORDER BY 1"
    )
    return {"tables": found, "sequences": dict(connection.execute(query, (node.schema,)).fetchall())}


def load(connection: psycopg.Connection[Any], node: NodeId, kept: dict[str, Any]) -> None:
    """The reverse of ``dump``, in place of what migrations put into the tables."""
    ordered = tables(connection, node)
    for table in reversed(ordered):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(node.schema, table)))
    for table in ordered:
        if table not in kept["tables"]:
            continue
        names = kept["tables"][table]["columns"]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(node.schema, table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in kept["tables"][table]["rows"]:
                copy.write(row + "\n")
    for name, value in kept["sequences"].items():
        connection.execute("SELECT setval(%s::regclass, %s)", (f"{node.schema}.{name}", value))


# Messages as bytes


def messages() -> dict[str, Any]:
    """One of everything that crosses the wire, sealed, and how much of it at once."""
    sealed = {
        kind.value: statements.seal_statement(samples.statement(kind), samples.signing_key(origin))
        for kind, (origin, _, _) in samples.BODIES.items()
    }
    frame = frames.Frame(samples.KUNITACHI, samples.TOKYO, Stream.IDENTITY, 1, 1, tuple(sealed.values()))
    answers = [
        frames.FrameAnswer(3, 4, (frames.Parked(2, ErrorKind.CONFLICT),)),
        *(frames.FrameAnswer(0, 1, (), halted=False, refused=why) for why in frames.FrameRefusal),
    ]
    call = test_calls.call()
    return {
        "statements": {kind: envelope.decode() for kind, envelope in sealed.items()},
        "frame": frames.write_frame(frame).decode(),
        "most_in_a_frame": frames.MAX_STATEMENTS,
        "answers": [frames.write_answer(one).decode() for one in answers],
        "call": calls.seal_call(call, samples.signing_key(samples.CHIYODA)).decode(),
        "call_answer": test_calls.answered(call).decode(),
        "directory": test_directory.bundle().decode(),
    }


def migrations() -> dict[str, str]:
    """The digest of every file of the migrations, by its name."""
    folder = resources.files("jukinet.store").joinpath("migrations", "sql")
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
    }


def main(where: Path) -> None:
    where.mkdir(parents=True)
    write(where / "messages.json", messages())
    write(where / "migrations.json", migrations())
    with throwaway_cluster(Cluster) as cluster, throwaway_database(cluster) as name:
        for node in NODES:
            schema.migrate(cluster.dsn(Role.OWNER, name), node)
        federation = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), name), NODES, seed=1)
        try:
            bring_into_flight(federation)
            with psycopg.connect(cluster.dsn(Role.OWNER, name)) as connection:
                for node in NODES:
                    write(where / f"{node}.json", dump(connection, node))
            settle(federation)
            write(where / "outcome.json", {"at": federation.clock.now().isoformat()} | outcome(federation))
        finally:
            federation.close()


def write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
