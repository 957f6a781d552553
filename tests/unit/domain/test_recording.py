"""What a reader takes, told by the reader: every branch of it is found, and nothing is told that it does not take."""

from __future__ import annotations

from enum import StrEnum

from jukinet.domain.reading import Fields, reading
from jukinet.domain.recording import (
    Anything,
    Flag,
    Integer,
    Listing,
    Object,
    Property,
    Text,
    example_of,
    shape_of,
)


class Kind(StrEnum):
    PLAIN = "plain"
    RICH = "rich"


class _Member:
    kind = Kind

    def __call__(self, text: str) -> Kind:
        return Kind(text)


MEMBER = _Member()


def nested(fields: Fields) -> tuple[str, int]:
    return fields.text("text"), fields.integer("number", least=1, most=9)


def read_everything(data: object) -> object:
    with reading(data) as fields:
        made = {
            "text": fields.text("text", longest=7),
            "maybe": fields.optional("maybe", MEMBER),
            "flag": fields.flag("flag"),
            "default": fields.flag("default", default=True),
            "raw": fields.raw("raw"),
            "inner": fields.object("inner", nested),
            "perhaps": fields.optional_object("perhaps", nested),
            "several": fields.each("several", nested, most=3),
            "words": fields.texts("words", MEMBER, most=2),
        }
        if not made["several"]:
            fields.fault("several", "must not be empty")
        return made


def test_names_types_limits_and_what_is_required() -> None:
    inner = Object(
        {
            "text": Property(Text((str.strip,), 500), required=True, nullable=False),
            "number": Property(Integer(1, 9), required=True, nullable=False),
        }
    )
    assert shape_of(read_everything) == Object(
        {
            "text": Property(Text((str.strip,), 7), required=True, nullable=False),
            "maybe": Property(Text((MEMBER,), 500), required=False, nullable=True),
            "flag": Property(Flag(), required=True, nullable=False),
            "default": Property(Flag(), required=False, nullable=True),
            "raw": Property(Anything(), required=False, nullable=True),
            "inner": Property(inner, required=True, nullable=False),
            "perhaps": Property(inner, required=False, nullable=True),
            "several": Property(Listing(inner, 1, 3), required=True, nullable=False),
            "words": Property(Listing(Text((MEMBER,), 2**20), 0, 2), required=True, nullable=False),
        }
    )


def read_by_kind(data: object) -> object:
    with reading(data) as fields:
        kind = fields.take("kind", MEMBER)
        if kind is Kind.RICH:
            fields.integer("wealth")
        if fields.has("note"):
            fields.text("note")
        if fields.flag("signed", default=False) and not fields.has("note"):
            fields.text("signature")
        return kind


def test_a_field_that_depends_on_another_is_found_and_marked() -> None:
    found = shape_of(read_by_kind).properties
    assert set(found) == {"kind", "wealth", "note", "signed", "signature"}
    conditional = {name for name, one in found.items() if one.conditional}
    assert conditional == {"wealth", "signature"}
    assert {name for name, one in found.items() if one.required} == {"kind"}
    assert not found["note"].nullable, "a null would be a field that nobody took"


def read_with_two_parsers(data: object) -> object:
    with reading(data) as fields:
        return fields.date("when") if fields.flag("exact", default=True) else fields.text("when")


def test_a_field_read_in_two_ways_has_both() -> None:
    when = shape_of(read_with_two_parsers).properties["when"]
    assert isinstance(when.shape, Text)
    assert len(when.shape.parsers) == 2
    assert when.required


def read_by_names(data: object) -> object:
    with reading(data) as fields:
        return {name: fields.text(name) for name in fields.names()}


def test_an_object_whose_names_are_data_is_open() -> None:
    assert shape_of(read_by_names) == Object({}, open=True)
    assert not shape_of(read_by_kind).open


class Fragile:
    def __init__(self, text: str) -> None:
        self.text = text.upper() + str(text // 2)  # type: ignore[operator]


def read_fragile(data: object) -> object:
    with reading(data) as fields:
        return Fragile(fields.text("before")), fields.text("after")


def test_what_cannot_be_made_of_samples_is_told_as_far_as_it_was_read() -> None:
    assert set(shape_of(read_fragile).properties) == {"before"}


def test_a_parser_that_takes_none_of_the_samples_has_no_example() -> None:
    def never(_text: str) -> str:
        raise ValueError("no")

    assert example_of(never)[0] == ""
    assert example_of(MEMBER)[0] == ""
