"""Misuse of codes at a prefecture: from the violation to the order, kept and listed; what the council says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import misuse as commands
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.misuse import Measure, MisuseStep, Violation
from jukinet.services import misuse
from jukinet.services.context import Context
from jukinet.services.misuse import Opinion, read_misuse, read_opinion, read_step
from jukinet.testing.federation import CLERK, Federation

NOTED, FOLLOWED, COUNCIL = "network:misuse:noted", "network:misuse:followed", "network:council:noted"
WHO = "見本不動産"
TODAY = "2013-07-08"
VIOLATION = {"violation": "asked", "who": WHO, "said": "契約で求めた", "known_on": "2013-07-01"}
RECOMMENDED = {"step": "recommended", "paper": "第1号", "measure": "stop", "danger": True}
NOT_FOLLOWED = {"step": "not-followed"}
HEARD = {"step": "heard", "paper": "第2号"}
ORDERED = {"step": "ordered", "paper": "第3号", "until": "2013-07-22"}
SETTLED = {"step": "settled"}
OPINION = {"question": "安全", "asked_on": "2013-07-01", "said": WHO, "paper": "第4号", "given_on": TODAY}


def note(federation: Federation) -> int:
    number = misuse.note_misuse(federation.context(TOKYO), CLERK, read_misuse(VIOLATION))
    assert isinstance(number, int), number
    return number


def step_of(number: int, plain: dict[str, Any]) -> dict[str, Any]:
    return {"misuse": number, "done_on": TODAY, "said": "見た", **plain}


def follow(federation: Federation, number: int, plain: dict[str, Any]) -> Permitted | Refused:
    return misuse.take_misuse_step(federation.context(TOKYO), CLERK, read_step(step_of(number, plain)))


def listed(federation: Federation, *, everything: bool = False) -> tuple[misuse.Misuse, ...]:
    found = misuse.list_misuses(federation.context(TOKYO), CLERK, everything=everything)
    assert isinstance(found, tuple), found
    return found


@case(
    *("Act Art. 30-43(2)", "Act Art. 30-43(4)", "Act Art. 30-43(5)", "Act Art. 30-9(2)"),
    permitted="MU1 MU2 MU3 MU4 MU5 MU6 BW24",
    refused="MU1 MU2 MU3 MU4 MU5 MU6 BW24 F1",
)
def test_from_a_violation_to_an_order_and_its_end(federation: Federation) -> None:
    number = note(federation)

    def refuse(plain: dict[str, Any], *expected: str, number: int = number) -> None:
        act = partial(follow, federation, number, plain)
        counter.assert_refused(federation, TOKYO, FOLLOWED, act, *expected)

    def permit(plain: dict[str, Any]) -> None:
        assert isinstance(follow(federation, number, plain), Permitted)

    refuse(RECOMMENDED | {"danger": False}, "MU1")
    refuse(RECOMMENDED | {"done_on": "2013-06-30"}, "BW24")
    refuse(RECOMMENDED | {"done_on": "2013-07-09"}, "F1")
    refuse(NOT_FOLLOWED, "MU6")
    refuse(ORDERED, "MU2", "MU3")
    permit(RECOMMENDED)
    refuse(HEARD, "MU2")
    permit(NOT_FOLLOWED)
    refuse(ORDERED, "MU3")
    permit(HEARD)
    refuse(ORDERED | {"until": TODAY}, "MU4")
    permit(ORDERED)
    (case,) = listed(federation)
    assert (case.known.violation, case.known.who) == (Violation.ASKED, WHO)
    assert [one.step for one in case.steps] == list(MisuseStep)[:4]
    first, *_, last = case.steps
    assert (first.paper, first.measure, str(last.until)) == ("第1号", Measure.STOP, "2013-07-22")
    permit(SETTLED)
    refuse(RECOMMENDED, "MU5")
    refuse(SETTLED, "MU5", number=number + 1)
    assert listed(federation) == ()
    assert [one.misuse_id for one in listed(federation, everything=True)] == [number]
    assert WHO not in str(counter.audit(federation, TOKYO)) + repr(case) + str(case.known)


@case("Act Art. 30-9(2)", permitted="MU7", refused="MU7 F1")
def test_what_the_council_answers_and_proposes_is_kept(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    for changes, rule in (({"asked_on": "2013-07-09"}, "MU7"), ({"given_on": "2013-07-09"}, "F1")):
        act = partial(misuse.note_opinion, ctx, CLERK, read_opinion(OPINION | changes))
        counter.assert_refused(federation, TOKYO, COUNCIL, act, rule)
    proposal = {name: OPINION[name] for name in ("said", "paper", "given_on")}
    both = [read_opinion(OPINION), read_opinion(proposal)]
    numbers = [misuse.note_opinion(ctx, CLERK, one) for one in both]
    found = misuse.list_opinions(ctx, CLERK)
    assert isinstance(found, dict)
    assert [plain(one) for one in found.values()] == [plain(one) for one in both]
    assert list(found) == numbers
    assert WHO not in str(counter.audit(federation, TOKYO))


def plain(one: Opinion) -> tuple[object, ...]:
    return one.question, one.asked_on, one.said, one.paper, one.given_on


def test_only_a_prefectures_clerk_who_may_does_it_whole_or_not_at_all(federation: Federation) -> None:
    violation, opinion = read_misuse(VIOLATION), read_opinion(OPINION)
    step = read_step(step_of(1, RECOMMENDED))
    for event, attempt in (
        (NOTED, lambda ctx, by: misuse.note_misuse(ctx, by, violation)),
        (FOLLOWED, lambda ctx, by: misuse.take_misuse_step(ctx, by, step)),
        ("network:misuses:read", misuse.list_misuses),
        (COUNCIL, lambda ctx, by: misuse.note_opinion(ctx, by, opinion)),
        ("network:council:read", misuse.list_opinions),
    ):
        counter.assert_gated(federation, TOKYO, event, Permission.NETWORK_MISUSE_HANDLE, attempt)
        for elsewhere in (NATIONAL, KUNI):
            with pytest.raises(JukinetError):
                attempt(federation.context(elsewhere), CLERK)
    assert counter.assert_all_or_nothing(
        federation, TOKYO, lambda ctx: misuse.note_misuse(ctx, CLERK, violation)
    )
    (case,) = listed(federation)
    step = read_step(step_of(case.misuse_id, RECOMMENDED))
    assert counter.assert_all_or_nothing(
        federation, TOKYO, lambda ctx: misuse.take_misuse_step(ctx, CLERK, step)
    )


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"paper": "第1号"} | SETTLED, ["paper"]),
        (RECOMMENDED | {"step": "settled"}, ["paper", "measure", "danger"]),
        ({"step": "ordered"}, ["paper", "until"]),
        ({"step": "heard"}, ["paper"]),
        ({"step": "recommended"}, ["paper", "measure", "danger"]),
        ({"step": "forgiven"}, ["step"]),
    ],
)
def test_every_fault_of_a_step_at_once(changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(JukinetError) as caught:
        read_step(step_of(1, changes))
    assert [fault.field for fault in caught.value.faults] == fields


def test_a_question_has_its_day() -> None:
    for left_out in ("question", "asked_on"):
        with pytest.raises(JukinetError):
            read_opinion({name: value for name, value in OPINION.items() if name != left_out})


def test_the_commands(federation: Federation) -> None:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(TOKYO)

    app = common.make_app("Tests.")
    commands.add_to(app, opened)

    def do(command: str, *words: str, filing: object = None) -> Result:
        given = ["-"] if filing else []
        line = ["misuse", command, *given, *words, "--as", CLERK.operator_id]
        return CliRunner().invoke(app, line, input=json.dumps(filing))

    assert do("list").stdout == "No case is open.\n"
    assert do("opinions").stdout == "Nothing was said.\n"
    assert do("note", filing=VIOLATION).stdout == "Noted: no. 1.\n"
    assert do("follow", filing=step_of(1, RECOMMENDED)).stdout == "Noted: no. 1, recommended.\n"
    assert do("follow", filing=step_of(1, ORDERED)).exit_code == common.REFUSED
    for step in (NOT_FOLLOWED, HEARD, ORDERED):
        assert do("follow", filing=step_of(1, step)).exit_code == 0
    assert do("list").stdout.splitlines() == [
        f"   1  2013-07-01  asked  {WHO}",
        "      2013-07-08  recommended",
        "      2013-07-08  not-followed",
        "      2013-07-08  heard",
        "      2013-07-08  ordered, until 2013-07-22",
    ]
    (one,) = json.loads(do("list", "--all", "--json").stdout)["misuses"]
    assert (one["who"], one["steps"][0]["measure"], one["steps"][3]["until"]) == (WHO, "stop", "2013-07-22")
    assert do("opinion", filing=OPINION).stdout == "Noted: no. 1.\n"
    assert do("opinions").stdout == f"   1  2013-07-08  第4号  asked 2013-07-01  {WHO}\n"
    assert json.loads(do("opinions", "--json").stdout)["opinions"] == [{"opinion": 1} | OPINION]
