"""Blocks: who is blocked cannot be told from who was never there, and a block follows a person to the next code."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.supply.asking import (
    CODES,
    PENSION,
    ask,
    ask_all,
    by_items,
    entries,
    found,
    hanako,
    load,
    query,
    wire_of,
)
from tests.services.supply.test_answers import FIRST, change_code
from tests.services.world import entries as entries_of

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supply import AnswerReason, Result
from jukinet.services import reads
from jukinet.services import supply_blocks as blocks
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import answers
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply_blocks import Whom
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core


def block(federation: Federation, whom: Whom) -> int:
    number = blocks.block(federation.context(NATIONAL), CLERK, whom, "by order")
    assert isinstance(number, int), number
    return number


def unblock(federation: Federation, whom: Whom) -> None:
    assert isinstance(blocks.unblock(federation.context(NATIONAL), CLERK, whom, "over"), Permitted)


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def new_code(federation: Federation) -> ResidentRecordCode:
    held = reads.read_resident(federation.context(KUNITACHI), CLERK, FIRST)
    assert isinstance(held, reads.Found)
    assert held.record.code is not None
    return held.record.code


def test_who_is_blocked_is_answered_as_one_who_was_never_there(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    block(federation, Whom.person(CODES[0]))
    blocked, nobody = found(federation, query()), found(federation, query(code=str(CODES[9])))
    assert (blocked.result, blocked.reason, blocked.person, blocked.history) == (Result.NONE, None, None, ())
    written = answers.write_answer(blocked)
    assert written.keys() == answers.write_answer(nobody).keys()
    assert len(wire_of(blocked)) == len(wire_of(nobody))
    seen, other = entries(federation)
    assert (seen.outcome, seen.rules) == (other.outcome, other.rules) == (Outcome.NONE, blocked.basis)
    assert (seen.subject_code, other.subject_code) == (CODES[0], CODES[9]), "the log shows who was asked for"
    by_four = found(federation, by_items())
    assert by_four.person is not None, "who is blocked does not make another one ambiguous"
    assert by_four.person.facts.code == CODES[1]
    unblock(federation, Whom.person(CODES[0]))
    assert found(federation, query()).result is Result.FOUND


def test_none_blocked_and_superseded_have_one_size(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    change_code(federation)
    block(federation, Whom.person(CODES[1]))
    codes = [str(code) for code in (CODES[0], CODES[1], CODES[9])]
    alone = [found(federation, query(code=code)) for code in codes]
    together = ask_all(federation, [query(code=code) for code in codes] * 30)
    assert alone[0].reason is AnswerReason.SUPERSEDED
    assert len({len(wire_of(one)) for one in alone}) == 1
    assert {len(wire_of(one)) for one in together if isinstance(one, Verification)} == {
        len(wire_of(alone[0]))
    }


def test_a_block_goes_over_to_the_code_that_follows_and_ends_with_the_first(federation: Federation) -> None:
    load(federation, hanako())
    block(federation, Whom.person(CODES[0]))
    change_code(federation)
    later = new_code(federation)
    assert later != CODES[0]
    for asked in (query(), query(code=str(later)), by_items()):
        answer = found(federation, asked)
        assert (answer.result, answer.reason, answer.history) == (Result.NONE, None, ())
    unblock(federation, Whom.person(CODES[0]))
    assert found(federation, query(code=str(later))).result is Result.FOUND
    assert found(federation, query()).reason is AnswerReason.SUPERSEDED


def test_a_block_holds_under_every_code_that_the_person_had(federation: Federation) -> None:
    """Who holds an earlier code, perhaps because it leaked, learns no more than who holds the present one."""
    load(federation, hanako())
    change_code(federation)
    change_code(federation, code=new_code(federation))
    present = new_code(federation)
    with federation.context(NATIONAL).begin() as tx:
        rows = tx.rows("SELECT DISTINCT code FROM identity_history ORDER BY code")
    codes = [row["code"] for row in rows]
    assert (len(codes), present.text in codes) == (3, True)

    def told() -> list[tuple[Result, AnswerReason | None, int]]:
        answers = [found(federation, query(code=code)) for code in codes]
        return [(one.result, one.reason, len(one.history)) for one in answers]

    before = told()
    nothing = [(Result.NONE, None, 0)] * 3
    for blocked in (present, ResidentRecordCode(codes[0]), CODES[0]):
        block(federation, Whom.person(blocked))
        assert told() == nothing
        for ended in (ResidentRecordCode(code) for code in codes):
            if ended != blocked:
                break
        unblock(federation, Whom.person(ended))
        assert told() == before, "a block is of a person: it ends under whichever code"
    block(federation, Whom.person(present))
    change_code(federation, code=present)
    assert told() == nothing, "and goes over to the next"
    assert found(federation, query(code=str(new_code(federation)))).result is Result.NONE


@case(refused="SL5 SL6")
def test_an_organ_or_its_operator_is_served_no_more(federation: Federation) -> None:
    load(federation, hanako())
    block(federation, Whom.organ(PENSION, "clerk-7"))
    assert rules(ask(federation, query())) == ["SL6"]
    assert found(federation, query(operator="clerk-8")).result is Result.FOUND
    block(federation, Whom.organ(PENSION))
    assert rules(ask(federation, query(affair="t1-999-1"))) == ["SL5", "SL6", "S1"]
    assert rules(ask(federation, query(operator="clerk-8"))) == ["SL5"]
    unblock(federation, Whom.organ(PENSION))
    unblock(federation, Whom.organ(PENSION, "clerk-7"))
    assert found(federation, query()).result is Result.FOUND


@case(refused="SL7 SL8", permitted="SL7 SL8")
def test_setting_and_ending_is_recorded_and_done_once(federation: Federation) -> None:
    ctx, whom = federation.context(NATIONAL), Whom.person(CODES[0])
    assert rules(blocks.unblock(ctx, CLERK, whom, "over")) == ["SL8"]
    number = block(federation, whom)
    assert rules(blocks.block(ctx, CLERK, whom, "again")) == ["SL7"]
    unblock(federation, whom)
    assert block(federation, whom) == number + 1, "what has ended may be set again"
    events = AuditEvent.SUPPLY_BLOCKED, AuditEvent.SUPPLY_UNBLOCKED
    begun, ended = (entries_of(federation, NATIONAL, event) for event in events)
    assert [one.outcome for one in begun] == [Outcome.DONE, Outcome.REFUSED, Outcome.DONE]
    assert [one.outcome for one in ended] == [Outcome.REFUSED, Outcome.DONE]
    assert {one.subject_code for one in (*begun, *ended)} == {CODES[0]}
    assert begun[0].reference == ended[1].reference == f"{number} person"


def test_nobody_blocks_without_the_permission_or_without_a_reason(federation: Federation) -> None:
    ctx, whom = federation.context(NATIONAL), Whom.organ(OrganSlug("mofa"))
    assert isinstance(blocks.block(ctx, OperatorClaim("nobody"), whom, "by order"), Refused)
    for reason in (" ", "x" * 501, "a\0b"):
        with pytest.raises(JukinetError) as caught:
            blocks.block(ctx, CLERK, whom, reason)
        assert caught.value.kind is ErrorKind.INVALID
    with pytest.raises(JukinetError):
        blocks.block(federation.context(KUNITACHI), CLERK, whom, "by order")
    assert entries_of(federation, NATIONAL, AuditEvent.SUPPLY_BLOCKED)[0].outcome is Outcome.REFUSED


def test_a_block_outlives_a_change_of_the_day(federation: Federation) -> None:
    load(federation, hanako())
    block(federation, Whom.person(CODES[0]))
    federation.set_date(date(2030, 1, 1))
    assert found(federation, query()).result is Result.NONE
