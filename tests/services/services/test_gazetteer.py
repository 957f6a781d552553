"""The municipality's gazetteer: loaded, shown, and asked by every act that enters an address here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.network import registering
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.cli import register
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.law.gazetteer import CONFIRMED
from jukinet.services import address_changes, ex_officio, gazetteer, moves, register_acts
from jukinet.services.address_changes import AddressList, AddressRow, Report
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.services.gazetteer import Gazetteer, GazetteerState
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

LOADED = "register:gazetteer:loaded"
RENAMED_ON = date(2013, 7, 8)
"""The day on which 富士見台二丁目 became 見本町."""
TOWNS: list[dict[str, Any]] = [
    {
        "code": "0010002",
        "name": "東京都国立市富士見台二丁目",
        "kana": "フジミダイ",
        "valid_from": "1970-01-01",
        "valid_to": "2013-07-07",
    },
    {"code": "0020000", "name": "東京都国立市見本町", "kana": "ミホンチョウ", "valid_from": "2013-07-08"},
]
OLD, NEW = counter.ADDRESSES[KUNITACHI], Address(KUNITACHI, "東京都国立市見本町1番9号")
NOWHERE = Address(KUNITACHI, "東京都国立市架空町1番地")
BEFORE = date(2013, 7, 7)


def load(
    federation: Federation, *towns: dict[str, Any], where: MunicipalityCode = KUNITACHI
) -> GazetteerState:
    given = gazetteer.read_gazetteer({"towns": list(towns or TOWNS)})
    done = gazetteer.load_gazetteer(federation.context(where), CLERK, given)
    assert isinstance(done, GazetteerState)
    return done


def faults(data: object) -> list[tuple[str, str]]:
    with pytest.raises(JukinetError) as raised:
        gazetteer.read_gazetteer(data)
    return [(fault.field, fault.problem) for fault in raised.value.faults]


def test_the_faults_of_a_file_are_told_at_once_and_nothing_is_loaded() -> None:
    bad = {"code": "12", "name": "大字", "kana": "マチ", "valid_from": "2013-02-30", "valid_to": "x"}
    ended = TOWNS[0] | {"valid_to": "1969-12-31"}
    found = {field for field, _ in faults({"towns": [bad, ended]})}
    assert found == {
        *("towns[0].code", "towns[0].name", "towns[0].valid_from", "towns[0].valid_to"),
        "towns[1].valid_to",
    }
    assert faults({"towns": []}) == [("towns", "must name at least one town area")]
    later = TOWNS[0] | {"valid_from": "2013-07-07", "valid_to": None}
    assert faults({"towns": [later, TOWNS[0]]}) == [("towns", "has the code 0010002 twice on one day")]
    assert faults({"towns": TOWNS, "town": 1}) == [("town", "is not a known field")]
    again = TOWNS[0] | {"valid_from": "2013-07-08", "valid_to": None}
    assert len(gazetteer.read_gazetteer({"towns": [again, TOWNS[0]]}).towns) == 2


def test_another_edition_replaces_the_one_before_it(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    assert gazetteer.show_gazetteer(ctx, CLERK) == GazetteerState(None)
    load(federation, TOWNS[1])
    assert _move_in(federation, OLD, BEFORE) == ["GZ1"]
    second = load(federation)
    assert second.edition is not None
    assert (second.edition.edition, second.edition.towns) == (2, 2)
    assert gazetteer.show_gazetteer(ctx, CLERK) == second
    assert _move_in(federation, OLD, BEFORE) == []
    entries = counter.audit(federation, KUNITACHI, LOADED)
    assert [(entry["outcome"], entry["reference"]) for entry in entries] == [("done", "1"), ("done", "2")]


def test_only_who_may_loads_one(federation: Federation) -> None:
    given = gazetteer.read_gazetteer({"towns": TOWNS})

    def attempt(ctx: Context, claim: Any) -> object:
        return gazetteer.load_gazetteer(ctx, claim, given)

    counter.assert_gated(federation, KUNITACHI, LOADED, Permission.REGISTER_GAZETTEER_LOAD, attempt)
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:gazetteer:read",
        Permission.REGISTER_RESIDENT_READ,
        gazetteer.show_gazetteer,
    )


def test_a_loading_is_whole_or_nothing(federation: Federation) -> None:
    given = Gazetteer(gazetteer.read_gazetteer({"towns": TOWNS}).towns)
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: gazetteer.load_gazetteer(ctx, CLERK, given)
    )
    assert steps >= 2


# What an act asks of it


def _rules(done: object) -> list[str]:
    if isinstance(done, Refused):
        return [rule.rule for rule in done.failed]
    assert isinstance(done, Registered | Report), done
    return []


def _move_in(federation: Federation, address: Address, since: date, *, confirmed: bool = False) -> list[str]:
    claim = replace(CLERK, confirmed=confirmed)
    filing = counter.move_in_filing(KUNITACHI, address=address, moved_on=since)
    return _rules(moves.move_in(federation.context(KUNITACHI), claim, replace(filing, although_alike=True)))


def _filed(name: str) -> Callable[..., list[str]]:
    """An act by its filing, with another address and day."""
    days = {"move-in": "moved_on", "move-within": "moved_on", "became-eligible": "became_on"}
    act = next(one for one in register_acts.ACTS if one.name == name)

    def do(federation: Federation, address: Address, since: date, *, confirmed: bool = False) -> list[str]:
        body = registering.RIGHT[name](federation)
        body["address"] = registering.plain(address)
        body[days.get(name, "lives_here_since")] = since.isoformat()
        if name == "became-eligible":
            body["persons"][0]["foreign"]["became_foreign_resident_on"] = since.isoformat()
        claim = replace(CLERK, confirmed=confirmed)
        return _rules(act.do(federation.context(KUNITACHI), claim, act.read(body)))

    return do


def _correct(federation: Federation, address: Address, since: date, *, confirmed: bool = False) -> list[str]:
    number = registering._resident(federation).resident_no
    filing = CorrectionFiling(
        number,
        CorrectionKind.CHANGE,
        since,
        Corrections(address=address),
        Basis(Ground.KOSEKI, confirmed=True),
    )
    claim = replace(CLERK, confirmed=confirmed)
    return _rules(ex_officio.correct_ex_officio(federation.context(KUNITACHI), claim, filing))


ACTS = {
    **{name: _filed(name) for name in ("move-in", "move-within", "became-eligible", "record-ex-officio")},
    "correct-ex-officio": _correct,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@case("spec 1.3.3", permitted="GZ1 GZ2")
def test_an_address_is_entered_if_its_area_holds_on_that_day(
    federation: Federation, act: Callable[..., list[str]]
) -> None:
    load(federation)
    assert act(federation, replace(NEW, text="東京都国立市見本町１－２"), RENAMED_ON) == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@case("spec 1.3.3", refused="GZ1 GZ2")
def test_an_address_outside_the_gazetteer_waits_for_somebody_to_confirm_it(
    federation: Federation, act: Callable[..., list[str]]
) -> None:
    load(federation)
    assert act(federation, NOWHERE, RENAMED_ON) == ["GZ1"]
    assert act(federation, replace(OLD, text=OLD.text + "第9"), RENAMED_ON) == ["GZ2"]
    assert act(federation, NOWHERE, RENAMED_ON, confirmed=True) == []


@case("spec 1.3.3", refused="GZ2")
def test_what_is_refused_stores_nothing_and_what_is_confirmed_is_remarked_on(federation: Federation) -> None:
    load(federation)
    ctx = federation.context(KUNITACHI)
    filing = counter.move_in_filing(KUNITACHI, address=NEW, moved_on=BEFORE)
    counter.assert_refused(
        federation, KUNITACHI, "register:move-in:recorded", lambda: moves.move_in(ctx, CLERK, filing), "GZ2"
    )
    done = counter.registered(moves.move_in(ctx, replace(CLERK, confirmed=True), filing))
    assert done.remarks == (CONFIRMED,)


def test_without_a_gazetteer_nothing_is_checked_and_elsewhere_it_has_no_say(federation: Federation) -> None:
    assert _move_in(federation, NOWHERE, BEFORE) == []
    load(federation)
    assert _move_in(federation, counter.ADDRESSES[CHIYODA], BEFORE) == ["I4"]
    ctx = federation.context(CHIYODA)
    counter.registered(moves.move_in(ctx, CLERK, counter.move_in_filing(CHIYODA)))


@case("spec 1.3.3", "spec 9.7", refused="GZ1", permitted="GZ1 GZ2")
def test_addresses_are_changed_in_bulk_to_those_of_the_gazetteer_alone(federation: Federation) -> None:
    homes = [registering._family(federation)[0] for _ in range(2)]
    load(federation)
    ctx = federation.context(KUNITACHI)

    def change(*new: Address) -> object:
        rows = tuple(AddressRow(home, OLD, one) for home, one in zip(homes, new, strict=True))
        return address_changes.change_addresses(ctx, CLERK, AddressList(RENAMED_ON, rows))

    counter.assert_refused(
        federation, KUNITACHI, "register:addresses:changed", lambda: change(NEW, NOWHERE), "GZ1"
    )
    done = change(NEW, replace(NEW, text=NEW.text + "の2"))
    assert isinstance(done, Report)
    assert done.residents == 2


# The commands


def _run(federation: Federation, *words: str, text: str = "") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    return CliRunner(env={"COLUMNS": "80"}).invoke(register.make_app(opened), words, input=text)


def test_the_commands_load_show_and_confirm(federation: Federation) -> None:
    none = _run(federation, "gazetteer", "show", "--as", "sato")
    assert none.stdout == "No gazetteer is loaded: addresses are not checked.\n"
    loaded = _run(federation, "gazetteer", "load", "-", "--as", "sato", text=json.dumps({"towns": TOWNS}))
    assert (loaded.exit_code, loaded.stdout[:30]) == (0, "Gazetteer 1: 2 town areas, loa")
    shown = _run(federation, "gazetteer", "show", "--as", "sato", "--json")
    assert json.loads(shown.stdout) | {"loaded_at": ""} == {"edition": 1, "towns": 2, "loaded_at": ""}
    refused = _run(federation, "gazetteer", "show", "--as", "nobody")
    assert refused.exit_code == 3
    assert _run(federation, "gazetteer", "load", "-", "--as", "sato", text="{}").exit_code == 1
    filing = registering.plain(counter.move_in_filing(KUNITACHI, address=NOWHERE))
    text = json.dumps(filing, ensure_ascii=False)
    assert _run(federation, "move-in", "-", "--as", "sato", text=text).exit_code == 3
    assert _run(federation, "move-in", "-", "--as", "sato", "--confirm", text=text).exit_code == 0


def test_a_system_confirms_by_its_header(federation: Federation) -> None:
    load(federation)
    filing = registering.plain(counter.move_in_filing(KUNITACHI, address=NOWHERE))
    refused = registering.post(federation, "move-in", filing, "one")
    assert (refused.status, [rule["rule"] for rule in refused.plain["rules"]]) == (403, ["GZ1"])
    done = registering.post(federation, "move-in", filing, "two", jukinet_confirmed="true")
    assert done.status == 200
