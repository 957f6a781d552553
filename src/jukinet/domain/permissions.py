"""What an operator may be allowed to do at a node.

Owns the names, which are spelt nowhere else. Who holds which is a row at the node; which act asks for
which is written beside the act.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One act or kind of act, as ``scope:resource:action`` in small letters.

    ``scope`` is the part of the system (register, network, audit, node), ``resource`` what is acted
    on, ``action`` what is done to it. An operator without any permission may do nothing.
    """

    REGISTER_RESIDENT_RECORD = "register:resident:record"
    """Record births, moves, deaths and ex officio entries in the resident record (Arts. 8, 22–25)."""
    REGISTER_RESIDENT_READ = "register:resident:read"
    """Search residents and see their records."""
    REGISTER_RECORD_CORRECT = "register:record:correct"
    """Correct, undo, rewrite and remake what is recorded, and correct codes ex officio (Ord. 12(3), 16, 17, 30-4)."""
    REGISTER_CODE_CHANGE = "register:code:change"
    """Change a Resident Record code on request (Art. 30-3)."""
    REGISTER_CODE_ASSIGN = "register:code:assign"
    """Give codes to those who have none (Art. 30-2; Act 2009 no. 77 suppl. 9)."""
    REGISTER_COPY_ISSUE = "register:copy:issue"
    """Issue copies, nationwide ones among them (Arts. 12, 12-4)."""
    REGISTER_LOAD_RUN = "register:load:run"
    """Load a register from files."""
    REGISTER_REGISTER_EXPORT = "register:register:export"
    """Write the whole register into a file: every item of every resident."""
    REGISTER_GAZETTEER_LOAD = "register:gazetteer:load"
    """Load the gazetteer against which addresses are checked."""
    REGISTER_HOLD_READ = "register:hold:read"
    """See the holds of a record and who set, lifted and ended them, without the reasons."""
    REGISTER_HOLD_SET = "register:hold:set"
    """Set holds (抑止) on changes, copies or inquiries of a person or household."""
    REGISTER_HOLD_END = "register:hold:end"
    """End a hold."""
    REGISTER_HOLD_LIFT = "register:hold:lift"
    """Lift a hold for a while, for one operator."""
    REGISTER_REASON_READ = "register:reason:read"
    """See for what reason holds were set, lifted and ended."""
    REGISTER_MEASURE_READ = "register:measure:read"
    """See a support measure (支援措置) as a whole: its addresses, the offender as stated, the offices consulted."""
    REGISTER_MEASURE_RECORD = "register:measure:record"
    """Record applications for support measures, decide and extend them, and note to whom they were forwarded."""
    REGISTER_MEASURE_END = "register:measure:end"
    """End a support measure, and with it the holds that it set."""
    REGISTER_MEASURE_LIFT = "register:measure:lift"
    """Lift a hold that a support measure set for a while, for one operator."""
    REGISTER_DRAFT_HANDLE = "register:draft:handle"
    """See the drafts that wait, and withdraw one's own. Entering one asks for the permission of its act."""
    REGISTER_DRAFT_COMPLETE = "register:draft:complete"
    """Complete what somebody else entered as a draft, with the permission of its act, or return or withdraw it."""
    REGISTER_ALERT_READ = "register:alert:read"
    """See which holds, support measures and drafts need a person today."""
    REGISTER_POPULATION_COUNT = "register:population:count"
    """Count residents, households and what changed, without seeing a record."""
    REGISTER_CARD_RECORD = "register:card:record"
    """Issue cards and record what becomes of them (Art. 30-44)."""
    REGISTER_POOL_SET = "register:pool:set"
    """Set below how many free codes the office is warned (specification 4.3.1)."""
    REGISTER_SLIP_PRINT = "register:slip:print"
    """Print the written notices of codes (Arts. 30-2(3), 30-3(4))."""
    REGISTER_DUPLICATE_READ = "register:duplicate:read"
    """See which records may be of one person, or share a code."""
    NETWORK_DUPLICATE_READ = "network:duplicate:read"
    """See at a governor's node or the centre which codes have two live records (Art. 30-11(5))."""
    NETWORK_PARKED_REPAIR = "network:parked:repair"
    """See and repair statements that were parked."""
    NETWORK_POOL_DESIGNATE = "network:pool:designate"
    """Designate codes to municipalities (Arts. 30-7(1), 30-10(1)(i))."""
    AUDIT_ENTRIES_READ = "audit:entries:read"
    """Read audit entries; the reading is audited too."""
    NODE_OPERATOR_ENROL = "node:operator:enrol"
    """Enrol operators, give them permissions and take these away."""
    NODE_CLOCK_SET = "node:clock:set"
    """Set or pin the business date."""
    NODE_RETENTION_RUN = "node:retention:run"
    """Count and erase what is past its term (Ord. 30-6, 30-11, 34)."""
    NODE_RECOVERY_READ = "node:recovery:read"
    """See how far a restored node has recovered, and which acts were lost, without whom they are about."""
    NODE_RECOVERY_DECIDE = "node:recovery:decide"
    """See what a lost act said, confirm it, and let recovery go on without a peer."""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing: what a node does that recovers from a restore."""
        return self.rpartition(":")[2] in {"read", "count", "export"}
