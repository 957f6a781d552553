"""What is demanded of the centre is kept until it is answered (Act Arts. 30-22, 30-23)."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
import typer
from tests.conformance.cases import case
from tests.services.services.counter import assert_all_or_nothing, audit
from typer.testing import CliRunner

from jukinet.cli import supervision as commands
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supervision import DemandKind
from jukinet.services import supervision
from jukinet.services.supervision import AnswerFiling, DemandFiling, read_answer, read_demand
from jukinet.testing.federation import CLERK, EPOCH, Federation

DAY = EPOCH.date()
ORDER = DemandFiling(DemandKind.ORDER, None, "鍵を替えること", "総行市第9号", DAY)
TOKYO = PrefectureCode("13")


def enter(federation: Federation, filing: DemandFiling = ORDER, node: NodeId = NATIONAL) -> int | list[str]:
    done = supervision.enter_demand(federation.context(node), CLERK, filing)
    return [one.rule for one in done.failed] if isinstance(done, Refused) else done


def answer(federation: Federation, number: int) -> Permitted | Refused:
    filing = AnswerFiling(number, "替えた", DAY)
    return supervision.answer_demand(federation.context(NATIONAL), CLERK, filing)


@case("Act Arts. 30-22, 30-23", permitted="SV1 SV5 SV6", refused="SV1 SV5 SV6")
def test_a_demand_is_kept_answered_once_and_listed(federation: Federation) -> None:
    assert enter(federation) == 1
    assert enter(federation) == ["SV5"], "the same paper"
    instruction = replace(ORDER, kind=DemandKind.INSTRUCTION, prefecture=TOKYO)
    assert enter(federation, instruction) == 2, "a paper of this number of another's"
    assert enter(federation, ORDER, TOKYO.node_id) == ["SV1"]
    assert isinstance(answer(federation, 1), Permitted)
    again = answer(federation, 1)
    assert isinstance(again, Refused)
    assert [one.rule for one in again.failed] == ["SV6"]
    found = supervision.list_demands(federation.context(NATIONAL), CLERK)
    assert isinstance(found, tuple)
    assert [(one.demand_no, one.prefecture, one.done_on) for one in found] == [
        (1, None, DAY),
        (2, TOKYO, None),
    ]
    outcomes = [entry["outcome"] for entry in audit(federation, NATIONAL, "network:centre:demanded")]
    assert outcomes == ["done", "refused", "done"]
    assert supervision.list_demands(federation.context(TOKYO.node_id), CLERK) == ()


def test_a_demand_is_entered_whole_or_not_at_all(federation: Federation) -> None:
    assert assert_all_or_nothing(
        federation, NATIONAL, lambda ctx: supervision.enter_demand(ctx, CLERK, ORDER)
    )


@case("Act Art. 30-22(2)", refused="SV3")
def test_a_governor_who_does_not_delegate_demands_nothing(federation: Federation) -> None:
    nodes = tuple(
        replace(one, delegates=False) if one.id == TOKYO.node_id else one
        for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    filing = replace(ORDER, kind=DemandKind.INSTRUCTION, prefecture=TOKYO)
    assert enter(federation, filing) == ["SV3"]


def test_what_cannot_be_read_is_told_whole() -> None:
    with pytest.raises(JukinetError) as caught:
        read_demand({"kind": "wish", "document_on": "2013-02-30", "more": 1})
    assert {one.field for one in caught.value.faults} == {"kind", "said", "document", "document_on", "more"}
    with pytest.raises(JukinetError) as caught:
        read_answer({"demand": 0})
    assert {one.field for one in caught.value.faults} == {"demand", "said", "done_on"}


def test_the_commands_enter_answer_and_list(federation: Federation) -> None:
    app = typer.Typer()
    commands.add_to(app, lambda _: nullcontext(federation.context(NATIONAL)))

    def run(*words: str, filing: object = None) -> tuple[int, str]:
        ran = CliRunner().invoke(app, [*words, "--as", "sato"], input=json.dumps(filing) if filing else "")
        return ran.exit_code, ran.stdout + ran.stderr

    assert run("demands") == (0, "Nothing was demanded.\n")
    said = {"kind": "report", "said": "状況を報告すること", "document": "1", "document_on": "2013-07-08"}
    assert run("demand", "-", filing=said) == (0, "Entered: demand 1.\n")
    code, told = run("demand", "-", filing=said)
    assert (code, "SV5" in told) == (3, True)
    assert (
        run("demands")[1]
        == "   1  report of the Minister, 1 of 2013-07-08\n      状況を報告すること\n      waits\n"
    )
    done = {"demand": 1, "said": "報告した", "done_on": "2013-07-08"}
    assert run("answer", "-", filing=done) == (0, "Answered: demand 1.\n")
    (plain,) = json.loads(run("demands", "--json")[1])["demands"]
    assert (plain["answer"], plain["done_on"]) == ("報告した", "2013-07-08")
