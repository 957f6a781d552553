"""Copies and certificates at home, from the application to what stays of them: over a real register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding, protecting
from tests.services.services.copying import KOSEKI
from tests.services.services.home_copying import (
    AGAIN,
    BY_AGENT,
    ISSUED,
    LINH,
    SAKURA,
    TARO,
    application,
    at_home,
    filing,
    issue,
    issued,
)
from tests.services.supply.asking import ADDRESS
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import home_copies as cli
from jukinet.documents.household_form import Sheets
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.law.copies import CopyItem
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import household_order, issued_papers, measures, notes, reads
from jukinet.services.context import Context
from jukinet.services.copy_filings import read_home_copy
from jukinet.services.home_copies import HomeCopy, issue_home_copy
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

EVERY_RULE = "HC1 HC2 HC3 HC4 HC5 HC6 HC7 HC8 HC9 HC10 HC11 HC12 HC13 HC14"
AGENT = {"name": "無名　権兵衛", "address": "東京都国立市東一丁目1番地"}


def rows(federation: Federation) -> list[dict[str, object]]:
    return counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM home_copies ORDER BY copy_id")


def rules(done: HomeCopy | Refused) -> list[str]:
    return [failed.rule for failed in done.failed] if isinstance(done, Refused) else []


# What is issued


@case("Act Art. 12(1)", "spec 1.3.8", "spec 5.2", "spec 5.5", permitted=EVERY_RULE)
def test_the_householder_gets_the_whole_household_in_its_order(federation: Federation) -> None:
    ctx = at_home(federation)
    paper = issued(ctx)
    assert [one.name for one in paper.persons] == ["渡邉　太郎", "TRAN THI LINH", "渡邉　さくら"]
    assert (paper.issue_no, paper.issued_on, paper.whole, paper.again) == (
        "20130708-000001",
        counter.TODAY,
        True,
        False,
    )
    entries = counter.audit(federation, KUNITACHI, ISSUED)
    assert [one["resident_no"] for one in entries] == [TARO, LINH, SAKURA]
    assert {(one["outcome"], one["reference"], one["terminal"]) for one in entries} == {
        ("done", "c1" * 16, "counter-1")
    }
    assert all("Act Art. 12(1)" in one["rules"] for one in entries)
    (row,) = rows(federation)
    kept = {"paper", "asker", "brought_by", "issue_no", "persons", "operator", "terminal"}
    assert {name: row[name] for name in kept} == {
        "paper": "copy",
        "asker": "household",
        "brought_by": "person, driving-licence",
        "issue_no": paper.issue_no,
        "persons": 3,
        "operator": "sato",
        "terminal": "counter-1",
    }


@case("Act Art. 12(5)", "Act Art. 30-51")
def test_the_press_is_given_only_what_may_be_shown(federation: Federation) -> None:
    ctx = at_home(federation)
    plain = issued(ctx)
    for one in plain.persons:
        assert (one.koseki, one.voter, one.programmes, one.nicknames) == (None, False, None, ())
        assert (one.household, one.code, one.foreign) == (None, None, None)
    assert plain.persons[1].nickname == "見本　りん"
    asked = ["household-items", "koseki", "nickname-history", "nationality-and-class"]
    rich = issued(ctx, application_id="c2" * 16, wanted=asked)
    man, woman, _ = rich.persons
    assert (man.koseki, man.household and man.household.householder) == (KOSEKI, "渡邉　太郎")
    assert (woman.koseki, woman.household and woman.household.relationship) == (None, "妻")
    assert [one.text for one in woman.nicknames] == ["見本　りん"]
    assert woman.foreign is not None
    assert (man.programmes, man.code, man.voter) == (None, None, False)


@case("Act Art. 12(1), (2)(iii)", "Ord. Art. 30-26(7)", "spec 5.1", "spec 5.2")
def test_some_members_are_named_also_by_a_nickname(federation: Federation) -> None:
    ctx = at_home(federation)
    some = issued(ctx, members="named", names=["渡邉　さくら", "見本　りん"])
    assert [one.name for one in some.persons] == ["TRAN THI LINH", "渡邉　さくら"]
    assert not some.whole
    # In the order of the register; or as the clerk names them, and then again at a retry.
    placed = {"application_id": "c3" * 16, "members": "named", "in_given_order": True}
    for _ in range(2):
        given = issued(ctx, names=["渡邉　さくら", "見本　りん", "渡邉　太郎"], **placed)
        assert [one.name for one in given.persons] == ["渡邉　さくら", "TRAN THI LINH", "渡邉　太郎"]
        assert given.whole
    alone = issued(ctx, application_id="c2" * 16, members="self", resident_no=LINH, name="見本　りん")
    assert [one.name for one in alone.persons] == ["TRAN THI LINH"]


@case("spec 1.3.8", "spec 5.5", "spec 10.7", permitted="PR5 PR6")
def test_each_print_has_its_number_and_its_line_in_the_history_also_once_destroyed(
    federation: Federation,
) -> None:
    ctx = at_home(federation)
    asked = replace(filing(prints=3, wanted=["koseki"]), printer="printer-7")
    first = issue_home_copy(ctx, CLERK, asked, lambda _: 6)
    assert isinstance(first, HomeCopy)
    assert first.issue_nos == ("20130708-000001", "20130708-000002", "20130708-000003")
    again = issue_home_copy(ctx, CLERK, asked, lambda _: 6)
    assert isinstance(again, HomeCopy)
    assert (again.issue_nos, again.printer, again.terminal) == (first.issue_nos, "printer-7", "counter-1")
    wrong = {"number": first.issue_nos[1], "reason": "汚損"}
    done = issued_papers.note_destroyed(ctx, CLERK, issued_papers.read_destroyed(wrong))
    assert done == issued_papers.Destroyed(first.issue_nos[1])
    papers = issued_papers.list_papers(ctx, CLERK, SAKURA)
    assert not isinstance(papers, Refused)
    assert [(one.number, one.pages, one.destroyed_on) for one in papers] == [
        ("20130708-000001", 2, None),
        ("20130708-000002", 2, counter.TODAY),
        ("20130708-000003", 2, None),
    ]
    assert {(one.kind, one.items, one.operator, one.terminal, one.printer) for one in papers} == {
        ("household-copy", ("koseki",), "sato", "counter-1", "printer-7")
    }
    entries = counter.audit(federation, KUNITACHI, "register:paper:destroyed")
    assert [one["reference"] for one in entries] == [first.issue_nos[1]]


@case("spec 1.3.8", refused="PR5 PR6")
def test_only_a_paper_that_was_issued_is_destroyed_and_only_once(federation: Federation) -> None:
    ctx, event = at_home(federation), "register:paper:destroyed"
    number = issued(ctx).issue_no

    def destroy(which: str) -> object:
        entered = issued_papers.read_destroyed({"number": which, "reason": "誤発行"})
        return issued_papers.note_destroyed(ctx, CLERK, entered)

    counter.assert_refused(federation, KUNITACHI, event, lambda: destroy("20130708-000009"), "PR5")
    assert counter.audit(federation, KUNITACHI, event)[-1]["reference"] is None
    assert isinstance(destroy(number), issued_papers.Destroyed)
    counter.assert_refused(federation, KUNITACHI, event, lambda: destroy(number), "PR6")
    entered = issued_papers.read_destroyed({"number": number, "reason": "誤発行"})
    counter.assert_gated(
        federation,
        KUNITACHI,
        event,
        Permission.REGISTER_COPY_ISSUE,
        lambda ctx, claim: issued_papers.note_destroyed(ctx, claim, entered),
    )


@case("spec 5.2", permitted="PR3")
def test_an_order_that_the_office_set_is_kept_for_the_next_paper(federation: Federation) -> None:
    ctx = at_home(federation)
    household = counter.read(federation, KUNITACHI, TARO).record.household_number

    def order(*numbers: str) -> object:
        given = {"household_number": household, "resident_nos": list(numbers)}
        return household_order.set_order(ctx, CLERK, household_order.read_order(given))

    assert order(SAKURA) == household_order.Ordered((SAKURA, TARO, LINH))
    assert [one.name for one in issued(ctx).persons] == ["渡邉　さくら", "渡邉　太郎", "TRAN THI LINH"]
    shown = reads.read_household(ctx, CLERK, household)
    assert isinstance(shown, reads.HouseholdFound)
    assert [one.resident_no for one in shown.members] == [SAKURA, TARO, LINH]
    assert order(SAKURA, LINH) == household_order.Ordered((SAKURA, LINH, TARO))
    assert order() == household_order.Ordered((TARO, LINH, SAKURA))
    assert issued(ctx).persons[0].name == "渡邉　さくら", "the paper that was issued stays"
    assert len(counter.audit(federation, KUNITACHI, "register:household:ordered")) == 9
    given = household_order.read_order({"household_number": household, "resident_nos": [LINH]})
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: household_order.set_order(ctx, CLERK, given)
    )


@case("spec 5.2", refused="PR3")
def test_nobody_else_has_a_place_in_a_household(federation: Federation) -> None:
    ctx, event = at_home(federation), "register:household:ordered"
    household = counter.read(federation, KUNITACHI, TARO).record.household_number
    for number, members in ((household, [with_check_digit(990)]), (with_check_digit(991), [])):
        given = household_order.read_order({"household_number": number, "resident_nos": members})
        done = household_order.set_order(ctx, CLERK, given)
        assert isinstance(done, Refused)
        assert [one.rule for one in done.failed] == ["PR3"]
    counter.assert_gated(
        federation,
        KUNITACHI,
        event,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: household_order.set_order(ctx, claim, given),
    )


@case("spec 1.1.14", "spec 5.1", "Act Art. 12(5)")
def test_remarks_stand_on_a_paper_as_they_were_when_it_was_issued(federation: Federation) -> None:
    ctx = at_home(federation)

    def write(kind: str, text: str, about: int | None = None) -> None:
        given = {"resident_no": TARO, "kind": kind, "text": text, **({"about": about} if about else {})}
        assert isinstance(notes.write_note(ctx, CLERK, notes.read_note(given)), notes.Written)

    write("remark", "未届転入", 1)
    write("remark", "住所地特例")
    write("special-adoption", "離縁前", 1)
    write("memo", "応対に注意")
    asked = {"application_id": "c2" * 16, "members": "self", "history": True, "remarks": True}
    paper = issued(ctx, **asked)
    federation.clock.moment += timedelta(minutes=1)
    write("remark", "後日の備考")
    for one in (paper, issued(ctx, **asked)):
        (man,) = one.persons
        assert man.remarks == ("住所地特例",)
        assert [change.remarks for change in man.changes] == [("未届転入",)]
    special = issued(ctx, **(asked | {"application_id": "c3" * 16, "special_history": True})).persons[0]
    assert special.changes[0].remarks == ("未届転入", "特別養子縁組　離縁前")
    plain = issued(ctx, application_id="c4" * 16).persons[0]
    assert (plain.remarks, plain.changes) == ((), ())
    left = issued(
        ctx,
        application_id="c5" * 16,
        resident_no=LINH,
        name="TRAN THI LINH",
        members="self",
        wanted=["nationality-and-class"],
        left_out=["status", "document-number"],
        personal=True,
    )
    assert left.left_out == {CopyItem.STATUS, CopyItem.DOCUMENT_NUMBER}
    assert left.extent.personal
    assert rows(federation)[-1]["wanted"] == ["nationality-and-class", "personal"]


@case("spec 5.4")
def test_a_building_stands_on_every_paper_but_on_a_certificate_that_is_asked_for_without(
    federation: Federation,
) -> None:
    ctx = at_home(federation)
    without = {"paper": "certificate", "without_building": True}
    buildings = [
        {one.address.building for one in issued(ctx, application_id=number * 16, **asked).persons}
        for number, asked in (("c1", {}), ("c2", {"paper": "certificate"}), ("c3", without), ("c3", without))
    ]
    assert buildings == [{ADDRESS.building}, {ADDRESS.building}, {None}, {None}]
    assert rows(federation)[-1]["left_out"] == ["building"]


@case("spec 5.1", "Act Art. 12(1)")
def test_a_move_out_that_is_filed_shows_on_no_copy_before_its_day(federation: Federation) -> None:
    ctx = at_home(federation)
    before = issued(ctx)
    counter.file_move_out(federation, KUNITACHI, [TARO])
    after = issued(ctx, application_id="c2" * 16)
    assert after.persons == before.persons


@case("spec 2.2.2", "spec 1.3.8")
def test_everyone_shown_finds_the_paper_among_those_issued_and_nobody_else(federation: Federation) -> None:
    ctx = at_home(federation)
    issued(ctx, members="self", paper="certificate")
    for number, expected in ((TARO, [("household-certificate", "c1" * 16)]), (LINH, [])):
        listed = issued_papers.list_papers(ctx, CLERK, number)
        assert not isinstance(listed, Refused)
        assert [(one.kind, one.reference) for one in listed] == expected


# What is refused


@case(refused="HC1 HC2 HC3 HC13 CD24")
def test_what_the_register_says_against_it(federation: Federation) -> None:
    ctx = at_home(federation)

    def refuses(*expected: str, printable: bool = True, **changes: object) -> None:
        asked = filing(**changes)
        before = len(counter.audit(federation, KUNITACHI, ISSUED))
        assert rules(issue(ctx, asked, printable=printable)) == list(expected)
        entries = counter.audit(federation, KUNITACHI, ISSUED)[before:]
        assert entries
        assert {one["outcome"] for one in entries} == {"refused"}
        assert [rule.split()[0] for rule in entries[0]["rules"]] == list(expected)

    refuses("HC2", members="named", names=["国立　花子"])
    refuses("HC3", name="渡邉　花子")
    refuses("HC3", address="東京都国立市東一丁目1番地")
    refuses("R1", resident_no="00000000043")
    refuses("CD24", printable=False)
    counter.die(federation, KUNITACHI, TARO)
    refuses("HC1", members="self")
    refuses("HC13", resident_no=LINH, name="TRAN THI LINH", wanted=["household-items"])
    refuses("HC2", resident_no=LINH, name="TRAN THI LINH", members="named", names=["渡邉　太郎"])
    assert not rows(federation)
    # Without the item nobody need be named as householder.
    assert len(issued(ctx, resident_no=LINH, name="TRAN THI LINH").persons) == 2


def test_an_address_is_stated_in_its_own_spelling(federation: Federation) -> None:
    ctx = at_home(federation)
    assert issued(ctx, address="国立市富士見台２－４７－１").issue_no


def test_nobody_but_who_may_issues_one(federation: Federation) -> None:
    at_home(federation)
    counter.assert_gated(
        federation,
        KUNITACHI,
        ISSUED,
        Permission.REGISTER_COPY_ISSUE,
        lambda ctx, claim: issue(ctx, filing(), claim),
    )


# Holds and support measures


@case("spec 3.1", "spec 3.4", "Copies Ordinance Art. 4(2)(i)", refused="V1 HC10", permitted="V1 HC10")
def test_a_hold_keeps_it_back_until_it_is_lifted_and_somebody_has_said_why(federation: Federation) -> None:
    ctx = at_home(federation)
    (number,) = holding.hold(
        federation, counter.read(federation, KUNITACHI, SAKURA), holding.terms(Process.ISSUE)
    )
    assert rules(issue(ctx, filing())) == ["HC10", "V1"]
    assert issued(ctx, application_id="c3" * 16, members="self").persons, "nobody shown is held"
    holding.lift(federation, number)
    assert rules(issue(ctx, filing())) == ["HC10"]
    issued(ctx, reason="旅券の申請")
    # The lift was for one act: neither another paper nor another print of this one rests on it.
    assert rules(issue(ctx, filing(reason="旅券の申請"))) == ["V1"]
    assert rules(issue(ctx, filing(application_id="c4" * 16, reason="旅券の申請"))) == ["V1"]
    assert [one["outcome"] for one in counter.audit(federation, KUNITACHI, AGAIN)] == ["refused"] * 3


@case(refused="V2", permitted="V2")
def test_an_alert_asks_for_a_second_look(federation: Federation) -> None:
    ctx = at_home(federation)
    alert = holding.terms(Process.ISSUE, Level.ALERT)
    holding.hold(federation, counter.read(federation, KUNITACHI, LINH), alert)
    asked = filing(reason="在留手続")
    assert rules(issue(ctx, asked)) == ["V2"]
    assert isinstance(issue(ctx, asked, holding.SEEN), HomeCopy)


@case("spec 3.4", "Act Art. 12(6)", refused="HC9", permitted="HC9")
def test_who_is_named_by_a_measure_gets_nothing_whoever_lifts_the_hold(federation: Federation) -> None:
    """Nor does who comes for them, nor as a member of the household; and an ended measure says nothing more."""
    ctx = at_home(federation)
    wife = counter.read(federation, KUNITACHI, LINH)
    issued(ctx, application_id="c4" * 16)
    details = protecting.details(offender={"name": "渡辺　太郎", "resident_no": TARO})
    plain = protecting.application(LINH)
    done = measures.apply_for_measure(ctx, CLERK, replace(plain, details=details))
    measure = protecting.done(done).measure.measure_id
    (hold,) = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT hold_id FROM holds")
    holding.lift(federation, hold["hold_id"], one_act=False)
    assert rules(issue(ctx, filing(application_id="c4" * 16))) == ["HC9"], "nor what was issued before"
    assert rules(issue(ctx, filing(reason="児童手当"))) == ["HC9"]
    her = {"resident_no": LINH, "name": wife.record.name.text, "members": "self", "reason": "年金"}
    his = BY_AGENT | {"capacity": "agent"}
    agent = {"name": "渡邉　太郎", "address": "不明"}
    assert rules(issue(ctx, filing(**her, brought_by=his, agent=agent))) == ["HC9"]
    assert rules(issue(ctx, filing(**her, brought_by=his, agent=AGENT, application_id="c5" * 16))) == []
    assert issued(ctx, application_id="c6" * 16, **her).persons
    assert issued(ctx, application_id="c7" * 16, members="self").persons, "his own record is not held"
    protecting.end(federation, measure)
    assert issued(ctx, application_id="c8" * 16).whole


def test_the_householder_who_would_only_be_named_counts_too(federation: Federation) -> None:
    ctx = at_home(federation)
    holding.hold(federation, counter.read(federation, KUNITACHI, TARO), holding.terms(Process.ISSUE))
    her = {"resident_no": LINH, "name": "TRAN THI LINH", "members": "self"}
    assert rules(issue(ctx, filing(**her, wanted=["household-items"]))) == ["HC10", "V1"]
    assert issued(ctx, **her).persons


# Once and only once


@case("Act Art. 12(1)", "spec 5.5", "spec 10.7")
def test_a_retry_gives_the_same_paper_whatever_was_corrected_since(federation: Federation) -> None:
    ctx = at_home(federation)
    wanted = ["household-items", "koseki"]
    first = issued(ctx, wanted=wanted)
    holding.corrected(ctx, CLERK, counter.read(federation, KUNITACHI, TARO))
    federation.set_date(date(2013, 7, 20))
    assert issued(ctx, wanted=wanted) == replace(first, again=True)
    assert len(rows(federation)) == 1
    assert [one["resident_no"] for one in counter.audit(federation, KUNITACHI, AGAIN)] == [TARO, LINH, SAKURA]
    other = issued(ctx, application_id="c2" * 16, name="髙橋　花子")
    assert (other.issue_no, other.persons[0].name) == ("20130720-000002", "髙橋　花子")


def test_the_id_of_one_application_serves_no_other(federation: Federation) -> None:
    ctx = at_home(federation)
    issued(ctx)
    others: list[dict[str, object]] = [{"members": "self"}, {"wanted": ["code"]}, {"resident_no": LINH}]
    for changes in others:
        with pytest.raises(JukinetError) as caught:
            issue(ctx, filing(**changes))
        assert caught.value.kind is ErrorKind.CONFLICT
    assert len(rows(federation)) == 1


def test_one_application_filed_at_two_counters_at_once_is_one_paper(federation: Federation) -> None:
    ctx = at_home(federation)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: issued(ctx), range(4)))
    assert len({one.issue_no for one in done}) == len(rows(federation)) == 1
    assert sorted(one.again for one in done) == [False, True, True, True]


@case("spec 10.2")
def test_killed_at_any_step_it_issued_the_paper_or_it_did_not(federation: Federation) -> None:
    at_home(federation)
    assert counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: issue(ctx, filing())) > 3
    assert len(rows(federation)) == 1


# How it is filed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"members": "named"}, "names"),
        ({"names": ["渡邉　太郎"]}, "names"),
        ({"in_given_order": True}, "in_given_order"),
        ({"without_building": True, "history": True}, "without_building"),
        ({"wanted": ["hair"]}, "wanted"),
        ({"left_out": ["name"]}, "left_out"),
        ({"left_out": ["code"]}, "left_out"),
        ({"brought_by": BY_AGENT}, "agent"),
        ({"agent": AGENT}, "agent"),
        ({"brought_by": BY_AGENT | {"capacity": "householder"}, "agent": AGENT}, "brought_by.capacity"),
        ({"resident_no": "00000000018"}, "resident_no"),
        ({"name": "・"}, "name"),
        ({"purpose": "x"}, "purpose"),
    ],
)
def test_what_is_no_application_is_named_by_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        read_home_copy(application(**changes))
    assert any(fault.field.startswith(field) for fault in caught.value.faults), caught.value.faults


SENT: list[tuple[bytes, str, str | None]] = []
"""What the fake press sent to a printer."""


class FakePress:
    """Prints the number alone; a name does not fit where as much as fits is asked for."""

    def copy_pages(self, copy: HomeCopy) -> int:
        return len(copy.persons)

    def print_copy(self, copy: HomeCopy, too_long: TooLong | None = None) -> Sheets:
        short = (("persons[0].name", copy.persons[0].name),) if too_long is TooLong.LIMIT else ()
        return Sheets(copy.issue_no.encode(), short)

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None:
        SENT.append((pdf, printer, tray))


def run(federation: Federation, *words: str, **changes: object) -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[tuple[Context, FakePress]]:
        yield federation.context(KUNITACHI), FakePress()

    app = common.make_app("copies")
    app.callback()(lambda: None)
    cli.add_to(app, opened)
    return CliRunner().invoke(
        app, ["home", "-", "--as", "sato", *words], input=json.dumps(application(**changes))
    )


def test_the_command_writes_the_paper_for_its_owner_alone(federation: Federation, tmp_path: Path) -> None:
    at_home(federation)
    out = tmp_path / "copy.pdf"
    printed = run(federation, "--out", str(out))
    assert (printed.exit_code, printed.output.splitlines()) == (
        0,
        ["Issued under number 20130708-000001.", str(out)],
    )
    assert (out.read_text(), out.stat().st_mode & 0o777) == ("20130708-000001", 0o600)
    again = run(federation, "--out", str(out), "--json")
    assert json.loads(again.output) == {
        "issue_no": "20130708-000001",
        "issue_nos": ["20130708-000001"],
        "again": True,
        "path": str(out),
        "too_long": [],
    }
    refused = run(
        federation, "--out", str(tmp_path / "none.pdf"), application_id="c2" * 16, plainly_improper=True
    )
    assert (refused.exit_code, "HC8" in refused.output) == (common.REFUSED, True)
    assert not (tmp_path / "none.pdf").exists()
    faulty = run(federation, "--out", str(out), name="")
    assert faulty.exit_code == common.FAILED
    assert counter.audit(federation, KUNITACHI, "register:filing:unreadable")[-1]["reference"] == "copy-home"


@case("spec 5.8", "spec 10.7")
def test_what_does_not_fit_is_listed_beside_the_paper_that_is_printed(
    federation: Federation, tmp_path: Path
) -> None:
    at_home(federation)
    SENT.clear()
    out = tmp_path / "copy.pdf"
    printed = run(
        federation, "--out", str(out), "--too-long", "limit", "--printer", "printer-7", "--tray", "Tray1"
    )
    assert printed.exit_code == 0
    beside = tmp_path / "copy.too-long.txt"
    assert "NOT WHOLE on the paper: persons[0].name." in printed.output
    assert (str(beside) in printed.output, "渡邉" in printed.output) == (True, False)
    assert (beside.read_text("utf-8"), beside.stat().st_mode & 0o777) == (
        "persons[0].name\t渡邉　太郎\n",
        0o600,
    )
    assert [(out.read_bytes(), "printer-7", "Tray1")] == SENT
    assert [row["printer"] for row in rows(federation)] == ["printer-7"]
    for bad in (["--printer", "../x"], ["--tray", "Tray1"]):
        assert run(federation, "--out", str(out), *bad).exit_code == 2
    assert len(SENT) == 1


def test_nothing_of_a_person_shows_in_what_is_logged(federation: Federation) -> None:
    paper = issued(at_home(federation))
    for shown in (
        repr(paper),
        repr(filing()),
        repr(filing(agent=AGENT, brought_by=BY_AGENT)),
        repr(issue_home_copy),
    ):
        assert "渡邉" not in shown
        assert "権兵衛" not in shown
