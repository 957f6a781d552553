"""Batches over the supply door: an organ sends, follows, fetches and cancels its own, and no other's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from tests.conformance.cases import case
from tests.services.network.asgi import Reply, send
from tests.services.services.counter import audit, contents
from tests.services.supply.asking import AFFAIR, CODES, PENSION, database, hanako, linh, load
from tests.services.supply.batching import codes_csv, run

from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.messages.directory import OrganEntry, SignaturePolicy
from jukinet.network import batches
from jukinet.network.batches import PATH
from jukinet.network.supply import supply_door
from jukinet.services.supply import batch_files, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.desk import Desk
from jukinet.store import line
from jukinet.testing.federation import Federation

T = TypeVar("T")
OTHER = OrganSlug("mofa")
NAMED = {
    "jukinet-affair": AFFAIR,
    "jukinet-operator": "clerk-7",
    "jukinet-case": "2013-0042",
    "jukinet-by": "code",
    "content-type": "text/csv",
}
DATA = codes_csv([CODES[0], CODES[1], "x"])


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def with_door(federation: Federation, files: BatchFiles, work: Callable[[Starlette], Awaitable[T]]) -> T:
    async def open_and_work() -> T:
        ctx = federation.context(NATIONAL, "supply")
        app = supply_door(ctx, Desk(ctx, database(federation)), files=files)
        async with app.router.lifespan_context(app), asyncio.timeout(60):
            return await work(app)

    return asyncio.run(open_and_work())


def ask(
    federation: Federation,
    files: BatchFiles,
    method: str,
    path: str,
    body: bytes = b"",
    peer: OrganSlug = PENSION,
    **headers: str,
) -> Reply:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return with_door(federation, files, lambda app: send(app, method, path, body, peer=peer, headers=given))


def submit(federation: Federation, files: BatchFiles, data: bytes = DATA, **changes: Any) -> Reply:
    peer = changes.pop("peer", PENSION)
    headers = {**NAMED, "jukinet-rows": str(data.count(b"\n") - 1)}
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    headers = {name: value for name, value in headers.items() if value is not None}
    return ask(federation, files, "POST", PATH, data, peer, **headers)


@case("Act Art. 30-7(3)", "Ord. Art. 30-7(i)", permitted="SB4", refused="SB4")
def test_an_organ_sends_a_file_and_fetches_the_answer(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    sent = submit(federation, files)
    assert sent.status == 202, sent.plain
    place = sent.headers["location"]
    assert (sent.plain["state"], sent.plain["rows"], sent.plain["rows_done"]) == ("received", 3, 0)
    early = ask(federation, files, "GET", place + "/answer")
    assert (early.status, [rule["rule"] for rule in early.plain["rules"]]) == (403, ["SB4"])
    run(federation, files, sent.plain["id"])
    status = ask(federation, files, "GET", place).plain
    assert (status["state"], status["rows_done"]) == ("done", 3)
    assert status["results"] == {"found": 2, "unreadable": 1}
    assert (status["persons"], len(status["root"])) == (2, 64)
    answer = ask(federation, files, "GET", place + "/answer")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/csv")
    assert answer.body == files.answer(status["id"]).read_bytes()
    assert answer.body.count(b"\n") == 4
    part = ask(federation, files, "GET", place + "/answer", range="bytes=4-9")
    assert (part.status, part.body) == (206, answer.body[4:10])
    events = [entry["outcome"] for entry in audit(federation, NATIONAL, "supply:batch:handed-out")]
    assert events == ["refused", "done", "done"]


def test_the_same_file_again_is_told_to_be_here(federation: Federation, files: BatchFiles) -> None:
    first, again = submit(federation, files), submit(federation, files)
    assert (first.status, again.status) == (202, 200)
    assert again.plain["id"] == first.plain["id"]
    assert {place.name.split(".")[0] for place in files.room().iterdir()} == {first.plain["id"]}


def test_nobody_else_sees_a_batch(federation: Federation, files: BatchFiles) -> None:
    place = submit(federation, files).headers["location"]
    for method, path in (("GET", place), ("DELETE", place), ("GET", place + "/answer")):
        told = ask(federation, files, method, path, peer=OTHER)
        assert (told.status, told.kind) == (404, "not-found")
    assert ask(federation, files, "GET", PATH + "/nothing").body == told.body


def test_a_file_with_faults_is_refused_and_its_lines_are_named(
    federation: Federation, files: BatchFiles
) -> None:
    sent = submit(federation, files, b"code\na,b\n\xff\n")
    assert sent.status == 202
    run(federation, files, sent.plain["id"])
    status = ask(federation, files, "GET", sent.headers["location"]).plain
    assert status["state"] == "refused"
    assert [one.partition(":")[0] for one in status["trouble"]] == ["line 2", "line 3"]
    assert list(files.room().iterdir()) == []
    assert submit(federation, files, b"code\na,b\n\xff\n").status == 202, "what was refused may be sent again"


@case(refused="S1 S3 S12 NC1 SB2")
def test_the_law_is_asked_before_the_file_is_read(federation: Federation, files: BatchFiles) -> None:
    def refused(**changes: Any) -> list[str]:
        reply = submit(federation, files, **changes)
        assert reply.status == 403, reply.body
        assert not files.room().exists() or list(files.room().iterdir()) == []
        return [rule["rule"] for rule in reply.plain["rules"]]

    assert refused(jukinet_affair="t1-999-1") == ["S1"]
    assert refused(jukinet_affair="t1-41-1") == ["S3"]
    assert refused(jukinet_since="nothing") == ["SB2"]
    entry = OrganEntry(PENSION, "日本年金機構", (), SignaturePolicy.REQUIRED)
    others = tuple(organ for organ in federation.directory.organs if organ.slug != PENSION)
    directory, federation.directory = (
        federation.directory,
        replace(federation.directory, organs=(*others, entry)),
    )
    assert refused() == ["S12"]
    federation.directory = directory
    cut(federation)
    assert refused() == ["NC1"]


def cut(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    with ctx.begin() as tx:
        number = line.ask(tx, LineState.IDENTITY, "an exercise", "sato", ctx.now())
        line.take(tx, number, LineState.IDENTITY, "suzuki", ctx.now())


def test_a_batch_waits_while_the_line_is_cut(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    sent = submit(federation, files)
    worker = federation.context(NATIONAL, "worker")
    assert batch_run.step(worker, files, sent.plain["id"])
    cut(federation)
    assert not batch_run.step(worker, files, sent.plain["id"])
    assert ask(federation, files, "GET", sent.headers["location"]).plain["state"] == "ready", (
        "it has not stopped"
    )


@pytest.mark.parametrize(
    ("changes", "status", "fields"),
    [
        ({"content_type": "application/json"}, 415, set()),
        ({"content_encoding": "gzip"}, 415, set()),
        ({"jukinet_affair": None, "jukinet_case": None}, 422, {"affair", "case"}),
        ({"jukinet_rows": "0"}, 422, {"rows"}),
        ({"jukinet_rows": "1e3", "jukinet_by": "name"}, 422, {"rows", "by"}),
        ({"jukinet_what": "1"}, 422, {"what"}),
    ],
)
def test_headers_are_read_strictly(
    standing: Federation, files: BatchFiles, changes: dict[str, Any], status: int, fields: set[str]
) -> None:
    before = contents(standing, NATIONAL)
    reply = submit(standing, files, **changes)
    assert reply.status == status, reply.plain
    assert set(reply.fields) == fields
    assert contents(standing, NATIONAL) == before


def test_a_file_much_larger_than_its_rows_is_not_taken(
    standing: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROW_BYTES", 1)
    monkeypatch.setattr(batches, "_PIECE", 2)
    assert submit(standing, files).status == 413
    assert list(files.room().iterdir()) == []


def test_a_disk_that_is_full_while_a_file_comes_leaves_nothing(
    standing: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_files.Incoming, "write", full)
    before = contents(standing, NATIONAL)
    assert submit(standing, files).status == 503
    assert contents(standing, NATIONAL) == before
    assert list(files.room().iterdir()) == []


def test_a_cancelled_batch_is_gone(federation: Federation, files: BatchFiles) -> None:
    place = submit(federation, files).headers["location"]
    assert ask(federation, files, "DELETE", place).plain["state"] == "cancelled"
    assert list(files.room().iterdir()) == []
    again = ask(federation, files, "DELETE", place)
    assert (again.status, [rule["rule"] for rule in again.plain["rules"]]) == (403, ["SB3"])
