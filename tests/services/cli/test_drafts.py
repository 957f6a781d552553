"""``jukinet register drafts`` and ``show --about --known`` at a real register: what is told and stored."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len
from tests.services.network.registering import RIGHT
from tests.services.services import counter, drafting
from tests.services.services.drafting import death_of
from typer.testing import CliRunner

from jukinet.cli import common, register
from jukinet.network import shapes
from jukinet.services.reads import Found
from jukinet.services.register_acts import ACTS
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI


def run(
    federation: Federation, *words: str, text: str = "", by: str = "sato", second_person: bool = False
) -> tuple[int, str]:
    ctx = replace(federation.context(KUNITACHI), second_person=second_person)
    app = register.make_app(lambda _: nullcontext(ctx))
    ran = CliRunner().invoke(app, [*words, "--as", by], input=text)
    return ran.exit_code, ran.stdout + ran.stderr


@pytest.fixture
def found(federation: Federation) -> Found:
    drafting.enrol_second(federation)
    return counter.load(federation)[0]


def entered(federation: Federation, found: Found) -> str:
    death = json.dumps(shapes.plain(death_of(found)))
    code, told = run(federation, "drafts", "enter", "death", "-", "--json", text=death)
    assert code == 0, told
    plain = json.loads(told)
    assert plain["resident_nos"] == [found.resident_no]
    return str(plain["draft"])


def test_a_draft_is_entered_listed_shown_and_completed_by_another(
    federation: Federation, found: Found
) -> None:
    number = entered(federation, found)
    code, told = run(federation, "drafts", "list", by="tanaka")
    assert code == 0
    assert all(word in told for word in (number, "death", "sato", found.resident_no))
    assert all(cell_len(line) <= 80 for line in told.splitlines())
    (row,) = json.loads(run(federation, "drafts", "list", "--by", "sato", "--json")[1])["drafts"]
    assert (row["draft"], row["changed"], row["returned"]) == (int(number), False, None)
    assert json.loads(run(federation, "drafts", "list", "--at", "elsewhere", "--json")[1])["drafts"] == []
    code, told = run(federation, "drafts", "show", number, by="tanaka")
    assert f"Draft {number}: death, waits" in told
    assert '"died_on": "2013-07-08"' in told
    shown = json.loads(run(federation, "drafts", "show", number, "--json")[1])
    assert (shown["filing"]["resident_no"], shown["step"]) == (found.resident_no, None)
    assert run(federation, "drafts", "complete", number)[0] == common.REFUSED
    assert run(federation, "drafts", "complete", number, by="tanaka") == (
        0,
        f"Draft {number} is recorded: {found.resident_no}\n",
    )
    assert not counter.read(federation, KUNITACHI, found.resident_no).present


def test_several_are_completed_each_for_itself(federation: Federation, found: Found) -> None:
    numbers = [entered(federation, found), entered(federation, found)]
    (other,) = counter.load(federation, seed=3)
    numbers.append(entered(federation, other))
    code, told = run(federation, "drafts", "complete", *numbers, by="tanaka")
    assert code == common.REFUSED
    assert f"Draft {numbers[0]} is recorded" in told
    assert "DR4" in told  # the second was of the same record
    assert counter.read(federation, KUNITACHI, other.resident_no).present
    done = json.loads(run(federation, "drafts", "complete", numbers[2], "--json", by="tanaka")[1])
    assert done == {"draft": int(numbers[2]), "resident_nos": [other.resident_no], "remarks": []}


def test_a_draft_is_returned_with_a_note_and_withdrawn(federation: Federation, found: Found) -> None:
    number = entered(federation, found)
    note = json.dumps({"draft": int(number), "note": "死亡日を確認"})
    code, told = run(federation, "drafts", "return", "-", text=note, by="tanaka")
    assert (code, told) == (0, f"Draft {number} is returned ({found.resident_no}).\n")
    assert "returned by" in " ".join(run(federation, "drafts", "list")[1].split())
    assert "returned: 死亡日を確認" in run(federation, "drafts", "show", number)[1]
    code, told = run(federation, "drafts", "withdraw", number)
    assert (code, told) == (0, f"Draft {number} is withdrawn ({found.resident_no}).\n")
    assert run(federation, "drafts", "withdraw", number)[0] == common.REFUSED


def test_an_act_that_there_is_none_of_is_mistyped_and_a_filing_with_a_fault_told(
    federation: Federation,
) -> None:
    assert run(federation, "drafts", "enter", "levitation", "-", text="{}")[0] == 2
    code, told = run(federation, "drafts", "enter", "death", "-", text="{}")
    assert (code, "is missing" in told) == (common.FAILED, True)
    (entry,) = counter.audit(federation, KUNITACHI, "register:filing:unreadable")
    assert entry["reference"] == "death"


@pytest.mark.parametrize("act", [act.name for act in ACTS])
def test_no_act_is_done_alone_where_a_second_person_is_demanded(federation: Federation, act: str) -> None:
    filing = json.dumps(RIGHT[act](federation))
    before = counter.contents(federation, KUNITACHI)
    code, told = run(federation, act, "-", text=filing, second_person=True)
    assert (code, "DR6" in told) == (common.REFUSED, True), told
    assert counter.contents(federation, KUNITACHI) == before
    assert run(federation, "drafts", "enter", act, "-", text=filing, second_person=True)[0] == 0


def test_what_waits_is_among_the_alerts(federation: Federation, found: Found) -> None:
    number = entered(federation, found)
    federation.clock.advance(timedelta(days=1))
    assert run(federation, "alerts") == (
        0,
        f"平成25年7月9日  draft-waits  draft {number}  {found.resident_no}\n",
    )


def test_a_resident_as_known_on_a_day_about_another(federation: Federation, found: Found) -> None:
    counter.move_within(federation, KUNITACHI, found.resident_no)
    moved = counter.elsewhere_in(KUNITACHI).text

    def show(*days: str) -> str:
        code, told = run(federation, "show", *days, text=f"{found.resident_no}\n")
        assert code == 0, told
        return told

    assert moved in show("--about", "2013-07-06")
    assert moved not in show("--about", "2013-07-05")
    assert "Nothing was recorded by then" in show("--known", "2013-07-07")
    plain = json.loads(show("--about", "2013-07-08", "--known", "2013-07-08", "--json"))
    assert (plain["address"].startswith(moved), plain["operator"], plain["history_no"]) == (True, "sato", 2)
    assert json.loads(show("--known", "2013-07-07", "--json"))["history_no"] is None
    code, told = run(federation, "show", "--known", "2013-07-09", text=f"{found.resident_no}\n")
    assert (code, "R2" in told) == (common.REFUSED, True)
    assert run(federation, "show", "--known", "yesterday", text="x\n")[0] == 2


def test_own_searches_are_shown_and_can_be_searched_by_again(federation: Federation, found: Found) -> None:
    assert run(federation, "recent-searches") == (0, "No search is kept.\n")
    wanted = json.dumps({"name": found.record.name.text})
    assert run(federation, "search", "-", text=wanted)[0] == 0
    code, told = run(federation, "recent-searches")
    assert (code, len(told.splitlines())) == (0, 1)
    assert found.resident_no in run(federation, "search", "-", text=told)[1]
    (row,) = json.loads(run(federation, "recent-searches", "--json")[1])["searches"]
    assert row["conditions"]["name"] == found.record.name.text
    assert run(federation, "recent-searches", by="tanaka") == (0, "No search is kept.\n")
