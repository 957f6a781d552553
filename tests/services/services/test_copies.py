"""The nationwide copy at the municipality that issues it, over the federation's line."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from tests.conformance.cases import case
from tests.services.services.copying import (
    HOME,
    ISSUER,
    NEVER,
    FakePress,
    application,
    calls_answered,
    copy_rows,
    entries,
    filing,
    issue,
    issued,
    open_databases,
    owner,
    sakura,
    settle,
    taro,
)
from tests.services.supply.asking import CODES, linh
from tests.unit.documents.machine import font_directories

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.documents.copies import CopyDocument, CopyPrinter, closing_sentence
from jukinet.documents.fonts import find_fonts
from jukinet.documents.household_form import Certifier
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import PersonName, RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.law import copies as law_copies
from jukinet.law.copies import Asker, CopyItem, OnRequest, Showing
from jukinet.law.decisions import Refused
from jukinet.messages.copies import CopyPerson, WantedItem
from jukinet.services import deaths, settings
from jukinet.services.copies import IssuedCopy, Printing, read_filing
from jukinet.services.filings import DeathFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, YAMATSURI

pytestmark = pytest.mark.core

LINH = "00000000027"
"""The wife's number: the second who was loaded."""


@case(
    "Reg. Art. 5",
    "Ord. Art. 15-4(1)",
    "spec 1.3.8",
    "spec 5.5",
    "Act Art. 12-4(1), (4)",
    permitted="K1 K2 K3 K4 K5 K6 K7 K8 K9 K10 K11 K12 K13 K21 K22 K23 K24",
)
def test_a_foreign_resident_gets_a_copy_in_another_city(federation: Federation) -> None:
    settle(federation)
    press = FakePress()
    copy = issued(federation, press)
    (printing,) = press.printed
    assert [person.name for person in printing.data.persons] == [
        "渡邉　太郎",
        "TRAN THI LINH",
        "渡邉　さくら",
    ]
    assert (printing.issued_on, printing.issue_no) == (date(2013, 7, 8), copy.issue_no)
    assert (copy.issue_no, copy.again) == ("20130708-000001", False)
    assert copy.pages == FakePress()(printing)
    wife = printing.data.persons[1]
    assert (wife.nickname, wife.became_resident_on) == ("見本　りん", None)
    assert wife.became_foreign_resident_on is not None
    (row,) = copy_rows(federation)
    assert (row.state, row.issue_no) == ("issued", copy.issue_no)


@case("spec 1.3.8", "spec 10.2")
def test_both_ends_record_who_asked_for_whom(federation: Federation) -> None:
    settle(federation)
    issued(federation, FakePress())
    intended, done = entries(federation, ISSUER)
    assert (intended.event, intended.outcome) == (AuditEvent.COPY_INTENDED, Outcome.INTENDED)
    assert (done.event, done.outcome) == (AuditEvent.COPY_ISSUED, Outcome.DONE)
    for entry in (intended, done):
        assert (entry.actor, entry.terminal, entry.reference) == ("operator:sato", "counter-1", "a1" * 16)
        assert entry.subject_code == CODES[1]
    shown = entries(federation, HOME)
    assert {entry.subject_code for entry in shown} == set(CODES[:3]), (
        "everyone shown finds it in their own log"
    )
    assert len(shown) == 3
    for entry in shown:
        assert (entry.event, entry.outcome) == (AuditEvent.COPY_DATA_SUPPLIED, Outcome.DONE)
        assert (entry.actor, entry.reference) == (ISSUER.uri, "a1" * 16)
        assert entry.rules == ("Act Art. 12-4(3)", "Ord. Art. 15-3(2)")


