"""Places offered while somebody types, postcodes of a record, and what may be taken over as a domicile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.holding import hold, terms
from tests.services.services.test_gazetteer import BEFORE, NEW, OLD, RENAMED_ON, TOWNS, _move_in, faults
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Koseki, PersonName
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import domicile_help, gazetteer, move_in_notices, moves, places
from jukinet.services.context import Context
from jukinet.services.filings import Person
from jukinet.services.gazetteer import GazetteerState
from jukinet.services.move_in_notices import PaperNoticeFiling
from jukinet.services.places import Places, Postcodes
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

LOTS: list[dict[str, Any]] = [
    {"town": "0020000", "kind": "lot", "number": f"{number}番地", "valid_from": "2013-07-08"}
    for number in (10, 9, 1)
] + [
    {"town": "0020000", "kind": "lot", "number": "無番地", "valid_from": "2013-07-08"},
    {
        "town": "0010002",
        "kind": "residence",
        "number": "47番1号",
        "valid_from": "1970-01-01",
        "valid_to": "2013-07-07",
    },
]
BUILDINGS: list[dict[str, Any]] = [
    {"town": "0020000", "number": "9番地", "name": "見本荘", "valid_from": "2013-07-08"},
    {
        "town": "0020000",
        "number": "9番地",
        "name": "旧見本荘",
        "valid_from": "2013-07-08",
        "valid_to": "2013-07-08",
    },
]


def _quoted(parts: str) -> list[str]:
    return [f'"{part}"' for part in parts.split()]


POST = "".join(
    ",".join(
        [code, f'"{postcode[:3]}  "', f'"{postcode}"', *_quoted(kana), *_quoted(names), "0,0,0,0,0,0\r\n"]
    )
    for code, postcode, kana, names in (
        (
            "13215",
            "1860000",
            "トウキョウト クニタチシ イカニケイサイガナイバアイ",
            "東京都 国立市 以下に掲載がない場合",
        ),
        ("13215", "1860004", "トウキョウト クニタチシ ナカ", "東京都 国立市 中"),
        ("13215", "1860003", "トウキョウト クニタチシ フジミダイ", "東京都 国立市 富士見台"),
        ("13101", "1020074", "トウキョウト チヨダク クダンミナミ", "東京都 千代田区 九段南"),
        (
            "01101",
            "0600042",
            "ホッカイドウ サッポロシチュウオウク オオドオリニシ（１－１９）",
            "北海道 札幌市中央区 大通西（１～１９）",
        ),
        (
            "01101",
            "0640820",
            "ホッカイドウ サッポロシチュウオウク オオドオリニシ（２０－２８）",
            "北海道 札幌市中央区 大通西（２０～２８）",
        ),
    )
)
"""As the post publishes them."""


@pytest.fixture
def town(federation: Federation) -> Federation:
    """A town with its places and the country's postcodes."""
    ctx = federation.context(KUNITACHI)
    towns = [TOWNS[0], TOWNS[1] | {"postcode": "186-9999"}]
    given = gazetteer.read_gazetteer({"towns": towns, "lots": LOTS, "buildings": BUILDINGS})
    assert isinstance(gazetteer.load_gazetteer(ctx, CLERK, given), GazetteerState)
    areas = places.read_postal_areas(POST.encode())
    assert not isinstance(places.load_postal_areas(ctx, CLERK, areas), Refused)
    return federation


def found(federation: Federation, **typed: Any) -> Places:
    done = places.find_places(federation.context(KUNITACHI), CLERK, places.read_typed(typed))
    assert isinstance(done, Places)
    return done


def names(answer: Places) -> list[tuple[str, str | None]]:
    return [(area.name, area.postcode) for area in answer.areas]


@case("spec 1.3.3")
def test_a_postcode_or_first_kana_give_the_address(town: Federation) -> None:
    fujimi = [("東京都国立市富士見台", "1860003")]
    assert names(found(town, postcode="186-0003")) == fujimi
    assert names(found(town, kana="ト ク フ")) == fujimi
    assert names(found(town, kana="ふじみ")) == fujimi
    assert names(found(town, kana="ト チ")) == [("東京都千代田区九段南", "1020074")]
    assert names(found(town, kana="ミダイ")) == []


