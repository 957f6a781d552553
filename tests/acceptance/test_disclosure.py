"""A person is told what two stores keep of them, has it corrected at the source, and is told what came of it.

Real processes: the governor's node, the centre's and the town's, each with its own commands; what goes between them,
goes over the lines.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.acceptance.country import CLERK, DAY, KUNI, NATIONAL, PREF, Country, until, unusual_name

from jukinet.domain.municipality import NodeId

pytestmark = pytest.mark.timeout(300)

ADDRESS = "東京都国立市富士見台二丁目47番地の1"
SAID = "氏名の漢字が戸籍とちがう"


@dataclass(frozen=True)
class Somebody:
    """Who lives in Kunitachi and asks."""

    number: str
    code: str
    name: str

    def asks(self, **changes: object) -> dict[str, Any]:
        person = {"name": self.name, "birth_date": "1980-04-17", "sex": "female", "address": ADDRESS}
        filing = {"by": "person", "identity": "passport", "in_writing": True, "received_on": DAY}
        return filing | {"person": person | {"code": self.code}} | changes


@pytest.fixture
def somebody(country: Country) -> Somebody:
    name = unusual_name()
    _, (number,) = country.household(name)
    code = country.code_of(number)
    country.wait_arrived(code)
    return Somebody(number, code, name)


@dataclass(frozen=True)
class Office:
    """Whoever handles disclosures at a node, with a directory for the papers."""

    country: Country
    node: NodeId
    papers: Path

    def do(self, *words: object, stdin: object = None, expect: int = 0) -> str:
        return self.country.at(
            self.node, "disclosure", *words, "--as", CLERK, stdin=stdin, expect=expect
        ).told

    def accept(self, filing: object) -> int:
        found = re.search(
            r"Accepted: no\. (\d+), to be answered by 2013-08-06", self.do("request", "-", stdin=filing)
        )
        assert found
        return int(found[1])

    def paper(self, *words: object) -> str:
        """The text of a paper, which nobody but its owner may read."""
        out = self.papers / f"{'-'.join(map(str, words))}.pdf"
        self.do(*words, "--out", out)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        with pypdfium2.PdfDocument(out) as opened:
            return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in opened))

    def errors(self, *words: object, expect: int = 0) -> str:
        return self.country.at(self.node, "errors", *words, "--as", CLERK, expect=expect).told

    def reports(self) -> list[dict[str, Any]]:
        words = ("errors", "list", "--json", "--as", CLERK)
        found: list[dict[str, Any]] = self.country.at(self.node, *words).json["reports"]
        return found


def test_the_governor_tells_everything_kept_and_a_town_is_not_asked(
    country: Country, somebody: Somebody, tmp_path: Path
) -> None:
    governor = Office(country, PREF, tmp_path)
    before = country.last_entry(PREF)
    number = governor.accept(somebody.asks())
    paper = governor.paper("answer", number)
    for kept in (somebody.name, "昭和55年4月17日", "女", ADDRESS, somebody.code, "東京都知事", "見本知事"):
        assert kept.replace("　", "") in paper, "one of the facts, or who tells them"
    told = country.audit(PREF, "disclosure:request:answered", after=before)
    assert [(one["outcome"], one["subject_code"], one["reference"]) for one in told] == [
        ("done", somebody.code, str(number))
    ]
    # Another's name under that code, and who never lived here, are told nothing of this person.
    other = governor.accept(
        somebody.asks() | {"person": somebody.asks()["person"] | {"name": unusual_name()}}
    )
    assert "DI12" in governor.do("answer", other, "--out", tmp_path / "other.pdf", expect=3)
    assert not (tmp_path / "other.pdf").exists()
    assert "a municipality issues copies of its record" in Office(country, KUNI, tmp_path).do(
        "request", "-", stdin=somebody.asks(), expect=1
    )


def wrong_name(number: int) -> dict[str, Any]:
    """What the person says of the answer with this number."""
    asked = {"disclosure": number, "municipality": "132152", "items": ["name"], "said": SAID}
    return asked | {"in_writing": True, "received_on": DAY}


def correct_name(whole: Country, somebody: Somebody) -> str:
    """The town corrects the name out of the koseki; the right one."""
    right = unusual_name()
    correction = {
        "resident_no": somebody.number,
        "kind": "minor",
        "occurred_on": DAY,
        "corrections": {"name": {"text": right, "kana": "ケンサ タダシ"}},
        "basis": {"ground": "koseki", "confirmed": True},
    }
    whole.register("correct-ex-officio", correction)
    return right


def test_what_the_centre_told_is_corrected_in_the_town_by_way_of_the_governor(
    whole: Country, somebody: Somebody, tmp_path: Path
) -> None:
    centre, governor, town = (Office(whole, node, tmp_path) for node in (NATIONAL, PREF, KUNI))
    assert "DI5" in centre.do("request", "-", stdin=somebody.asks(), expect=3), "the centre asks for a fee"
    number = centre.accept(somebody.asks(fee=300))
    paper = centre.paper("answer", number)
    assert somebody.code in paper
    assert somebody.name.replace("　", "") in paper

    whole.lines[PREF].cut()  # what the centre reports waits for the line
    centre.do("correct", "-", stdin=wrong_name(number))
    (report,) = centre.reports()
    assert governor.reports() == []
    whole.lines[PREF].restore()
    until(governor.reports, "the governor has the report")
    result = {"disclosure": number, "outcome": "corrected", "said": "戸籍を確認し修正した", "told_on": DAY}
    assert "DI20" in centre.do("result", "-", stdin=result, expect=3), "nobody has looked into it"
    assert town.reports() == []
    governor.errors("forward", report["report"])
    until(town.reports, "the town has the report")
    assert [(one["code"], one["items"]) for one in town.reports()] == [(somebody.code, ["name"])]
    assert "KC5" in town.errors("answer", report["report"], "corrected", expect=3), "nothing is corrected yet"

    right = correct_name(whole, somebody)
    town.errors("answer", report["report"], "corrected")
    until(lambda: [one["state"] for one in governor.reports()] == ["corrected"], "the governor has it")
    assert "DI20" in centre.do("result", "-", stdin=result, expect=3), "it waits for the governor's office"
    governor.errors("forward", report["report"])
    until(lambda: not centre.reports(), "the centre has the answer")
    assert "DI20" in centre.do("result", "-", stdin=result | {"outcome": "right"}, expect=3)
    centre.do("result", "-", stdin=result)
    assert "戸籍を確認し修正した" in centre.paper("letter", number)
    assert centre.do("list") == "No request waits."
    until(whole.at_rest, "the corrected name has arrived")
    shows_the_correction(whole, somebody, right, centre.paper("answer", number, "--again"))
    said = [one["reference"] for one in whole.audit(NATIONAL, "disclosure:correction:asked")]
    assert f"{number} {report['report']}" in said


def shows_the_correction(whole: Country, somebody: Somebody, right: str, again: str) -> None:
    """Nobody edited a store: it is the town's own notice that both now hold, and that the person is told."""
    query = "SELECT name FROM identity_records WHERE code = %s AND live"
    assert [whole.rows(node, query, somebody.code) for node in (PREF, NATIONAL)] == [[(right,)]] * 2
    assert [name.replace("　", "") in again for name in (somebody.name, right)] == [True, True]
    assert SAID not in whole.everything_written()
