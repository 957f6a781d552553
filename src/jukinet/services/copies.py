"""Nationwide copy (住民票の写しの広域交付, Act Art. 12-4): at the municipality that issues it.

1. The application is decided, and the intent recorded. 2. Where the code is not stated, a governor is asked for it
(Reg. Art. 4(1)); then the home municipality is asked (M5), no transaction open. 3. Its answer (M6) is printed. 4. The
pages are kept under their number. One application has one copy: a retry at any point goes on where the last try
stopped, and hands out the same pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law import copies as law_copies
from jukinet.law.copies import CopyApplication, DocumentKind, ShownDocument
from jukinet.law.decisions import FailedRule, Permitted, Refused, law, policy
from jukinet.messages import strict_json
from jukinet.messages.code_searches import CodeQuestion
from jukinet.messages.copies import (
    MAX_PERSONS,
    CopyData,
    CopyRefusal,
    CopyRefusalReason,
    CopyRequest,
    MemberScope,
    WantedItem,
)
from jukinet.messages.ids import parse_id
from jukinet.messages.kinds import CallKind
from jukinet.services import acts, asking, code_searches, trail
from jukinet.services.acts import Act
from jukinet.services.asking import NoteFailure
from jukinet.services.certifiers import Certified, certified_on
from jukinet.services.context import Context
from jukinet.services.copy_filings import parse_name
from jukinet.services.filings import member
from jukinet.services.operators import OperatorClaim
from jukinet.store import copies as rows
from jukinet.store.copies import CopyRow
from jukinet.store.database import Transaction

K21 = policy(
    "K21",
    "Choice of this network: no card is read at the counter",
    "State the Resident Record code, or birth date and sex: what the card itself says is not read here.",
)
K22 = law(
    "K22",
    "Act Art. 12-4(1), (3)",
    "The home municipality has no record that fits what was stated. Check name and code, or apply there.",
)
SR43 = law(
    "SR43",
    "Reg. Art. 4(1)",
    "Nobody of this name, birth date and sex is recorded in that municipality, or several are. State the code.",
)
K23 = policy(
    "K23",
    "Resident-record specification 3.1, 3.4",
    "The home municipality asks to be consulted. Please apply there.",
)

K24 = policy(
    "K24",
    "One application, one answer of the home municipality, one day",
    "The application is of an earlier day, and no copy came of it. Make a new one.",
)

_NO_CODE = "no-code"
"""Why an application ended before the home municipality was asked: nobody, or more than one, fits what was stated."""

_REFUSALS: dict[str, FailedRule] = {
    CopyRefusalReason.NOT_RECORDED: K22,
    CopyRefusalReason.CONSULT_HOME: K23,
    CopyRefusalReason.NOT_CONNECTED: law_copies.K7,
    _NO_CODE: SR43,
}


@dataclass(frozen=True, slots=True, repr=False)
class CopyFiling:
    """An application at the counter. ``application_id``: 32 hex digits, the clerk's screen makes it once."""

    application_id: str
    home: MunicipalityCode
    applicant: RecordKind
    name: str
    code: ResidentRecordCode | None
    birth_date: PartialDate | None
    sex: Sex | None
    document: ShownDocument
    members: MemberScope
    names: tuple[str, ...]
    wanted: frozenset[WantedItem]
    plainly_improper: bool
    digest: bytes


def read_filing(data: object) -> CopyFiling:
    """Read an application, with every fault at once."""
    with reading(data) as fields:
        filing = CopyFiling(
            application_id=fields.take("application_id", parse_id),
            home=fields.take("home", MunicipalityCode.parse),
            applicant=fields.take("applicant", member(RecordKind)),
            name=fields.take("name", parse_name),
            code=fields.optional("code", ResidentRecordCode.parse),
            birth_date=fields.optional("birth_date", PartialDate.parse),
            sex=fields.optional("sex", member(Sex)),
            document=fields.object("document", _read_document),
            members=fields.take("members", member(MemberScope)),
            names=fields.texts("names", parse_name, most=MAX_PERSONS) if fields.has("names") else (),
            wanted=frozenset(fields.texts("wanted", member(WantedItem), most=10)),
            plainly_improper=fields.flag("plainly_improper", default=False),
            digest=hashlib.sha256(strict_json.dump(data)).digest() if isinstance(data, dict) else b"",
        )
        fields.raw("names")
        if (filing.members is MemberScope.NAMED) != bool(filing.names):
            fields.fault("names", "belong to a copy for named members, and to no other")
        return filing


def _read_document(fields: Fields) -> ShownDocument:
    return ShownDocument(
        kind=fields.take("kind", member(DocumentKind)),
        with_photo=fields.flag("with_photo", default=True),
    )


