"""Dated parameters: the packaged values, and the reading of files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law import parameters
from jukinet.law.edition import VALID_FROM

GOOD = """
[term]
title = "A term"
kind = "law"
[[term.values]]
valid_from = 2014-01-01
value = 21
source = "Later"
[[term.values]]
valid_from = 2012-07-09
value = 14
source = "Act Art. 22(1)"
"""


def load(tmp_path: Path, text: str):
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    return parameters.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notification-days", 14),
        ("late-move-out-days", 14),
        ("retention-years-replaced", 5),
        ("retention-years-deleted", 5),
        ("retention-years-deleted-longest", 80),
        ("retention-years-death", 5),
        ("retention-years-deleted-records", 5),
        ("retention-years-rewritten-records", 5),
        ("retention-years-filings", 1),
        ("retention-years-audit", 7),
        ("retention-days-copy-pages", 7),
        ("retention-days-answers", 1),
        ("retention-days-batch-files", 30),
        ("retention-days-drafts", 30),
        ("retention-days-batch-settings", 400),
        ("retention-days-recent-searches", 7),
        ("draft-alert-days", 1),
        ("live-together-days", 30),
        ("support-measure-years", 1),
        ("support-measure-alert-months", 1),
        ("hold-lift-hours", 8),
        ("foreign-code-start", date(2013, 7, 8)),
        ("transitional-stay-days", 60),
        ("short-stay-months", 3),
        ("code-stock-level", 20),
        ("card-years", 10),
        ("card-renewal-months", 3),
        ("card-days-after-plan", 30),
        ("card-days-after-move", 14),
        ("card-days-to-submit", 90),
    ],
)
def test_packaged_values_are_those_of_the_texts(name: str, value: int | date) -> None:
    """Act 22(1); Ord. 30-6, 30-11, 34; Ord. 2010 no. 253 suppl. 7-2, 9; specification 3.4, 4.1.3.0.1; Immigration Act
    19-3, 22-2; our choices."""
    assert parameters.value_of(name, VALID_FROM) == value


def test_every_packaged_parameter_has_a_value_from_the_edition_on_and_a_source() -> None:
    for parameter in parameters.packaged().values():
        assert parameter.values[0].valid_from <= VALID_FROM
        assert all(value.source for value in parameter.values)


def test_every_parameter_stands_in_the_reference_with_its_values_and_sources() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "law-parameters.md"
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (\S+) \| (\S+) \| (law|policy) \| (.+) \|$", page.read_text(), re.MULTILINE
    )
    written = {(name, value, since, kind, source) for name, value, since, kind, source in rows}
    assert written == {
        (parameter.name, str(held.value), str(held.valid_from), parameter.kind.value, held.source)
        for parameter in parameters.packaged().values()
        for held in parameter.values
    }


def test_a_value_holds_until_the_next_begins(tmp_path: Path) -> None:
    term = load(tmp_path, GOOD)["term"]
    assert term.on(date(2012, 7, 9)).value == 14
    assert term.on(date(2013, 12, 31)).value == 14
    assert term.on(date(2014, 1, 1)).value == 21


def test_before_its_first_value_a_parameter_has_none(tmp_path: Path) -> None:
    with pytest.raises(JukinetError, match="no value on that day"):
        load(tmp_path, GOOD)["term"].on(date(2012, 7, 8))


def test_a_number_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        parameters.day("notification-days", VALID_FROM)
    with pytest.raises(TypeError):
        parameters.number("foreign-code-start", VALID_FROM)
    with pytest.raises(KeyError):
        parameters.number("no-such-parameter", VALID_FROM)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (GOOD.replace('kind = "law"', 'kind = "custom"'), "term.kind"),
        (GOOD.replace("value = 14", 'value = "14"'), "term.values[1].value"),
        (GOOD.replace("value = 14", "value = true"), "term.values[1].value"),
        (GOOD.replace("2012-07-09", '"2012-07-09"'), "term.values[1].valid_from"),
        (GOOD.replace("2012-07-09", "2012-07-09T00:00:00"), "term.values[1].valid_from"),
        (GOOD.replace("2012-07-09", "2014-01-01"), "term.values"),
        (GOOD.replace('source = "Later"', ""), "term.values[0].source"),
        (GOOD + "end = 2015-01-01", "term.values[1].end"),
        ('[term]\ntitle = "A"\nkind = "law"\nvalues = []', "term.values"),
    ],
)
def test_a_faulty_file_names_the_field(tmp_path: Path, broken: str, field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        load(tmp_path, broken)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_parameter_given_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(JukinetError) as caught:
        load(tmp_path, GOOD)
    assert caught.value.kind is ErrorKind.CONFLICT


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not a parameter", encoding="utf-8")
    assert set(load(tmp_path, GOOD)) == {"term"}
