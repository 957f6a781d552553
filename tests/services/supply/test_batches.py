"""Batches of supply: taken in whole or not at all, answered as single requests are, and everyone told of recorded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.services.supply.asking import ADDRESS, AFFAIR, CODES, HANAKO, PENSION, hanako, linh, load

from jukinet.domain.batches import ANSWER_COLUMNS, BatchFormat, BatchState, Way
from jukinet.domain.municipality import NATIONAL
from jukinet.law.catalogue import QueryKind
from jukinet.law.decisions import Refused
from jukinet.services.supply import batch_media, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.store.batches import Asked, Batch
from jukinet.testing.federation import CLERK, Federation

ROWS = Asked(
    PENSION, AFFAIR, "clerk-7", "2013-0042", QueryKind.CODE, BatchFormat.CSV, Way.MEDIA, rows=0
)


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def codes_csv(codes: Iterable[object]) -> bytes:
    return ("code\n" + "".join(f"{code}\n" for code in codes)).encode()


def submit(federation: Federation, files: BatchFiles, data: bytes, **changes: Any) -> Submitted:
    asked = replace(ROWS, **{"rows": data.count(b"\n") - 1, **changes})
    done = batch_media.submit(federation.context(NATIONAL), CLERK, files, asked, [data])
    assert isinstance(done, Submitted), done
    return done


def run(federation: Federation, files: BatchFiles, batch_id: str, *, most: int = 2) -> Batch:
    ctx = federation.context(NATIONAL, "worker")
    while batch_run.step(ctx, files, batch_id, most=most):
        pass
    found = batch_media.show(federation.context(NATIONAL), CLERK, batch_id)
    assert not isinstance(found, Refused)
    return found


def test_codes(federation: Federation, files: BatchFiles) -> None:
    load(federation, hanako(), linh())
    data = codes_csv([CODES[1], "24727059609", CODES[5], CODES[0], "x"])
    batch = submit(federation, files, data).batch
    done = run(federation, files, batch.id)
    assert done.state is BatchState.DONE, done
    print(files.answer(batch.id).read_text())
    print(done)
    assert batch_run.root_again(federation.context(NATIONAL, "worker"), done) == done.root
    assert 0
