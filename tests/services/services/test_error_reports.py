"""The error chain: the centre tells the governor, the governor the municipality, which corrects or sends again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages.bodies import ErrorAnswer, ErrorItem, ErrorOutcome, ErrorReport
from jukinet.messages.kinds import MessageKind
from jukinet.services import consistency, error_reports, outgoing, resending, sending
from jukinet.services.reads import Found
from jukinet.services.resending import ResendFiling, ResendGround, ResendKind
from jukinet.services.sending import WaitKind
from jukinet.testing.federation import CLERK, OFFICE, Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI, YAMATSURI

SECOND = timedelta(seconds=1)
WRONG = frozenset({ErrorItem.NAME, ErrorItem.BIRTH_DATE})


def report(
    federation: Federation, node: NodeId, code: ResidentRecordCode, of: MunicipalityCode = KUNITACHI
) -> str | Refused:
    return error_reports.report(federation.context(node, OFFICE), CLERK, code, of, WRONG)


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def states(federation: Federation, *nodes: NodeId) -> list[list[str]]:
    return [
        [state for (state,) in world.rows(federation, node, "SELECT state FROM error_reports")]
        for node in nodes
    ]


@pytest.fixture
def somebody(federation: Federation) -> Found:
    return counter.load(federation)[0]


@case("Act Art. 30-11(5)", "Act Art. 12-5", "Act Art. 14(1)", permitted="KC2 KC3 KC4 KC5")
def test_a_report_of_the_centre_reaches_the_municipality_and_its_answer_the_centre(
    federation: Federation, somebody: Found
) -> None:
    code = counter.code_of(somebody)
    made = report(federation, NATIONAL, code)
    assert isinstance(made, str)
    federation.run()
    assert states(federation, NATIONAL, TOKYO, KUNI) == [["passed-on"], ["received"], []]
    assert not isinstance(error_reports.pass_on(federation.context(TOKYO), CLERK, made), Refused)
    federation.run()
    assert states(federation, NATIONAL, TOKYO, KUNI) == [["passed-on"], ["passed-on"], ["received"]]
    waiting = error_reports.list_reports(federation.context(KUNI), CLERK)
    assert not isinstance(waiting, Refused)
    assert [one.report for one in waiting] == [ErrorReport(made, code, KUNITACHI, WRONG)]
    kuni = federation.context(KUNI)
    assert rules(error_reports.answer(kuni, CLERK, made, ErrorOutcome.CORRECTED)) == ["KC5"]
    federation.clock.advance(SECOND)
    counter.move_within(federation, KUNITACHI, somebody.resident_no)
    assert not isinstance(error_reports.answer(kuni, CLERK, made, ErrorOutcome.CORRECTED), Refused)
    federation.run()
    assert states(federation, NATIONAL, TOKYO, KUNI) == [["passed-on"], ["corrected"], ["corrected"]]
    assert not isinstance(error_reports.pass_on(federation.context(TOKYO), CLERK, made), Refused)
    federation.run()
    assert states(federation, NATIONAL, TOKYO, KUNI) == [["corrected"]] * 3
    assert rules(error_reports.answer(kuni, CLERK, made, ErrorOutcome.RIGHT)) == ["KC4"]
    assert rules(error_reports.pass_on(federation.context(TOKYO), CLERK, made)) == ["KC4"]
    for node in (NATIONAL, TOKYO, KUNI):
        assert world.parked(federation, node) == []
        assert error_reports.list_reports(federation.context(node), CLERK) == ()
        assert len(error_reports.list_reports(federation.context(node), CLERK, everything=True)) == 1  # type: ignore[arg-type]
    shown = world.entries(federation, KUNI, AuditEvent.ERRORS_READ)
    assert [one.subject_code for one in shown].count(code) == 2


@case("spec 7.1.1.1")
def test_a_report_is_listed_as_unanswered_wherever_somebody_waits_for_it(
    federation: Federation, somebody: Found
) -> None:
    made = report(federation, NATIONAL, counter.code_of(somebody))

    nothing = (None, None)

    def waits() -> list[tuple[str | None, str | None]]:
        """At the centre, the prefecture and the town: who is to act, and how the report stands."""
        found: list[tuple[str | None, str | None]] = []
        for node in (NATIONAL, TOKYO, KUNI):
            listed = sending.list_unanswered(federation.context(node), CLERK)
            assert not isinstance(listed, Refused)
            waiting = [one for one in listed if one.kind is WaitKind.ERROR_REPORT]
            assert [one.reference for one in waiting] == [made] * len(waiting)
            assert len(waiting) <= 1
            found += [(one.of, one.what) for one in waiting] or [nothing]
        return found

    federation.run()
    assert waits() == [(str(TOKYO), "passed-on"), (str(NATIONAL), "received"), nothing]
    error_reports.pass_on(federation.context(TOKYO), CLERK, str(made))
    federation.run()
    assert waits() == [(str(TOKYO), "passed-on"), (str(KUNI), "passed-on"), (str(TOKYO), "received")]
    error_reports.answer(federation.context(KUNI), CLERK, str(made), ErrorOutcome.RIGHT)
    federation.run()
    assert waits() == [(str(TOKYO), "passed-on"), (str(NATIONAL), "right"), nothing]
    error_reports.pass_on(federation.context(TOKYO), CLERK, str(made))
    federation.run()
    assert waits() == [nothing] * 3


def test_a_governor_reports_what_was_found_in_the_prefecture(federation: Federation, somebody: Found) -> None:
    made = report(federation, TOKYO, counter.code_of(somebody))
    assert isinstance(made, str)
    federation.run()
    kuni = federation.context(KUNI)
    assert not isinstance(error_reports.answer(kuni, CLERK, made, ErrorOutcome.RIGHT), Refused)
    federation.run()
    assert states(federation, NATIONAL, TOKYO, KUNI) == [[], ["right"], ["right"]]


@case(refused="KC2 KC3 KC4")
def test_what_cannot_be_reported(federation: Federation, somebody: Found) -> None:
    code = counter.code_of(somebody)
    assert rules(report(federation, TOKYO, world.code(1))) == ["KC2"]
    assert rules(report(federation, NATIONAL, code, FUKUSHIMA)) == ["KC2"]
    assert rules(report(federation, NodeId("pref-07"), code)) == ["KC2"]
    assert rules(report(federation, KUNI, code)) == ["KC2"]
    with counter.owner(federation, NATIONAL) as connection:
        connection.execute("UPDATE identity_records SET municipality = %s", [str(YAMATSURI)])
    assert rules(report(federation, NATIONAL, code, YAMATSURI)) == ["KC3"]
    assert rules(error_reports.pass_on(federation.context(TOKYO), CLERK, "a" * 32)) == ["KC4"]
    assert rules(error_reports.answer(federation.context(KUNI), CLERK, "a" * 32, ErrorOutcome.RIGHT)) == [
        "KC4"
    ]
    novice = counter.without(federation, TOKYO, Permission.NETWORK_ERROR_HANDLE)
    refused = error_reports.report(federation.context(TOKYO), novice, code, KUNITACHI, WRONG)
    assert rules(refused) == ["G3"]
    assert states(federation, NATIONAL, TOKYO, KUNI) == [[], [], []]


@case(refused="KC5")
def test_corrected_is_said_only_of_what_was_said_anew(federation: Federation, somebody: Found) -> None:
    made = report(federation, TOKYO, counter.code_of(somebody))
    assert isinstance(made, str)
    federation.run()
    kuni = federation.context(KUNI)
    assert rules(error_reports.answer(kuni, CLERK, made, ErrorOutcome.CORRECTED)) == ["KC5"]
    federation.clock.advance(SECOND)
    counter.die(federation, KUNITACHI, somebody.resident_no)
    assert not isinstance(error_reports.answer(kuni, CLERK, made, ErrorOutcome.CORRECTED), Refused)


@case(refused="KC5")
def test_corrected_is_not_said_of_a_record_that_nobody_here_ever_told_of(
    federation: Federation, somebody: Found
) -> None:
    """The deletion was lost above: that there is no copy of it here says nothing of a notice since."""
    code = counter.code_of(somebody)
    made = report(federation, TOKYO, code)
    assert isinstance(made, str)
    federation.run()
    with counter.owner(federation, KUNI) as raw:
        raw.execute("DELETE FROM sent_copies WHERE code = %s", (str(code),))
    federation.clock.advance(SECOND)
    kuni = federation.context(KUNI)
    assert rules(error_reports.answer(kuni, CLERK, made, ErrorOutcome.CORRECTED)) == ["KC5"]
    assert not isinstance(error_reports.answer(kuni, CLERK, made, ErrorOutcome.RIGHT), Refused)


@case("Act Art. 12-5", permitted="KC2")
def test_an_omission_that_a_check_confirmed_is_reported_too(federation: Federation, somebody: Found) -> None:
    """The governor lost the record that the centre still holds: it is he who sees the difference."""
    code = counter.code_of(somebody)
    with counter.owner(federation, TOKYO) as raw:
        raw.execute("DELETE FROM identity_records WHERE code = %s", (str(code),))
    assert rules(report(federation, TOKYO, code)) == ["KC2"]
    for _ in range(2):
        assert not isinstance(consistency.check(federation.context(TOKYO, OFFICE), CLERK), Refused)
        federation.clock.advance(timedelta(minutes=2))
    assert isinstance(report(federation, TOKYO, code), str)
    federation.run()
    assert states(federation, KUNI) == [["received"]]


@case(permitted="KC3")
def test_an_answer_is_passed_on_though_its_municipality_left_meanwhile(
    federation: Federation, somebody: Found
) -> None:
    made = report(federation, NATIONAL, counter.code_of(somebody))
    assert isinstance(made, str)
    federation.run()
    tokyo = federation.context(TOKYO)
    assert not isinstance(error_reports.pass_on(tokyo, CLERK, made), Refused)
    federation.run()
    assert not isinstance(
        error_reports.answer(federation.context(KUNI), CLERK, made, ErrorOutcome.RIGHT), Refused
    )
    federation.run()
    nodes = tuple(replace(one, connected=one.id != KUNI) for one in federation.directory.nodes)
    federation.directory = replace(federation.directory, nodes=nodes)
    assert not isinstance(error_reports.pass_on(tokyo, CLERK, made), Refused)


def test_a_report_or_an_answer_that_does_not_belong_here_is_parked(
    federation: Federation, somebody: Found
) -> None:
    code = counter.code_of(somebody)
    made = report(federation, TOKYO, code)
    assert isinstance(made, str)
    chiyoda = NodeId("muni-131016")
    for node, to, kind, body in (
        (NATIONAL, TOKYO, MessageKind.ERROR_REPORT, ErrorReport("b" * 32, code, FUKUSHIMA, WRONG)),
        (TOKYO, chiyoda, MessageKind.ERROR_REPORT, ErrorReport("b" * 32, code, KUNITACHI, WRONG)),
        (chiyoda, TOKYO, MessageKind.ERROR_ANSWER, ErrorAnswer(made, ErrorOutcome.RIGHT)),
        (KUNI, TOKYO, MessageKind.ERROR_ANSWER, ErrorAnswer("c" * 32, ErrorOutcome.RIGHT)),
    ):
        ctx = federation.context(node, OFFICE)
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, kind, to, body)
        federation.run()
        (parked, *_) = reversed(world.parked(federation, to))
        assert parked["stream"] == "error"
    assert states(federation, TOKYO, KUNI, chiyoda) == [["passed-on"], ["received"], []]


def test_what_was_altered_or_lost_is_repaired_by_saying_it_anew(
    federation: Federation, somebody: Found
) -> None:
    code, number = str(counter.code_of(somebody)), somebody.resident_no
    kuni = federation.context(KUNI)
    for statement, reason in (
        ("UPDATE identity_records SET name = '別人'", NoticeReason.CORRECTED_EX_OFFICIO),
        ("DELETE FROM identity_records", NoticeReason.RECORDED_EX_OFFICIO),
    ):
        federation.clock.advance(SECOND)
        for node in (TOKYO, NATIONAL):
            with counter.owner(federation, node) as connection:
                connection.execute(statement.encode())
        found = consistency.check(kuni, CLERK)
        assert not isinstance(found, Refused)
        assert [one.seen.code for one in found[1].differences] == [code]
        filing = ResendFiling(number, ResendKind.IDENTITY_NOTICE, ResendGround.DIFFERENCE, reason)
        assert not isinstance(resending.resend(kuni, CLERK, filing), Refused)
        federation.run()
        counter.both_stores(federation, KUNITACHI, number)
        federation.clock.advance(SECOND)
        for node in (KUNI, TOKYO):
            again = consistency.check(federation.context(node), CLERK)
            assert not isinstance(again, Refused)
            assert all(one.agrees for one in again)