@case("spec 1.3.2", "spec 1.3.4", "spec 4.0.7")
def test_an_address_begun_gives_its_areas_lots_by_number_and_the_buildings_of_the_day(
    town: Federation,
) -> None:
    begun = found(town, text="東京都国立市見本町")
    assert names(begun) == [("東京都国立市見本町", "1869999")]
    assert [lot.number for lot in begun.lots] == ["無番地", "1番地", "9番地", "10番地"]
    assert begun.buildings == ()
    at_nine = found(town, text="国立市見本町９－３", on="2013-07-08")
    assert [one.name for one in at_nine.buildings] == ["旧見本荘", "見本荘"]
    later = found(town, text="国立市見本町９", on="2013-07-09")
    assert [one.name for one in later.buildings] == ["見本荘"]
    assert names(found(town, text="東京都国立市富士見", on="2013-07-07")) == [
        ("東京都国立市富士見台二丁目", None),
        ("東京都国立市富士見台", "1860003"),
    ]


@case("spec 1.3.2", permitted="OF1")
def test_an_address_at_a_lot_that_holds_is_entered(town: Federation) -> None:
    assert _move_in(town, replace(NEW, text="東京都国立市見本町9番地の2"), RENAMED_ON) == []
    assert _move_in(town, replace(OLD, text="東京都国立市富士見台二丁目47番1号"), BEFORE) == []


@case("spec 1.3.2", refused="OF1")
def test_one_at_no_lot_of_the_day_waits_for_somebody_to_confirm_it(town: Federation) -> None:
    nowhere = replace(NEW, text="東京都国立市見本町90番地")
    assert _move_in(town, nowhere, RENAMED_ON) == ["OF1"]
    assert _move_in(town, nowhere, RENAMED_ON, confirmed=True) == []


@case("spec 1.1.17")
def test_the_postcodes_of_a_record_are_those_of_its_addresses(town: Federation) -> None:
    one = counter.japanese()
    filing = counter.move_in_filing(
        KUNITACHI, one, address=replace(NEW, text="東京都国立市見本町9番地"), moved_on=RENAMED_ON
    )
    (number,) = counter.registered(moves.move_in(town.context(KUNITACHI), CLERK, filing)).resident_nos
    assert counter.read(town, KUNITACHI, number).postcodes == Postcodes("1869999", "1020074")
    away = Place("北海道札幌市中央区大通西二丁目1番地")
    counter.file_move_out(town, KUNITACHI, [number], away)
    # Two areas of one name: which of them, the address does not say.
    assert counter.read(town, KUNITACHI, number).postcodes == Postcodes("1869999", "1020074", None)


@case("spec 1.1.17")
def test_both_destinations_have_theirs_and_another_list_shows_at_once(town: Federation) -> None:
    ctx = town.context(KUNITACHI)
    (found,) = counter.load(town)
    counter.file_move_out(town, KUNITACHI, [found.resident_no], CHIYODA, planned_on=counter.TODAY)
    town.set_date(date(2013, 7, 20))
    notice = PaperNoticeFiling(
        found.resident_no, counter.ADDRESSES[YAMATSURI], counter.TODAY, date(2013, 7, 19)
    )
    counter.registered(move_in_notices.take_paper_notice(ctx, CLERK, notice))
    before = counter.read(town, KUNITACHI, found.resident_no).postcodes
    assert (before.destination, before.confirmed_destination) == ("1020074", None)
    yamatsuri = '07481,"963  ","9639999","フクシマケン","ヒガシシラカワグンヤマツリマチ","ヒガシダテ",'
    listed = (
        POST.replace("1020074", "1020099") + yamatsuri + '"福島県","東白川郡矢祭町","東舘",0,0,0,0,0,0\r\n'
    )
    loaded = places.load_postal_areas(ctx, CLERK, places.read_postal_areas(listed.encode()))
    assert not isinstance(loaded, Refused)
    after = counter.read(town, KUNITACHI, found.resident_no).postcodes
    assert (after.destination, after.confirmed_destination) == ("1020099", "9639999")


