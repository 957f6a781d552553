"""Surveys: begun with their staff and cards, whom they asked, ended, kept and listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import surveys as commands
from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.surveys import Answer, SurveyStep
from jukinet.services import surveys
from jukinet.services.context import Context
from jukinet.services.surveys import (
    Surveyed,
    SurveyPage,
    SurveysQuestion,
    read_survey,
    read_survey_step,
)
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

BEGUN, FOLLOWED = "register:survey:begun", "register:survey:followed"
NAME = "調査　花子"
SURVEY: dict[str, Any] = {
    "kind": "needed",
    "about": "東一丁目",
    "begun_on": "2013-07-08",
    "staff": [{"name": NAME, "card_no": "第1号"}, {"name": "調査　太郎", "card_no": "第2号"}],
}
ASKED = {"step": "questioned", "done_on": "2013-07-08", "by": 2, "card": "shown", "answer": "refused"}
ENDED = {"step": "ended", "done_on": "2013-07-08"}


def begin(federation: Federation, **changes: Any) -> int:
    done = surveys.begin_survey(federation.context(KUNITACHI), CLERK, read_survey(SURVEY | changes))
    assert isinstance(done, Surveyed), done
    return done.survey


def follow(federation: Federation, number: int, plain: dict[str, Any]) -> Surveyed | Refused:
    filing = read_survey_step({"survey": number, **plain})
    return surveys.take_survey_step(federation.context(KUNITACHI), CLERK, filing)


def listed(federation: Federation, *, ended: bool = False, after: int = 0) -> SurveyPage:
    page = surveys.list_surveys(federation.context(KUNITACHI), CLERK, SurveysQuestion(ended, after))
    assert isinstance(page, SurveyPage), page
    return page


@case("Act Art. 34(2)-(4)", permitted="KO7 KO8 KO9 KO10")
def test_a_survey_says_who_asked_whom_and_what_came_of_it(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = begin(federation)
    done = follow(federation, number, ASKED | {"resident_no": found.resident_no})
    assert done == Surveyed(number)
    assert follow(federation, number, ASKED | {"step": "papers", "card": "not-asked-for"}) == Surveyed(number)
    (one,) = listed(federation).surveys
    assert (one.staff[0].name, one.staff[0].card_no) == (NAME, "第1号")
    first, second = one.steps
    assert (first.step, first.by, first.resident_no) == (SurveyStep.QUESTIONED, 2, found.resident_no)
    assert (second.step, second.resident_no, second.answer) == (SurveyStep.PAPERS, None, Answer.REFUSED)
    (entry, _) = counter.audit(federation, KUNITACHI, FOLLOWED)
    assert (entry["resident_no"], "Act Art. 34(4)" in entry["rules"]) == (found.resident_no, True)
    assert follow(federation, number, ENDED) == Surveyed(number)
    assert listed(federation).surveys == ()
    assert [one.survey_id for one in listed(federation, ended=True).surveys] == [number]
    assert NAME not in str(counter.audit(federation, KUNITACHI))


@case(refused="KO7 KO8 KO9 KO10 BW24 R1 F1")
def test_what_is_no_survey_is_refused(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    for changes, rules in (
        ({"staff": []}, ["KO7"]),
        ({"staff": [SURVEY["staff"][0]] * 2}, ["KO7"]),
        ({"begun_on": "2013-07-09"}, ["F1"]),
    ):
        act = partial(surveys.begin_survey, ctx, CLERK, read_survey(SURVEY | changes))
        counter.assert_refused(federation, KUNITACHI, BEGUN, act, *rules)
    number = begin(federation)

    def refuse(plain: dict[str, Any], *expected: str, number: int = number) -> None:
        act = partial(follow, federation, number, plain)
        counter.assert_refused(federation, KUNITACHI, FOLLOWED, act, *expected)

    refuse(ASKED, "KO10", number=number + 1)
    refuse(ASKED | {"by": 3, "card": "not-shown"}, "KO8", "KO9")
    refuse(ASKED | {"resident_no": "00000000990"}, "R1")
    refuse(ASKED | {"done_on": "2013-07-09"}, "F1")
    refuse(ASKED | {"done_on": "2013-07-07"}, "BW24")
    assert follow(federation, number, ENDED) == Surveyed(number)
    refuse(ASKED, "KO10")
    refuse(ENDED, "KO10")


def test_only_who_may_makes_surveys_whole_or_not_at_all(federation: Federation) -> None:
    beginning = read_survey(SURVEY)
    following = read_survey_step({"survey": 1, **ASKED})
    handle = Permission.REGISTER_DOUBT_HANDLE
    for event, attempt in (
        (BEGUN, lambda ctx, claim: surveys.begin_survey(ctx, claim, beginning)),
        (FOLLOWED, lambda ctx, claim: surveys.take_survey_step(ctx, claim, following)),
        (
            "register:surveys:read",
            lambda ctx, claim: surveys.list_surveys(ctx, claim, SurveysQuestion(ended=True, after=0)),
        ),
    ):
        counter.assert_gated(federation, KUNITACHI, event, handle, attempt)
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: surveys.begin_survey(ctx, CLERK, beginning)
    )
    number = listed(federation).surveys[0].survey_id
    step = read_survey_step({"survey": number, **ASKED})
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: surveys.take_survey_step(ctx, CLERK, step)
    )


def test_surveys_come_in_pages(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "PAGE", 2)
    numbers = [begin(federation) for _ in range(3)]
    first = listed(federation)
    assert [one.survey_id for one in first.surveys] == numbers[:2]
    assert first.next_after == numbers[1]
    second = listed(federation, after=numbers[1])
    assert ([one.survey_id for one in second.surveys], second.next_after) == (numbers[2:], None)


@pytest.mark.parametrize(
    "wrong", [ENDED | {"card": "shown"}, {**ASKED, "answer": None}, {**ASKED, "card": None}]
)
def test_a_step_has_what_belongs_to_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(JukinetError):
        read_survey_step({"survey": 1, **wrong})


def test_the_commands(federation: Federation) -> None:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = common.make_app("Tests.")
    commands.add_to(app, opened)

    def run(*words: str, plain: dict[str, Any] | None = None) -> Result:
        return CliRunner().invoke(app, ["surveys", *words, "--as", "sato"], input=json.dumps(plain))

    begun = run("begin", "-", plain=SURVEY)
    assert begun.exit_code == 0, begun.output
    number = int(begun.output.removeprefix("Begun: no. ").rstrip(".\n"))
    assert (
        run("follow", "-", plain={"survey": number, **ASKED}).output == f"Noted: no. {number}, questioned.\n"
    )
    told = run("list").output
    assert (NAME in told, "by 2: (not recorded), refused" in told) == (True, True)
    (plain,) = json.loads(run("list", "--json").output)["surveys"]
    assert (plain["staff"][0]["card_no"], plain["steps"][0]["by"]) == ("第1号", 2)
    assert run("follow", "-", plain={"survey": number, **ENDED, "done_on": "2013-07-09"}).exit_code == 3
    assert run("follow", "-", plain={"survey": number, **ENDED}).exit_code == 0
    assert run("list").output == "No survey is under way.\n"
