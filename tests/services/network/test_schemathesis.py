"""schemathesis against the register API: every check it has, on a real register, in process, as an admitted system."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.services.network.registering import LOOK_UP, RIGHT, TAX, door
from tests.services.network.schemathesis_runs import Certified, assert_whole, run

from jukinet.network import openapi
from jukinet.testing.federation import Federation

# The operator is one who may act: else nearly every request would end at the first gate.
HEAD = {"header.Jukinet-Operator": "sato", "header.Jukinet-Terminal": "counter-1"}


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


@pytest.mark.timeout(1200)  # every operation there is, by every check: it grows with them
def test_no_check_fails_and_every_operation_is_served_and_refused(federation: Federation) -> None:
    federation.designate(200)  # a filing that is right needs people, and some of these a code
    federation.run()
    report = run(with_examples(federation, *RIGHT), Certified(door(federation), TAX), HEAD)
    assert_whole(report, openapi.document())


def test_an_answer_that_the_description_does_not_allow_is_found(federation: Federation) -> None:
    """The run itself: a door that answers in another form than it says fails it."""
    document = with_examples(federation, LOOK_UP)
    shown = document["components"]["schemas"]["ShownResident"]["properties"]
    shown["present"] = {"type": "string"}
    failed = run(document, Certified(door(federation), TAX), HEAD).failed
    assert any("present" in one for one in failed), failed
