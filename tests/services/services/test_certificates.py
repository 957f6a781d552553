"""Certificates of a move-out: when they are issued, what they say, what stays of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import carding, counter, holding
from typer.testing import CliRunner, Result

from jukinet.cli import common, papers
from jukinet.documents.household_form import Sheets
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import DeletionCause, PersonName
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.law.certificates import HAS_CARD, Again, Way
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.law.holds import Process
from jukinet.law.notifications import ACCEPTED, AuthorityShown, Capacity, IdentityShown, Notifier
from jukinet.services import certificates, ex_officio, issued_papers, tellings
from jukinet.services.certificates import Certificate, CertificateFiling, read_certificate
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import DeletionFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

ISSUED, AGAIN = "register:certificate:issued", "register:certificate:issued-again"
DAY = counter.TODAY


def leaving(federation: Federation) -> list[str]:
    """A couple whose move-out was filed: their numbers, the householder's first."""
    couple = [make_person(seed=1, municipality=KUNITACHI), make_person(seed=2, municipality=KUNITACHI)]
    found = counter.load(federation, KUNITACHI, [couple[0], replace(couple[1], relationship="妻")])
    numbers = [one.resident_no for one in found]
    counter.file_move_out(federation, KUNITACHI, numbers)
    return numbers


def issue(
    federation: Federation, *numbers: str, printable: bool = True, **changes: Any
) -> Certificate | Refused:
    filing = CertificateFiling(numbers, way=Way(**changes))
    return certificates.issue(federation.context(KUNITACHI), CLERK, filing, lambda _: int(printable))


def issued(federation: Federation, *numbers: str, **changes: Any) -> Certificate:
    done = issue(federation, *numbers, **changes)
    assert isinstance(done, Certificate), done
    return done


@case("Ord. Art. 24(1)", "spec 4.1.3.0.3", permitted="MG14 MG15 MG16 MG17 MG18 MG19")
def test_a_certificate_says_what_the_records_say_and_stands_in_the_log_for_each(
    federation: Federation,
) -> None:
    numbers = leaving(federation)
    records = [counter.read(federation, KUNITACHI, number).record for number in numbers]
    paper = issued(federation, *numbers)
    assert list(paper.persons) == records
    assert paper.householder == records[0].name.written
    assert (paper.destination, paper.planned_on) == (counter.place(CHIYODA), date(2013, 7, 10))
    assert (paper.issued_on, paper.way, paper.remarks) == (DAY, Way(), ())
    entries = counter.audit(federation, KUNITACHI, ISSUED)
    assert [(one["resident_no"], one["reference"]) for one in entries] == [(n, paper.number) for n in numbers]
    assert all("Ord. Art. 24(1)" in one["rules"] for one in entries)
    listed = issued_papers.list_papers(federation.context(KUNITACHI), CLERK, numbers[1])
    assert not isinstance(listed, Refused)
    assert ("move-out-certificate", paper.number, 1) in [(one.kind, one.number, one.pages) for one in listed]


@case("Ord. Art. 24(2)", "spec 4.1.3.0.3", "spec 10.7")
def test_what_is_issued_again_shows_what_the_first_one_showed(federation: Federation) -> None:
    """Also once the record is deleted, and whatever was corrected meanwhile."""
    numbers = leaving(federation)
    first = issued(federation, *numbers)
    holding.corrected(federation.context(KUNITACHI), CLERK, counter.read(federation, KUNITACHI, numbers[0]))
    again = issued(federation, *numbers, again=Again.LOST)
    assert (again.persons, again.householder, again.way.again) == (
        first.persons,
        first.householder,
        Again.LOST,
    )
    assert again.number != first.number
    federation.set_date(date(2013, 7, 11))
    federation.run()
    assert not counter.read(federation, KUNITACHI, numbers[0]).present
    assert issued(federation, *numbers, again=Again.DAMAGED).persons == first.persons
    assert len(counter.audit(federation, KUNITACHI, AGAIN)) == 4


