"""What the office of a programme tells: its own items, by itself, and nobody outside learns of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.holding import hold

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Programmes
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.services import enrolments, ex_officio, settings
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

RECORDED = "register:enrolment:recorded"
MOVED = date(2013, 7, 1)
KEPT = replace(
    counter.japanese(),
    programmes=Programmes(pension_class="第1号被保険者", pension_since=date(2003, 4, 17)),
)


def tell(
    federation: Federation, number: str, claim: OperatorClaim = CLERK, **said: Any
) -> Registered | Refused:
    filing = enrolments.read_enrolment({"resident_no": number, "programme": "health_insurance", **said})
    return enrolments.record_enrolment(federation.context(KUNITACHI), claim, filing)


def arrive(federation: Federation) -> str:
    return counter.move_in(federation, KUNITACHI, KEPT, moved_on=MOVED).resident_nos[0]


def recorded(federation: Federation, number: str) -> Programmes:
    return counter.read(federation, KUNITACHI, number).record.programmes


@case(
    "spec 7.2.2",
    "spec 1.1.1",
    "Act Art. 7",
    "Ord. Arts. 3, 5",
    "Ord. Art. 12(2)(iii)",
    permitted="IN16",
)
def test_an_office_keeps_its_own_items_and_no_others(federation: Federation) -> None:
    number = arrive(federation)
    notices = len(counter.notices(federation, KUNITACHI))
    begun: dict[str, Any] = {"since": "2013-07-02"}
    counter.registered(tell(federation, number, **begun))
    counter.registered(tell(federation, number, **begun, ended="2013-07-05"))
    stands = replace(
        KEPT.programmes or Programmes(),
        health_insurance_since=date(2013, 7, 2),
        health_insurance_ended=date(2013, 7, 5),
    )
    assert recorded(federation, number) == stands
    pension: dict[str, Any] = {
        "programme": "pension",
        "since": "2003-04-17",
        "pension_class": "任意加入被保険者",
        "pension_class_since": "2013-07-04",
        "pension_number": "1234567890",
    }
    counter.registered(tell(federation, number, **pension))
    changed = replace(
        stands,
        pension_class="任意加入被保険者",
        pension_class_since=date(2013, 7, 4),
        pension_number="1234-567890",
    )
    assert recorded(federation, number) == changed
    del pension["pension_number"]
    counter.registered(tell(federation, number, **pension, ended="2013-07-08"))
    assert recorded(federation, number) == replace(changed, pension_ended=date(2013, 7, 8))
    assert len(counter.notices(federation, KUNITACHI)) == notices


@case("spec 1.2.1", "Ord. Art. 3")
def test_what_is_learned_late_of_one_programme_leaves_a_later_change_of_another(
    federation: Federation,
) -> None:
    number = arrive(federation)
    counter.registered(tell(federation, number, programme="child_allowance", since="2013-07-06"))
    counter.registered(tell(federation, number, since="2013-07-03"))
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.programmes == replace(
        KEPT.programmes or Programmes(),
        child_allowance_since=date(2013, 7, 6),
        health_insurance_since=date(2013, 7, 3),
    )
    (between,) = [one for one in found.versions if one.effective_on == date(2013, 7, 3)]
    assert between.record.programmes.child_allowance_since is None


@case("Ord. Art. 9", "Ord. Art. 12(2)(iii)")
def test_a_correction_of_all_leaves_what_a_later_act_changed(federation: Federation) -> None:
    number = arrive(federation)
    counter.registered(tell(federation, number, since="2013-07-06"))
    told = replace(KEPT.programmes or Programmes(), child_allowance_since=date(2013, 7, 3))
    filing = CorrectionFiling(
        number,
        CorrectionKind.CHANGE,
        date(2013, 7, 3),
        Corrections(programmes=told),
        Basis(Ground.PROGRAMME, confirmed=True),
    )
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    assert recorded(federation, number) == replace(told, health_insurance_since=date(2013, 7, 6))


@case("spec 7.2.2", refused="X7 X8 AD3 IN16")
def test_what_cannot_be_is_refused_and_stored_nowhere(federation: Federation) -> None:
    number = arrive(federation)

    def refused(*rules: str, who: str = number, **said: Any) -> None:
        counter.assert_refused(federation, KUNITACHI, RECORDED, lambda: tell(federation, who, **said), *rules)

    refused("AD3", since="2013-07-09")
    refused("IN16", since="2013-07-03", ended="2013-07-02")
    refused("X8", programme="pension", since="2003-04-17", pension_class="第1号被保険者")
    dead = counter.load(federation, seed=7)[0].resident_no
    counter.die(federation, KUNITACHI, dead)
    refused("X7", who=dead, since="2013-07-03")
    hold(federation, counter.read(federation, KUNITACHI, number))
    refused("V1", since="2013-07-03")


@case("spec 7.2.2", "spec 10.4", refused="G3")
def test_who_may_only_this_corrects_nothing_else(federation: Federation) -> None:
    number = arrive(federation)
    office = OperatorClaim("kokuho", "kokuho-1")
    ctx = federation.context(KUNITACHI)
    settings.enrol_operator(
        ctx, CLERK, office.operator_id, "国保係", [Permission.REGISTER_ENROLMENT_RECORD], valid_from=MOVED
    )
    counter.registered(tell(federation, number, office, since="2013-07-02"))
    corrected = CorrectionFiling(
        number,
        CorrectionKind.CHANGE,
        MOVED,
        Corrections(programmes=Programmes()),
        Basis(Ground.PROGRAMME, confirmed=True),
    )
    refused = ex_officio.correct_ex_officio(ctx, office, corrected)
    assert isinstance(refused, Refused)
    assert "G3" in {rule.rule for rule in refused.failed}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"programme": "pension", "since": "2013-07-01"}, ["pension_class"]),
        ({"programme": "care_insurance", "since": "2013-07-01", "pension_class": "x"}, ["pension_class"]),
        (
            {"programme": "care_insurance", "since": "2013-07-01", "pension_number": "1234567890"},
            ["pension_number"],
        ),
        ({"programme": "school", "since": "x"}, ["programme", "since"]),
    ],
)
@case("Ord. Art. 5")
def test_the_items_of_the_pension_are_its_own(said: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(JukinetError) as caught:
        enrolments.read_enrolment({"resident_no": "00000000019", **said})
    assert [fault.field for fault in caught.value.faults] == fields
