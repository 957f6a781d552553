"""What the certification body is told (M15): that a record was corrected or deleted (Act Arts. 30-8(4), 30-11(9)).

Owns who is told, and of which notices: the fact alone, so that a certificate of the public personal authentication
service (公的個人認証サービス) can be revoked that says what is no longer so. Never of recordings, nor of changes of the
code. A nickname counts as the name (Reg. Art. 46).

Not modelled: the Act on Electronic Signatures and Certification of Local Governments itself; that a governor delegates
certification, which all 47 did in 2013, follows his delegating to the centre, whatever became of the centre then. What
it tells of changes is none of the works of 30-10(1), which can be stopped one by one: it ends with all of them.
"""

from __future__ import annotations

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.law.decisions import Decision, FailedRule, judge, law

BODY = OrganSlug("designated-certification-body")
"""指定認証機関."""

TOLD = "a30-11-9"
"""How the log names the affair, whichever of the two nodes told."""

JC1 = law(
    "JC1",
    "Act Arts. 30-8(4), 30-11(9)",
    "Only the designated certification body is told that records were corrected or deleted. Ask for a listed affair.",
)
JC2 = law(
    "JC2",
    "Act Arts. 30-8(4), 30-11(9)",
    "The designated organ and the governors who delegate to it tell the certification body. Ask the designated organ.",
)
JC3 = law(
    "JC3",
    "Act Arts. 30-11(9), 30-24(1), 30-25",
    "The designation was revoked, or all the work given up: there is no designated organ. Ask the governor (30-8(4)).",
)


def decide(organ: OrganSlug, role: NodeRole, *, delegating: bool, ended: bool = False) -> Decision:
    """Whether a node tells an organ of such facts: JC1, JC2, JC3.

    ``delegating``: this node's governor does; ``ended``: the designated organ does none of its works any more.
    """
    article = "30-11(9)" if role is NodeRole.NATIONAL else "30-8(4)"
    return judge(
        (JC1, organ == BODY),
        (JC2, role is NodeRole.NATIONAL or (role is NodeRole.PREFECTURE and delegating)),
        (JC3, role is not NodeRole.NATIONAL or not ended),
        basis=(f"Act Art. {article}",),
    )


def is_told(kind: ChangeKind, reason: NoticeReason) -> bool:
    """Whether a notice of this kind is one that the body is told of (Reg. Arts. 21-2, 27-2 for what is minor)."""
    if kind is ChangeKind.DELETION:
        return True
    return kind is ChangeKind.CORRECTION and reason is not NoticeReason.MINOR_CORRECTION


RULES: tuple[FailedRule, ...] = (JC1, JC2, JC3)
