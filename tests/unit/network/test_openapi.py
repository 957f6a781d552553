"""The description of the register API says what the readers take: no more, no less."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast, get_args, get_type_hints

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ForeignClass, RecordKind
from jukinet.domain.persons import Sex
from jukinet.domain.recording import (
    Anything,
    Flag,
    Integer,
    Listing,
    Object,
    Property,
    Shape,
    Text,
    example_of,
    shape_of,
)
from jukinet.network import openapi, schemas, shapes
from jukinet.network.problems import TABLE, problem
from jukinet.services.filing_days import with_day
from jukinet.services.places import NO_POSTCODES
from jukinet.services.register import Drafted
from jukinet.services.register_acts import DRAFTABLE
from jukinet.services.register_reads import READS, ShownResident
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

READERS: dict[str, Callable[[object], object]] = {
    **{one.name: one.read for one in openapi.ACTS},
    **{one.name: one.read for one in READS},
}


@cache
def shape(name: str) -> Object:
    return shape_of(READERS[name])


@cache
def document() -> dict[str, Any]:
    return openapi.document()


STRUCTURAL = (
    *("is missing", "is not a known field", "must be text", "must be an object", "must be a list"),
    *(
        "must be true or false",
        "must be a whole number",
        "must have at most",
        "must be from",
    ),
)
"""How the faults begin that a schema can express. Closed lists have a test of their own: a parser may hide one."""


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def schema_of(name: str) -> dict[str, Any]:
    body = document()["paths"][openapi.path_of(name)]["post"]["requestBody"]
    found: dict[str, Any] = body["content"]["application/json"]["schema"]
    return found


# Filings that a shape allows, and ones that differ in one place.


def fitting(shape: Shape) -> st.SearchStrategy[Any]:
    match shape:
        case Text():
            words = getattr(shape.parsers[0], "kind", None)
            return st.sampled_from([str(one) for one in words]) if words else st.just(text_for(shape))
        case Integer():
            return st.integers(shape.least, min(shape.most, shape.least + 5))
        case Flag():
            return st.booleans()
        case Anything():
            return st.none()
        case Listing():
            most = min(shape.most, shape.least + 1)
            return st.lists(fitting(shape.item), min_size=shape.least, max_size=most)
        case Object():
            return fitting_object(shape)


def text_for(shape: Text) -> str:
    return example_of(shape.parsers[0])[0] or "x"


def fitting_object(shape: Object) -> st.SearchStrategy[dict[str, Any]]:
    def value(one: Property) -> st.SearchStrategy[Any]:
        return st.one_of(fitting(one.shape), st.none()) if one.nullable else fitting(one.shape)

    needed = {name: value(one) for name, one in shape.properties.items() if one.required}
    others = {name: value(one) for name, one in shape.properties.items() if not one.required}
    return st.fixed_dictionaries(needed, optional=others)


@dataclass(frozen=True)
class Spot:
    container: Any
    key: Any


def spots(tree: Any) -> Iterator[Spot]:
    """Every place in a filing."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield Spot(tree, key)
        yield from spots(value)


