"""Taking over a register: first versions, codes, notices, the trail; all of a batch or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.services import loading
from jukinet.services.loading import Loaded
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI
from jukinet.testing.people import make_municipality, make_person

pytestmark = pytest.mark.core

EVENT = "register:record:loaded"
CODE = ResidentRecordCode("24727059608")


@case("spec 1.1.1")
def test_households_are_taken_over_and_reach_the_centre(federation: Federation) -> None:
    households = [
        list(one.records)
        for one in make_municipality(KUNITACHI, 20, seed=3, on=counter.TODAY, foreign_share=0)
    ]
    seen: list[int] = []
    ctx = federation.context(KUNITACHI)
    assert loading.load_households(ctx, CLERK, households, seen.append) == Loaded(20)
    assert seen == [20]
    federation.run()
    numbers = counter.known_numbers(federation, KUNITACHI)
    found = [counter.read(federation, KUNITACHI, number) for number in numbers]
    given = [record for household in households for record in household]
    assert [replace(one.record, code=None, household_number="") for one in found] == [
        replace(record, household_number="") for record in given
    ]
    assert len({one.record.code for one in found}) == 20
    assert len({one.record.household_number for one in found}) == len(households)
    for one in found:
        (version,) = one.versions
        assert (version.reason, version.effective_on) == ("recorded-ex-officio", one.record.recorded_since)
    for node in (counter.TOKYO, NATIONAL):
        assert counter.live(federation, node) == {
            (str(KUNITACHI), str(one.record.code)): one.record.identity_facts() for one in found
        }
    entries = counter.audit(federation, KUNITACHI, EVENT)
    assert [entry["resident_no"] for entry in entries] == numbers
    reasons = {notice["change"]["reason"] for notice in counter.notices(federation, KUNITACHI)}
    assert reasons == {"recorded-ex-officio"}
    assert counter.code_notices(federation, KUNITACHI) == [
        (one.resident_no, "assigned", str(one.record.code)) for one in found
    ]


def test_a_code_that_a_record_brings_is_kept(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI, [make_person(code=CODE)])
    assert found.record.code == CODE
    assert counter.code_notices(federation, KUNITACHI) == []
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@pytest.mark.parametrize("on", [date(2013, 7, 7), counter.TODAY])
def test_foreign_residents_wait_for_their_day_and_nobody_is_told_of_them(
    federation: Federation, on: date
) -> None:
    counter.turn_back(federation, on)
    mixed = [make_person(seed=1, on=on), make_person(RecordKind.FOREIGN, seed=2, on=on, relationship="妻")]
    citizen, alien = counter.load(federation, KUNITACHI, mixed)
    assert alien.record.code is None
    (told,) = counter.notices(federation, KUNITACHI)
    assert told["code"] == str(citizen.record.code)


def test_a_town_not_connected_is_loaded_without_codes(federation: Federation) -> None:
    people = [make_person(seed=1, municipality=YAMATSURI)]
    (found,) = counter.load(federation, YAMATSURI, people)
    assert found.record.code is None
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


def test_a_batch_that_contradicts_itself_leaves_nothing(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    before = counter.contents(federation, KUNITACHI)
    twice = [[make_person(seed=seed, code=CODE)] for seed in (1, 2)]
    with pytest.raises(JukinetError) as caught:
        loading.load_households(ctx, CLERK, twice)
    assert caught.value.kind is ErrorKind.CONFLICT
    assert str(CODE) not in str(caught.value)
    assert counter.contents(federation, KUNITACHI) == before
    assert counter.audit(federation, KUNITACHI, EVENT) == []


def test_what_was_loaded_before_a_crash_stays_and_the_rest_is_nowhere(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_HOUSEHOLDS", 1)
    ctx = replace(federation.context(KUNITACHI), clock=counter.CrashingClock(6))
    people = [[make_person(seed=seed)] for seed in (1, 2)]
    with pytest.raises(SystemError):
        # One person takes four looks at the clock: the draw, the version, the notice, the trail.
        loading.load_households(ctx, CLERK, people)
    assert len(counter.known_numbers(federation, KUNITACHI)) == 1
    assert len(counter.audit(federation, KUNITACHI, EVENT)) == 1
    federation.run()
    assert len(counter.live(federation, NATIONAL)) == 1


def test_only_an_operator_who_may_loads(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        CHIYODA,
        EVENT,
        Permission.REGISTER_LOAD_RUN,
        lambda ctx, claim: loading.load_households(ctx, claim, [[make_person(municipality=CHIYODA)]]),
    )


def test_nothing_to_load_is_nothing_done(standing: Federation) -> None:
    assert loading.load_households(standing.context(CHIYODA), CLERK, []) == Loaded(0)