@case(refused="MG14 MG15 MG16 MG17 MG18 MG19")
def test_a_certificate_that_the_order_does_not_know_is_refused_and_stores_nothing(
    federation: Federation,
) -> None:
    one, other = leaving(federation)
    (staying,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    abroad = counter.move_in(
        federation, KUNITACHI, counter.japanese(name=PersonName("国立　三子"))
    ).resident_nos
    counter.file_move_out(federation, KUNITACHI, list(abroad), counter.HAWAII)
    elsewhere = counter.move_in(
        federation, KUNITACHI, counter.japanese(name=PersonName("国立　四子"))
    ).resident_nos
    counter.file_move_out(federation, KUNITACHI, list(elsewhere), planned_on=date(2013, 7, 12))

    def refuse(event: str, *numbers: str, rules: list[str], **changes: Any) -> None:
        before = counter.contents(federation, KUNITACHI)
        entries = len(counter.audit(federation, KUNITACHI))
        done = issue(federation, *numbers, **changes)
        assert isinstance(done, Refused)
        assert [failed.rule for failed in done.failed] == rules
        assert counter.contents(federation, KUNITACHI) == before
        last = counter.audit(federation, KUNITACHI)[entries:]
        assert [entry["resident_no"] for entry in last] == list(numbers)
        assert {(entry["event"], entry["outcome"]) for entry in last} == {(event, "refused")}

    refuse(ISSUED, staying, rules=["MG14"])
    refuse(ISSUED, one, with_check_digit(990), rules=["R1"])
    refuse(ISSUED, one, with_card=True, rules=["MG15"])
    refuse(ISSUED, *abroad, rules=["MG16"])
    refuse(AGAIN, one, again=Again.LOST, rules=["MG18"])
    refuse(ISSUED, one, *elsewhere, rules=["MG19"])
    refuse(ISSUED, one, printable=False, rules=["CD24"])
    issued(federation, one)
    refuse(ISSUED, one, other, rules=["MG17"])


def left_late(federation: Federation) -> list[str]:
    """A couple deleted ex officio, since they notified more than fourteen days after moving: the householder first."""
    couple = [make_person(seed=1, municipality=KUNITACHI), make_person(seed=2, municipality=KUNITACHI)]
    found = counter.load(federation, KUNITACHI, [couple[0], replace(couple[1], relationship="妻")])
    for one in found:
        gone = DeletionFiling(
            resident_no=one.resident_no,
            occurred_on=date(2013, 6, 20),
            cause=DeletionCause.MOVED_OUT,
            basis=Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE),
            applied_on=DAY,
            destination=counter.place(CHIYODA),
        )
        counter.registered(ex_officio.delete_ex_officio(federation.context(KUNITACHI), CLERK, gone))
    return [one.resident_no for one in found]


@case("spec 4.1.3.0.3", "spec 4.1.0.3", permitted="PR8")
def test_who_notified_late_gets_the_paper_in_the_certificates_place_and_it_is_issued_again(
    federation: Federation,
) -> None:
    numbers = left_late(federation)
    agent = Notifier(Capacity.AGENT, IdentityShown.PASSPORT, in_writing=True, authority=AuthorityShown.LETTER)
    filing = CertificateFiling(tuple(numbers), Way(late=True), brought_by=agent)
    paper = certificates.issue(federation.context(KUNITACHI), CLERK, filing, lambda _: 1)
    assert isinstance(paper, Certificate), paper
    assert (len(paper.persons), paper.planned_on) == (2, date(2013, 6, 20))
    assert paper.householder == paper.persons[0].name.written
    assert (paper.destination.municipality, paper.way.late) == (CHIYODA, True)
    # Who left is written to, since somebody else brought the notification.
    told = tellings.list_tellings(federation.context(KUNITACHI), CLERK)
    assert not isinstance(told, Refused)
    assert [one.telling.way for one in told].count(ACCEPTED) == 2
    again = issued(federation, *numbers, late=True, again=Again.LOST)
    assert again.persons == paper.persons
    listed = issued_papers.list_papers(federation.context(KUNITACHI), CLERK, numbers[1])
    assert not isinstance(listed, Refused)
    kinds = [(one.kind, one.items) for one in listed if "certificate" in one.kind]
    assert kinds == [("late-move-out-certificate", ()), ("late-move-out-certificate", ("lost",))]


