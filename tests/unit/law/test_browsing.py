"""Browsing of a part of the register: Act Arts. 11, 11-2; Ord. 14; Copies Ordinance 1 to 3."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.cases import case, judged, refusals

from jukinet.law import browsing
from jukinet.law.browsing import (
    Activity,
    Application,
    Breach,
    PublicRequest,
    Step,
    ViewerPaper,
    decide_application,
    decide_enquiry,
    decide_request,
    decide_showing,
    decide_step,
)
from jukinet.law.decisions import Decision, Permitted, Refused

REQUEST = PublicRequest(purpose=True, investigation=False, official_document=True, posts=(True, True))
CITIZEN = Application(
    activity=Activity.WELFARE,
    fair=True,
    corporation=False,
    representative=False,
    addresses=(True,),
    posts=(False,),
    management=True,
    handlers_range=False,
    handlers=0,
    handlers_approved=False,
    set_up=False,
    results=False,
    responsible=True,
    commissioned=False,
    client=False,
)
SURVEY = replace(
    CITIZEN,
    activity=Activity.RESEARCH,
    corporation=True,
    representative=True,
    posts=(True, True),
    handlers_range=True,
    set_up=True,
    results=True,
)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("changes", "refused"),
    judged(
        ({}, []),
        ({"purpose": False, "investigation": True}, []),
        ({"purpose": False}, ["BW1"]),
        ({"official_document": False}, ["BW2"]),
        ({"posts": (True, False)}, ["BW3"]),
        permitted="BW1 BW2 BW3",
    ),
)
def test_what_a_public_body_must_state(changes: dict[str, object], refused: list[str]) -> None:
    assert rules(decide_request(replace(REQUEST, **changes))) == refused  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [CITIZEN, SURVEY])
@case(permitted="BW3 BW4 BW5 BW6 BW7 BW8 BW9 CT11 CT12")
def test_an_application_that_says_everything_is_granted(base: Application) -> None:
    assert decide_application(base) == Permitted(("Act Art. 11-2(1)", "Copies Ordinance Art. 2"))


@pytest.mark.parametrize(
    ("base", "changes", "refused"),
    refusals(
        (CITIZEN, {"addresses": (True, False)}, ["BW3"]),
        (CITIZEN, {"activity": Activity.OTHER}, ["BW4"]),
        (CITIZEN, {"fair": False}, ["BW5"]),
        (SURVEY, {"posts": (True, False)}, ["BW6"]),
        (CITIZEN, {"management": False}, ["BW7"]),
        (SURVEY, {"representative": False}, ["BW7"]),
        (SURVEY, {"handlers_range": False}, ["BW7"]),
        (SURVEY, {"set_up": False}, ["BW8"]),
        (SURVEY, {"results": False}, ["BW8"]),
        (CITIZEN, {"handlers": 1}, ["BW9"]),
        (SURVEY, {"handlers": 1, "handlers_approved": True}, ["BW9"]),
        (CITIZEN, {"responsible": False}, ["CT11"]),
        (SURVEY, {"commissioned": True}, ["CT12"]),
    ),
)
def test_what_others_must_state(base: Application, changes: dict[str, object], refused: list[str]) -> None:
    assert rules(decide_application(replace(base, **changes))) == refused  # type: ignore[arg-type]


@case("Copies Ordinance Art. 2(2)", permitted="CT12")
def test_who_commissioned_an_application_is_stated() -> None:
    assert rules(decide_application(replace(SURVEY, commissioned=True, client=True))) == []


@case(permitted="BW9")
def test_an_individual_may_let_others_handle_it_whom_the_mayor_approved() -> None:
    assert rules(decide_application(replace(CITIZEN, handlers=2, handlers_approved=True))) == []


OF_OTHERS = [paper for paper in ViewerPaper if paper is not ViewerPaper.STAFF_CARD]


def shown(paper: ViewerPaper, *, public: bool) -> list[str]:
    answer: dict[str, bool] = dict.fromkeys(("answered", "with_answer"), paper is ViewerPaper.ANSWER)
    return rules(
        decide_showing(public=public, paper=paper, named=True, asked_for=True, ordered=False, **answer)
    )


@pytest.mark.parametrize("paper", OF_OTHERS)
@case(permitted="BW10 BW11 BW12 BW14 CT13")
def test_whoever_browses_shows_who_they_are(paper: ViewerPaper) -> None:
    assert shown(paper, public=False) == []
    assert shown(ViewerPaper.STAFF_CARD, public=True) == []


@pytest.mark.parametrize("paper", OF_OTHERS)
@case(refused="BW12")
def test_staff_of_a_public_body_and_others_show_different_papers(paper: ViewerPaper) -> None:
    assert shown(paper, public=True) == ["BW12"]
    assert shown(ViewerPaper.STAFF_CARD, public=False) == ["BW12"]


@pytest.mark.parametrize(
    ("answered", "with_answer", "refused"),
    judged(
        (True, True, []),
        (False, True, ["CT13"]),
        (True, False, ["CT13"]),
        permitted="CT13",
    ),
)
def test_an_answer_counts_to_a_letter_that_was_sent_and_with_another_paper(
    answered: bool, with_answer: bool, refused: list[str]
) -> None:
    facts = {"public": False, "named": True, "asked_for": True, "ordered": False}
    decision = decide_showing(paper=ViewerPaper.ANSWER, answered=answered, with_answer=with_answer, **facts)
    assert rules(decision) == refused


@pytest.mark.parametrize(
    ("step", "changes", "refused"),
    judged(
        (Step.ENQUIRED, {}, []),
        (Step.ENQUIRED, {"waiting": True}, []),
        (Step.ANSWERED, {"waiting": True}, []),
        (Step.ANSWERED, {}, ["CT15"]),
        (Step.ENQUIRED, {"named": False}, ["BW11"]),
        (Step.ENQUIRED, {"public": True}, ["CT14"]),
        permitted="BW11 CT14 CT15",
    ),
)
@case("Copies Ordinance Art. 2(3)(ii)")
def test_who_is_to_browse_is_asked_by_letter(
    step: Step, changes: dict[str, bool], refused: list[str]
) -> None:
    facts = {"public": False, "named": True, "waiting": False} | changes
    assert rules(decide_enquiry(step, **facts)) == refused


@case(refused="BW10 BW11 BW12 BW14")
def test_nothing_else_is_shown_and_to_nobody_else() -> None:
    decision = decide_showing(
        public=False, paper=ViewerPaper.STAFF_CARD, named=False, asked_for=False, ordered=True
    )
    assert rules(decision) == ["BW10", "BW11", "BW12", "BW14"]


@pytest.mark.parametrize(
    ("step", "changes", "refused"),
    judged(
        (Step.RECOMMENDED, {"breach": Breach.MISUSE}, []),
        (Step.ORDERED, {"breach": Breach.MISUSE, "recommended": True}, []),
        (Step.ORDERED, {"breach": Breach.DECEIT, "urgent": True}, []),
        (Step.REPORT_DEMANDED, {}, []),
        (Step.REPORTED, {}, []),
        (Step.RECOMMENDED, {}, ["BW15"]),
        (Step.ORDERED, {"recommended": True}, ["BW15"]),
        (Step.ORDERED, {"breach": Breach.DECEIT}, ["BW16"]),
        (Step.REPORT_DEMANDED, {"public": True}, ["BW17"]),
        (Step.RECOMMENDED, {"public": True, "breach": Breach.DECEIT}, ["BW17"]),
        permitted="BW15 BW16 BW17",
    ),
)
def test_what_the_mayor_may_do(step: Step, changes: dict[str, object], refused: list[str]) -> None:
    facts = {"public": False, "breach": None, "recommended": False, "urgent": False} | changes
    assert rules(decide_step(step, **facts)) == refused  # type: ignore[arg-type]


@pytest.mark.parametrize(("recommended", "basis"), [(True, "Act Art. 11-2(9)"), (False, "Act Art. 11-2(10)")])
def test_an_order_names_its_paragraph(recommended: bool, basis: str) -> None:
    decision = decide_step(
        Step.ORDERED, public=False, breach=Breach.MISUSE, recommended=recommended, urgent=True
    )
    assert decision == Permitted((basis,))


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in browsing.RULES] == [
        *(f"BW{number}" for number in range(1, 19)),
        *(f"CT{number}" for number in range(11, 16)),
    ]
