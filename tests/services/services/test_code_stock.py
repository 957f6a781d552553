"""The stock of codes: the warning before the pool is empty, and that nothing but an empty pool stops an act."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

import pytest
import typer
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner

from jukinet.cli import code_office
from jukinet.domain.items import PersonName
from jukinet.domain.permissions import Permission
from jukinet.services import alerts, code_stock
from jukinet.services.alerts import Alert, AlertKind
from jukinet.services.code_stock import Stock
from jukinet.services.context import TurnedBackError
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

WARNED = ["Reg. Art. 14(2)"]


def arrive(federation: Federation, number: int) -> Registered:
    """Somebody whose code is not known moves in and is given one (Ord. 30-2)."""
    who = counter.japanese(name=PersonName(f"国立　第{number}"))
    return counter.move_in(federation, KUNITACHI, who)


def set_level(federation: Federation, level: int) -> None:
    assert isinstance(code_stock.set_level(federation.context(KUNITACHI), CLERK, level), Stock)


def articles(done: Registered) -> list[str]:
    return [remark.article for remark in done.remarks if remark.article in WARNED]


@case("Reg. Art. 14(2)", "spec 4.3.1", permitted="CD25")
def test_below_the_level_every_code_given_warns_and_the_alert_stands(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    assert code_stock.stock(ctx) == Stock(free=50, level=20, low=False)
    set_level(federation, 49)
    assert articles(arrive(federation, 1)) == []  # 49 are left: not fewer than 49
    assert alerts.list_alerts(ctx, CLERK) == ()
    assert articles(arrive(federation, 2)) == WARNED
    assert alerts.list_alerts(ctx, CLERK) == (Alert(AlertKind.CODES_LOW, counter.TODAY, codes=48),)
    (found,) = counter.load(federation)  # loading draws in bulk
    again = counter.read(federation, KUNITACHI, found.resident_no)
    assert articles(counter.change_code(federation, KUNITACHI, again)) == WARNED
    set_level(federation, 10)
    assert articles(arrive(federation, 3)) == []
    assert alerts.list_alerts(ctx, CLERK) == ()


def test_an_act_that_draws_no_code_does_not_warn(federation: Federation) -> None:
    (found,) = counter.load(federation)
    set_level(federation, 1000)
    assert articles(counter.move_within(federation, KUNITACHI, found.resident_no)) == []


@case("Act Art. 30-2(2)", "Reg. Art. 14(2)", refused="CD25")
def test_births_and_moves_go_on_until_the_pool_is_empty_and_then_store_nothing(
    federation: Federation,
) -> None:
    ctx, number = federation.context(KUNITACHI), 0
    while code_stock.stock(ctx).free:
        number += 1
        done = arrive(federation, number)
    assert (number, articles(done)) == (50, WARNED)
    house = counter.read(federation, KUNITACHI, done.resident_nos[0]).record.household_number
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    acts: tuple[Callable[[], object], ...] = (
        lambda: arrive(federation, 51),
        lambda: counter.give_birth(federation, KUNITACHI, house),
        lambda: counter.load(federation, seed=9),
    )
    for act in acts:
        with pytest.raises(TurnedBackError, match="pool of codes is empty") as caught:
            act()
        assert [failed.rule for failed in caught.value.refused.failed] == ["CD25"]
    assert counter.contents(federation, KUNITACHI) == before
    assert [
        (entry["event"].split(":")[1], entry["outcome"], entry["rules"][0].split()[0])
        for entry in counter.audit(federation, KUNITACHI)[entries:]
    ] == [("move-in", "refused", "CD25"), ("birth", "refused", "CD25"), ("record", "refused", "CD25")]
    # Who brings a code needs none.
    (mover,) = counter.load(federation, CHIYODA, seed=3)
    counter.move_in(federation, KUNITACHI, counter.as_person(mover))


def test_who_is_not_connected_lacks_no_codes(federation: Federation) -> None:
    ctx = federation.context(YAMATSURI)
    assert not code_stock.stock(ctx).low
    assert alerts.list_alerts(ctx, CLERK) == ()


def test_the_level_is_set_by_who_may_and_recorded(federation: Federation) -> None:
    set_level(federation, 7)
    (entry,) = counter.audit(federation, KUNITACHI, "codes:stock:level-set")
    assert (entry["outcome"], entry["reference"]) == ("done", "7")
    assert code_stock.stock(federation.context(KUNITACHI)).level == 7
    counter.assert_gated(
        federation,
        KUNITACHI,
        "codes:stock:level-set",
        Permission.REGISTER_POOL_SET,
        lambda ctx, claim: code_stock.set_level(ctx, claim, 8),
    )


def test_the_command_says_so_by_its_exit_code(federation: Federation) -> None:
    app = typer.Typer()
    code_office.add_to(app, lambda _config: nullcontext(federation.context(KUNITACHI)))
    runner = CliRunner()
    enough = runner.invoke(app, ["pool", "--json"])
    assert (enough.exit_code, json.loads(enough.output)) == (0, {"free": 50, "level": 20, "low": False})
    assert runner.invoke(app, ["pool-level", "51", "--as", "sato"]).exit_code == 0
    few = runner.invoke(app, ["pool"])
    assert few.exit_code == 1
    assert "Few codes are left" in few.output
    assert runner.invoke(app, ["pool-level", "5", "--as", "nobody"]).exit_code == 3


def test_a_transaction_knows_what_it_left(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    with ctx.begin() as tx:
        assert code_stock.remarks(tx, date(2013, 7, 8)) == ()
