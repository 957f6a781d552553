"""The part of the supply door's OpenAPI description that is about batches: a file declared, sent, followed, fetched.

What a declaration may hold is told by its reader. What stands in the files is not JSON, and is described in
docs/reference/supply-batches.md.
"""

from __future__ import annotations

from typing import Any

from jukinet.domain.batches import BatchFormat, BatchState, RowResult, Way
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.recording import shape_of
from jukinet.law.catalogue import QueryKind
from jukinet.network import schemas
from jukinet.network.batches import PATH, read_declaration
from jukinet.network.descriptions import COMMON, problems
from jukinet.network.requests import JSON
from jukinet.network.schema_parts import DIGEST, MOMENT, NUMBER, TEXT, TEXTS, object_of, promise, words
from jukinet.network.shapes import Schema

ONE = PATH + "/{batch_id}"
FILE = ONE + "/file"
ANSWER = ONE + "/answer"

_ID: dict[str, Any] = {
    "name": "batch_id",
    "in": "path",
    "required": True,
    "description": "The batch, as its declaration was answered.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
_NO_BODY = (401, 403, 404, 500, 503)
"""What is answered besides success where no body is sent."""


def paths() -> dict[str, Any]:
    return {
        PATH: {"post": _declare()},
        ONE: {"get": _show(), "delete": _cancel()},
        FILE: {"put": _send()},
        ANSWER: {"get": _fetch()},
    }


def components() -> dict[str, Schema]:
    return {"Declaration": schemas.write(shape_of(_read)), "Batch": _batch()}


def _read(data: object) -> object:
    return read_declaration(OrganSlug("mofa"), data)  # Whose it is the certificate says, and no field.


def _declare() -> dict[str, Any]:
    place: Schema = {"description": "The address of the batch.", "schema": TEXT}
    found = _told(
        "The same file of this operator in this case is a batch already, or was until a day ago: this one."
    )
    return {
        "operationId": "declare_batch",
        "summary": "Declare a file of questions, one a row, and for what it is (Act Art. 30-7; Ord. Art. 30-7).",
        "description": "The law decides on the whole file before it is sent, and again with each part that is answered."
        " Sending a declaration again does no harm.",
        "requestBody": _body("Declaration"),
        "responses": {
            "200": found | {"headers": {"Location": place}, "links": _follow()},
            "201": _told("Send the file next.") | {"headers": {"Location": place}, "links": _follow()},
        }
        | problems(*COMMON, 429),
    }


def _send() -> dict[str, Any]:
    content = {form.media_type: {"schema": {"type": "string"}} for form in BatchFormat}
    return {
        "operationId": "send_batch_file",
        "summary": "Send the file that was declared.",
        "description": "As it is, in the media type of the format that was declared. It needs no signature: its digest"
        " was declared, and no other file is taken.",
        "parameters": [_ID],
        "requestBody": {"required": True, "content": content},
        "responses": {"202": _told("It is here, and is checked next.")}
        | problems(400, 413, 415, 422, *_NO_BODY),
    }


def _show() -> dict[str, Any]:
    return {
        "operationId": "show_batch",
        "summary": "How far a batch is.",
        "description": "Of the organ's own. Once it is done, with the promise of its entry in the log.",
        "parameters": [_ID],
        "responses": {"200": _told("As it stands.")} | problems(*_NO_BODY),
    }


def _cancel() -> dict[str, Any]:
    return {
        "operationId": "cancel_batch",
        "summary": "Give a batch up.",
        "description": "Its files are removed; the batch itself stays to be seen, as `cancelled`. Who was looked up by"
        " then stays recorded. One that has ended is refused by rule SB3.",
        "parameters": [_ID],
        "responses": {"200": _told("It is cancelled.")} | problems(*_NO_BODY),
    }


def _fetch() -> dict[str, Any]:
    content: dict[str, Any] = {form.media_type: {} for form in BatchFormat}
    whole = {"description": "The file of the answer, in the format of the question.", "content": content}
    return {
        "operationId": "fetch_batch_answer",
        "summary": "The answer of a batch that is done.",
        "description": "With `Range: bytes=1000-`, one range, from where the line failed.",
        "parameters": [_ID],
        "responses": {
            "200": whole,
            "206": whole | {"description": "The part of it that was asked for."},
            "416": {"description": "The range begins behind the end.", "content": {"text/plain": {}}},
        }
        | problems(*_NO_BODY),
    }


def _body(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _told(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Batch"}}},
    }


def _follow() -> dict[str, Any]:
    same = {"batch_id": "$response.body#/id"}
    return {
        "follow": {"operationId": "show_batch", "parameters": same, "description": "How far it is."},
    }


def _batch() -> Schema:
    counted = ", ".join(one for one in RowResult if one is not RowResult.EARLIER)
    counts: Schema = {
        "type": "object",
        "additionalProperties": NUMBER,
        "description": f"Rows by result, of those done: {counted}.",
    }
    fields: Schema = {
        "id": TEXT,
        "organ": TEXT,
        "affair": TEXT,
        "operator": TEXT,
        "case": TEXT,
        "by": words(QueryKind),
        "format": words(BatchFormat),
        "way": words(Way),
        "since": TEXT,
        "for": TEXT,
        "special_request": TEXT,
        "history": {"type": "boolean"},
        "digest": DIGEST,
        "state": words(BatchState),
        "trouble": TEXTS | {"description": "Why it was refused or stopped: of a file its lines."},
        "rows": NUMBER,
        "rows_done": NUMBER,
        "results": counts,
        "persons": NUMBER | {"description": "How many rows told of somebody."},
        "basis": TEXTS | {"description": "The articles on which the answer rests."},
        "root": DIGEST
        | {"description": "Over the leaves of all of these; it stands in the entry of the log."},
        "promise": promise(),
        "submitted_at": MOMENT,
        "ended_at": MOMENT,
    }
    return object_of(fields, "since for special_request history trouble basis root promise ended_at")
