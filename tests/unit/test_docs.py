"""Holds the hand-written reference pages to the program: every setting, every field on the wire."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.unit.messages import samples, test_code_searches, test_particulars

from jukinet.domain import searches
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.messages import (
    bodies,
    calls,
    code_searches,
    consistency,
    copies,
    frames,
    particulars,
    statements,
    strict_json,
)
from jukinet.messages.copies import (
    CopyData,
    CopyPerson,
    CopyRequest,
    HouseholdItems,
    MemberScope,
    NationalityAndClass,
    WantedItem,
)
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.node import config

ROOT = Path(config.__file__).resolve().parents[3]
REFERENCE = ROOT / "docs/reference"

ROW = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")

READS = {"take", "text", "optional", "optional_text", "integer", "flag", "texts", "has", "names"}


def rows(text: str) -> set[str]:
    """Every name in the first column of the tables."""
    return {name for cell in ROW.findall(text) for name in NAME.findall(cell)}


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


# Settings


def calls_of(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def settings(source: str) -> set[str]:
    """``section.key`` of everything that the reader of the configuration takes, by its source."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = set()
    for called, call in calls_of(functions["_read"]):
        if called in {"object", "optional_object"}:
            name, reader = ast.literal_eval(call.args[0]), call.args[1]
            used = {one.id for one in ast.walk(reader) if isinstance(one, ast.Name)} & functions.keys()
            trees = [reader, *(functions[one] for one in used)]
            found |= {f"{name}.{key}" for tree in trees for key in keys(tree)}
    return found


def keys(tree: ast.AST) -> Iterator[str]:
    for called, call in calls_of(tree):
        if called == "names":
            yield "<node id>"
        elif called in READS and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def test_every_setting_is_documented_and_no_other():
    page = (REFERENCE / "configuration.md").read_text("utf-8").split("## Environment", maxsplit=1)[0]
    taken = settings(Path(config.__file__).read_text("utf-8"))
    assert len(taken) > 15
    assert rows(page) == taken


def test_every_variable_of_the_environment_is_documented():
    page = section((REFERENCE / "configuration.md").read_text("utf-8"), "Environment")
    assert rows(page) == {
        *(config.CONFIG_VARIABLE, config.STATE_VARIABLE, config.ENGINE_VARIABLE),
        config.NOTIFY_VARIABLE,
    }


def test_a_setting_is_found_wherever_it_is_read():
    source = """
def _read(fields, file):
    one = fields.object("one", lambda inner: _read_one(inner, file))
    two = fields.optional_object("two", lambda inner: (inner.optional_text("b"),))
def _read_one(fields, base):
    return fields.take("a", int)
"""
    assert settings(source) == {"one.a", "two.b"}


# Fields on the wire

PAGE = (REFERENCE / "messages.md").read_text("utf-8")
DAY = date(2013, 7, 8)
ADDRESS = Address(MunicipalityCode("132152"), "東京都国立市東一丁目999番地", "見本荘")
PERSON = CopyPerson(
    name="見本 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    address=ADDRESS,
    recorded_since=DAY,
    became_foreign_resident_on=PartialDate.of(DAY),
    nickname="見本",
    address_since=PartialDate.of(DAY),
    previous_address=Place("札幌市", MunicipalityCode("011002")),
    household=HouseholdItems("見本 花子", "世帯主"),
    code=ResidentRecordCode("24727059608"),
    foreign=NationalityAndClass("VNM", ForeignClass.MID_TO_LONG_TERM, "定住者", "3年", DAY, "AB00000000CD"),
)
REQUEST = CopyRequest(
    "見本 花子", samples.CODE, MemberScope.NAMED, frozenset(WantedItem), names=("見本 花子",)
)


def test_every_field_of_a_statement_is_documented():
    head = strict_json.parse(statements.write(samples.statement()), limit=10_000)
    assert rows(section(PAGE, "Statement")) == head.keys()


def test_every_field_of_every_kind_of_statement_is_documented():
    for kind in MessageKind:
        written = bodies.write(samples.BODIES[kind][2])
        known = set(written) | {f"change.{name}" for name in written.get("change", ())}
        assert rows(section(PAGE, kind.value)) == known, kind


def test_every_field_of_a_frame_and_its_answer_is_documented():
    frame = frames.Frame(samples.KUNITACHI, samples.TOKYO, Stream.IDENTITY, 1, 1, (b"{}",))
    answer = frames.FrameAnswer(0, 1, (), halted=False, refused=frames.FrameRefusal.GAP)
    written = strict_json.parse(frames.write_frame(frame), limit=10_000)
    told = strict_json.parse(frames.write_answer(answer), limit=10_000)
    assert rows(section(PAGE, "Frame")) == written.keys() | told.keys()
    assert all(f"`{word}`" in section(PAGE, "Frame") for word in frames.FrameRefusal)


def test_every_field_of_a_call_and_its_answer_is_documented():
    call = calls.Call(
        "a" * 32,
        CallKind.NATIONWIDE_COPY,
        samples.CHIYODA,
        samples.KUNITACHI,
        samples.NOW,
        samples.NOW + timedelta(seconds=60),
        REQUEST,
    )
    answer = {field.name for field in dataclasses.fields(calls.Answer)} - {"kind", "from_node", "to_node"}
    assert rows(section(PAGE, "Call")) == call.to_plain().keys() | answer


def test_every_field_of_a_nationwide_copy_is_documented():
    assert rows(section(PAGE, "M5")) == copies.write_request(REQUEST).keys()
    japanese = dataclasses.replace(
        PERSON,
        became_foreign_resident_on=None,
        became_resident_on=PartialDate.of(DAY),
        nickname=None,
        foreign=None,
    )
    written = copies.write_answer(CopyData((PERSON, japanese)))["persons"]
    assert rows(section(PAGE, "M6")) == written[0].keys() | written[1].keys()
    assert all(f"`{name}`" in section(PAGE, "M6") for name in written[0]["foreign"])


def test_every_field_of_move_out_particulars_is_documented():
    asked = particulars.write_request(test_particulars.REQUEST)
    assert rows(section(PAGE, "M7")) == asked.keys()
    told = particulars.write_answer(test_particulars.ANSWER)["persons"]
    assert rows(section(PAGE, "M8")) == told[0].keys() | told[1].keys()
    inner = [told[0]["koseki"], told[0]["enrolment"], told[0]["card"], told[1]["foreign"]]
    assert all(f"`{name}`" in section(PAGE, "M8") for part in inner for name in part)
    assert all(f"`{word}`" in section(PAGE, "M8") for word in particulars.ParticularsRefusalReason)


def test_every_field_of_a_search_for_a_code_is_documented():
    asked = code_searches.write_question(test_code_searches.QUESTION)
    told = code_searches.write_answer(code_searches.CodeAnswer(samples.CODE))
    assert rows(section(PAGE, "Search for a code")) == asked.keys() | told.keys()


def test_every_field_of_the_consistency_check_is_documented():
    question = consistency.CheckQuestion(("1",))
    opened = (consistency.Opened("1", {}), consistency.Opened("2", records=()))
    answer = consistency.write_answer(consistency.CheckAnswer(0, opened))
    fields = {f"opened.{name}" for one in answer["opened"] for name in one}
    assert (
        rows(section(PAGE, "Consistency"))
        == consistency.write_question(question).keys() | answer.keys() | fields
    )


def test_every_condition_of_a_search_is_documented():
    page = (ROOT / "docs/how-to/find-a-resident.md").read_text("utf-8")
    assert rows(page) == {field.name for field in dataclasses.fields(searches.Search)}
