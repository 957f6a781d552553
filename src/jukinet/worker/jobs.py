"""What the worker does, and how often; ``make docs`` writes ``docs/reference/worker.md`` from here.

None of it is a setting: nobody gains by another period, and other nodes rely on some.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Job(StrEnum):
    """One thing to look after, in the order of a round; its name is that of the step in log and metrics."""

    PREPARE = "prepare"
    """Gives what acts said its numbers, signs it and puts it on the lanes to its addressees."""
    SEND = "send"
    """Sends on every lane whose time has come; after a failure that is later and later, up to half a minute."""
    RECOVERY = "recovery"
    """After a restore: shakes hands with the peers, and takes back what they hold."""
    DUE = "due"
    """Completes move-outs whose day has come; at the centre passes card statuses on, answers requests for codes and
    gives new pools."""
    JOURNAL = "journal"
    """Writes the acts that are settled into the journal beside the database."""
    STOCK = "stock"
    """Asks the centre for codes where the pool fell below its level."""
    CARDS = "cards"
    """Records and tells what cards lapsed by a day alone. Looks through every card, for what changes once a day."""
    CHECK = "check"
    """Makes the comparison that is due, with a peer or with itself: some times a day by kept digests, at night from the
    rows."""
    SEQUENCE = "sequence"
    """Takes what was logged into the tree of the log and signs its root: promised within ten seconds."""
    WITNESS = "witness"
    """Sees how the logs go on that this node witnesses."""
    BATCHES = "batches"
    """Answers the batches of organs that wait, where the supply door takes them in."""
    DIRECTORY = "directory"
    """Fetches the directory; at the centre reads the file that was signed."""
    STALE = "stale"
    """Warns of a directory that is older than a day, once an hour."""
    SIGN_AGAIN = "sign again"
    """Signs again, once for each version of the directory, what a key had signed that ended before."""
    READDRESS = "readdress"
    """Says again to successors what waits for municipalities that were merged."""
    NONCES = "nonces"
    """Forgets the spent nonces of signed requests that nobody can use any more."""
    KEYS = "keys"
    """Makes matching keys anew that a process of the version before may still have written, after an upgrade."""


_EACH_ROUND = timedelta(0)

EVERY: Mapping[Job, timedelta] = {
    Job.PREPARE: _EACH_ROUND,
    Job.SEND: _EACH_ROUND,
    Job.RECOVERY: timedelta(seconds=2),
    Job.DUE: timedelta(seconds=2),
    Job.JOURNAL: timedelta(seconds=2),
    Job.STOCK: timedelta(seconds=30),
    Job.CARDS: timedelta(minutes=10),
    Job.CHECK: timedelta(seconds=30),
    Job.SEQUENCE: timedelta(seconds=1),
    Job.WITNESS: timedelta(minutes=1),
    Job.BATCHES: timedelta(seconds=1),
    Job.DIRECTORY: timedelta(seconds=30),
    Job.STALE: timedelta(seconds=30),
    Job.SIGN_AGAIN: timedelta(seconds=30),
    Job.READDRESS: timedelta(seconds=30),
    Job.NONCES: timedelta(seconds=30),
    Job.KEYS: timedelta(minutes=10),
}
"""No time between: at every round."""

LATER = frozenset({Job.CHECK, Job.KEYS})
"""Not at the start but one period later: what was down together comes up together."""

BESIDE = frozenset({Job.SEND, Job.RECOVERY, Job.CHECK, Job.SEQUENCE, Job.WITNESS, Job.BATCHES, Job.DIRECTORY})
"""On threads of their own, one at a time each (sending: one for each lane): nothing else waits for them."""

IDLE_FIRST, IDLE_LONGEST = 0.01, 0.1
"""Seconds that the worker rests where nothing waits: a short while after it had something to do, then longer.

No notification of the database wakes it: see docs/explanation/decisions/the-worker-looks-and-is-not-woken.md.
"""
