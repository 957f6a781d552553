"""Corrections asked for after a disclosure go to the municipality and back; complaints wait until they are settled."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.test_disclosures import answer, ask, listed, rules, run, stated
from tests.services.world import KUNI, TOKYO

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.disclosures import TELL_IN_WRITING, DisclosureStep
from jukinet.messages.bodies import ErrorOutcome
from jukinet.services import complaints, disclosure_corrections, disclosures, error_reports
from jukinet.services import disclosure_filings as filings
from jukinet.services.disclosures import Disclosed, Letter
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

ASKED, TOLD = "disclosure:correction:asked", "disclosure:correction:told"
NOTED, SETTLED = "disclosure:complaint:noted", "disclosure:complaint:settled"
SECRET = "住所は三丁目である"


def wrong(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "disclosure": number,
        "municipality": str(KUNITACHI),
        "items": ["address"],
        "said": SECRET,
        "in_writing": True,
        "received_on": "2013-07-08",
    } | changes


def correct(federation: Federation, number: int, node: NodeId = TOKYO, **changes: Any) -> Permitted | Refused:
    filing = filings.read_correction(wrong(number, **changes))
    return disclosure_corrections.ask_correction(federation.context(node), CLERK, filing)


def came_to(number: int, outcome: ErrorOutcome, **changes: Any) -> dict[str, Any]:
    return {"disclosure": number, "outcome": outcome, "said": "調べた", "told_on": "2013-07-08"} | changes


def tell(
    federation: Federation, number: int, outcome: ErrorOutcome, node: NodeId = TOKYO, **changes: Any
) -> Permitted | Refused:
    filing = filings.read_result(came_to(number, outcome, **changes))
    return disclosure_corrections.tell_result(federation.context(node), CLERK, filing)


@pytest.fixture
def somebody(federation: Federation) -> Found:
    return counter.load(federation)[0]


def told(federation: Federation, who: Found, node: NodeId = TOKYO, **changes: Any) -> int:
    """The number of a request that was answered."""
    number = ask(federation, stated(who), node, **changes)
    assert isinstance(answer(federation, number, node), Disclosed)
    return number


@case(
    "Act Art. 30-40", "Act Art. 12-5", permitted="DI15 DI16 DI17 DI18 DI19 DI20", refused="DI18 DI19 DI20 F1"
)
def test_a_correction_goes_to_the_municipality_and_its_answer_is_the_result(
    federation: Federation, somebody: Found
) -> None:
    number = told(federation, somebody)
    before = world.held(federation, TOKYO)
    assert isinstance(correct(federation, number), Permitted)
    federation.run()
    assert world.held(federation, TOKYO) == before, "the store's own copy is not edited"
    (report,) = error_reports.list_reports(federation.context(KUNI), CLERK)  # type: ignore[misc]
    assert (report.report.municipality, sorted(report.report.items)) == (KUNITACHI, ["address"])
    entry = counter.audit(federation, TOKYO, ASKED)[-1]
    assert entry["reference"] == f"{number} {report.report_id}"
    assert [one.steps[-1] for one in listed(federation)] == [DisclosureStep.CORRECTION_ASKED]
    assert isinstance(answer(federation, number, again=True), Disclosed)
    assert [one.disclosure for one in listed(federation)] == [number], "the inquiry waits all the same"
    counter.assert_refused(federation, TOKYO, ASKED, partial(correct, federation, number), "DI18")
    for outcome in ErrorOutcome:
        act = partial(tell, federation, number, outcome)
        counter.assert_refused(federation, TOKYO, TOLD, act, "DI20")
    federation.clock.advance(timedelta(seconds=1))
    counter.move_within(federation, KUNITACHI, somebody.resident_no)
    kuni = federation.context(KUNI)
    assert not isinstance(
        error_reports.answer(kuni, CLERK, report.report_id, ErrorOutcome.CORRECTED), Refused
    )
    federation.run()
    assert rules(tell(federation, number, ErrorOutcome.RIGHT)) == ["DI20"]
    assert rules(tell(federation, number, ErrorOutcome.CORRECTED, told_on="2013-07-09")) == ["F1"]
    assert isinstance(tell(federation, number, ErrorOutcome.CORRECTED), Permitted)
    counter.assert_refused(
        federation, TOKYO, TOLD, partial(tell, federation, number, ErrorOutcome.CORRECTED), "DI19"
    )
    assert listed(federation) == []
    assert SECRET not in str(counter.audit(federation, TOKYO))
    assert isinstance(correct(federation, number), Permitted), "another one may be asked for"
    letter = disclosures.begin_letter(federation.context(TOKYO), CLERK, number, lambda _: True)
    assert isinstance(letter, Letter)
    assert letter.asked is not None
    assert (letter.taken.details["outcome"], letter.asked.details["said"]) == ("corrected", SECRET)


@case("Act Art. 30-40", "Act Art. 30-11(5)", permitted="DI20")
def test_the_centres_report_goes_by_way_of_the_governor(federation: Federation, somebody: Found) -> None:
    number = told(federation, somebody, NATIONAL, fee=300)
    assert isinstance(correct(federation, number, NATIONAL), Permitted)
    federation.run()
    (report,) = error_reports.list_reports(federation.context(TOKYO), CLERK)  # type: ignore[misc]
    assert not isinstance(error_reports.pass_on(federation.context(TOKYO), CLERK, report.report_id), Refused)
    federation.run()
    kuni = federation.context(KUNI)
    assert not isinstance(error_reports.answer(kuni, CLERK, report.report_id, ErrorOutcome.RIGHT), Refused)
    federation.run()
    assert rules(tell(federation, number, ErrorOutcome.RIGHT, NATIONAL)) == ["DI20"]
    assert not isinstance(error_reports.pass_on(federation.context(TOKYO), CLERK, report.report_id), Refused)
    federation.run()
    assert isinstance(tell(federation, number, ErrorOutcome.RIGHT, NATIONAL), Permitted)


def test_where_no_line_leads_the_office_writes_and_says_what_came_of_it(
    federation: Federation, somebody: Found
) -> None:
    counter.die(federation, KUNITACHI, somebody.resident_no)
    federation.run()
    number = told(federation, somebody)
    written = correct(federation, number)
    assert isinstance(written, Permitted)
    assert written.remarks == (TELL_IN_WRITING,)
    federation.run()
    assert error_reports.list_reports(federation.context(KUNI), CLERK) == ()
    assert isinstance(tell(federation, number, ErrorOutcome.RIGHT), Permitted)


def test_where_the_area_passed_to_another_municipality_that_one_looks_into_it(
    federation: Federation, somebody: Found
) -> None:
    number = told(federation, somebody)
    with counter.owner(federation, TOKYO) as connection:
        connection.execute("UPDATE identity_records SET municipality = %s", [str(CHIYODA)])
    assert isinstance(correct(federation, number, municipality=str(CHIYODA)), Permitted)
    assert [one["municipality"] for one in counter.owner_rows(federation, TOKYO, "TABLE error_reports")] == [
        str(CHIYODA)
    ]


@case(refused="DI15 DI16 DI17 DI19 F1")
def test_who_was_told_nothing_asks_for_no_correction(federation: Federation, somebody: Found) -> None:
    waits = ask(federation, stated(somebody))
    empty = ask(federation, stated(somebody, code=False, name="国立　別人"))
    assert isinstance(answer(federation, empty), Disclosed)
    number = told(federation, somebody)
    for about, changes, expected in (
        (waits, {}, ["DI15"]),
        (empty, {}, ["DI15"]),
        (number, {"in_writing": False}, ["DI16"]),
        (number, {"municipality": str(CHIYODA)}, ["DI17"]),
        (number, {"received_on": "2013-07-09"}, ["F1"]),
        (99, {}, ["DI6"]),
    ):
        act = partial(correct, federation, about, **changes)
        counter.assert_refused(federation, TOKYO, ASKED, act, *expected)
    act = partial(tell, federation, number, ErrorOutcome.RIGHT)
    counter.assert_refused(federation, TOKYO, TOLD, act, "DI19")
    counter.assert_refused(federation, TOKYO, TOLD, partial(tell, federation, 99, ErrorOutcome.RIGHT), "DI6")


@case("Act Art. 30-41", permitted="DI21", refused="DI21 F1")
def test_a_complaint_waits_until_it_is_settled(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    noting = filings.read_complaint({"said": SECRET, "received_on": "2013-07-08"})
    number = complaints.note_complaint(ctx, CLERK, noting)
    assert isinstance(number, int)
    settling = filings.read_settling({"complaint": number, "said": "説明した", "done_on": "2013-07-08"})
    for event, act, expected in (
        (
            NOTED,
            lambda: complaints.note_complaint(ctx, CLERK, filings.ComplaintFiling(SECRET, date(2013, 7, 9))),
            "F1",
        ),
        (
            SETTLED,
            lambda: complaints.settle_complaint(
                ctx, CLERK, filings.SettlingFiling(99, "x", date(2013, 7, 8))
            ),
            "DI21",
        ),
    ):
        counter.assert_refused(federation, NATIONAL, event, act, expected)
    assert [one.said for one in complaints.list_complaints(ctx, CLERK)] == [SECRET]  # type: ignore[union-attr]
    assert counter.assert_all_or_nothing(
        federation, NATIONAL, lambda ctx: complaints.settle_complaint(ctx, CLERK, settling)
    )
    counter.assert_refused(
        federation, NATIONAL, SETTLED, lambda: complaints.settle_complaint(ctx, CLERK, settling), "DI21"
    )
    assert complaints.list_complaints(ctx, CLERK) == ()
    (kept,) = complaints.list_complaints(ctx, CLERK, everything=True)  # type: ignore[misc]
    assert (kept.answer, kept.done_on) == ("説明した", date(2013, 7, 8))
    assert SECRET not in str(counter.audit(federation, NATIONAL))


def test_only_who_may_handles_corrections_and_complaints(federation: Federation, somebody: Found) -> None:
    number = told(federation, somebody)
    correction = filings.read_correction(wrong(number))
    result = filings.read_result(came_to(number, ErrorOutcome.RIGHT))
    noting = filings.read_complaint({"said": SECRET, "received_on": "2013-07-08"})
    settling = filings.read_settling({"complaint": 1, "said": "x", "done_on": "2013-07-08"})
    handle, complaint = Permission.NETWORK_DISCLOSURE_HANDLE, Permission.NETWORK_COMPLAINT_HANDLE
    for event, permission, attempt in (
        (ASKED, handle, lambda ctx, by: disclosure_corrections.ask_correction(ctx, by, correction)),
        (TOLD, handle, lambda ctx, by: disclosure_corrections.tell_result(ctx, by, result)),
        (NOTED, complaint, lambda ctx, by: complaints.note_complaint(ctx, by, noting)),
        (SETTLED, complaint, lambda ctx, by: complaints.settle_complaint(ctx, by, settling)),
        ("disclosure:complaints:read", complaint, complaints.list_complaints),
    ):
        counter.assert_gated(federation, TOKYO, event, permission, attempt)


def test_a_correction_and_its_report_are_kept_together_or_not_at_all(
    federation: Federation, somebody: Found
) -> None:
    number = told(federation, somebody)
    filing = filings.read_correction(wrong(number))
    assert counter.assert_all_or_nothing(
        federation, TOKYO, lambda ctx: disclosure_corrections.ask_correction(ctx, CLERK, filing)
    )


def test_the_commands_correct_tell_and_keep_complaints(
    federation: Federation, tmp_path: Path, somebody: Found
) -> None:
    do = partial(run, federation, tmp_path)
    counter.die(federation, KUNITACHI, somebody.resident_no)
    federation.run()
    number = told(federation, somebody)
    done = do("correct", filing=wrong(number))
    assert (done.exit_code, "in writing" in done.stdout) == (0, True)
    assert do("correct", filing=wrong(number, items=[])).exit_code == 1
    assert do("list").stdout == "   1  2013-07-08  answered, correction-asked\n"
    assert do("result", filing=came_to(number, ErrorOutcome.RIGHT)).exit_code == 0
    assert do("result", filing=came_to(number, ErrorOutcome.RIGHT)).exit_code == 3
    said = {"said": SECRET, "received_on": "2013-07-08"}
    assert do("complaint", "note", filing=said).stdout == "Noted: no. 1.\n"
    assert SECRET in do("complaint", "list").stdout
    settled = {"complaint": 1, "said": "説明した", "done_on": "2013-07-08"}
    assert do("complaint", "settle", filing=settled).stdout == "Settled: no. 1.\n"
    assert do("complaint", "settle", filing=settled).exit_code == 3
    assert do("complaint", "list").stdout == "No complaint waits.\n"
    assert "説明した" in do("complaint", "list", "--all").stdout
    everything = json.loads(do("complaint", "list", "--all", "--json").stdout)["complaints"]
    assert [one["answer"] for one in everything] == ["説明した"]