def test_the_command_line_shows_each_postcode_that_there_is(town: Federation) -> None:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield town.context(KUNITACHI)

    number = counter.move_in(town, KUNITACHI, counter.japanese()).resident_nos[0]
    counter.file_move_out(town, KUNITACHI, [number], Place("東京都国立市富士見台一丁目1番地"))
    run = partial(CliRunner().invoke, register.make_app(opened))
    printed = run(["show", "--as", "sato"], input=number).stdout
    shown = [line for line in printed.splitlines() if line.startswith("postcode")]
    assert [line.split()[-1] for line in shown] == ["1860003", "1020074", "1860003"]
    as_json = json.loads(run(["show", "--as", "sato", "--json"], input=number).stdout)
    assert as_json["postcodes"] == {
        "address": "1860003",
        "previous_address": "1020074",
        "destination": "1860003",
        "confirmed_destination": None,
    }


def test_faults_of_both_files_are_told_at_once() -> None:
    lot = LOTS[0]
    nowhere = lot | {"town": "0090000"}
    too_early = LOTS[1] | {"valid_from": "2013-07-07"}
    twice = [lot, lot | {"valid_from": "2013-07-09"}]
    told = faults({"towns": TOWNS, "lots": [nowhere, too_early, *twice]})
    assert {field for field, _ in told} == {"lots[0].town", "lots[1].town", "lots[3]"}
    assert [field for field, _ in faults({"towns": [TOWNS[0] | {"postcode": "186"}]})] == [
        "towns[0].postcode"
    ]
    with pytest.raises(JukinetError) as raised:
        places.read_postal_areas(b'13215,"186","1860004"\n"' + POST.splitlines()[0].encode() + b"\n")
    assert {one.field for one in raised.value.faults} == {"line 1", "line 2"}
    for typed in ({}, {"text": "東京都", "kana": "ト"}, {"kana": "東"}, {"postcode": "12"}):
        with pytest.raises(JukinetError):
            places.read_typed(typed)
    assert [places.kind_of(text) for text in ("186-0004", "ト ク", "東京都")] == ["postcode", "kana", "text"]


def test_postcodes_are_loaded_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    areas = places.read_postal_areas(POST.encode())
    event, may = "register:postal-areas:loaded", Permission.REGISTER_GAZETTEER_LOAD
    counter.assert_gated(
        federation, KUNITACHI, event, may, lambda ctx, claim: places.load_postal_areas(ctx, claim, areas)
    )
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: places.load_postal_areas(ctx, CLERK, areas)
    )


HEAD = Koseki("東京都国立市谷保1番地", "国立　太郎")
OWN = Koseki("福島県福島市五老内町3番地", "国立　花子")


def _child() -> Person:
    return counter.japanese(name=PersonName("国立　一郎"), relationship="子", koseki=HEAD)


@case("spec 4.0.6")
def test_a_domicile_may_be_taken_over_from_household_or_addresses(federation: Federation) -> None:
    head = counter.japanese(name=PersonName("国立　太郎"), koseki=HEAD)
    wife = counter.japanese(koseki=OWN, relationship="妻")
    child = _child()
    numbers = counter.move_in(federation, KUNITACHI, head, wife, child).resident_nos
    ctx = federation.context(KUNITACHI)
    before = len(counter.audit(federation, KUNITACHI, "register:resident:read"))
    seen = domicile_help.domicile_candidates(ctx, CLERK, numbers[1])
    assert not isinstance(seen, Refused)
    assert seen.koseki == (HEAD, OWN)
    assert (seen.address, seen.previous_address) == (OLD.text, counter.place(CHIYODA).text)
    assert len(counter.audit(federation, KUNITACHI, "register:resident:read")) == before + 3


def test_a_hold_on_anybody_in_the_household_keeps_it_back(federation: Federation) -> None:
    numbers = counter.move_in(federation, KUNITACHI, counter.japanese(), _child()).resident_nos
    child = counter.read(federation, KUNITACHI, numbers[1])
    hold(federation, child, terms(Process.INQUIRY))
    ctx = federation.context(KUNITACHI)
    refused = domicile_help.domicile_candidates(ctx, CLERK, numbers[0])
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["V1"]
