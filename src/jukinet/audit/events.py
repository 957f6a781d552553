"""Every event that the audit log knows, and how it can end.

The grammar of an event is ``area:thing:what-happened``. No such string is typed anywhere else.
"""

from __future__ import annotations

from enum import StrEnum


class AuditEvent(StrEnum):
    """What was done, asked or refused."""

    NODE_STARTED = "node:process:started"
    """A process of the node began its work."""
    CLOCK_SET = "node:clock:set"
    """The business date was pinned or released."""
    DIRECTORY_TAKEN = "node:directory:taken"
    """A newer signed directory was accepted."""
    OPERATOR_ENROLLED = "operators:operator:enrolled"
    AUDIT_READ = "audit:entries:read"
    """Somebody listed audit entries."""

    BIRTH_RECORDED = "register:birth:recorded"
    MOVE_IN_RECORDED = "register:move-in:recorded"
    MOVE_WITHIN_RECORDED = "register:move-within:recorded"
    MOVE_OUT_FILED = "register:move-out:filed"
    MOVE_OUT_COMPLETED = "register:move-out:completed"
    """The record was deleted: by the worker when its day had come, or by a move-in notice (M3), then named as the
    reference. Every deletion for a move is one such entry."""
    MOVE_OUT_STUCK = "register:move-out:stuck"
    """A record whose day had come could not be deleted; ``rules`` say the kind of error. Once for each resident while
    a worker runs."""
    MOVE_OUT_CONFIRMED = "register:move-out:confirmed"
    """A move-in notice (M3) was written into a record that it did not delete: it was deleted before, or its day had
    not come here."""
    DEATH_RECORDED = "register:death:recorded"
    HOUSEHOLD_CHANGED = "register:household:changed"
    """A household split, was merged, lost a member to another one, or has another householder. One entry for each
    whose record changed."""
    HOUSEHOLDER_LEFT_ALONE = "register:household:left-alone"
    """Who was left as the only member was recorded as householder ex officio."""
    RECORDED_EX_OFFICIO = "register:record:entered"
    """Somebody was recorded without a notification."""
    DELETED_EX_OFFICIO = "register:record:deleted"
    """A record was deleted without a notification."""
    CORRECTED_EX_OFFICIO = "register:record:corrected"
    """Items of a record were corrected: a change that nobody notified, a minor one, or an error."""
    ACT_UNDONE = "register:record:undone"
    """An act was undone: a new version restores what stood before it."""
    RECORD_REWRITTEN = "register:record:rewritten"
    RECORD_REMADE = "register:record:remade"
    """A lost record was made again, and is laid open to those concerned."""
    ADDRESSES_CHANGED = "register:addresses:changed"
    """An area, lot number or residence indication got another name, and with it the addresses of a household."""
    CODE_CORRECTED = "register:code:corrected"
    """A wrong or missing code was corrected ex officio."""
    CODE_CHANGED = "register:code:changed"
    CODE_ASSIGNED = "register:code:assigned"
    REGISTER_LOADED = "register:record:loaded"
    """A record taken over from an earlier register."""
    RESIDENT_READ = "register:resident:read"

    CODES_DESIGNATED = "codes:pool:designated"
    CODES_RECEIVED = "codes:pool:received"

    NOTICE_APPLIED = "identity:notice:applied"
    """An identity notice (M1, M2) changed the store."""
    RECORDS_CONTRADICT = "identity:record:contradicted"
    """A notice names another birth date or sex than another municipality's record of the same code: two persons under
    one code, or a mistake that one of the two must correct. It was applied; ``rules`` say which item differs."""
    CONFIRMATION_RECEIVED = "identity:confirmation:received"
    """A move-out confirmation (M4) reached the governor."""
    STATEMENT_PARKED = "network:statement:parked"
    PARKED_READ = "network:parked:read"
    PARKED_RESOLVED = "network:parked:resolved"
    LANE_HALTED = "network:lane:halted"
    """The same number came with other bytes."""
    FRAME_REFUSED = "network:frame:refused"
    GATE_REFUSED = "network:gate:refused"
    """A party with a certificate of the network was turned away at a door, before anything it sent was looked at.
    At most one entry a minute for each party and reason in each process: repetitions are not recorded."""

    COPY_INTENDED = "copies:nationwide:intended"
    """An application was accepted and the home municipality is about to be asked (M5)."""
    COPY_ISSUED = "copies:nationwide:issued"
    COPY_GIVEN_AGAIN = "copies:nationwide:given-again"
    """An application that was already decided came again: its pages were handed out, or its refusal told, again."""
    COPY_REFUSED = "copies:nationwide:refused"
    COPY_DATA_SUPPLIED = "copies:nationwide:supplied"
    """The home municipality answered a request (M6)."""

    SUPPLIED = "supply:query:answered"
    """An organ asked for identity-verification information (M14)."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    """The law, a permission or the state of the record said no; ``rules`` says which."""
    NONE = "none"
    """A look-up that found nobody whom it may tell of."""
    INTENDED = "intended"
    """Recorded before a step that cannot be undone."""
    FAILED = "failed"
    """A peer could not be reached or answered in a way that cannot be used, or what was due could not be done."""
