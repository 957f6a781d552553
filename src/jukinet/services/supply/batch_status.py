"""How far a batch is, as it stands on the wire and in ``--json``: of organs and rows, and nobody who is asked for."""

from __future__ import annotations

from typing import Any

from jukinet.store.batches import Batch


def write_status(batch: Batch) -> dict[str, Any]:
    """The document of a batch; what does not apply is left out."""
    asked = batch.asked
    plain: dict[str, Any] = {
        "id": batch.id,
        "organ": asked.organ.text,
        "affair": asked.affair,
        "operator": asked.operator,
        "case": asked.case,
        "by": asked.by.value,
        "format": asked.format.value,
        "way": asked.way.value,
        "since": asked.since,
        "for": asked.for_organ.text if asked.for_organ else None,
        "special_request": asked.special_request,
        "history": asked.history or None,
        "digest": batch.digest.hex(),
        "state": batch.state.value,
        "trouble": list(batch.trouble) or None,
        "rows": asked.rows,
        "rows_done": batch.rows_done,
        "results": dict(sorted(batch.counts.items())),
        "persons": batch.people,
        "basis": list(batch.basis) or None,
        "root": batch.root.hex() if batch.root is not None else None,
        "promise": batch.promise,
        "submitted_at": batch.submitted_at.isoformat(timespec="seconds"),
        "ended_at": batch.ended_at.isoformat(timespec="seconds") if batch.ended_at else None,
    }
    return {name: value for name, value in plain.items() if value is not None}
