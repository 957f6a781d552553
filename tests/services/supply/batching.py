"""Batches of an invented organ at the centre of a test's federation."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.services.services.counter import owner_rows
from tests.services.supply.asking import AFFAIR, PENSION

from jukinet.domain.batches import BatchFormat, Way
from jukinet.domain.municipality import NATIONAL
from jukinet.law.catalogue import QueryKind
from jukinet.law.decisions import Refused
from jukinet.services.supply import batch_media, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.limits import Limits
from jukinet.store.batches import Asked, Batch
from jukinet.testing.federation import CLERK, Federation

ASKED = Asked(PENSION, AFFAIR, "clerk-7", "2013-0042", QueryKind.CODE, BatchFormat.CSV, Way.MEDIA, rows=0)


def codes_csv(codes: Iterable[object]) -> bytes:
    return ("code\n" + "".join(f"{code}\n" for code in codes)).encode()


def submitted(federation: Federation, files: BatchFiles, data: bytes, **changes: Any) -> Submitted:
    """Bring a file; it has as many rows as lines but the header, unless ``rows`` says otherwise."""
    asked = replace(ASKED, **{"rows": data.count(b"\n") - 1, **changes})
    done = batch_media.submit(federation.context(NATIONAL), CLERK, files, asked, [data])
    assert isinstance(done, Submitted), done
    return done


def shown(federation: Federation, batch_id: str) -> Batch:
    found = batch_media.show(federation.context(NATIONAL), CLERK, batch_id)
    assert isinstance(found, Batch), found
    return found


def run(
    federation: Federation,
    files: BatchFiles,
    batch_id: str,
    *,
    most: int = 2,
    limits: Limits = batch_run.USUAL,
) -> Batch:
    """Let the worker take every step that there is."""
    ctx = federation.context(NATIONAL, "worker")
    while batch_run.step(ctx, files, batch_id, limits, most=most):
        pass
    return shown(federation, batch_id)


def answered(federation: Federation, files: BatchFiles, data: bytes, **changes: Any) -> list[dict[str, str]]:
    """Bring a CSV file, and read the answer to it."""
    batch = submitted(federation, files, data, **changes).batch
    done = run(federation, files, batch.id)
    handed = batch_media.hand_out(federation.context(NATIONAL), CLERK, files, batch.id)
    assert not isinstance(handed, Refused), (handed, done)
    _, place = handed
    return list(csv.DictReader(io.StringIO(place.read_text("utf-8"))))


def supplied(federation: Federation, batch: Batch) -> list[tuple[int, str]]:
    """Everyone of whom the batch told, as its rows in the log's tables say."""
    query = "SELECT row_no, subject_code FROM supply_batch_rows WHERE batch_no = %(number)s ORDER BY row_no"
    return [
        (row["row_no"], row["subject_code"])
        for row in owner_rows(federation, NATIONAL, query, number=batch.number)
    ]
