"""schemathesis against the supply door: every check it has, on a real store, as an organ that signs its requests."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.services.network.schemathesis_runs import Certified, assert_whole, run
from tests.services.supply.asking import CODES, PENSION, database, hanako, load, plain
from tests.services.supply.batching import ASKED, codes_csv
from tests.services.supply.batching import run as run_batch
from tests.services.supply.signing import KEY, OTHERS_KEY, enter_body, fresh_nonce, require_signatures

from jukinet.domain.batches import BatchState, Way
from jukinet.domain.municipality import NATIONAL
from jukinet.law.certification import BODY
from jukinet.messages import http_signatures
from jukinet.messages.directory import SignaturePolicy
from jukinet.network import batch_openapi, batches, change_facts, supply_openapi
from jukinet.network.requests import head_of
from jukinet.network.supply import supply_door
from jukinet.services.supply import batch_door
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.desk import Desk
from jukinet.services.supply.signatures import Checked
from jukinet.testing.federation import EPOCH, Federation


class Signing:
    """The door as an organ reaches it whose client signs whatever it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        key = OTHERS_KEY if scope["path"] == change_facts.PATH else KEY
        fields = http_signatures.sign(head_of(scope), body, key, to=NATIONAL, now=EPOCH, nonce=fresh_nonce())
        headers = [*scope["headers"], *((name.encode(), one.encode()) for name, one in fields.items())]

        taken = False

        async def again() -> Message:
            nonlocal taken
            if taken:  # Who sends a file waits beside it for a line that is cut.
                await anyio.sleep_forever()
            taken = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app({**scope, "headers": headers}, again, send)


class Each:
    """Every address as the organ reaches it that may use it."""

    def __init__(self, app: ASGIApp) -> None:
        self.organ, self.body = Certified(app, PENSION), Certified(app, BODY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = self.body if scope.get("path") == change_facts.PATH else self.organ
        await asks(scope, receive, send)


def door(federation: Federation, files: BatchFiles) -> ASGIApp:
    ctx = federation.context(NATIONAL, "supply")
    return supply_door(ctx, Desk(ctx, database(federation)), files=files)


DATA = codes_csv([CODES[0], "x"])


def declared(federation: Federation, case: str, data: bytes = DATA) -> str:
    """A batch that waits for its file."""
    asked = replace(ASKED, way=Way.LINE, rows=2, case=case)
    ctx = federation.context(NATIONAL, "supply")
    done = batch_door.declare(ctx, Checked(), asked, hashlib.sha256(data).digest())
    assert isinstance(done, Submitted), done
    return done.batch.id


def answered(federation: Federation, files: BatchFiles) -> str:
    """A batch that is done, and its answer there."""
    batch_id = declared(federation, "done", DATA + b"\n")
    with files.receiving(batch_id) as incoming:
        incoming.write(DATA)
    batch_door.take(federation.context(NATIONAL, "supply"), PENSION, batch_id)
    assert run_batch(federation, files, batch_id).state is BatchState.DONE
    return batch_id


def with_batches(document: dict[str, Any], federation: Federation, files: BatchFiles) -> dict[str, Any]:
    """The description with batches that are there, each as its operation needs it."""
    sent, fetched = declared(federation, "sent"), answered(federation, files)
    of = {
        ("put", batch_openapi.FILE): sent,
        ("get", batch_openapi.ONE): fetched,
        ("delete", batch_openapi.ONE): declared(federation, "cancelled", DATA + b"\n\n"),
        ("get", batch_openapi.ANSWER): fetched,
    }
    for (method, path), batch_id in of.items():
        (named, *_) = document["paths"][path][method]["parameters"]
        document["paths"][path][method]["parameters"] = [named | {"example": batch_id}, *_]
    content = document["paths"][batch_openapi.FILE]["put"]["requestBody"]["content"]
    content["text/csv"]["example"] = DATA.decode()
    said = {"by": "code", "format": "csv", "rows": 2, "digest": "0" * 64}
    same = {name: plain()[name] for name in ("affair", "operator", "case")}
    body = document["paths"][batches.PATH]["post"]["requestBody"]["content"]["application/json"]
    body["example"] = same | said
    return document


def with_example() -> dict[str, Any]:
    """The description with a request that is right at this store."""
    document = copy.deepcopy(supply_openapi.document())
    verify = document["paths"][supply_openapi.VERIFY]["post"]
    verify["requestBody"]["content"]["application/json"]["example"] = plain()
    changes = document["paths"][change_facts.PATH]["post"]
    same = {name: plain()[name] for name in ("request_id", "operator", "case")}
    asked = {"since": "2013-07-08", "codes": [plain()["code"]]}
    changes["requestBody"]["content"]["application/json"]["example"] = same | asked
    return document


def test_no_check_fails_and_every_operation_is_served_and_refused(
    federation: Federation, tmp_path: Path
) -> None:
    load(federation, hanako())
    require_signatures(federation)
    enter_body(federation, SignaturePolicy.REQUIRED)
    files = BatchFiles(tmp_path)
    document = with_batches(with_example(), federation, files)
    report = run(document, Each(Signing(door(federation, files))))
    assert_whole(report, supply_openapi.document())


@pytest.mark.slow  # the run of the register API shows the same of every such run
def test_an_answer_that_the_description_does_not_allow_is_found(
    federation: Federation, tmp_path: Path
) -> None:
    """The run itself: a door that answers in another form than it says fails it."""
    load(federation, hanako())
    document = with_example()
    document["components"]["schemas"]["Answer"]["properties"]["basis"] = {"type": "string"}
    failed = run(document, Certified(door(federation, BatchFiles(tmp_path)), PENSION)).failed
    assert any("basis" in one for one in failed), failed
