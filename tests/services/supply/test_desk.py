"""The desk itself: who is refused and by which rules, and that gathered requests do not disturb each other."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.conformance.cases import case
from tests.services.supply.asking import (
    CODES,
    DAY,
    FOREIGN_AFFAIRS,
    PENSION,
    ask,
    ask_all,
    break_commit,
    by_items,
    database,
    entries,
    hanako,
    load,
    query,
    rows_of,
    with_desk,
)

from jukinet.audit.events import Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law import catalogue
from jukinet.law.decisions import Refused
from jukinet.law.supply import Result
from jukinet.messages.directory import OrganEntry, OrganState, SignaturePolicy
from jukinet.services import settings
from jukinet.services.supply import desk as desk_module
from jukinet.services.supply.desk import WAIT_SECONDS, Answer, Desk
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply.queries import SupplyQuery
from jukinet.store.supply import Settled, SupplyConnection, SupplyDatabase, Together
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

PREFECTURE = NodeId("pref-13")
STRANGER = OrganSlug("some-stranger")


def put_organ(federation: Federation, entry: OrganEntry) -> None:
    """The directory's newest word on one organ."""
    others = tuple(organ for organ in federation.directory.organs if organ.slug != entry.slug)
    federation.directory = replace(federation.directory, organs=(*others, entry))


def refused(
    federation: Federation, asked: SupplyQuery, *, organ: OrganSlug = PENSION, node: NodeId = NATIONAL
) -> list[str]:
    """The rules of a refusal, after a look at its one audit entry."""
    before = len(entries(federation, node))
    answer = ask(federation, asked, organ=organ, node=node)
    assert isinstance(answer, Refused), answer
    (entry,) = entries(federation, node)[before:]
    assert entry.outcome is Outcome.REFUSED
    assert (entry.actor, entry.terminal) == (organ.uri, "clerk-7 / 2013-0042")
    assert (entry.affair, entry.reference) == (asked.affair, asked.request_id)
    assert entry.subject_code == (asked.who if asked.by is catalogue.QueryKind.CODE else None)
    assert entry.rules == tuple(f"{failed.rule} {failed.article}" for failed in answer.failed)
    return [failed.rule for failed in answer.failed]


@case("Act Art. 30-30(1), (2)", refused="S1 S3 S5 S11 SG1")
def test_every_refusal_names_its_rules_and_is_recorded(federation: Federation) -> None:
    load(federation, hanako())
    assert refused(federation, query(affair="t1-999-1")) == ["S1"]
    assert refused(federation, query(affair="t1-41-1")) == ["S3"]
    assert refused(federation, by_items(affair="t1-41-1")) == ["S3"]
    assert refused(federation, query(), node=PREFECTURE) == ["S5"]
    assert refused(federation, query(), organ=STRANGER) == ["S11", "S3"]
    assert refused(federation, query(), organ=STRANGER, node=PREFECTURE) == ["S11", "S3", "S5"]
    put_organ(federation, OrganEntry(PENSION, "日本年金機構", (), SignaturePolicy.REQUIRED))
    assert refused(federation, query()) == ["SG1"]
    revoked = OrganEntry(PENSION, "日本年金機構", (), SignaturePolicy.REQUIRED, OrganState.REVOKED)
    put_organ(federation, revoked)
    assert refused(federation, query()) == ["S11"], "who is revoked is not told to sign"


