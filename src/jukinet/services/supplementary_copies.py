"""Copies of the supplementary register of a koseki (Act Art. 20): one application, one paper; and holds on registers.

The issue is recorded with how many entries the register had, in one transaction; then the paper is set, no transaction
open. A retry sets the same paper again and issues nothing. Who may have one is in ``jukinet.law.supplementary_copies``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain import supplementary as domain
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import Koseki
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.domain.supplementary import Course, Register
from jukinet.law import supplementary_copies as law
from jukinet.law.certifiers import Choice
from jukinet.law.code_notices import CD24
from jukinet.law.copies import Asker
from jukinet.law.decisions import Refused
from jukinet.law.home_copies import SentTo
from jukinet.law.notifications import Notifier
from jukinet.law.supplementary_copies import AskedFor, Relation
from jukinet.messages import strict_json
from jukinet.messages.ids import parse_id
from jukinet.services import acts
from jukinet.services.acts import Act
from jukinet.services.certifiers import Bears, Certified, bears_on, certified_by, read_choice
from jukinet.services.context import Context
from jukinet.services.copy_filings import PublicBody, ThirdParty, parse_name, read_asked_by
from jukinet.services.holds import stamp_of
from jukinet.services.notifying import read_bringer
from jukinet.services.operators import OperatorClaim
from jukinet.services.stay_items import member
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_reads import KF11
from jukinet.store import copies
from jukinet.store import supplementary as registers
from jukinet.store import supplementary_copies as store
from jukinet.store.supplementary import Kept
from jukinet.store.supplementary_copies import Issue

MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True, repr=False)
class CopyFiling(Private):
    """An application. ``members``: by their numbers in the register; none: everybody in it.

    ``name``: who asks for themselves, as stated; ``relation``: to somebody who is recorded. ``sent_to``: where it is
    asked for by post; ``choice``: how it is certified.
    """

    application_id: str
    register_no: str
    members: tuple[int, ...]
    name: str | None
    relation: Relation | None
    brought_by: Notifier
    asked_by: PublicBody | ThirdParty | None
    plainly_improper: bool
    sent_to: SentTo | None
    sending_reason: str | None
    choice: Choice
    digest: bytes
    printer: str | None = None

    @property
    def asker(self) -> Asker:
        if self.asked_by is None:
            return Asker.HOUSEHOLD
        return Asker.PUBLIC_BODY if isinstance(self.asked_by, PublicBody) else Asker.THIRD_PARTY


@dataclass(frozen=True, slots=True, repr=False)
class SupplementaryCopy(Private):
    """What the paper says. ``again``: it was issued before, by this application."""

    koseki: Koseki
    members: tuple[tuple[domain.Member, tuple[Course, ...]], ...]
    whole: bool
    asker: Asker
    issue_no: str
    issued_on: date
    again: bool
    certified: Certified
    terminal: str | None
    printer: str | None


CountPages = Callable[[SupplementaryCopy], int]
"""How many pages a paper takes; 0 where the fonts lack a character of it. Sets nothing."""


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= MOST_MEMBERS:
        raise ValueError(f"must be a number from 1 to {MOST_MEMBERS}")
    return int(text)


def read_copy(data: object) -> CopyFiling:
    """Read an application, with every fault at once."""
    with reading(data) as fields:
        filing = CopyFiling(
            application_id=fields.take("application_id", parse_id),
            register_no=fields.take("register_no", check_number),
            members=fields.texts("members", _number, most=MOST_MEMBERS) if fields.has("members") else (),
            name=fields.optional("name", parse_name),
            relation=fields.optional("relation", member(Relation)),
            brought_by=fields.object("brought_by", read_bringer),
            asked_by=read_asked_by(fields),
            plainly_improper=fields.flag("plainly_improper", default=False),
            sent_to=fields.optional("sent_to", member(SentTo)),
            sending_reason=fields.optional_text("sending_reason"),
            choice=read_choice(fields),
            digest=hashlib.sha256(strict_json.dump(data)).digest() if isinstance(data, dict) else b"",
        )
        if (filing.asked_by is None) is (filing.name is None):
            fields.fault("name", "must be given where somebody asks for themselves, and only there")
        return filing


def issue_copy(
    ctx: Context, claim: OperatorClaim, filing: CopyFiling, count_pages: CountPages
) -> SupplementaryCopy | Refused:
    """Issue a copy of a supplementary register, or refuse it with every reason (Act Art. 20).

    Raises CONFLICT where the application's id was used for another one.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_COPY_ISSUE, AuditEvent.SUPPLEMENTARY_COPIED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=filing.application_id)
        kept = registers.lock(tx, filing.register_no)
        known = store.find(tx, filing.application_id)
        if known is not None and known.digest != filing.digest:
            raise JukinetError(ErrorKind.CONFLICT, "This application id was used for another application.")
        if kept is None:
            return act.refuse(Refused((KF11,)), reference=filing.application_id)
        if known is not None:
            act = acts.as_event(act, AuditEvent.SUPPLEMENTARY_COPIED_AGAIN)
        bears, certifiable = bears_on(tx, act.today, filing.choice)
        issue = known or _numbered(act, filing, kept, bears)
        paper = _paper(act, filing, issue, kept, again=known is not None)
        pages = count_pages(paper)
        decision = acts.every(
            act.gate,
            law.decide_copy(kept.register, _asked(act, filing, kept, issue)),
            *([certifiable] if known is None else []),
            acts.require((CD24, pages > 0)),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=filing.application_id)
        if known is None:
            store.add(tx, issue, filing.asker, filing.brought_by.kinds, pages, stamp_of(act))
        act.done(decision, reference=filing.application_id)
        return paper


