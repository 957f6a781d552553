"""The OpenAPI 3.1 description of the register API, made from the readers and answers themselves.

Owns the words of the description. What a filing may hold is told by its reader (``jukinet.domain.recording``);
what an answer holds, by its dataclass (``jukinet.network.shapes``).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jukinet.domain.recording import Object, shape_of
from jukinet.messages import strict_json
from jukinet.network import schemas, shapes
from jukinet.network.descriptions import COMMON, Header, frame, itself, parameter, problems
from jukinet.network.requests import JSON
from jukinet.network.shapes import Schema
from jukinet.services.drafts import DRAFT_ACTS, read_correction
from jukinet.services.filing_days import shape_of_filing
from jukinet.services.register import Drafted, Registered
from jukinet.services.register_acts import BESIDE_ACTS, DRAFTABLE, FiledAct
from jukinet.services.register_reads import READS, Read

BASE = "/register/v1"
PATH = f"{BASE}/openapi.json"

AT_ONCE = (*BESIDE_ACTS, *DRAFT_ACTS)
"""Acts that no draft is made of."""

ACTS = (*DRAFTABLE, *AT_ONCE)
"""Everything that is done once under a key, but the entering of drafts."""


OPERATOR = Header(
    "Jukinet-Operator",
    r"[a-z][a-z0-9._-]{1,31}",
    "must be the id of an operator",
    "Who acts: an operator enrolled at the municipality's node. This release takes the system's word for it: the"
    " client certificate proves the system, and nothing proves that this person sat there. Signed requests"
    " (RFC 9421) will prove what the system sent, and come in a later release.",
    "sato",
)
TERMINAL = Header(
    "Jukinet-Terminal",
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "must be 1 to 64 letters, digits, dots, hyphens and underscores",
    "From which terminal. It is recorded behind the name of the system that says so.",
    "counter-1",
)
KEY = Header(
    "Idempotency-Key",
    r"[A-Za-z0-9_-]{16,64}",
    "must be 16 to 64 letters, digits, hyphens and underscores, such as a UUID",
    "Drawn at random for each act. The same key with the same request is told the same answer, a refusal too, and"
    " nothing is done again: send it again whenever no answer came. With another request it is refused.",
    "9f6c1e0a-6f0e-4b0e-9a52-6f1d3c0b7a11",
)
IF_MATCH = Header(
    "If-Match",
    r'"[0-9a-f-]{5,40}"( ?, ?"[0-9a-f-]{5,40}")*',
    'must be one or more ETags in quotes, such as "1-2a-3", with commas between',
    "ETags from look-ups of residents, at most 50. The act is done only if every one of these records is as it was"
    " then; else the answer is 412, and nothing is stored.",
    '"1-2a-3"',
    required=False,
)
CONFIRMED = Header(
    "Jukinet-Confirmed",
    "true",
    "must be true, or missing",
    "The operator has looked into the alerts on the records and acts all the same. Without it an act or look that"
    " meets an alert is refused by rule V2, and an address that the gazetteer does not have by GZ1 or GZ2.",
    "true",
    required=False,
)

_ABOUT = """\
Acts on the resident register and looks at it, for a municipality's own systems.

* Only over mutual TLS, with a certificate `urn:jukinet:system:<municipality>:<system>` that the municipality's
  node admits by name.
