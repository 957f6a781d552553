"""Parts of a batch under way at once: one is looked up while the one before it is written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.services.services.counter import owner
from tests.services.supply.asking import CODES, hanako, linh, load
from tests.services.supply.batching import codes_csv, run, shown, submitted, supplied
from tests.services.supply.test_batch_history import ADD, PRESENT

from jukinet.domain.batches import BatchState
from jukinet.domain.municipality import NATIONAL
from jukinet.services import supply_blocks as blocks
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply_blocks import Whom
from jukinet.store import batches as rows
from jukinet.store.database import Transaction
from jukinet.testing.federation import CLERK, Federation

DATA = codes_csv([CODES[0], "x", CODES[7], CODES[1], CODES[1]])
"""By twos: the second part tells of Linh, in the fourth row."""


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def before_the_second_part(patch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something once when the second part has been looked up and the first is still being written."""
    look_up, advance = rows.look_up, rows.advance
    looked, done = threading.Semaphore(0), threading.Event()

    def counted(*args: Any) -> None:
        look_up(*args)
        looked.release()

    def then(*args: Any, **kwargs: Any) -> None:
        if not done.is_set():
            for _ in range(2):
                assert looked.acquire(timeout=30), "the second part is looked up by now"
            done.set()
            act()
        advance(*args, **kwargs)

    patch.setattr(rows, "look_up", counted)
    patch.setattr(rows, "advance", then)


def told(files: BatchFiles, batch_id: str, row: int) -> list[str]:
    """The results of the lines about a row."""
    lines = [line.split(",") for line in files.answer(batch_id).read_text("utf-8").splitlines()]
    return [line[1] for line in lines if line[0] == str(row)]


def test_a_part_is_looked_up_while_the_one_before_it_is_written(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    batch, real = submitted(federation, files, DATA).batch, rows.note_people
    looked, look_up = threading.Semaphore(0), rows.look_up

    def after_the_next(tx: Transaction, number: int) -> int:
        for _ in range(2 if shown(federation, batch.id).rows_done < 4 else 1):
            assert looked.acquire(timeout=30), "the next part is looked up by now"
        looked.release()
        return real(tx, number)

    def counted(*args: Any) -> None:
        look_up(*args)
        looked.release()

    monkeypatch.setattr(rows, "note_people", after_the_next)
    monkeypatch.setattr(rows, "look_up", counted)
    assert run(federation, files, batch.id, most=1).state is BatchState.DONE


def test_a_part_counts_only_if_the_law_permits_it_at_its_turn(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA).batch

    def revoke() -> None:
        federation.directory = replace(federation.directory, organs=())

    before_the_second_part(monkeypatch, revoke)
    done = run(federation, files, batch.id)
    assert (done.state, done.rows_done) == (BatchState.STOPPED, 2)
    assert [rule.split()[0] for rule in done.trouble] == ["S11"]
    assert files.answer(batch.id).read_bytes().count(b"\n") == 3


def test_a_part_heeds_the_blocks_of_its_turn(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    batch, centre = submitted(federation, files, DATA).batch, federation.context(NATIONAL)
    before_the_second_part(
        monkeypatch, lambda: blocks.block(centre, CLERK, Whom.person(CODES[1]), "by order")
    )
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert [told(files, batch.id, row) for row in (1, 4, 5)] == [["found"], ["none"], ["none"]]
    assert [row for row, _ in supplied(federation, batch)] == [1]


def test_a_part_heeds_that_a_block_ended(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    batch, centre = submitted(federation, files, DATA).batch, federation.context(NATIONAL)
    blocks.block(centre, CLERK, Whom.person(CODES[1]), "by order")
    before_the_second_part(monkeypatch, lambda: blocks.unblock(centre, CLERK, Whom.person(CODES[1]), "over"))
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert [told(files, batch.id, row) for row in (1, 4, 5)] == [["found"], ["found"], ["found"]]


def test_a_notice_that_comes_after_the_look_up_is_no_earlier_one(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(federation, hanako(), linh())
    batch = submitted(federation, files, DATA, history=True).batch
    notice = {
        "id": "later",
        "kind": "correction",
        "reason": "move-within",
        "on": federation.clock.moment.date(),
        "name": "LINH",
        "code": CODES[1].text,
    }

    def arrive() -> None:
        with owner(federation, NATIONAL) as connection:
            connection.execute(ADD, notice)
            connection.execute(PRESENT, notice)

    before_the_second_part(monkeypatch, arrive)
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert told(files, batch.id, 4) == ["found"]
    assert told(files, batch.id, 5) == ["found", "earlier"], "looked up after it"


def test_a_part_may_wait_long_for_its_turn(
    federation: Federation, files: BatchFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than any other transaction may be idle: the database would end its connection."""
    load(federation, hanako(), linh())
    batch, real, seen = submitted(federation, files, DATA).batch, rows.settle, []

    def noted(tx: Transaction, *args: Any) -> dict[str, int]:
        seen.append(tx.one("SHOW idle_in_transaction_session_timeout"))
        return real(tx, *args)

    monkeypatch.setattr(rows, "settle", noted)
    assert run(federation, files, batch.id).state is BatchState.DONE
    assert seen == [{"idle_in_transaction_session_timeout": "10min"}] * 3