@case("Ord. Art. 30-7", "Act Art. 30-7(3)", "Act Art. 30-26", permitted="S5 S11")
def test_a_governor_who_does_not_delegate_serves(federation: Federation) -> None:
    load(federation, hanako())
    nodes = tuple(
        replace(node, delegates=False) if node.id == PREFECTURE else node
        for node in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    answer = ask(federation, query(), node=PREFECTURE)
    assert isinstance(answer, Verification)
    assert answer.result is Result.FOUND
    assert "Act Art. 30-10(1)(iii)" not in answer.basis


@case(refused="S5")
def test_a_governor_whom_the_directory_does_not_know_supplies_nothing_for_table_1(
    federation: Federation,
) -> None:
    load(federation, hanako())
    others = tuple(node for node in federation.directory.nodes if node.id != PREFECTURE)
    federation.directory = replace(federation.directory, nodes=others)
    assert refused(federation, query(), node=PREFECTURE) == ["S5"]


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the packaged catalogue that a test may add files to; read anew on ``cache_clear``."""
    folder = tmp_path / "catalogue"
    shutil.copytree(str(catalogue.PACKAGED), folder)
    monkeypatch.setattr(catalogue, "PACKAGED", folder)
    catalogue.packaged.cache_clear()
    yield folder
    catalogue.packaged.cache_clear()


ROW = """
[[rows]]
table = 1
row = "998"
organs = ["japan-pension-service"]
organs_ja = "日本年金機構"
act_ja = "架空法"
act_en = "Invented Act"
text_ja = "架空法による架空の事務"
paragraph = 998
valid_from = 2013-07-09
valid_to = 2013-07-11
queries = ["code"]

[[rows.affairs]]
number = 1
ja = "架空の申請の受理"
en = "Receipt of an invented application"
"""


def test_a_row_added_by_data_alone_changes_what_is_permitted(federation: Federation, rows: Path) -> None:
    load(federation, hanako())
    asked, items = query(affair="t1-998-1"), by_items(affair="t1-998-1")
    assert refused(federation, asked) == ["S1"]
    (rows / "added.toml").write_text(ROW)
    catalogue.packaged.cache_clear()
    assert refused(federation, asked) == ["S2"], "not in force yet"
    assert refused(federation, items) == ["S2", "P1"]
    federation.set_date(date(2013, 7, 9))
    answer = ask(federation, asked)
    assert isinstance(answer, Verification)
    assert answer.result is Result.FOUND
    assert "Act Appended Table 1, row 998" in answer.basis
    assert refused(federation, items) == ["P1"]
    federation.set_date(date(2013, 7, 11))
    assert refused(federation, asked) == ["S2"], "no longer in force"


class CountingDatabase(SupplyDatabase):
    """Counts the transactions that answer."""

    begun = 0

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SupplyConnection]:
        self.begun += 1
        async with super().connection() as store:
            yield store


def test_waiting_requests_share_one_transaction(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    store = CountingDatabase(federation._conninfo("supply"), NATIONAL.schema)
    kinds = (
        query(request_id="by-code-0"),
        by_items(request_id="by-items-0"),
        query(request_id="nobody-0", code=str(CODES[5])),
        query(request_id="refused-0", affair="t1-999-1"),
    )
    asked = [replace(kind, request_id=f"{kind.request_id}-{n}") for n in range(50) for kind in kinds]
    answers = ask_all(federation, asked, store=store)
    assert store.begun == 1
    results = [one.result if isinstance(one, Verification) else one for one in answers]
    assert results[:3] == [Result.FOUND, Result.AMBIGUOUS, Result.NONE]
    assert isinstance(results[3], Refused)
    assert results == results[:4] * 50
    assert [one.request_id for one in answers if isinstance(one, Verification)] == [
        one.request_id for one in asked if not one.request_id.startswith("refused")
    ]
    written = entries(federation)
    assert [entry.reference for entry in written] == [one.request_id for one in asked]
    ends = [Outcome.DONE, Outcome.NONE, Outcome.NONE, Outcome.REFUSED]
    assert [entry.outcome for entry in written] == ends * 50


class WatchedDatabase(SupplyDatabase):
    """Tells how many requests each transaction has, as it begins; four connections, as a node has."""

    def __init__(self, federation: Federation) -> None:
        super().__init__(federation._conninfo("supply"), NATIONAL.schema, most=4)
        self.sizes: list[int] = []
        self.another = asyncio.Event()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SupplyConnection]:
        async with super().connection() as store:
            yield _Watched(self, store)

    async def begun(self, count: int) -> None:
        """Wait until so many have begun."""
        while len(self.sizes) < count:
            self.another.clear()
            await self.another.wait()


class _Watched(SupplyConnection):
    def __init__(self, database: WatchedDatabase, store: SupplyConnection) -> None:
        super().__init__(store._connection, governor=store._governor)
        self._database = database

    async def answer(
        self, together: Together, asked: Sequence[dict[str, Any]], keys: Sequence[dict[str, Any]]
    ) -> list[Settled]:
        self._database.sizes.append(len(asked))
        self._database.another.set()
        return await super().answer(together, asked, keys)


@contextmanager
def counting(federation: Federation, organ: OrganSlug) -> Iterator[psycopg.Connection[Any]]:
    """Another process counts for the organ, and does not commit before the end."""
    with rows_of(federation) as other:
        other.execute(
            "INSERT INTO supply_counts (kind, subject, since, count) VALUES ('organ', %s, %s, 1)",
            (organ.text, federation.clock.now()),
        )
        yield other


def test_requests_wait_for_two_transactions_and_are_gathered(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent on by ones while the organ's count is held, each would wait there for the commits of all before it."""
    monkeypatch.setattr(desk_module, "STALLED_SECONDS", 60)

    async def work(desk: Desk) -> list[Answer]:
        with counting(federation, PENSION) as other:
            asked = []
            for count in (1, 2):
                asked.append(asyncio.create_task(desk.verify(PENSION, query())))
                await store.begun(count)
            for _ in range(9):
                asked.append(asyncio.create_task(desk.verify(PENSION, query())))
                # Several turns of the loop and more than they would wait for each other: none of them begins.
                with suppress(TimeoutError):
                    await asyncio.wait_for(store.begun(3), 2 * WAIT_SECONDS)
            assert store.sizes == [1, 1]
            other.commit()
        return await asyncio.gather(*asked)

    store = WatchedDatabase(federation)
    answers = with_desk(federation, work, store=store)
    assert [isinstance(one, Verification) for one in answers] == [True] * 11
    assert store.sizes == [1, 1, 9]


def test_transactions_that_hang_hold_up_no_other_organ(federation: Federation) -> None:
    async def work(desk: Desk) -> list[Answer]:
        with counting(federation, PENSION) as other:
            held = []
            for count in (1, 2):
                held.append(asyncio.create_task(desk.verify(PENSION, query())))
                await store.begun(count)
            answer = await desk.verify(FOREIGN_AFFAIRS, query())
            assert isinstance(answer, Refused), "no affair of theirs"
            assert not any(one.done() for one in held)
            other.commit()
        return await asyncio.gather(*held)

    store = WatchedDatabase(federation)
    answers = with_desk(federation, work, store=store)
    assert [isinstance(one, Verification) for one in answers] == [True] * 2
    assert store.sizes == [1, 1, 1]


class FailingDatabase(CountingDatabase):
    """Loses its first connections before they commit."""

    def __init__(self, *where: str, losing: int) -> None:
        super().__init__(*where)
        self.losing = losing

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SupplyConnection]:
        async with super().connection() as store:
            if self.begun <= self.losing:
                await store.premises()
                raise JukinetError(ErrorKind.UNAVAILABLE, "The line broke before the commit.")
            yield store