SHOWN: dict[CopyItem, Callable[[CopyPerson], object]] = {
    CopyItem.NAME: lambda person: person.name,
    CopyItem.BIRTH_DATE: lambda person: person.birth_date,
    CopyItem.SEX: lambda person: person.sex,
    CopyItem.HOUSEHOLDER: lambda person: person.household and person.household.householder,
    CopyItem.RELATIONSHIP: lambda person: person.household and person.household.relationship,
    CopyItem.BECAME_RESIDENT: lambda person: person.became_resident_on,
    CopyItem.ADDRESS: lambda person: person.address,
    CopyItem.RECORDED_SINCE: lambda person: person.recorded_since,
    CopyItem.CODE: lambda person: person.code,
    CopyItem.NATIONALITY: lambda person: person.foreign and person.foreign.nationality,
    CopyItem.BECAME_FOREIGN_RESIDENT: lambda person: person.became_foreign_resident_on,
    CopyItem.STAY: lambda person: person.foreign and person.foreign.stay,
}
"""Items that everyone of the household has, and where they stand."""


def items_of(person: CopyPerson) -> set[CopyItem]:
    return {item for item, value in SHOWN.items() if value(person) is not None}


@case("spec 5.1", "Act Art. 12-4(3)", "Ord. Art. 15-3(2)")
def test_each_item_is_there_only_if_asked_for(federation: Federation) -> None:
    settle(federation)
    press = FakePress()
    subsets = itertools.chain.from_iterable(itertools.combinations(WantedItem, n) for n in range(4))
    for number, wanted in enumerate(subsets):
        asked = filing(application_id=f"{number:032x}", wanted=list(wanted))
        pages = issued(federation, press, asked).pages.decode()
        requested = frozenset(OnRequest(item.value) for item in wanted)
        for person in press.printed[-1].data.persons:
            kind = RecordKind.FOREIGN if person.name.startswith("TRAN") else RecordKind.JAPANESE
            expected = law_copies.visible_items(kind, requested) & set(SHOWN)
            assert items_of(person) == expected, wanted
        for never in NEVER:
            assert never not in pages
    assert len(press.printed) == 8


@pytest.mark.parametrize("item", [CopyItem.CODE, CopyItem.PREVIOUS_ADDRESS, CopyItem.NICKNAME])
def test_the_table_of_the_law_alone_decides_what_is_shown(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, item: CopyItem
) -> None:
    changed = tuple(
        replace(mask, shown={Asker.NATIONWIDE: Showing.NEVER}) if mask.item is item else mask
        for mask in law_copies.MASKS
    )
    monkeypatch.setattr(law_copies, "MASKS", changed)
    settle(federation, taro(previous_address=Place("北海道札幌市中央区架空町1番地")), linh(relationship="妻"))
    press = FakePress()
    issued(federation, press, filing(wanted=["code"]))
    hidden = {
        CopyItem.CODE: lambda person: person.code,
        CopyItem.PREVIOUS_ADDRESS: lambda person: person.previous_address,
        CopyItem.NICKNAME: lambda person: person.nickname,
    }
    persons = press.printed[0].data.persons
    for other, value in hidden.items():
        assert any(value(person) is not None for person in persons) == (other is not item)


ISSUER_REFUSES: list[tuple[dict[str, Any], list[str]]] = [
    ({"home": str(FUKUSHIMA)}, ["K1"]),
    ({"document": {"kind": "none"}}, ["K4"]),
    ({"document": {"kind": "residence-card", "with_photo": False}}, ["K4"]),
    ({"code": None}, ["K5"]),
    ({"code": None, "birth_date": "1984-02-29"}, ["K5"]),
    ({"code": None, "document": {"kind": "brr-card"}}, ["K21"]),
    ({"plainly_improper": True}, ["K6"]),
    ({"home": str(YAMATSURI)}, ["K7"]),
    ({"home": str(YAMATSURI), "code": None, "document": {"kind": "brr-card"}}, ["K7"]),
    ({"document": {"kind": "none"}, "plainly_improper": True, "code": None}, ["K4", "K5", "K6"]),
]


