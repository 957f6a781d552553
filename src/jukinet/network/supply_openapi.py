"""The OpenAPI 3.1 description of the supply door (``/supply/v1``).

Owns its words, and the form of an answer. What a request may hold is told by its reader; that code and items
exclude each other is said here, since a reader that reads the one or the other does not tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.persons import Sex
from jukinet.domain.reading import MAX_TEXT
from jukinet.domain.recording import Object, Parser, Property, Text, shape_of
from jukinet.law.catalogue import QueryKind
from jukinet.law.supply import AnswerReason, Result
from jukinet.messages import strict_json
from jukinet.network import change_facts, schemas
from jukinet.network.descriptions import COMMON, frame, itself, problems
from jukinet.network.requests import JSON
from jukinet.network.shapes import Schema
from jukinet.services.filings import member
from jukinet.services.supply import queries
from jukinet.services.supply.change_facts import Fact, read_change_query
from jukinet.services.supply.queries import FOUR

BASE = "/supply/v1"
VERIFY = f"{BASE}/identity-verifications"
AFFAIRS = f"{BASE}/affairs"
PATH = f"{BASE}/openapi.json"

_CODE: Mapping[str, Parser] = {"code": ResidentRecordCode.parse}
_ITEMS: Mapping[str, Parser] = {
    "name": str,
    "address": str,
    "birth_date": PartialDate.parse,
    "sex": member(Sex),
}
"""How each is parsed; that a name must be one by which somebody can be found is more than a schema says."""

_ABOUT = """\
Organs that the Basic Resident Register Act lists confirm a person for an affair that it lists for them.

* Only over mutual TLS, with a certificate `urn:jukinet:organ:<organ>` of an organ that the network's directory calls
  active, and signed (HTTP Message Signatures, RFC 9421, with a Content-Digest, RFC 9530) where the directory asks the
  organ to sign: five components, Ed25519, a nonce that counts once (docs/reference/signed-requests.md).
* A person is asked for by the code, or by name, address, birth date and sex, all four, which must be equal after
  normalisation. One person or none.
* 403 carries every numbered rule that failed, `law` told apart from `policy`; 422 every fault of every field. No answer
  but the person's own repeats anything that was sent.
