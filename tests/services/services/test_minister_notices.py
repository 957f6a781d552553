"""Notices from the Minister of Justice (M13): each entered once, or left for a clerk; M1 where a fact changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import carding, counter, drafting, holding
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.domain.items import DeletionCause, ForeignClass, ForeignItems, PersonName
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.card_lapse import Lapse
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Process
from jukinet.law.letters import Changed, Handling, Said
from jukinet.network import shapes
from jukinet.services import moves, sending
from jukinet.services.context import Context
from jukinet.services.filings import read_move_in
from jukinet.services.minister_files import read_file
from jukinet.services.minister_notices import NoticeReport, close_notice, take_notices
from jukinet.services.minister_slips import NoticeSlip, show_notices
from jukinet.services.operators import OperatorClaim
from jukinet.services.sending import WaitKind
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

EVENT, SHOWN = "register:minister-notice:taken", "register:minister-notice:shown"
ABOUT = {
    "name": "SMITH ANNA",
    "birth_date": "1985-11-02",
    "sex": "female",
    "nationality": "USA",
    "document_number": "AB00000001CD",
}
ENGINEER = {
    "stay": "mid-to-long-term",
    "status": "技術",
    "period": "3年",
    "expires_on": "2016-07-06",
    "document_number": "CD00000002EF",
}
CHANGED_TO = ForeignItems(
    "USA", date(2013, 7, 6), ForeignClass.MID_TO_LONG_TERM, "技術", "3年", date(2016, 7, 6), "CD00000002EF"
)


def notice(notice_id: str = "MJ-1", **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "notice_id": notice_id,
        "issued_on": "2013-07-08",
        "kind": "change",
        "occurred_on": "2013-07-07",
        "about": ABOUT,
        "items": {"stay": ENGINEER},
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def take(
    federation: Federation, *notices: dict[str, Any], ctx: Context | None = None
) -> Sequence[NoticeReport]:
    data = "\n".join(json.dumps(one, ensure_ascii=False) for one in notices).encode()
    done = take_notices(ctx or federation.context(KUNITACHI), CLERK, read_file(data))
    assert isinstance(done, tuple), done
    return done


def told(report: NoticeReport) -> tuple[str, list[str]]:
    return report.outcome.value, [rule.rule for rule in report.failed]


@pytest.fixture
def anna(federation: Federation) -> str:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    federation.run()
    return number


@case(
    "Act Art. 30-50", "Ord. Arts. 12(2)(i), 30-32", "spec 4.5.6", permitted="MJ1 MJ2 MJ3 MJ4 MJ5 MJ6 MJ7 MJ8"
)
def test_a_changed_status_is_entered_and_is_no_identity_notice(federation: Federation, anna: str) -> None:
    sent = counter.notices(federation, KUNITACHI)
    (report,) = take(federation, notice())
    assert (report.notice_id, report.outcome, report.resident_no) == ("MJ-1", "entered", anna)
    found = counter.read(federation, KUNITACHI, anna)
    assert found.record.foreign == CHANGED_TO
    assert found.record == replace(found.versions[0].record, foreign=CHANGED_TO)
    version = found.versions[-1]
    assert (version.reason, version.effective_on, version.notified_on) == (
        "corrected-ex-officio",
        date(2013, 7, 7),
        counter.TODAY,
    )
    # Nationality and class are none of the six facts (Act Art. 30-5(1)).
    assert counter.notices(federation, KUNITACHI) == sent
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["reference"], entry["resident_no"]) == ("done", "MJ-1", anna)
    assert entry["actor"] == CLERK.actor


@case("spec 1.1.2", "Act Art. 30-50", permitted="IN22")
def test_what_is_no_item_of_the_class_stays_as_it_was(federation: Federation) -> None:
    items: dict[str, Any] = {"alien_registered_on": date(2010, 4, 1), "residence_notified": True}
    filing = counter.move_in_filing(KUNITACHI, counter.foreign(foreign=counter.student(**items)))
    read = read_move_in(shapes.plain(filing))
    (number,) = counter.registered(moves.move_in(federation.context(KUNITACHI), CLERK, read)).resident_nos
    (report,) = take(federation, notice())
    assert told(report) == ("entered", [])
    assert counter.read(federation, KUNITACHI, number).record.foreign == replace(CHANGED_TO, **items)


def shown(federation: Federation, *notices: dict[str, Any]) -> list[NoticeSlip]:
    data = "\n".join(json.dumps(one, ensure_ascii=False) for one in notices).encode()
    done = show_notices(federation.context(KUNITACHI), CLERK, read_file(data))
    assert isinstance(done, tuple), done
    return list(done)


@case("spec 4.5.6")
def test_what_would_change_is_shown_before_and_nothing_is_entered_or_made_to_wait(
    federation: Federation, anna: str
) -> None:
    before = counter.contents(federation, KUNITACHI)
    other = notice("MJ-2", about=ABOUT | {"name": "SMITH BETH"})
    gone = notice("MJ-3", kind="ended", items=None)
    ready, nobody, ended = shown(federation, notice(), other, gone)
    assert counter.contents(federation, KUNITACHI) == before
    rows = dict(ready.rows)
    assert (ready.handling, rows[Said.RESIDENT_NO]) == (Handling.READY, anna)
    assert {said for said, value in ready.rows if isinstance(value, Changed)} == {
        *(Said.STATUS, Said.PERIOD, Said.EXPIRES_ON, Said.DOCUMENT_NUMBER),
    }
    assert (nobody.handling, [one.rule for one in nobody.failed]) == (Handling.FOR_CLERK, ["MJ1"])
    assert dict(ended.rows)[Said.CAUSE] is DeletionCause.OUTSIDE_THE_ACT
    entries = counter.audit(federation, KUNITACHI, SHOWN)
    assert [(one["outcome"], one["reference"], one["resident_no"]) for one in entries] == [
        ("done", "MJ-1", anna),
        ("none", "MJ-2", None),
        ("done", "MJ-3", anna),
    ]
    take(federation, notice())
    again, altered = shown(federation, notice(), notice(issued_on="2013-07-07"))
    assert (again.handling, again.failed) == (Handling.REPEATED, ())
    assert (altered.handling, [one.rule for one in altered.failed]) == (Handling.FOR_CLERK, ["MJ5"])
    holding.hold(federation, counter.read(federation, KUNITACHI, anna), holding.terms(Process.INQUIRY))
    (held,) = shown(
        federation, notice("MJ-4", about=ABOUT | {"document_number": "CD00000002EF"}, items={"sex": "male"})
    )
    assert "V1" in [one.rule for one in held.failed]
    assert not any(isinstance(value, Changed) for value in dict(held.rows).values())


@case("spec 4.0.8", refused="DR7", permitted="DR7")
def test_where_a_second_person_is_demanded_another_one_looks_at_the_slips_first(
    federation: Federation, anna: str
) -> None:
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    second = drafting.enrol_second(federation)
    file, other = (read_file(json.dumps(one).encode()) for one in (notice(), notice(issued_on="2013-07-07")))
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: take_notices(ctx, CLERK, file), "DR7")
    assert isinstance(show_notices(ctx, second, file), tuple)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: take_notices(ctx, second, file), "DR7")
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: take_notices(ctx, CLERK, other), "DR7")
    done = take_notices(ctx, CLERK, file)
    assert isinstance(done, tuple)
    assert [one.outcome for one in done] == ["entered"]
    assert counter.read(federation, KUNITACHI, anna).record.foreign == CHANGED_TO


def test_only_who_may_enter_notices_sees_what_they_would_change(standing: Federation) -> None:
    (made,) = read_file(json.dumps(notice()).encode())
    counter.assert_gated(
        standing,
        KUNITACHI,
        SHOWN,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: show_notices(ctx, claim, [made]),
    )


@pytest.mark.parametrize(
    ("items", "fact", "value"),
    [
        ({"name": {"text": "SMITH ANNE", "latin": "SMITH ANNE"}}, "name", "SMITH ANNE"),
        ({"birth_date": "1985-11-03"}, "birth_date", "1985-11-03"),
        ({"sex": "male"}, "sex", "male"),
    ],
)
@case("Act Arts. 30-50, 30-5(1)", "Ord. Art. 30-32", permitted="MJ8")
def test_a_corrected_fact_is_told_to_the_network(
    federation: Federation, anna: str, items: dict[str, Any], fact: str, value: str
) -> None:
    (report,) = take(federation, notice(kind="correction", items=items))
    assert told(report) == ("entered", [])
    last = counter.notices(federation, KUNITACHI)[-1]
    assert last[fact] == value
    assert last["change"]["reason"] == "corrected-ex-officio"
    assert counter.read(federation, KUNITACHI, anna).versions[-1].reason == "error-corrected"
    federation.run()
    counter.both_stores(federation, KUNITACHI, anna)


@case("Act Art. 39", "Act Art. 30-50", "Ord. Art. 8", "spec 4.5.6", permitted="MJ7")
def test_a_status_that_ended_deletes_the_record(federation: Federation, anna: str) -> None:
    code = counter.read(federation, KUNITACHI, anna).record.code
    (report,) = take(federation, notice(kind="ended", items=None))
    assert told(report) == ("entered", [])
    found = counter.read(federation, KUNITACHI, anna)
    assert not found.present
    assert found.versions[-1].reason == "deleted-ex-officio"
    assert found.record.deletion_cause == "outside-the-act"
    change = counter.notices(federation, KUNITACHI)[-1]["change"]
    assert (change["kind"], change["reason"], change["occurred_on"]) == (
        "deletion",
        "deleted-ex-officio",
        "2013-07-07",
    )
    federation.run()
    for node in (NodeId("pref-13"), NATIONAL):
        (held,) = counter.stored(federation, node, code)
        assert not held["live"]


@case("Ord. Art. 30-20(v)")
def test_with_the_status_the_card_ends(federation: Federation, anna: str) -> None:
    carding.give(federation, counter.read(federation, KUNITACHI, anna))
    take(federation, notice(kind="ended", items=None))
    card = carding.card(federation, anna)
    assert (card.lapse, card.lapsed_on) == (Lapse.OUTSIDE_THE_ACT, date(2013, 7, 7))
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert "card lapsed Ord. Art. 30-20(v)" in entry["rules"]


def test_who_is_left_alone_by_an_ended_stay_becomes_householder(federation: Federation, anna: str) -> None:
    house = counter.read(federation, KUNITACHI, anna).record.household_number
    spouse = counter.japanese(name=PersonName("国立　太郎"), sex=Sex.MALE, relationship="夫")
    (alone,) = counter.move_in(federation, KUNITACHI, spouse, household_number=house).resident_nos
    (report,) = take(federation, notice(kind="ended", items=None))
    assert told(report) == ("entered", [])
    assert [remark.article for remark in report.remarks] == ["Ord. Art. 25"]
    assert counter.read(federation, KUNITACHI, alone).record.is_householder


@case("Act Art. 30-50", permitted="SR1 SR4")
def test_a_transitional_child_gets_its_status(federation: Federation, anna: str) -> None:
    house = counter.read(federation, KUNITACHI, anna).record.household_number
    number = counter.give_birth(
        federation,
        KUNITACHI,
        house,
        counter.newborn(date(2013, 7, 6), name=PersonName("SMITH EMMA", latin="SMITH EMMA")),
    )
    about = {"name": "SMITH EMMA", "birth_date": "2013-07-06", "sex": "female", "nationality": "USA"}
    stay = {**ENGINEER, "status": "家族滞在"}
    (report,) = take(federation, notice(about=about, items={"nationality": "CAN", "stay": stay}))
    assert told(report) == ("entered", [])
    foreign = counter.read(federation, KUNITACHI, number).record.foreign
    assert foreign == replace(CHANGED_TO, nationality="CAN", status="家族滞在")


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"about": {**ABOUT, "name": "SMITH ANN"}}, ["MJ1"]),
        ({"about": {**ABOUT, "birth_date": "1985-11-01"}}, ["MJ1"]),
        ({"about": {**ABOUT, "sex": "male"}}, ["MJ1"]),
        ({"about": {**ABOUT, "document_number": "CD00000002EF"}}, ["MJ3"]),
        ({"about": {key: value for key, value in ABOUT.items() if key != "document_number"}}, ["MJ3"]),
        ({"about": {**ABOUT, "nationality": "CAN"}}, ["MJ3"]),
        ({"issued_on": "2013-07-09"}, ["MJ6"]),
        ({"occurred_on": "2013-07-05"}, ["E1"]),
        ({"items": {"sex": "female"}}, ["MJ8"]),
        ({"items": {"nationality": "JPN"}}, ["SR9"]),
        ({"items": {"stay": {**ENGINEER, "status": "何か", "period": None}}}, ["SR1", "SR3"]),
        ({"kind": "ended", "items": None, "occurred_on": "2013-07-05"}, ["MJ7", "E1"]),
    ),
)
def test_what_contradicts_is_left_for_a_clerk_and_stores_nothing(
    federation: Federation, anna: str, change: dict[str, Any], rules: list[str]
) -> None:
    before = counter.contents(federation, KUNITACHI)
    (report,) = take(federation, notice(**change))
    assert told(report) == ("for-clerk", rules)
    assert report.resident_no == (None if rules == ["MJ1"] else anna)
    after = counter.contents(federation, KUNITACHI)
    assert after.pop("minister_notices_waiting") != before.pop("minister_notices_waiting")
    assert after == before
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["reference"]) == ("refused", "MJ-1")
    assert [rule.split()[0] for rule in entry["rules"]] == rules


def waiting(federation: Federation) -> list[tuple[str | None, str | None]]:
    found = sending.list_unanswered(federation.context(KUNITACHI), CLERK)
    assert not isinstance(found, Refused)
    return [(one.reference, one.what) for one in found if one.kind is WaitKind.MINISTER_NOTICE]


def close(federation: Federation, number: str) -> Permitted | Refused:
    return close_notice(federation.context(KUNITACHI), CLERK, number)


@case("Act Art. 30-50", refused="MS17", permitted="MS17")
def test_what_is_left_for_a_clerk_waits_until_it_is_seen_to(federation: Federation, anna: str) -> None:
    wrong = {**ABOUT, "document_number": "CD00000002EF"}
    take(federation, notice("MJ-1", about=wrong), notice("MJ-2", about=wrong), notice("MJ-3", about=wrong))
    take(federation, notice("MJ-1", about={**wrong, "sex": "male"}))
    assert waiting(federation) == [("MJ-1", "MJ1"), ("MJ-2", "MJ3"), ("MJ-3", "MJ3")]
    take(federation, notice("MJ-2"))
    assert waiting(federation) == [("MJ-1", "MJ1"), ("MJ-3", "MJ3")], "entered by the file given again"
    assert isinstance(close(federation, "MJ-3"), Permitted)
    for number in ("MJ-3", "MJ-2", "MJ-9"):
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:minister-notice:closed",
            partial(close, federation, number),
            "MS17",
        )
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:minister-notice:closed",
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: close_notice(ctx, claim, "MJ-1"),
    )
    assert waiting(federation) == [("MJ-1", "MJ1")]


@case(refused="MJ1 MJ2", permitted="MJ1 MJ2")
def test_neither_a_japanese_resident_nor_two_alike_are_meant(federation: Federation, anna: str) -> None:
    (japanese,) = counter.move_in(federation, KUNITACHI).resident_nos
    record = counter.read(federation, KUNITACHI, japanese).record
    about = {"name": record.name.text, "birth_date": "1980-04-17", "sex": "female", "nationality": "USA"}
    (report,) = take(federation, notice(about=about))
    assert told(report) == ("for-clerk", ["MJ1"])
    counter.move_in(federation, KUNITACHI, counter.foreign(), although_alike=True)
    (report,) = take(federation, notice())
    assert told(report) == ("for-clerk", ["MJ2"])
    counter.die(federation, KUNITACHI, anna, counter.TODAY)
    (report,) = take(federation, notice())
    assert told(report) == ("entered", [])


@case(refused="MJ4 MJ5")
def test_a_notice_is_entered_once_and_its_number_stands_for_one_content(
    federation: Federation, anna: str
) -> None:
    take(federation, notice())
    versions = counter.read(federation, KUNITACHI, anna).versions
    before = counter.contents(federation, KUNITACHI)
    again, other = take(federation, notice(), notice(items={"sex": "male"}))
    assert told(again) == ("repeated", ["MJ4"])
    assert told(other) == ("for-clerk", ["MJ5"])
    assert counter.read(federation, KUNITACHI, anna).versions == versions
    assert counter.contents(federation, KUNITACHI) == before
    _, *told_again = counter.audit(federation, KUNITACHI, EVENT)
    assert [
        (entry["outcome"], entry["reference"], [rule.split()[0] for rule in entry["rules"]])
        for entry in told_again
    ] == [("refused", "MJ-1", ["MJ4"]), ("refused", "MJ-1", ["MJ5"])]


@case(refused="MJ1 MJ3 MJ4", permitted="MJ3 MJ5")
def test_each_notice_of_a_file_stands_for_itself(federation: Federation, anna: str) -> None:
    about = {**ABOUT, "document_number": "CD00000002EF"}
    reports = take(
        federation,
        notice("MJ-1", about=about),
        notice("MJ-2"),
        notice("MJ-3", about=about, items={"sex": "male"}),
    )
    assert [told(one) for one in reports] == [("for-clerk", ["MJ3"]), ("entered", []), ("entered", [])]
    # Once more: the first would say by now what the record says already.
    reports = take(federation, notice("MJ-1", about=about), notice("MJ-2"))
    assert [told(one) for one in reports] == [("for-clerk", ["MJ1"]), ("repeated", ["MJ4"])]
    assert counter.read(federation, KUNITACHI, anna).record.sex is Sex.MALE


@case(refused="MJ7", permitted="MJ7")
def test_a_later_act_on_the_same_items_is_not_overwritten(federation: Federation, anna: str) -> None:
    later = {**ENGINEER, "document_number": "EF00000003GH"}
    about = {**ABOUT, "document_number": "EF00000003GH"}
    take(federation, notice("MJ-1", occurred_on="2013-07-08", items={"stay": later}))
    reports = take(
        federation,
        notice("MJ-2", about=about),
        notice("MJ-3", about=about, items={"nationality": "CAN"}),
        notice("MJ-4", about={**about, "nationality": "CAN"}, kind="ended", items=None),
    )
    assert [told(one) for one in reports] == [
        ("for-clerk", ["MJ7"]),
        ("entered", []),
        ("for-clerk", ["MJ7"]),
    ]
    foreign = counter.read(federation, KUNITACHI, anna).record.foreign
    assert foreign == replace(CHANGED_TO, nationality="CAN", document_number="EF00000003GH")


def test_the_kana_stays_where_the_name_is_read_as_before(federation: Federation) -> None:
    name = PersonName("王　小明", "オウ　ショウメイ", "WANG XIAOMING")
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign(name=name)).resident_nos
    about = {**ABOUT, "name": "WANG XIAOMING"}
    spelt = {"text": "王　小明", "latin": "WANG XIAO MING"}
    take(federation, notice("MJ-1", about=about, items={"name": spelt}))
    assert counter.read(federation, KUNITACHI, number).record.name == replace(name, latin="WANG XIAO MING")
    renamed = {"text": "李　小明", "latin": "LI XIAOMING"}
    take(federation, notice("MJ-2", about={**about, "name": "王　小明"}, items={"name": renamed}))
    assert counter.read(federation, KUNITACHI, number).record.name.kana is None


def test_only_an_operator_who_may_and_neither_learns_whom_it_is_about(standing: Federation) -> None:
    notices = read_file(json.dumps(notice()).encode())

    def act(ctx: Context, claim: OperatorClaim) -> object:
        return take_notices(ctx, claim, notices)

    counter.assert_gated(standing, KUNITACHI, EVENT, Permission.REGISTER_RESIDENT_RECORD, act)


def test_a_crash_at_any_step_leaves_nothing(federation: Federation, anna: str) -> None:
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: take(federation, notice(items={"sex": "male"}), ctx=ctx)
    )
    assert crashes >= 4  # the version, the notice, the number taken, the trail
    assert counter.read(federation, KUNITACHI, anna).record.sex is Sex.MALE


def test_the_command_reports_each_notice_and_ends_with_three_where_a_clerk_must_look(
    federation: Federation, anna: str
) -> None:
    app = register.make_app(lambda config: nullcontext(federation.context(KUNITACHI)))

    def run(*options: str, notices: list[dict[str, Any]]) -> tuple[int, str]:
        text = "\n".join(json.dumps(one) for one in notices)
        ran = CliRunner().invoke(
            app, ["minister-notices", "-", "--as", CLERK.operator_id, *options], input=text
        )
        return ran.exit_code, ran.stdout

    code, said = run("--json", notices=[notice()])
    assert (code, json.loads(said)) == (
        0,
        {
            "notices": [
                {"notice_id": "MJ-1", "outcome": "entered", "resident_no": anna, "rules": [], "remarks": []}
            ]
        },
    )
    assert run(notices=[notice()])[0] == 0
    code, said = run(notices=[notice(), notice("MJ-2")])
    assert code == 3
    assert said.startswith("entered: 0, repeated: 1, for-clerk: 1")
    assert "MJ3" in said
    assert "SMITH" not in said
    assert run(notices=[notice("MJ 3")])[0] == 1
