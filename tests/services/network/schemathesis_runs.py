"""Runs of schemathesis against a door's application: every check, every phase, as a party with its certificate."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.services.network.asgi import NEVER_ENDS

from jukinet.domain.batches import BatchFormat
from jukinet.domain.municipality import Party
from jukinet.network.tls import PeerCertificate

CONFIG: dict[str, Any] = {
    "generation": {"max-examples": 12, "deterministic": True, "database": "none"},
    "checks": {
        # A text can fit its schema and still be wrong: a check digit, a day that is not on the calendar. The law too
        # refuses what fits: 403 is among the usual.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"]},
    },
    "phases": {"stateful": {"generation": {"max-examples": 5}}},
    "operations": [
        # What is entered as a draft has the body of its act, and is drawn there.
        {
            "include-path-regex": "/drafts/enter/",
            "generation": {"max-examples": 4},
            "phases": {"coverage": {"enabled": False}},
        },
        # A cancelled batch stays to be seen, as that.
        {
            "include-path": "/supply/v1/batches/{batch_id}",
            "checks": {"use_after_free": {"enabled": False}},
        },
        # Which media type a file must have, no schema says.
        {
            "include-path": "/supply/v1/batches/{batch_id}/file",
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "415", "422"]}
            },
        },
    ],
}


class Certified:
    """The door as a party with its certificate reaches it."""

    def __init__(self, app: ASGIApp, party: Party) -> None:
        self.app = app
        self.party = party

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        certificate = PeerCertificate(self.party, NEVER_ENDS, b"")
        scope = {**scope, "extensions": {"tls": {"client_certificate": certificate}}}
        await self.app(scope, receive, send)


def whole(value: Any) -> Any:
    """Whole numbers without a point: to JSON Schema 5.0 is one too, to our strict reader it is not."""
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@schemathesis.serializer(*(form.media_type for form in BatchFormat))
def as_it_is(_context: object, value: object) -> bytes:
    """The body of a file: schemathesis knows no way to write these media types by itself."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


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


def run(document: dict[str, Any], app: ASGIApp, parameters: dict[str, str] | None = None) -> Report:
    """Every phase of schemathesis against an application; ``parameters``: what some are in every request."""
    config = CONFIG | ({"parameters": parameters} if parameters else {})
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
    schema.app = app

    @schema.hook
    def map_body(_context: object, body: Any) -> Any:
        return whole(body)

    report = Report()
    for event in from_schema(schema).execute():
        report.take(event)
    return report


def assert_whole(report: Report, document: dict[str, Any]) -> None:
    """Nothing failed, every check and phase ran, and every operation was served and refused."""
    assert report.failed == [], report.failed[0]
    load_all_checks()
    assert report.checks == set(CHECKS.get_all_names())
    assert report.phases == {"examples", "coverage", "fuzzing", "stateful"}
    operations = {
        f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods
    }
    assert {one for one, seen in report.answered.items() if seen["2xx"] and seen["4xx"]} == operations
    assert not any(seen["5xx"] for seen in report.answered.values())
