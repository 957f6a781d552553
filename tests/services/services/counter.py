"""What the tests of the register share: filings with plain defaults, and a look at everything a node holds.

The looks go as the owner of the tables, so that no grant and no query of the program hides anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from tests.services.world import looking, tables

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, PersonName, RecordKind, ResidentRecord
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law.codes import ChangeDocument
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import births, codes, deaths, loading, moves, notes, reads, settings
from jukinet.services.context import Context
from jukinet.services.filings import (
    BirthFiling,
    CodeChangeFiling,
    DeathFiling,
    MoveInFiling,
    MoveOutFiling,
    Mover,
    MoveWithinFiling,
    Person,
)
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.store import identity
from jukinet.testing.federation import CLERK, NETWORK, FakeClock, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI
from jukinet.testing.notifying import brought_for
from jukinet.testing.people import make_person

TODAY = date(2013, 7, 8)
TOKYO, FUKUSHIMA_KEN = NodeId("pref-13"), NodeId("pref-07")

ADDRESSES = {
    KUNITACHI: Address(KUNITACHI, "東京都国立市富士見台二丁目47番地の1", "国立荘3号"),
    CHIYODA: Address(CHIYODA, "東京都千代田区九段南一丁目2番1号"),
    FUKUSHIMA: Address(FUKUSHIMA, "福島県福島市五老内町3番1号"),
    YAMATSURI: Address(YAMATSURI, "福島県東白川郡矢祭町大字東舘字舘本66番地"),
}
HAWAII = Place("アメリカ合衆国ハワイ州ホノルル市")


def place(municipality: MunicipalityCode) -> Place:
    """Where one comes from or goes to."""
    return Place(ADDRESSES[municipality].full, municipality)


def elsewhere_in(municipality: MunicipalityCode, number: int = 1) -> Address:
    return Address(municipality, ADDRESSES[municipality].text + f"第{number}")


def japanese(**changes: Any) -> Person:
    who = Person(
        PersonName("国立　花子", "クニタチ　ハナコ"),
        PartialDate("1980-04-17"),
        Sex.FEMALE,
        "世帯主",
        koseki=Koseki("東京都国立市富士見台二丁目47番地", "国立　太郎"),
    )
    return replace(who, **changes)


def foreign(**changes: Any) -> Person:
    who = Person(
        PersonName("SMITH ANNA", latin="SMITH ANNA"),
        PartialDate("1985-11-02"),
        Sex.FEMALE,
        "世帯主",
        foreign=student(),
    )
    return replace(who, **changes)


def student(nationality: str = "USA", became: date = date(2013, 7, 6), **changes: Any) -> ForeignItems:
    items = ForeignItems(
        nationality,
        became,
        ForeignClass.MID_TO_LONG_TERM,
        status="留学",
        period="1年",
        expires_on=date(2014, 7, 5),
        document_number="AB00000001CD",
    )
    return replace(items, **changes)


def newborn(born: date, **changes: Any) -> Person:
    """A foreign child, who needs no status for the first sixty days."""
    return foreign(
        birth_date=PartialDate.of(born),
        relationship="子",
        foreign=ForeignItems("USA", born, ForeignClass.TRANSITIONAL),
        **changes,
    )


def child(**changes: Any) -> Person:
    return japanese(
        name=PersonName("国立　一郎"),
        birth_date=PartialDate("2013-07-07"),
        sex=Sex.MALE,
        relationship="子",
        **changes,
    )


def read(federation: Federation, where: MunicipalityCode, key: str | ResidentRecordCode) -> Found:
    """A resident as a clerk sees them."""
    found = reads.read_resident(federation.context(where), CLERK, key)
    assert isinstance(found, Found), found
    return found


def load(
    federation: Federation,
    where: MunicipalityCode = KUNITACHI,
    *households: list[ResidentRecord],
    kind: RecordKind = RecordKind.JAPANESE,
    seed: int = 0,
) -> list[Found]:
    """Take over households (default: one person), and deliver what that calls for."""
    given = households or ([make_person(kind, seed=seed, municipality=where)],)
    numbers = known_numbers(federation, where)
    done = loading.load_households(federation.context(where), CLERK, given)
    assert isinstance(done, loading.Loaded), done
    federation.run()
    return [read(federation, where, no) for no in known_numbers(federation, where) if no not in numbers]


def somebody(federation: Federation, where: MunicipalityCode = KUNITACHI, **wanted: Any) -> Found:
    """The first resident there; one is taken over if there is none. For tests that change nothing."""
    numbers = known_numbers(federation, where)
    return read(federation, where, numbers[0]) if numbers else load(federation, where, **wanted)[0]


def remarked(
    federation: Federation, where: MunicipalityCode, number: str
) -> list[tuple[str, tuple[str, ...]]]:
    """The changes of a record and what is remarked on each, the oldest first."""
    field = notes.read_remarks(federation.context(where), CLERK, number)
    assert isinstance(field, notes.CombinedField), field
    return [(one.reason.value, one.remarks) for one in field.entries]


def known_numbers(federation: Federation, where: MunicipalityCode) -> list[str]:
    rows = owner_rows(federation, where.node_id, "SELECT resident_no FROM residents ORDER BY resident_id")
    return [row["resident_no"] for row in rows]


def code_of(found: Found) -> ResidentRecordCode:
    """The code of somebody who has one."""
    assert found.record.code is not None
    return found.record.code


def registered(result: object) -> Registered:
    assert isinstance(result, Registered), result
    return result


def give_birth(
    federation: Federation, where: MunicipalityCode, household: str, who: Person | None = None
) -> str:
    filing = BirthFiling(household, who or child(), today(federation, where))
    return registered(births.record_birth(federation.context(where), CLERK, filing)).resident_nos[0]


def turn_back(federation: Federation, on: date) -> None:
    """An earlier day at every office, with clerks who were enrolled by then."""
    for node in federation.nodes:
        settings.enrol_operator(
            federation.context(node), CLERK, CLERK.operator_id, "佐藤", list(Permission), valid_from=on
        )
    federation.set_date(on)


def today(federation: Federation, where: MunicipalityCode) -> date:
    ctx = federation.context(where)
    with ctx.begin() as tx:
        return ctx.business_date(tx)


def move_in_filing(where: MunicipalityCode, *persons: Person, **changes: Any) -> MoveInFiling:
    filing = MoveInFiling(
        persons=persons or (japanese(),),
        address=ADDRESSES[where],
        previous_address=place(CHIYODA if where != CHIYODA else KUNITACHI),
        moved_on=date(2013, 7, 6),
        filed_on=TODAY,
        evidence=MoveInEvidence.CERTIFICATE,
        status_shown=True,
        notified_by=brought_for(len(persons) or 1),
    )
    return replace(filing, **changes)


def move_in(federation: Federation, where: MunicipalityCode, *persons: Person, **changes: Any) -> Registered:
    filing = move_in_filing(where, *persons, **changes)
    return registered(moves.move_in(federation.context(where), CLERK, filing))


def move_within_filing(where: MunicipalityCode, *numbers: str, **changes: Any) -> MoveWithinFiling:
    filing = MoveWithinFiling(
        movers=tuple(Mover(number) for number in numbers),
        address=elsewhere_in(where),
        moved_on=date(2013, 7, 6),
        filed_on=TODAY,
        new_household=False,
        notified_by=brought_for(len(numbers)),
    )
    return replace(filing, **changes)


def move_within(federation: Federation, where: MunicipalityCode, *numbers: str, **changes: Any) -> Registered:
    filing = move_within_filing(where, *numbers, **changes)
    return registered(moves.move_within(federation.context(where), CLERK, filing))


def move_out_filing(
    numbers: list[str], to: Place | MunicipalityCode = CHIYODA, **changes: Any
) -> MoveOutFiling:
    where = place(to) if isinstance(to, MunicipalityCode) else to
    brought = brought_for(len(numbers))
    filing = MoveOutFiling(tuple(numbers), where, date(2013, 7, 10), TODAY, notified_by=brought)
    return replace(filing, **changes)


def file_move_out(
    federation: Federation,
    where: MunicipalityCode,
    numbers: list[str],
    to: Place | MunicipalityCode = CHIYODA,
    **changes: Any,
) -> Registered:
    filing = move_out_filing(numbers, to, **changes)
    return registered(moves.file_move_out(federation.context(where), CLERK, filing))


def die(
    federation: Federation, where: MunicipalityCode, number: str, on: date = date(2013, 7, 6)
) -> Registered:
    filing = DeathFiling(number, on, max(on, TODAY))
    return registered(deaths.record_death(federation.context(where), CLERK, filing))


def code_change_filing(found: Found, **changes: Any) -> CodeChangeFiling:
    record = found.record
    assert record.code is not None
    filing = CodeChangeFiling(
        found.resident_no, record.name.text, record.address.full, record.code, ChangeDocument.CARD
    )
    return replace(filing, **changes)


def change_code(federation: Federation, where: MunicipalityCode, found: Found) -> Registered:
    return registered(codes.change_code(federation.context(where), CLERK, code_change_filing(found)))


def as_person(found: Found, **changes: Any) -> Person:
    """Someone recorded here, as a certificate tells of them to the next municipality."""
    record = found.record
    who = Person(
        record.name,
        record.birth_date,
        record.sex,
        "世帯主",
        record.code,
        record.koseki,
        record.foreign,
        nickname=record.nickname,
        former_nicknames=record.former_nicknames,
    )
    return replace(who, **changes)


# What a node holds ----------------------------------------------------------------------------------------------


@contextmanager
def owner(federation: Federation, node: NodeId) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(
        federation._conninfo("owner"),
        options=f"-c search_path={node.schema}",
        row_factory=dict_row,
        autocommit=True,
    ) as connection:
        yield connection


def owner_rows(federation: Federation, node: NodeId, query: str, **params: Any) -> list[dict[str, Any]]:
    with looking(federation, node) as connection:
        return connection.execute(query.encode(), params).fetchall()


def contents(federation: Federation, node: MunicipalityCode | NodeId) -> dict[str, list[str]]:
    """Every row of every table of a node, the audit log left out: what a refusal must leave as it was."""
    node = node.node_id if isinstance(node, MunicipalityCode) else node
    return {name: lines for name, lines in tables(federation, node).items() if name != "audit_entries"}


def audit(
    federation: Federation, node: MunicipalityCode | NodeId, event: str | None = None
) -> list[dict[str, Any]]:
    node = node.node_id if isinstance(node, MunicipalityCode) else node
    query = "SELECT * FROM audit_entries WHERE %(event)s::text IS NULL OR event = %(event)s ORDER BY entry_id"
    return owner_rows(federation, node, query, event=event)


def statements(federation: Federation, node: MunicipalityCode, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """What a municipality has put into its outbox of one kind: addressee and body, in order."""
    query = "SELECT addressee, body FROM outbox WHERE kind = %(kind)s ORDER BY entry_id"
    rows = owner_rows(federation, node.node_id, query, kind=kind)
    return [(row["addressee"], json.loads(bytes(row["body"]))) for row in rows]


def notices(federation: Federation, node: MunicipalityCode) -> list[dict[str, Any]]:
    """The identity notices of a municipality, in order."""
    return [body for _, body in statements(federation, node, "identity-notice")]


def live(federation: Federation, node: NodeId) -> dict[tuple[str, str], object]:
    """The live records of a store by municipality and code."""
    with federation.context(node, NETWORK).begin() as tx:
        return {(str(where), str(facts.code)): facts for where, facts in identity.live_records(tx)}


def stored(federation: Federation, node: NodeId, code: ResidentRecordCode | None) -> list[dict[str, Any]]:
    """Every record that a store keeps of a code, by municipality."""
    query = "SELECT * FROM identity_records WHERE code = %(code)s ORDER BY municipality"
    return owner_rows(federation, node, query, code=str(code))


def parked(federation: Federation, node: MunicipalityCode | NodeId) -> list[dict[str, Any]]:
    node = node.node_id if isinstance(node, MunicipalityCode) else node
    return owner_rows(federation, node, "SELECT * FROM parked ORDER BY parked_id")


def code_notices(federation: Federation, where: MunicipalityCode) -> list[tuple[str, str, str]]:
    query = "SELECT resident_no, kind, n.code FROM code_notices n JOIN residents USING (resident_id)"
    rows = owner_rows(federation, where.node_id, query + " ORDER BY notice_id")
    return [(row["resident_no"], row["kind"], row["code"]) for row in rows]


def both_stores(federation: Federation, where: MunicipalityCode, number: str) -> None:
    """Prefecture and centre hold of this resident exactly what the register says."""
    record = read(federation, where, number).record
    prefecture = where.prefecture.node_id
    for node in (prefecture, NATIONAL):
        held = live(federation, node)
        assert held[(str(where), str(record.code))] == record.identity_facts()


# Refusals and crashes -------------------------------------------------------------------------------------------

STRANGER = OperatorClaim("nobody", "counter-9")
NOVICE = OperatorClaim("suzuki", "counter-2")
"""Enrolled by ``without``, with every permission but the one that an act needs."""


def without(
    federation: Federation, node: MunicipalityCode | NodeId, *permissions: Permission
) -> OperatorClaim:
    held = [one for one in Permission if one not in permissions]
    settings.enrol_operator(federation.context(node), CLERK, NOVICE.operator_id, "鈴木", held)
    return NOVICE


def assert_refused(
    federation: Federation,
    node: MunicipalityCode | NodeId,
    event: str,
    act: Callable[[], object],
    *rules: str,
) -> None:
    """The act is refused by exactly these rules, recorded once as a refusal, and stores nothing."""
    before, entries = contents(federation, node), len(audit(federation, node))
    result = act()
    assert isinstance(result, Refused), result
    assert [failed.rule for failed in result.failed] == list(rules)
    assert contents(federation, node) == before
    (entry,) = audit(federation, node)[entries:]
    assert (entry["event"], entry["outcome"]) == (event, "refused")
    assert [rule.split()[0] for rule in entry["rules"]] == list(rules)


def assert_gated(
    federation: Federation,
    node: MunicipalityCode | NodeId,
    event: str,
    permission: Permission,
    act: Callable[[Context, OperatorClaim], object],
) -> None:
    """Neither somebody unknown nor somebody without the permission may, and neither learns more than that."""
    ctx = federation.context(node)
    novice = without(federation, node, permission)
    assert_refused(federation, node, event, lambda: act(ctx, STRANGER), "G1")
    assert_refused(federation, node, event, lambda: act(ctx, novice), "G3")


class CrashingClock(FakeClock):
    """Breaks the process at the n-th look at the clock: every row that an act writes bears the time."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def now(self) -> datetime:
        self.looks -= 1
        if self.looks < 0:
            raise SystemError("the process ended here")
        return super().now()


def assert_all_or_nothing(
    federation: Federation, where: MunicipalityCode | NodeId, act: Callable[[Context], object]
) -> int:
    """Crash the act at each of its steps, then let it through; how many crashes left nothing behind."""
    before, entries = contents(federation, where), len(audit(federation, where))
    for step in range(50):
        ctx = replace(federation.context(where), clock=CrashingClock(step))
        try:
            done = act(ctx)
        except SystemError:
            assert contents(federation, where) == before
            assert len(audit(federation, where)) == entries
        else:
            assert not isinstance(done, Refused), done
            assert contents(federation, where) != before
            return step
    raise AssertionError("the act never comes to an end")