@case(refused="K1 K4 K5 K6 K21")
def test_the_issuing_side_refuses_with_every_rule(federation: Federation) -> None:
    settle(federation)
    press = FakePress()
    for number, (changes, rules) in enumerate(ISSUER_REFUSES):
        asked = filing(application_id=f"{number:032x}", **changes)
        refused = issue(federation, press, asked)
        assert isinstance(refused, Refused), changes
        assert [failed.rule for failed in refused.failed] == rules
        entry = entries(federation, ISSUER)[-1]
        assert (entry.event, entry.outcome) == (AuditEvent.COPY_REFUSED, Outcome.REFUSED)
        assert entry.reference == asked.application_id
        assert [rule.partition(" ")[0] for rule in entry.rules] == rules
    assert len(entries(federation, ISSUER)) == len(ISSUER_REFUSES)
    assert copy_rows(federation) == []
    assert press.printed == []
    assert entries(federation, HOME) == [], "the home municipality was never asked"


@case(refused="K7 K8")
def test_a_resident_of_yamatsuri_is_told_why(federation: Federation) -> None:
    refused = issue(federation, FakePress(), filing(home=str(YAMATSURI), code=None))
    assert isinstance(refused, Refused)
    told = {failed.rule: failed.sentence for failed in refused.failed}
    assert "not connected to the network" in told["K7"]
    at_yamatsuri = issue(federation, FakePress(), at=YAMATSURI.node_id)
    assert isinstance(at_yamatsuri, Refused)
    assert [failed.rule for failed in at_yamatsuri.failed] == ["K8"]
    assert entries(federation, YAMATSURI.node_id)[-1].outcome is Outcome.REFUSED


@case(refused="K9")
def test_foreign_residents_apply_from_the_day_on(federation: Federation) -> None:
    eve = date(2013, 7, 7)
    clerk = OperatorClaim("early", "counter-1")
    may = [Permission.REGISTER_COPY_ISSUE]
    settings.enrol_operator(federation.context(ISSUER), CLERK, "early", "早川", may, valid_from=eve)
    federation.set_date(eve)
    refused = issue(federation, FakePress(), claim=clerk)
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["K9"]


def test_who_may_not_issue_learns_that_alone(federation: Federation) -> None:
    settle(federation)
    ctx = federation.context(ISSUER)
    settings.enrol_operator(ctx, CLERK, "reader", "読田", [Permission.REGISTER_RESIDENT_READ])
    issued(federation, FakePress())
    for claim, rule in ((OperatorClaim("reader"), "G3"), (OperatorClaim("nobody"), "G1")):
        for asked in (filing(), filing(application_id="b2" * 16, document={"kind": "none"})):
            refused = issue(federation, FakePress(), asked, claim=claim)
            assert isinstance(refused, Refused)
            assert [failed.rule for failed in refused.failed] == [rule]
            assert entries(federation, ISSUER)[-1].actor == claim.actor


HOME_REFUSES: list[tuple[dict[str, Any], str]] = [
    ({"code": str(CODES[7])}, "K22"),
    ({"name": "NGUYEN THI LINH"}, "K22"),
    ({"members": "named", "names": ["渡邉　次郎"]}, "K22"),
    ({"members": "named", "names": ["TRAN THI LINH", "渡邉　次郎"]}, "K22"),
]


@case(refused="K22")
def test_the_home_side_refuses_and_nothing_is_issued(federation: Federation) -> None:
    settle(federation)
    press = FakePress()
    for number, (changes, rule) in enumerate(HOME_REFUSES):
        asked = filing(application_id=f"{number:032x}", **changes)
        refused = issue(federation, press, asked)
        assert isinstance(refused, Refused), changes
        assert [failed.rule for failed in refused.failed] == [rule]
        intended, told = entries(federation, ISSUER)[-2:]
        assert (intended.event, told.event) == (AuditEvent.COPY_INTENDED, AuditEvent.COPY_REFUSED)
        assert (told.outcome, told.reference) == (Outcome.REFUSED, asked.application_id)
        supplied = entries(federation, HOME)[number]
        assert (supplied.event, supplied.outcome) == (AuditEvent.COPY_DATA_SUPPLIED, Outcome.REFUSED)
        assert supplied.reference == asked.application_id
    assert {(row.state, row.refusal, row.issue_no) for row in copy_rows(federation)} == {
        ("refused", "not-recorded", None)
    }
    assert press.printed == []

    written = len(entries(federation, ISSUER))
    federation.line.cut = {HOME}
    again = issue(federation, press, filing(application_id=f"{0:032x}", **HOME_REFUSES[0][0]))
    assert isinstance(again, Refused)
    assert [failed.rule for failed in again.failed] == ["K22"], "decided once, without asking again"
    told_again = entries(federation, ISSUER)[written:]
    assert [(one.event, one.outcome) for one in told_again] == [
        (AuditEvent.COPY_GIVEN_AGAIN, Outcome.REFUSED)
    ]


