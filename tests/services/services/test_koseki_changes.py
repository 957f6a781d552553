"""Domiciles of koseki written anew in bulk: simulated, run, and who is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from tests.conformance.cases import case
from tests.services.services import counter, holding

from jukinet.domain.csv_filings import rows_of
from jukinet.domain.permissions import Permission
from jukinet.services import koseki_changes, settings
from jukinet.services.context import Context
from jukinet.services.koseki_changes import KosekiList, KosekiReport, KosekiResult, KosekiRow
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

CHANGED, SIMULATED = "register:koseki-place:changed", "register:koseki-places:simulated"
DAY = date(2013, 7, 7)
NEW = "東京都架空市見本町二丁目1番地"


def resident(federation: Federation, **changes: Any) -> str:
    done = counter.move_in(federation, KUNITACHI, counter.japanese(), although_alike=True, **changes)
    return done.resident_nos[0]


def old(federation: Federation, number: str) -> str:
    koseki = counter.read(federation, KUNITACHI, number).record.koseki
    assert koseki is not None
    return koseki.domicile


def given(federation: Federation, *numbers: str) -> KosekiList:
    return KosekiList(DAY, tuple(KosekiRow(number, old(federation, number), NEW) for number in numbers))


@case("spec 9.7", permitted="OU1")
def test_a_domicile_gets_its_new_name_and_nothing_else_of_the_record_changes(federation: Federation) -> None:
    number = resident(federation, moved_on=date(2013, 7, 1))
    before = counter.read(federation, KUNITACHI, number).record
    told = len(counter.notices(federation, KUNITACHI))
    listed = given(federation, number)
    ctx = federation.context(KUNITACHI)
    done = koseki_changes.change_koseki(ctx, CLERK, listed)
    assert done == KosekiReport(((number, KosekiResult.CHANGED),))
    after = counter.read(federation, KUNITACHI, number)
    assert before.koseki is not None
    assert after.record == replace(before, koseki=replace(before.koseki, domicile=NEW))
    assert (after.versions[-1].reason, after.versions[-1].effective_on) == ("minor-correction", DAY)
    assert len(counter.notices(federation, KUNITACHI)) == told, "no fact of the network changed"
    again = koseki_changes.change_koseki(ctx, CLERK, listed)
    assert again == KosekiReport(((number, KosekiResult.DONE_BEFORE),))
    assert len(counter.audit(federation, KUNITACHI, CHANGED)) == 1


@case("spec 9.7")
def test_who_is_left_out_is_named_as_a_simulation_said(federation: Federation) -> None:
    leaving, held, staying, other = (resident(federation) for _ in range(4))
    foreigner = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos[0]
    listed = given(federation, leaving, held, staying)
    rows = (
        *listed.rows,
        KosekiRow(other, "東京都架空市別町1番地", NEW),
        KosekiRow(foreigner, NEW, NEW),
        KosekiRow("00000000999", NEW, NEW),
    )
    listed = replace(listed, rows=rows)
    counter.file_move_out(federation, KUNITACHI, [leaving])
    holding.hold(federation, counter.read(federation, KUNITACHI, held))
    before = counter.contents(federation, KUNITACHI)
    ctx = federation.context(KUNITACHI)
    simulated = koseki_changes.simulate(ctx, CLERK, listed)
    assert isinstance(simulated, KosekiReport)
    assert [result for _, result in simulated.results] == [
        KosekiResult.LEAVING,
        KosekiResult.HELD,
        KosekiResult.CHANGED,
        KosekiResult.CHANGED_SINCE,
        KosekiResult.CHANGED_SINCE,
        KosekiResult.NOBODY,
    ]
    assert counter.contents(federation, KUNITACHI) == before, "a simulation changes nothing"
    assert koseki_changes.change_koseki(ctx, CLERK, listed) == simulated
    assert [old(federation, number) == NEW for number in (leaving, held, staying)] == [False, False, True]


def test_a_list_comes_as_rows_of_csv(federation: Federation) -> None:
    number = resident(federation)
    data = f"resident_no,old,new\r\n{number},{old(federation, number)},{NEW}\r\n".encode()
    read = koseki_changes.read_koseki_list({"changed_on": str(DAY), "rows": rows_of(data)})
    assert read == given(federation, number)


@case(refused="OU1 DR7", permitted="DR7")
def test_a_day_to_come_and_a_list_that_nobody_else_looked_at_are_refused(federation: Federation) -> None:
    number = resident(federation)
    listed = given(federation, number)
    tomorrow = replace(listed, changed_on=date(2013, 7, 9))
    ctx = federation.context(KUNITACHI)
    acts: tuple[tuple[Any, str], ...] = (
        (koseki_changes.simulate, SIMULATED),
        (koseki_changes.change_koseki, CHANGED),
    )
    for act, event in acts:

        def attempt(ctx: Context, claim: OperatorClaim, act: Any = act) -> object:
            return act(ctx, claim, listed)

        late = partial(act, ctx, CLERK, tomorrow)
        counter.assert_refused(federation, KUNITACHI, event, late, "OU1")
        counter.assert_gated(federation, KUNITACHI, event, Permission.REGISTER_RECORD_CORRECT, attempt)
    other = OperatorClaim("suzuki", "counter-2")
    settings.enrol_operator(ctx, CLERK, other.operator_id, "鈴木", list(Permission))
    two = replace(ctx, second_person=True)
    number = resident(federation)
    listed = given(federation, number)
    counter.assert_refused(
        federation, KUNITACHI, CHANGED, lambda: koseki_changes.change_koseki(two, CLERK, listed), "DR7"
    )
    assert isinstance(koseki_changes.simulate(two, other, listed), KosekiReport)
    assert isinstance(koseki_changes.change_koseki(two, CLERK, listed), KosekiReport)
