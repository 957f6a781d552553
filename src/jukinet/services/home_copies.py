"""Copies and certificates of recorded items at home (Act Arts. 12 to 12-3): one application, one paper.

The issue is recorded with the versions that it shows, in one transaction; then the paper is set, no transaction open.
A retry of the application sets the same paper again from what is on record, and issues nothing. What stands on whose
paper is in ``copied``; the application, as it is filed, in ``copy_filings``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from jukinet.audit.events import AuditEvent
from jukinet.documents.home_person import HomePerson
from jukinet.domain import matching
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import copies_for_others as others
from jukinet.law import home_copies as law
from jukinet.law.code_notices import CD24
from jukinet.law.copies import Asker, CopyItem, OnRequest, visible_items
from jukinet.law.copy_history import Step
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.holds import Hold, Process
from jukinet.law.home_copies import Asked, Paper
from jukinet.messages.copies import MemberScope
from jukinet.services import acts, copied, copied_history, household_order, notes, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.answering import is_named
from jukinet.services.certifiers import Bears, Certified, bears_on, certified_by
from jukinet.services.context import Context
from jukinet.services.copy_filings import Extent, HomeCopyFiling, PublicBody, ThirdParty
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import copies, measures, residents
from jukinet.store import home_copies as store
from jukinet.store.home_copies import Issue, Request, Shown
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True, repr=False)
class HomeCopy(Private):
    """What the paper says. ``again``: it was issued before, by this application."""

    paper: Paper
    asker: Asker
    persons: tuple[HomePerson, ...]
    wanted: frozenset[OnRequest]
    left_out: frozenset[CopyItem]
    extent: Extent
    whole: bool
    issue_nos: tuple[str, ...]
    issued_on: date
    certified: Certified
    again: bool = False
    terminal: str | None = None
    printer: str | None = None

    @property
    def issue_no(self) -> str:
        """That of the first print."""
        return self.issue_nos[0]


CountPages = Callable[[HomeCopy], int]
"""How many pages a paper takes, all its prints together; 0 where the fonts lack a character of it. Sets nothing."""


def issue_home_copy(
    ctx: Context, claim: OperatorClaim, filing: HomeCopyFiling, count_pages: CountPages
) -> HomeCopy | Refused:
    """Issue a copy or a certificate of recorded items, or refuse it with every reason.

    Raises CONFLICT where the application's id was used for another one, or what it showed is kept no longer.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_COPY_ISSUE, AuditEvent.HOME_COPY_ISSUED)
        locked = residents.lock_families(tx, numbers=[filing.resident_no])
        one = next((held for held in locked if held.resident_no == filing.resident_no), None)
        if one is None or isinstance(act.gate, Refused):
            return act.refuse_unknown(R1, filing.resident_no)
        known = store.find(tx, filing.application_id)
        if known is not None:
            return _again(act, filing, one, *known)
        household = residents.members(locked, one.record.household_number)
        return _issue(act, filing, one, household, count_pages)


def _issue(
    act: Act, filing: HomeCopyFiling, one: Held, household: Sequence[Held], count_pages: CountPages
) -> HomeCopy | Refused:
    chosen = copied.chosen(filing.members, filing.names, one, household) if one.present else [one]
    steps = copied_history.steps_of(act.tx, one, act.ctx.now()) if filing.extent.deleted else ()
    if filing.extent.deleted:
        head = copied_history.householder_before(act.tx, one, steps)
    else:
        head = next((held for held in household if held.record.is_householder), None)
    placed = chosen if filing.in_given_order and chosen else household_order.in_order(act.tx, chosen or [one])
    shown = tuple(Shown(held, head) for held in placed)
    bears, certifiable = bears_on(act.tx, act.today, filing.choice)
    issue = _numbered(act, filing, shown, household, bears)
    paper = _paper(act, filing, issue, shown)
    holds = _holds(act, filing, shown)
    asked = _asked(act, filing, one, holds, steps, found=chosen is not None, headed=head is not None)
    pages = count_pages(paper)
    decision = acts.every(
        act.gate,
        _decide(filing, asked),
        certifiable,
        *_withheld(act, holds),
        acts.require((CD24, pages > 0)),
    )
    if isinstance(decision, Refused):
        return act.refuse(decision, *(each.held for each in shown), reference=filing.application_id)
    store.add(act.tx, issue, _request(filing, pages), shown, act.claim.operator_id)
    _done(act, decision, shown, holds, filing)
    return paper


def _again(
    act: Act, filing: HomeCopyFiling, one: Held, issue: Issue, shown: tuple[Shown, ...]
) -> HomeCopy | Refused:
    """The paper of a retry. Holds and measures are asked again: what stands by now keeps this print back, too."""
    if issue.digest != filing.digest:
        raise JukinetError(ErrorKind.CONFLICT, "This application id was used for another application.")
    act = acts.as_event(act, AuditEvent.HOME_COPY_GIVEN_AGAIN)
    holds = _holds(act, filing, shown)
    offender = _is_offender(act, filing, one, holds)
    decision = acts.every(act.gate, acts.require((law.HC9, not offender)), *_withheld(act, holds))
    if isinstance(decision, Refused):
        return act.refuse(decision, *(each.held for each in shown), reference=filing.application_id)
    _done(act, decision, shown, holds, filing)
    return _paper(act, filing, issue, shown, again=True)


def _numbered(
    act: Act, filing: HomeCopyFiling, shown: Sequence[Shown], household: Sequence[Held], bears: Bears
) -> Issue:
    on_it, members = (
        {held.resident_id for held in some} for some in ([one.held for one in shown], household)
    )
    return Issue(
        filing.application_id,
        filing.digest,
        tuple(copies.next_number(act.tx, act.today) for _ in range(filing.prints)),
        act.today,
        whole=on_it == members,
        bears=bears,
        at=act.ctx.now(),
        terminal=act.claim.terminal,
        printer=filing.printer,
    )