@case("spec 1.1.10", refused="K13 K23")
def test_nobody_is_named_as_householder_where_there_is_none(federation: Federation) -> None:
    """After a householder's death, until the next one is filed."""
    settle(federation)
    done = deaths.record_death(
        federation.context(HOME), CLERK, DeathFiling("00000000035", date(2013, 7, 8), date(2013, 7, 8))
    )
    assert isinstance(done, Registered), done
    press = FakePress()
    refused = issue(federation, press, filing(wanted=["household-items"]))
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["K23"]
    assert copy_rows(federation)[0].refusal == "consult-home"
    issued(federation, press, filing(application_id="b2" * 16))
    assert [person.name for person in press.printed[0].data.persons] == ["TRAN THI LINH", "渡邉　さくら"]


class CrashError(Exception):
    """The process ends here."""


@contextmanager
def before_the_call(federation: Federation, _: FakePress) -> Iterator[FakePress]:
    federation.line.cut = {HOME}
    yield FakePress()
    federation.line.cut = set()


@contextmanager
def after_the_call(federation: Federation, _: FakePress) -> Iterator[FakePress]:
    federation.line.lose_answers = 1
    yield FakePress()


class CrashingPress(FakePress):
    """Prints, and the process ends before anybody has the pages."""

    def __call__(self, printing: Printing) -> bytes:
        super().__call__(printing)
        raise CrashError


@contextmanager
def after_rendering(_: Federation, __: FakePress) -> Iterator[FakePress]:
    yield CrashingPress()


@contextmanager
def while_keeping(federation: Federation, _: FakePress) -> Iterator[FakePress]:
    with owner(federation, ISSUER) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION ''; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER crash AFTER UPDATE ON nationwide_copies DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION crash()"
        )
    yield FakePress()
    with owner(federation, ISSUER) as connection:
        connection.execute("DROP TRIGGER crash ON nationwide_copies")


@pytest.mark.parametrize("crash", [before_the_call, after_the_call, after_rendering, while_keeping])
def test_a_retry_makes_no_second_copy(federation: Federation, crash: Callable[..., Any]) -> None:
    settle(federation)
    press = FakePress()
    for _ in range(2):
        with crash(federation, press) as broken, pytest.raises((JukinetError, CrashError)) as caught:
            issue(federation, broken)
        assert "渡" not in str(caught.value)
        assert [row.state for row in copy_rows(federation)] == ["intended"]
    federation.clock.advance(timedelta(minutes=10))
    first = issued(federation, press)
    assert not first.again
    assert first.issue_no.startswith("20130708-"), "of the day of the application"
    federation.set_date(date(2013, 7, 9))
    federation.line.cut = {HOME}
    for _ in range(2):
        assert issued(federation, press) == replace(first, again=True)
    assert [row.state for row in copy_rows(federation)] == ["issued"]
    written = entries(federation, ISSUER)
    assert [entry.outcome for entry in written if entry.event is AuditEvent.COPY_ISSUED] == [Outcome.DONE]
    intents = [entry.outcome for entry in written if entry.event is AuditEvent.COPY_INTENDED]
    assert intents.count(Outcome.INTENDED) == 1
    given_again = [entry.outcome for entry in written if entry.event is AuditEvent.COPY_GIVEN_AGAIN]
    assert given_again == [Outcome.DONE, Outcome.DONE], "whoever saw the pages left an entry"
    assert len(entries(federation, HOME, AuditEvent.COPY_DATA_SUPPLIED)) == 3, "supplied once"
    again = entries(federation, HOME, AuditEvent.COPY_DATA_GIVEN_AGAIN)
    assert len(again) == (0 if crash is before_the_call else 2), "and every time it left again"
    assert calls_answered(federation) == 1
    assert len(press.printed) == 1


