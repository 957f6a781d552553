"""Lists and files where a second person is demanded: one looks at it, by simulating or checking; another one runs it.

Owns how the two are known to have had the same list: by its SHA-256, in the entry of the first one's look. A single act
is entered as a draft (``jukinet.services.drafts``).
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.law import drafts as law
from jukinet.law.decisions import Decision
from jukinet.services.acts import Act
from jukinet.store import audit_log


def decide_list(act: Act, looked_at_as: AuditEvent, digest: str) -> Decision:
    """Whether this operator may run a list of this digest (DR7)."""
    demanded = act.ctx.second_person
    looked = demanded and audit_log.looked_at_by_another(act.tx, looked_at_as, digest, act.claim.actor)
    return law.decide_list(second_person=demanded, looked_at=looked)