* Personal values, resident numbers among them, are never part of an address: looks are POST too.
* 403 carries every numbered rule that failed, 422 every fault of every field, at once.
* A date is a calendar date of the office; a moment is UTC. A day of filing or entering that is left out is today's.
"""


def path_of(name: str) -> str:
    """The path of an act or a look."""
    return f"{BASE}/{name}"


CORRECTED = "drafts/correct"
_ESCAPED = JSON.replace("/", "~1")


def draft_of(act: FiledAct[Any]) -> str:
    """The name under which an act is entered as a draft."""
    return f"drafts/enter/{act.name}"


@cache
def served() -> bytes:
    """The description as it is sent; it is the same for as long as the program runs."""
    return strict_json.dump(document())


def document() -> dict[str, Any]:
    """The whole description."""
    components: dict[str, Schema] = {}
    paths: dict[str, Any] = {}
    for act in DRAFTABLE:
        paths[path_of(act.name)] = {"post": _act(act, components)}
        paths[path_of(draft_of(act))] = {"post": _draft(act, components)}
    for act in AT_ONCE:
        paths[path_of(act.name)] = {"post": _act(act, components)}
    paths[path_of(CORRECTED)]["post"]["requestBody"] = _body_of_any()
    for read in READS:
        paths[path_of(read.name)] = {"post": _read(read, components)}
    paths[PATH] = {"get": itself()}
    return frame(
        "Jukinet register API",
        "A municipality's Basic Resident Register, for its own systems.",
        _ABOUT,
        "A client certificate of the network, made with `jukinet pki system`.",
        paths,
        components,
    )


def _body_of_any() -> dict[str, Any]:
    """A draft and another filing in place of its own: that of any act, since which one it is stands in the draft."""
    body = _body(shape_of(read_correction))
    schema = body["content"][JSON]["schema"]
    bodies = (path_of(act.name).replace("/", "~1") for act in DRAFTABLE)
    refs = [{"$ref": f"#/paths/{one}/post/requestBody/content/{_ESCAPED}/schema"} for one in bodies]
    schema["properties"]["filing"] = {
        "type": "object",
        "description": "The filing of the draft's act, whole.",
        "anyOf": refs,
    }
    return body


def _act(act: FiledAct[Any], components: dict[str, Schema]) -> dict[str, Any]:
    answer = _answer("Done, or done before under this key.", act.answer, components)
    if act.answer is Registered:
        answer |= {"links": _follow()}
    return _once(act.name, act.summary, act.read, answer)


def _follow() -> dict[str, Any]:
    return {
        "look-up": {
            "operationId": _operation_id("residents/lookup"),
            "requestBody": {"resident_no": "$response.body#/resident_nos/0"},
            "description": "The first resident of the act, as recorded now.",
        }
    }


def _draft(act: FiledAct[Any], components: dict[str, Schema]) -> dict[str, Any]:
    """The body is that of the act itself: what is entered is the same."""
    follow = {
        "complete": {
            "operationId": _operation_id("drafts/complete"),
            "requestBody": {"draft": "$response.body#/draft"},
            "description": "Complete the draft, as another operator.",
        }
    }
    answer = _answer("Entered as a draft, or before under this key.", Drafted, components)
    return _once(draft_of(act), f"As a draft: {act.summary}", act.read, answer | {"links": follow})


def _once(name: str, summary: str, read: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """What is done once under a key."""
    return {
        "operationId": _operation_id(name),
        "summary": summary,
        "parameters": [parameter(one) for one in (OPERATOR, TERMINAL, KEY, IF_MATCH, CONFIRMED)],
        "requestBody": _body(shape_of_filing(read)),
        "responses": {"200": answer} | problems(*COMMON, 409, 412),
    }


def _read(read: Read, components: dict[str, Schema]) -> dict[str, Any]:
    answer = _answer("Found.", read.answer, components)
    if "etag" in components[read.answer.__name__]["properties"]:
        tag = {"description": "This state of the record, for `If-Match`.", "schema": {"type": "string"}}
        answer |= {"headers": {"ETag": tag}}
    return {
        "operationId": _operation_id(read.name),
        "summary": read.summary,
        "parameters": [parameter(one) for one in (OPERATOR, TERMINAL, CONFIRMED)],
        "requestBody": _body(shape_of(read.read)),
        "responses": {"200": answer} | problems(*COMMON),
    }


def _operation_id(name: str) -> str:
    return name.replace("/", "-")


def _body(shape: Object) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": schemas.write(shape)}}}


def _answer(description: str, kind: type, components: dict[str, Schema]) -> dict[str, Any]:
    return {
        "description": description,
        "content": {JSON: {"schema": shapes.schema_of(kind, components)}},
    }
