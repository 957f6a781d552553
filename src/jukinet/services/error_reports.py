"""A record is found to be wrong (M16): who finds it tells the governor, the governor the municipality, which answers.

The centre tells the governor whose area it is (Act Art. 30-11(5)); the governor, for what the centre found or what the
prefecture found itself, tells the mayor without delay (Art. 12-5); the mayor examines, and does what it takes to keep
the register right (Art. 14(1)). A report says which facts are doubted, never what they should be. That it is answered
is a choice of this network: so the finder knows that nobody forgot it. A person acts at each node.

What is repaired is repaired by the register's own acts, or by saying it anew (``jukinet.services.resending``).
"""

from __future__ import annotations

from collections.abc import Iterable

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.law.decisions import Decision, Permitted, Refused, law, policy
from jukinet.messages.bodies import ErrorAnswer, ErrorItem, ErrorOutcome, ErrorReport
from jukinet.messages.kinds import MessageKind
from jukinet.messages.wire import parse_member
from jukinet.services import acts, outgoing, trail
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import error_reports
from jukinet.store.database import Transaction
from jukinet.store.error_reports import NOTED, PASSED_ON, RECEIVED, Kept

KC2 = law(
    "KC2",
    "Act Arts. 12-5, 30-11(5)",
    "This node holds no record of that code by that municipality of its area, and no check confirmed that it lacks"
    " one. Check both.",
)
KC3 = policy(
    "KC3",
    "Choice of this network: reports go over the line",
    "The municipality is not connected to the network. Tell it in writing.",
)
KC4 = policy("KC4", "Choice of this network: one answer to a report", "No such report waits here.")
KC5 = law(
    "KC5",
    "Act Art. 14(1)",
    "Nothing was said of that record since the report came. Correct it first, or say it anew.",
)

_MADE = {NOTED, PASSED_ON}


def read_filing(data: object) -> tuple[ResidentRecordCode, MunicipalityCode, frozenset[ErrorItem]]:
    """Read what somebody reports, with every fault at once."""
    with reading(data) as fields:
        code = fields.take("code", ResidentRecordCode.parse)
        municipality = fields.take("municipality", MunicipalityCode.parse)
        items = frozenset(fields.texts("items", parse_member(ErrorItem), most=len(ErrorItem)))
        if not items:
            fields.fault("items", "must not be empty")
        return code, municipality, items


def report(
    ctx: Context,
    claim: OperatorClaim,
    code: ResidentRecordCode,
    municipality: MunicipalityCode,
    items: Iterable[ErrorItem],
) -> str | Refused:
    """Report a record that this store holds, or lacks by a confirmed check (脱漏); the report's id.

    The centre tells the governor, a governor the mayor.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ERROR_HANDLE, AuditEvent.ERROR_REPORTED)
        decision = acts.every(act.gate, decide_report(ctx, tx, code, municipality))
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject(code=code))
        made = put(ctx, tx, claim, code, municipality, items)
        _done(act, decision, made, *sorted(made.items))
        return made.report_id


def decide_report(
    ctx: Context, tx: Transaction, code: ResidentRecordCode, municipality: MunicipalityCode
) -> Decision:
    """Whether this store can report a record: KC2, KC3."""
    return acts.require(
        (KC2, _is_of_area(ctx, municipality) and error_reports.is_known(tx, code, municipality)),
        (KC3, ctx.is_connected(municipality.node_id)),
    )


def put(
    ctx: Context,
    tx: Transaction,
    claim: OperatorClaim,
    code: ResidentRecordCode,
    municipality: MunicipalityCode,
    items: Iterable[ErrorItem],
) -> ErrorReport:
    """Keep a report that may be made, and send it, within an act that has its own audit entry."""
    made = ErrorReport(ctx.randomness.token(), code, municipality, frozenset(items))
    error_reports.add(tx, made, NOTED, ctx.now(), noted_by=claim.operator_id)
    _send(ctx, tx, made)
    return made


def _is_of_area(ctx: Context, municipality: MunicipalityCode) -> bool:
    """Whether this store answers for the municipality; a municipality reports to nobody: it corrects."""
    if ctx.node.role is NodeRole.PREFECTURE:
        return municipality.prefecture == ctx.node.prefecture
    return ctx.node.role is NodeRole.NATIONAL


def _send(ctx: Context, tx: Transaction, made: ErrorReport) -> None:
    centre = ctx.node.role is NodeRole.NATIONAL
    to = made.municipality.prefecture.node_id if centre else made.municipality.node_id
    outgoing.put(ctx, tx, MessageKind.ERROR_REPORT, to, made)
    error_reports.pass_on(tx, made.report_id, ctx.now())


def _done(act: Act, decision: Permitted, about: ErrorReport, *rules: str) -> None:
    trail.note(
        act.ctx,
        act.tx,
        act.event,
        Outcome.DONE,
        act.claim.actor,
        terminal=act.claim.terminal,
        code=about.code,
        reference=about.report_id,
        rules=(*trail.rules_of(decision), *rules),
    )


def take_report(ctx: Context, tx: Transaction, body: ErrorReport, origin: NodeId, reference: str) -> None:
    """Keep a report that arrives, for a person. Raises INVALID for one about a record of elsewhere."""
    here = ctx.node.municipality
    if not (body.municipality == here if here else _is_of_area(ctx, body.municipality)):
        raise JukinetError(ErrorKind.INVALID, "The report is about a record of another area.")
    if error_reports.lock(tx, body.report_id) is not None:
        raise JukinetError(ErrorKind.CONFLICT, "A report of this id was received before.")
    error_reports.add(tx, body, RECEIVED, ctx.now(), from_node=origin)
    event, done = AuditEvent.ERROR_RECEIVED, Outcome.DONE
    trail.note(ctx, tx, event, done, origin.uri, code=body.code, reference=reference)


def pass_on(ctx: Context, claim: OperatorClaim, report_id: str) -> Permitted | Refused:
    """At the governor's: tell the municipality what the centre reported (Art. 12-5), or the centre what came of it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ERROR_HANDLE, AuditEvent.ERROR_PASSED_ON)
        kept = error_reports.lock(tx, report_id)
        waits = kept is not None and ctx.node.role is NodeRole.PREFECTURE and _waits_here(kept)
        to_tell = kept is not None and kept.state == RECEIVED  # else the centre is told what came of it
        connected = kept is None or not to_tell or ctx.is_connected(kept.report.municipality.node_id)
        decision = acts.every(act.gate, acts.require((KC4, waits), (KC3, connected)))
        if isinstance(decision, Refused) or kept is None:
            return act.refuse(_refused(decision), reference=report_id)
        if kept.state == RECEIVED:
            _send(ctx, tx, kept.report)
        else:
            told = ErrorAnswer(report_id, ErrorOutcome(kept.state))
            outgoing.put(ctx, tx, MessageKind.ERROR_ANSWER, NATIONAL, told)
            error_reports.answer(tx, report_id, kept.state, claim.operator_id, ctx.now())
        _done(act, decision, kept.report)
        return decision


