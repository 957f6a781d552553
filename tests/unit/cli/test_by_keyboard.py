"""By keyboard alone (specification 2.3.2): whatever an operator of a town may do or look at, a command does.

A command takes words and text and nothing else, so that no pointer is needed; pages are a later release's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts import reference_pages
from tests.conformance.cases import case
from tests.unit.services.test_operations import by_an_operator, name_of

import jukinet
from jukinet.services.drafts import DRAFT_ACTS
from jukinet.services.register_acts import BESIDE_ACTS, DRAFTABLE
from jukinet.services.register_reads import READS

CLI = Path(jukinet.__file__).parent / "cli"

UNDER_ANOTHER_NAME: Mapping[str, str] = MappingProxyType(
    {
        "paper-destroyed": "copy destroyed",
        "doubt": "register doubts note",
        "doubt-step": "register doubts follow",
        "survey": "register surveys begin",
        "survey-step": "register surveys follow",
        "koseki-seen": "network koseki-done",
        "residents/lookup": "register show",
        "residents/as-known": "register show",
        "residents/search": "register search",
        "residents/recent-searches": "register recent-searches",
        "residents/domicile-candidates": "register domicile",
        "residents/items-of-before": "register items-of-before",
        "residents/papers": "register papers",
        "residents/remarks": "register remarks",
        "tellings/list": "register tellings",
        "koseki/waiting": "network unanswered",
        "koseki/offer": "network koseki-offer",
        "places/find": "register gazetteer find",
        "places/choose": "register gazetteer choose",
        "countries/list": "register gazetteer countries",
    }
)
FOR_SYSTEMS = {"residents/changes"}
"""What other systems of the town hall ask for, and nobody at a terminal (7.2.3)."""

NO_COMMAND = {
    # Parts of other acts, and none by themselves.
    *("acts.open_act", "trail.note_act", "succession.require_standing", "moves.enter_newcomers"),
    *("withholding.heed", "consistency.check_one", "disclosures.open_disclosure"),
    # Looks in a form of the API's own, which commands have in theirs.
    *("register_reads.look_up", "beside_reads.measures_of", "koseki_offers.list_waiting"),
    # Of invented people, into a demonstration.
    "loading.load_households",
}


def commands() -> set[str]:
    every = reference_pages.walk(reference_pages.command_line())
    return {" ".join(path[1:]) for path, command in every if reference_pages.acts(command)}


def command_of(name: str) -> str:
    group, slash, rest = name.partition("/")
    if not slash and name.startswith(("holds-", "measures-", "supplementary-")):
        group, slash, rest = name.partition("-")
    words = f"{group} {rest}".strip()
    return UNDER_ANOTHER_NAME.get(name, words if group == "supplementary" else f"register {words}")


@case("spec 2.3.2")
def test_every_filed_act_and_look_is_a_command() -> None:
    acts: list[Any] = [*DRAFTABLE, *BESIDE_ACTS, *DRAFT_ACTS, *READS]
    asked = {one.name for one in acts} - FOR_SYSTEMS
    assert {command_of(name) for name in asked} - commands() == set()


@case("spec 2.3.2")
def test_whatever_else_an_operator_may_do_some_command_does() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in CLI.rglob("*.py"))
    filed = {one.do for one in (*DRAFTABLE, *BESIDE_ACTS)}
    others = [one for one in by_an_operator() if one not in filed]
    assert {name_of(one) for one in others if one.__name__ not in text} == NO_COMMAND
