"""A nationwide copy for who states birth date and sex: the code is found by a governor, or by who acts for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.copying import (
    FakePress,
    copy_rows,
    entries,
    filing,
    issue,
    issued,
    sakura,
    settle,
    taro,
)
from tests.services.supply.asking import CODES, linh

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.law.centre import CentreWork, StopGround
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.serving_alone import Cause, Work
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.code_searches import CodeAnswer, CodeQuestion
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services import call_answers, centre, serving_alone
from jukinet.services.context import Context
from jukinet.services.copies import CopyFiling
from jukinet.services.serving_alone import Document
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

TOKYO = KUNITACHI.prefecture.node_id
LINH = linh()


def by_facts(**changes: Any) -> CopyFiling:
    """The wife's application, who states birth date and sex in place of the code."""
    facts = {"code": None, "birth_date": str(LINH.birth_date), "sex": LINH.sex.value}
    return filing(**facts | changes)


def told(
    federation: Federation, node: NodeId
) -> list[tuple[str, str, ResidentRecordCode | None, str | None]]:
    return [
        (one.actor, one.outcome, one.subject_code, one.reference)
        for one in entries(federation, node, AuditEvent.CODE_TOLD)
    ]


@pytest.mark.parametrize(("issuer", "teller"), [(FUKUSHIMA, NATIONAL), (CHIYODA, TOKYO)])
@case("Act Art. 12-4(1), (2)", "Reg. Art. 4", "Act Art. 30-7(4), (6)", permitted="K5 K21 SR43 SR44")
def test_who_states_birth_date_and_sex_gets_the_copy(
    federation: Federation, issuer: MunicipalityCode, teller: NodeId
) -> None:
    """From another prefecture the centre tells the code, within it the governor; the home sees what it always sees."""
    settle(federation)
    federation.run()
    press = FakePress()
    copy = issue(federation, press, by_facts(), at=issuer.node_id)
    assert not isinstance(copy, Refused), copy
    assert [person.name for person in press.printed[0].data.persons][1] == "TRAN THI LINH"
    asked = (issuer.node_id.uri, Outcome.DONE, CODES[1], "a1" * 16)
    assert told(federation, teller) == [asked]
    for other in {NATIONAL, TOKYO, FUKUSHIMA.prefecture.node_id} - {teller}:
        assert told(federation, other) == []
    (home,) = {one.actor for one in entries(federation, KUNITACHI.node_id, AuditEvent.COPY_DATA_SUPPLIED)}
    assert home == issuer.node_id.uri
    again = issue(federation, press, by_facts(), at=issuer.node_id)
    assert not isinstance(again, Refused)
    assert (again.issue_no, again.again, len(told(federation, teller))) == (copy.issue_no, True, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"sex": "male"},
        {"birth_date": "1984-02-28"},
        {"name": "TRAN THI LIN"},
        {"home": str(CHIYODA)},
    ],
)
@case("Reg. Art. 4", refused="SR43")
def test_who_is_not_found_is_told_to_state_the_code(federation: Federation, changes: dict[str, str]) -> None:
    settle(federation)
    federation.run()
    refused = issue(federation, FakePress(), by_facts(**changes))
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["SR43"]
    assert [outcome for _, outcome, *_ in told(federation, NATIONAL)] == [Outcome.NONE]
    assert entries(federation, KUNITACHI.node_id, AuditEvent.COPY_DATA_SUPPLIED) == []
    assert [(row.state, row.refusal) for row in copy_rows(federation)] == [("refused", "no-code")]
    again = issue(federation, FakePress(), by_facts(**changes))
    assert again == refused
    assert len(told(federation, NATIONAL)) == 1


@case("Reg. Art. 4", refused="SR43")
def test_of_two_who_fit_neither_is_taken(federation: Federation) -> None:
    twin = sakura(name=taro().name, birth_date=taro().birth_date, sex=taro().sex, code=CODES[3])
    settle(federation, taro(), linh(relationship="妻"), twin)
    federation.run()
    facts = {"birth_date": str(taro().birth_date), "sex": "male", "name": taro().name.text}
    refused = issue(federation, FakePress(), by_facts(applicant="japanese", **facts))
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["SR43"]


