"""A correction is asked for by whom something was disclosed, looked into, and answered (Act Art. 30-40).

Owns these two acts. The store's own copy is never edited: that it is doubted goes to the municipality over the line, by
way of the governor (M16, ``jukinet.services.error_reports``), in the transaction that keeps the request. What the
municipality finds comes back by the same way, and is the result that the person is told.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law import disclosures as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.disclosures import TELL_IN_WRITING, DisclosureStep
from jukinet.services import acts, disclosure_search, error_reports
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.disclosure_filings import CorrectionFiling, ResultFiling, read_kept
from jukinet.services.disclosures import (
    lock,
    open_disclosure,
    refused,
    require_store,
    stamp_of,
    subject_of,
)
from jukinet.services.operators import OperatorClaim
from jukinet.store import disclosures as store
from jukinet.store import error_reports as reports
from jukinet.store.disclosures import Kept, Told


def ask_correction(ctx: Context, claim: OperatorClaim, filing: CorrectionFiling) -> Permitted | Refused:
    """Keep that facts are said to be wrong, and have the municipality look into it; a remark where no line goes."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, AuditEvent.DISCLOSURE_CORRECTION_ASKED)
        kept = lock(act, filing.disclosure)
        reference = str(filing.disclosure)
        if kept is None:
            return act.refuse(refused(act.gate), reference=reference)
        told = _told_by(act, kept, filing.municipality)
        decision = acts.every(
            act.gate,
            law.decide_correction(
                kept.course, disclosed=_disclosed(kept), in_writing=filing.in_writing, told_by=bool(told)
            ),
            acts.decide_applied(act, filing.received_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, subject_of(kept), reference=reference)
        report = _report(act, filing, told)
        details = {
            "municipality": str(filing.municipality),
            "items": sorted(filing.items),
            "said": filing.said,
            "report": report,
        }
        step = DisclosureStep.CORRECTION_ASKED
        store.add_step(tx, kept, step, details, filing.received_on, stamp_of(act))
        act.done(decision, subject_of(kept), reference=f"{reference} {report}" if report else reference)
        return decision if report else Permitted(decision.basis, (TELL_IN_WRITING,))


def _told_by(act: Act, kept: Kept, municipality: MunicipalityCode) -> list[Told]:
    """What that municipality told of the person, or holds now, of what was disclosed."""
    answered = kept.last(DisclosureStep.ANSWERED)
    if answered is None:
        return []
    stated = read_kept(kept.details).person
    found = disclosure_search.find(act.tx, stated, confirmed=answered.details["confirmed"])
    return [one for one in found.told if municipality in {one.municipality, one.held_by}]


def _disclosed(kept: Kept) -> bool:
    answered = kept.last(DisclosureStep.ANSWERED)
    return answered is not None and answered.details["found"] is True


def _report(act: Act, filing: CorrectionFiling, told: list[Told]) -> str | None:
    """Report the municipality's live record; None where there is none, or no line to it."""
    code: ResidentRecordCode | None = next(
        (one.facts.code for one in told if one.held_by == filing.municipality), None
    )
    if code is None or isinstance(
        error_reports.decide_report(act.ctx, act.tx, code, filing.municipality), Refused
    ):
        return None
    return error_reports.put(act.ctx, act.tx, act.claim, code, filing.municipality, filing.items).report_id


def tell_result(ctx: Context, claim: OperatorClaim, filing: ResultFiling) -> Permitted | Refused:
    """Keep what the inquiry came to, as the person is told in writing; the letter is ``begin_letter``."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, AuditEvent.DISCLOSURE_CORRECTION_TOLD)
        kept = lock(act, filing.disclosure)
        reference = f"{filing.disclosure} {filing.outcome}"
        if kept is None:
            return act.refuse(refused(act.gate), reference=reference)
        decision = acts.every(
            act.gate,
            law.decide_result(kept.course, found=_found(act, kept, filing)),
            acts.decide_applied(act, filing.told_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, subject_of(kept), reference=reference)
        details = {"outcome": filing.outcome, "said": filing.said}
        step = DisclosureStep.CORRECTION_TOLD
        store.add_step(tx, kept, step, details, filing.told_on, stamp_of(act))
        act.done(decision, subject_of(kept), reference=reference)
        return decision


def _found(act: Act, kept: Kept, filing: ResultFiling) -> bool:
    """Whether the municipality answered just this; where nothing went over the line, the office says it."""
    asked = kept.last(DisclosureStep.CORRECTION_ASKED)
    report_id = asked.details["report"] if asked else None
    report = reports.lock(act.tx, report_id) if report_id else None
    return report is None or report.state == filing.outcome
