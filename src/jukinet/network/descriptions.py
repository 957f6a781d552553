"""What the OpenAPI 3.1 descriptions of all our APIs share: their frame, headers, and the problems they answer with."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from jukinet import __version__
from jukinet.domain.errors import ErrorKind
from jukinet.messages.problem_documents import MEDIA_TYPE, TYPE_PREFIX
from jukinet.network.problems import TABLE
from jukinet.network.requests import JSON
from jukinet.network.shapes import Schema


def frame(
    title: str,
    summary: str,
    about: str,
    certificate: str,
    paths: dict[str, Any],
    components: dict[str, Schema],
) -> dict[str, Any]:
    """A whole description; ``certificate`` says how one comes by the certificate that proves who asks."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "summary": summary,
            "description": about,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"certificate": []}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": problem_schema(), **components},
            "securitySchemes": {"certificate": {"type": "mutualTLS", "description": certificate}},
        },
    }


def itself() -> dict[str, Any]:
    """The operation that serves a description."""
    content = {JSON: {"schema": {"type": "object", "required": ["openapi", "paths"]}}}
    return {
        "operationId": "openapi",
        "summary": "This description.",
        "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}} | problems(401, 403),
    }


@dataclass(frozen=True, slots=True)
class Header:
    """A header that a request has: how it must look, in a pattern and in words."""

    name: str
    pattern: str
    expected: str
    description: str
    example: str
    required: bool = True


def parameter(header: Header) -> dict[str, Any]:
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.description,
        "schema": {"type": "string", "pattern": f"^{header.pattern}$"},
        "example": header.example,
    }


COMMON = (400, 401, 403, 413, 415, 422, 500, 503)
"""What every operation may answer with, besides success."""


def problems(*statuses: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(one): {"description": _titles(one), "content": content} for one in sorted(statuses)}


def _titles(status: int) -> str:
    titles = [title for at, title in TABLE.values() if at == status]
    return ", or: ".join(dict.fromkeys(titles)) or HTTPStatus(status).phrase


def problem_schema() -> Schema:
    text = {"type": "string"}
    rule = {"rule": text, "article": text, "kind": {"type": "string", "enum": ["law", "policy"]}}
    fault = {"field": text, "problem": text}

    def listing(properties: Schema) -> Schema:
        item = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        return {"type": "array", "items": item}

    return {
        "type": "object",
        "description": "A problem document (RFC 9457).",
        "properties": {
            "type": {"type": "string", "enum": ["about:blank", *(TYPE_PREFIX + kind for kind in ErrorKind)]},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": text,
            "rules": listing(rule),
            "faults": listing(fault),
        },
        "required": ["type", "title", "status"],
        "additionalProperties": False,
    }
