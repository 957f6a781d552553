"""How much may be asked: counted in the transaction of the answers, refused with the moment when to come back."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.conformance.cases import case
from tests.services.network.asgi import send
from tests.services.supply.asking import (
    CODES,
    PENSION,
    UNLIMITED,
    ask_all,
    break_commit,
    by_items,
    database,
    entries,
    hanako,
    linh,
    load,
    plain,
    query,
    rows_of,
    with_desk,
)
from tests.services.supply.batching import ASKED

from jukinet.audit.events import Outcome
from jukinet.domain.batches import Way
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.law.supply import Result
from jukinet.messages import strict_json
from jukinet.messages.problem_documents import read_problem
from jukinet.network.supply import PATH, supply_door
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply import batch_door
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.desk import Answer, Desk
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Limited, Verification
from jukinet.services.supply.queries import SupplyQuery
from jukinet.services.supply.signatures import Checked
from jukinet.services.supply_blocks import Whom
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA

pytestmark = pytest.mark.core

NOON = datetime(2013, 7, 8, 3, 0, 20, tzinfo=UTC)
"""Noon in Japan, and twenty seconds."""


def told(answers: list[Answer | BaseException]) -> list[str]:
    """The rules of each that was limited, ``ok`` for each that was answered."""
    return [
        " ".join(rule.rule for rule in one.failed) if isinstance(one, Limited) else "ok"
        for one in answers
        if isinstance(one, Limited | Verification)
    ]


def ask(federation: Federation, most: Limits, *asked: str) -> list[str]:
    """Ask at once, each by the operator that is named, about the code of the number behind the name."""
    queries = []
    for text in asked:
        operator, _, what = text.partition(" ")
        who = {"operator": operator}
        queries.append(by_items(**who) if what == "items" else query(code=str(CODES[int(what)]), **who))
    return told(ask_all(federation, queries, most=most))


@case(refused="SL1 SL2", permitted="SL1 SL2 SL5 SL6")
def test_an_organ_and_its_operators_may_ask_so_often_in_a_minute(federation: Federation) -> None:
    federation.clock.moment = NOON
    most = replace(UNLIMITED, organ_per_minute=5, operator_per_minute=2)
    assert ask(federation, most, "a 0", "a 1", "a 2", "b 3") == ["ok", "ok", "SL2", "ok"]
    assert ask(federation, most, "c 4", "a 5", "c 6") == ["ok", "SL1 SL2", "SL1"], (
        "what is refused counts too"
    )
    federation.clock.moment = NOON + timedelta(seconds=39)
    assert ask(federation, most, "d 4") == ["SL1"]
    federation.clock.moment = NOON + timedelta(seconds=40)
    assert ask(federation, most, "d 4", "a 4") == ["ok", "ok"], "the next minute"
    refusals = [one for one in entries(federation) if one.outcome is Outcome.REFUSED]
    assert [[rule.split()[0] for rule in one.rules] for one in refusals] == [
        ["SL2"],
        ["SL1", "SL2"],
        ["SL1"],
        ["SL1"],
    ]
    assert [one.subject_code for one in refusals] == [CODES[2], CODES[5], CODES[6], CODES[4]]


def declare(federation: Federation, most: Limits, at: datetime) -> Submitted | Refused | Limited:
    """Declare a file that was never declared before."""
    federation.clock.moment = at
    ctx = federation.context(NATIONAL, "supply")
    asked = replace(ASKED, way=Way.LINE, rows=1)
    return batch_door.declare(ctx, Checked(), asked, secrets.token_bytes(32), most)


def test_what_comes_late_counts_in_the_minute_that_has_begun(federation: Federation) -> None:
    """A transaction that waited over the end of a minute, or another process whose clock is a little behind."""
    late, most = NOON + timedelta(seconds=39), replace(UNLIMITED, organ_per_minute=3)
    federation.clock.moment = NOON + timedelta(seconds=40)
    assert ask(federation, most, "a 0", "a 1") == ["ok", "ok"]
    federation.clock.moment = late
    assert ask(federation, most, "a 2", "a 3") == ["ok", "SL1"]
    federation.clock.moment = NOON + timedelta(seconds=40)
    assert ask(federation, most, "a 4") == ["SL1"], "nothing of it was lost"
    assert isinstance(declare(federation, most, late), Limited), "declarations of batches too"
    federation.clock.moment = NOON + timedelta(seconds=99)
    assert ask(federation, most, "a 4") == ["SL1"]


def test_a_clock_that_was_far_ahead_shuts_nobody_out(federation: Federation) -> None:
    ahead, most = NOON + timedelta(days=1), replace(UNLIMITED, organ_per_minute=1)
    federation.clock.moment = ahead
    assert ask(federation, most, "a 0", "a 1") == ["ok", "SL1"]
    federation.clock.moment = NOON
    assert ask(federation, most, "a 0", "a 1") == ["ok", "SL1"]
    assert isinstance(declare(federation, most, ahead), Submitted)
    assert isinstance(declare(federation, most, NOON), Submitted)
    assert isinstance(declare(federation, most, NOON), Limited)


def test_a_limit_is_exact_however_many_count_at_once(federation: Federation) -> None:
    """Several processes with a desk each, two connections to a desk, and declarations of batches among them."""
    most, desks, rounds = replace(UNLIMITED, organ_per_minute=50), 3, 12
    assert isinstance(declare(federation, most, NOON), Submitted)
    begin = threading.Barrier(desks + 1, timeout=30)

    def serve(number: int) -> list[str]:
        def asked(code: ResidentRecordCode) -> SupplyQuery:
            return query(operator=f"o{number}", code=str(code))

        async def work(desk: Desk) -> list[str]:
            begin.wait()
            found: list[str] = []
            for _ in range(rounds):
                some = [asyncio.create_task(desk.verify(PENSION, asked(code))) for code in CODES[:2]]
                await asyncio.wait(some, return_when=asyncio.FIRST_COMPLETED)
                # While one may be under way, others come: they go on another connection.
                others = (desk.verify(PENSION, asked(code)) for code in CODES[2:4])
                found += told(await asyncio.gather(*some, *others))
            return found

        return with_desk(federation, work, most=most)

    def hand_in() -> list[str]:
        begin.wait()
        done = [declare(federation, most, NOON) for _ in range(rounds)]
        return ["ok" if isinstance(one, Submitted) else "SL1" for one in done]

    with ThreadPoolExecutor(desks + 1) as pool:
        running = [*(pool.submit(serve, number) for number in range(desks)), pool.submit(hand_in)]
        found = Counter(one for each in running for one in each.result(60))
    asked = desks * rounds * 4 + rounds
    assert found == {"ok": 49, "SL1": asked - 49}, "one more was declared before"
    with rows_of(federation) as owner:
        counted = "SELECT count FROM supply_counts WHERE kind = 'organ'"
        assert owner.execute(counted).fetchall() == [(asked + 1,)], "each counts once"


@case(refused="SL3", permitted="SL3")
def test_an_organ_may_look_at_one_person_so_often_in_a_day(federation: Federation) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    most = replace(UNLIMITED, person_per_day=2)
    assert ask(federation, most, "a 0", "b 0", "c 0", "c 1") == ["ok", "ok", "SL3", "ok"]
    assert ask(federation, most, "a items", "a 7", "a 7", "a 7") == ["SL3", "ok", "ok", "SL3"]
    # A day is one of Japan, and what was refused is no look.
    federation.clock.moment = datetime(2013, 7, 8, 14, 59, 59, tzinfo=UTC)
    assert ask(federation, most, "a 0") == ["SL3"]
    federation.clock.advance(timedelta(seconds=1))
    assert ask(federation, most, "a items", "a 0", "a 0", "a 7", "a 7") == ["ok", "ok", "SL3", "ok", "ok"]
    assert ask(federation, most, "a 0") == ["SL3"]


def test_looks_by_four_items_that_are_gathered_count_too(federation: Federation) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    most = replace(UNLIMITED, person_per_day=2)
    assert ask(federation, most, "a items", "b items", "a items", "b 0", "a items") == [
        *("ok", "ok", "SL3", "SL3", "SL3")
    ]
    written = [(entry.outcome, entry.subject_code) for entry in entries(federation)]
    assert written == [(Outcome.DONE, CODES[0])] * 2 + [(Outcome.REFUSED, CODES[0])] * 3


def test_a_refused_look_by_four_items_names_nobody_where_nobody_is_found_alone(
    federation: Federation,
) -> None:
    """Who is blocked cannot be told from nobody, nor two from each other."""
    load(federation, hanako(), hanako(CODES[1]), linh(CODES[2]))
    blocks.block(federation.context(NATIONAL), CLERK, Whom.person(CODES[2]), "by order")
    federation.clock.moment = NOON
    asked = [by_items(), by_items(name="見本りん", birth_date="1984-02-29"), by_items(name="無名")]
    assert told(ask_all(federation, asked, most=replace(UNLIMITED, items_per_hour=0))) == ["SL4"] * 3
    assert [entry.subject_code for entry in entries(federation)] == [None] * 3


def test_a_look_by_four_items_that_tells_only_of_a_contradiction_counts_too(federation: Federation) -> None:
    load(federation, hanako())
    load(federation, hanako(address=Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")), at=CHIYODA)
    federation.clock.moment = NOON
    most = replace(UNLIMITED, person_per_day=2)
    asked = [
        by_items(address=address) for address in ("東京都千代田区九段南一丁目2番1号", hanako().address.text)
    ]
    first = ask_all(federation, [*asked, query()], most=most)
    results = [one.result for one in first if isinstance(one, Verification)]
    assert (results.count(Result.UNDETERMINED), results.count(Result.NONE), told(first)) == (2, 1, ["ok"] * 3)
    assert told(ask_all(federation, [*asked, query()], most=most)).count("SL3") == 2
    about = [entry.subject_code for entry in entries(federation)]
    assert (about.count(CODES[0]), about.count(None)) == (4, 2), (
        "at the address that does not answer nobody is found"
    )


@case(refused="SL4", permitted="SL4")
def test_an_operator_may_look_so_often_by_four_items(federation: Federation) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    most = replace(UNLIMITED, items_per_hour=2)
    assert ask(federation, most, "a items", "a items", "a items", "a 0", "b items") == [
        *("ok", "ok", "SL4", "ok", "ok")
    ]
    federation.clock.moment = NOON + timedelta(minutes=59)
    assert ask(federation, most, "a items") == ["SL4"]
    federation.clock.moment = NOON + timedelta(minutes=60)
    assert ask(federation, most, "a items") == ["ok"]


@pytest.mark.parametrize(
    ("most", "seconds"),
    [
        (replace(UNLIMITED, operator_per_minute=1), "40"),
        (replace(UNLIMITED, items_per_hour=1), "3580"),
        (replace(UNLIMITED, person_per_day=1, items_per_hour=1), str(12 * 3600 - 20)),
    ],
)
def test_the_door_says_when_to_come_back(federation: Federation, most: Limits, seconds: str) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    asked = strict_json.dump(
        plain(
            code=None, name="渡邉　花子", address=hanako().address.text, birth_date="1979-11-23", sex="female"
        )
    )

    async def run() -> None:
        ctx = federation.context(NATIONAL, "supply")
        app = supply_door(ctx, Desk(ctx, database(federation), most))
        async with app.router.lifespan_context(app):
            assert (await send(app, "POST", PATH, asked, peer=PENSION)).status == 200
            reply = await send(app, "POST", PATH, asked, peer=PENSION)
        assert (reply.status, reply.kind) == (429, "limited")
        assert reply.headers["retry-after"] == seconds
        problem = read_problem(429, "application/problem+json", reply.body)
        assert {rule.kind for rule in problem.rules} == {"policy"}
        assert "花子" not in reply.body.decode()

    asyncio.run(run())


def test_what_does_not_commit_does_not_count(federation: Federation) -> None:
    federation.clock.moment = NOON
    most = replace(UNLIMITED, operator_per_minute=2)
    break_commit(federation, "NEW.reference = 'poisoned-1'")
    asked = [query(request_id=one, code=str(CODES[3])) for one in ("poisoned-1", "request-1", "request-2")]
    answers = ask_all(federation, asked, most=most)
    assert told(answers) == ["ok", "ok"], "one request's fault takes nothing of the others"
    assert all(one.result is Result.NONE for one in answers if isinstance(one, Verification))
