"""The whole catalogue against the statute: a second parser of its text, and rows that a person read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.unit.law import statute
from tests.unit.law.hand_read import BY_HAND
from tests.unit.law.read_again import READ_AGAIN

from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law import catalogue
from jukinet.law.catalogue import GOVERNOR, Affair, Asker
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supply import SupplyRequest, decide

FOLDER = Path(__file__).parents[3] / "src" / "jukinet" / "law" / "catalogue"
ON = date(2013, 11, 1)
DISASTER = {(table, "1") for table in (2, 3, 4, 5)}


def read(pattern: str, kind: str) -> list[dict[str, Any]]:
    """The data as TOML has it, past the loader, so that a slip of the loader cannot hide one of the data."""
    files = sorted(FOLDER.glob(pattern))
    return [one for file in files for one in tomllib.loads(file.read_text(encoding="utf-8")).get(kind, [])]


ORGANS = {organ["slug"]: organ for organ in read("organs.toml", "organs")}
ROWS = {(row["table"], row["row"]): row for row in read("table-*.toml", "rows")}


def named(row: statute.Row) -> set[str]:
    """The slugs of those whom the statute's row names; of Table 5 the governor, who does its affairs himself."""
    upper = statute.organs(row.upper) if row.upper else {"都道府県知事"}
    return {slug for slug, organ in ORGANS.items() if organ["name_ja"] in upper or _the_same(organ, upper)}


def _the_same(organ: dict[str, Any], upper: set[str] | frozenset[str]) -> bool:
    return any(name.startswith("同法") and organ["name_ja"].endswith(name) for name in upper)


def test_the_statute_has_as_many_live_rows_as_a_person_counts_in_its_text() -> None:
    counts = [sum(row.table == table for row in statute.rows()) for table in range(1, 6)]
    assert counts == [134, 14, 33, 13, 38]
    whole = {int(row.row) for row in statute.rows() if row.table == 1 and "_" not in row.row}
    assert set(range(1, 123)) - whole == {1, 4, 6, 7, 10, 14, 15}, "deleted rows keep their number"


def test_every_row_has_the_statutes_columns_paragraph_and_affairs_word_for_word() -> None:
    assert len(ROWS) == len(read("table-*.toml", "rows"))
    assert set(ROWS) == {(row.table, row.row) for row in statute.rows()}
    for row in statute.rows():
        kept = ROWS[row.table, row.row]
        affairs = tuple((affair["number"], affair["ja"]) for affair in kept["affairs"])
        found = (kept.get("organs_ja", ""), kept["text_ja"], kept["paragraph"], affairs)
        assert found == (row.upper, row.lower, row.paragraph, row.affairs), (row.table, row.row)
        assert {affair.get("unnumbered", False) for affair in kept["affairs"]} == {not row.numbered}


def test_every_row_names_the_organs_of_its_upper_column() -> None:
    for row in statute.rows():
        assert set(ROWS[row.table, row.row]["organs"]) == named(row), (row.table, row.row)
        assert len(named(row)) == len(statute.organs(row.upper))
    assert {slug for row in ROWS.values() for slug in row["organs"]} == set(ORGANS)


def test_the_act_of_a_row_is_named_in_its_lower_column_and_english_is_there() -> None:
    for row in ROWS.values():
        assert row["act_ja"].split("（")[0] in row["text_ja"]
        assert row["act_en"].isascii()
        assert all(affair["en"].isascii() and "?" not in affair["en"] for affair in row["affairs"])


OF_THE_AMENDMENT = {"t1-11-2": ["2(1)", "1"]}
"""Articles of the act that amended the row's own, which the text names before that of the row's act."""


def test_every_affair_cites_the_articles_that_its_text_names() -> None:
    for affair in catalogue.packaged().listing(ON):
        named_there = statute.articles(affair.affair_ja)[len(OF_THE_AMENDMENT.get(affair.id, ())) :]
        cited = re.findall(r"\d+(?:-\d+)*(?:\([\divx]+\))*", affair.article or "")
        assert cited == named_there, affair.id
    texts = (text for row in statute.rows() for _, text in row.affairs)
    assert sum("条" in text and not statute.articles(text) for text in texts) == 0


def test_disaster_rows_stand_from_october_2013_and_all_others_from_the_first_day() -> None:
    starts = {key: row["valid_from"] for key, row in ROWS.items()}
    assert {key for key, day in starts.items() if day == date(2013, 10, 1)} == DISASTER
    assert {day for key, day in starts.items() if key not in DISASTER} == {date(2012, 7, 9)}


def test_the_loader_gives_every_affair_of_the_statute() -> None:
    wanted = {f"t{row.table}-{row.row}-{number}" for row in statute.rows() for number, _ in row.affairs}
    assert {affair.id for affair in catalogue.packaged().listing(ON)} == wanted
    assert len(catalogue.packaged().listing(date(2013, 9, 30))) == len(wanted) - 6


