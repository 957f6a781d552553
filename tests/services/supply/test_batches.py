"""Batches of supply: taken in whole or not at all, answered as single requests are, and everyone told of recorded."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.conformance.cases import case
from tests.services.services.counter import audit, contents, owner, without
from tests.services.supply.asking import ADDRESS, CODES, DAY, HANAKO, PENSION, hanako, linh, load
from tests.services.supply.batching import ASKED, answered, codes_csv, run, shown, submitted, supplied

from jukinet.domain.batches import ANSWER_COLUMNS, BatchFormat, BatchState, Way
from jukinet.domain.code import compose, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.law import supply as law_supply
from jukinet.law.catalogue import QueryKind
from jukinet.law.decisions import Refused
from jukinet.law.supply import MatchFacts
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply import batch_door, batch_media, batch_rows, batch_run, batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.signatures import Checked
from jukinet.services.supply_blocks import Whom
from jukinet.store.batches import Batch
from jukinet.testing.federation import CLERK, Federation

ITEMS = ("name", "address", "birth_date", "sex")


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def items_csv(*rows: dict[str, Any]) -> bytes:
    lines = [",".join(ITEMS), *(",".join(str(row[name]) for name in ITEMS) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


MANY = tuple(map(compose, filter(is_issuable, map(str, range(3_456_789_000, 3_456_789_040)))))[:18]


def born(number: int) -> PartialDate:
    return PartialDate(f"1979-11-{number + 1:02}")


def rules(done: object) -> list[str]:
    assert isinstance(done, Refused), done
    return [failed.rule for failed in done.failed]


@case("Act Art. 30-7(3)", "Ord. Art. 30-7", permitted="SB4")
def test_codes_are_answered_in_their_order_and_everyone_told_of_is_in_the_log(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    data = codes_csv([CODES[1], "24727059609", CODES[5], CODES[0], "x"])
    first, *others = answered(federation, files, data)
    assert first == {
        "row": "1",
        "result": "found",
        "reason": "",
        "name": "TRAN THI LINH",
        "nickname": "見本　りん",
        "birth_date": "1984-02-29",
        "sex": "female",
        "address_municipality": "132152",
        "address_text": ADDRESS.text,
        "address_building": str(ADDRESS.building),
        "code": str(CODES[1]),
        "change_kind": "recording",
        "change_reason": "recorded-ex-officio",
        "change_occurred_on": "2012-07-09",
    }
    told = [(row["row"], row["result"], row["reason"], row["name"]) for row in others]
    assert told == [
        ("2", "unreadable", "code", ""),
        ("3", "none", "", ""),
        ("4", "found", "", "渡邉　花子"),
        ("5", "unreadable", "code", ""),
    ]
    (batch,) = batch_media.list_batches(federation.context(NATIONAL), CLERK)  # type: ignore[misc]
    assert supplied(federation, batch) == [(1, str(CODES[1])), (4, str(CODES[0]))]
    assert batch.counts == {"found": 2, "none": 1, "unreadable": 2}
    (entry,) = audit(federation, NATIONAL, "supply:batch:answered")
    assert (entry["actor"], entry["terminal"], entry["affair"]) == (
        PENSION.uri,
        "clerk-7 / 2013-0042",
        "t1-77-12",
    )
    assert (entry["reference"], entry["subject_code"]) == (batch.id, None)
    root = batch_run.root_again(federation.context(NATIONAL, "worker"), batch)
    assert entry["rules"][-3:] == ["rows 5", "persons 2", f"root {root.hex()}"]


def test_who_is_blocked_is_answered_as_one_who_was_never_there(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    blocks.block(federation.context(NATIONAL), CLERK, Whom.person(CODES[0]), "by order")
    by_code = answered(federation, files, codes_csv([CODES[0], CODES[1], CODES[5]]))
    assert [row["result"] for row in by_code] == ["none", "found", "none"]
    assert {**by_code[0], "row": ""} == {**by_code[2], "row": ""}
    by_items = answered(federation, files, items_csv(HANAKO), by=QueryKind.FOUR_ITEMS)
    assert [row["result"] for row in by_items] == ["none"]


def test_an_organ_or_an_operator_that_is_blocked_has_no_batch(
    federation: Federation, files: BatchFiles
) -> None:
    centre = federation.context(NATIONAL)
    asked = replace(ASKED, rows=1)
    for whom, rule in ((Whom.organ(PENSION), "SL5"), (Whom.organ(PENSION, ASKED.operator), "SL6")):
        blocks.block(centre, CLERK, whom, "by order")
        assert rules(batch_media.submit(centre, CLERK, files, asked, [codes_csv(CODES[:1])])) == [rule]
        blocks.unblock(centre, CLERK, whom, "over")
    assert submitted(federation, files, codes_csv(CODES[:1])).batch.state is BatchState.READY


def test_a_row_that_is_changed_or_taken_away_changes_the_root(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, codes_csv(CODES[:2])).batch
    batch, worker = run(federation, files, batch.id), federation.context(NATIONAL, "worker")
    assert batch_run.root_again(worker, batch) == batch.root
    for change, undo in (
        (
            "SET subject_code = '24727059608' WHERE row_no = 1",
            f"SET subject_code = '{CODES[0]}' WHERE row_no = 1",
        ),
        ("SET row_no = 3 WHERE row_no = 2", "SET row_no = 2 WHERE row_no = 3"),
    ):
        with owner(federation, NATIONAL) as connection:
            connection.execute(f"UPDATE supply_batch_rows {change}".encode())
        assert batch_run.root_again(worker, batch) != batch.root, change
        with owner(federation, NATIONAL) as connection:
            connection.execute(f"UPDATE supply_batch_rows {undo}".encode())
        assert batch_run.root_again(worker, batch) == batch.root, undo
    for number in (99, -1):
        columns = "history_id, subject_code FROM supply_batch_rows LIMIT 1"
        add = f"INSERT INTO supply_batch_rows SELECT batch_no, %s, {columns}".encode()
        with owner(federation, NATIONAL) as connection:
            connection.execute(add, (number,))
        assert batch_run.root_again(worker, batch) != batch.root, "a row that no part has"
        with owner(federation, NATIONAL) as connection:
            connection.execute("DELETE FROM supply_batch_rows WHERE row_no = %s", (number,))
    assert batch_run.root_again(worker, batch) == batch.root
    with owner(federation, NATIONAL) as connection:
        connection.execute("UPDATE supply_batch_parts SET at = at + interval '1 microsecond'")
    assert batch_run.root_again(worker, batch) != batch.root


def test_four_items_find_one_person_or_none(federation: Federation, files: BatchFiles) -> None:
    twins = [hanako(CODES[number], name=hanako().name) for number in (2, 3)]
    twins = [replace(one, birth_date=linh().birth_date) for one in twins]
    load(federation, hanako(), linh(), *twins)
    nickname = {**HANAKO, "name": "見本りん", "birth_date": "1984-02-29"}
    rows = answered(
        federation,
        files,
        items_csv(
            {**HANAKO, "name": "渡辺花子", "address": "国立市富士見台2-47-1"},
            nickname,
            {**HANAKO, "birth_date": "1984-02-29"},
            {**HANAKO, "sex": "male"},
            {**HANAKO, "birth_date": "1979-11-XX"},
            {**HANAKO, "name": "・", "sex": "f", "birth_date": "1979-13-01", "address": " "},
            {**HANAKO, "name": "・"},
        ),
        by=QueryKind.FOUR_ITEMS,
    )
    assert [(row["result"], row["reason"], row["code"]) for row in rows] == [
        ("found", "", str(CODES[0])),
        ("found", "", str(CODES[1])),
        ("ambiguous", "", ""),
        ("none", "", ""),
        ("none", "", ""),
        ("unreadable", "address birth_date sex", ""),
        ("unreadable", "name", ""),
    ]


@pytest.mark.parametrize("by", QueryKind)
def test_what_is_said_is_what_the_law_says(federation: Federation, files: BatchFiles, by: QueryKind) -> None:
    load(federation, *(hanako(code, birth_date=born(number)) for number, code in enumerate(MANY)))
    days = (None, DAY - timedelta(days=1), DAY)
    states = list(itertools.product((False, True), days, (None, DAY, DAY + timedelta(days=1))))
    with owner(federation, NATIONAL) as connection:
        for code, (superseded, kept, undetermined) in zip(MANY, states, strict=True):
            connection.execute(
                "UPDATE identity_records SET superseded = %s, retain_until = %s, undetermined_from = %s"
                " WHERE code = %s",
                (superseded, kept, undetermined, str(code)),
            )
    if by is QueryKind.CODE:
        data = codes_csv(MANY)
    else:
        data = items_csv(*({**HANAKO, "birth_date": str(born(number))} for number in range(18)))
    rows = answered(federation, files, data, by=by)
    expected = []
    for superseded, kept, undetermined in states:
        matches = int(by is QueryKind.CODE or not superseded)
        said = law_supply.outcome(MatchFacts(matches, superseded, False, kept, undetermined), DAY)
        expected.append((said.result.value, said.reason or ""))
    assert [(row["result"], row["reason"]) for row in rows] == expected
    assert all(bool(row["name"]) == (row["result"] == "found") for row in rows)


def test_every_form_says_the_same(federation: Federation, files: BatchFiles, tmp_path: Path) -> None:
    load(federation, hanako(), linh())
    codes = [str(CODES[0]), "x", str(CODES[7]), str(CODES[1])]
    plain = [
        {name: text or None for name, text in row.items()}
        for row in answered(federation, files, codes_csv(codes))
    ]
    lines = "".join(json.dumps({"code": code}) + "\n" for code in codes).encode()
    batch = submitted(federation, files, lines, rows=4, format=BatchFormat.NDJSON).batch
    assert run(federation, files, batch.id).state is BatchState.DONE
    objects = [json.loads(line) for line in files.answer(batch.id).read_text("utf-8").splitlines()]
    assert [{name: one.get(name) and str(one[name]) for name in ANSWER_COLUMNS} for one in objects] == plain
    assert all(None not in one.values() for one in objects)

    place = tmp_path / "codes.parquet"
    duckdb.execute("CREATE TABLE asked (code text)")
    duckdb.executemany("INSERT INTO asked VALUES (?)", [[code] for code in codes])
    duckdb.execute(f"COPY asked TO '{place}' (FORMAT parquet)")
    batch = submitted(federation, files, place.read_bytes(), rows=4, format=BatchFormat.PARQUET).batch
    assert run(federation, files, batch.id).state is BatchState.DONE
    handed = batch_media.hand_out(federation.context(NATIONAL), CLERK, files, batch.id)
    assert not isinstance(handed, Refused)
    _, answer = handed
    found = duckdb.execute(f"SELECT * FROM read_parquet('{answer}')").fetchall()
    assert [dict(zip(ANSWER_COLUMNS, row, strict=True)) for row in found] == plain


FAULTY = {
    "another column": (b"kode\n24727059608\n", ["line 1: must be the header: code"]),
    "no header": (b"24727059608\n24727059608\n", ["line 1: must be the header: code"]),
    "nothing at all": (b"", ["line 1: must be the header: code"]),
    "columns": (
        b"code\na,b\n24727059608\n1,2,3\n",
        ["line 2: must have 1 columns, and has 2", "line 4: must have"],
    ),
    "encoding": (b"code\n24727059608\n" + "漢\n".encode("shift_jis"), ["line 3: is not UTF-8"]),
    "NUL": (b"code\n24727\x00059608\n1\n", ["line 2: holds a NUL"]),
    "cut in a quoted field": (
        b'code\n24727059608\n"247270',
        ["line 3: begins a quoted field that does not end"],
    ),
    "cut between rows": (
        b"code\n24727059608\n",
        ["rows: must be as many as were named: 2, and the file has 1"],
    ),
    "too many": (b"code\n1\n2\n3\n", ["rows: must be as many as were named: 2, and the file has 3"]),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_file_with_faults_is_refused_whole(standing: Federation, files: BatchFiles, name: str) -> None:
    data, expected = FAULTY[name]
    before = contents(standing, NATIONAL)
    with pytest.raises(JukinetError) as caught:
        submitted(standing, files, data, rows=2)
    told = [f"{fault.field}: {fault.problem}" for fault in caught.value.faults]
    assert len(told) == len(expected), told
    assert all(one.startswith(start) for one, start in zip(told, expected, strict=True)), told
    assert contents(standing, NATIONAL) == before
    assert list(files.room().iterdir()) == []
    assert audit(standing, NATIONAL)[-1]["outcome"] == "refused"


def test_faults_are_told_up_to_a_bound(standing: Federation, files: BatchFiles) -> None:
    with pytest.raises(JukinetError) as caught:
        submitted(standing, files, b"code\n" + b"a,b\n" * 1000)
    assert len(caught.value.faults) == batch_rows.MOST_FAULTS


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"code": 24727059608}', "must be an object of the texts code"),
        (b'{"code": "1", "code": "2"}', ""),
        (b'{"code": "1", "name": "x"}', "must be an object of the texts code"),
        (b'["1"]', ""),
        (b'{"code": "247', ""),
        (b"", ""),
    ],
)
def test_a_line_that_is_no_such_object_is_named(
    standing: Federation, files: BatchFiles, line: bytes, problem: str
) -> None:
    data = b'{"code": "24727059608"}\n' + line + b"\n"
    with pytest.raises(JukinetError) as caught:
        submitted(standing, files, data, rows=2, format=BatchFormat.NDJSON)
    (fault,) = caught.value.faults
    assert fault.field == "line 2"
    assert problem in fault.problem


@pytest.mark.parametrize("data", [b"", b"PAR1", b"code\n1\n"])
def test_what_is_no_parquet_file_is_told_so(standing: Federation, files: BatchFiles, data: bytes) -> None:
    with pytest.raises(JukinetError) as caught:
        submitted(standing, files, data, rows=1, format=BatchFormat.PARQUET)
    (fault,) = caught.value.faults
    assert fault.field == "file"
    assert list(files.room().iterdir()) == []


@case("Act Art. 30-30(1), (2)", refused="S1 S3 S11 SB2")
def test_the_law_decides_on_a_batch_before_its_file_is_read(standing: Federation, files: BatchFiles) -> None:
    def refused(**changes: Any) -> list[str]:
        asked = replace(ASKED, rows=1, **changes)
        done = batch_media.submit(standing.context(NATIONAL), CLERK, files, asked, unread())
        (*_, entry) = audit(standing, NATIONAL, "supply:batch:submitted")
        assert [rule.split()[0] for rule in entry["rules"]] == rules(done)
        return rules(done)

    def unread() -> Any:
        raise AssertionError("nothing of the file is read")
        yield

    assert refused(affair="t1-999-1") == ["S1"]
    assert refused(affair="t1-41-1") == ["S3"]
    assert refused(organ=OrganSlug("some-stranger")) == ["S11", "S3"]
    assert refused(since="no-such-batch") == ["SB2"]


@case(refused="SB1 SB3 SB4", permitted="SB1 SB3")
def test_what_may_be_done_with_a_batch_depends_on_its_state(
    federation: Federation, files: BatchFiles
) -> None:
    ctx = federation.context(NATIONAL)
    assert rules(batch_media.show(ctx, CLERK, "nothing")) == ["SB1"]
    assert rules(batch_media.let_run(ctx, CLERK, files, "nothing")) == ["SB1"]
    assert rules(batch_media.cancel(ctx, CLERK, files, "nothing")) == ["SB1"]
    assert rules(batch_media.hand_out(ctx, CLERK, files, "nothing")) == ["SB1"]
    batch = submitted(federation, files, codes_csv(CODES[:3])).batch
    assert rules(batch_media.hand_out(ctx, CLERK, files, batch.id)) == ["SB4"]
    assert isinstance(batch_media.let_run(ctx, CLERK, files, batch.id), Batch)
    run(federation, files, batch.id)
    assert rules(batch_media.let_run(ctx, CLERK, files, batch.id)) == ["SB3"]
    assert rules(batch_media.cancel(ctx, CLERK, files, batch.id)) == ["SB3"]
    assert not isinstance(batch_media.hand_out(ctx, CLERK, files, batch.id), Refused)
    files.forget(batch.id)
    assert rules(batch_media.hand_out(ctx, CLERK, files, batch.id)) == ["SB4"]


def test_every_act_has_its_gate(standing: Federation, files: BatchFiles) -> None:
    ctx = standing.context(NATIONAL)
    novice = without(standing, NATIONAL, Permission.SUPPLY_BATCH_HANDLE)
    assert rules(batch_media.submit(ctx, novice, files, replace(ASKED, rows=1), ())) == ["G3"]
    assert rules(batch_media.let_run(ctx, novice, files, "x")) == ["G3"]
    assert rules(batch_media.cancel(ctx, novice, files, "x")) == ["G3"]
    assert rules(batch_media.hand_out(ctx, novice, files, "x")) == ["G3"]
    novice = without(standing, NATIONAL, Permission.SUPPLY_BATCH_READ)
    assert rules(batch_media.show(ctx, novice, "x")) == ["G3"]
    assert rules(batch_media.list_batches(ctx, novice)) == ["G3"]


def test_the_same_file_again_is_the_same_batch(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    data = codes_csv(CODES[:2])
    first = submitted(federation, files, data)
    again = submitted(federation, files, data)
    assert (first.before, again.before) == (False, True)
    assert again.batch.id == first.batch.id
    assert {place.name.split(".")[0] for place in files.room().iterdir()} == {first.batch.id}
    other = submitted(federation, files, data, affair="t1-77-1")
    assert not other.before, "another affair is another request"
    batch_media.cancel(federation.context(NATIONAL), CLERK, files, first.batch.id)
    assert not submitted(federation, files, data).before, "what was given up may be asked again"


def test_the_same_list_is_asked_anew_later_and_for_another_case(
    federation: Federation, files: BatchFiles
) -> None:
    """It is no other batch's answer that it gets: people have moved since, and each case has its own entries."""
    load(federation, hanako())
    data = codes_csv(CODES[:2])
    first = submitted(federation, files, data).batch
    for other in ({"case": "2013-0043"}, {"operator": "clerk-8"}, {"special_request": "第1号"}):
        assert not submitted(federation, files, data, **other).before
    run(federation, files, first.id)
    federation.clock.advance(batches.SAME_FOR - timedelta(seconds=1))
    assert submitted(federation, files, data).before, "who did not hear the answer tries again"
    federation.clock.advance(timedelta(seconds=1))
    later = submitted(federation, files, data)
    assert not later.before
    federation.clock.advance(timedelta(days=29))
    assert submitted(federation, files, data).before, "it is under way still"
    run(federation, files, later.batch.id)
    worker = federation.context(NATIONAL, "worker")
    federation.clock.advance(timedelta(days=31))
    batch_run.forget_old(worker, files)
    assert not submitted(federation, files, data).before, "what was forgotten can be handed out no more"


