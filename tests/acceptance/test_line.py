"""The emergency cut-off with real processes: two persons take the centre off the line and bring it back."""

from __future__ import annotations

import pytest
from tests.acceptance.country import CLERK, NATIONAL, PREF, Country, until, unusual_name

pytestmark = pytest.mark.timeout(400)

SECOND = "tanaka"
WHY = "Somebody works at a counter who is not of the office."


@pytest.fixture
def household(whole: Country) -> str:
    number, (head,) = whole.household(unusual_name())
    whole.wait_arrived(whole.code_of(head))
    return number


@pytest.fixture
def two_persons(whole: Country) -> None:
    may = [word for name in ("cut", "restore") for word in ("--may", f"network:line:{name}")]
    whole.at(NATIONAL, "operator", "enrol", SECOND, "--name", "田中", *may, "--as", CLERK)


def ask(whole: Country, *words: str) -> int:
    """The number of a measure that one person asks for."""
    return int(
        whole.at(NATIONAL, "network", *words, "--reason", WHY, "--as", CLERK, "--json").json["measure"]
    )


def confirm(whole: Country, number: int, operator: str = SECOND, expect: int = 0) -> str:
    return whole.at(NATIONAL, "network", "confirm", number, "--as", operator, expect=expect).told


def cut(whole: Country) -> str:
    found: str = whole.at(NATIONAL, "network", "line", "--as", CLERK, "--json").json["cut"]
    return found


@pytest.mark.usefixtures("two_persons")
def test_two_persons_cut_the_centre_off_and_bring_it_back(whole: Country, household: str) -> None:
    known = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(known)
    entry = whole.last_entry(NATIONAL)

    asked = ask(whole, "cut")
    assert "NC2" in confirm(whole, asked, CLERK, expect=3), "one person alone cuts nothing"
    assert cut(whole) == "open"
    assert whole.verify({"code": known}).json["result"] == "found"
    assert "the whole line" in confirm(whole, asked)

    refused = whole.verify({"code": known}, expect=None)
    assert refused.code != 0
    assert "NC1" in refused.told
    assert known not in refused.told
    born = whole.code_of(whole.birth(household, unusual_name()))
    until(lambda: whole.arrived(PREF, [born]), "Tokyo has it, and keeps it for the centre")
    assert not whole.arrived(NATIONAL, [born])

    back = ask(whole, "restore")
    assert "NC2" in confirm(whole, back, CLERK, expect=3)
    assert cut(whole) == "all"
    confirm(whole, back)
    whole.wait_arrived(born)
    assert whole.verify({"code": born}).json["result"] == "found"
    steps = [one["reference"] for one in whole.audit(NATIONAL, "network:line:changed", after=entry)]
    # Identity-verification information goes first and comes back last; a refusal is recorded like a step.
    assert [step.split()[-1] for step in steps] == [
        *(str(asked), "identity", "all"),
        *(str(back), "identity", "open"),
    ]
