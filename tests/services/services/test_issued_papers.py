"""Papers issued about a resident (specification 2.2.2): all of them and nobody else's, under every code they had."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import browsing, counter, holding
from tests.services.services.copying import ISSUER, FakePress, filing, issue, issued, settle
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import codes
from jukinet.services.issued_papers import Paper, list_papers
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

EVENT = "register:resident:read"
TARO, LINH = "00000000019", "00000000027"
FIRST, SECOND = "a1" * 16, "b2" * 16


def papers(federation: Federation, number: str) -> tuple[Paper, ...]:
    found = list_papers(federation.context(KUNITACHI), CLERK, number)
    assert not isinstance(found, Refused), found
    return found


def copy(reference: str, on: date = counter.TODAY) -> Paper:
    return Paper(on, "nationwide-copy", ISSUER.uri, reference)


@case("spec 2.2.2")
def test_copies_and_notices_of_a_resident_are_listed_under_every_code(federation: Federation) -> None:
    settle(federation)
    federation.run()
    issued(federation, FakePress())
    assert papers(federation, LINH) == (copy(FIRST),)
    found = counter.read(federation, KUNITACHI, LINH)
    stated = counter.code_change_filing(found, name="TRAN THI LINH")
    counter.registered(codes.change_code(federation.context(KUNITACHI), CLERK, stated))
    federation.run()
    federation.set_date(date(2013, 7, 20))
    now = str(counter.read(federation, KUNITACHI, LINH).record.code)
    alone = filing(application_id=SECOND, code=now, members="self")
    issued(federation, FakePress(), alone)
    assert set(papers(federation, LINH)) == {
        copy(FIRST),
        Paper(counter.TODAY, "code-changed"),
        copy(SECOND, date(2013, 7, 20)),
    }
    assert [one.on for one in papers(federation, LINH)] == [counter.TODAY] * 2 + [date(2013, 7, 20)]
    # The husband stood on the first copy alone.
    assert papers(federation, TARO) == (copy(FIRST),)
    (last,) = counter.audit(federation, KUNITACHI, EVENT)[-1:]
    assert (last["actor"], last["resident_no"], last["outcome"]) == (CLERK.actor, TARO, "done")


def test_a_copy_that_was_refused_is_none(federation: Federation) -> None:
    settle(federation)
    counter.die(federation, KUNITACHI, LINH, counter.TODAY)
    federation.run()
    refused = issue(federation, FakePress(), filing())
    assert isinstance(refused, Refused)
    assert papers(federation, LINH) == ()


@case("spec 2.2.2")
def test_a_part_of_the_register_that_was_shown_is_listed_of_who_lived_there(federation: Federation) -> None:
    browsing.towns(federation)
    here, elsewhere = browsing.people(federation, browsing.NAKA, browsing.EAST)
    number = browsing.granted(federation, browsing.request())
    browsing.shown(federation, number)
    (list_of_here,) = (one for one in papers(federation, here.resident_no) if one.kind == "area-list")
    assert (list_of_here.kind, list_of_here.items, list_of_here.reference) == (
        "area-list",
        (browsing.NAKA,),
        f"browsing {number}",
    )
    assert "area-list" not in {one.kind for one in papers(federation, elsewhere.resident_no)}


def test_a_hold_on_inquiries_keeps_the_list_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    holding.hold(federation, found, holding.terms(Process.INQUIRY))
    ctx, number = federation.context(KUNITACHI), found.resident_no
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: list_papers(ctx, CLERK, number), "V1")


@case(refused="R1")
def test_nobody_has_no_papers(standing: Federation) -> None:
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, EVENT, lambda: list_papers(ctx, CLERK, "99999999999"), "R1")


def test_only_an_operator_who_may_lists_them(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: list_papers(ctx, claim, "99999999999"),
    )


@case("spec 2.2.2")
def test_they_are_printed(federation: Federation) -> None:
    settle(federation)
    federation.run()
    app = register.make_app(lambda _: nullcontext(federation.context(KUNITACHI)))

    def run(number: str, *words: str) -> str:
        ran = CliRunner().invoke(app, ["papers", "--as", "sato", *words], input=f"{number}\n")
        return ran.stdout

    assert run(LINH) == "Nothing was issued.\n"
    issued(federation, FakePress())
    assert run(LINH) == f"平成25年7月8日  nationwide-copy  {ISSUER.uri}  {FIRST}\n"
    (paper,) = json.loads(run(LINH, "--json"))["papers"]
    known = {"on": "2013-07-08", "kind": "nationwide-copy", "issuer": ISSUER.uri, "reference": FIRST}
    assert {name: value for name, value in paper.items() if value} == known
