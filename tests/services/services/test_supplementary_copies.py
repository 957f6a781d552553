"""Copies of a supplementary register, from the application to the paper: over a real register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest
from tests.conformance.cases import case
from tests.services.node.test_printing import CONFIG
from tests.services.services import counter
from tests.services.services.home_copying import BY_AGENT, IN_PERSON
from tests.services.services.supplementing import BEFORE, HANAKO, TARO, opened, stands
from tests.unit.documents.conftest import fonts as fonts  # noqa: PLC0414  (a fixture)

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.node import printing
from jukinet.services import supplementary_copies
from jukinet.services.operators import OperatorClaim
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_copies import SupplementaryCopy, issue_copy, read_copy
from jukinet.testing.federation import CLERK, Federation, make_directory
from jukinet.testing.gazetteer import KUNITACHI

ISSUED, HELD = "copies:supplementary:issued", "register:supplementary:held"
SEEN = OperatorClaim("sato", "counter-1", confirmed=True)
OFFICE = {
    "name": "架空税務署",
    "official": "無名　権兵衛",
    "affair": "架空法第1条",
    "necessary": True,
    "reason": "調査",
    "official_letter": True,
    "staff_card": True,
}


def application(number: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "application_id": "d1" * 16,
        "register_no": number,
        "name": HANAKO,
        "relation": "recorded",
        "brought_by": IN_PERSON,
    } | changes
    return {name: value for name, value in plain.items() if value is not None}


def issue(
    federation: Federation,
    number: str,
    claim: OperatorClaim = CLERK,
    *,
    printable: bool = True,
    **changes: Any,
) -> SupplementaryCopy | Refused:
    filing = read_copy(application(number, **changes))
    return issue_copy(federation.context(KUNITACHI), claim, filing, lambda _: int(printable))


def issued(federation: Federation, number: str, **changes: Any) -> SupplementaryCopy:
    done = issue(federation, number, **changes)
    assert isinstance(done, SupplementaryCopy), done
    return done


def rules(done: object) -> list[str]:
    return [rule.rule for rule in done.failed] if isinstance(done, Refused) else []


@case("Act Art. 20(1)", "spec 7.2.4", permitted="OF8 OF9 OF10 OF11 OF15 OF16")
def test_a_copy_shows_the_koseki_and_the_addresses_of_each_one_after_another(federation: Federation) -> None:
    number = opened(federation)
    counter.move_in(federation, KUNITACHI, counter.japanese())
    federation.run()
    moved = stands(federation)
    assert moved is not None
    paper = issued(federation, number)
    assert [one.name for one, _ in paper.members] == [TARO, HANAKO]
    (taro, hanako) = (course for _, course in paper.members)
    assert [line.address for line in taro] == [BEFORE]
    assert [(line.address, line.since) for line in hanako] == [(BEFORE, date(2010, 4, 1)), moved]
    alone = issued(federation, number, application_id="d2" * 16, members=["2"])
    assert ([one.name for one, _ in alone.members], alone.whole) == ([HANAKO], False)


@case("Act Art. 20(5)", "spec 5.6")
def test_one_that_is_asked_for_by_post_is_kept_as_such_with_its_pages(federation: Federation) -> None:
    number = opened(federation)
    sent = {"sent_to": "elsewhere", "sending_reason": "長期出張", "certified": {"seal": "none"}}
    for _ in range(2):
        paper = issued(federation, number, **sent)
        assert (paper.certified.bears.unsealed, paper.terminal) == (True, "counter-1")
    (row,) = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM supplementary_copies")
    assert (row["sent_to"], row["pages"]) == ("elsewhere", 1)
    refused = issue(federation, number, application_id="d3" * 16, sent_to="elsewhere")
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["PR7"]


@case("Act Art. 20(1)", "spec 10.7")
def test_a_retry_gives_the_same_paper_and_issues_nothing(federation: Federation) -> None:
    number = opened(federation)
    first = issued(federation, number)
    counter.move_in(federation, KUNITACHI, counter.japanese())
    federation.run()
    again = issued(federation, number)
    assert (again.again, again.issue_no, again.members) == (True, first.issue_no, first.members)
    with pytest.raises(JukinetError) as raised:
        issue(federation, number, members=["1"])
    assert raised.value.kind is ErrorKind.CONFLICT
    events = [entry["event"] for entry in counter.audit(federation, KUNITACHI)]
    assert events.count(ISSUED) == 1


@case(refused="OF8 OF9 OF10 OF11 OF16")
def test_what_an_application_lacks_is_told_at_once_and_nothing_is_issued(federation: Federation) -> None:
    number = opened(federation)
    bad: dict[str, Any] = {
        "name": "無名　権兵衛",
        "brought_by": BY_AGENT | {"identity": "nothing", "authority": None},
        "plainly_improper": True,
        "members": ["3"],
    }
    counter.assert_refused(
        federation,
        KUNITACHI,
        ISSUED,
        lambda: issue(federation, number, **bad),
        *("OF9", "OF8", "OF10", "OF11", "OF16"),
    )
    body = OFFICE | {"necessary": False}
    assert rules(issue(federation, number, name=None, relation=None, public_body=body)) == ["OF12"]
    assert rules(issue(federation, number, printable=False)) == ["CD24"]
    assert rules(issue(federation, "00000000019" if number != "00000000019" else "00000000027")) == ["KF11"]


@case("spec 1.1.16", refused="OF15", permitted="OF15")
def test_a_register_that_is_held_back_waits_for_somebody_to_look_into_it(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)

    def hold(*, stands: bool) -> None:
        filing = supplementary_copies.read_register_hold(
            {"register_no": number, "stands": stands, "reason": "支援措置"}
        )
        assert supplementary_copies.hold_register(ctx, CLERK, filing) == Supplemented(number)

    first = issued(federation, number)
    hold(stands=True)
    assert rules(issue(federation, number, application_id="d2" * 16)) == ["OF15"]
    assert rules(issue(federation, number)) == ["OF15"]  # nor the paper of before, again
    confirmed = issue(federation, number, SEEN)
    assert isinstance(confirmed, SupplementaryCopy)
    assert confirmed.issue_no == first.issue_no
    hold(stands=False)
    assert rules(issue(federation, number)) == []


def test_each_is_done_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    number = opened(federation)
    filing = read_copy(application(number))
    hold = supplementary_copies.read_register_hold(
        {"register_no": number, "stands": True, "reason": "支援措置"}
    )
    counter.assert_gated(
        federation,
        KUNITACHI,
        ISSUED,
        Permission.REGISTER_COPY_ISSUE,
        lambda ctx, claim: issue_copy(ctx, claim, filing, lambda _: 1),
    )
    counter.assert_gated(
        federation,
        KUNITACHI,
        HELD,
        Permission.REGISTER_HOLD_SET,
        lambda ctx, claim: supplementary_copies.hold_register(ctx, claim, hold),
    )
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: issue_copy(ctx, CLERK, filing, lambda _: 1)
    )


@case("Ord. Art. 21(2)", "spec 5.6")
@pytest.mark.usefixtures("fonts")
def test_the_paper_says_all_of_it_and_ends_with_the_words_of_the_order(federation: Federation) -> None:
    number = opened(federation)
    counter.move_in(federation, KUNITACHI, counter.japanese())
    federation.run()
    press = printing.paper_press_of(CONFIG, lambda: make_directory([KUNITACHI.node_id]))
    paper = issued(federation, number, name=None, relation=None, public_body=OFFICE)
    assert press.supplementary_pages(paper)
    with pypdfium2.PdfDocument(press.print_supplementary(paper).pdf) as opened_pdf:
        text = "".join(page.get_textpage().get_text_range() for page in opened_pdf)
    plain = "".join(text.split())
    for said in ("国立太郎", "国立花子", "神田一丁目1番", "富士見台二丁目47番地", "平成22年4月1日", "公用"):
        assert said in plain
    assert "戸籍の附票の原本と相違ないことを証明する" in plain
