"""Remarks and memos beside a record: specification 1.1.14, 1.1.15, 4.1.4.3."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.cases import judged

from jukinet.domain.changes import RegisterReason
from jukinet.law import remarks
from jukinet.law.decisions import Refused
from jukinet.law.remarks import NoteKind, decide_change, decide_note

ON = {"about_version": True, "version_there": True}
NOTE: dict[str, Any] = {"about_version": False, "version_there": False, "headed": True}


@pytest.mark.parametrize(
    ("kind", "changes", "refused"),
    judged(
        (NoteKind.MEMO, {}, []),
        (NoteKind.REMARK, {"about_version": True, "version_there": True}, []),
        (NoteKind.HOUSEHOLDER_IN_FACT, {"headed": False}, []),
        (NoteKind.REMARK, {"about_version": True}, ["BW25"]),
        (NoteKind.HOUSEHOLDER_IN_FACT, {}, ["BW27"]),
        (NoteKind.SPECIAL_ADOPTION, ON | {"reason": RegisterReason.MOVE_OUT_FILED}, []),
        (NoteKind.SPECIAL_ADOPTION_ENDED, ON | {"reason": RegisterReason.MOVE_IN}, []),
        (NoteKind.SPECIAL_ADOPTION, ON | {"reason": RegisterReason.MOVE_WITHIN}, ["PR4"]),
        (NoteKind.SPECIAL_ADOPTION_ENDED, {}, ["PR4"]),
        permitted="BW25 BW27 PR4",
    ),
)
def test_what_may_be_written(kind: NoteKind, changes: dict[str, Any], refused: list[str]) -> None:
    decision = decide_note(kind, **(NOTE | changes))
    assert [one.rule for one in getattr(decision, "failed", ())] == refused


@pytest.mark.parametrize(("stands", "refused"), judged((True, []), (False, ["BW26"]), permitted="BW26"))
def test_only_a_note_that_stands_is_changed(stands: bool, refused: list[str]) -> None:
    decision = decide_change(stands=stands)
    assert isinstance(decision, Refused) is bool(refused)
    assert [one.rule for one in getattr(decision, "failed", ())] == refused


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in remarks.RULES] == ["BW25", "BW26", "BW27", "AR4", "AR5", "PR4"]