@pytest.mark.parametrize("count", [1, 3])
def test_after_an_error_each_request_is_tried_alone_and_once(federation: Federation, count: int) -> None:
    load(federation, hanako())
    asked = [query(request_id=f"request-{n}") for n in range(count)]

    def ask_losing(losing: int) -> tuple[list[Answer | BaseException], int]:
        store = FailingDatabase(federation._conninfo("supply"), NATIONAL.schema, losing=losing)
        return ask_all(federation, asked, store=store), store.begun

    answers, begun = ask_losing(1)
    assert [isinstance(one, Verification) for one in answers] == [True] * count
    assert begun == 1 + count
    written = len(entries(federation))
    assert written == count, "what did not commit left no entry"
    answers, begun = ask_losing(1 + count)
    assert kinds_of(answers) == [ErrorKind.UNAVAILABLE] * count
    assert begun == 1 + count, "no third try"
    assert len(entries(federation)) == written


def test_the_business_date_is_never_an_old_one(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)

    async def work(desk: Desk) -> None:
        await desk.verify(PENSION, query(request_id="pinned-to-8"))
        settings.set_business_date(ctx, CLERK, date(2013, 7, 9))
        await desk.verify(PENSION, query(request_id="pinned-to-9"))
        settings.set_business_date(ctx, CLERK, None)
        federation.clock.moment = datetime(2013, 7, 20, 14, 59, 59, tzinfo=UTC)
        await desk.verify(PENSION, query(request_id="before-midnight"))
        federation.clock.advance(timedelta(seconds=1))
        await desk.verify(PENSION, query(request_id="after-midnight"))

    with_desk(federation, work)
    assert [(entry.reference, entry.business_on.day) for entry in entries(federation)] == [
        ("pinned-to-8", 8),
        ("pinned-to-9", 9),
        ("before-midnight", 20),
        ("after-midnight", 21),
    ]


def kinds_of(answers: list[Answer | BaseException]) -> list[ErrorKind]:
    return [one.kind for one in answers if isinstance(one, JukinetError)]


def test_no_answer_where_its_audit_entry_does_not_commit(federation: Federation) -> None:
    load(federation, hanako())
    break_commit(federation, "NEW.event = 'supply:query:answered'")
    asked = [query(request_id="request-a"), by_items(request_id="request-b"), query(affair="t1-999-1")]
    answers = ask_all(federation, asked)
    assert kinds_of(answers) == [ErrorKind.INTERNAL] * 3
    assert not any("渡" in str(one) or str(CODES[0]) in str(one) for one in answers)
    assert entries(federation) == []


