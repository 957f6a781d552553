"""Signed requests at the door: what proves one, that it counts once, and what is left of one that does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg
import pytest
from starlette.applications import Starlette
from tests.conformance.cases import case
from tests.services.network.asgi import Reply
from tests.services.supply.asking import (
    CODES,
    HANAKO,
    PENSION,
    LosingDatabase,
    break_commit,
    entries,
    hanako,
    load,
)
from tests.services.supply.signing import (
    KEY,
    MOFA,
    OLD_KEY,
    OTHERS_KEY,
    ask,
    body_of,
    fresh_nonce,
    require_signatures,
    rules,
    signature,
    spent,
    with_door,
)

from jukinet.audit.events import Outcome
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.services.supply import signatures
from jukinet.testing.federation import EPOCH, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core


@case(refused="SG1 SG2 SG3 SG4 SG5", permitted="SG1 SG2 SG3 SG4 SG5")
def test_a_signature_that_does_not_prove_the_request_is_refused_by_rule_and_recorded(
    federation: Federation,
) -> None:
    load(federation, hanako())
    require_signatures(federation)
    body, items = body_of(), body_of(code=None, **HANAKO)
    nonce, used = fresh_nonce(), fresh_nonce()
    late = EPOCH - timedelta(minutes=2)
    faulty: list[tuple[str, bytes, dict[str, str], list[str]]] = [
        ("no signature", body, {}, ["SG1"]),
        ("a signature for another node", body, signature(body, to=NodeId("pref-13")), ["SG1"]),
        ("another organ's key", body, signature(body, key=OTHERS_KEY), ["SG2"]),
        ("a key that has ended", body, signature(body, key=OLD_KEY), ["SG2"]),
        ("a body changed after signing", items, signature(body), ["SG3"]),
        ("too old", body, signature(body, now=late, nonce=nonce), ["SG4"]),
        ("from the future", body, signature(body, now=EPOCH + timedelta(minutes=1)), ["SG4"]),
        ("all at once", items, signature(body, now=late), ["SG3", "SG4"]),
        ("the law besides", body_of(affair="t1-999-1"), signature(body), ["SG3", "S1"]),
    ]

    async def work(app: Starlette) -> None:
        for what, sent, fields, expected in faulty:
            reply = await ask(app, sent, fields)
            assert rules(reply) == expected, what
            assert not any(word in reply.body.decode() for word in ("花子", CODES[0].text, nonce)), what
        first = await ask(app, body, signature(body, nonce=used))
        assert (first.status, first.plain["result"]) == (200, "found")
        assert rules(await ask(app, body, signature(body, nonce=used))) == ["SG5"]
        assert (await ask(app, body, signature(body, nonce=nonce))).status == 200, (
            "what fails uses up nothing"
        )

    with_door(federation, work)
    written = entries(federation)
    told = [[rule.split()[0] for rule in one.rules] for one in written if one.outcome is Outcome.REFUSED]
    assert told == [*(expected for *_, expected in faulty), ["SG5"]]
    assert len(written) == len(faulty) + 3
    assert spent(federation) == {(str(PENSION), used), (str(PENSION), nonce)}


def test_one_of_many_that_come_at_once_with_one_nonce_is_answered(federation: Federation) -> None:
    """In one gathered transaction, and in two doors that do not know of each other."""
    load(federation, hanako())
    require_signatures(federation)
    require_signatures(federation, MOFA)
    body, nonce = body_of(), fresh_nonce()
    fields = signature(body, nonce=nonce)
    theirs = signature(body, key=OTHERS_KEY, nonce=nonce)

    async def once(app: Starlette) -> list[Reply]:
        return await asyncio.gather(
            *(ask(app, body, fields) for _ in range(4)),
            ask(app, body, theirs, peer=MOFA),
            ask(app, body, fields),
        )

    *own, foreign, last = with_door(federation, once)
    assert sorted(reply.status for reply in (*own, last)) == [200, 403, 403, 403, 403]
    assert all(rules(reply) == ["SG5"] for reply in (*own, last) if reply.status == 403)
    assert "SG5" not in rules(foreign), "a nonce is an organ's own"

    async def twice(app: Starlette) -> list[Reply]:
        async def elsewhere() -> list[Reply]:
            return await asyncio.to_thread(with_door, federation, many)

        here, there = await asyncio.gather(many(app), elsewhere())
        return [*here, *there]

    fresh = [signature(body) for _ in range(6)]

    async def many(app: Starlette) -> list[Reply]:
        return await asyncio.gather(*(ask(app, body, one) for one in fresh))

    replies = with_door(federation, twice)
    answered = [reply.status for reply in replies]
    for here, there in zip(answered[:6], answered[6:], strict=True):
        assert sorted((here, there)) == [200, 403]
    assert len(entries(federation)) == 6 + 12


def test_a_nonce_is_used_up_with_the_entry_of_the_log_or_not_at_all(federation: Federation) -> None:
    load(federation, hanako())
    require_signatures(federation)
    body = body_of()
    fields = signature(body)
    break_commit(federation, "NEW.event = 'supply:query:answered'")
    reply = with_door(federation, lambda app: ask(app, body, fields))
    assert (reply.status, spent(federation), entries(federation)) == (500, set(), [])
    with psycopg.connect(federation._conninfo("owner"), options=f"-c search_path={NATIONAL.schema}") as owner:
        owner.execute("DROP TRIGGER refuse ON audit_entries")
    assert with_door(federation, lambda app: ask(app, body, fields)).status == 200


def test_what_the_law_refuses_has_used_its_nonce(federation: Federation) -> None:
    require_signatures(federation)
    body = body_of(affair="t1-41-1")
    fields = signature(body)
    assert rules(with_door(federation, lambda app: ask(app, body, fields))) == ["S3"]
    assert rules(with_door(federation, lambda app: ask(app, body, fields))) == ["SG5", "S3"]


def test_a_signature_does_not_mend_a_certificate(federation: Federation) -> None:
    """One that has ended, was revoked, or is another's: nobody gets as far as the desk."""
    require_signatures(federation, certified_since=EPOCH)
    require_signatures(federation, MOFA)
    body = body_of()

    async def work(app: Starlette) -> None:
        for begins, ends in ((0.0, 4e9), (EPOCH.timestamp(), EPOCH.timestamp())):
            reply = await ask(app, body, signature(body), begins=begins, ends=ends)
            assert (reply.status, reply.kind) == (401, "unauthentic")
        assert rules(await ask(app, body, signature(body), peer=MOFA))[0] == "SG2"
        assert (await ask(app, body, signature(body), peer=KUNITACHI.node_id)).status == 403

    with_door(federation, work)
    assert [entry.actor for entry in entries(federation)] == [MOFA.uri]
    assert spent(federation) == set()


