"""The combined remarks field, remarks and memos: drawn up from the history, written by clerks, kept as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import notes as commands
from jukinet.domain.changes import RegisterReason
from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import notes, reason_remarks
from jukinet.services.context import Context
from jukinet.services.notes import CombinedField, Written, read_note, read_note_change
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

WRITTEN = "register:note:written"
MEMO = "窓口での応対に注意"


def write(federation: Federation, number: str, kind: str = "memo", text: str = MEMO, **about: Any) -> int:
    filing = read_note({"resident_no": number, "kind": kind, "text": text} | about)
    done = notes.write_note(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Written), done
    return done.note


def change(federation: Federation, number: str, note: int, text: str | None) -> Written | Refused:
    filing = read_note_change({"resident_no": number, "note": note, "text": text})
    return notes.change_note(federation.context(KUNITACHI), CLERK, filing)


def field(federation: Federation, number: str) -> CombinedField:
    found = notes.read_remarks(federation.context(KUNITACHI), CLERK, number)
    assert isinstance(found, CombinedField), found
    return found


@case("spec 1.1.14", permitted="BW25")
def test_the_field_is_drawn_up_from_the_history_with_what_was_remarked_on_each_change(
    federation: Federation,
) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.move_within(federation, KUNITACHI, number)
    moved = counter.read(federation, KUNITACHI, number).versions[-1]
    write(federation, number, "remark", "届出は郵送による", about=moved.history_no)
    write(federation, number, "remark", "住所地特例")
    write(federation, number)
    found = field(federation, number)
    assert [(one.reason, one.changed, one.remarks) for one in found.entries] == [
        ("move-in", (), ()),
        ("move-within", ("address", "address_since"), ("届出は郵送による",)),
    ]
    assert (found.remarks, found.householder_in_fact) == (("住所地特例",), None)
    holding.corrected(federation.context(KUNITACHI), CLERK, counter.read(federation, KUNITACHI, number))
    assert len(field(federation, number).entries) == 3
    assert [one.remarks for one in field(federation, number).entries].count(("届出は郵送による",)) == 1


@case("spec 1.1.5")
def test_an_error_of_a_deleted_record_is_noted_on_the_change_that_has_it(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.die(federation, KUNITACHI, number)
    gone = counter.read(federation, KUNITACHI, number).versions[-1]
    write(federation, number, "remark", "死亡の年月日は誤記", about=gone.history_no)
    assert counter.remarked(federation, KUNITACHI, number) == [
        ("move-in", ()),
        ("death", ("死亡の年月日は誤記",)),
    ]


@case("spec 1.1.15", permitted="BW26")
def test_a_memo_says_who_wrote_it_when_and_keeps_what_it_said(federation: Federation) -> None:
    (found,) = counter.load(federation)
    note = write(federation, found.resident_no)
    assert isinstance(change(federation, found.resident_no, note, "応対は二人で"), Written)
    assert isinstance(change(federation, found.resident_no, note, None), Written)
    (memo,) = field(federation, found.resident_no).notes
    assert [one.text for one in memo.course] == [MEMO, "応対は二人で", None]
    assert {(one.operator, one.at) for one in memo.course} == {(CLERK.operator_id, federation.clock.moment)}
    entries = counter.audit(federation, KUNITACHI, WRITTEN)
    assert [one["reference"] for one in entries] == [f"{note} memo", f"{note} changed", f"{note} deleted"]
    assert {one["resident_no"] for one in entries} == {found.resident_no}
    assert MEMO not in str(counter.audit(federation, KUNITACHI))
    assert counter.read(federation, KUNITACHI, found.resident_no).record == found.record


@case("spec 4.1.4.3", permitted="BW27")
def test_a_householder_in_fact_is_named_where_none_is_recorded(federation: Federation) -> None:
    head, *children = (make_person(seed=seed, municipality=KUNITACHI) for seed in (1, 2, 3))
    household = [head, *(replace(one, relationship="子") for one in children)]
    one, other, _ = counter.load(federation, KUNITACHI, household)
    ctx = federation.context(KUNITACHI)
    filing = read_note(
        {"resident_no": other.resident_no, "kind": "householder-in-fact", "text": "見本　園長"}
    )
    counter.assert_refused(
        federation, KUNITACHI, WRITTEN, lambda: notes.write_note(ctx, CLERK, filing), "BW27"
    )
    counter.die(federation, KUNITACHI, one.resident_no)
    assert isinstance(notes.write_note(ctx, CLERK, filing), Written)
    assert field(federation, other.resident_no).householder_in_fact == "見本　園長"


@case(refused="R1 BW25 BW26 BW27")
def test_what_cannot_be_written_is_refused(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, ctx = found.resident_no, federation.context(KUNITACHI)
    memo = {"resident_no": number, "kind": "memo", "text": MEMO}

    def refuse(expected: str, **changes: Any) -> None:
        act = partial(notes.write_note, ctx, CLERK, read_note(memo | changes))
        counter.assert_refused(federation, KUNITACHI, WRITTEN, act, expected)

    refuse("R1", resident_no="00000000990")
    refuse("BW25", kind="remark", about=99)
    refuse("BW27", kind="householder-in-fact")
    note = write(federation, number)
    act = partial(change, federation, number, note + 1, None)
    counter.assert_refused(federation, KUNITACHI, WRITTEN, act, "BW26")
    assert isinstance(change(federation, number, note, None), Written)
    act = partial(change, federation, number, note, MEMO)
    counter.assert_refused(federation, KUNITACHI, WRITTEN, act, "BW26")


@case("spec 1.1.14", permitted="PR4 PR9")
def test_what_is_registered_for_a_reason_stands_on_each_change_of_it_whoever_makes_it(
    federation: Federation,
) -> None:
    ctx = federation.context(KUNITACHI)

    def set_(reason: str, text: str | None = None) -> object:
        given = reason_remarks.read_remark({"reason": reason, **({"text": text} if text else {})})
        return reason_remarks.register_remark(ctx, CLERK, given)

    for reason, text in (("move-in", "転入届による"), ("move-out", "転出確定"), ("death", "死亡届による")):
        assert isinstance(set_(reason, text), reason_remarks.Registration)
    assert isinstance(set_("death"), reason_remarks.Registration)
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.file_move_out(federation, KUNITACHI, [number])
    federation.set_date(date(2013, 7, 11))
    federation.run()  # the worker deletes the record on the planned day
    assert counter.remarked(federation, KUNITACHI, number) == [
        ("move-in", ("転入届による",)),
        ("move-out-filed", ()),
        ("move-out", ("転出確定",)),
    ]
    moved = counter.read(federation, KUNITACHI, number).versions[-1].history_no
    write(federation, number, "special-adoption", "養父の氏", about=moved)
    said = counter.remarked(federation, KUNITACHI, number)[-1][1]
    assert said == ("転出確定", "特別養子縁組　養父の氏")
    found = reason_remarks.show_registered(ctx, CLERK)
    assert found == {RegisterReason.MOVE_IN: "転入届による", RegisterReason.MOVE_OUT: "転出確定"}


@case(refused="PR4 PR9")
def test_what_is_not_registered_is_not_taken_back_and_an_adoption_comes_with_a_move(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    none = reason_remarks.read_remark({"reason": "death"})

    def take_back(ctx: Context, claim: OperatorClaim) -> object:
        return reason_remarks.register_remark(ctx, claim, none)

    event = "register:remark:registered"
    counter.assert_refused(federation, KUNITACHI, event, lambda: take_back(ctx, CLERK), "PR9")
    counter.assert_gated(federation, KUNITACHI, event, Permission.REGISTER_REMARK_SET, take_back)
    given = read_note({"resident_no": found.resident_no, "kind": "special-adoption"})
    counter.assert_refused(federation, KUNITACHI, WRITTEN, lambda: notes.write_note(ctx, CLERK, given), "PR4")


def test_only_who_may_writes_and_a_hold_keeps_the_field_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    filing = read_note({"resident_no": found.resident_no, "kind": "memo", "text": MEMO})
    other = read_note_change({"resident_no": found.resident_no, "note": 1})
    for attempt in (
        lambda ctx, claim: notes.write_note(ctx, claim, filing),
        lambda ctx, claim: notes.change_note(ctx, claim, other),
    ):
        counter.assert_gated(federation, KUNITACHI, WRITTEN, Permission.REGISTER_NOTE_WRITE, attempt)
    holding.hold(federation, found, holding.terms(Process.INQUIRY))
    refused = notes.read_remarks(federation.context(KUNITACHI), CLERK, found.resident_no)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["V1"]


def test_a_note_is_written_whole_or_not_at_all(federation: Federation) -> None:
    (found,) = counter.load(federation)
    filing = read_note({"resident_no": found.resident_no, "kind": "memo", "text": MEMO})
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: notes.write_note(ctx, CLERK, filing)
    )


@pytest.mark.parametrize("fault", [{"kind": "漏洩"}, {"text": ""}, {"about": 0}, {"x": 1}])
def test_a_note_is_read_strictly(fault: dict[str, Any]) -> None:
    with pytest.raises(JukinetError) as raised:
        read_note({"resident_no": "00000000019", "kind": "memo", "text": MEMO} | fault)
    assert "漏洩" not in str(raised.value)


def run(federation: Federation, path: Path, *line: str, filing: object = None, typed: str = "") -> Result:
    @contextmanager
    def opened(_: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = common.make_app("Test.")
    commands.add_to(app, opened)
    if filing is not None:
        (path / "filing.json").write_text(json.dumps(filing), "utf-8")
        line = (*line, str(path / "filing.json"))
    return CliRunner().invoke(app, [*line, "--as", CLERK.operator_id], input=typed)


def test_the_commands_write_change_and_show(federation: Federation, tmp_path: Path) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    memo = {"resident_no": number, "kind": "memo", "text": MEMO}
    assert run(federation, tmp_path, "note", filing=memo).stdout == "Written: no. 1.\n"
    assert run(federation, tmp_path, "note", filing=memo | {"kind": "householder-in-fact"}).exit_code == 3
    remark = memo | {"kind": "remark", "text": "住所地特例"}
    assert run(federation, tmp_path, "note", filing=remark).exit_code == 0
    shown = run(federation, tmp_path, "remarks", typed=f"{number}\n").stdout
    assert "Remark: 住所地特例" in shown
    assert f"Memo 1 ({CLERK.operator_id}" in shown
    gone = {"resident_no": number, "note": 1}
    assert run(federation, tmp_path, "note-change", filing=gone).stdout == "Deleted: no. 1.\n"
    assert run(federation, tmp_path, "note-change", filing=gone).exit_code == 3
    plain = json.loads(run(federation, tmp_path, "remarks", "--json", typed=f"{number}\n").stdout)
    assert [step["text"] for step in plain["notes"][0]["course"]] == [MEMO, None]
    assert run(federation, tmp_path, "remarks", typed="x\n").exit_code == 1
