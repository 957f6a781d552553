"""Writes the reference page of the supply API from its own description: what is asked, answered, refused, and why."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from scripts.reference_pages import docs_of, page, table
from scripts.register_api_page import fields_of

INTRODUCTION = """\
Organs that the Act lists confirm a person for an affair that it lists for them: over the supply door of the centre,
or of a governor in what he serves himself. How to begin: [Ask as an organ](../how-to/ask-as-an-organ.md). The same
description, as OpenAPI 3.1, is served at `GET /supply/v1/openapi.json`.

* **Who asks** is proved by the client certificate, and where the directory says so by a
  [signature](signed-requests.md) over each request, with a nonce that counts once.
* **For what**: an [affair](affairs.md) of the organ's own, with the organ's operator and case, which stand in the
  audit log.
* **Whom**: by the code, or by name, address, birth date and sex, all four, equal after normalisation: no ranges, no
  beginnings. One person or none.
* **Sent again** with the same `request_id`, signed anew, a request does no harm: it is one more look, recorded as
  that."""

WHAT_TO_DO = {
    "malformed": "Send strict JSON in UTF-8: one object, no key twice, no fractions.",
    "invalid": "Mend every field that `faults` names, and ask again.",
    "unsupported-type": "Send `application/json`, not compressed.",
    "too-large": "Send less: a request has at most 16 KiB.",
    "unauthentic": "Use your present certificate; renew one that has ended or was revoked.",
    "forbidden": "Read `rules`: each says what it asks. Without `rules` the address is not for you, or the directory"
    " calls you revoked.",
    "not-found": "Mend the address.",
    "limited": "Ask again after `Retry-After` seconds. `rules` say which limits were met; many persons go as a batch.",
    "unavailable": "Ask again after `Retry-After` seconds, or later, with the same `request_id`.",
    "internal": "Ask again later; tell the node's operator the number in `instance`.",
}
"""What an organ does about each kind that this door answers with."""


def supply_api() -> str:
    from jukinet.network import batches, change_facts, supply_openapi

    document = supply_openapi.document()
    changes = document["paths"][change_facts.PATH]["post"]
    schemas = document["components"]["schemas"]
    by_code, by_items = schemas["QueryByCode"], schemas["QueryByItems"]
    asked = {name: one for name, one in by_items["properties"].items() if name != "code"}
    shown = {"properties": {"code": by_code["properties"]["code"], **asked}, "required": by_code["required"]}
    return page(
        "The supply API",
        "network/supply_openapi.py and the rules of supply",
        INTRODUCTION,
        f"## POST {supply_openapi.VERIFY}",
        document["paths"][supply_openapi.VERIFY]["post"]["summary"],
        "Either `code`, or `name`, `address`, `birth_date` and `sex`:",
        table(("field", "type", "needed", ""), fields_of(_either(shown), {})),
        "## The answer",
        "`found`, `none` (nobody, or nobody of whom anything may be said), `ambiguous` (more than one person has\n"
        "the four items), `undetermined` (the stores contradict each other). `person` is there where the result is\n"
        "`found`; `reason` is `superseded` for a code that was replaced, and the new one is never told. `history` is\n"
        "what was held before, within its term.",
        table(("field", "type", "always", ""), fields_of(schemas["Answer"], document)),
        f"## GET {supply_openapi.AFFAIRS}",
        document["paths"][supply_openapi.AFFAIRS]["get"]["description"],
        table(("field", "type", "always", ""), fields_of(schemas["Affairs"], document)),
        f"## POST {change_facts.PATH}",
        changes["summary"],
        changes["description"],
        table(("field", "type", "needed", ""), fields_of(schemas["ChangeQuery"], document)),
        table(("field", "type", "always", ""), fields_of(schemas["ChangeAnswer"], document)),
        "## Batches",
        "A file of questions, one a row, and a file of answers: what stands in them is in\n"
        "[Files of a batch](supply-batches.md).",
        table(("request", "what it does", "answers"), _batch_routes(document)),
        f"### POST {batches.PATH}",
        table(("field", "type", "needed", ""), fields_of(schemas["Declaration"], document)),
        "### A batch, as every request but that for its answer tells it",
        table(("field", "type", "always", ""), fields_of(schemas["Batch"], document)),
        "## Errors",
        "[Problem documents](problems.md). None repeats anything that was sent.",
        table(("kind", "status", "when", "what to do"), _errors()),
        "## Rules",
        "Every rule that failed is named. `law` is the Act or an order under it; `policy` is a choice of this\n"
        "network, never shown as law.",
        table(("rule", "kind", "source", "what it asks, and what to do"), _rules()),
    )


def _batch_routes(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    from jukinet.network import batches

    for path, methods in document["paths"].items():
        if path.startswith(batches.PATH):
            for method, said in methods.items():
                good = [status for status in said["responses"] if status.startswith("2")]
                words = f"{said['summary']} {said.get('description', '')}".strip()
                yield f"`{method.upper()} {path}`", words, ", ".join(good)


def _either(schema: dict[str, Any]) -> dict[str, Any]:
    """What identifies a person is needed one way or the other."""
    ways = {"code", "name", "address", "birth_date", "sex"}
    return schema | {"required": [name for name in schema["required"] if name not in ways]}


def _errors() -> Iterator[tuple[str, str, str, str]]:
    from jukinet.domain.errors import ErrorKind
    from jukinet.network.problems import TABLE

    says = docs_of(ErrorKind)
    for kind, advice in WHAT_TO_DO.items():
        status, title = TABLE[ErrorKind(kind)]
        yield f"`{kind}`", str(int(status)), says[ErrorKind(kind)] or f"{title}.", advice


def _rules() -> Iterator[tuple[str, str, str, str]]:
    """Every rule by which this door refuses, wherever it stands."""
    from jukinet.law.decisions import FailedRule

    names = ["jukinet.law.supply"]
    folder = importlib.import_module("jukinet.services.supply").__path__
    names += [info.name for info in pkgutil.walk_packages(folder, "jukinet.services.supply.")]
    modules = [importlib.import_module(name) for name in names]
    found = {
        one.rule: one for module in modules for one in vars(module).values() if isinstance(one, FailedRule)
    }
    for one in sorted(found.values(), key=_number):
        yield one.rule, one.kind.value, one.article, one.sentence


def _number(rule: Any) -> tuple[str, int]:
    letters = rule.rule.rstrip("0123456789")
    return letters, int(rule.rule.removeprefix(letters))
