"""How often an organ may be told of one person in a day: rows of batches and single requests count together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services.counter import audit
from tests.services.supply.asking import (
    CODES,
    HANAKO,
    UNLIMITED,
    ask_all,
    by_items,
    hanako,
    linh,
    load,
    query,
)
from tests.services.supply.batching import codes_csv, run, shown, submitted, supplied
from tests.services.supply.test_batches import items_csv

from jukinet.domain.batches import BatchFormat, BatchState
from jukinet.domain.code import compose, is_issuable
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.law.catalogue import QueryKind
from jukinet.messages.directory import OrganEntry, SignaturePolicy
from jukinet.services.supply import batch_intake, batch_keys, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Limited
from jukinet.store.batches import Batch
from jukinet.testing.federation import Federation

MANY = tuple(map(compose, filter(is_issuable, map(str, range(3_000_000_000, 3_000_003_000)))))
OTHER = OrganSlug("ministry-foreign-affairs")
NOON = datetime(2013, 7, 8, 3, 0, 20, tzinfo=UTC)
TWO = replace(UNLIMITED, person_per_day=2)


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def answer(
    federation: Federation,
    files: BatchFiles,
    data: bytes,
    most: Limits = TWO,
    *,
    part: int = 2,
    **changes: object,
) -> tuple[Batch, list[str]]:
    """The batch at its end, and of each row what is said, or the rule that it met."""
    batch = submitted(federation, files, data, **changes).batch
    while batch_run.step(federation.context(NATIONAL, "worker"), files, batch.id, most, most=part):
        pass
    lines = files.answer(batch.id).read_text("utf-8").splitlines()[1:]
    told = [line.split(",")[1:3] for line in lines]
    return shown(federation, batch.id), [reason or result for result, reason in told]


def singly(federation: Federation, *codes: int, most: Limits = TWO) -> list[str]:
    answers = ask_all(federation, [query(code=str(CODES[one])) for one in codes], most=most)
    return [one.failed[0].rule if isinstance(one, Limited) else "ok" for one in answers]


@case(refused="SL3", permitted="SL3")
def test_a_row_that_tells_of_somebody_counts_as_a_look(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    federation.clock.moment = NOON
    rows = [CODES[0], CODES[1], CODES[0], "x", CODES[0], CODES[7], CODES[0]]
    done, told = answer(federation, files, codes_csv(rows))
    assert told == ["found", "found", "found", "code", "SL3", "none", "SL3"], "over the parts of a batch"
    assert done.state is BatchState.DONE
    assert done.counts == {"found": 3, "limited": 2, "none": 1, "unreadable": 1}
    assert [row for row, _ in supplied(federation, done)] == [1, 2, 3], "nobody is told of beyond it"
    assert batch_run.root_again(federation.context(NATIONAL, "worker"), done) == done.root
    (entry,) = audit(federation, NATIONAL, "supply:batch:answered")
    assert entry["rules"][-6:-4] == ["SL3 Limits of this node", "limited 2"]
    _, told = answer(federation, files, codes_csv([CODES[1], CODES[1], CODES[0]]), part=9)
    assert told == ["found", "SL3", "SL3"], "over batches, and within one part"
    assert singly(federation, 0, 1, 7) == ["SL3", "SL3", "ok"], "and by single requests"


def test_looks_by_single_requests_count_for_the_rows_of_a_batch(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako(), linh())
    federation.clock.moment = NOON
    assert singly(federation, 0, 0, 1, 0) == ["ok", "ok", "ok", "SL3"]
    ask_all(federation, [by_items(affair="t1-41-1")], most=TWO)
    _, told = answer(federation, files, codes_csv([CODES[1], CODES[0], CODES[1], CODES[7]]))
    assert told == ["found", "SL3", "SL3", "none"]
    assert singly(federation, 1) == ["SL3"]


def test_looks_of_another_day_or_another_organ_do_not_count(
    federation: Federation, files: BatchFiles
) -> None:
    load(federation, hanako())
    other = OrganEntry(OTHER, "外務省", (), SignaturePolicy.TLS_ONLY)
    federation.directory = replace(federation.directory, organs=(*federation.directory.organs, other))
    federation.clock.moment = datetime(2013, 7, 8, 14, 59, 59, tzinfo=UTC)
    twice = codes_csv([CODES[0], CODES[0]])
    assert answer(federation, files, twice)[1] == ["found", "found"]
    _, told = answer(federation, files, codes_csv([CODES[0]]), organ=OTHER, affair="t1-41-1")
    assert told == ["found"]
    assert answer(federation, files, twice + b"x\n")[1] == ["SL3", "SL3", "code"]
    federation.clock.advance(timedelta(seconds=1))
    assert singly(federation, 0) == ["ok"], "the next day of Japan"
    assert answer(federation, files, twice + b"y\n")[1] == ["found", "SL3", "code"]


def test_somebody_found_by_two_names_is_one_person(federation: Federation, files: BatchFiles) -> None:
    load(federation, linh())
    federation.clock.moment = NOON
    legal = {**HANAKO, "name": "TRAN THI LINH", "birth_date": "1984-02-29"}
    rows = [legal, {**legal, "name": "見本りん"}, {**legal, "name": "見本　りん"}]
    _, told = answer(federation, files, items_csv(*rows), by=QueryKind.FOUR_ITEMS)
    assert told == ["found", "found", "SL3"]


def test_what_is_as_before_is_a_look_too(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    data = codes_csv([CODES[0]])
    first, _ = answer(federation, files, data)
    second, told = answer(federation, files, data, since=first.id)
    assert (second.counts, told) == ({"unchanged": 1}, [])
    third, told = answer(federation, files, data, since=second.id)
    assert (third.counts, told) == ({"limited": 1}, ["SL3"])


@pytest.mark.parametrize(
    ("rows", "least", "most"),
    [
        ([CODES[0], "x", CODES[1]], 1, 2),
        (["x"] * 99, 1, 1),
        ([CODES[0], CODES[1], CODES[0], CODES[0]], 3, 4),
        ([CODES[0]] * 254, 254, 254),
        ([CODES[0]] * 255, batch_keys.MOST_ROWS, batch_keys.MOST_ROWS),
        ([CODES[0]] * 300, batch_keys.MOST_ROWS, batch_keys.MOST_ROWS),
        (MANY, 1, 20),
    ],
)
def test_a_file_tells_in_how_many_rows_a_person_stands_at_most(
    files: BatchFiles, rows: Sequence[object], least: int, most: int
) -> None:
    """Never told to be fewer; others at the same place are counted too."""
    with files.receiving("b") as incoming:
        incoming.write(codes_csv(rows))
    found = batch_intake.check(files, "b", BatchFormat.CSV, QueryKind.CODE, len(rows))
    assert found.faults == ()
    assert least <= found.most_of_one <= most


def test_a_batch_of_before_this_was_counted_is_counted_all_the_same(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is known of a file, each of its rows may be about one person."""
    load(federation, hanako())
    federation.clock.moment = NOON
    monkeypatch.setattr(batch_intake, "Checked", lambda faults, most_of_one: _Unknown(faults))
    _, told = answer(federation, files, codes_csv([CODES[0]] * 3))
    assert told == ["found", "found", "SL3"]


class _Unknown:
    most_of_one = None

    def __init__(self, faults: object) -> None:
        self.faults = faults


def test_the_run_of_a_batch_heeds_the_usual_limit(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako())
    federation.clock.moment = NOON
    batch = submitted(federation, files, codes_csv([CODES[0]] * 101)).batch
    assert run(federation, files, batch.id, most=60).counts == {"found": 100, "limited": 1}
