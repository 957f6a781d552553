"""An act under a key: once and only once, whatever breaks and whoever asks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.test_history import wait_for_lock

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import SystemId
from jukinet.law.decisions import Refused
from jukinet.services import deaths, keyed, moves
from jukinet.services.context import Context
from jukinet.services.filings import DeathFiling, MoveInFiling
from jukinet.services.keyed import Request
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.services.tags import Tag
from jukinet.testing.federation import CLERK, OFFICE, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

TAX, WELFARE = SystemId("muni-132152:tax-office"), SystemId("muni-132152:welfare")
FILING = counter.move_in_filing(KUNITACHI)
REQUEST = Request(TAX, "key-of-the-test-1", "move-in", CLERK, {"persons": "as parsed"})


def move_in(ctx: Context, request: Request = REQUEST) -> Registered | Refused:
    return keyed.do_once(ctx, request, moves.move_in, FILING, Registered)


def failing(federation: Federation, request: Request) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        move_in(federation.context(KUNITACHI), request)
    return caught.value.kind


def residents(federation: Federation) -> int:
    return len(counter.known_numbers(federation, KUNITACHI))


def test_the_same_request_is_told_the_same_and_not_done_again(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    first = counter.registered(move_in(ctx))
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    assert move_in(ctx) == first
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI)[entries:]
    assert (entry["event"], entry["resident_no"]) == ("register:answer:repeated", first.resident_nos[0])


def test_remarks_are_told_again(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    late = counter.move_in_filing(KUNITACHI, moved_on=counter.TODAY.replace(month=5))
    first = counter.registered(keyed.do_once(ctx, REQUEST, moves.move_in, late, Registered))
    assert first.remarks
    assert keyed.do_once(ctx, REQUEST, moves.move_in, late, Registered) == first


def test_a_refusal_is_told_again(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    asked = replace(REQUEST, claim=counter.STRANGER)
    first = move_in(ctx, asked)
    assert isinstance(first, Refused)
    assert move_in(ctx, asked) == first
    assert len(counter.audit(federation, KUNITACHI, "register:move-in:recorded")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "birth"},
        {"filing": {"persons": "others"}},
        {"claim": OperatorClaim("suzuki", CLERK.terminal)},
        {"claim": OperatorClaim(CLERK.operator_id, "counter-2")},
        {"tags": (Tag(1, 1, 1),)},
    ],
)
def test_another_request_under_the_key_is_refused(federation: Federation, changes: dict[str, Any]) -> None:
    move_in(federation.context(KUNITACHI))
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    assert failing(federation, replace(REQUEST, **changes)) is ErrorKind.KEY_REUSED
    assert counter.contents(federation, KUNITACHI) == before
    assert len(counter.audit(federation, KUNITACHI)) == entries


def test_a_key_is_the_systems_own(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    filing = counter.move_in_filing(KUNITACHI, counter.japanese(name=PersonName("多摩　次郎")))
    first = move_in(ctx)
    other = keyed.do_once(ctx, replace(REQUEST, system=WELFARE), moves.move_in, filing, Registered)
    assert counter.registered(other) != first


def test_a_crash_leaves_the_act_and_its_answer_or_neither(federation: Federation) -> None:
    counter.assert_all_or_nothing(federation, KUNITACHI, move_in)


def test_after_a_crash_between_commit_and_answer_the_answer_is_there(federation: Federation) -> None:
    """At every step of the database in turn, and after the commit; then the system asks again, and once more."""
    at = 0
    done_before_the_crash = 0
    while True:
        at += 1
        request = replace(REQUEST, key=f"key-of-the-test-{at}")
        name = PersonName(f"国立　{at}郎")
        filing = counter.move_in_filing(KUNITACHI, counter.japanese(name=name))
        count = residents(federation)
        ctx, database = world.crashing(federation.context(KUNITACHI), at)
        try:
            keyed.do_once(ctx, request, moves.move_in, filing, Registered)
        except world.Crash:
            pass
        else:
            break
        done_before_the_crash += database.commits
        assert residents(federation) == count + database.commits
        first = keyed.do_once(federation.context(KUNITACHI), request, moves.move_in, filing, Registered)
        assert (
            keyed.do_once(federation.context(KUNITACHI), request, moves.move_in, filing, Registered) == first
        )
        assert residents(federation) == count + 1
    assert at > 10
    assert done_before_the_crash == 1, "one of the crashes came after the commit"


def test_two_requests_under_one_key_at_the_same_moment_are_one_act(federation: Federation) -> None:
    """The second begins while the first is inside its act, and waits for it."""
    ctx = federation.context(KUNITACHI)
    with ThreadPoolExecutor(1) as pool:
        others = []

        def slow(inner: Context, claim: OperatorClaim, filing: MoveInFiling) -> Registered | Refused:
            done = moves.move_in(inner, claim, filing)
            others.append(pool.submit(move_in, ctx))
            wait_for_lock(federation, KUNITACHI)
            return done

        first = keyed.do_once(ctx, REQUEST, slow, FILING, Registered)
        assert others[0].result(30) == first
    assert residents(federation) == 1
    assert len(counter.audit(federation, KUNITACHI, "register:move-in:recorded")) == 1


@case("spec 10.3", refused="Y1")
def test_a_record_changed_between_the_look_and_the_lock_undoes_the_act(federation: Federation) -> None:
    """The other clerk commits after our first look at the tag and before the act locks the row."""
    found = counter.load(federation)[0]
    filing = DeathFiling(found.resident_no, counter.TODAY, counter.TODAY)
    before: dict[str, list[str]] = {}

    def raced(ctx: Context, claim: OperatorClaim, entered: DeathFiling) -> Registered | Refused:
        counter.move_within(federation, KUNITACHI, found.resident_no)
        before.update(counter.contents(federation, KUNITACHI))
        return deaths.record_death(ctx, claim, entered)

    request = replace(REQUEST, act="death", tags=(found.tag,))
    with pytest.raises(JukinetError) as caught:
        keyed.do_once(federation.context(KUNITACHI), request, raced, filing, Registered)
    assert caught.value.kind is ErrorKind.PRECONDITION_FAILED
    assert counter.contents(federation, KUNITACHI) == before
    assert counter.audit(federation, KUNITACHI, "register:death:recorded") == []
    (entry,) = counter.audit(federation, KUNITACHI, "register:precondition:failed")
    assert (entry["outcome"], entry["resident_no"]) == ("refused", found.resident_no)


@case("spec 10.3", permitted="Y1")
def test_an_act_may_change_the_record_it_was_asked_about_more_than_once(federation: Federation) -> None:
    """A change effective before versions already there restates them: all these versions are its own."""
    found = counter.load(federation)[0]
    counter.move_within(federation, KUNITACHI, found.resident_no)
    tag = counter.read(federation, KUNITACHI, found.resident_no).tag
    filing = counter.move_within_filing(
        KUNITACHI,
        found.resident_no,
        moved_on=counter.TODAY.replace(day=5),
        address=counter.elsewhere_in(KUNITACHI, 2),
    )
    request = replace(REQUEST, act="move-within", tags=(tag,))
    counter.registered(
        keyed.do_once(federation.context(KUNITACHI), request, moves.move_within, filing, Registered)
    )
    assert counter.read(federation, KUNITACHI, found.resident_no).tag.history_no == tag.history_no + 2


def test_an_act_may_not_begin_a_second_transaction(federation: Federation) -> None:
    def twice(ctx: Context, claim: OperatorClaim, filing: MoveInFiling) -> Registered | Refused:
        moves.move_in(ctx, claim, filing)
        return moves.move_in(ctx, claim, filing)

    before = counter.contents(federation, KUNITACHI)
    with pytest.raises(TypeError, match="one transaction"):
        keyed.do_once(federation.context(KUNITACHI), REQUEST, twice, FILING, Registered)
    assert counter.contents(federation, KUNITACHI) == before


def test_an_answer_is_added_once_and_never_changed(federation: Federation) -> None:
    move_in(federation.context(KUNITACHI))
    with world.connect(federation, KUNITACHI.node_id, OFFICE) as office:
        for statement in ("UPDATE api_answers SET outcome = '{}'", "DELETE FROM api_answers"):
            with pytest.raises(Exception, match="permission denied"):
                office.execute(statement)


def test_no_repr_shows_a_filing() -> None:
    assert repr(REQUEST) == "Request(…)"


@pytest.mark.parametrize("text", ["", "1-1", "0-1-1", "1-1-1-1", "1-01-1", "1-g-1", "W/1-1-1", "1-1-1\n"])
def test_what_is_no_tag(text: str) -> None:
    with pytest.raises(ValueError, match="ETag"):
        Tag.parse(text)


def test_a_tag_is_read_as_it_is_written() -> None:
    assert Tag.parse(str(Tag(2, 300, 17))) == Tag(2, 300, 17)
