"""The country's address dictionary: its file, and the choice of an area step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.cli import register
from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import dictionary
from jukinet.services.context import Context
from jukinet.services.dictionary import Choices, CountryDay
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

HEADING = ",".join(dictionary.COLUMNS) + "\r\n"
AREAS = """\
07483000000,福島県,見本町,,,フクシマケン ミホンマチ,,1955-01-01,
13101001000,東京都,千代田区,九段南,,トウキョウト チヨダク クダンミナミ,102-0074,1970-01-01,
13215001001,東京都,国立市,富士見台,一丁目,トウキョウト クニタチシ フジミダイ イッチョウメ,186-0003,1970-01-01,
13215001002,東京都,国立市,富士見台,二丁目,トウキョウト クニタチシ フジミダイ ニチョウメ,186-0003,1970-01-01,2013-07-07
13215001002,東京都,国立市,見本台,二丁目,トウキョウト クニタチシ ミホンダイ ニチョウメ,,2013-07-08,
13215002000,東京都,国立市,谷保,,トウキョウト クニタチシ ヤホ,186-0011,1967-01-01,
13215002001,東京都,国立市,谷保,字見本,トウキョウト クニタチシ ヤホ アザミホン,,1967-01-01,
"""
"""Areas some of which are invented, and one that was renamed on 2013-07-08."""


@pytest.fixture
def country(federation: Federation) -> Federation:
    given = dictionary.read_dictionary((HEADING + AREAS).encode())
    done = dictionary.load_dictionary(federation.context(KUNITACHI), CLERK, given)
    assert not isinstance(done, Refused)
    return federation


def lines(federation: Federation, under: str = "", on: str | None = None) -> list[tuple[str, str]]:
    asked: dict[str, Any] = {**({"under": under} if under else {}), **({"on": on} if on else {})}
    found = dictionary.choose_place(federation.context(KUNITACHI), CLERK, dictionary.read_step(asked))
    assert isinstance(found, Choices)
    return [(one.code, one.address) for one in found.choices]


@case("spec 1.3.3")
def test_an_area_is_chosen_from_the_prefecture_down_as_it_was_on_a_day(country: Federation) -> None:
    before, after = "2013-07-07", "2013-07-08"
    assert lines(country) == [("07", "福島県"), ("13", "東京都")]
    assert lines(country, "07") == [("07483000000", "福島県見本町")]
    assert lines(country, "13") == [("13101", "東京都千代田区"), ("13215", "東京都国立市")]
    assert lines(country, "13101") == [("13101001000", "東京都千代田区九段南")]
    yaho = ("13215002", "東京都国立市谷保")
    assert lines(country, "13215", before) == [("13215001", "東京都国立市富士見台"), yaho]
    assert lines(country, "13215001", before) == [
        ("13215001001", "東京都国立市富士見台一丁目"),
        ("13215001002", "東京都国立市富士見台二丁目"),
    ]
    assert [address for _, address in lines(country, "13215001", after)] == [
        "東京都国立市富士見台一丁目",
        "東京都国立市見本台二丁目",
    ]
    # A large area that is also an area by itself stands in the list of what lies in it.
    assert lines(country, "13215002") == [
        ("13215002000", "東京都国立市谷保"),
        ("13215002001", "東京都国立市谷保字見本"),
    ]
    assert lines(country, "47") == []
    assert lines(country, "07", "1954-12-31") == []


@case("spec 1.3.3")
def test_another_dictionary_takes_the_place_of_the_one_before(country: Federation) -> None:
    row = AREAS.splitlines()[1]
    given = dictionary.read_dictionary((HEADING + row).encode())
    dictionary.load_dictionary(country.context(KUNITACHI), CLERK, given)
    assert lines(country) == [("13", "東京都")]


def test_faults_of_the_file_are_told_at_once() -> None:
    rows = AREAS.splitlines()
    right = rows[1]
    wrong = [
        right.replace("13101001000", "48101001000"),
        right.replace("13101001000", "13000001000"),
        right.replace("13101001000", "1310100100"),
        right.replace("13101001000", "13101000000"),
        right.replace("九段南,,", "九段南,一丁目,"),
        right.replace("千代田区,", ",", 1),
        right.replace("クダンミナミ", "九段南"),
        right.replace("102-0074", "102"),
        right.replace("1970-01-01,", "1970-01-01,1969-12-31"),
        right.replace("1970-01-01,", "1970-02-30,"),
        right + ",",
        right,
        right,
    ]
    with pytest.raises(JukinetError) as raised:
        dictionary.read_dictionary((HEADING + "\n".join(wrong)).encode())
    told = [fault.field for fault in raised.value.faults]
    assert told == [f"line {number}" for number in (*range(2, 13), 14)]
    renamed = dictionary.read_dictionary((HEADING + "\n".join(rows[3:5])).encode())
    assert len(renamed.areas) == 2
    for text in ("", AREAS, HEADING):
        with pytest.raises(JukinetError):
            dictionary.read_dictionary(text.encode())
    for under in ("1", "131", "13215001002", "１３", "ab"):
        with pytest.raises(JukinetError):
            dictionary.read_step({"under": under})


def test_it_is_loaded_and_asked_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    given = dictionary.read_dictionary((HEADING + AREAS).encode())
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:dictionary:loaded",
        Permission.REGISTER_GAZETTEER_LOAD,
        lambda ctx, claim: dictionary.load_dictionary(ctx, claim, given),
    )
    read = Permission.REGISTER_RESIDENT_READ
    for ask in (
        lambda ctx, claim: dictionary.choose_place(ctx, claim, dictionary.read_step({})),
        lambda ctx, claim: dictionary.list_countries(ctx, claim, CountryDay(None)),
    ):
        counter.assert_gated(federation, KUNITACHI, "register:gazetteer:read", read, ask)
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: dictionary.load_dictionary(ctx, CLERK, given)
    )


def _run(federation: Federation, *words: str, text: str = "") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    words = ("gazetteer", *words, "--as", "sato")
    return CliRunner(env={"COLUMNS": "80"}).invoke(register.make_app(opened), words, input=text)


@case("spec 1.3.3")
def test_the_commands_load_choose_and_list_countries(federation: Federation) -> None:
    none = _run(federation, "choose")
    assert none.stdout == "Nothing stands below that code on that day, or no dictionary is loaded.\n"
    loaded = _run(federation, "dictionary", "-", text=HEADING + AREAS)
    assert (loaded.exit_code, loaded.stdout[:22]) == (0, "Dictionary 1: 7 areas,")
    assert _run(federation, "choose").stdout == "07           福島県\n13           東京都\n"
    ended = _run(federation, "choose", "13215001", "--on", "2013-07-07").stdout.splitlines()[1]
    assert ended == "13215001002  東京都国立市富士見台二丁目  1860003  1970-01-01 to 2013-07-07"
    (one,) = json.loads(_run(federation, "choose", "13101", "--json").stdout)["choices"]
    assert (one["code"], one["postcode"], one["valid_to"]) == ("13101001000", "1020074", None)
    assert _run(federation, "choose", "131").exit_code == 1
    shown = _run(federation, "countries", "--on", "2013-07-08").stdout.splitlines()
    assert "GEO          グルジア   to 2015-04-21" in shown
