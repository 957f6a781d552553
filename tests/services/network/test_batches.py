"""Batches over the supply door: an organ sends, follows, fetches and cancels its own, and no other's."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from starlette.types import Message
from tests.conformance.cases import case
from tests.services.network.asgi import NEVER_ENDS, Reply, scope_of, send
from tests.services.services.counter import audit, contents
from tests.services.supply.asking import AFFAIR, CODES, PENSION, database, hanako, linh, load
from tests.services.supply.batching import ASKED, codes_csv, run
from tests.services.supply.signing import KEY, require_signatures

from jukinet.client.signing import RequestSigner
from jukinet.domain.batches import Way
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.law.decisions import Refused
from jukinet.messages.directory import OrganState
from jukinet.network import batches, handing_out, supply_openapi
from jukinet.network.batches import PATH
from jukinet.network.supply import supply_door
from jukinet.network.tls import PeerCertificate
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply import batch_door, batch_files, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.desk import Desk
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Limited
from jukinet.services.supply.signatures import Checked
from jukinet.services.supply_blocks import Whom
from jukinet.store import line
from jukinet.testing.federation import CLERK, Federation

T = TypeVar("T")
OTHER = OrganSlug("mofa")
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
    headers: Mapping[str, str] | None = None,
) -> Reply:
    return with_door(federation, files, lambda app: send(app, method, path, body, peer=peer, headers=headers))


def declaration(data: bytes = DATA, **changes: Any) -> dict[str, Any]:
    said = {
        "affair": AFFAIR,
        "operator": "clerk-7",
        "case": "2013-0042",
        "by": "code",
        "format": "csv",
        "rows": data.count(b"\n") - 1,
        "digest": hashlib.sha256(data).hexdigest(),
    } | changes
    return {name: value for name, value in said.items() if value is not None}


def declare(federation: Federation, files: BatchFiles, data: bytes = DATA, **changes: Any) -> Reply:
    return ask(federation, files, "POST", PATH, json.dumps(declaration(data, **changes)).encode())


def put(
    federation: Federation, files: BatchFiles, place: str, data: bytes = DATA, content_type: str = "text/csv"
) -> Reply:
    return ask(federation, files, "PUT", place + "/file", data, headers={"content-type": content_type})


def submit(federation: Federation, files: BatchFiles, data: bytes = DATA) -> str:
    """Declare a file and send it; the address of its batch."""
    place = declare(federation, files, data).headers["location"]
    sent = put(federation, files, place, data)
    assert (sent.status, sent.plain["state"]) == (202, "received")
    return place


def rules(reply: Reply) -> list[str]:
    assert reply.status == 403, reply.plain
    return [rule["rule"] for rule in reply.plain["rules"]]


@case("Act Art. 30-7(3)", "Ord. Art. 30-7(i)", permitted="SB4", refused="SB4")
def test_an_organ_sends_a_file_and_fetches_the_answer(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    declared = declare(federation, files)
    assert declared.status == 201, declared.plain
    place = declared.headers["location"]
    assert (declared.plain["state"], declared.plain["rows"], declared.plain["rows_done"]) == (
        "declared",
        3,
        0,
    )
    assert put(federation, files, place).status == 202
    assert rules(ask(federation, files, "GET", place + "/answer")) == ["SB4"]
    run(federation, files, declared.plain["id"])
    status = ask(federation, files, "GET", place).plain
    assert (status["state"], status["rows_done"]) == ("done", 3)
    assert status["results"] == {"found": 2, "unreadable": 1}
    assert (status["persons"], len(status["root"])) == (2, 64)
    described = supply_openapi.document()["components"]["schemas"]["Batch"]["properties"]
    assert status.keys() <= described.keys()
    assert status["promise"].keys() == described["promise"]["properties"].keys()
    assert "promise" not in declared.plain
    answer = ask(federation, files, "GET", place + "/answer")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/csv")
    assert answer.body == files.answer(status["id"]).read_bytes()
    assert answer.body.count(b"\n") == 4
    part = ask(federation, files, "GET", place + "/answer", headers={"range": "bytes=4-9"})
    assert (part.status, part.body) == (206, answer.body[4:10])
    end = len(answer.body)
    behind = ask(federation, files, "GET", place + "/answer", headers={"range": f"bytes={end}-"})
    assert behind.status == 416
    for text in ("bytes=9-4", "bytes=-", "bytes=0-1,4-5", "rows=1-", "x"):
        told = ask(federation, files, "GET", place + "/answer", headers={"range": text})
        assert (told.status, told.body) == (200, answer.body), text
    events = [entry["outcome"] for entry in audit(federation, NATIONAL, "supply:batch:handed-out")]
    assert events == ["refused", *["done"] * 8]


@case(refused="SB5", permitted="SB5")
def test_a_file_comes_once_and_is_the_one_that_was_declared(
    federation: Federation, files: BatchFiles
) -> None:
    place = declare(federation, files).headers["location"]
    for data in (DATA[:-3], DATA + b"x\n", b""):
        told = put(federation, files, place, data)
        assert (told.status, set(told.fields)) == (422, {"file"})
        assert list(files.room().iterdir()) == []
    assert put(federation, files, place, content_type="application/json").status == 415
    assert ask(federation, files, "GET", place).plain["state"] == "declared"
    assert put(federation, files, place).status == 202
    assert rules(put(federation, files, place)) == ["SB5"]
    again = declare(federation, files)
    assert (again.status, again.headers["location"]) == (200, place)
    assert again.plain["state"] == "received"


def test_nobody_else_sees_a_batch(federation: Federation, files: BatchFiles) -> None:
    place = declare(federation, files).headers["location"]
    asked = (("GET", place), ("DELETE", place), ("GET", place + "/answer"), ("PUT", place + "/file"))
    for method, path in asked:
        told = ask(federation, files, method, path, peer=OTHER)
        assert (told.status, told.kind) == (404, "not-found")
    for nothing in ("nothing", "\0", "0" * 32):
        assert ask(federation, files, "GET", f"{PATH}/{nothing}").status == 404
    other = ask(federation, files, "PUT", PATH + "/nothing/file").plain
    assert {**other, "instance": ""} == {**told.plain, "instance": ""}


def test_a_file_with_faults_is_refused_and_its_lines_are_named(
    federation: Federation, files: BatchFiles
) -> None:
    place = submit(federation, files, b"code\na,b\n\xff\n")
    run(federation, files, place.rpartition("/")[2])
    status = ask(federation, files, "GET", place).plain
    assert status["state"] == "refused"
    assert [one.partition(":")[0] for one in status["trouble"]] == ["line 2", "line 3"]
    assert list(files.room().iterdir()) == []
    assert declare(federation, files, b"code\na,b\n\xff\n").status == 201, "it may be sent again"


@case(refused="S1 S3 NC1 SB2")
def test_the_law_is_asked_before_a_file_is_sent(federation: Federation, files: BatchFiles) -> None:
    assert rules(declare(federation, files, affair="t1-999-1")) == ["S1"]
    assert rules(declare(federation, files, affair="t1-41-1")) == ["S3"]
    assert rules(declare(federation, files, since="nothing")) == ["SB2"]
    place = submit(federation, files)
    run(federation, files, place.rpartition("/")[2])
    cut(federation)
    assert rules(declare(federation, files)) == ["NC1"]
    assert rules(ask(federation, files, "GET", place + "/answer")) == ["NC1"], "nor is an answer handed out"


def signed_declaration(federation: Federation) -> tuple[RequestSigner, bytes, dict[str, str]]:
    """Who signs from now on, what he declares, and the fields of that request."""
    require_signatures(federation)
    signer = RequestSigner(KEY, NATIONAL, federation.clock.now)
    body = json.dumps(declaration()).encode()
    return signer, body, signer.fields("POST", PATH, "application/json", body)


@case(refused="SG1 SG3 SG5", permitted="SG1 SG5")
def test_who_must_sign_signs_every_request_but_the_declared_file(
    federation: Federation, files: BatchFiles
) -> None:
    signer, body, signed = signed_declaration(federation)
    assert rules(declare(federation, files)) == ["SG1"]
    assert rules(ask(federation, files, "POST", PATH, body + b" ", headers=signed)) == ["SG3"]
    place = ask(federation, files, "POST", PATH, body, headers=signed).headers["location"]
    assert rules(ask(federation, files, "POST", PATH, body, headers=signed)) == ["SG5"]
    assert put(federation, files, place).status == 202
    run(federation, files, place.rpartition("/")[2])
    for method, path in (("GET", place), ("GET", place + "/answer"), ("DELETE", place)):
        assert "SG1" in rules(ask(federation, files, method, path))
        fields = signer.fields(method, path, "application/json", b"")
        told = ask(federation, files, method, path, headers=fields)
        assert told.status == 200 if method == "GET" else rules(told) == ["SB3"]


def cut(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    with ctx.begin() as tx:
        number = line.ask(tx, LineState.IDENTITY, "an exercise", "sato", ctx.now())
        line.take(tx, number, LineState.IDENTITY, "suzuki", ctx.now())


def test_every_refusal_at_the_addresses_of_batches_is_recorded(
    federation: Federation, files: BatchFiles
) -> None:
    signer, body, signed = signed_declaration(federation)
    place = ask(federation, files, "POST", PATH, body, headers=signed).headers["location"]
    fields = signer.fields("GET", place, "application/json", b"")
    assert ask(federation, files, "GET", place, headers=fields).status == 200

    def asked(
        method: str, path: str, body: bytes = b"", **more: Any
    ) -> tuple[int, list[tuple[str, list[str]]]]:
        before = len(audit(federation, NATIONAL))
        status = ask(federation, files, method, path, body, **more).status
        new = audit(federation, NATIONAL)[before:]
        return status, [(one["outcome"], [rule.partition(" ")[0] for rule in one["rules"]]) for one in new]

    csv = {"content-type": "text/csv"}
    assert asked("GET", place) == (403, [("refused", ["SG1"])])
    assert asked("GET", place, headers=fields) == (403, [("refused", ["SG5"])])
    assert asked("GET", place, peer=OTHER) == (404, [("refused", ["not-found"])])
    assert asked("GET", f"{PATH}/nothing") == (404, [("refused", ["not-found"])])
    assert asked("POST", PATH, b"{") == (400, [("refused", ["malformed"])])
    assert asked("POST", PATH, b"{}") == (422, [("refused", ["invalid"])])
    assert asked("PUT", place + "/file", b"another", headers=csv) == (422, [("refused", ["invalid"])])
    assert put(federation, files, place).status == 202
    assert asked("PUT", place + "/file", DATA, headers=csv) == (403, [("refused", ["SB5"])])


def happen(federation: Federation, change: str) -> None:
    """What ends an organ's right to an answer."""
    match change:
        case "cut":
            cut(federation)
        case "revoked":
            relist(federation, state=OrganState.REVOKED)
        case "replaced":
            relist(federation, certified_since=federation.clock.now())
        case "blocked":
            blocks.block(federation.context(NATIONAL), CLERK, Whom.organ(PENSION), "by order")


