"""The catalogue of affairs: the packaged rows against a hand-written list, and rows added by data alone."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug
from jukinet.law import catalogue
from jukinet.law.appended_tables import has_row, packaged
from jukinet.law.catalogue import QueryKind, check_affair

FOLDER = Path(__file__).parents[3] / "src" / "jukinet" / "law" / "catalogue"
# Written by hand from the Act (Appended Table 1) and the Affairs Ordinance (Art. 1), text of November 2013:
# row: (organs, paragraph of Art. 1, how each numbered affair begins and ends).
ANSWER, EXAMINE = "に対する応答", "に係る事実についての審査"
CONFIRM, PROVIDE = "の事実の確認", "確認した情報の提供"
TABLE_1 = {
    "16": (
        "総務省",
        17,
        [
            ("給付の請求の受理", "その請求" + ANSWER),
            ("給付を受ける権利に係る申出若しくは届出の受理", "届出" + EXAMINE),
            ("給付を受ける権利を有する者又は給付の額の加算の原因", "住所の変更" + CONFIRM),
        ],
    ),
    "30": ("法務省", 31, [("司法試験の受験願書の受理", "受験願書の提出" + ANSWER)]),
    "41": (
        "外務省",
        42,
        [
            ("旅券法（昭和二十六年法律第二百六十七号）第三条第一項の発給の申請", "その申請" + ANSWER),
            ("旅券法第九条第一項の渡航先の追加の申請", "その申請" + ANSWER),
            ("旅券法第十条第一項の記載事項の訂正の申請", "その申請" + ANSWER),
            ("旅券法第十二条第一項の査証欄の増補の申請", "その申請" + ANSWER),
            ("旅券法第十七条第一項の届出の受理", "その届出" + EXAMINE),
        ],
    ),
    "77": (
        "厚生労働省及び日本年金機構",
        83,
        [
            ("被保険者の資格の取得の届出を行う者の氏名", "男女の別及び住所の確認"),
            ("被保険者に係る届出の受理", "その届出" + EXAMINE),
            ("被保険者に係る届出に関する被保険者の生存の事実", "住所の変更" + CONFIRM),
            ("厚生年金保険法（昭和二十九年法律第百十五号）による", "第一号又は前号の規定により" + PROVIDE),
            ("国民年金基金の加入員又は加入員であった者の資格", "第一号又は第三号の規定により" + PROVIDE),
            ("独立行政法人農業者年金基金法（平成十四年法律第百二十七号）", "第三号の規定により" + PROVIDE),
            ("株式会社日本政策金融公庫法（平成十九年法律第五十七号）", "第三号の規定により" + PROVIDE),
            ("年金である給付に係る権利の裁定の請求に係る手続", "当該裁定を請求することの勧奨"),
            ("年金である給付に係る権利の裁定の請求の受理", "その請求" + ANSWER),
            ("年金である給付に係る支給の停止の解除の申請の受理", "その申請" + ANSWER),
            ("受給権者に係る届出の受理", "その届出" + EXAMINE),
            ("受給権者に係る届出に関する受給権者又は給付の額", "住所の変更" + CONFIRM),
            ("年金である給付又は確定拠出年金法", "前号の規定により" + PROVIDE),
            ("独立行政法人農業者年金基金法による年金である給付", "第十一号の規定により" + PROVIDE),
            ("独立行政法人福祉医療機構法第十二条第一項第十二号", "第十一号の規定により" + PROVIDE),
        ],
    ),
    "101": (
        "国土交通省",
        113,
        [
            ("免許の申請の受理", "その申請" + ANSWER),
            ("宅地建物取引業者名簿登載事項の変更の届出の受理", "その届出" + EXAMINE),
            ("宅地建物取引業法（昭和二十七年法律第百七十六号）第五十条の二第一項", "その申請" + ANSWER),
        ],
    ),
}

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


def test_table_check_rows_organs_and_numbers_are_those_of_the_act() -> None:
    """Reads the files with a parser of its own, so that a slip of the loader cannot hide one of the data."""
    rows = tomllib.loads((FOLDER / "table-1.toml").read_text(encoding="utf-8"))["rows"]
    assert {row["row"] for row in rows} == set(TABLE_1)
    for row in rows:
        organs, paragraph, affairs = TABLE_1[row["row"]]
        assert (row["table"], row["organs_ja"], row["paragraph"]) == (1, organs, paragraph)
        assert [affair["number"] for affair in row["affairs"]] == list(range(1, len(affairs) + 1))
        for affair, (beginning, end) in zip(row["affairs"], affairs, strict=True):
            assert affair["ja"].startswith(beginning)
            assert affair["ja"].endswith(end)


def test_table_check_the_organs_of_a_row_are_named_in_its_upper_column() -> None:
    names = {
        organ["slug"]: organ["name_ja"]
        for organ in tomllib.loads((FOLDER / "organs.toml").read_text(encoding="utf-8"))["organs"]
    }
    for row in tomllib.loads((FOLDER / "table-1.toml").read_text(encoding="utf-8"))["rows"]:
        assert "及び".join(names[slug] for slug in row["organs"]) == row["organs_ja"]


def test_table_check_the_act_has_as_many_live_rows_as_its_text_of_2013() -> None:
    """Counted by hand in the text; the deleted rows of Table 1 are 1, 4, 6, 7, 10, 14 and 15."""
    on = date(2013, 11, 1)
    numbers = [str(n) for n in range(1, 200)] + [f"{n}_{m}" for n in range(1, 200) for m in range(2, 20)]
    counts = [sum(has_row(table, row, on) for row in numbers) for table in range(1, 6)]
    assert counts == [134, 14, 33, 13, 38]
    assert [table.rows for table in packaged() if len(table.rows) != counts[table.table - 1]] == []
    whole = {n for n in range(1, 123) if has_row(1, str(n), on)}
    assert set(range(1, 123)) - whole == {1, 4, 6, 7, 10, 14, 15}
    assert not has_row(1, "2", date(2012, 7, 8)), "before the edition nothing is known"


def test_every_row_of_the_catalogue_is_one_of_the_act() -> None:
    listed = catalogue.packaged().listing(date(2013, 11, 1))
    assert all(has_row(affair.table, affair.row, date(2013, 11, 1)) for affair in listed)


def test_the_loader_gives_every_affair_of_the_files() -> None:
    listed = catalogue.packaged().listing(date(2013, 11, 1))
    wanted = [f"t1-{row}-{n + 1}" for row, (_, _, affairs) in TABLE_1.items() for n in range(len(affairs))]
    assert [affair.id for affair in listed] == wanted


def test_an_affair_cites_table_row_and_number() -> None:
    affair = catalogue.packaged().find("t1-77-4", date(2013, 7, 8))
    assert affair is not None
    assert affair.basis == (
        "Act Art. 30-7(3)",
        "Act Appended Table 1, row 77",
        "Affairs Ordinance Art. 1(83) no. 4",
    )
    assert affair.names(OrganSlug("japan-pension-service"))
    assert not affair.names(OrganSlug("ministry-justice"))
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
        (ADDED.replace("table = 1", "table = 2"), "table"),
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