@case(refused="SB6", permitted="SB6")
def test_an_answer_leaves_as_its_file_came(federation: Federation, files: BatchFiles) -> None:
    """Or what came on media would leave over a line that was cut, and what may go by line alone on media."""
    load(federation, hanako())
    ctx, door = federation.context(NATIONAL), federation.context(NATIONAL, "supply")
    media = submitted(federation, files, codes_csv(CODES[:2])).batch
    declared = batch_door.declare(
        door, Checked(), replace(ASKED, rows=1, way=Way.LINE), hashlib.sha256(b"x").digest()
    )
    assert isinstance(declared, Submitted)
    with files.receiving(declared.batch.id) as incoming:
        incoming.write(codes_csv(CODES[:1]))
    batch_door.take(door, PENSION, declared.batch.id)
    for one in (media, declared.batch):
        assert run(federation, files, one.id).state is BatchState.DONE
    assert rules(batch_door.hand_out(door, files, PENSION, Checked(), media.id)) == ["SB6"]
    assert rules(batch_media.hand_out(ctx, CLERK, files, declared.batch.id)) == ["SB6"]
    assert not isinstance(batch_door.hand_out(door, files, PENSION, Checked(), declared.batch.id), Refused)
    assert not isinstance(batch_media.hand_out(ctx, CLERK, files, media.id), Refused)


