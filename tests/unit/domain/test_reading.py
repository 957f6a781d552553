"""Reading untrusted mappings: strict, and every fault at once."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.reading import (
    MAX_TEXT,
    Fields,
    clean_text,
    format_instant,
    parse_date,
    parse_instant,
    reading,
)


def faults_of(data, read, at=""):
    """The faults that reading raises, as ``field: problem``; fails if it raises none."""
    with pytest.raises(JukinetError) as caught, reading(data, at) as fields:
        read(fields)
    assert caught.value.kind is ErrorKind.INVALID
    return [f"{fault.field}: {fault.problem}" for fault in caught.value.faults]


def test_a_whole_object_is_read():
    data = {
        "name": " 架空 花子 ",
        "on": "2013-07-08",
        "at": "2013-07-08T01:02:03Z",
        "count": 3,
        "flag": True,
        "address": {"text": "国立市"},
        "rows": [{"n": 1}, {"n": 2}],
        "codes": ["24727059608", "24846016224"],
        "nothing": None,
    }
    with reading(data) as fields:
        assert fields.text("name") == "架空 花子"
        assert fields.date("on") == dt.date(2013, 7, 8)
        assert fields.instant("at") == dt.datetime(2013, 7, 8, 1, 2, 3, tzinfo=dt.UTC)
        assert fields.integer("count") == 3
        assert fields.flag("flag") is True
        assert fields.flag("other", default=False) is False
        assert fields.object("address", lambda f: f.text("text")) == "国立市"
        assert fields.optional_object("place", lambda f: f.text("text")) is None
        assert fields.each("rows", lambda f: f.integer("n")) == (1, 2)
        assert [code.text for code in fields.texts("codes", ResidentRecordCode.parse)] == data["codes"]
        assert fields.optional_text("nothing") is None
        assert fields.optional_date("never") is None
        assert fields.optional("never", ResidentRecordCode.parse) is None


def test_every_fault_is_told_at_once_with_its_path():
    data = {
        "name": "",
        "code": "24727059609",
        "count": "3",
        "flag": "yes",
        "on": "2013-02-29",
        "address": {"text": 5, "more": 1},
        "rows": [{"n": 1}, {"n": -1}, 7],
        "codes": ["24727059608", 5, ""],
        "extra": 1,
    }

    def read(fields):
        fields.text("name")
        fields.take("code", ResidentRecordCode.parse)
        fields.integer("count")
        fields.flag("flag")
        fields.date("on")
        fields.text("missing")
        fields.object("address", lambda f: f.text("text"))
        fields.each("rows", lambda f: f.integer("n"))
        fields.texts("codes", ResidentRecordCode.parse)

    assert faults_of(data, read) == [
        "name: must not be empty",
        "code: must be eleven digits with the right check digit",
        "count: must be a whole number",
        "flag: must be true or false",
        "on: must be a real calendar date, YYYY-MM-DD",
        "missing: is missing",
        "address.text: must be text",
        "address.more: is not a known field",
        "rows[1].n: must be from 0 to 9007199254740992",
        "rows[2]: must be an object",
        "codes[1]: must be text",
        "codes[2]: must not be empty",
        "extra: is not a known field",
    ]


@pytest.mark.parametrize("data", [None, [], "text", 5, True])
def test_what_is_no_object_is_one_fault(data):
    assert faults_of(data, lambda fields: fields.text("name")) == ["body: must be an object"]
    assert faults_of(data, lambda fields: fields.text("name"), at="person") == ["person: must be an object"]


@pytest.mark.parametrize(
    ("getter", "missing"),
    [
        ("text", ["x: is missing"]),
        ("date", ["x: is missing"]),
        ("instant", ["x: is missing"]),
        ("integer", ["x: is missing"]),
        ("flag", ["x: is missing"]),
    ],
)
@pytest.mark.parametrize("data", [{}, {"x": None}])
def test_a_required_field_is_missed(getter, missing, data):
    assert faults_of(data, lambda fields: getattr(fields, getter)("x")) == missing


@pytest.mark.parametrize("data", [{}, {"x": None}])
def test_a_required_list_or_object_is_missed(data):
    assert faults_of(data, lambda f: f.object("x", lambda g: g.text("y"))) == ["x: is missing"]
    assert faults_of(data, lambda f: f.each("x", lambda g: g.text("y"))) == ["x: is missing"]
    assert faults_of(data, lambda f: f.texts("x", str)) == ["x: is missing"]


@pytest.mark.parametrize("value", [True, 3.0, "3", [], {}])
def test_only_a_whole_number_is_one(value):
    assert faults_of({"x": value}, lambda f: f.integer("x")) == ["x: must be a whole number"]


@pytest.mark.parametrize("value", [0, 1, "true", [], {}])
def test_only_true_and_false_are_flags(value):
    assert faults_of({"x": value}, lambda f: f.flag("x")) == ["x: must be true or false"]
    assert faults_of({"x": value}, lambda f: f.flag("x", default=True)) == ["x: must be true or false"]


@pytest.mark.parametrize("value", [5, True, [], {}, 1.5])
def test_only_text_is_text(value):
    assert faults_of({"x": value}, lambda f: f.text("x")) == ["x: must be text"]
    assert faults_of({"x": value}, lambda f: f.optional_text("x")) == ["x: must be text"]


def test_limits_of_numbers_texts_and_lists():
    with reading({"n": 5, "t": "a" * MAX_TEXT, "l": ["a"] * 3}) as fields:
        assert fields.integer("n", least=5, most=5) == 5
        assert len(fields.text("t")) == MAX_TEXT
        assert len(fields.texts("l", str, most=3)) == 3
    data = {"n": 6, "m": 4, "t": "a" * (MAX_TEXT + 1), "l": ["a"] * 4, "d": "x" * 11, "e": {}}

    def read(fields):
        fields.integer("n", least=5, most=5)
        fields.integer("m", least=5, most=5)
        fields.text("t")
        fields.texts("l", str, most=3)
        fields.text("d", longest=10)
        fields.each("e", lambda f: f.text("y"))

    assert faults_of(data, read) == [
        "n: must be from 5 to 5",
        "m: must be from 5 to 5",
        "t: must have at most 500 characters",
        "l: must have at most 3 entries",
        "d: must have at most 10 characters",
        "e: must be a list",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("extra", "extra"), ("x" * 41, "?"), ("架空花子", "?"), ("a b", "?"), ("24727059608", "?"), ("", "?")],
)
def test_the_name_of_an_unknown_field_is_shown_only_if_plain(name, shown):
    assert faults_of({name: 1}, lambda fields: None) == [f"{shown}: is not a known field"]


def test_a_value_built_from_a_stand_in_never_escapes():
    """A reader may work with what it takes: its own error is then an echo of the fault, not a defect."""
    data = {"code": "1", "inner": {"a": 5, "b": "there"}}

    def read_inner(fields):
        return fields.text("a").upper() + fields.text("b")

    assert faults_of(
        data, lambda f: (f.object("inner", read_inner), f.take("code", ResidentRecordCode.parse))
    ) == [
        "inner.a: must be text",
        "code: must be eleven digits",
    ]
    assert faults_of({"a": 5, "b": "there"}, read_inner) == ["a: must be text"]


def test_a_defect_of_a_reader_is_not_hidden():
    def broken(fields):
        raise TypeError(fields.text("a"))

    with pytest.raises(TypeError), reading({"a": "b"}) as fields:
        broken(fields)
    with pytest.raises(TypeError), reading({"x": {"a": "b"}}) as fields:
        fields.object("x", broken)


def test_a_parser_with_faults_of_its_own_puts_them_under_the_field():
    def parse(text):
        with reading({"n": text}) as inner:
            return inner.integer("n")

    assert faults_of({"x": "y"}, lambda f: f.take("x", parse)) == ["x: must be a whole number"]
    assert faults_of({"x": "y"}, lambda f: f.take("x", parse), at="top") == ["top.x: must be a whole number"]


def test_faults_noted_by_hand():
    assert faults_of({}, lambda f: (f.fault("x", "is odd"), f.fault("", "is odd")), at="top") == [
        "top.x: is odd",
        "top: is odd",
    ]
    fields = Fields({"x": 1})
    assert fields.has("x")
    assert not fields.has("y")
    assert fields.raw("x") == 1
    fields.close()
    fields.raise_faults()


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "a\nb",
        "a\tb",
        "a\x7fb",
        "\ud800",
        "\u200b",
        "\u202eabc",
        "\ufeff",
        "\u2028",
        "\ufdd0",
        "\U0002ffff",
        "\u0378",
    ],
)
def test_no_control_invisible_or_unassigned_characters(text):
    with pytest.raises(ValueError, match="must not contain"):
        clean_text(text)
    assert faults_of({"x": f"ok{text}"}, lambda f: f.text("x")) == [
        "x: must not contain control, invisible or unassigned characters"
    ]


def test_text_is_composed_but_never_simplified():
    assert clean_text("Ngu\u0302") == "Ng\u00fb".replace("Ng", "Ng")
    for kept in ("ｶﾅ", "①", "﨑", "葛\U000e0100", "髙", "　", "\U00031350", "\U0010de92", "Ａ"):
        assert clean_text(kept) == kept


@given(st.text(max_size=20))
def test_cleaning_twice_changes_nothing_more(text):
    try:
        cleaned = clean_text(text)
    except ValueError:
        return
    assert clean_text(cleaned) == cleaned


@given(st.dates())
def test_dates_are_read_back(day):
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20130708",
        "2013-7-8",
        "2013-W28-1",
        "2013-02-29",
        "2013-00-01",
        "2013-13-01",
        "２０１３-07-08",
        "2013-07-08 ",
        "0000-01-01",
        "2013/07/08",
        "2013-07-08T",
        "2013-189",
    ],
)
def test_only_calendar_dates_are_dates(text):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        parse_date(text)


@given(st.datetimes(min_value=dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC)))
def test_moments_are_read_back(moment):
    assert parse_instant(format_instant(moment)) == moment


def test_a_moment_is_written_in_utc():
    tokyo = dt.timezone(dt.timedelta(hours=9))
    assert format_instant(dt.datetime(2013, 7, 8, 9, 0, tzinfo=tokyo)) == "2013-07-08T00:00:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        format_instant(dt.datetime(2013, 7, 8))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Z",
        "2013-07-08",
        "2013-07-08Z",
        "2013-07-08T00:00:00",
        "2013-07-08T00:00:00+00:00",
        "2013-07-08T24:00:00Z",
        "2013-07-08t00:00:00z",
        "2013-07-08 00:00:00Z",
        "20130708T000000Z",
        "2013-W28-1T00:00:00Z",
        "2013-07-08T00:00Z",
        "2013-07-08T00:00:00,5Z",
        "2013-02-29T00:00:00Z",
        "2013-07-08T00:00:60Z",
        "2013-07-08T00:00:00.1234567Z",
    ],
)
def test_only_utc_moments_are_moments(text):
    with pytest.raises(ValueError, match="UTC"):
        parse_instant(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcx"), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_no_input_breaks_a_reader(data):
    """Whatever comes, it is read or every fault is told: nothing else is raised."""
    try:
        with reading(data) as fields:
            fields.text("a")
            fields.optional("b", ResidentRecordCode.parse)
            fields.optional_object(
                "c", lambda f: (f.integer("a"), f.texts("b", str), f.each("c", lambda g: g.flag("a")))
            )
    except JukinetError as error:
        told = error.faults
    else:
        told = (Fault("", "none"),)
    assert told
