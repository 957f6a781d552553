"""schemathesis against the register API: every check it has, on a real register, in process, as an admitted system."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.services.network.asgi import NEVER_ENDS
from tests.services.network.registering import LOOK_UP, RIGHT, TAX, door

from jukinet.network import openapi
from jukinet.network.tls import PeerCertificate
from jukinet.testing.federation import Federation

CONFIG: dict[str, Any] = {
    # The operator is one who may act: else nearly every request would end at the first gate.
    "parameters": {"header.Jukinet-Operator": "sato", "header.Jukinet-Terminal": "counter-1"},
    "generation": {"max-examples": 12, "deterministic": True, "database": "none"},
    "checks": {
        # A text can fit its schema and still be wrong: a check digit, a day that is not on the calendar. The law too
        # refuses what fits: 403 is among the usual.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"]},
    },
    "phases": {"stateful": {"generation": {"max-examples": 5}}},
}


class Certified:
    """The door as a system with its certificate reaches it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        certificate = PeerCertificate(TAX, NEVER_ENDS, b"")
        scope = {**scope, "extensions": {"tls": {"client_certificate": certificate}}}
        await self.app(scope, receive, send)


def whole(value: Any) -> Any:
    """Whole numbers without a point: to JSON Schema 5.0 is one too, to our strict reader it is not."""
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def with_examples(federation: Federation, *names: str) -> dict[str, Any]:
    """The description of these operations, each with a filing that is right at this register, and a key of its own."""
    document = copy.deepcopy(openapi.document())
    chosen = {openapi.path_of(name): name for name in names}
    paths = document["paths"]
    document["paths"] = {path: paths[path] for path in paths if path in chosen or path == openapi.PATH}
    for index, (path, name) in enumerate(chosen.items()):
        operation = paths[path]["post"]
        operation["requestBody"]["content"]["application/json"]["example"] = RIGHT[name](federation)
        for parameter in operation["parameters"]:
            if parameter["name"] == openapi.KEY.name:
                parameter["example"] = f"key-of-the-example-{index}"
            if parameter["name"] == openapi.IF_MATCH.name:
                del parameter["example"]
    return document


@dataclass
class Report:
    """What a run saw: status classes by operation, checks that ran, phases, and what failed."""

    answered: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    checks: set[str] = field(default_factory=set)
    phases: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def take(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.failed.append(str(getattr(event, "info", event)))
        if not isinstance(event, events.ScenarioFinished):
            return
        self.phases.add(event.phase.value)
        seen = event.recorder
        for case, interaction in seen.interactions.items():
            if interaction.response is not None:
                status = f"{interaction.response.status_code // 100}xx"
                self.answered[seen.cases[case].value.operation.label][status] += 1
        for check in (one for checks in seen.checks.values() for one in checks):
            self.checks.add(check.name)
            if check.status is Status.FAILURE and check.failure_info is not None:
                self.failed.append(f"{event.phase.value} {seen.label}: {check.failure_info.failure}")


def run(document: dict[str, Any], app: ASGIApp) -> Report:
    """Every phase of schemathesis against an application."""
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = app

    @schema.hook
    def map_body(_context: object, body: Any) -> Any:
        return whole(body)

    report = Report()
    for event in from_schema(schema).execute():
        report.take(event)
    return report


@pytest.mark.timeout(600)  # every operation there is, by every check: it grows with them
def test_no_check_fails_and_every_operation_is_served_and_refused(federation: Federation) -> None:
    federation.designate(200)  # a filing that is right needs people, and some of these a code
    federation.run()
    report = run(with_examples(federation, *RIGHT), Certified(door(federation)))
    assert report.failed == []
    load_all_checks()
    assert report.checks == set(CHECKS.get_all_names())
    assert report.phases == {"examples", "coverage", "fuzzing", "stateful"}
    paths = openapi.document()["paths"].items()
    operations = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    assert {one for one, seen in report.answered.items() if seen["2xx"] and seen["4xx"]} == operations
    assert not any(seen["5xx"] for seen in report.answered.values())


def test_an_answer_that_the_description_does_not_allow_is_found(federation: Federation) -> None:
    """The run itself: a door that answers in another form than it says fails it."""
    document = with_examples(federation, LOOK_UP)
    shown = document["components"]["schemas"]["ShownResident"]["properties"]
    shown["present"] = {"type": "string"}
    failed = run(document, Certified(door(federation))).failed
    assert any("present" in one for one in failed), failed
