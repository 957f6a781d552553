"""The description of the supply door says what its reader takes, and what its answers hold."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import supply_api_page
from tests.unit.messages.samples import NOW, TOKYO, signing_key

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import compose
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import OrganSlug
from jukinet.law.supply import AnswerReason, Result
from jukinet.messages import promises
from jukinet.messages.keys import KeyUse
from jukinet.network import supply_openapi
from jukinet.network.batches import read_declaration
from jukinet.network.problems import TABLE
from jukinet.services.supply import answers, queries
from jukinet.services.supply.lookups import Verification
from jukinet.store.supply import Told
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

HEAD = {"request_id": "request-0001", "affair": "t1-77-12", "operator": "clerk-7", "case": "2013-0042"}
CODE = {"code": "24727059608"}
ITEMS = {"name": "渡邉　花子", "address": "東京都国立市", "birth_date": "1979-11-23", "sex": "female"}
VALUES: tuple[Any, ...] = (
    None,
    "",
    "x",
    "x" * 65,
    "x" * 501,
    "\0",
    5,
    True,
    [],
    {},
    ["x"],
    "t1-77-12",
    "24727059608",
)
KEY = signing_key(TOKYO, KeyUse.LOG)
STRUCTURAL = ("is missing", "is not a known field", "must be text", "must have at most", "must be left out")


@cache
def document() -> dict[str, Any]:
    return supply_openapi.document()


@cache
def validator(name: str | None = None) -> jsonschema_rs.Draft202012Validator:
    """Of a request, or of a component."""
    body = document()["paths"][supply_openapi.VERIFY]["post"]["requestBody"]["content"]["application/json"]
    schema = {"$ref": f"#/components/schemas/{name}"} if name else body["schema"]
    whole = schema | {"components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def faults(body: Any) -> list[str] | None:
    try:
        queries.read_query(body)
    except JukinetError as error:
        return [fault.problem for fault in error.faults]
    return None


@st.composite
def altered(draw: st.DrawFn) -> dict[str, Any]:
    """A request by code or items, with up to two fields changed, dropped or added."""
    body = HEAD | draw(st.sampled_from([CODE, ITEMS, {}, CODE | ITEMS]))
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from([*HEAD, *CODE, *ITEMS, "unheard_of"]))
        if draw(st.booleans()):
            body = {one: value for one, value in body.items() if one != name}
        else:
            body = body | {name: draw(st.sampled_from(VALUES))}
    return body


@settings(deadline=None, max_examples=300)
@given(altered())
def test_the_schema_and_the_reader_agree_on_what_a_request_is(body: dict[str, Any]) -> None:
    found = faults(body)
    if found is None:
        assert validator().is_valid(body), "the reader takes what the schema forbids"
    elif validator().is_valid(body):
        assert not [one for one in found if one.startswith(STRUCTURAL)], "the schema allows a wrong form"


@pytest.mark.parametrize("who", [CODE, ITEMS, CODE | dict.fromkeys(ITEMS), ITEMS | {"code": None}])
def test_a_request_asks_by_the_one_or_the_other(who: dict[str, Any]) -> None:
    assert faults(HEAD | who) is None
    assert validator().is_valid(HEAD | who)
    for name, value in who.items():
        rest = {one: other for one, other in (HEAD | who).items() if one != name}
        assert validator().is_valid(rest) is (value is None)
    assert not validator().is_valid(HEAD | who | {"unheard_of": 1})


def test_every_status_of_the_description_has_an_advice_on_its_page() -> None:
    advised = {str(int(TABLE[ErrorKind(kind)][0])) for kind in supply_api_page.WHAT_TO_DO}
    responses = document()["paths"][supply_openapi.VERIFY]["post"]["responses"]
    assert responses.keys() - {"200"} <= advised


def told(seed: int, kind: RecordKind) -> Told:
    facts = make_person(kind, seed=seed, municipality=KUNITACHI).identity_facts()
    address, born = facts.address, str(facts.birth_date)
    return Told(
        str(facts.code or compose("2345678900")),
        ChangeKind.RECORDING,
        NoticeReason.BIRTH,
        "2013-07-08",
        *(facts.name, facts.nickname, born, facts.sex.value),
        *(address.municipality.text, address.text, address.building),
    )


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(Result), st.sampled_from(RecordKind), st.integers(0, 1000))
def test_every_answer_fits_and_is_described_whole(result: Result, kind: RecordKind, seed: int) -> None:
    shown = told(seed, kind)
    reason = AnswerReason.SUPERSEDED if result is Result.NONE else None
    person = shown if result is Result.FOUND else None
    promise = promises.promise(KEY, promises.log_name(TOKYO, 1), [bytes(32), b"1" * 32], NOW)[0]
    given = Verification(
        "request-0001", result, reason, person, (shown, shown), ("Act Art. 30-7(3)",), promise
    )
    plain = json.loads(json.dumps(answers.write_answer(given)))
    validator("Answer").validate(plain)
    schemas = document()["components"]["schemas"]
    assert plain.keys() <= schemas["Answer"]["properties"].keys()
    assert plain["promise"].keys() == schemas["Answer"]["properties"]["promise"]["properties"].keys()
    for one in (*plain["history"], *([plain["person"]] if person else [])):
        assert one.keys() <= schemas["Person"]["properties"].keys()
        assert one["change"].keys() == schemas["Person"]["properties"]["change"]["properties"].keys()


SAID = {
    "affair": "t1-77-12",
    "operator": "clerk-7",
    "case": "2013-0042",
    "by": "code",
    "format": "csv",
    "rows": 1,
}
DECLARED = SAID | {"digest": "0" * 64}


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([*DECLARED, "since", "for", "history", "unheard_of"]),
    st.sampled_from([*VALUES, False, 0, 1, "four-items", "ndjson", "0" * 64, "governor-13"]),
)
def test_the_schema_and_the_reader_agree_on_what_a_declaration_is(name: str, value: Any) -> None:
    body = DECLARED | {name: value}
    found: list[str] | None = None
    try:
        read_declaration(OrganSlug("mofa"), body)
    except JukinetError as error:
        found = [fault.problem for fault in error.faults]
    if found is None:
        assert validator("Declaration").is_valid(body), "the reader takes what the schema forbids"
    elif validator("Declaration").is_valid(body):
        assert not [one for one in found if one.startswith(STRUCTURAL)], "the schema allows a wrong form"


def test_a_declaration_without_a_field_that_is_needed_is_none() -> None:
    assert validator("Declaration").is_valid(DECLARED)
    for name in DECLARED:
        assert not validator("Declaration").is_valid({one: DECLARED[one] for one in DECLARED if one != name})


def test_a_description_that_said_less_would_be_noticed() -> None:
    for spoil in ("required", "properties"):
        schema = copy.deepcopy(document()["components"]["schemas"]["QueryByItems"])
        if spoil == "required":
            schema["required"].remove("sex")
        else:
            schema["properties"]["unheard_of"] = {}
        body = HEAD | ITEMS | ({"unheard_of": 1} if spoil == "properties" else {})
        body = {name: value for name, value in body.items() if spoil != "required" or name != "sex"}
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(body)
        assert faults(body)
        assert not validator().is_valid(body)
