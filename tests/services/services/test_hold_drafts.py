"""Holds and support measures as drafts: nothing stands before a second person, and what they say is seen by a few."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, drafting, holding, protecting

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import draft_reads, drafts
from jukinet.services.draft_reads import ShownDraft
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.services.register_acts import HOLD_ACTS, named
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

DAY = counter.TODAY.isoformat()
URGENT = {"holds-set", "measures-apply", "measures-extend"}


def filing(federation: Federation, name: str, found: Found) -> dict[str, Any]:
    """A filing that the act accepts, with what it is about set up."""
    if name == "holds-set":
        terms = {"process": "issue", "level": "error", "from_on": DAY}
        return {"resident_no": found.resident_no, "holds": [terms], "reason": holding.SECRET}
    if name == "measures-apply":
        return {"applicant": found.resident_no, "applied_on": DAY, **protecting.details()}
    if name.startswith("holds"):
        (hold,) = holding.hold(federation, found)
        lift = {"one_act": True, "operator": CLERK.operator_id} if name == "holds-lift" else {}
        return {"hold": hold, "reason": holding.SECRET, **lift}
    measure = protecting.apply(federation, found)
    if name == "measures-decide":
        return {"measure": measure, "starts_on": DAY}
    if name == "measures-forward":
        return {"measure": measure, "municipality": str(CHIYODA), "forwarded_on": DAY}
    if name == "measures-extend":
        protecting.decide(federation, measure)
        federation.set_date(protecting.LAST)
        return {"measure": measure}
    return {"measure": measure, "ground": "requested", "note": "本人の申出"}


@case("spec 4.0.8")
@pytest.mark.parametrize("name", [act.name for act in HOLD_ACTS])
def test_a_draft_is_nothing_but_its_row_until_a_second_person_completes_it(
    federation: Federation, name: str
) -> None:
    second = drafting.enrol_second(federation)
    (found,) = counter.load(federation)
    entered = filing(federation, name, found)
    before = counter.contents(federation, KUNITACHI)
    draft = drafting.enter(federation, name, entered)
    assert draft.resident_nos == (found.resident_no,)
    between = counter.contents(federation, KUNITACHI)
    assert {table for table in between if between[table] != before[table]} == {"drafts"}
    done = drafts.complete(federation.context(KUNITACHI), second, draft.draft)
    assert done == Registered((found.resident_no,))
    after = counter.contents(federation, KUNITACHI)
    assert {table for table in after if after[table] != between[table]} > {"draft_steps"}
    (entry,) = [
        one for one in counter.audit(federation, KUNITACHI) if str(one["rules"]).find("entered by") > 0
    ]
    assert (entry["outcome"], entry["actor"]) == ("done", second.actor)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(act.name, marks=case(permitted="DR6") if act.urgent else case(refused="DR6"))
        for act in HOLD_ACTS
    ],
)
def test_one_person_alone_only_holds_back_where_a_second_one_is_demanded(
    federation: Federation, name: str
) -> None:
    """Who fled does not wait for a second clerk: nobody is shown more by a hold, a provisional or a longer measure."""
    assert {act.name for act in HOLD_ACTS if act.urgent} == URGENT
    (found,) = counter.load(federation)
    act = named(name)
    entered = act.read(filing(federation, name, found))
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    done = drafts.do_at_once(ctx, CLERK, act, entered)
    rules = [rule.rule for rule in done.failed] if isinstance(done, Refused) else []
    assert rules == ([] if name in URGENT else ["DR6"])


@pytest.mark.parametrize(
    ("name", "permission"),
    [("holds-end", Permission.REGISTER_REASON_READ), ("measures-end", Permission.REGISTER_MEASURE_READ)],
)
def test_what_a_draft_says_of_a_case_is_for_those_who_may_see_cases(
    federation: Federation, name: str, permission: Permission
) -> None:
    """To handle drafts is not to read why somebody is protected, and from whom."""
    (found,) = counter.load(federation)
    draft = drafting.enter(federation, name, filing(federation, name, found))
    novice = counter.without(federation, KUNITACHI, permission)
    ctx = federation.context(KUNITACHI)
    refused = draft_reads.show_draft(ctx, novice, draft.draft)
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["G3"]
    assert isinstance(draft_reads.show_draft(ctx, CLERK, draft.draft), ShownDraft)
