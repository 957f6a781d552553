"""A filing of every act and look beside the records that is right here: holds, measures, notes, doubts, koseki."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.services.services import counter, holding, protecting, supplementing

from jukinet.domain.items import Koseki
from jukinet.law.decisions import Refused
from jukinet.messages.koseki_bodies import KosekiEvent, KosekiMatter
from jukinet.network import shapes
from jukinet.services import (
    certificates,
    doubts,
    koseki_messages,
    notes,
    rewriting,
    supplementary,
    surveys,
    tellings,
)
from jukinet.services.ex_officio_filings import Corrections
from jukinet.services.reads import Found
from jukinet.services.rewriting import RemakeFiling
from jukinet.services.supplementary_filings import HandOverFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

Plain = dict[str, Any]

TODAY = counter.TODAY.isoformat()
_SERIAL = count(1)


def _resident(federation: Federation) -> Found:
    return counter.load(federation, seed=len(counter.known_numbers(federation, KUNITACHI)))[0]


def holds_set(federation: Federation) -> Plain:
    terms = {"process": "issue", "level": "error", "from_on": TODAY}
    return {
        "resident_no": _resident(federation).resident_no,
        "holds": [terms],
        "reason": holding.SECRET,
    }


def _hold(federation: Federation) -> Plain:
    (hold,) = holding.hold(federation, _resident(federation))
    return {"hold": hold, "reason": holding.SECRET}


def holds_lift(federation: Federation) -> Plain:
    return {**_hold(federation), "one_act": True, "operator": CLERK.operator_id}


def _held(federation: Federation) -> Plain:
    found = _resident(federation)
    holding.hold(federation, found)
    return {"resident_no": found.resident_no}


def measures_apply(federation: Federation) -> Plain:
    return {
        "applicant": _resident(federation).resident_no,
        "applied_on": TODAY,
        **protecting.details(),
    }


def _measure(federation: Federation, **more: Any) -> Plain:
    return {"measure": protecting.apply(federation, _resident(federation)), **more}


def measures_extend(federation: Federation) -> Plain:
    """One whose last day is near: nobody decides a measure for its full term because a test needs it."""
    filing = _measure(federation)
    protecting.decide_until(federation, filing["measure"], counter.TODAY.replace(day=28))
    return filing


def _protected(federation: Federation) -> Plain:
    found = _resident(federation)
    protecting.apply(federation, found)
    return {"resident_no": found.resident_no}


def note(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no, "kind": "memo", "text": "窓口での応対に注意"}


def note_change(federation: Federation) -> Plain:
    filing = note(federation)
    written = notes.write_note(federation.context(KUNITACHI), CLERK, notes.read_note(filing))
    assert isinstance(written, notes.Written), written
    return {"resident_no": filing["resident_no"], "note": written.note, "text": "済み"}


def paper_destroyed(federation: Federation) -> Plain:
    """Of a certificate of a move-out."""
    number = _resident(federation).resident_no
    counter.file_move_out(federation, KUNITACHI, [number])
    filing = certificates.CertificateFiling((number,))
    issued = certificates.issue(federation.context(KUNITACHI), CLERK, filing, lambda _: 1)
    assert isinstance(issued, certificates.Certificate), issued
    return {"number": issued.number, "reason": "誤発行"}


def _noted(federation: Federation) -> Plain:
    return {"resident_no": note_change(federation)["resident_no"]}


def doubt(_federation: Federation) -> Plain:
    return {"source": "office", "said": "住所は二丁目でなく三丁目である", "received_on": TODAY}


def doubt_step(federation: Federation) -> Plain:
    noted = doubts.note_doubt(federation.context(KUNITACHI), CLERK, doubts.read_doubt(doubt(federation)))
    assert isinstance(noted, doubts.Noted), noted
    return {"doubt": noted.doubt, "step": "right", "done_on": TODAY}


def _doubts(federation: Federation) -> Plain:
    doubt_step(federation)
    return {"closed": True}


def survey(_federation: Federation) -> Plain:
    staff = [{"name": "調査　花子", "card_no": "第1号"}]
    return {"kind": "regular", "about": "東一丁目", "begun_on": TODAY, "staff": staff}


def survey_step(federation: Federation) -> Plain:
    filing = surveys.read_survey(survey(federation))
    begun = surveys.begin_survey(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(begun, surveys.Surveyed), begun
    asked = {"by": 1, "card": "shown", "answer": "given"}
    return {"survey": begun.survey, "step": "questioned", "done_on": TODAY, **asked}


def _surveys(federation: Federation) -> Plain:
    survey_step(federation)
    return {"ended": True}


def told(federation: Federation) -> Plain:
    """A record that was made again, and is laid open."""
    ctx, number = federation.context(KUNITACHI), _resident(federation).resident_no
    filing = RemakeFiling(number, counter.TODAY, Corrections())
    counter.registered(rewriting.remake_record(ctx, CLERK, filing))
    listed = tellings.list_tellings(ctx, CLERK)
    assert not isinstance(listed, Refused)
    (telling,) = [one.telling_id for one in listed if one.resident_no == number]
    return {"telling": telling, "step": "begun", "done_on": TODAY}


def _tellings(federation: Federation) -> Plain:
    told(federation)
    return {"since": TODAY}


def _koseki() -> Koseki:
    return replace(supplementing.KOSEKI, head=f"国立　筆頭{next(_SERIAL)}")


def supplementary_open(_federation: Federation) -> Plain:
    filing: Plain = shapes.plain(replace(supplementing.OPENING, koseki=_koseki()))
    return filing


def _register(federation: Federation) -> str:
    return supplementing.opened(federation, replace(supplementing.OPENING, koseki=_koseki()))


def supplementary_enter(federation: Federation) -> Plain:
    members = [{"name": "国立　次郎", "address": None, "since": None}]
    return {"register_no": _register(federation), "entered_on": TODAY, "members": members}


def supplementary_remove(federation: Federation) -> Plain:
    members = [{"number": 2}]
    return {
        "register_no": _register(federation),
        "removed_on": TODAY,
        "members": members,
        "ground": "another-koseki",
    }


def supplementary_hand_over(federation: Federation) -> Plain:
    return {
        "register_no": _register(federation),
        "moved_on": TODAY,
        "municipality": str(CHIYODA),
        "koseki": {"domicile": "東京都千代田区神田一丁目1番", "head": "国立　太郎"},
    }


def supplementary_correct(federation: Federation) -> Plain:
    return {"register_no": _register(federation), "corrected_on": TODAY, "member": 2, "name": "国立　華子"}


def supplementary_remake(federation: Federation) -> Plain:
    differs = {"member": 2, "name": "国立　華子"}
    return {"register_no": _register(federation), "lost_on": TODAY, "corrections": [differs]}


def supplementary_voter(federation: Federation) -> Plain:
    municipality, number = str(KUNITACHI), _register(federation)
    return {"register_no": number, "member": 1, "municipality": municipality, "told_on": TODAY}


def supplementary_hold(federation: Federation) -> Plain:
    return {"register_no": _register(federation), "stands": True, "reason": holding.SECRET}


def handed_over(federation: Federation) -> Plain:
    number = _register(federation)
    koseki = Koseki("東京都千代田区神田一丁目1番", "国立　太郎")
    supplementary.hand_over(
        federation.context(KUNITACHI), CLERK, HandOverFiling(number, counter.TODAY, CHIYODA, koseki)
    )
    return {"register_no": number}


def _koseki_matter(federation: Federation) -> Plain:
    """A notice of Chiyoda that waits here."""
    found = _resident(federation)
    record = found.record
    matter = KosekiMatter(
        record.name.text, record.birth_date, record.address, KosekiEvent.DEATH, counter.TODAY
    )
    ctx = federation.context(CHIYODA)
    sent = koseki_messages.tell_home(ctx, CLERK, koseki_messages.MatterFiling(KUNITACHI, matter))
    assert isinstance(sent, koseki_messages.Told), sent
    federation.run()
    return {"statement_id": sent.statement_id}


RIGHT: dict[str, Callable[[Federation], Plain]] = {
    "holds-set": holds_set,
    "holds-lift": holds_lift,
    "holds-end": _hold,
    "measures-apply": measures_apply,
    "measures-decide": lambda federation: _measure(federation, starts_on=TODAY),
    "measures-extend": measures_extend,
    "measures-forward": lambda federation: _measure(
        federation, municipality=str(CHIYODA), forwarded_on=TODAY
    ),
    "measures-end": lambda federation: _measure(federation, ground="requested", note="本人の申出"),
    "koseki-seen": _koseki_matter,
    "koseki/waiting": lambda federation: (_koseki_matter(federation), {})[1],
    "koseki/offer": _koseki_matter,
    "supplementary-open": supplementary_open,
    "supplementary-enter": supplementary_enter,
    "supplementary-remove": supplementary_remove,
    "supplementary-hand-over": supplementary_hand_over,
    "supplementary-correct": supplementary_correct,
    "supplementary-rewrite": lambda federation: {"register_no": _register(federation)},
    "supplementary-remake": supplementary_remake,
    "supplementary-voter": supplementary_voter,
    "supplementary-hold": supplementary_hold,
    "note": note,
    "note-change": note_change,
    "paper-destroyed": paper_destroyed,
    "household-order": lambda federation: {
        "household_number": _resident(federation).record.household_number,
        "resident_nos": [],
    },
    "doubt": doubt,
    "doubt-step": doubt_step,
    "survey": survey,
    "survey-step": survey_step,
    "told": told,
    "residents/papers": lambda federation: {"resident_no": _resident(federation).resident_no},
    "residents/remarks": _noted,
    "holds/show": _held,
    "measures/show": _protected,
    "doubts/list": _doubts,
    "surveys/list": _surveys,
    "tellings/list": _tellings,
    "supplementary/show": lambda federation: {"register_no": _register(federation)},
    "supplementary/handed-over": handed_over,
}
"""By the name of the act or the look."""

WRITES = {
    "koseki-seen": {"koseki_messages"},
    "holds-set": {"hold_versions"},
    "holds-lift": {"hold_lifts"},
    "holds-end": {"hold_versions"},
    "measures-apply": {"support_measure_versions", "hold_versions"},
    "measures-decide": {"support_measure_versions"},
    "measures-extend": {"support_measure_versions"},
    "measures-forward": {"support_measure_forwards"},
    "measures-end": {"support_measure_versions", "hold_versions"},
    "note": {"resident_note_versions"},
    "note-change": {"resident_note_versions"},
    "paper-destroyed": {"papers_destroyed"},
    "household-order": {"household_places"},
    "doubt": {"doubts"},
    "doubt-step": {"doubt_steps"},
    "survey": {"surveys", "survey_staff"},
    "survey-step": {"survey_steps"},
    "told": {"telling_steps"},
    "supplementary-hold": {"supplementary_holds"},
    **dict.fromkeys(
        (name for name in RIGHT if name.startswith("supplementary-") and name != "supplementary-hold"),
        frozenset({"supplementary_entries"}),
    ),
}
"""What each act adds to, besides its answer and its entry."""