@dataclass(frozen=True, slots=True)
class Printing:
    """What is printed, and how it is numbered and dated."""

    data: CopyData
    wanted: frozenset[WantedItem]
    home: MunicipalityCode
    issued_on: date
    issue_no: str
    certified: Certified
    terminal: str | None = None


Press = Callable[[Printing], bytes]
"""Prints the pages of a copy (PDF)."""


@dataclass(frozen=True, slots=True, repr=False)
class IssuedCopy:
    """A copy: its number and pages. ``again``: these are the pages of an earlier try."""

    issue_no: str
    pages: bytes
    again: bool


def issue_nationwide_copy(
    ctx: Context, claim: OperatorClaim, filing: CopyFiling, press: Press
) -> IssuedCopy | Refused:
    """Issue a nationwide copy, or refuse it with every reason (Act Art. 12-4).

    Raises UNAVAILABLE where the home municipality cannot be reached (try again with the same application),
    CONFLICT where the application's id was used for another one.
    """
    # Who applies may name a municipality that was merged: its successor has the record.
    filing = replace(filing, home=ctx.standing(filing.home))
    started = _start(ctx, claim, filing)
    if not isinstance(started, CopyRow):
        return started
    filing = replace(filing, code=filing.code or _ask_code(ctx, claim, filing))
    if filing.code is None:
        return _refuse(ctx, claim, filing, _NO_CODE)
    answer = _ask_home(ctx, claim, filing)
    if isinstance(answer, CopyRefusal):
        return _refuse(ctx, claim, filing, answer.reason)
    with ctx.begin() as tx:
        issue_no = rows.next_number(tx, started.applied_on)
        who = certified_on(tx, started.applied_on)
    applied = started.applied_on
    pages = press(Printing(answer, filing.wanted, filing.home, applied, issue_no, who, claim.terminal))
    return _keep(ctx, claim, filing, issue_no, pages)


def _start(ctx: Context, claim: OperatorClaim, filing: CopyFiling) -> CopyRow | IssuedCopy | Refused:
    """Decide, and record the intent; or the outcome that an earlier try already reached.

    What was decided stays so: a retry of it is not judged again by a later day or a newer directory. One that is
    only intended is judged again, since nobody has been told anything yet.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_COPY_ISSUE, AuditEvent.COPY_REFUSED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=filing.application_id)
        known = _known(tx, filing)
        if known is not None and known.state != rows.INTENDED:
            return _again(act, filing, known)
        of_today = acts.require((K24, known is None or known.applied_on == act.today))
        decision = acts.every(act.gate, _decide(act, filing), of_today)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=filing.application_id)
        new = rows.intend(
            tx,
            filing.application_id,
            filing.digest,
            home=str(filing.home),
            operator=claim.operator_id,
            on=act.today,
            at=ctx.now(),
        )
        row = _known(tx, filing)
        if row is None:
            raise TypeError("the intent was recorded in this transaction")
        if row.state != rows.INTENDED:
            return _again(act, filing, row)
        if new:
            _note(ctx, act, filing, AuditEvent.COPY_INTENDED, Outcome.INTENDED, decision)
        return row


def _known(tx: Transaction, filing: CopyFiling) -> CopyRow | None:
    """The application's row, locked; raises CONFLICT for the id of another application."""
    row = rows.lock(tx, filing.application_id)
    if row is not None and row.input_digest != filing.digest:
        raise JukinetError(ErrorKind.CONFLICT, "This application id was used for another application.")
    return row


def _again(act: Act, filing: CopyFiling, row: CopyRow) -> IssuedCopy | Refused:
    """Give the outcome of a decided application once more. Whoever sees the pages leaves an entry."""
    refused = row.state == rows.REFUSED
    trail.note(
        act.ctx,
        act.tx,
        AuditEvent.COPY_GIVEN_AGAIN,
        Outcome.REFUSED if refused else Outcome.DONE,
        act.claim.actor,
        terminal=act.claim.terminal,
        code=filing.code,
        reference=filing.application_id,
    )
    if refused:
        return Refused((_REFUSALS[row.refusal or ""],))
    return _issued(row)


def _issued(row: CopyRow) -> IssuedCopy:
    if row.pages is None or row.issue_no is None:
        raise JukinetError(
            ErrorKind.CONFLICT,
            "This copy was issued, and its pages are no longer kept. Make a new application.",
        )
    return IssuedCopy(row.issue_no, row.pages, again=True)


