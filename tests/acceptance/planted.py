"""People planted in requests to running doors, requests that name them, and the look whether any of it shows."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta

from tests.acceptance.country import NATIONAL, PENSION, SUPPLY, Country, unusual_name
from tests.acceptance.doors import request

from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.municipality import NodeId
from jukinet.messages import http_signatures
from jukinet.messages.http_signatures import Head

JSON = "application/json"
FRAMES = "/network/v1/frames/identity"
VERIFY = "/supply/v1/identity-verifications"


def issuable_code() -> str:
    while not is_issuable(ten := f"{secrets.randbelow(10**10):010d}"):
        pass
    return str(ResidentRecordCode.compose(ten))


NAME, KANA, ADDRESS = (unusual_name(word) for word in ("漏洩", "ロウエイ", "漏洩県漏洩市"))
CODE = issuable_code()
WRONG_CODE = CODE[:10] + str((int(CODE[10]) + 1) % 10)
PLANTED = (
    NAME,
    KANA,
    ADDRESS,
    CODE,
    WRONG_CODE,
    *(name.partition("　")[2] for name in (NAME, KANA, ADDRESS)),
)


def shows_nothing(text: str) -> bool:
    return not any(planted in text for planted in PLANTED)


def post(path: str, body: bytes | object, content_type: str = JSON, **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request("POST", path, data, {"Content-Type": content_type, **headers})


def require_problem(
    answer: tuple[int, dict[str, str], bytes], status: int, kind: str, fields: set[str] | None = None
) -> None:
    """A problem document of this kind that names these fields, and nothing of what was sent."""
    found, headers, body = answer
    document = json.loads(body)
    assert (found, document["status"], document["type"]) == (status, status, f"urn:jukinet:problem:{kind}"), (
        body
    )
    assert headers["content-type"] == "application/problem+json"
    if fields is not None:
        assert {fault["field"] for fault in document.get("faults", [])} == fields, document
    assert shows_nothing(body.decode())
    assert shows_nothing(json.dumps(document, ensure_ascii=False))


def query(**changes: object) -> dict[str, object]:
    """A request by the four items, but for what is changed; ``None`` takes an item away."""
    whole: dict[str, object] = {
        "request_id": secrets.token_hex(8),
        "affair": "t1-77-1",
        "operator": "suzuki",
        "case": "2013-1",
        "name": NAME,
        "address": ADDRESS,
        "birth_date": "1980-04-17",
        "sex": "female",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def by_code(code: str) -> dict[str, object]:
    return query(code=code, name=None, address=None, birth_date=None, sex=None)


def signed(
    country: Country,
    body: bytes,
    *,
    by: NodeId | str = PENSION,
    to: NodeId = NATIONAL,
    ago: int = 0,
    sent: bytes | None = None,
) -> bytes:
    """A request that is signed, some seconds ago; ``sent``: another body in place of the one that was signed."""
    head = Head("POST", VERIFY, "", {"content-type": JSON})
    now = datetime.now(UTC) - timedelta(seconds=ago)
    fields = http_signatures.sign(head, body, country.key(by), to=to, now=now, nonce=secrets.token_hex(16))
    return post(VERIFY, body if sent is None else sent, JSON, **fields)


def at_supply(
    country: Country, sent: bytes, party: NodeId | str = PENSION
) -> tuple[int, dict[str, str], bytes]:
    return country.ask(country.ports[NATIONAL, SUPPLY], sent, party)
