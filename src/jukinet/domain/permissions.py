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
