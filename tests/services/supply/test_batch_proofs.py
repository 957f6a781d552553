"""What proves a batch: the promise that goes with its answer, and its rows against the one entry that covers them."""

from __future__ import annotations

import hmac
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services import world
from tests.services.services.counter import owner
from tests.services.supply.asking import CODES, hanako, linh, load
from tests.services.supply.batching import codes_csv, run, shown, submitted

from jukinet.audit import verifier
from jukinet.audit.batch_leaves import FIRST, Frontier
from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import BatchState
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeRole
from jukinet.domain.reading import reading
from jukinet.messages.promises import Promise
from jukinet.services import audit_export, audit_tree
from jukinet.services.supply import batch_media, batch_run, batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batch_status import write_status
from jukinet.store import batches as rows
from jukinet.store import schema
from jukinet.store.batches import Batch
from jukinet.testing.federation import CLERK, Federation, OneKeyEach

DATA = codes_csv([CODES[0], CODES[1], "x", CODES[1]])
TODAY = date(2026, 11, 29)


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def done(federation: Federation, files: BatchFiles, data: bytes = DATA) -> Batch:
    load(federation, hanako(), linh())
    batch = run(federation, files, submitted(federation, files, data).batch.id)
    assert batch.state is BatchState.DONE
    return batch


def sequenced(federation: Federation) -> None:
    federation.clock.advance(timedelta(seconds=11))
    audit_tree.sequence(federation.context(NATIONAL, "sequencer"))


def export(federation: Federation, **how: Any) -> list[str]:
    written: list[bytes] = []
    told = audit_export.export_log(federation.context(NATIONAL), CLERK, written.append, **how)
    assert isinstance(told, audit_export.ExportedLog), told
    return b"".join(written).decode().splitlines(keepends=True)


def faults(federation: Federation, **given: Any) -> list[str]:
    return verifier.verify(export(federation), **given, today=TODAY).faults


def test_the_answer_of_a_batch_comes_with_the_promise_of_its_entry(
    federation: Federation, files: BatchFiles
) -> None:
    batch = done(federation, files)
    told = write_status(batch)
    with reading(dict(told["promise"])) as fields:
        promise = Promise.from_fields(fields)
    entry = federation.directory.node(NATIONAL)
    assert entry is not None
    promise.require_signed(NATIONAL, entry.keys)
    query = "SELECT leaf FROM audit_entries WHERE event = 'supply:batch:answered'"
    assert [bytes(row[0]) for row in world.rows(federation, NATIONAL, query)] == [promise.leaf]
    sequenced(federation)
    assert faults(federation, promises=[told]) == [], "what the door tells of a batch is taken as it is"


def test_an_entry_of_a_batch_that_is_left_out_is_found_by_its_promise(
    federation: Federation, files: BatchFiles
) -> None:
    promise = done(federation, files).promise
    assert promise is not None
    with world.connect(federation, NATIONAL) as connection:
        connection.execute("ALTER TABLE audit_entries DISABLE TRIGGER USER")
        gone = connection.execute("DELETE FROM audit_entries WHERE event = 'supply:batch:answered'")
        assert gone.rowcount == 1
    sequenced(federation)
    assert faults(federation) == [], "of itself the log is whole"
    (told,) = faults(federation, promises=[promise])
    assert told.startswith("Omitted")


def test_nothing_is_entered_where_no_promise_could_be_given(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako())
    batch, ctx = (
        submitted(federation, files, codes_csv([CODES[0]])).batch,
        federation.context(NATIONAL, "worker"),
    )
    unsigned = replace(ctx, signers=OneKeyEach({}))
    assert batch_run.step(unsigned, files, batch.id)
    with pytest.raises((KeyError, JukinetError)):
        batch_run.step(unsigned, files, batch.id)
    held = shown(federation, batch.id)
    assert (held.state, held.leaf) == (BatchState.READY, None)
    assert run(federation, files, batch.id).state is BatchState.DONE