def _numbered(act: Act, filing: CopyFiling, kept: Kept, bears: Bears) -> Issue:
    return Issue(
        filing.application_id,
        filing.digest,
        kept.register_id,
        kept.register_no,
        filing.members or tuple(one.number for one in kept.register.members),
        len(kept.entries),
        copies.next_number(act.tx, act.today),
        act.today,
        bears,
        act.claim.terminal,
        filing.printer,
        filing.sent_to,
    )


def _asked(act: Act, filing: CopyFiling, kept: Kept, issue: Issue) -> AskedFor:
    stated = domain.member_key(filing.name) if filing.name else None
    return AskedFor(
        on=act.today,
        brought_by=filing.brought_by,
        members=issue.members,
        relation=filing.relation,
        recorded=any(domain.member_key(one.name) == stated for one in kept.register.members),
        asked_by=filing.asked_by.asks if filing.asked_by else None,
        plainly_improper=filing.plainly_improper,
        held=store.is_held(act.tx, kept.register_id),
        confirmed=act.claim.confirmed,
        sent_to=filing.sent_to,
        sending_reason=filing.sending_reason is not None,
    )


def _paper(act: Act, filing: CopyFiling, issue: Issue, kept: Kept, *, again: bool) -> SupplementaryCopy:
    entries = [one.entry for one in kept.entries[: issue.entries]]
    register: Register = domain.register_of(entries)
    courses = domain.courses_of(entries)
    shown = [one for one in register.members if one.number in issue.members]
    return SupplementaryCopy(
        koseki=register.koseki,
        members=tuple((one, courses.get(one.number, ())) for one in shown),
        whole=len(shown) == len(register.members),
        asker=filing.asker,
        issue_no=issue.issue_no,
        issued_on=issue.issued_on,
        again=again,
        certified=certified_by(act.tx, issue.bears),
        terminal=issue.terminal,
        printer=issue.printer,
    )


# Holding a register back


@dataclass(frozen=True, slots=True, repr=False)
class RegisterHoldFiling(Private):
    """That copies of a register are held back, or no more, and why."""

    register_no: str
    stands: bool
    reason: str


def read_register_hold(data: object) -> RegisterHoldFiling:
    with reading(data) as fields:
        return RegisterHoldFiling(
            fields.take("register_no", check_number),
            fields.flag("stands"),
            fields.text("reason", longest=500),
        )


def hold_register(ctx: Context, claim: OperatorClaim, filing: RegisterHoldFiling) -> Supplemented | Refused:
    """Hold copies of a register back, as a support measure that names it asks, or hold them no more."""
    permission = Permission.REGISTER_HOLD_SET if filing.stands else Permission.REGISTER_HOLD_END
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, permission, AuditEvent.SUPPLEMENTARY_HELD)
        kept = None if isinstance(act.gate, Refused) else registers.lock(tx, filing.register_no)
        decision = acts.every(act.gate, acts.require((KF11, kept is not None)))
        if kept is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((KF11,))
            return act.refuse(refused, reference=filing.register_no)
        store.set_hold(tx, kept.register_id, filing.reason, stamp_of(act), stands=filing.stands)
        act.done(decision, reference=f"{filing.register_no} {'held' if filing.stands else 'held no more'}")
        return Supplemented(filing.register_no)
