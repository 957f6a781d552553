"""``jukinet register surveys``: surveys of what has to stand in the register (Act Art. 34)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.services import surveys
from jukinet.services.surveys import Survey, SurveysQuestion


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``register``."""
    group = common.make_app("Surveys of what has to stand in the register (Art. 34).")
    app.add_typer(group, name="surveys")
    _add_begin(group, open_context)
    _add_follow(group, open_context)
    _add_list(group, open_context)


def _add_begin(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "begin",
        "survey",
        surveys.read_survey,
        surveys.begin_survey,
        epilog="Example: jukinet register surveys begin survey.json --as sato",
    )
    def begin(_: object, begun: surveys.Surveyed) -> str:
        """Begin a survey, with the staff who ask and the numbers of their cards.

        The file has kind (regular, needed), about, begun_on, and staff, each with name and card_no.
        """
        return f"Begun: no. {begun.survey}."


def _add_follow(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "follow",
        "survey-step",
        surveys.read_survey_step,
        surveys.take_survey_step,
        epilog="Example: jukinet register surveys follow step.json --as sato",
    )
    def follow(entered: surveys.SurveyStepFiling, _: object) -> str:
        """Note whom the staff asked, or that a survey has ended.

        The file has survey, step (questioned, papers, ended) and done_on; where somebody was asked also by
        (which of the staff), resident_no, card (shown, not-shown, not-asked-for) and answer (given, refused,
        nobody-there).
        """
        return f"Noted: no. {entered.survey}, {entered.step.step}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet register surveys list --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        after: Annotated[int, typer.Option(min=0, help="Only those with numbers beyond this one.")] = 0,
        ended: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the surveys under way, the oldest first, with their staff and whom they asked."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            question = SurveysQuestion(ended, after)
            found = common.permitted(surveys.list_surveys(ctx, common.claim_of(operator, terminal), question))
        common.print_list(
            *("surveys", found.surveys, _plain, _lines),
            nothing="No survey is under way.",
            as_json=as_json,
            beside={"next_after": found.next_after},
        )
        if found.next_after is not None and not as_json:
            print(f"There are more: --after {found.next_after}.")


def _lines(one: Survey) -> Iterator[str]:
    yield f"{one.survey_id:>4}  {one.begun_on}  {one.kind}  {one.about}"
    for number, staff in enumerate(one.staff, start=1):
        yield f"      {number}: {staff.name}, card {staff.card_no}"
    for step in one.steps:
        by = f" by {step.by}: {step.resident_no or '(not recorded)'}, {step.answer}" if step.by else ""
        yield f"      {step.done_on}  {step.step}{by}"


def _plain(one: Survey) -> dict[str, object]:
    return {
        "survey": one.survey_id,
        "kind": one.kind,
        "about": one.about,
        "begun_on": str(one.begun_on),
        "staff": [{"name": staff.name, "card_no": staff.card_no} for staff in one.staff],
        "steps": [
            {
                "step": step.step,
                "done_on": str(step.done_on),
                "by": step.by,
                "resident_no": step.resident_no,
                "card": step.card,
                "answer": step.answer,
            }
            for step in one.steps
        ],
    }