def test_a_nickname_finds_too_and_who_left_is_not_found(federation: Federation) -> None:
    settle(federation)
    federation.run()
    nickname = LINH.nickname
    assert nickname is not None
    issued(federation, FakePress(), by_facts(name=nickname.text))
    number = counter.read(federation, KUNITACHI, CODES[1]).resident_no
    counter.die(federation, KUNITACHI, number)
    federation.run()
    gone = issue(federation, FakePress(), by_facts(application_id="b2" * 16))
    assert isinstance(gone, Refused)


def test_a_line_that_is_cut_leaves_the_application_open(federation: Federation) -> None:
    settle(federation)
    federation.run()
    federation.line.cut.add(NATIONAL)
    with pytest.raises(JukinetError) as failed:
        issue(federation, FakePress(), by_facts())
    assert failed.value.kind is ErrorKind.UNAVAILABLE
    assert [row.state for row in copy_rows(federation)] == ["intended"]
    federation.line.cut.clear()
    issued(federation, FakePress(), by_facts())


def question(ctx: Context, to: NodeId) -> bytes:
    body = CodeQuestion(KUNITACHI, "TRAN THI LINH", PartialDate(str(LINH.birth_date)), LINH.sex)
    call = Call("c3" * 16, CallKind.CODE_SEARCH, ctx.node, to, ctx.now(), ctx.now() + calls.LIFETIME, body)
    return calls.seal_call(call, ctx.signers[KeyUse.STATEMENT])


@pytest.mark.parametrize(
    ("asker", "asked"),
    [
        (FUKUSHIMA.node_id, TOKYO),
        (FUKUSHIMA.node_id, FUKUSHIMA.prefecture.node_id),
        (CHIYODA.node_id, NATIONAL),
        (TOKYO, NATIONAL),
        (CHIYODA.node_id, KUNITACHI.node_id),
    ],
)
@case("Act Art. 30-7(4), (6)", refused="SR44")
def test_nobody_else_tells_a_code_and_the_asking_is_on_record(
    federation: Federation, asker: NodeId, asked: NodeId
) -> None:
    settle(federation)
    federation.run()
    envelope = question(federation.context(asker), asked)
    with pytest.raises(JukinetError) as refused:
        call_answers.answer_call(federation.context(asked, NETWORK), asker, CallKind.CODE_SEARCH, envelope)
    assert refused.value.kind is ErrorKind.FORBIDDEN
    assert told(federation, asked) == [(asker.uri, Outcome.REFUSED, None, None)]


def tells(federation: Federation) -> set[NodeId]:
    """Which of the stores tell the mayor of Fukushima the code of somebody in Tokyo, as the network door asks them."""
    envelopes = {node: question(federation.context(FUKUSHIMA), node) for node in (NATIONAL, TOKYO)}
    found = set()
    for node, envelope in envelopes.items():
        ctx = federation.context(node, NETWORK)
        try:
            call_answers.answer_call(ctx, FUKUSHIMA.node_id, CallKind.CODE_SEARCH, envelope)
            found.add(node)
        except JukinetError as error:
            assert error.kind is ErrorKind.FORBIDDEN, error  # noqa: PT017 - the others are told of
    return found


PAPER = Document("総行市第1号", date(2013, 7, 8))


@case("Act Arts. 30-10(1), (3), 30-26(1)", permitted="SR44", refused="SR44")
def test_a_governor_who_ends_the_delegation_tells_it_himself_from_that_day(federation: Federation) -> None:
    settle(federation)
    federation.run()
    first = date(2013, 10, 8)
    for node in (NATIONAL, TOKYO):
        ended = centre.record_release(federation.context(node), CLERK, KUNITACHI.prefecture, first, PAPER)
        assert isinstance(ended, Permitted)
    assert tells(federation) == {NATIONAL}
    federation.set_date(first)
    assert tells(federation) == {TOKYO}