def test_a_cancelled_batch_leaves_no_answer_and_its_look_ups_recorded(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, codes_csv([*CODES[:2], *CODES[4:8]])).batch
    worker = federation.context(NATIONAL, "worker")
    assert batch_run.step(worker, files, batch.id, most=2, parts=1)
    batch_media.cancel(federation.context(NATIONAL), CLERK, files, batch.id)
    assert list(files.room().iterdir()) == []
    assert not batch_run.step(worker, files, batch.id, most=2, parts=1)
    batch = shown(federation, batch.id)
    assert (batch.state, batch.rows_done) == (BatchState.CANCELLED, 2)
    assert batch_run.root_again(worker, batch) == batch.root
    (entry,) = audit(federation, NATIONAL, "supply:batch:answered")
    assert entry["rules"][-4:-1] == ["cancelled", "rows 2", "persons 2"]


@case(permitted="SB2")
def test_what_changed_since_an_earlier_batch(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    data = codes_csv([*CODES[:2], "x", CODES[9]])
    first = submitted(federation, files, data).batch
    assert answered(federation, files, data, since=None)  # the same, now done
    nothing_new = answered(federation, files, data, since=first.id)
    assert [(row["row"], row["result"]) for row in nothing_new] == [("3", "unreadable"), ("4", "none")]
    with owner(federation, NATIONAL) as connection:
        connection.execute(
            "UPDATE identity_records SET history_id = (SELECT max(history_id) FROM identity_history), name = '別　花子'"
            " WHERE code = %s",
            (str(CODES[0]),),
        )
    second, *_ = batch_media.list_batches(federation.context(NATIONAL), CLERK)  # type: ignore[misc]
    assert second.counts == {"unchanged": 2, "unreadable": 1, "none": 1}
    assert len(supplied(federation, second)) == 2, "who is told to be as before was looked up too"
    changed = answered(federation, files, data, since=second.id)
    assert [(row["row"], row["name"]) for row in changed] == [("1", "別　花子"), ("3", ""), ("4", "")]


def test_answers_are_kept_for_thirty_days(federation: Federation, files: BatchFiles) -> None:
    batch = submitted(federation, files, codes_csv(CODES[:2])).batch
    run(federation, files, batch.id)
    assert {place.suffix for place in files.room().iterdir()} == {".answer"}
    worker = federation.context(NATIONAL, "worker")
    federation.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert batch_run.forget_old(worker, files) == 0
    federation.clock.advance(timedelta(seconds=1))
    assert batch_run.forget_old(worker, files) == 1
    assert list(files.room().iterdir()) == []
    assert batch_run.forget_old(worker, files) == 0


def test_what_a_killed_submission_left_is_kept_no_longer(federation: Federation, files: BatchFiles) -> None:
    batch = submitted(federation, files, codes_csv(CODES[:2])).batch
    known = set(files.room().iterdir())
    with files.receiving("unknown", "second") as incoming:
        incoming.write(b"code\n")
        files.keys("unknown").write_bytes(b"")
        # As it stands while it comes; the block would rename it.
        (files.room() / "other.coming-first").write_bytes(b"code\n")
    assert len(set(files.room().iterdir()) - known) == 3
    now = federation.clock.now().timestamp()
    for place in files.room().iterdir():
        os.utime(place, (now, now))
    worker = federation.context(NATIONAL, "worker")
    federation.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert batch_run.forget_old(worker, files) == 0
    federation.clock.advance(timedelta(days=1))
    assert batch_run.forget_old(worker, files) == 2
    assert set(files.room().iterdir()) == known, f"what was asked in {batch.id} waits for its answer"