def relist(federation: Federation, **changes: Any) -> None:
    organs = federation.directory.organs
    changed = tuple(replace(one, **changes) if one.slug == PENSION else one for one in organs)
    federation.directory = replace(federation.directory, organs=changed)


@pytest.mark.parametrize("change", ["nothing", "cut", "revoked", "replaced", "blocked"])
def test_an_answer_under_way_ends_once_it_may_not_be_had_any_more(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A thief reads slowly: what is decided after the first piece counts for the second."""
    monkeypatch.setattr(handing_out, "EVERY", 0.0)
    monkeypatch.setattr(handing_out.WatchedFile, "chunk_size", 100)
    load(federation, hanako(), linh())
    place = submit(federation, files)
    run(federation, files, place.rpartition("/")[2])
    whole = ask(federation, files, "GET", place + "/answer").body
    assert len(whole) > 200

    async def fetch(app: Starlette) -> tuple[bytes, bool]:
        got: list[Message] = []

        async def take(message: Message) -> None:
            got.append(message)
            if len(got) == 2:  # the head, and the first piece
                await asyncio.to_thread(happen, federation, change)

        async def nothing_more() -> Message:
            return await asyncio.Future[Message]()

        certificate = PeerCertificate(PENSION, NEVER_ENDS, b"", 0.0)
        scope = scope_of("GET", place + "/answer", b"", certificate)
        await app(scope, nothing_more, take)
        return b"".join(one.get("body", b"") for one in got[1:]), not got[-1].get("more_body", False)

    got, ended = with_door(federation, files, fetch)
    assert (got, ended) == ((whole, True) if change == "nothing" else (whole[:100], False))


def test_a_batch_waits_while_the_line_is_cut(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    place = submit(federation, files)
    worker, number = federation.context(NATIONAL, "worker"), place.rpartition("/")[2]
    assert batch_run.step(worker, files, number)
    cut(federation)
    assert not batch_run.step(worker, files, number)
    assert ask(federation, files, "GET", place).plain["state"] == "ready", "it has not stopped"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"affair": None, "case": None}, {"affair", "case"}),
        ({"rows": 0}, {"rows"}),
        ({"rows": "3", "by": "name"}, {"rows", "by"}),
        ({"digest": "0" * 63, "format": "xlsx"}, {"digest", "format"}),
        ({"what": "1"}, {"what"}),
        ({"history": "yes"}, {"history"}),
    ],
)
def test_a_declaration_is_read_strictly(
    standing: Federation, files: BatchFiles, changes: dict[str, Any], fields: set[str]
) -> None:
    before = contents(standing, NATIONAL)
    reply = declare(standing, files, **changes)
    assert (reply.status, set(reply.fields)) == (422, fields)
    assert contents(standing, NATIONAL) == before


def test_what_cannot_be_kept_leaves_nothing(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    place = declare(federation, files).headers["location"]
    with monkeypatch.context() as patch:
        patch.setattr(batch_files.Incoming, "write", full)
        assert put(federation, files, place).status == 503
    with monkeypatch.context() as patch:
        patch.setattr(batches, "ROW_BYTES", 1)
        patch.setattr(batches, "_PIECE", 2)
        assert put(federation, files, place).status == 413
    assert list(files.room().iterdir()) == []
    assert put(federation, files, place).status == 202


def test_a_cancelled_batch_is_gone(federation: Federation, files: BatchFiles) -> None:
    place = submit(federation, files)
    assert ask(federation, files, "DELETE", place).plain["state"] == "cancelled"
    assert list(files.room().iterdir()) == []
    assert rules(ask(federation, files, "DELETE", place)) == ["SB3"]


def test_what_was_declared_and_never_comes_ends(federation: Federation, files: BatchFiles) -> None:
    place = declare(federation, files).headers["location"]
    federation.clock.advance(timedelta(days=30))
    batch_run.forget_old(federation.context(NATIONAL, "worker"), files)
    assert ask(federation, files, "GET", place).plain["state"] == "cancelled"


@case(permitted="SL1 SL2", refused="SL1 SL2")
def test_a_declaration_counts_as_one_request_of_its_organ_and_operator(
    federation: Federation, files: BatchFiles
) -> None:
    ctx = federation.context(NATIONAL, "supply")

    def declared(number: int, operator: str, most: Limits) -> list[str]:
        asked = replace(ASKED, way=Way.LINE, rows=1, operator=operator, case=str(number))
        done = batch_door.declare(ctx, Checked(), asked, bytes([number]) * 32, most)
        if isinstance(done, Limited):
            assert 0 < done.retry_after <= 60
        return [rule.rule for rule in done.failed] if isinstance(done, Refused | Limited) else []

    by_operator, by_organ = Limits(operator_per_minute=1), Limits(organ_per_minute=3, operator_per_minute=3)
    assert declared(1, "clerk-7", by_operator) == []
    assert declared(2, "clerk-7", by_operator) == ["SL2"]
    assert declared(3, "clerk-8", by_organ) == []
    assert declared(4, "clerk-9", by_organ) == ["SL1"]
    noted = audit(federation, NATIONAL, "supply:batch:submitted")
    assert [one["outcome"] for one in noted] == ["done", "refused", "done", "refused"]
    federation.clock.advance(timedelta(minutes=1))
    assert declared(5, "clerk-7", by_operator) == []
