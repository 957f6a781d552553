"""Who rules the centre's database alters its log, and the node's own key signs the outcome: others find it.

The witness is Tokyo's worker, which asks the centre's network door over mutual TLS as ever; what it kept, and what an
organ was promised, is held against the export by the verifier. The worker is started for each look, and looks at once:
else it would do so in the middle of an attack, which is found as well, but as another one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.acceptance.country import (
    CLERK,
    DATABASE,
    NATIONAL,
    PENSION,
    PREF,
    SUPPLY,
    WORKER,
    Country,
    Ran,
    until,
    unusual_name,
)
from tests.acceptance.doors import request

from jukinet.audit.events import AuditEvent
from jukinet.domain.reading import parse_instant
from jukinet.network.supply_openapi import VERIFY
from jukinet.node.postgres import Role

pytestmark = pytest.mark.timeout(600)

LOG = ("logs", "log_runs", "log_tiles", "log_checkpoints", "audit_entries", "audit_erased")
"""In the order in which the sequencer takes them."""
TREE = ", ".join(LOG[:4])

Owner = psycopg.Connection[tuple[Any, ...]]
Kept = Mapping[str, bytes]


@dataclass(frozen=True)
class Seen:
    """What a witness has seen last of the centre's log."""

    size: int
    note: str
    problem: str | None


@dataclass(frozen=True)
class Attacked:
    """The centre's log, its witness, and the database's owner between them."""

    country: Country
    place: Path

    # -- the centre

    @property
    def size(self) -> int:
        return self.country.count(NATIONAL, "SELECT coalesce(max(size), 0) FROM logs")

    def signed(self) -> bool:
        """Whether all that is committed is in the tree, and the newest checkpoint is over it."""
        entries = "(SELECT count(*) FROM audit_entries) + (SELECT count(*) FROM audit_erased)"
        signed = "(SELECT size FROM log_checkpoints ORDER BY size DESC LIMIT 1)"
        state = self.country.rows(NATIONAL, f"SELECT {entries}, size, {signed} FROM logs")
        return bool(state) and len(set(state[0])) == 1

    def go_on(self, beyond: int = 0) -> None:
        """The centre's log gets more leaves than so many, and all of it is signed."""
        until(self.signed, "the log is signed")
        for _ in range(max(1, beyond - self.size + 1)):
            # What is no request leaves an entry, too, which says nothing of what stood in it.
            body = json.dumps({"name": unusual_name()}).encode()
            sent = request("POST", VERIFY, body, {"Content-Type": "application/json"})
            assert self.country.ask(self.country.ports[NATIONAL, SUPPLY], sent, PENSION)[0] == 422
        until(lambda: self.size > beyond and self.signed(), "the log has grown and is signed")

    @contextmanager
    def owning(self) -> Iterator[Owner]:
        """One transaction of who may do anything to the log, that nobody sees half done."""
        with self.country.cluster.connect(Role.OWNER, DATABASE) as owner:
            owner.execute(f"SET search_path = {NATIONAL.schema}")
            owner.execute(f"LOCK TABLE {', '.join(LOG)} IN ACCESS EXCLUSIVE MODE")
            yield owner

    def verify(self, *words: object, expect: int = 0) -> Ran:
        """Write the log out and verify the file, with what was kept of it elsewhere."""
        export = self.place / f"log-{len(list(self.place.iterdir()))}.jsonl"
        self.country.at(NATIONAL, "audit", "export", export, "--as", CLERK)
        return self.country.do("audit", "verify", export, *words, expect=expect)

    # -- its witness

    def look(self, done: Callable[[Seen], bool], what: str) -> Seen:
        """Let Tokyo look at the centre's log, until it has seen this."""
        self.country.start(PREF, WORKER)
        try:
            self.country.wait_ready(PREF, WORKER)
            until(lambda: done(self.seen), what)
        finally:
            end(self.country, PREF)
        return self.seen

    @property
    def seen(self) -> Seen:
        query = "SELECT size, note, problem FROM log_witnessed WHERE log = 'urn:jukinet:log:national:1'"
        (found,) = self.country.rows(PREF, query) or [(0, "", None)]
        return Seen(*found)

    def contradicted(self) -> int:
        """How often Tokyo has entered in its own log that the centre's contradicts itself."""
        query = (
            "SELECT count(*) FROM audit_entries WHERE event = %s AND outcome = 'failed' AND reference = %s"
        )
        return self.country.count(PREF, query, AuditEvent.LOG_CONTRADICTED, str(NATIONAL))

    def see_to_it(self) -> None:
        """As people do at the witness once they have."""
        reason = "the attack was found"
        self.country.at(PREF, "audit", "witness-anew", str(NATIONAL), "--as", CLERK, "--reason", reason)


def end(country: Country, node: Any) -> None:
    country.processes[node, WORKER].terminate()
    country.processes[node, WORKER].wait(30)


def copy_of(owner: Owner) -> Kept:
    """Every row of the log as it stands."""
    return {table: _copied(owner, table) for table in LOG}


