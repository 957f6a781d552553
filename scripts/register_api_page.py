"""Writes the reference page of the register API from its own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.reference_pages import page, table

INTRODUCTION = """\
Acts on the register and looks at it, for a municipality's own systems: over its network door, with a client
certificate `urn:jukinet:system:<municipality>:<system>` that the node's configuration admits by name. How to
get there: [Connect a town's own system](../how-to/connect-a-towns-own-system.md). The same description, as
OpenAPI 3.1, is served at `GET /register/v1/openapi.json`; both are made from the readers that read the filings,
so neither can say what these do not take.

* **POST alone.** Personal values, resident numbers among them, are in no address. Bodies are JSON in UTF-8,
  read strictly: an unknown field is a fault. Every fault of head and body is told at once (422).
* **Refused** (403): every [rule](rules.md) that failed. The refusal is in the audit log.
* **Once.** An act's key and its answer are stored in the transaction of the act. The same request under its key
  is told the same answer, a refusal too, and nothing is done again; another request under the key is refused
  (`key-reused`). Wherever no answer came, or 503, send the same request again. A key belongs to the system that
  drew it.
* **Two clerks.** A look gives an `ETag`. An act with `If-Match` is done only if every record that it names is
  as it was; else 412 (`precondition-failed`), nothing is stored, and the key may be used again.
* **Drafts.** `/register/v1/drafts/enter/` and the name of an act, with its fields, enters it as a draft (not an act
  beside the records, on notes, doubts, letters and the koseki's registers): what
  it would refuse is refused now, and nothing stands in the register before another operator completes it
  (`drafts/complete`). The records of `If-Match` are kept with it. [More](../how-to/work-with-drafts.md).
* **Who acts** is the operator in `Jukinet-Operator`, who must be enrolled at the node with the permission that
  the act wants. **This release takes the system's word for the name.** The certificate proves which system sent
  the request, not that this person sat at it: whoever holds the certificate can act in the name of any operator
  enrolled here. That is weaker than a request signed with a key (RFC 9421), which a later release will demand.
  So the audit log keeps the system's name in front of the terminal's (`tax-office/window-3`), and only a system
  that logs its people in well should be admitted.

Errors are [problem documents](problems.md)."""


def register_api() -> str:
    """The page: what every request has in its head, then each operation with its fields."""
    from jukinet.network import openapi

    document = openapi.document()
    heads = (openapi.OPERATOR, openapi.TERMINAL, openapi.KEY, openapi.IF_MATCH)
    rows = ((f"`{one.name}`", _needed(one), f"`{one.pattern}`", one.description) for one in heads)
    sections = [
        section
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for section in _operation(method, path, operation)
    ]
    answer = document["components"]["schemas"]["ShownResident"]
    return page(
        "The register API",
        "the readers of filings, by network/openapi.py",
        INTRODUCTION,
        "## In the head",
        table(("header", "needed", "form", "meaning"), rows),
        *sections,
        "## What a look shows",
        table(("field", "type", "", ""), fields_of(answer, document)),
    )


def _needed(header: Any) -> str:
    acts_only = header.name in {"Idempotency-Key", "If-Match"}
    return ("yes" if header.required else "no") + (", acts only" if acts_only else "")


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    from jukinet.network import openapi

    yield f"## {method.upper()} {path}"
    yield operation["summary"]
    body = operation.get("requestBody")
    drafts = openapi.path_of("drafts/enter/")
    if path.startswith(drafts):
        yield f"The fields are those of `{path.replace(drafts, openapi.path_of(''))}`."
    elif body:
        schema = body["content"]["application/json"]["schema"]
        yield table(("field", "type", "needed", ""), fields_of(schema, {}))


def fields_of(
    schema: dict[str, Any], document: dict[str, Any], at: str = "", deep: int = 0
) -> Iterator[tuple[str, str, str, str]]:
    required = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        one, optional = _bare(given, document)
        path = f"{at}{name}"
        needed = "yes" if name in required and not optional else "no"
        yield f"`{path}`", _type(one), needed, one.get("description", "")
        item = _bare(one["items"], document)[0] if one.get("type") == "array" else one
        if deep < 3:
            yield from fields_of(item, document, f"{path}[]." if item is not one else f"{path}.", deep + 1)


def _bare(schema: dict[str, Any], document: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """A schema without its null, and whether it had one; a reference is followed."""
    optional = False
    if "anyOf" in schema:
        others = [one for one in schema["anyOf"] if one.get("type") != "null"]
        optional = len(others) < len(schema["anyOf"])
        schema = others[0] if len(others) == 1 else {"type": "text", **schema}
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema, optional


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        words = [f"`{word}`" for word in schema["enum"]]
        return ", ".join(words) if len(words) <= 12 else f"one of {len(words)} words, see the description"
    if schema.get("type") == "array":
        return f"list, {schema['minItems']} to {schema['maxItems']}" if "maxItems" in schema else "list"
    names = {"string": "text", "boolean": "true or false", "integer": "whole number", "object": "object"}
    return schema.get("format") or names.get(schema.get("type", ""), "any")