@case(refused="K24")
def test_an_application_without_a_copy_ends_with_its_day(federation: Federation) -> None:
    """The home municipality's one answer is of that day: a later copy would show the day before's record."""
    settle(federation)
    press = FakePress()
    with after_the_call(federation, press) as broken, pytest.raises((JukinetError, CrashError)):
        issue(federation, broken)
    federation.set_date(date(2013, 7, 9))
    refused = issue(federation, press, filing())
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["K24"]
    assert press.printed == []


def test_a_call_that_failed_is_recorded(federation: Federation) -> None:
    settle(federation)
    federation.line.cut = {HOME}
    with pytest.raises(JukinetError) as caught:
        issue(federation, FakePress())
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    intended, failed = entries(federation, ISSUER)
    assert (intended.outcome, failed.outcome) == (Outcome.INTENDED, Outcome.FAILED)
    assert failed.rules == ("unavailable",)


def test_what_was_issued_is_not_judged_again(federation: Federation) -> None:
    settle(federation)
    first = issued(federation, FakePress())
    nodes = tuple(
        replace(node, connected=False, reason="ended") if node.id == HOME else node
        for node in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    assert issued(federation, FakePress()) == replace(first, again=True)
    other = issue(federation, FakePress(), filing(application_id="b2" * 16))
    assert isinstance(other, Refused)


class MeetingPress(FakePress):
    """Prints once two threads have come to it."""

    def __init__(self) -> None:
        super().__init__()
        self.barrier = threading.Barrier(2, timeout=20)

    def __call__(self, printing: Printing) -> bytes:
        self.barrier.wait()
        return super().__call__(printing)


def test_two_at_once_get_the_same_copy(federation: Federation) -> None:
    settle(federation)
    press = MeetingPress()
    open_databases(federation)
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(issue, federation, press) for _ in range(2)]
        copies = [done.result(timeout=30) for done in tries]
    assert all(isinstance(copy, IssuedCopy) for copy in copies)
    one, other = (copy for copy in copies if isinstance(copy, IssuedCopy))
    assert (one.issue_no, one.pages) == (other.issue_no, other.pages)
    assert {one.again, other.again} == {True, False}
    assert len({printing.issue_no for printing in press.printed}) == 2, "both printed; one was kept"
    (row,) = copy_rows(federation)
    assert (row.state, row.issue_no) == ("issued", one.issue_no)
    assert len(entries(federation, ISSUER, AuditEvent.COPY_ISSUED)) == 1
    assert len(entries(federation, HOME, AuditEvent.COPY_DATA_SUPPLIED)) == 3
    assert len(entries(federation, HOME, AuditEvent.COPY_DATA_GIVEN_AGAIN)) == 1


def test_two_refused_at_once_are_recorded_once(federation: Federation) -> None:
    settle(federation)
    asked = filing(name="NGUYEN THI LINH")
    barrier = threading.Barrier(2, timeout=20)
    answer = federation.line.call

    def meeting(*question: Any) -> bytes:
        answered = answer(*question)
        barrier.wait()
        return answered

    open_databases(federation)
    federation.line.call = meeting  # type: ignore[method-assign, assignment]
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(issue, federation, FakePress(), asked) for _ in range(2)]
        assert all(isinstance(done.result(timeout=30), Refused) for done in tries)
    assert len(entries(federation, ISSUER, AuditEvent.COPY_REFUSED)) == 1


def test_an_application_id_is_used_for_one_application(federation: Federation) -> None:
    settle(federation)
    first = issued(federation, FakePress())
    changes: list[dict[str, Any]] = [
        {"wanted": ["code"]},
        {"name": "LINH TRAN THI"},
        {"members": "self"},
        {"home": str(CHIYODA)},
        {"document": {"kind": "none"}},
    ]
    for change in changes:
        with pytest.raises(JukinetError) as caught:
            issue(federation, FakePress(), filing(**change))
        assert caught.value.kind is ErrorKind.CONFLICT, change
    same = dict(reversed(application().items()))
    assert issued(federation, FakePress(), read_filing(same)) == replace(first, again=True)


