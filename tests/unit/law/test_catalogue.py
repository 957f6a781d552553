"""The catalogue of affairs: what an affair cites, and rows added by data alone. The rows: ``test_appended_tables``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug
from jukinet.law import catalogue
from jukinet.law.catalogue import Asker, QueryKind, check_affair, table_of

ADDED = """
[[rows]]
table = 1
row = "40_2"
organs = ["ministry-foreign-affairs", "invented-agency"]
organs_ja = "外務省"
act_ja = "見本法"
act_en = "Specimen Act"
text_ja = "見本"
paragraph = 200
valid_from = 2013-10-01
[[rows.affairs]]
number = 1
ja = "見本の申請の受理"
en = "Receipt of a specimen"

[[organs]]
slug = "invented-agency"
name_ja = "見本庁"
name_en = "Invented Agency"
"""


def load_with(tmp_path: Path, text: str) -> catalogue.Catalogue:
    (tmp_path / "added.toml").write_text(text, encoding="utf-8")
    return catalogue.load(catalogue.PACKAGED, tmp_path)


def test_an_affair_cites_table_row_and_number() -> None:
    affair = catalogue.packaged().find("t1-77-4", date(2013, 7, 8))
    assert affair is not None
    assert affair.basis == (
        "Act Art. 30-7(3)",
        "Act Appended Table 1, row 77",
        "Affairs Ordinance Art. 1(83) no. 4",
    )
    assert affair.names(Asker(OrganSlug("japan-pension-service")))
    assert not affair.names(Asker(OrganSlug("ministry-justice")))
    assert affair.queries == set(QueryKind)


def test_a_single_affair_without_a_number_is_called_1_but_not_cited_so() -> None:
    affair = catalogue.packaged().find("t1-30-1", date(2013, 7, 8))
    assert affair is not None
    assert affair.basis[-1] == "Affairs Ordinance Art. 1(31)"


def test_a_row_is_added_by_data_alone_and_stands_from_its_first_day(tmp_path: Path) -> None:
    found = load_with(tmp_path, ADDED)
    assert found.find("t1-40_2-1", date(2013, 9, 30)) is None
    affair = found.find("t1-40_2-1", date(2013, 10, 1))
    assert affair is not None
    assert [organ.slug.text for organ in affair.organs] == ["ministry-foreign-affairs", "invented-agency"]
    order = [listed.row for listed in found.listing(date(2013, 10, 1))]
    assert order.index("30") < order.index("40_2") < order.index("41")


def test_a_row_that_ended_keeps_its_number_and_a_new_version_follows_without_a_gap(tmp_path: Path) -> None:
    rows = ADDED.split("[[organs]]", maxsplit=1)[0]
    ended = rows.replace("valid_from = 2013-10-01", "valid_from = 2013-01-01\nvalid_to = 2013-10-01")
    found = load_with(tmp_path, ADDED + ended.replace("Receipt of a specimen", "Old"))
    assert len(found.versions("t1-40_2-1")) == 2
    texts = [found.find("t1-40_2-1", date(2013, month, 30)) for month in (9, 10)]
    assert [affair.affair_en for affair in texts if affair] == ["Old", "Receipt of a specimen"]


def test_two_versions_for_one_day_are_refused(tmp_path: Path) -> None:
    rows = ADDED.split("[[organs]]", maxsplit=1)[0]
    with pytest.raises(JukinetError) as caught:
        load_with(tmp_path, ADDED + rows.replace("2013-10-01", "2013-01-01"))
    assert caught.value.kind is ErrorKind.CONFLICT


def test_an_organ_given_twice_with_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JukinetError) as caught:
        load_with(tmp_path, ADDED.replace("invented-agency", "ministry-justice"))
    assert caught.value.kind is ErrorKind.CONFLICT


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (ADDED.replace("table = 1", "table = 6"), "table"),
        (ADDED.replace('organs_ja = "外務省"', ""), "organs_ja"),
        (ADDED.replace('row = "40_2"', 'row = "四十の二"'), "row"),
        (ADDED.replace('"invented-agency"]', '"unlisted"]'), "organs[1]"),
        (ADDED.replace("number = 1", "number = 0"), "affairs[0].number"),
        (ADDED.replace("2013-10-01", "2013-10-01\nvalid_to = 2013"), "valid_to"),
        (ADDED.replace("2013-10-01", '2013-10-01\nqueries = ["name"]'), "queries[0]"),
        (ADDED.replace('en = "Receipt of a specimen"', ""), "affairs[0].en"),
        (ADDED.replace("paragraph = 200", "paragraph = 200\nextra = 1"), "extra"),
    ],
)
def test_a_faulty_row_names_the_field(tmp_path: Path, broken: str, field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        load_with(tmp_path, broken)
    assert [fault.field for fault in caught.value.faults] == [f"added.toml.rows[0].{field}"]


@pytest.mark.parametrize("name", ["t1-77-4", "t1-72_2-1", "t1-101-3", "t5-1_2_3-15"])
def test_names_of_affairs(name: str) -> None:
    assert check_affair(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "77-4", "t1-77", "t6-1-1", "t1-077-4", "t1-77-4\n", "T1-77-4", "t1-72.2-1", "t1-７７-4", "t1-77-0"],
)
def test_what_is_no_name_of_an_affair(name: str) -> None:
    with pytest.raises(ValueError, match="must be an affair"):
        check_affair(name)


@pytest.mark.parametrize(("name", "table"), [("t1-77-4", 1), ("t5-31_2-1", 5), ("t6-1-1", None), ("", None)])
def test_the_table_that_a_name_says(name: str, table: int | None) -> None:
    assert table_of(name) == table
