"""Organs that ask the desk of a node in a test's federation, and what the node's audit log says of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, TypeVar

import psycopg

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode, compose, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName, RecordKind, ResidentRecord
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, OrganSlug
from jukinet.domain.persons import Address, Sex
from jukinet.law.decisions import Refused
from jukinet.services import loading, trail
from jukinet.services.supply import answers
from jukinet.services.supply.desk import Answer, Desk
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply.queries import SupplyQuery, read_query
from jukinet.store.supply import Settled, SupplyConnection, SupplyDatabase, Together
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

T = TypeVar("T")

UNLIMITED = Limits(*(10**6,) * 4)

PENSION = OrganSlug("japan-pension-service")
FOREIGN_AFFAIRS = OrganSlug("mofa")
AFFAIR = "t1-77-12"
DAY = date(2013, 7, 8)

CODES = tuple(map(compose, filter(is_issuable, map(str, range(2_345_678_900, 2_345_678_920)))))
ADDRESS = Address(KUNITACHI, "東京都国立市富士見台二丁目47番地の1", "見本ハイツ 101号室")
HANAKO: dict[str, Any] = {
    "name": "渡邉　花子",
    "address": ADDRESS.text,
    "birth_date": "1979-11-23",
    "sex": "female",
}


def hanako(code: ResidentRecordCode | None = CODES[0], **changes: Any) -> ResidentRecord:
    """A resident of Kunitachi whose four items are ``HANAKO``."""
    fields = {
        "name": PersonName("渡邉　花子", "ワタナベ　ハナコ"),
        "birth_date": PartialDate("1979-11-23"),
        "sex": Sex.FEMALE,
        "address": ADDRESS,
        "recorded_since": date(2008, 4, 3),
        "code": code,
    }
    return make_person(municipality=KUNITACHI, **{**fields, **changes})


def linh(code: ResidentRecordCode | None = CODES[1], **changes: Any) -> ResidentRecord:
    """A foreign resident of Kunitachi with a nickname."""
    fields = {
        "name": PersonName("TRAN THI LINH", latin="TRAN THI LINH"),
        "nickname": Nickname("見本　りん", date(2012, 7, 9), KUNITACHI),
        "birth_date": PartialDate("1984-02-29"),
        "sex": Sex.FEMALE,
        "address": ADDRESS,
        "recorded_since": date(2012, 7, 9),
        "code": code,
    }
    return make_person(RecordKind.FOREIGN, seed=5, municipality=KUNITACHI, **{**fields, **changes})


def load(federation: Federation, *records: ResidentRecord, at: MunicipalityCode = KUNITACHI) -> None:
    """Take records over at a municipality, a household each, and let the notices travel."""
    done = loading.load_households(federation.context(at), CLERK, [[record] for record in records])
    assert not isinstance(done, Refused), done
    federation.run()


def plain(**changes: Any) -> dict[str, Any]:
    """A request as an organ sends it; a field set to None is left out."""
    fields = {
        "request_id": "request-0001",
        "affair": AFFAIR,
        "operator": "clerk-7",
        "case": "2013-0042",
        "code": str(CODES[0]),
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def query(**changes: Any) -> SupplyQuery:
    return read_query(plain(**changes))


def by_items(**changes: Any) -> SupplyQuery:
    return query(**{"code": None, **HANAKO, **changes})


def wire_of(answer: Verification) -> bytes:
    """An answer as the door sends it."""
    return answers.dump_answer(answer)


def database(federation: Federation, node: NodeId = NATIONAL) -> SupplyDatabase:
    return SupplyDatabase(federation._conninfo("supply"), node.schema, most=2)


class LosingDatabase(SupplyDatabase):
    """The line to it breaks ``losing`` times before an answer, the commit too; or after the commit, if ``late``."""

    def __init__(self, federation: Federation, *, losing: int, late: bool = True) -> None:
        super().__init__(federation._conninfo("supply"), NATIONAL.schema, most=2)
        self.losing, self.late = losing, late

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SupplyConnection]:
        async with super().connection() as store:
            yield _Losing(self, store)


class _Losing(SupplyConnection):
    def __init__(self, database: LosingDatabase, store: SupplyConnection) -> None:
        super().__init__(store._connection, governor=store._governor)
        self._database = database

    async def answer(
        self, together: Together, asked: Sequence[dict[str, Any]], keys: Sequence[dict[str, Any]]
    ) -> list[Settled]:
        database = self._database
        lost, database.losing = database.losing > 0, database.losing - 1
        if lost and not database.late:
            raise psycopg.OperationalError("The line broke before the commit.")
        settled = await super().answer(together, asked, keys)
        if lost:
            raise psycopg.OperationalError("The line broke after the commit.")
        return settled


def with_desk(
    federation: Federation,
    work: Callable[[Desk], Awaitable[T]],
    *,
    node: NodeId = NATIONAL,
    store: SupplyDatabase | None = None,
    most: Limits = UNLIMITED,
) -> T:
    """Open a desk, let ``work`` use it, close it."""

    async def run() -> T:
        desk = Desk(federation.context(node, "supply"), store or database(federation, node), most)
        await desk.open()
        try:
            async with asyncio.timeout(30):
                return await work(desk)
        finally:
            await desk.close()

    return asyncio.run(run())


def ask_all(
    federation: Federation, queries: Sequence[SupplyQuery], **where: Any
) -> list[Answer | BaseException]:
    """Ask at the same time."""

    async def work(desk: Desk) -> list[Answer | BaseException]:
        asked = (desk.verify(PENSION, one) for one in queries)
        return await asyncio.gather(*asked, return_exceptions=True)

    return with_desk(federation, work, **where)


def ask(
    federation: Federation, asked: SupplyQuery, *, organ: OrganSlug = PENSION, node: NodeId = NATIONAL
) -> Answer:
    return with_desk(federation, lambda desk: desk.verify(organ, asked), node=node)


def found(federation: Federation, asked: SupplyQuery, *, node: NodeId = NATIONAL) -> Verification:
    answer = ask(federation, asked, node=node)
    assert isinstance(answer, Verification), answer
    return answer


def entries(federation: Federation, node: NodeId = NATIONAL) -> list[AuditEntry]:
    """The node's entries of the supply door, oldest first."""
    listed = trail.list_entries(federation.context(node), CLERK, most=1000, event=AuditEvent.SUPPLIED)
    assert not isinstance(listed, Refused)
    return [entry for _, entry in reversed(listed)]


def rows_of(federation: Federation, node: NodeId = NATIONAL) -> psycopg.Connection[Any]:
    """A connection that may do anything to a node's rows, and commits at the end of its block."""
    return psycopg.connect(federation._conninfo("owner"), options=f"-c search_path={node.schema}")


def break_commit(federation: Federation, condition: str, *, node: NodeId = NATIONAL) -> None:
    """Let the database refuse to commit audit entries for which ``condition`` holds."""
    with rows_of(federation, node) as owner:
        owner.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not this one'; END $$"
        )
        owner.execute(
            "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse()"
        )
