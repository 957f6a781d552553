"""The nation's first population: each register taken in from a file, prefecture and centre loaded to match.

Owns what every node held on the morning of the first day. Registers come in through the office's own act; the stores
are filled straight into their tables, as the network's earlier system would have left them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.services import intake, settings
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Row
from jukinet.services.register_rows import HEADER, write_cells
from jukinet.testing.federation import CLERK, EPOCH
from jukinet.testing.gazetteer import YAMATSURI
from jukinet.testing.nation.lines import ONE_EACH, Nation, connect
from jukinet.testing.people import make_municipality

FIRST_DAY = date(2013, 7, 8)

_STEP = 7_919_987
"""Codes are spread over all that there are: consecutive multiples of this, modulo 10 to the 10."""


@dataclass(slots=True)
class Home:
    """A household as the simulation remembers it: where it lives, and its members' numbers, the householder's first."""

    number: str
    members: list[str]
    address: Address
    japanese: bool


def codes(first: int) -> Iterator[ResidentRecordCode]:
    """Different codes for different firsts, as long as these are further apart than what is taken."""
    serial = first
    while True:
        serial += 1
        ten = f"{serial * _STEP % 10**10:010d}"
        if is_issuable(ten):
            yield ResidentRecordCode.compose(ten)


@dataclass(frozen=True, slots=True)
class Task:
    """One municipality to load: how many live there, and from which serial its codes are drawn."""

    code: MunicipalityCode
    residents: int
    first: int


class Loader:
    """Loads municipalities over four connections: the server takes long to begin and to end a process for each."""

    def __init__(self, conninfos: Mapping[str, str]) -> None:
        self._conninfo = conninfos.__getitem__
        self._connections = connect(self._conninfo, ONE_EACH)
        self._raw = psycopg.connect(conninfos["owner"], autocommit=True)
        self._raw.execute(_STAGE)

    def __call__(self, task: Task) -> list[Home]:
        """Load one municipality, at itself, its prefecture and the centre; its households."""
        node, stores = task.code.node_id, (task.code.prefecture.node_id, NATIONAL)
        nation = Nation(self._conninfo, [*stores, node], seed=task.first, connections=self._connections)
        ctx = nation.context(node)
        settings.enrol_first_operator(ctx, CLERK.operator_id, "佐藤")
        homes, rows = _people(task)
        lines = iter([HEADER, *(write_cells(row) for row in rows)])
        claim = OperatorClaim(CLERK.operator_id, CLERK.terminal, confirmed=True)
        taken = intake.take_in(ctx, claim, lines, known_to_network=task.code != YAMATSURI)
        if isinstance(taken, Refused) or taken.records != task.residents:
            raise AssertionError(f"{node} did not take its register in")
        if task.code != YAMATSURI:
            stored = [_stored(row.record) for row in rows if row.record.code is not None]
            for store in stores:
                with self._raw.transaction():
                    here = sql.Identifier(store.schema)
                    self._raw.execute(sql.SQL("SET LOCAL search_path TO {}").format(here))
                    _fill(self._raw, store, stored)
        return homes

    def close(self) -> None:
        self._raw.close()
        for share in self._connections.values():
            for one in share:
                one.raw.close()


def _people(task: Task) -> tuple[list[Home], list[Row]]:
    """The households, and the rows of their file. In the town that is not connected nobody has a code."""
    drawn, serial = codes(task.first), 0
    homes, rows = [], []
    for household in make_municipality(task.code, task.residents, seed=1, on=FIRST_DAY):
        members = []
        for record in household.records:
            serial += 1
            members.append(with_check_digit(serial))
            code = None if task.code == YAMATSURI else next(drawn)
            rows.append(Row(members[-1], replace(record, code=code)))
        japanese = all(one.kind is RecordKind.JAPANESE for one in household.records)
        homes.append(Home(household.number, members, household.records[0].address, japanese))
    return homes, rows


_COLUMNS = (
    *("code", "municipality", "name", "nickname", "birth_date", "sex", "address_in", "address", "building"),
    *("foreign_record", "occurred_on", "name_key", "nickname_key", "address_key"),
)
_STAGE = """CREATE TEMPORARY TABLE stage (
    code text PRIMARY KEY, municipality text, name text, nickname text, birth_date text, sex text, address_in text,
    address text, building text, foreign_record boolean, occurred_on date, name_key bigint, nickname_key bigint,
    address_key bigint) ON COMMIT DELETE ROWS"""
_HISTORY = """INSERT INTO identity_history (
        statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record, name, nickname,
        birth_date, sex, address_in, address, building, received_on, received_at)
    SELECT 'loaded-' || code, code, municipality, 'recording', 'recorded-ex-officio', occurred_on, foreign_record,
           name, nickname, birth_date, sex, address_in, address, building, %(day)s, %(at)s
      FROM stage"""
_RECORDS = """INSERT INTO identity_records (
        code, municipality, live, event_on, recorded_on, history_id, change_kind, reason, occurred_on, speaks, name,
        nickname, birth_date, sex, address_in, address, building, name_key, nickname_key, address_key)
    SELECT s.code, s.municipality, true, s.occurred_on, %(day)s, h.history_id, h.change_kind, h.reason, s.occurred_on,
           true, s.name, s.nickname, s.birth_date, s.sex, s.address_in, s.address, s.building, s.name_key,
           s.nickname_key, s.address_key
      FROM stage s JOIN identity_history h ON h.statement_id = 'loaded-' || s.code"""


def _stored(record: ResidentRecord) -> tuple[Any, ...]:
    facts = record.identity_facts()
    keys = matching.record_keys(facts.name, facts.nickname, facts.address.text)
    return (
        str(facts.code),
        str(facts.address.municipality),
        facts.name,
        facts.nickname,
        str(facts.birth_date),
        facts.sex.value,
        str(facts.address.municipality),
        facts.address.text,
        facts.address.building,
        record.kind is RecordKind.FOREIGN,
        record.recorded_since,
        keys.name,
        keys.nickname,
        keys.address,
    )


def _fill(raw: psycopg.Connection[Any], store: NodeId, rows: list[tuple[Any, ...]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    with (
        raw.cursor() as cursor,
        cursor.copy(sql.SQL("COPY stage ({}) FROM STDIN").format(names)) as target,
    ):
        for row in rows:
            target.write_row(row)
    moment = {"day": FIRST_DAY, "at": EPOCH}
    raw.execute(_HISTORY, moment)
    raw.execute(_RECORDS, moment)
    if store == NATIONAL:
        # They were designated once, so that none is designated again.
        raw.execute(
            "INSERT INTO designations VALUES ('loaded', '', 0, %(day)s, %(at)s, 'system') ON CONFLICT DO NOTHING",
            moment,
        )
        raw.execute("INSERT INTO designated_codes SELECT code, 'loaded' FROM stage")