def _waits_here(kept: Kept) -> bool:
    """Whether a report of the centre, or the answer to it, is to be passed on by a person."""
    return kept.from_node == NATIONAL and kept.answered_at is None and kept.state != PASSED_ON


def answer(ctx: Context, claim: OperatorClaim, report_id: str, outcome: ErrorOutcome) -> Permitted | Refused:
    """At the municipality: say that the record was corrected, or that it was right (Art. 14(1))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ERROR_HANDLE, AuditEvent.ERROR_ANSWERED)
        kept = error_reports.lock(tx, report_id)
        waits = kept is not None and kept.state == RECEIVED and ctx.node.role is NodeRole.MUNICIPALITY
        said = (
            kept is None
            or outcome is ErrorOutcome.RIGHT
            or not waits
            or error_reports.said_since(tx, kept.report.code, kept.noted_at)
        )
        decision = acts.every(act.gate, acts.require((KC4, waits), (KC5, said)))
        if isinstance(decision, Refused) or kept is None:
            return act.refuse(_refused(decision), reference=report_id)
        error_reports.answer(tx, report_id, outcome, claim.operator_id, ctx.now())
        outgoing.put(
            ctx, tx, MessageKind.ERROR_ANSWER, kept.from_node or ctx.governor, ErrorAnswer(report_id, outcome)
        )
        _done(act, decision, kept.report, outcome)
        return decision


def _refused(decision: Permitted | Refused) -> Refused:
    return decision if isinstance(decision, Refused) else Refused((KC4,))


def take_answer(ctx: Context, tx: Transaction, body: ErrorAnswer, origin: NodeId, reference: str) -> None:
    """Keep what came of a report; where the report was the centre's, a person passes the answer on.

    Raises CONFLICT where no report of this node waits for that answer, or another municipality's is answered.
    """
    kept = error_reports.lock(tx, body.report_id)
    told = kept is not None and origin in {
        kept.report.municipality.node_id,
        kept.report.municipality.prefecture.node_id,
    }
    if kept is None or not told or kept.state not in _MADE:
        raise JukinetError(ErrorKind.CONFLICT, "No report of this node waits for this answer.")
    final = None if kept.from_node == NATIONAL else ctx.now()
    error_reports.answer(tx, body.report_id, body.outcome, origin.uri, final)
    event, done = AuditEvent.ERROR_ANSWERED, Outcome.DONE
    code = kept.report.code
    trail.note(ctx, tx, event, done, origin.uri, code=code, reference=reference, rules=(body.outcome,))


def list_reports(
    ctx: Context, claim: OperatorClaim, *, everything: bool = False
) -> tuple[Kept, ...] | Refused:
    """The reports that wait, or all; one entry for the list, and one for each code in it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ERROR_HANDLE, AuditEvent.ERRORS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = error_reports.listed(tx, everything=everything)
        for one in found:
            _done(act, act.gate, one.report)
        return tuple(found)
