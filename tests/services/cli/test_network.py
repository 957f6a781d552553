"""``jukinet network``: what a person reads of stopped lanes and parked statements, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO, code, deliver, notice, seal, statement
from typer.testing import CliRunner, Result

from jukinet.cli import network
from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NodeId
from jukinet.messages.frames import FrameRefusal
from jukinet.services import lanes
from jukinet.services.context import Context
from jukinet.store.inbox import HaltReason
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI


def run(federation: Federation, *words: str, operator: str = "sato", node: NodeId = TOKYO) -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(node)

    @contextmanager
    def pressed(config: Path | None) -> Iterator[tuple[Context, FakePress]]:
        yield federation.context(TOKYO), FakePress()

    return CliRunner().invoke(network.make_app(opened, pressed), [*words, "--as", operator])


class FakePress:
    """Prints a list as JSON."""

    def print(
        self, ctx: Context, title: str, columns: Mapping[str, float], rows: Sequence[Sequence[str]]
    ) -> bytes:
        return json.dumps([title, len(columns), rows], ensure_ascii=False).encode()


@case("spec 7.1.1.1", "spec 4.1.3.1.2", refused="PR11")
def test_lists_are_printed_too(federation: Federation, tmp_path: Path) -> None:
    deliver(federation, 1, seal(statement(1, notice(code(1), ChangeKind.DELETION))))
    out = tmp_path / "list.pdf"
    assert run(federation, "parked", "--print-to", str(out)).exit_code == 0
    title, heads, (row,) = json.loads(out.read_text())
    assert (title, heads, row[1:3]) == ("受信電文取込エラー一覧表", 6, [str(KUNI), "identity"])
    assert out.stat().st_mode & 0o777 == 0o600
    assert run(federation, "sent", "--print-to", str(out)).exit_code == 0
    assert json.loads(out.read_text())[:2] == ["送信電文一覧表", 6]
    refused = run(federation, "received", "--print-to", str(out))
    assert (refused.exit_code, "PR11" in refused.output) == (3, True)
    assert run(federation, "sent", "--print-to", str(tmp_path)).exit_code == 2


def test_a_halted_lane_is_read_and_released(federation: Federation) -> None:
    assert run(federation, "lanes").output == "0 lanes, 0 halted, 0 failing.\n"
    deliver(federation, 1, *world.recordings(1))
    deliver(federation, 1, seal(statement(1, notice(code(2)), salt="other")))
    told = run(federation, "lanes").output
    assert f"in {KUNI} identity: halted since 2013-07-08 01:00 UTC, done with 1\n  other-bytes: " in told
    assert told.endswith("1 lanes, 1 halted, 0 failing.\n")
    (plain,) = json.loads(run(federation, "lanes", "--json").output)
    assert (plain["peer"], plain["state"], plain["problem"]) == (str(KUNI), "halted", "other-bytes")
    words = ("release", str(KUNI), "identity", "--direction", "in", "--reason", "peer-repaired")
    assert run(federation, *words).output == f"Released: in {KUNI} identity.\n"
    assert run(federation, *words).exit_code == 3
    assert json.loads(run(federation, "lanes", "--json").output) == []
    assert run(federation, "lanes", "--all").output.startswith(f"in {KUNI} identity: idle, done with 1\n")


def test_a_parked_statement_is_read_and_closed(federation: Federation) -> None:
    deliver(federation, 1, seal(statement(1, notice(code(1), ChangeKind.DELETION))))
    (listed,) = json.loads(run(federation, "parked", "--json").output)
    number = str(listed["number"])
    shown = run(federation, "show", number).output
    assert f"made by {KUNI} (its number 1)" in shown
    assert "国立　花子" in shown
    assert json.loads(run(federation, "show", number, "--json").output)["body"]["code"] == str(code(1))
    assert run(federation, "close", number).output == f"Closed: {number}.\n"
    assert "closed 2013-07-08" in run(federation, "show", number).output
    assert run(federation, "close", number).exit_code == 3


@case("spec 7.1.1.1")
def test_a_kind_is_sent_by_hand_and_a_record_said_anew(federation: Federation, tmp_path: Path) -> None:
    here = partial(run, federation, node=KUNI)
    assert here("manual", "letters", "--reason", "x").exit_code == 2
    assert "identity-notice" in here("manual", "identity-notice", "--reason", "a drill").output
    assert here("manual", "identity-notice", "--reason", "a drill").exit_code == 3
    first, second = (counter.load(federation, seed=seed)[0] for seed in (1, 2))
    listed = json.loads(here("sent", "--kind", "identity-notice", "--json").output)
    assert [one["state"] for one in listed] == ["held", "held"]
    assert "identity-notice (held), 2 of them" in here("unanswered").output
    late, early = (str(one["number"]) for one in listed)
    assert here("let-go", late).exit_code == 3
    assert here("let-go", early).output == f"Let go: {early}.\n"
    federation.run()
    assert [one.split()[3] for one in here("sent").output.splitlines()[:2]] == ["held", "delivered"]
    assert here("automatic", "identity-notice", "--reason", "over").exit_code == 0
    federation.run()
    assert here("unanswered").output == "0 unanswered.\n"
    counter.both_stores(federation, KUNITACHI, first.resident_no)

    filing = tmp_path / "filing.json"
    anew = {"resident_no": second.resident_no, "kind": "identity-notice", "ground": "wrong-reason"}
    filing.write_text(json.dumps(anew), "utf-8")
    assert here("resend", str(filing)).exit_code == 1, "an identity notice has a reason"
    filing.write_text(json.dumps(anew | {"reason": "corrected-ex-officio"}), "utf-8")
    assert here("resend", str(filing)).output.startswith(f"Said anew to {TOKYO}.")
    federation.run()
    query = "SELECT change_kind, reason FROM identity_history WHERE code = %s ORDER BY history_id"
    said = world.rows(federation, TOKYO, query, str(counter.code_of(second)))
    assert said[1:] == [("correction", "corrected-ex-officio")]
    for words in (("sent",), ("unanswered",), ("let-go", "1"), ("manual", "koseki-notice", "--reason", "x")):
        assert here(*words, operator="nobody").exit_code == 3, words


@pytest.mark.parametrize("words", [("lanes",), ("parked",), ("show", "1"), ("close", "1")])
def test_a_stranger_is_refused(federation: Federation, words: tuple[str, ...]) -> None:
    assert run(federation, *words, operator="nobody").exit_code == 3


@pytest.mark.parametrize(
    "words", [("release", "pref-99", "identity"), ("release", "pref-13", "letters"), ("show", "x")]
)
def test_what_is_mistyped(federation: Federation, words: tuple[str, ...]) -> None:
    options = ("--direction", "in", "--reason", "peer-repaired") if words[0] == "release" else ()
    assert run(federation, *words, *options).exit_code == 2


def test_every_problem_of_a_lane_says_what_to_do() -> None:
    passing = {FrameRefusal.GAP, FrameRefusal.HALTED, FrameRefusal.INCARNATION, FrameRefusal.RECOVERING}
    kinds = {ErrorKind.UNAVAILABLE, ErrorKind.CONFLICT, ErrorKind.FORBIDDEN, ErrorKind.NOT_CONNECTED}
    unknown = lanes.first_step("what nobody ever heard of")
    assert unknown not in {lanes.first_step(str(one)) for one in (*HaltReason, *passing, *kinds)}