@case("spec 4.1.3.0.3", refused="PR8")
def test_each_gets_the_paper_of_their_own_case(federation: Federation) -> None:
    in_time, late = leaving(federation)[0], left_late(federation)[0]
    for number, asked in ((in_time, {"late": True}), (late, {})):
        done = issue(federation, number, **asked)
        assert isinstance(done, Refused)
        assert [failed.rule for failed in done.failed] == ["PR8"]


@case("spec 4.1.3.0.4", permitted="MG15")
def test_one_is_issued_beside_the_card_where_it_is_wanted(federation: Federation) -> None:
    (number, _) = leaving(federation)
    paper = issued(federation, number, with_card=True, on_request=True)
    assert (paper.way.with_card, paper.remarks) == (True, ())


def test_who_has_a_card_is_pointed_out_to_the_clerk(federation: Federation) -> None:
    (found,) = counter.load(federation)
    carding.give(federation, found)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    assert issued(federation, found.resident_no).remarks == (HAS_CARD,)


@case("spec 3.1")
def test_a_hold_on_issue_keeps_papers_back(federation: Federation) -> None:
    numbers = leaving(federation)
    holding.hold(federation, counter.read(federation, KUNITACHI, numbers[1]), holding.terms(Process.ISSUE))
    done = issue(federation, *numbers)
    assert isinstance(done, Refused)
    assert [failed.rule for failed in done.failed] == ["V1"]


def test_a_certificate_is_recorded_whole_or_not_at_all(federation: Federation) -> None:
    numbers = leaving(federation)
    filing = CertificateFiling(tuple(numbers))
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: certificates.issue(ctx, CLERK, filing, lambda _: 1)
    )


def test_a_filing_is_read_strictly() -> None:
    good = {"resident_nos": ["00000000019"], "with_card": False, "again": "lost"}
    assert read_certificate(good) == CertificateFiling(("00000000019",), Way(again=Again.LOST))
    faults: tuple[dict[str, object], ...] = (
        {"resident_nos": []},
        {"resident_nos": ["00000000019"] * 2},
        {"again": "漏洩"},
        {"x": 1},
    )
    for fault in faults:
        with pytest.raises(JukinetError) as raised:
            read_certificate(good | fault)
        assert "漏洩" not in str(raised.value)


# The command line


class FakePress:
    """Prints what a paper is of, and nothing else."""

    def certificate_pages(self, certificate: Certificate) -> int:
        return len(certificate.persons)

    def print_certificate(self, certificate: Certificate, too_long: TooLong | None = None) -> Sheets:
        assert too_long is None
        return Sheets(certificate.number.encode())

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None:
        raise AssertionError(printer, tray, pdf)


def run(federation: Federation, *words: str, text: str = "") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[tuple[Context, FakePress]]:
        yield federation.context(KUNITACHI), FakePress()

    app = common.make_app("copies")
    app.callback()(lambda: None)
    papers.add_to(app, opened)
    return CliRunner().invoke(app, [*words, "--as", "sato"], input=text)


def test_a_certificate_is_written_for_its_owner_alone(federation: Federation, tmp_path: Path) -> None:
    numbers = leaving(federation)
    out = tmp_path / "paper.pdf"
    filing = json.dumps({"resident_nos": numbers, "with_card": False})
    printed = run(federation, "move-out", "-", "--out", str(out), text=filing)
    assert (printed.exit_code, out.read_text() in printed.output) == (0, True)
    assert out.stat().st_mode & 0o777 == 0o600
    refused = run(federation, "move-out", "-", "--out", str(tmp_path / "none.pdf"), text=filing)
    assert (refused.exit_code, "MG17" in refused.output) == (common.REFUSED, True)
    assert not (tmp_path / "none.pdf").exists()


def test_only_who_may_issues_papers(federation: Federation) -> None:
    filing = CertificateFiling(("00000000019",))
    counter.assert_gated(
        federation,
        KUNITACHI,
        ISSUED,
        Permission.REGISTER_CERTIFICATE_ISSUE,
        lambda ctx, claim: certificates.issue(ctx, claim, filing, lambda _: 1),
    )
