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

    RETENTION_COUNTED = "retention:rows:counted"
    """Somebody asked what is past its term (a dry run)."""
    RETENTION_ERASED = "retention:rows:erased"
    """Rows past their term were erased; ``rules`` say under which article, and how many of which table. Written by the
    database itself, in the transaction that erases."""
    RETENTION_ENDED = "retention:run:ended"
    """A run came to its end; its reference is that of its erasures. ``rules`` hold its sums."""

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
    NICKNAME_RECORDED = "register:nickname:recorded"
    NICKNAME_DELETED = "register:nickname:deleted"
    """On request."""
    NICKNAME_REMOVED = "register:nickname:removed"
    """Ex officio, as no longer needed."""
    NATIONALITY_ACQUIRED = "register:nationality:acquired"
    """A foreign record was deleted and the Japanese one of the same person made."""
    NATIONALITY_LOST = "register:nationality:lost"
    """A Japanese record was deleted and the foreign one of the same person made."""
    ELIGIBLE_RECORDED = "register:status:gained"
    """Who lived here without a record became a foreign resident (Art. 30-47)."""
    RELATIONSHIP_CHANGED = "register:relationship:changed"
    """A foreign member's relationship to the foreign householder changed (Art. 30-48)."""
    MINISTER_NOTICE_TAKEN = "register:minister-notice:taken"
    """A notice from the Minister of Justice (M13) was entered, or left for a clerk; it is the reference."""
    CODE_CHANGED = "register:code:changed"
    CODE_ASSIGNED = "register:code:assigned"
    REGISTER_LOADED = "register:record:loaded"
    """A record taken over from an earlier register."""
    RESIDENT_READ = "register:resident:read"
    RESIDENTS_SEARCHED = "register:residents:searched"
    """Somebody looked for residents. ``rules`` say by which kinds of conditions, never their values, how many were
    found and how many shown; ``reference`` is the search."""
    RESIDENT_LISTED = "register:resident:listed"
    """A resident stood in the list that a search showed; ``reference`` names the search."""

    HOLD_SET = "register:hold:set"
    """One entry a filing, however many holds it sets."""
    HOLD_LIFTED = "register:hold:lifted"
    """Lifted for a while; ``reference`` is the hold's number. The act that used it says so among its ``rules``."""
    HOLD_ENDED = "register:hold:ended"
    HOLD_READ = "register:hold:read"
    HOLD_STOPPED_ACT = "register:hold:stopped-an-act"
    """An act that had not asked for holds beforehand met one while it wrote: nothing of it stays."""
    MEASURE_APPLIED = "register:measure:applied"
    """A support measure was applied for; it holds provisionally. Like every entry of a measure once a person."""
    MEASURE_DECIDED = "register:measure:decided"
    MEASURE_EXTENDED = "register:measure:extended"
    MEASURE_FORWARDED = "register:measure:forwarded"
    """Another municipality was told of a measure, outside the network."""
    MEASURE_ENDED = "register:measure:ended"
    MEASURE_READ = "register:measure:read"
    ALERTS_READ = "register:alerts:read"
    """Somebody listed the holds and measures that need a person."""
    DRAFT_ENTERED = "register:draft:entered"
    """An act was entered as a draft (仮登録); ``reference`` is its number, ``rules`` name the act. One entry for each
    whose record it would change. Where the act itself would be refused, the entry is the act's own, and says that it
    was tried for a draft."""
    DRAFT_COMPLETED = "register:draft:completed"
    """Somebody was not allowed to complete a draft. What was completed is the act's own entry: it names the draft and
    who entered it."""
    DRAFT_RETURNED = "register:draft:returned"
    DRAFT_WITHDRAWN = "register:draft:withdrawn"
    DRAFT_READ = "register:draft:read"
    DRAFTS_LISTED = "register:drafts:listed"
    DRAFT_DEMANDED = "register:draft:demanded"
    """One person would have done an act alone where the municipality has a second one complete it; ``reference`` names
    the act."""
    SEARCHES_RECALLED = "register:searches:recalled"
    """An operator looked at the conditions of their own last searches."""
    PRECONDITION_FAILED = "register:precondition:failed"
    """An act of the register API named a state of a record that was no longer so; nothing was done."""
    ANSWER_REPEATED = "register:answer:repeated"
    """A request of the register API came again under its key and was told its answer again; nothing was done."""
    FILING_UNREADABLE = "register:filing:unreadable"
    """An operator entered what cannot be read as the act's filing; ``reference`` names the act, ``rules`` the kind of
    error. Nothing of what was entered is kept."""

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
    COPY_DATA_GIVEN_AGAIN = "copies:nationwide:supplied-again"
    """A request that was already answered came again, and the same answer was given again. One entry, of the requester;
    those of the first answer, under the same reference, say who was shown or why nobody was."""

    SUPPLIED = "supply:query:answered"
    """An organ asked for identity-verification information (M14)."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    """The law, a permission or the state of the record said no; ``rules`` says which."""
    NONE = "none"
    """A look-up that found nobody whom it may tell of, or an act with nobody to do it for."""
    INTENDED = "intended"
    """Recorded before a step that cannot be undone."""
    FAILED = "failed"
    """A peer could not be reached or answered in a way that cannot be used, or what was due could not be done."""