def _copied(owner: Owner, table: str) -> bytes:
    with owner.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


def put_back(owner: Owner, kept: Kept) -> None:
    owner.execute(f"TRUNCATE {', '.join(LOG)}")
    for table, rows in kept.items():
        with owner.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)


def remove(owner: Owner, which: str, *params: object) -> None:
    """Remove entries, of which nothing is noted as it is of those that are erased after their term."""
    owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER USER")
    removed = owner.execute(f"DELETE FROM audit_entries WHERE {which}", params or None)
    assert removed.rowcount > 0
    owner.execute("ALTER TABLE audit_entries ENABLE TRIGGER USER")


def cut_off(owner: Owner, _earlier: Kept) -> None:
    """The newest entries are gone, and the tree with them; the worker makes it anew of what is left."""
    remove(owner, "entry_id IN (SELECT entry_id FROM audit_entries ORDER BY entry_id DESC LIMIT 2)")
    owner.execute(f"TRUNCATE {TREE}")


def take_one_out(owner: Owner, _earlier: Kept) -> None:
    """An old entry is gone, and the worker makes the tree anew without it."""
    remove(owner, "entry_id = (SELECT min(entry_id) FROM audit_entries)")
    owner.execute(f"TRUNCATE {TREE}")


@pytest.fixture
def attacked(whole: Country, tmp_path: Path) -> Attacked:
    end(whole, PREF)
    return Attacked(whole, tmp_path)


@pytest.mark.parametrize(
    ("attack", "goes_on", "problem", "found"),
    [
        pytest.param(cut_off, False, "rollback", "Cut off: the log had", id="truncated"),
        pytest.param(put_back, False, "rollback", "Cut off: the log had", id="rolled back"),
        pytest.param(put_back, True, "fork", "Not the tree that was signed", id="rolled back and gone on"),
        pytest.param(take_one_out, True, "fork", "Not the tree that was signed", id="forked"),
    ],
)
def test_a_witness_finds_what_the_nodes_own_key_has_signed(
    attacked: Attacked,
    attack: Callable[[Owner, Kept], None],
    *,
    goes_on: bool,
    problem: str,
    found: str,
    tmp_path: Path,
) -> None:
    with attacked.owning() as owner:
        earlier = copy_of(owner)
    attacked.go_on(attacked.size + 2)
    # Also after another attack of which nothing is left: an honest log that goes on is no contradiction.
    before = attacked.look(lambda seen: seen.size == attacked.size, "Tokyo has seen the log")
    assert before.problem is None
    note, contradicted = tmp_path / "kept.note", attacked.contradicted()
    note.write_text(before.note, "utf-8")

    with attacked.owning() as owner:
        honest = copy_of(owner)
        attack(owner, earlier)
    try:
        if goes_on:
            attacked.go_on(before.size)
        until(attacked.signed, "the centre has signed what is left of its log")
        assert (attacked.size > before.size) is goes_on
        after = attacked.look(lambda seen: seen.problem is not None, "Tokyo contradicts")
        assert after == Seen(before.size, before.note, problem)
        assert attacked.contradicted() == contradicted + 1
        told = attacked.country.at(PREF, "audit", "witnessed", "--as", CLERK).out
        assert f"urn:jukinet:log:national:1: {before.size:,} leaves" in told
        assert f"  {problem} at " in told
        assert found in attacked.verify("--checkpoint", note, expect=1).out
    finally:
        with attacked.owning() as owner:
            put_back(owner, honest)
        attacked.see_to_it()


def test_a_promise_finds_an_answer_that_was_never_entered(attacked: Attacked, tmp_path: Path) -> None:
    country = attacked.country
    attacked.go_on()
    note = tmp_path / "kept.note"
    note.write_text(
        attacked.look(lambda seen: seen.size == attacked.size, "Tokyo has seen the log").note, "utf-8"
    )

    answers = {name: tmp_path / f"{name}.json" for name in ("entered", "omitted")}
    end(country, NATIONAL)  # What is committed stands in no tree yet: the window in which it can be omitted.
    for file in answers.values():
        file.write_text(country.verify({"code": "24727059608"}).out, "utf-8")
    told = json.loads(answers["omitted"].read_text("utf-8"))
    with attacked.owning() as owner:
        remove(owner, "reference = %s", told["request_id"])
    country.start(NATIONAL, WORKER)
    country.wait_ready(NATIONAL, WORKER)
    by = parse_instant(told["promise"]["integrate_by"])
    until(lambda: datetime.now(UTC) > by, "the time is over by which it was promised")
    attacked.go_on()

    attacked.verify("--checkpoint", note, "--promise", answers["entered"])
    ran = attacked.verify(*(word for file in answers.values() for word in ("--promise", file)), expect=1)
    assert f"Omitted: a leaf was promised by {told['promise']['integrate_by']}" in ran.out
    assert told["promise"]["leaf"] in ran.out
    assert ran.out.count("Omitted") == 1