def _decide(act: Act, filing: CopyFiling) -> Permitted | Refused:
    ctx = act.ctx
    home_connected = ctx.is_connected(filing.home.node_id)
    decision = law_copies.decide_nationwide_copy(
        CopyApplication(
            on=act.today,
            issuing=ctx.municipality,
            home=filing.home,
            issuing_connected=ctx.is_connected(ctx.node),
            home_connected=home_connected,
            applicant=filing.applicant,
            document=filing.document,
            states_code=filing.code is not None,
            states_birth_date_and_sex=filing.birth_date is not None and filing.sex is not None,
            plainly_improper=filing.plainly_improper,
        )
    )
    # What K5 asks of who shows another document, K21 asks of who shows the card. A resident of a municipality that is
    # not connected has no code to state: that alone is told.
    found_by = filing.code is not None or _facts(filing) is not None
    needs = acts.require((K21, found_by or not home_connected or filing.document.kind is not _CARD))
    return acts.every(Permitted(()), decision, needs)


_CARD = DocumentKind.BRR_CARD


def _facts(filing: CopyFiling) -> CodeQuestion | None:
    """By what the code is looked for, where it is not stated."""
    if filing.birth_date is None or filing.sex is None:
        return None
    return CodeQuestion(filing.home, filing.name, filing.birth_date, filing.sex)


def _note(
    ctx: Context, act: Act, filing: CopyFiling, event: AuditEvent, outcome: Outcome, decision: Permitted
) -> None:
    trail.note(
        ctx,
        act.tx,
        event,
        outcome,
        act.claim.actor,
        terminal=act.claim.terminal,
        code=filing.code,
        reference=filing.application_id,
        rules=decision.basis,
    )


def _noting(ctx: Context, claim: OperatorClaim, filing: CopyFiling) -> NoteFailure:
    """Writes that a question of the application came to nothing."""

    def note_failure(tx: Transaction, kind: ErrorKind) -> None:
        trail.note(
            ctx,
            tx,
            AuditEvent.COPY_INTENDED,
            Outcome.FAILED,
            claim.actor,
            terminal=claim.terminal,
            code=filing.code,
            reference=filing.application_id,
            rules=(kind,),
        )

    return note_failure


def _ask_code(ctx: Context, claim: OperatorClaim, filing: CopyFiling) -> ResidentRecordCode | None:
    """The code of who states birth date and sex, as a governor tells it (Act Art. 30-7(4)(iii), (6)(iii))."""
    facts = _facts(filing)
    if facts is None:
        raise TypeError("an application that states too little is refused before anybody is asked")
    return code_searches.ask_code(ctx, facts, filing.application_id, _noting(ctx, claim, filing))


def _ask_home(ctx: Context, claim: OperatorClaim, filing: CopyFiling) -> CopyData | CopyRefusal:
    """The call (M5, M6), under the application's id, so that a retry is known."""
    if filing.code is None:
        raise TypeError("an application without a code is refused before the home municipality is asked")
    request = CopyRequest(filing.name, filing.code, filing.members, filing.wanted, filing.names)
    kind, home = CallKind.NATIONWIDE_COPY, filing.home.node_id
    answer = asking.ask(ctx, home, kind, filing.application_id, request, _noting(ctx, claim, filing))
    if not isinstance(answer, CopyData | CopyRefusal):
        raise TypeError("an answer is read as its question's kind")
    return answer


def _refuse(ctx: Context, claim: OperatorClaim, filing: CopyFiling, reason: str) -> Refused:
    refused = Refused((_REFUSALS[reason],))
    with ctx.begin() as tx:
        # Another try of the same application may have been faster: one application, one entry.
        if rows.refuse(tx, filing.application_id, reason, ctx.now()):
            trail.note_act(
                ctx,
                tx,
                AuditEvent.COPY_REFUSED,
                claim,
                refused,
                code=filing.code,
                reference=filing.application_id,
            )
    return refused


def _keep(
    ctx: Context, claim: OperatorClaim, filing: CopyFiling, issue_no: str, pages: bytes
) -> IssuedCopy | Refused:
    """Keep the pages; where another try was faster, its copy is the one."""
    with ctx.begin() as tx:
        if rows.issue(tx, filing.application_id, issue_no, pages, ctx.now()):
            permitted = Permitted(law_copies.NATIONWIDE_BASIS)
            trail.note_act(
                ctx,
                tx,
                AuditEvent.COPY_ISSUED,
                claim,
                permitted,
                code=filing.code,
                reference=filing.application_id,
            )
            return IssuedCopy(issue_no, pages, again=False)
        row = rows.lock(tx, filing.application_id)
        if row is None or row.state != rows.ISSUED:
            raise JukinetError(ErrorKind.CONFLICT, "The application was decided otherwise meanwhile.")
        trail.note(
            ctx,
            tx,
            AuditEvent.COPY_GIVEN_AGAIN,
            Outcome.DONE,
            claim.actor,
            terminal=claim.terminal,
            code=filing.code,
            reference=filing.application_id,
        )
    return _issued(row)
