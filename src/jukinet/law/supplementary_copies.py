"""Copies of the supplementary register of a koseki (戸籍の附票の写し): who may have one, and on what (Act Art. 20).

Owns the rules. Art. 20(5) takes over what Arts. 12, 12-2 and 12-3 ask of whoever brings the application, but leaves the
papers to another ordinance (of the Ministers of the Interior and of Justice), which this program does not have: they
are taken to be those of a copy of a resident record, in ``jukinet.law.home_copies``. That is a choice of this network.

Not modelled: fees, which an ordinance of the municipality sets.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.supplementary import Register
from jukinet.law.copies_for_others import Body, Other
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.home_copies import SentTo, shows_authority, shows_identity, shows_represented
from jukinet.law.notifications import Notifier


class Relation(StrEnum):
    """What whoever asks for themselves is to somebody who is recorded in the register."""

    RECORDED = "recorded"
    SPOUSE = "spouse"
    ASCENDANT = "ascendant"
    """直系尊属"""
    DESCENDANT = "descendant"
    """直系卑属"""


OF8 = law(
    "OF8",
    "Act Art. 20(1)",
    "Who asks for themselves is recorded in the register, or is spouse, parent, grandparent, child or grandchild of"
    " somebody who is. State which; others ask as a third party.",
)
OF9 = law(
    "OF9",
    "Act Art. 20(5)",
    "Whoever brings it must show who they are; an official by a card of the staff, or a document with a photograph.",
)
OF10 = law(
    "OF10",
    "Act Art. 20(5)",
    "Who asks for somebody else must show that they may and, where it was asked, who they represent.",
)
OF11 = law("OF11", "Act Art. 20(5)", "An application that plainly has an improper purpose may be refused.")
OF12 = law(
    "OF12",
    "Act Art. 20(2), (5)",
    "A public body has it where an affair that a law lays down needs it, and states the reason, or why it cannot.",
)
OF13 = law(
    "OF13",
    "Act Art. 20(3), (4)",
    "The ground that is stated must be found suitable, and papers on the purpose come where they were asked for.",
)
OF14 = law(
    "OF14",
    "Act Art. 20(5); Ord. Arts. 15-2, 21(1)",
    "A specified professional names the client, but where the work is agency in a dispute that the Order lists.",
)
OF15 = policy(
    "OF15",
    "Resident-record specification 1.1.16",
    "The register is held back. Ask the office that set it; whoever has looked into it confirms.",
)
OF16 = law(
    "OF16", "Act Art. 20(1), (2), (3)", "Each whose entries are asked for stands in the register. Look at it."
)


PR7 = policy(
    "PR7",
    "Act Arts. 20(5), 12(7); choice of this network: as a copy of a resident record is sent",
    "Sent elsewhere than to the asker's own address, a copy needs the reason; a body states where its office is.",
)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """An application. ``relation``: of who asks for themselves; ``recorded``: their name stands in the register."""

    on: date
    brought_by: Notifier
    members: Collection[int]
    relation: Relation | None
    recorded: bool
    asked_by: Body | Other | None
    plainly_improper: bool
    held: bool
    confirmed: bool
    sent_to: SentTo | None = None
    sending_reason: bool = False


def decide_copy(register: Register, asked: AskedFor) -> Decision:
    """Whether a copy of the register is given: OF8 to OF16, PR7."""
    require_date(asked.on)
    numbers = {one.number for one in register.members}
    return judge(
        *_of_the_asker(asked),
        (OF10, shows_authority(asked.brought_by) and shows_represented(asked.brought_by)),
        (OF11, not asked.plainly_improper),
        (OF15, asked.confirmed or not asked.held),
        (OF16, bool(asked.members) and numbers.issuperset(asked.members)),
        (PR7, _can_be_sent(asked)),
        basis=(_basis(asked), *(("Act Art. 20(5)",) if asked.sent_to else ())),
    )


def _of_the_asker(asked: AskedFor) -> tuple[tuple[FailedRule, bool], ...]:
    by = asked.asked_by
    if isinstance(by, Body):
        stated = by.reason_stated or by.secrecy_explained
        return ((OF9, by.staff_card or shows_identity(asked.brought_by)), (OF12, by.necessary and stated))
    shown = (OF9, shows_identity(asked.brought_by))
    if by is None:
        known = asked.recorded if asked.relation is Relation.RECORDED else asked.relation is not None
        return (shown, (OF8, known))
    mandate = by.mandate
    if mandate is None:
        return (shown, (OF13, by.suitable and by.shows_purpose))
    letter = (OF9, mandate.letter and (mandate.member_card or shows_identity(asked.brought_by)))
    return (letter, (OF13, by.suitable and by.shows_purpose), (OF14, mandate.names_client))


def _can_be_sent(asked: AskedFor) -> bool:
    if isinstance(asked.asked_by, Body):
        return asked.sent_to is None or asked.asked_by.office_stated
    return asked.sent_to is not SentTo.ELSEWHERE or asked.sending_reason


def _basis(asked: AskedFor) -> str:
    match asked.asked_by:
        case Body():
            return "Act Art. 20(2)"
        case Other(mandate=None):
            return "Act Art. 20(3)"
        case Other():
            return "Act Art. 20(4)"
        case _:
            return "Act Art. 20(1)"


RULES: tuple[FailedRule, ...] = (OF8, OF9, OF10, OF11, OF12, OF13, OF14, OF15, OF16, PR7)
