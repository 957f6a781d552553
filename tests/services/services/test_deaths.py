"""Death: the deletion, its notice, a death learned of late, and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.services import codes, deaths
from jukinet.services.context import Context
from jukinet.services.filings import DeathFiling
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

EVENT = "register:death:recorded"
FILING = DeathFiling("99999999999", date(2013, 7, 6), counter.TODAY)


@pytest.mark.parametrize("kind", RecordKind)
@case("spec 4.0.2", "spec 4.2.2.1", permitted="D1 D2 D3 E1")
def test_a_death_deletes_the_record_and_reaches_the_centre(federation: Federation, kind: RecordKind) -> None:
    (found,) = counter.load(federation, kind=kind)
    if kind is RecordKind.FOREIGN:
        codes.assign_codes_to_foreign_residents(federation.context(KUNITACHI), CLERK)
    code = counter.read(federation, KUNITACHI, found.resident_no).record.code
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert not gone.present
    assert ("death", date(2013, 7, 6)) in [(one.reason, one.effective_on) for one in gone.versions]
    assert counter.notices(federation, KUNITACHI)[-1]["change"] == {
        "kind": "deletion",
        "reason": "death",
        "occurred_on": "2013-07-06",
        "foreign_record": kind is RecordKind.FOREIGN,
    }
    assert counter.notices(federation, KUNITACHI)[-1]["code"] == str(code)
    for node in (counter.TOKYO, NATIONAL):
        (held,) = counter.stored(federation, node, code)
        assert (held["live"], held["speaks"], held["reason"]) == (False, True, "death")
        assert held["retain_until"] == date(2018, 7, 7)
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"], entry["subject_code"]) == (
        "done",
        found.resident_no,
        str(code),
    )


@case("Ord. Art. 30-5(ii)")
def test_a_death_ends_a_move_out_that_was_filed(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=date(2013, 7, 9))
    counter.die(federation, KUNITACHI, found.resident_no)
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert gone.record.move_out is None
    federation.set_date(date(2013, 7, 12))
    federation.run()
    assert counter.audit(federation, KUNITACHI, "register:move-out:completed") == []
    reasons = [notice["change"]["reason"] for notice in counter.notices(federation, KUNITACHI)]
    assert reasons == ["recorded-ex-officio", "death"]


@case("spec 1.2.1")
def test_a_death_before_a_later_move_re_states_the_move_as_gone(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no, moved_on=date(2013, 7, 7))
    counter.die(federation, KUNITACHI, found.resident_no, on=date(2013, 7, 6))
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert [(one.effective_on, one.present, one.restates) for one in gone.versions[1:]] == [
        (date(2013, 7, 7), True, None),
        (date(2013, 7, 6), False, None),
        (date(2013, 7, 7), False, 2),
    ]
    federation.run()
    # The notice says how the record stood last.
    assert (
        counter.notices(federation, KUNITACHI)[-1]["address"]["text"] == counter.elsewhere_in(KUNITACHI).text
    )


def test_a_town_not_connected_records_a_death_and_tells_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    counter.die(federation, YAMATSURI, found.resident_no)
    assert not counter.read(federation, YAMATSURI, found.resident_no).present
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"died_on": date(2013, 7, 9)}, ["D1"]),
        ({"died_on": date(1800, 1, 1)}, ["D2", "E1"]),
        ({"resident_no": "99999999999"}, ["D3"]),
        ({"died_on": date(2013, 7, 10), "filed_on": date(2013, 7, 9)}, ["F1", "D1"]),
    ),
)
def test_a_death_is_refused_with_every_rule_that_fails(
    standing: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    found = counter.somebody(standing)
    filing = replace(FILING, **({"resident_no": found.resident_no} | change))
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(
        standing, KUNITACHI, EVENT, lambda: deaths.record_death(ctx, CLERK, filing), *rules
    )


@case(refused="E1")
def test_nobody_dies_here_before_the_record_here_begins(federation: Federation) -> None:
    number = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 6)).resident_nos[0]
    early, on_day = (DeathFiling(number, date(2013, 7, day), counter.TODAY) for day in (5, 6))
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: deaths.record_death(ctx, CLERK, early), "E1")
    counter.registered(deaths.record_death(ctx, CLERK, on_day))


@case(refused="D3")
def test_nobody_dies_twice(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    ctx = federation.context(KUNITACHI)
    filing = replace(FILING, resident_no=found.resident_no)
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: deaths.record_death(ctx, CLERK, filing), "D3"
    )


def test_only_an_operator_who_may_records_a_death(standing: Federation) -> None:
    filing = replace(FILING, resident_no=counter.somebody(standing).resident_no)

    def asking(asked: DeathFiling) -> Callable[[Context, OperatorClaim], object]:
        return lambda ctx, claim: deaths.record_death(ctx, claim, asked)

    # Nor does one who may not learn whether somebody is recorded.
    for asked in (FILING, filing):
        counter.assert_gated(standing, KUNITACHI, EVENT, Permission.REGISTER_RESIDENT_RECORD, asking(asked))


def test_a_crash_at_any_step_of_a_death_leaves_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no, moved_on=date(2013, 7, 7))
    filing = replace(FILING, resident_no=found.resident_no)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: deaths.record_death(ctx, CLERK, filing)
    )
    assert crashes >= 4  # two versions, the notice, the trail