def objects(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from objects(value)


@cache
def filings(name: str) -> st.SearchStrategy[Any]:
    return fitting(shape(name))


@st.composite
def altered(draw: st.DrawFn, name: str) -> Any:
    """A filing that fits, with one thing changed."""
    filing = copy.deepcopy(draw(filings(name)))
    how = draw(st.sampled_from(["as it is", "added", "dropped", "replaced"]))
    places = list(spots(filing))
    if how == "added":
        draw(st.sampled_from(list(objects(filing))))["unheard_of"] = draw(st.sampled_from([None, 1, "x"]))
    elif places and how != "as it is":
        spot = draw(st.sampled_from(places))
        if how == "dropped":
            del spot.container[spot.key]
        else:
            other = st.sampled_from([None, 5, -1, True, "", "x" * 501, "unheard of", [], {}, [1], {"x": 1}])
            spot.container[spot.key] = draw(other)
    return filing


def faults(name: str, filing: Any) -> list[tuple[str, str]] | None:
    try:
        READERS[name](with_day(READERS[name], filing, date(2013, 7, 8)))
    except JukinetError as error:
        return [(fault.field, fault.problem) for fault in error.faults]
    return None


def conditional(shape: Shape) -> set[str]:
    if isinstance(shape, Listing):
        return conditional(shape.item)
    if not isinstance(shape, Object):
        return set()
    mine = {name for name, one in shape.properties.items() if one.conditional}
    return mine.union(*(conditional(one.shape) for one in shape.properties.values()))


# Which act's filing a corrected draft holds is known once the draft is found: its act reads it then.
@pytest.mark.parametrize("name", [name for name in READERS if name != openapi.CORRECTED])
def test_the_schema_and_the_reader_agree_on_what_a_filing_is(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema_of(name), validate_formats=True)
    depends = conditional(shape(name))

    @settings(deadline=None)  # the first filing of all loads tables
    @given(altered(name))
    def agree(filing: Any) -> None:
        found = faults(name, filing)
        if found is None:
            assert validator.is_valid(filing), "the reader takes what the schema forbids"
        elif validator.is_valid(filing):
            structural = [
                (field, problem)
                for field, problem in found
                if problem.startswith(STRUCTURAL) and field.rpartition(".")[2] not in depends
            ]
            assert structural == [], "the schema allows what the reader refuses for its form"

    agree()


def words_of(shape: Shape) -> Iterator[tuple[str, ...]]:
    if isinstance(shape, Text):
        yield from (tuple(map(str, parser.kind)) for parser in shape.parsers if hasattr(parser, "kind"))
    elif isinstance(shape, Listing):
        yield from words_of(shape.item)
    elif isinstance(shape, Object):
        for one in shape.properties.values():
            yield from words_of(one.shape)


def enums(schema: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(schema, dict):
        if "enum" in schema:
            yield tuple(schema["enum"])
        for value in schema.values():
            yield from enums(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from enums(value)


@pytest.mark.parametrize("name", list(READERS))
def test_every_closed_list_is_written_out(name: str) -> None:
    assert sorted(enums(schema_of(name))) == sorted(words_of(shape(name)))


def test_the_lists_of_a_birth_are_those_of_the_program() -> None:
    assert {tuple(Sex), tuple(ForeignClass)} <= set(enums(schema_of("birth")))


def test_a_wrong_schema_would_be_noticed() -> None:
    """The comparison itself: a field too many, one too few, and a list that may be empty."""
    for spoil in ("drop", "add", "empty"):
        schema = copy.deepcopy(schema_of("move-within"))
        if spoil == "drop":
            schema["required"].remove("moved_on")
        elif spoil == "add":
            schema["properties"]["unheard_of"] = {}
        else:
            schema["properties"]["movers"]["minItems"] = 0
        validator = jsonschema_rs.Draft202012Validator(schema)
        right = {
            "movers": [{"resident_no": "00000000019"}],
            "address": {"municipality": "132152", "text": "x"},
            "moved_on": "2013-07-08",
            "filed_on": "2013-07-08",
            "notified_by": {"capacity": "person", "identity": "card", "in_writing": True},
        }
        wrong = {
            "drop": {k: v for k, v in right.items() if k != "moved_on"},
            "add": right | {"unheard_of": 1},
        }
        filing = wrong.get(spoil, right | {"movers": []})
        assert validator.is_valid(filing)
        found = faults("move-within", filing)
        assert found, spoil
        assert not jsonschema_rs.Draft202012Validator(schema_of("move-within")).is_valid(filing), spoil


# The document


def closed(schema: Any, at: str = "") -> Iterator[str]:
    """Where an object allows fields that it does not name."""
    if isinstance(schema, dict):
        alternatives = bool(schema.get("anyOf"))
        if (
            schema.get("type") == "object"
            and not alternatives
            and schema.get("additionalProperties") is not False
        ):
            yield at
        for key, value in schema.items():
            yield from closed(value, f"{at}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from closed(value, f"{at}/{index}")


def test_no_body_allows_unknown_fields() -> None:
    assert list(closed({"a": {"type": "object"}})) == ["/a"]
    for path, _, operation in operations():
        assert list(closed(operation.get("requestBody"))) == [], path
    # What was entered as a draft, searched by, or written down of a measure, is shown as it was given; what is offered
    # as a filing has the fields of its act.
    assert sorted(closed(document()["components"])) == [
        "/schemas/Offer/properties/filing",
        "/schemas/RecentSearch/properties/conditions",
        "/schemas/ShownDraft/properties/filing",
        "/schemas/ShownStep/properties/details",
    ]


def test_every_operation_says_who_may_call_and_what_can_happen() -> None:
    assert document()["openapi"] == "3.1.0"
    assert document()["security"] == [{"certificate": []}]
    ids = []
    for path, method, operation in operations():
        ids.append(operation["operationId"])
        assert {"200", "401", "403"} <= operation["responses"].keys(), path
        names = [one["name"] for one in operation.get("parameters", [])]
        if method == "post":
            assert names[:2] == ["Jukinet-Operator", "Jukinet-Terminal"]
    assert len(set(ids)) == len(ids)
    acts = [openapi.path_of(act.name) for act in openapi.ACTS]
    acts += [openapi.path_of(openapi.draft_of(act)) for act in DRAFTABLE]
    for path, _, operation in operations():
        names = [one["name"] for one in operation.get("parameters", [])]
        assert ("Idempotency-Key" in names) == (path in acts)
        assert ("412" in operation["responses"]) == (path in acts)


def test_the_trust_in_the_operators_name_is_said() -> None:
    assert "takes the system's word" in openapi.OPERATOR.description


def test_examples_of_headers_are_right() -> None:
    for header in (openapi.OPERATOR, openapi.TERMINAL, openapi.KEY, openapi.IF_MATCH):
        schema = {"type": "string", "pattern": f"^{header.pattern}$"}
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(header.example)


def classes(kind: Any) -> Iterator[type]:
    """Every dataclass that an answer holds."""
    if is_dataclass(kind):
        yield cast("type", kind)
        for hint in get_type_hints(kind).values():
            yield from classes(hint)
    for argument in get_args(kind):
        yield from classes(argument)


def test_no_two_classes_of_answers_share_a_name() -> None:
    """A description has one schema for a name."""
    answers = {one.answer for one in openapi.ACTS} | {one.answer for one in READS} | {Drafted}
    found = {one for answer in answers for one in classes(answer)}
    assert sorted(one.__name__ for one in found) == sorted({one.__name__ for one in found})


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def is_there(reference: str) -> bool:
        found: Any = whole
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step.replace("~1", "/"), {})
        return bool(found)

    def references(tree: Any) -> Iterator[str]:
        if isinstance(tree, dict):
            if "$ref" in tree:
                yield tree["$ref"]
            for value in tree.values():
                yield from references(value)
        elif isinstance(tree, list):
            for value in tree:
                yield from references(value)

    assert not is_there("#/components/schemas/Nothing")
    assert [one for one in set(references(whole)) if not is_there(one)] == []


@pytest.mark.parametrize("kind", list(TABLE))
def test_every_problem_document_fits(kind: ErrorKind) -> None:
    validator = jsonschema_rs.Draft202012Validator(document()["components"]["schemas"]["Problem"])
    validator.validate(json.loads(bytes(problem(JukinetError(kind, "x")).body)))


@settings(deadline=None)
@given(st.sampled_from(RecordKind), st.integers(0, 1000))
def test_every_answer_fits_its_schema(kind: RecordKind, seed: int) -> None:
    record = make_person(kind, seed=seed, municipality=KUNITACHI)
    components: dict[str, Any] = {}
    schema = shapes.schema_of(ShownResident, components)
    shown = ShownResident("00000000019", True, "1-1-1", record, NO_POSTCODES, None, (), (), (), (), (), None)
    whole = schema | {"components": {"schemas": components}}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(shapes.plain(shown))


def test_plain_values() -> None:
    assert shapes.plain((date(2013, 7, 8), datetime(2013, 7, 8, 1, tzinfo=UTC), None, True, 3)) == [
        "2013-07-08",
        "2013-07-08T01:00:00.000000Z",
        None,
        True,
        3,
    ]
    with pytest.raises(TypeError, match="no form"):
        shapes.plain(object())
    with pytest.raises(TypeError):
        shapes.schema_of(object, {})


def test_a_shape_that_depends_is_told_in_words() -> None:
    shape = Object({"a": Property(Text((str.strip,), 5), required=False, nullable=False, conditional=True)})
    assert "as the other fields say" in schemas.write(shape)["properties"]["a"]["description"]
    two = schemas.write(Text((str.strip, str.upper), 5))
    assert len(two["anyOf"]) == 2
    assert schemas.write(Anything()) == {}
