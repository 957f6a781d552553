"""Earlier records in the answer of a batch: what a single request is told of the same person, row by row."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services.counter import owner
from tests.services.supply.asking import CODES, DAY, HANAKO, UNLIMITED, ask_all, by_items, hanako, load, query
from tests.services.supply.batching import answered, codes_csv, run, shown, submitted, supplied
from tests.services.supply.test_batches import MANY, born, items_csv

from jukinet.domain.batches import BatchFormat
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NATIONAL
from jukinet.law.catalogue import QueryKind
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply import batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply_blocks import Whom
from jukinet.store.supply import Told
from jukinet.testing.federation import CLERK, Federation

Row = dict[str, str]

KINDS = (
    ("recording", "move-in"),
    ("correction", "move-within"),
    ("deletion", "move-out"),
    ("deletion", "death"),
)
LATER = date(2093, 7, 8)
"""When even the longest term of what was deleted in 2013 is over."""
YEARS_AGO = [LATER.replace(year=LATER.year - years) for years in (0, 1, 5, 79, 80)]
"""Around these days the terms end (Ord. 30-11)."""

ADD = """
INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record, name,
                              birth_date, sex, address_in, address, received_on, received_at)
SELECT %(id)s, code, municipality, %(kind)s, %(reason)s, %(on)s, foreign_record, %(name)s, birth_date, sex, address_in,
       address, %(on)s, %(on)s
  FROM identity_history WHERE code = %(code)s ORDER BY history_id LIMIT 1
"""
PRESENT = """
UPDATE identity_records SET history_id = (SELECT max(history_id) FROM identity_history WHERE code = %(code)s)
 WHERE code = %(code)s