def test_pages_that_retention_took_are_not_made_again(federation: Federation) -> None:
    settle(federation)
    issued(federation, FakePress())
    with owner(federation, ISSUER) as connection:
        connection.execute("UPDATE nationwide_copies SET pages = NULL")
    with pytest.raises(JukinetError) as caught:
        issue(federation, FakePress())
    assert caught.value.kind is ErrorKind.CONFLICT


def test_faults_of_an_application_are_told_before_anything_is_done() -> None:
    faults: list[tuple[dict[str, Any], set[str]]] = [
        ({"name": "・・"}, {"name"}),
        ({"members": "named"}, {"names"}),
        ({"members": "named", "names": []}, {"names"}),
        ({"members": "self", "names": ["TRAN THI LINH"]}, {"names"}),
        ({"members": "named", "names": ["TRAN THI LINH", "・"]}, {"names[1]"}),
        ({"wanted": ["koseki"]}, {"wanted[0]"}),
        ({"code": "12345678901", "home": "132153"}, {"code", "home"}),
        ({"document": {"kind": "bill"}}, {"document.kind"}),
        ({"application_id": "渡邉"}, {"application_id"}),
    ]
    for changes, fields in faults:
        with pytest.raises(JukinetError) as caught:
            filing(**changes)
        assert caught.value.kind is ErrorKind.INVALID
        assert {fault.field for fault in caught.value.faults} == fields, changes
        assert "渡" not in str(caught.value)


@case("spec 1.1.3", "spec 5.2")
def test_members_in_the_order_of_the_specification(federation: Federation) -> None:
    twins = [sakura(name=PersonName("渡邉　かえで"), code=CODES[3], relationship="子")]
    mother = taro(name=PersonName("渡邉　うめ"), code=CODES[4], relationship="母")
    lodger = taro(name=PersonName("下宿　次郎"), code=CODES[5], relationship="同居人")
    settle(federation, lodger, mother, *twins, sakura(), linh(relationship="妻"), taro())
    press = FakePress()
    issued(federation, press, filing(wanted=["household-items"]))
    persons = press.printed[0].data.persons
    assert [person.household.relationship for person in persons if person.household] == [
        "世帯主",
        "妻",
        "子",
        "子",
        "母",
        "同居人",
    ]
    assert {person.household.householder for person in persons if person.household} == {"渡邉　太郎"}


@case("Ord. Art. 15-4")
def test_a_copy_by_the_real_printer(federation: Federation) -> None:
    """From the register of one city to the paper of another."""
    plain = PersonName("見本　太郎")
    settle(federation, taro(name=plain), linh(relationship="妻"))
    printer = CopyPrinter(find_fonts(font_directories()))

    def press(printing: Printing) -> bytes:
        return printer.render(
            CopyDocument(
                persons=printing.data.persons,
                wanted=printing.wanted,
                home_mayor="東京都国立市長",
                issuer=Certifier("福島県福島市長", "架空　一郎"),
                issued_on=printing.issued_on,
                issue_number=printing.issue_no,
            )
        )

    asked = filing(wanted=["nationality-and-class"])
    copy = issued(federation, press, asked)
    assert copy.pages.startswith(b"%PDF-")
    assert issued(federation, press, asked).pages == copy.pages
    with pypdfium2.PdfDocument(copy.pages) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    shown = "".join(text.split())
    for expected in (
        "TRANTHILINH",
        "見本太郎",
        "見本りん",
        copy.issue_no,
        "平成25年7月8日",
        "福島県福島市長",
    ):
        assert expected in shown, expected
    assert closing_sentence("東京都国立市長") in shown
    for hidden in (*NEVER, CODES[0].text, CODES[1].text):
        assert hidden not in shown
