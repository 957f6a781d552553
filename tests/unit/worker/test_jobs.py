"""What the worker does is what the table of its jobs says."""

from __future__ import annotations

from typing import Any, cast

from jukinet.worker.jobs import BESIDE, EVERY, Job
from jukinet.worker.loop import Worker

NOTHING = cast("Any", object())


def test_every_job_of_the_table_is_done_in_its_order_and_on_its_thread() -> None:
    """Preparing and sending are every round's beginning; with all that a node can have, the others follow."""
    wired = Worker(NOTHING, b"", journal=NOTHING, log=NOTHING, batches=NOTHING)._jobs
    assert [Job.PREPARE, Job.SEND, *(job for job, _, _ in wired)] == list(Job) == list(EVERY)
    assert {job for job, pool, _ in wired if pool is not None} == BESIDE - {Job.SEND}


def test_a_node_without_journal_log_and_batches_has_no_such_jobs() -> None:
    wired = {job for job, _, _ in Worker(NOTHING, b"")._jobs}
    assert set(Job) - wired == {Job.PREPARE, Job.SEND, Job.JOURNAL, Job.SEQUENCE, Job.WITNESS, Job.BATCHES}
