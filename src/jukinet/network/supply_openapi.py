"""The OpenAPI 3.1 description of the supply door (``/supply/v1``).

Owns its words, and the form of an answer. What a request may hold is told by its reader; that code and items
exclude each other is said here, since a reader that reads the one or the other does not tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from jukinet.network import batch_openapi, change_facts, schemas
from jukinet.network.descriptions import COMMON, frame, itself, problems
from jukinet.network.requests import JSON
from jukinet.network.schema_parts import DAY, TEXT, TEXTS, object_of, promise, words
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
            **batch_openapi.paths(),
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
            **batch_openapi.components(),
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
        "code": TEXT | {"description": "As it was asked for."},
        "fact": words(Fact),
        "told_on": DAY,
    }
    fields: Schema = {
        "request_id": TEXT,
        "next_since": DAY | {"description": "Ask from this day the next time: nothing is passed over so."},
        "basis": TEXTS | {"description": "The articles on which the answer rests."},
        "facts": {"type": "array", "items": object_of(fact)}
        | {"description": "Oldest first, for each person."},
    }
    return object_of(fields)


def _askable() -> Schema:
    affair: Schema = {
        "affair": TEXT,
        "ja": TEXT | {"description": "As the Affairs Ordinance has it."},
        "en": TEXT | {"description": "Ours, without force."},
        "basis": TEXTS | {"description": "The articles on which an answer would rest."},
        "queries": {"type": "array", "items": words(QueryKind)}
        | {"description": "How a person may be named: a choice of this network, and not law."},
        "through_governor": {"type": "boolean"}
        | {"description": "The governor of your prefecture must send the request (Act Art. 30-7(6))."},
    }
    items = TEXTS | {"description": "What an answer tells of a person."}
    affairs = {"type": "array", "items": object_of(affair)}
    return object_of({"organ": TEXT, "node": TEXT, "on": DAY, "items": items, "affairs": affairs})


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
    return object_of(
        {
            "request_id": TEXT,
            "result": words(Result),
            "reason": words(AnswerReason),
            "person": {"$ref": "#/components/schemas/Person"},
            "history": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
            "basis": TEXTS | {"description": "The articles on which the answer rests."},
            "policy": TEXTS | {"description": "What of the answer is a choice of this network, and not law."},
            "promise": promise(),
        },
        "reason person history policy",
    )


def _person() -> Schema:
    change = object_of({"kind": words(ChangeKind), "reason": words(NoticeReason), "occurred_on": DAY})
    address = object_of(dict.fromkeys(("municipality", "text", "building"), TEXT), "building")
    facts: Schema = {
        "name": TEXT,
        "nickname": TEXT,
        "birth_date": TEXT | {"description": "A date that may be partly unknown (EDTF)."},
        "sex": words(Sex),
        "address": address,
        "code": TEXT | {"pattern": "^[0-9]{11}$"},
        "change": change,
    }
    return object_of(facts, "nickname code")