def test_nonces_of_signatures_that_ended_are_forgotten(federation: Federation) -> None:
    require_signatures(federation)
    body, ctx = body_of(code=CODES[3].text), federation.context(NATIONAL, WORKER)
    with_door(federation, lambda app: ask(app, body, signature(body, key=KEY)))
    federation.clock.advance(signatures.KEPT_BEYOND + timedelta(minutes=1))
    assert (signatures.forget_spent(ctx), len(spent(federation))) == (0, 1)
    federation.clock.advance(timedelta(seconds=1))
    assert (signatures.forget_spent(ctx), len(spent(federation))) == (1, 0)
    assert signatures.forget_spent(federation.context(KUNITACHI, WORKER)) == 0


def outcomes(federation: Federation) -> list[tuple[Outcome, list[str]]]:
    """Each entry's outcome, with the rules that failed."""
    return [
        (one.outcome, [rule.split()[0] for rule in one.rules] if one.outcome is Outcome.REFUSED else [])
        for one in entries(federation)
    ]


def test_a_request_whose_answer_was_lost_after_the_commit_is_no_replay(federation: Federation) -> None:
    """It may be asked again, signed anew; whoever sends the same once more replays it."""
    load(federation, hanako())
    require_signatures(federation)
    body = body_of()
    fields = signature(body)
    door = LosingDatabase(federation, losing=1)
    lost = with_door(federation, lambda app: ask(app, body, fields), store=door)
    assert (lost.status, lost.kind) == (503, "unavailable")
    assert "花子" not in lost.body.decode()
    assert outcomes(federation) == [(Outcome.DONE, [])], "one look, and nothing that was not asked"
    again = with_door(federation, lambda app: ask(app, body, signature(body)))
    assert (again.status, again.plain["result"]) == (200, "found")
    assert rules(with_door(federation, lambda app: ask(app, body, fields))) == ["SG5"]
    assert outcomes(federation) == [(Outcome.DONE, []), (Outcome.DONE, []), (Outcome.REFUSED, ["SG5"])]


@pytest.mark.parametrize("late", [False, True])
def test_a_replay_stays_one_whatever_happens_to_its_first_try(federation: Federation, late: bool) -> None:
    load(federation, hanako())
    require_signatures(federation)
    body = body_of()
    fields = signature(body)
    assert with_door(federation, lambda app: ask(app, body, fields)).status == 200
    door = LosingDatabase(federation, losing=1, late=late)
    assert rules(with_door(federation, lambda app: ask(app, body, fields), store=door)) == ["SG5"]
    assert set(map(str, outcomes(federation)[1:])) == {str((Outcome.REFUSED, ["SG5"]))}


def test_of_two_that_came_with_one_nonce_and_lost_their_answers_one_is_a_replay(
    federation: Federation,
) -> None:
    load(federation, hanako())
    require_signatures(federation)
    body = body_of()
    fields = signature(body)

    async def twice(app: Starlette) -> list[Reply]:
        return await asyncio.gather(*(ask(app, body, fields) for _ in range(2)))

    replies = with_door(federation, twice, store=LosingDatabase(federation, losing=1))
    assert [reply.status for reply in replies] == [503, 403]
    assert rules(replies[1]) == ["SG5"]