def entered_without_promise(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> Batch:
    """A batch whose worker ended after its entry and before its promise."""
    load(federation, hanako(), linh())
    batch, ctx = submitted(federation, files, DATA).batch, federation.context(NATIONAL, "worker")

    def ends(*_: object) -> None:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The process is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(audit_tree, "promise", ends)
        assert batch_run.step(ctx, files, batch.id)
        with pytest.raises(JukinetError):
            batch_run.step(ctx, files, batch.id)
    return shown(federation, batch.id)


def test_a_promise_is_of_the_log_in_which_the_entry_stands(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore between entry and promise: the next log gets an entry of its own, and that one is promised."""
    first = entered_without_promise(federation, files, monkeypatch)
    assert (first.state, first.promise) == (BatchState.READY, None)
    batch, ctx = first, federation.context(NATIONAL, "worker")
    assert not batch_run.step(replace(ctx, incarnation=2), files, batch.id)
    held = shown(federation, batch.id)
    assert held.promise is not None
    assert held.promise["log"] == "urn:jukinet:log:national:2"
    assert bytes.fromhex(held.promise["leaf"]) == held.leaf != first.leaf


ANSWERED = "SELECT rules FROM audit_entries WHERE event = 'supply:batch:answered' ORDER BY entry_id"


def ends_of(federation: Federation) -> list[str]:
    """How the entries that speak for a batch say that it ended."""
    return [row[0][-4] for row in world.rows(federation, NATIONAL, ANSWERED)]


def test_a_batch_that_is_cancelled_after_its_entry_has_this_one_entry(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two would count everyone of whom it told twice; that it was cancelled has an entry of its own."""
    batch = entered_without_promise(federation, files, monkeypatch)
    batch_media.cancel(federation.context(NATIONAL), CLERK, files, batch.id)
    held = shown(federation, batch.id)
    assert (held.state, held.promise, held.leaf) == (BatchState.CANCELLED, None, batch.leaf)
    assert ends_of(federation) == ["done"]
    assert batch_run.root_again(federation.context(NATIONAL), held) == held.root
    sequenced(federation)
    report = verifier.verify(export(federation), today=TODAY)
    assert (report.faults, report.rows) == ([], 3)
    query = "SELECT outcome FROM audit_entries WHERE event = 'supply:batch:cancelled'"
    assert [row[0] for row in world.rows(federation, NATIONAL, query)] == ["done"]
    with owner(federation, NATIONAL) as connection:
        connection.execute(b"DELETE FROM supply_batch_rows WHERE row_no = 4")
    assert any(ALTERED in one for one in faults(federation))


def test_a_batch_that_is_cancelled_in_the_next_life_of_the_log_has_an_entry_there(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = entered_without_promise(federation, files, monkeypatch)
    restored = replace(federation.context(NATIONAL), incarnation=2)
    with restored.begin() as tx:
        batches.cancel(restored, tx, batch)
    assert ends_of(federation) == ["done", "cancelled"]


def test_a_log_with_two_entries_of_one_batch_is_whole(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So they were written before: each is compared with the same rows."""
    batch = entered_without_promise(federation, files, monkeypatch)
    ctx = federation.context(NATIONAL)
    with ctx.begin() as tx:
        batches.note_answered(ctx, tx, batch, BatchState.CANCELLED)
    assert ends_of(federation) == ["done", "cancelled"]
    sequenced(federation)
    assert faults(federation) == []
    with owner(federation, NATIONAL) as connection:
        connection.execute(b"DELETE FROM supply_batch_rows WHERE row_no = 4")
    assert [ALTERED in one for one in faults(federation)] == [True, True]


def test_the_rows_of_a_batch_fit_its_entry(federation: Federation, files: BatchFiles) -> None:
    done(federation, files)
    sequenced(federation)
    report = verifier.verify(export(federation), today=TODAY)
    assert (report.faults, report.rows) == ([], 3)
    assert "3 rows of batches were compared" in " ".join(verifier.sentences(report, keys_given=True))
    redacted = "".join(export(federation, redacted=True))
    assert "secret" not in redacted
    assert str(CODES[0]) not in redacted
    assert verifier.verify(redacted.splitlines(keepends=True), today=TODAY).faults == []


ALTERED = "were altered: they do not come to the root"
SWAP = (
    "UPDATE supply_batch_rows SET subject_code = CASE row_no"
    f" WHEN 1 THEN '{CODES[1]}' ELSE '{CODES[0]}' END WHERE row_no < 3"
)
ATTACKS = {
    "a row is edited": (
        "UPDATE supply_batch_rows SET subject_code = '24727059608' WHERE row_no = 2",
        ALTERED,
    ),
    "a row is made unreadable": (
        "UPDATE supply_batch_rows SET subject_code = 'nobody' WHERE row_no = 2",
        ALTERED,
    ),
    "the notice of a row is altered": (
        "UPDATE supply_batch_rows SET history_id = history_id + 1 WHERE row_no = 2",
        ALTERED,
    ),
    "the notice of a row is none": ("UPDATE supply_batch_rows SET history_id = -1 WHERE row_no = 2", ALTERED),
    "a part is said to be of an earlier release": (
        "UPDATE supply_batch_parts SET encoding = 1 WHERE first_row = 1",
        ALTERED,
    ),
    "a row is deleted": ("DELETE FROM supply_batch_rows WHERE row_no = 4", ALTERED),
    "two rows are swapped": (SWAP, ALTERED),
    "a row is moved": ("UPDATE supply_batch_rows SET row_no = 3 WHERE row_no = 4", ALTERED),
    "a row is added": (
        "INSERT INTO supply_batch_rows SELECT batch_no, 99, history_id, subject_code FROM supply_batch_rows LIMIT 1",
        ALTERED,
    ),
    "a row is added before all": (
        "INSERT INTO supply_batch_rows SELECT batch_no, -1, history_id, subject_code FROM supply_batch_rows LIMIT 1",
        ALTERED,
    ),
    "the moment of a part is altered": (
        "UPDATE supply_batch_parts SET at = at + interval '1 microsecond' WHERE first_row = 1",
        ALTERED,
    ),
    "the day of a part is altered": (
        "UPDATE supply_batch_parts SET business_on = business_on - 1 WHERE first_row = 3",
        ALTERED,
    ),
    "the number of a part, which the book counts": (
        "UPDATE supply_batch_parts SET people = people + 1 WHERE first_row = 1",
        "one of its parts says another number",
    ),
    "the secret is altered": ("UPDATE supply_batches SET secret = sha256('x')", ALTERED),
    "all rows are deleted": ("DELETE FROM supply_batch_rows", ALTERED),
    "rows and parts are deleted": (
        "WITH r AS (DELETE FROM supply_batch_rows) DELETE FROM supply_batch_parts",
        "were removed before their term",
    ),
}


def test_an_attack_on_the_rows_of_a_batch_is_found(federation: Federation, files: BatchFiles) -> None:
    done(federation, files)
    sequenced(federation)
    assert faults(federation) == []
    kept = {table: _held(federation, table) for table in TABLES}
    for attack, (statement, told) in ATTACKS.items():
        with owner(federation, NATIONAL) as connection:
            assert connection.execute(statement.encode()).rowcount != 0, attack
        found = faults(federation)
        assert any(told in one for one in found), (attack, found)
        with owner(federation, NATIONAL) as connection:
            _put_back(connection, kept)
        assert faults(federation) == [], attack


TABLES = ("supply_batches", "supply_batch_parts", "supply_batch_rows")


def _held(federation: Federation, table: str) -> str:
    ((held,),) = world.rows(federation, NATIONAL, f"SELECT json_agg(t)::text FROM {table} t")
    return str(held)


def _put_back(connection: Any, kept: dict[str, str]) -> None:
    for table in reversed(TABLES):
        connection.execute(f"DELETE FROM {table}".encode())
    for table, held in kept.items():
        connection.execute(
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{table}, %s)",
            (held,),
        )
    connection.execute(b"DELETE FROM supply_book")


Edit = Callable[[list[dict[str, Any]]], None]


def _edited(lines: list[str], edit: Edit) -> list[str]:
    plain = [json.loads(line) for line in lines]
    edit(plain)
    return [json.dumps(one) + "\n" for one in plain]


def _rows(plain: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (one for one in plain if "rows" in one)


def test_an_export_whose_rows_are_altered_is_found(federation: Federation, files: BatchFiles) -> None:
    done(federation, files)
    sequenced(federation)
    lines = export(federation)

    def no_rows(plain: list[dict[str, Any]]) -> None:
        plain[:] = [one for one in plain if "rows" not in one]

    def no_batch(plain: list[dict[str, Any]]) -> None:
        plain[:] = [one for one in plain if "rows" not in one and "batch" not in one]

    def long_ago(plain: list[dict[str, Any]]) -> None:
        no_batch(plain)
        plain[0]["written"] = "2020-07-08T00:00:00.000000Z"

    def swapped(plain: list[dict[str, Any]]) -> None:
        first, *_ = _rows(plain)
        first["rows"].reverse()

    def counted_wrong(plain: list[dict[str, Any]]) -> None:
        (part, *_) = (one for one in plain if "batch" in one)
        part["people"] = "two"

    (told,) = verifier.verify(_edited(lines, counted_wrong), today=TODAY).faults
    assert "one of its parts says another number" in told
    for edit in (no_rows, swapped):
        (told,) = verifier.verify(_edited(lines, edit), today=TODAY).faults
        assert ALTERED in told
    (told,) = verifier.verify(_edited(lines, no_batch), today=TODAY).faults
    assert "removed before their term" in told
    assert verifier.verify(_edited(lines, long_ago), today=TODAY).faults == [], "erased with its term"


def test_rows_in_no_form_or_a_later_one_are_not_verified(federation: Federation, files: BatchFiles) -> None:
    done(federation, files)
    sequenced(federation)
    lines = export(federation)

    def spoilt(plain: list[dict[str, Any]]) -> None:
        first, *_ = _rows(plain)
        first["rows"][0] = 5

    def without_notices(plain: list[dict[str, Any]]) -> None:
        for one in _rows(plain):
            one["rows"] = [row[:2] for row in one["rows"]]

    def of_a_later_release(plain: list[dict[str, Any]]) -> None:
        (part, *_) = (one for one in plain if "batch" in one)
        part["encoding"] = 3

    for edit, told in (
        (spoilt, "not in their form"),
        (without_notices, "not in their form"),
        (of_a_later_release, "later release"),
    ):
        with pytest.raises(verifier.UnreadableError, match=told):
            verifier.verify(_edited(lines, edit), today=TODAY)


def test_a_batch_that_an_earlier_release_began_is_verified_part_by_part(
    federation: Federation, files: BatchFiles
) -> None:
    """Its first part is as that release left it, and the schema upgraded; only leaves of the second hold notices."""
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch
    assert batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id, most=2, parts=1)
    batch = shown(federation, batch.id)
    with owner(federation, NATIONAL) as connection:
        connection.execute(b"UPDATE supply_batches SET tree = %s", (bytes(_first_tree(federation, batch)),))
        connection.execute(b"ALTER TABLE supply_batch_parts DROP COLUMN encoding")
        for text in schema._texts_of(NodeRole.NATIONAL, "0050"):
            connection.execute(text.encode())
    query = "SELECT encoding FROM supply_batch_parts"
    assert world.rows(federation, NATIONAL, query) == [(FIRST,)]
    batch = run(federation, files, batch.id)
    assert batch.state is BatchState.DONE
    assert batch_run.root_again(federation.context(NATIONAL), batch) == batch.root
    sequenced(federation)
    report = verifier.verify(export(federation), today=TODAY)
    assert (report.faults, report.rows) == ([], 3)
    for row, found in ((1, False), (4, True)):
        with owner(federation, NATIONAL) as connection:
            moved = "UPDATE supply_batch_rows SET history_id = history_id + 1 WHERE row_no = %s"
            connection.execute(moved.encode(), (row,))
        assert any(ALTERED in one for one in faults(federation)) is found


def _first_tree(federation: Federation, batch: Batch) -> Frontier:
    """The tree over the leaves as releases before made them: of who was told of, by row."""
    tree, asked = Frontier(), batch.asked
    with federation.context(NATIONAL).begin() as tx:
        ((part, told),) = ((part, list(told)) for part, told in rows.people(tx, batch.number))
    for row, code, _ in told:
        entry = AuditEntry(
            at=part.at,
            business_on=part.business_on,
            event=AuditEvent.SUPPLIED,
            outcome=Outcome.DONE,
            actor=asked.organ.uri,
            terminal=f"{asked.operator} / {asked.case}",
            subject_code=ResidentRecordCode(code),
            affair=asked.affair,
            reference=f"{batch.id}/{row:012}",
            rules=part.basis,
        )
        tree.add([entry.leaf(hmac.digest(batch.secret, row.to_bytes(8, "big"), "sha256")[:16])])
    return tree


def test_an_entry_in_no_form_is_told_to_be_altered(federation: Federation) -> None:
    sequenced(federation)
    lines = export(federation)
    for entry in (5, [5], [["at"]], ["ab", "cd"]):

        def spoilt(plain: list[dict[str, Any]], entry: object = entry) -> None:
            plain[1]["entry"] = entry

        (told,) = verifier.verify(_edited(lines, spoilt), today=TODAY).faults
        assert "Entry 0 was altered" in told


def test_the_verifier_alone_compares_the_rows(
    federation: Federation, files: BatchFiles, tmp_path: Path
) -> None:
    done(federation, files)
    sequenced(federation)
    alone, file = tmp_path / "verifier.py", tmp_path / "log.jsonl"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    file.write_text("".join(export(federation)).replace(f'[1,"{CODES[0]}",', f'[1,"{CODES[1]}",'), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 1
    assert ALTERED in ran.stdout


def test_a_batch_that_was_cancelled_half_way_is_compared_too(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch
    ctx = federation.context(NATIONAL, "worker")
    assert batch_run.step(ctx, files, batch.id, most=2, parts=1)
    batch_media.cancel(federation.context(NATIONAL), CLERK, files, batch.id)
    sequenced(federation)
    report = verifier.verify(export(federation), today=TODAY)
    assert (report.faults, report.rows) == ([], 2)
    with owner(federation, NATIONAL) as connection:
        connection.execute(b"DELETE FROM supply_batch_rows WHERE row_no = 2")
    assert any(ALTERED in one for one in faults(federation))