"""


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def chain(federation: Federation, code: ResidentRecordCode, *notices: tuple[tuple[str, str], date]) -> None:
    """Notices of a code after its first, the last of which made its record."""
    with owner(federation, NATIONAL) as connection:
        for number, ((kind, reason), on) in enumerate(notices):
            told = {
                "id": f"{code}-{number}",
                "kind": kind,
                "reason": reason,
                "on": on,
                "name": f"別　{number}子",
            }
            connection.execute(ADD.encode(), told | {"code": str(code)})
        connection.execute(PRESENT.encode(), {"code": str(code)})


def many(federation: Federation) -> None:
    """Everybody has some notices around the ends of their terms; some are replaced, in doubt or blocked."""
    load(federation, *(hanako(code, birth_date=born(number)) for number, code in enumerate(MANY)))
    federation.set_date(LATER)
    rng = random.Random(30)
    for code in MANY:
        days = sorted(
            rng.choice(YEARS_AGO) + timedelta(days=rng.choice((-1, 0, 1))) for _ in range(rng.randrange(6))
        )
        chain(federation, code, *((rng.choice(KINDS), day) for day in days))
    blocks.block(federation.context(NATIONAL), CLERK, Whom.person(MANY[0]), "by order")
    with owner(federation, NATIONAL) as connection:
        for column, value, codes in (
            ("superseded", True, MANY[1:4]),
            ("undetermined_from", LATER, MANY[4:6]),
        ):
            connection.execute(
                f"UPDATE identity_records SET {column} = %s WHERE code = ANY(%s)".encode(),
                (value, [str(code) for code in codes]),
            )


def told(one: Told) -> tuple[str, ...]:
    return (one.name, one.birth_date, one.address, one.change_kind, one.change_reason, one.changed_on)


def told_in(row: Row) -> tuple[str, ...]:
    names = ("name", "birth_date", "address_text", "change_kind", "change_reason", "change_occurred_on")
    return tuple(row[name] for name in names)


@case("Ord. Art. 30-11(i)", "Ord. Art. 30-11(ii)")
@pytest.mark.parametrize("by", QueryKind)
def test_a_row_is_told_what_a_single_request_is_told(
    federation: Federation, files: BatchFiles, by: QueryKind
) -> None:
    many(federation)
    if by is QueryKind.CODE:
        asked, data = [query(code=str(code)) for code in MANY], codes_csv(MANY)
    else:
        days = [str(born(number)) for number in range(len(MANY))]
        asked = [by_items(birth_date=day) for day in days]
        data = items_csv(*({**HANAKO, "birth_date": day} for day in days))
    rows = answered(federation, files, data, by=by, history=True)
    seen = 0
    for number, single in enumerate(ask_all(federation, asked, most=UNLIMITED), start=1):
        assert isinstance(single, Verification)
        first, *earlier = [row for row in rows if row["row"] == str(number)]
        assert first["result"] == single.result.value
        assert [row["result"] for row in earlier] == ["earlier"] * len(earlier)
        assert [told_in(row) for row in earlier] == [told(one) for one in single.history], number
        seen += len(earlier)
    assert seen > 8, "the terms of some are over, those of others are not"
    assert [int(row["row"]) for row in rows] == sorted(int(row["row"]) for row in rows)


def test_only_who_asks_for_earlier_records_is_told_them(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    chain(federation, CODES[0], (KINDS[1], DAY))
    data = codes_csv([CODES[0], "x"])
    plain = answered(federation, files, data)
    assert [row["result"] for row in plain] == ["found", "unreadable"]
    whole = answered(federation, files, data, history=True)
    assert [row["result"] for row in whole] == ["found", "earlier", "unreadable"]
    assert [row for row in whole if row["result"] != "earlier"] == plain, "a request of its own"
    again = submitted(federation, files, data, history=True)
    assert again.before
    assert again.batch.counts == {"found": 1, "unreadable": 1}, "they are counted with their row"
    assert [row for row, _ in supplied(federation, shown(federation, again.batch.id))] == [1]
    worker = federation.context(NATIONAL, "worker")
    assert batch_run.root_again(worker, again.batch) == again.batch.root


def test_who_is_as_before_or_beyond_the_limit_brings_no_earlier_records(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako())
    chain(federation, CODES[0], (KINDS[1], DAY))
    data = codes_csv([CODES[0]])
    first = submitted(federation, files, data, history=True).batch
    run(federation, files, first.id)
    assert answered(federation, files, data, history=True, since=first.id) == []
    batch = submitted(federation, files, codes_csv([CODES[0]] * 2), history=True).batch
    worker, once = federation.context(NATIONAL, "worker"), replace(UNLIMITED, person_per_day=3)
    while batch_run.step(worker, files, batch.id, once):
        pass
    lines = files.answer(batch.id).read_text("utf-8").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["1", "found"], ["1", "earlier"], ["2", "limited"]]


def test_every_form_tells_the_same_earlier_records(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    chain(federation, CODES[0], (KINDS[1], DAY - timedelta(days=9)), (KINDS[1], DAY))
    rows = answered(federation, files, codes_csv([CODES[0]]), history=True)
    assert [row["result"] for row in rows] == ["found", "earlier", "earlier"]
    data = json.dumps({"code": str(CODES[0])}).encode() + b"\n"
    batch = submitted(federation, files, data, rows=1, format=BatchFormat.NDJSON, history=True).batch
    run(federation, files, batch.id)
    objects = [json.loads(line) for line in files.answer(batch.id).read_text("utf-8").splitlines()]
    assert [{name: text for name, text in row.items() if text} for row in rows] == [
        {name: str(text) for name, text in one.items()} for one in objects
    ]


def test_a_batch_of_several_parts_keeps_them_behind_their_rows(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, *(hanako(code, birth_date=born(number)) for number, code in enumerate(MANY[:5])))
    for code in MANY[:5]:
        chain(federation, code, (KINDS[1], DAY))
    batch = submitted(federation, files, codes_csv(reversed(MANY[:5])), history=True).batch
    run(federation, files, batch.id, most=2)
    rows = list(csv.DictReader(io.StringIO(files.answer(batch.id).read_text("utf-8"))))
    expected = [(str(number), kind) for number in range(1, 6) for kind in ("found", "earlier")]
    assert [(row["row"], row["result"]) for row in rows] == expected