@pytest.mark.parametrize("hand", BY_HAND, ids=lambda hand: hand.affair)
def test_row_read_by_hand(hand: Any) -> None:
    affair = catalogue.packaged().find(hand.affair, ON)
    assert affair is not None
    assert [organ.slug.text for organ in affair.organs] == list(hand.organs)
    assert affair.act_en.endswith(f"({hand.act})")
    assert affair.article == hand.article
    assert affair.affair_ja.startswith(hand.begins)
    assert affair.basis[-1] == hand.ordinance


def test_forty_rows_are_read_by_hand_some_of_every_table() -> None:
    rows = {tuple(hand.affair.split("-")[:2]) for hand in BY_HAND}
    assert len(rows) >= 40
    assert {table for table, _ in rows} == {"t1", "t2", "t3", "t4", "t5"}


@pytest.mark.parametrize("row", READ_AGAIN)
def test_row_read_again_by_another_person(row: str) -> None:
    organs, act, ordinance, count, onward = (part.strip() for part in READ_AGAIN[row].split("|"))
    affairs = [one for one in catalogue.packaged().listing(ON) if one.id.rpartition("-")[0] == row]
    assert [one.number for one in affairs] == list(range(1, 2 if count == "un" else int(count) + 1))
    assert [one.number for one in affairs if one.onward] == [int(number) for number in onward.split()]
    for one in affairs:
        assert [organ.slug.text for organ in one.organs] == organs.split()
        assert one.act_en.endswith(f"({act})")
        number = "" if count == "un" else f" no. {one.number}"
        assert one.basis[-1] == f"Affairs Ordinance Art. {ordinance}{number}"
        assert (one.valid_from, one.valid_to) == (
            date(2013, 10, 1) if row[2:] == "-1" else date(2012, 7, 9),
            None,
        )


@case("Act Arts. 30-7(3)-(6), 30-8(1)(i)", permitted="S1 S3 S13 S14 S15 S16 S17 S18 S19", refused="S3 S13")
def test_over_organs_and_affairs_only_pairs_of_the_statute_are_permitted() -> None:
    """Each organ asks where its table is served, so that whom the column names is all that differs."""
    permitted, wanted = set(), set()
    for row in statute.rows():
        for number, text in row.affairs:
            if not text.endswith("確認した情報の提供"):
                wanted |= {(slug, f"t{row.table}-{row.row}-{number}") for slug in named(row)}
    for affair in catalogue.packaged().listing(ON):
        for slug in ORGANS:
            decision = decide(asking(slug, affair))
            if isinstance(decision, Permitted):
                permitted.add((slug, affair.id))
    assert permitted == wanted


def test_what_is_passed_on_is_named_by_the_statute_itself() -> None:
    """Row 77 nos. 4 to 7, and every other that hands on what was confirmed."""
    onward = {affair.id for affair in catalogue.packaged().listing(ON) if affair.onward}
    assert {f"t1-77-{number}" for number in (4, 5, 6, 7, 13, 14, 15)} <= onward
    assert {one.split("-")[1] for one in onward} == {"73", "73_2", "74", "75", "77"}


def asking(slug: str, affair: Affair) -> SupplyRequest:
    """The organ, seated where one of that kind can be, asks a node that serves its affair's table."""
    seat = next(_seats(slug, affair.table), None)
    organ = Asker(OrganSlug("an-organ"), frozenset({OrganSlug(slug)}), seat)
    request = SupplyRequest(organ, affair.id, next(iter(affair.queries)), ON, NATIONAL)
    if affair.table == 4 and seat is not None:
        through = Asker(OrganSlug("its-governor"), frozenset({GOVERNOR}), NodeId(f"pref-{seat.prefecture}"))
        return replace(request, through=through)
    if affair.table in {2, 5} and seat is not None:
        return replace(request, serving=NodeId(f"pref-{seat.prefecture}"))
    return request


def _seats(slug: str, table: int) -> Iterator[NodeId]:
    fitting = "muni-" if table in {2, 4} else "pref-"
    for text in (*ORGANS[slug].get("seats", ()), "muni-132152", "pref-13"):
        if text.startswith(fitting):
            yield NodeId(text)


def test_the_mayor_of_a_third_city_is_not_that_of_hiroshima_or_nagasaki() -> None:
    affair = catalogue.packaged().find("t2-5-1", ON)
    assert affair is not None
    request = asking("hiroshima-nagasaki-mayor", affair)
    elsewhere = replace(request.organ, seat=NodeId("muni-132152"))
    decision = decide(replace(request, organ=elsewhere, serving=NodeId("pref-13")))
    assert isinstance(decision, Refused)
    assert [rule.rule for rule in decision.failed] == ["S3"]