@case("Act Arts. 30-24(4), 30-25(1) to (3)", permitted="SR44", refused="SR44 OG1")
def test_what_the_centre_gave_up_the_governor_does_himself_once_he_was_told(federation: Federation) -> None:
    settle(federation)
    federation.run()
    abolished = (StopGround.ABOLISHED, [CentreWork.TABLE_4], (PAPER.on, None), PAPER)
    assert centre.record_stop(federation.context(NATIONAL), CLERK, *abolished) == 1
    assert tells(federation) == set(), "his node was not told yet"
    assert centre.record_stop(federation.context(TOKYO), CLERK, *abolished) == 1
    assert tells(federation) == {TOKYO}


@case("Act Art. 30-24(1), (4)", permitted="SR44 OG1")
def test_of_what_the_centre_gave_up_only_this_work_counts(federation: Federation) -> None:
    settle(federation)
    federation.run()
    others = [work for work in CentreWork if work is not CentreWork.TABLE_4]
    for node in (NATIONAL, TOKYO):
        given_up = (StopGround.ABOLISHED, others, (PAPER.on, None), PAPER)
        assert centre.record_stop(federation.context(node), CLERK, *given_up) == 1
    assert tells(federation) == {NATIONAL}


@case("Act Arts. 30-25(2), 30-27(1), (2)", permitted="SR44 OG1", refused="SR44 OG1")
def test_while_the_centre_stands_still_the_governor_tells_it_by_the_ministers_notice(
    federation: Federation,
) -> None:
    settle(federation)
    federation.run()
    days = (PAPER.on, PAPER.on + timedelta(days=4))
    ordered = centre.record_stop(
        federation.context(NATIONAL), CLERK, StopGround.ORDERED, [CentreWork.TABLE_4], days, PAPER
    )
    assert ordered == 1
    assert tells(federation) == set()
    for work, tellers in ((Work.TABLE_3, set()), (Work.TABLE_4, {TOKYO})):
        paper = Document(f"総行市第{work}号", PAPER.on)
        noticed = serving_alone.record_notice(
            federation.context(TOKYO), CLERK, Cause.ORDERED_TO_STOP, [work], paper
        )
        assert isinstance(noticed, int)
        assert tells(federation) == tellers


@case("Act Arts. 30-7(6), 30-10(1)", permitted="SR44")
def test_who_asks_goes_by_the_directory(federation: Federation) -> None:
    settle(federation)
    federation.run()
    nodes = (replace(one, delegates=one.delegates and one.id != TOKYO) for one in federation.directory.nodes)
    federation.directory = replace(federation.directory, nodes=tuple(nodes))
    issued(federation, FakePress(), by_facts())
    assert told(federation, NATIONAL) == []
    assert told(federation, TOKYO) == [(FUKUSHIMA.node_id.uri, Outcome.DONE, CODES[1], "a1" * 16)]


def test_the_answer_is_the_code_and_nothing_else(federation: Federation) -> None:
    settle(federation)
    federation.run()
    ctx = federation.context(FUKUSHIMA)
    envelope = question(ctx, NATIONAL)
    sealed = call_answers.answer_call(
        federation.context(NATIONAL, NETWORK), ctx.node, CallKind.CODE_SEARCH, envelope
    )
    call = calls.open_call(
        envelope, ctx.directory().owned_key, sender=ctx.node, receiver=NATIONAL, now=ctx.now()
    )
    assert calls.open_answer(sealed, ctx.directory().owned_key, call=call).body == CodeAnswer(CODES[1])
    federation.clock.advance(calls.LIFETIME + timedelta(seconds=1))
    with pytest.raises(JukinetError) as late:
        call_answers.answer_call(
            federation.context(NATIONAL, NETWORK), ctx.node, CallKind.CODE_SEARCH, envelope
        )
    assert late.value.kind is ErrorKind.EXPIRED
    assert CLERK.operator_id not in str(late.value)