* Answers may come to hold more fields: pass over those that you do not know.
"""


@cache
def served() -> bytes:
    """The description as it is sent; it is the same for as long as the program runs."""
    return strict_json.dump(document())


def document() -> dict[str, Any]:
    """The whole description."""
    return frame(
        "Jukinet supply API",
        "Identity-verification information, for organs that the law lists.",
        _ABOUT,
        "A client certificate of the network, made with `jukinet pki organ`.",
        {
            VERIFY: {"post": _verify()},
            AFFAIRS: {"get": _affairs()},
            change_facts.PATH: {"post": _change_facts()},
            PATH: {"get": itself()},
        },
        {
            "QueryByCode": _query(_CODE, FOUR),
            "QueryByItems": _query(_ITEMS, tuple(_CODE)),
            "Answer": _answer(),
            "Person": _person(),
            "Affairs": _askable(),
            "ChangeQuery": schemas.write(shape_of(read_change_query)),
            "ChangeAnswer": _changed(),
        },
    )


def _verify() -> dict[str, Any]:
    body = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("QueryByCode", "QueryByItems")]}
    answer = {
        "description": "Answered: found or not. The look is in the node's audit log.",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Answer"}}},
    }
    return {
        "operationId": "verify",
        "summary": "Confirm a person for a listed affair (Act Arts. 30-7, 30-8).",
        "description": "Sending a request again, signed anew and with the same request_id, does no harm: it is one more"
        " look of that request.",
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {"200": answer | {"links": {"again": _again()}}} | problems(*COMMON, 429),
    }


def _affairs() -> dict[str, Any]:
    answer = {
        "description": "The affairs that the organ may name here today.",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Affairs"}}},
    }
    return {
        "operationId": "affairs",
        "summary": "What may I ask?",
        "description": "Said from catalogue and directory alone, and about nobody; it need not be signed.",
        "responses": {"200": answer} | problems(401, 403),
    }


def _change_facts() -> dict[str, Any]:
    body = {"$ref": "#/components/schemas/ChangeQuery"}
    answer = {
        "description": "What came about these persons since that day; each look is in the node's audit log.",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/ChangeAnswer"}}},
    }
    return {
        "operationId": "change_facts",
        "summary": "Was a record corrected or deleted? For the designated certification body alone"
        " (Act Arts. 30-8(4), 30-11(9)).",
        "description": "By the codes of those whose certificates it issued. Told are notices that a record was"
        " deleted, or that name, date of birth, sex or address were corrected otherwise than in a minor matter: the"
        " fact and the day, no item, and no new code. Nothing is pushed: ask again from `next_since`.",
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {"200": answer} | problems(*COMMON),
    }


def _changed() -> Schema:
    fact: Schema = {
        "code": _TEXT | {"description": "As it was asked for."},
        "fact": _words(Fact),
        "told_on": _DAY,
    }
    fields: Schema = {
        "request_id": _TEXT,
        "next_since": _DAY | {"description": "Ask from this day the next time: nothing is passed over so."},
        "basis": {"type": "array", "items": _TEXT}
        | {"description": "The articles on which the answer rests."},
        "facts": {"type": "array", "items": _object(fact, "")}
        | {"description": "Oldest first, for each person."},
    }
    return _object(fields, "")


def _askable() -> Schema:
    texts = {"type": "array", "items": _TEXT}
    affair: Schema = {
        "affair": _TEXT,
        "ja": _TEXT | {"description": "As the Affairs Ordinance has it."},
        "en": _TEXT | {"description": "Ours, without force."},
        "basis": texts | {"description": "The articles on which an answer would rest."},
        "queries": {"type": "array", "items": _words(QueryKind)}
        | {"description": "How a person may be named: a choice of this network, and not law."},
        "through_governor": {"type": "boolean"}
        | {"description": "The governor of your prefecture must send the request (Act Art. 30-7(6))."},
    }
    items = texts | {"description": "What an answer tells of a person."}
    affairs = {"type": "array", "items": _object(affair, "")}
    return _object({"organ": _TEXT, "node": _TEXT, "on": _DAY, "items": items, "affairs": affairs}, "")


def _query(who: Mapping[str, Parser], instead: Iterable[str]) -> Schema:
    """A request that asks for somebody by these fields; the others may be there and null."""
    shape = shape_of(queries.read_query)
    head = {name: one for name, one in shape.properties.items() if name not in {*_CODE, *_ITEMS}}
    asked = {
        name: Property(Text((parser,), MAX_TEXT), required=True, nullable=False)
        for name, parser in who.items()
    }
    written = schemas.write(Object(head | asked))
    written["properties"] |= {name: {"type": "null"} for name in instead}
    return written


def _again() -> dict[str, Any]:
    """What an answer leads to: the same person, by the code that was told."""
    same = {name: f"$request.body#/{name}" for name in ("affair", "operator", "case")}
    return {
        "operationId": "verify",
        "requestBody": same
        | {"request_id": "$response.body#/request_id", "code": "$response.body#/person/code"},
        "description": "The same person, by the code that the answer told.",
    }


def _answer() -> Schema:
    texts = {"type": "array", "items": _TEXT}
    return _object(
        {
            "request_id": _TEXT,
            "result": _words(Result),
            "reason": _words(AnswerReason),
            "person": {"$ref": "#/components/schemas/Person"},
            "history": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
            "basis": texts | {"description": "The articles on which the answer rests."},
            "policy": texts | {"description": "What of the answer is a choice of this network, and not law."},
            "promise": _promise(),
        },
        "reason person history policy",
    )


def _promise() -> Schema:
    number = {"type": "integer", "minimum": 0}
    fields: Schema = {
        "log": _TEXT,
        "leaf": _DIGEST,
        "index": number,
        "size": number,
        "path": {"type": "array", "items": _DIGEST},
        "integrate_by": _TEXT | {"format": "date-time"},
        "key": _TEXT,
        "signature": _TEXT,
    }
    said = "That the answer's entry will stand in the node's log by then; keep it with the case."
    return _object(fields, "") | {"description": said}


def _person() -> Schema:
    change = _object({"kind": _words(ChangeKind), "reason": _words(NoticeReason), "occurred_on": _DAY}, "")
    address = _object(dict.fromkeys(("municipality", "text", "building"), _TEXT), "building")
    facts: Schema = {
        "name": _TEXT,
        "nickname": _TEXT,
        "birth_date": _TEXT | {"description": "A date that may be partly unknown (EDTF)."},
        "sex": _words(Sex),
        "address": address,
        "code": _TEXT | {"pattern": "^[0-9]{11}$"},
        "change": change,
    }
    return _object(facts, "nickname code")


_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_DIGEST: Schema = _TEXT | {"pattern": "^[0-9a-f]{64}$"}


def _words(kind: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [str(one) for one in kind]}


def _object(properties: Schema, optional: str) -> Schema:
    """An object of an answer: these fields, which are there but for some, and perhaps more in time."""
    needed = [name for name in properties if name not in optional.split()]
    return {"type": "object", "properties": properties, "required": needed}
