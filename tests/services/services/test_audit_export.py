"""The log as a file, verified by a module that shares no code with it; and every attack that it must find."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import erasing
from tests.services.services.test_audit_tree import KUNI, note, sequencer
from tests.services.services.test_witnesses import begun_anew, cut_off, go_on, look, seen
from typer.testing import CliRunner

from jukinet.audit import verifier
from jukinet.audit.events import AuditEvent
from jukinet.cli import office
from jukinet.messages import checkpoints
from jukinet.messages.keys import KeyUse
from jukinet.services import audit_export, audit_tree
from jukinet.testing.federation import CLERK, Federation, signing_key

pytestmark = pytest.mark.core


TODAY = date(2026, 11, 29)


def export(federation: Federation, **how: Any) -> list[str]:
    written: list[bytes] = []
    done = audit_export.export_log(federation.context(KUNI), CLERK, written.append, **how)
    assert isinstance(done, audit_export.ExportedLog), done
    return b"".join(written).decode().splitlines(keepends=True)


def faults(federation: Federation, **given: Any) -> list[str]:
    return verifier.verify(export(federation), **given, today=TODAY).faults


def grown(federation: Federation) -> Federation:
    """A log of several rounds, more than a tile."""
    note(federation.context(KUNI), 300)
    for _ in range(3):
        go_on(federation)
    return federation


def test_a_whole_log_is_verified(federation: Federation) -> None:
    grown(federation)
    lines = export(federation)
    entry = federation.directory.node(KUNI)
    assert entry is not None
    (key,) = (one for one in entry.keys if one.use is KeyUse.LOG)
    vkey = checkpoints.verifier_key("urn:jukinet:log:muni-132152:1", key)
    report = verifier.verify(lines, keys=[vkey], today=TODAY)
    assert report.faults == []
    assert report.leaves == report.entries == len(lines) - 2 > 300
    (told,) = world.entries(federation, KUNI, AuditEvent.AUDIT_EXPORTED)
    assert told.reference == "urn:jukinet:log:muni-132152:1"
    assert f"leaves {report.leaves}" in told.rules
    redacted = export(federation, redacted=True)
    report = verifier.verify(redacted, today=TODAY)
    assert (report.faults, report.entries) == ([], 0)
    assert "salt" not in "".join(redacted)


ROW = "entry_id = (SELECT entry_ids[100] FROM log_runs ORDER BY first LIMIT 1)"
NEXT = "entry_id = (SELECT entry_ids[101] FROM log_runs ORDER BY first LIMIT 1)"
OLDEST = "entry_id = ANY ((SELECT entry_ids[1:101] FROM log_runs ORDER BY first LIMIT 1)::bigint[])"
BOTH = f"WHERE e.{ROW} AND o.{NEXT}"
QUIETLY = "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_leaf"
"""As the owner may: then nothing stands in the way."""

ATTACKS = {
    "an entry is edited": (
        [f"UPDATE audit_entries SET actor = 'operator:other' WHERE {ROW}"],
        "Entry 99 was altered",
    ),
    "an entry is edited with its leaf": (
        [f"UPDATE audit_entries SET actor = 'operator:other', leaf = sha256('x') WHERE {ROW}"],
        "Entry 99 was altered",
    ),
    "two entries are swapped": (
        [f"UPDATE audit_entries e SET reference = o.reference, leaf = o.leaf FROM audit_entries o {BOTH}"],
        "Entry 99 was altered",
    ),
    "an entry is deleted": ([QUIETLY, f"DELETE FROM audit_entries WHERE {ROW}"], "Entry 99 was removed"),
    "an entry is deleted as if its term were over": (
        [f"DELETE FROM audit_entries WHERE {ROW}", "UPDATE audit_erased SET erased_at = '2013-07-09'"],
        "before its term",
    ),
    "the oldest entries are deleted as if their term were over": (
        [f"DELETE FROM audit_entries WHERE {OLDEST}", "UPDATE audit_erased SET erased_at = '2013-07-09'"],
        "Entry 0 was erased on 2013-07-09, before its term",
    ),
    "an entry is deleted as if the time had come": (
        [f"DELETE FROM audit_entries WHERE {ROW}", "UPDATE audit_erased SET erased_at = '2033-07-09'"],
        "on a day that has not come",
    ),
    "a leaf is altered": (
        [
            "UPDATE log_tiles SET hashes = overlay(hashes placing '\\x00' from 1) WHERE level = 0 AND place = 0"
        ],
        "Not the tree that was signed",
    ),
    "a part of the log is gone": (
        ["DELETE FROM log_runs WHERE first = (SELECT max(first) FROM log_runs)"],
        "Leaves are missing",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
@case("spec 10.2", "Act Art. 30-29(1)")
def test_an_attack_on_the_rows_is_found(federation: Federation, attack: str) -> None:
    grown(federation)
    assert faults(federation) == []
    statements, told = ATTACKS[attack]
    with world.connect(federation, KUNI) as owner:
        for one in statements:
            assert owner.execute(one).rowcount != 0
    assert any(told in one for one in faults(federation))


def erased_by_owner(federation: Federation, which: str) -> None:
    """Rows deleted by the owner of the database, on the day that the federation has: the trigger notes it by itself."""
    with world.connect(federation, KUNI) as owner:
        owner.execute(f"DELETE FROM audit_entries WHERE {which}")
        owner.execute("UPDATE audit_erased SET erased_at = %s", (federation.clock.now(),))


def edited_head(lines: list[str], **said: Any) -> list[str]:
    return [json.dumps(json.loads(lines[0]) | said), *lines[1:]]


def test_what_was_erased_after_its_term_is_no_fault(federation: Federation) -> None:
    grown(federation)
    erasing.turn(federation, date(2020, 7, 1))
    go_on(federation)
    erasing.turn(federation, date(2021, 1, 1))
    go_on(federation)
    erasing.erase(federation)
    with world.connect(
        federation, KUNI
    ) as owner:  # The database has the machine's clock, years after this one.
        owner.execute("UPDATE audit_erased SET erased_at = %s", (federation.clock.now(),))
    go_on(federation)
    report = verifier.verify(export(federation), today=date(2021, 1, 1))
    assert report.faults == []
    assert report.erased > 300
    assert report.entries > 6, "what was noted in 2020 is there"


def test_no_later_day_makes_an_entry_older(federation: Federation) -> None:
    grown(federation)
    federation.clock.advance(timedelta(days=31))
    erased_by_owner(federation, OLDEST)
    go_on(federation)
    lines = [one.replace('"erased":"2013', '"erased":"2033') for one in edited_head(export(federation))]
    later = edited_head(lines, written="2099-01-01T00:00:00.000000Z")
    (told,) = verifier.verify(later, today=date(2013, 12, 31)).faults
    assert told == "The export is said to be written on a day that has not come."


def test_a_checkpoint_left_out_makes_no_entry_older(federation: Federation) -> None:
    go_on(federation)
    erasing.turn(federation, date(2020, 9, 1))
    go_on(federation, 20)
    erasing.turn(federation, date(2020, 10, 1))
    erased_by_owner(federation, "at >= '2020-08-01'")
    go_on(federation)
    lines = export(federation)
    first, *_, last = json.loads(lines[0])["checkpoints"]
    for head in (lines, edited_head(lines, checkpoints=[first, last])):
        told = verifier.verify(head, today=date(2020, 10, 1)).faults
        assert len(told) >= 20
        assert all("before its term" in one for one in told)


def test_what_is_said_to_be_redacted_shows_nothing(federation: Federation) -> None:
    go_on(federation)
    lines = edited_head(export(federation), redacted=True)
    bare = json.loads(lines[1])
    lines[1] = json.dumps({"n": bare["n"], "leaf": bare["leaf"]})
    told = verifier.verify(lines, today=TODAY).faults
    assert len(told) == len(lines) - 3
    assert all("says it is redacted" in one for one in told)


def test_leaves_beyond_the_newest_checkpoint_are_no_leaves_of_the_log(federation: Federation) -> None:
    go_on(federation)
    *lines, end = export(federation)
    size = json.loads(end)["end"]
    more = [json.dumps(json.loads(lines[-1]) | {"n": size}), json.dumps({"end": size + 1})]
    (told,) = verifier.verify([*lines, *more], today=TODAY).faults
    assert told.startswith("Leaves were added")


@pytest.mark.parametrize(
    ("attack", "told"), [(cut_off, "Cut off"), (begun_anew, "Not the tree that was signed")]
)
def test_what_a_log_says_alone_is_held_to_what_it_said_before(
    federation: Federation, attack: Callable[[Federation], None], told: str
) -> None:
    go_on(federation)
    go_on(federation)
    look(federation)
    kept = seen(federation).note
    assert faults(federation, checkpoints=[kept]) == []
    attack(federation)
    assert faults(federation) == [], "of itself it is whole"
    assert any(told in one for one in faults(federation, checkpoints=[kept]))


def test_an_omission_is_found_by_a_promise(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    note(ctx, 3)
    held = world.rows(federation, KUNI, "SELECT leaf FROM audit_entries ORDER BY entry_id DESC LIMIT 3")
    leaves = [bytes(row[0]) for row in held]
    signer = signing_key(KUNI, KeyUse.LOG)
    made = [one.to_plain() for one in audit_tree.promise(ctx, signer, leaves)]
    with world.connect(federation, KUNI) as owner:
        owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_leaf")
        owner.execute("DELETE FROM audit_entries WHERE leaf = %s", (leaves[1],))
    audit_tree.sequence(sequencer(federation))
    assert faults(federation, promises=[made[0], {"promise": made[2]}]) == []
    (early,) = faults(federation, promises=made)
    assert "export again" in early
    federation.clock.advance(timedelta(seconds=10))
    go_on(federation)
    (told,) = faults(federation, promises=made)
    assert told.startswith("Omitted")
    assert leaves[1].hex() in told


def test_what_cannot_be_read_is_said(federation: Federation) -> None:
    go_on(federation)
    lines = export(federation)
    (made,) = audit_tree.promise(federation.context(KUNI), signing_key(KUNI, KeyUse.LOG), [b"\1" * 32])
    plain = made.to_plain()
    head = json.loads(lines[0])
    forged = head["checkpoints"][0].replace("\n", "\n1", 1)
    other = head | {"log": "urn:jukinet:log:pref-13:1"}
    wrong: list[tuple[list[str], dict[str, Any]]] = [
        ([], {}),
        (["[]"], {}),
        (["{}"], {}),
        ([lines[0], lines[2]], {}),
        ([lines[0], lines[1], "{"], {}),
        ([json.dumps(other), *lines[1:]], {}),
        ([json.dumps(head | {"checkpoints": [forged]}), *lines[1:]], {}),
        (lines, {"checkpoints": ["no note"]}),
        (lines, {"promises": [{}]}),
        (lines, {"promises": [plain | {"integrate_by": "2014-01-01T00:00:00.000000Z"}]}),
        (lines, {"promises": [plain | {"index": 1}]}),
        (lines, {"keys": ["a+b+c"]}),
    ]
    for written, given in wrong:
        with pytest.raises(verifier.UnreadableError):
            verifier.verify(written, **given, today=TODAY)
    assert "cut off" in verifier.verify(lines[:-1], today=TODAY).faults[0]
    unsigned = [json.dumps(head | {"checkpoints": []}), *lines[1:]]
    assert "nothing of it is signed" in verifier.verify(unsigned, today=TODAY).faults[0]


def test_the_commands_and_the_module_alone(federation: Federation, tmp_path: Path) -> None:
    go_on(federation)
    look(federation)
    file, kept = tmp_path / "log.jsonl", tmp_path / "kept.note"
    kept.write_text(seen(federation).note, "utf-8")

    @contextmanager
    def opened(_config: Path | None) -> Any:
        yield federation.context(KUNI)

    app = office.make_audit_app(opened)
    told = CliRunner().invoke(app, ["export", str(file), "--as", "sato"])
    assert "leaves of urn:jukinet:log:muni-132152:1" in told.output
    assert file.stat().st_mode & 0o077 == 0
    told = CliRunner().invoke(app, ["verify", str(file), "--checkpoint", str(kept), "--json"])
    assert (told.exit_code, json.loads(told.output)["faults"]) == (0, [])
    file.write_text(file.read_text("utf-8").replace("operator:sato", "operator:suzuki"), "utf-8")
    told = CliRunner().invoke(app, ["verify", str(file)])
    assert told.exit_code == 1
    assert "was altered" in told.output
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "none")]).exit_code == 1
    told = CliRunner().invoke(app, ["witnessed", "--as", "sato"])
    assert told.output == "No log is witnessed here.\n"
    alone = tmp_path / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert "was altered" in ran.stdout