def test_one_poisoned_request_does_not_reach_the_others(federation: Federation) -> None:
    load(federation, hanako())
    break_commit(federation, "NEW.reference = 'poisoned-1'")
    names = ["request-1", "request-2", "poisoned-1", "request-3"]
    answers = ask_all(federation, [query(request_id=name) for name in names])
    assert kinds_of(answers) == [ErrorKind.INTERNAL]
    assert isinstance(answers[2], JukinetError)
    assert [one.request_id for one in answers if isinstance(one, Verification)] == [
        name for name in names if name != "poisoned-1"
    ]
    assert sorted(entry.reference or "" for entry in entries(federation)) == [
        "request-1",
        "request-2",
        "request-3",
    ]


def test_a_client_that_gives_up_does_not_take_others_along(federation: Federation) -> None:
    load(federation, hanako())

    async def work(desk: Desk) -> list[Answer | BaseException]:
        waiting = [
            asyncio.create_task(desk.verify(PENSION, query(request_id=f"request-{n}"))) for n in range(5)
        ]
        await asyncio.sleep(0)
        waiting[0].cancel()
        waiting[3].cancel()
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers = with_desk(federation, work)
    assert [isinstance(one, Verification) for one in answers] == [False, True, True, False, True]
    assert isinstance(answers[0], asyncio.CancelledError)
    references = [entry.reference for entry in entries(federation)]
    assert len(references) == len(set(references)), "nobody twice"
    assert {"request-1", "request-2", "request-4"} <= set(references)


def test_closing_answers_what_was_asked_and_takes_nothing_more(federation: Federation) -> None:
    load(federation, hanako())

    async def run() -> None:
        desk = Desk(federation.context(NATIONAL, "supply"), database(federation))
        await desk.open()
        waiting = [
            asyncio.create_task(desk.verify(PENSION, query(request_id=f"request-{n}"))) for n in range(3)
        ]
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await desk.close()
            for one in await asyncio.gather(*waiting):
                assert isinstance(one, Verification)
        with pytest.raises(JukinetError) as caught:
            await desk.verify(PENSION, query())
        assert caught.value.kind is ErrorKind.UNAVAILABLE

    asyncio.run(run())
    assert len(entries(federation)) == 3


def test_what_is_no_request_is_recorded_and_nothing_of_it_kept(federation: Federation) -> None:
    error = JukinetError(ErrorKind.MALFORMED, "渡邉　花子")
    with_desk(federation, lambda desk: desk.note_unreadable(FOREIGN_AFFAIRS, error))
    (entry,) = entries(federation)
    assert (entry.outcome, entry.actor, entry.business_on) == (Outcome.REFUSED, FOREIGN_AFFAIRS.uri, DAY)
    assert (entry.terminal, entry.affair, entry.reference, entry.subject_code) == (None,) * 4
    assert entry.rules == ("malformed",)


def test_an_organs_seat_and_what_it_acts_as_are_read_off_the_directory(federation: Federation) -> None:
    """A mayor asks his governor for Table 2; for Table 4 he asks the centre, through him alone (Art. 30-7(6))."""
    load(federation, hanako())
    mayor, governor = OrganSlug("kunitachi-mayor"), OrganSlug("tokyo-governor")
    here, prefecture = KUNITACHI.node_id, PREFECTURE
    tls = SignaturePolicy.TLS_ONLY
    put_organ(federation, OrganEntry(mayor, "国立市長", (), tls, seat=here, acts_as=(OrganSlug("mayor"),)))
    put_organ(
        federation,
        OrganEntry(governor, "東京都知事", (), tls, seat=prefecture, acts_as=(OrganSlug("governor"),)),
    )
    assert isinstance(ask(federation, query(affair="t2-3-1"), organ=mayor, node=PREFECTURE), Verification)
    assert isinstance(ask(federation, query(affair="t5-12-1"), organ=governor, node=PREFECTURE), Verification)
    assert refused(federation, query(affair="t2-3-1"), organ=mayor) == ["P4"]
    assert refused(federation, query(affair="t4-2-1"), organ=mayor) == ["S17"]
    through = query(affair="t4-2-1", **{"for": mayor.text})
    assert isinstance(ask(federation, through, organ=governor), Verification)
    assert entries(federation, NATIONAL)[-1].terminal == "clerk-7 / 2013-0042 / for kunitachi-mayor"
    unknown = ask(federation, query(affair="t4-2-1", **{"for": STRANGER.text}), organ=governor)
    assert isinstance(unknown, Refused)
    assert [rule.rule for rule in unknown.failed] == ["S11", "S3", "S16", "S17"]