def _holds(act: Act, filing: HomeCopyFiling, shown: Sequence[Shown]) -> dict[int, list[Hold]]:
    """The holds on everybody of whom the paper says something, the householder who is only named among them."""
    named = [one.head for one in shown if one.head] if filing.names_householder else []
    people = {held.resident_id: held for held in (*(one.held for one in shown), *named)}
    return withholding.on_all(act.tx, people.values())


def _done(
    act: Act,
    decision: Permitted,
    shown: Sequence[Shown],
    holds: dict[int, list[Hold]],
    filing: HomeCopyFiling,
) -> None:
    for each in holds.values():
        withholding.use_lifts(act.tx, each, Process.ISSUE)
    for one in shown:
        act.done(decision, Subject.of(one.held), reference=filing.application_id)


def _withheld(act: Act, holds: dict[int, list[Hold]]) -> list[Decision]:
    return [withholding.decide(act.tx, each, Process.ISSUE) for each in holds.values()]


def _asked(
    act: Act,
    filing: HomeCopyFiling,
    one: Held,
    holds: dict[int, list[Hold]],
    steps: Sequence[Step],
    *,
    found: bool,
    headed: bool,
) -> Asked:
    standing = [
        hold
        for each in holds.values()
        for hold in each
        if hold.process is Process.ISSUE and hold.stands(act.today)
    ]
    return Asked(
        on=act.today,
        paper=filing.paper,
        recorded=one.present,
        as_stated=_is_as_stated(filing, one),
        found=found,
        headed=headed or not filing.names_householder,
        brought_by=filing.brought_by,
        held=bool(standing),
        offender=_is_offender(act, filing, one, holds),
        reason_stated=filing.reason is not None,
        plainly_improper=filing.plainly_improper,
        left_out=filing.left_out,
        without_building=filing.without_building,
        sent_to=filing.sent_to,
        sending_reason=filing.sending_reason is not None and filing.sending_place is not None,
        by_post=filing.by_post,
        of_deleted=filing.extent.deleted,
        in_term=copied_history.is_in_term(steps, act.today),
        alone=filing.members is MemberScope.SELF,
        history=filing.extent.history,
        remarked=filing.extent.remarks,
    )


def _decide(filing: HomeCopyFiling, asked: Asked) -> Decision:
    match filing.asked_by:
        case PublicBody(asks=body):
            return others.decide_for_body(asked, body, filing.wanted)
        case ThirdParty(asks=other):
            return others.decide_for_other(asked, other, filing.wanted)
        case None:
            return law.decide_home_copy(asked)


def _is_as_stated(filing: HomeCopyFiling, one: Held) -> bool:
    address = matching.address_key(one.record.address.text)
    return is_named(one.record, filing.name) and matching.address_key(filing.address) == address


def _is_offender(act: Act, filing: HomeCopyFiling, one: Held, holds: dict[int, list[Hold]]) -> bool:
    """Whether a standing measure for anybody who is shown names who asks, or for whom it is asked."""
    own = filing.asker is Asker.HOUSEHOLD
    names = [*filing.askers, *((one.record.name.text, one.record.name.latin or "") if own else ())]
    asking = {key for name in names for key in matching.name_keys(name)}
    return any(
        (own and number == one.resident_no) or asking & set(matching.name_keys(name or ""))
        for each in holds
        for name, number in measures.offenders(act.tx, each)
    )


def _paper(
    act: Act, filing: HomeCopyFiling, issue: Issue, shown: Sequence[Shown], *, again: bool = False
) -> HomeCopy:
    return HomeCopy(
        paper=filing.paper,
        asker=filing.asker,
        persons=tuple(_person(act, filing, one, issue.at) for one in shown),
        extent=filing.extent,
        wanted=filing.wanted,
        left_out=filing.left_out,
        whole=issue.whole,
        issue_nos=issue.issue_nos,
        issued_on=issue.issued_on,
        certified=certified_by(act.tx, issue.bears),
        again=again,
        terminal=issue.terminal,
        printer=issue.printer,
    )


def _person(act: Act, filing: HomeCopyFiling, one: Shown, at: datetime) -> HomePerson:
    extent = filing.extent
    steps: Sequence[Step] = ()
    if extent.history or extent.deleted:
        steps = copied_history.steps_of(act.tx, one.held, at, special=extent.special)
    visible = visible_items(one.held.record.kind, filing.wanted, filing.asker)
    person = copied.home_person_of(one, visible, filing.left_out, extent, steps)
    if extent.remarks:
        person = replace(person, remarks=notes.remarks_then(act.tx, one.held, at))
    if not filing.without_building:
        return person
    return replace(person, address=replace(person.address, building=None))


def _request(filing: HomeCopyFiling, pages: int) -> Request:
    """What is kept of the application: kinds, and which public body asked."""
    kinds, body = [filing.brought_by.kinds], None
    if isinstance(filing.asked_by, PublicBody):
        body = filing.asked_by.name
    elif filing.asked_by is not None:
        kinds += filing.asked_by.asks.kinds
    if filing.sent_to:
        kinds.append(f"sent to {filing.sent_to}")
    if filing.by_post:
        kinds.append(f"by post {filing.by_post}")
    wanted = (*filing.wanted, *filing.extent.told)
    left_out = (*filing.left_out, *(("building",) if filing.without_building else ()))
    return Request(filing.paper, filing.asker, ", ".join(kinds), wanted, left_out, pages, body)
