"""Supply: who may be answered (Arts. 30-7, 30-10, 30-27), and what an answer may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law import catalogue, supply
from jukinet.law.catalogue import Asker, QueryKind
from jukinet.law.decisions import Permitted, Refused, RuleKind
from jukinet.law.supply import AnswerReason, MatchFacts, Outcome, Result, SupplyRequest, decide, outcome

DAY = date(2013, 7, 8)
TOKYO, OSAKA = NodeId("pref-13"), NodeId("pref-27")
KUNITACHI, SAKAI = NodeId("muni-132152"), NodeId("muni-271403")
PENSION = SupplyRequest(
    organ=Asker(OrganSlug("japan-pension-service")),
    affair="t1-77-12",
    by=QueryKind.CODE,
    on=DAY,
    serving=NATIONAL,
)
PASSPORT = replace(PENSION, organ=Asker(OrganSlug("ministry-foreign-affairs")), affair="t1-41-1")

ADDED = """
[[rows]]
table = 1
row = "40_2"
organs = ["ministry-foreign-affairs"]
organs_ja = "外務省"
act_ja = "見本法"
act_en = "Specimen Act"
text_ja = "見本"
paragraph = 200
valid_from = 2013-10-01
queries = ["four-items"]
[[rows.affairs]]
number = 1
ja = "見本の申請の受理"
en = "Receipt of a specimen"
"""


def failed(decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


@pytest.fixture
def added(tmp_path: Path) -> catalogue.Catalogue:
    (tmp_path / "added.toml").write_text(ADDED, encoding="utf-8")
    return catalogue.load(catalogue.PACKAGED, tmp_path)


@pytest.mark.parametrize("by", QueryKind)
@case("Act Art. 30-7(3)", permitted="S1 S2 S3 S4 S5 S13 S18 P1")
def test_pension_service_confirms_a_pensioner_at_the_centre_art_30_7_3(by: QueryKind) -> None:
    assert decide(replace(PENSION, by=by)) == Permitted(
        (
            "Act Art. 30-7(3)",
            "Act Appended Table 1, row 77",
            "Affairs Ordinance Art. 1(83) no. 12",
            "Act Art. 30-10(1)(iii)",
        )
    )


@pytest.mark.parametrize(
    ("organ", "affair"),
    [
        ("ministry-internal-affairs", "t1-16-3"),
        ("ministry-justice", "t1-30-1"),
        ("ministry-foreign-affairs", "t1-41-5"),
        ("ministry-health-labour", "t1-77-1"),
        ("ministry-land-transport", "t1-101-3"),
    ],
)
@case("Act Art. 30-7(3)", permitted="S1 S3")
def test_each_listed_organ_is_permitted_its_own_affair_table_1(organ: str, affair: str) -> None:
    assert isinstance(decide(replace(PENSION, organ=Asker(OrganSlug(organ)), affair=affair)), Permitted)


@pytest.mark.parametrize("affair", ["t1-77-16", "t1-1-1", "t2-77-12", "t1-77", "advertising", ""])
@case(refused="S1")
def test_affair_outside_the_act_is_refused_art_30_7_3(affair: str) -> None:
    assert failed(decide(replace(PENSION, affair=affair))) == ["S1"]


@pytest.mark.parametrize(
    "affair", ["t1-6-1", "t1-15-1", "t1-123-1", "t1-999-1", "t2-12-1", "t3-1_3-1", "t4-11-1", "t5-35-1"]
)
@case(refused="S1")
def test_row_that_the_act_deleted_or_never_had_is_outside_the_act(affair: str) -> None:
    assert failed(decide(replace(PENSION, affair=affair))) == ["S1"]


@pytest.mark.parametrize("affair", ["t3-1_2-1", "t4-1_2-1"])
@case(refused="S5")
def test_a_delegating_governor_is_told_to_ask_the_centre_only_of_what_is_delegated(
    affair: str,
) -> None:
    told = failed(decide(replace(PENSION, affair=affair, serving=TOKYO)))
    assert "S5" in told
    assert "S5" not in failed(decide(replace(PENSION, affair="t2-1_2-1", serving=TOKYO)))
    assert "S5" not in failed(decide(replace(PENSION, affair="t5-1_2-1", serving=TOKYO)))


@case(permitted="S2 P1", refused="S1")
def test_row_added_by_data_alone_is_permitted_from_its_first_day(added: catalogue.Catalogue) -> None:
    request = replace(PASSPORT, affair="t1-40_2-1", by=QueryKind.FOUR_ITEMS, on=date(2013, 10, 1))
    assert failed(decide(request)) == ["S1"]
    assert isinstance(decide(request, added), Permitted)


@case(refused="S2 S3")
def test_row_not_yet_in_force_is_refused_table_1(added: catalogue.Catalogue) -> None:
    request = replace(PASSPORT, affair="t1-40_2-1", by=QueryKind.FOUR_ITEMS, on=date(2013, 9, 30))
    assert failed(decide(request, added)) == ["S2"]
    assert failed(decide(replace(request, organ=Asker(OrganSlug("ministry-justice"))), added)) == ["S2", "S3"]


@case(refused="S3")
def test_organ_that_the_row_does_not_name_is_refused_table_1_upper_column() -> None:
    assert failed(decide(replace(PENSION, affair="t1-41-1"))) == ["S3"]
    assert failed(decide(replace(PENSION, organ=Asker(OrganSlug("bank"))))) == ["S3"]


@case(refused="S4")
def test_municipality_does_not_supply_for_table_1_art_30_7_3() -> None:
    assert failed(decide(replace(PENSION, serving=KUNITACHI))) == ["S4"]


@case(refused="S5")
def test_delegating_governor_does_not_supply_for_table_1_art_30_10_3() -> None:
    assert failed(decide(replace(PENSION, serving=TOKYO))) == ["S5"]


@case("Act Art. 30-27(1), (2)", permitted="S5")
def test_delegating_governor_supplies_after_the_ministers_notice_art_30_27() -> None:
    decision = decide(replace(PENSION, serving=TOKYO, emergency_notice=True))
    assert isinstance(decision, Permitted)
    assert decision.basis[-1] == "Act Art. 30-27(1)"


@case("Act Art. 30-7(3)", permitted="S5")
def test_governor_who_does_not_delegate_supplies_himself_art_30_7_3() -> None:
    decision = decide(replace(PENSION, serving=TOKYO, delegating=False))
    assert isinstance(decision, Permitted)
    assert decision.basis[-1] == "Affairs Ordinance Art. 1(83) no. 12"


@case(refused="P1")
def test_kind_of_query_outside_the_agreement_is_refused_as_policy_not_as_law(added) -> None:
    request = replace(PASSPORT, affair="t1-40_2-1", on=date(2013, 10, 1))
    decision = decide(request, added)
    assert isinstance(decision, Refused)
    assert failed(decision) == ["P1"]
    assert decision.failed[0].kind is RuleKind.POLICY


@case(refused="S2 S3 S5 P1")
def test_every_failed_rule_is_named_law_before_policy(added: catalogue.Catalogue) -> None:
    request = SupplyRequest(Asker(OrganSlug("bank")), "t1-40_2-1", QueryKind.CODE, date(2013, 9, 30), TOKYO)
    assert failed(decide(request, added)) == ["S2", "S3", "S5", "P1"]


def test_every_rule_of_supply_is_refused_somewhere() -> None:
    here = Path(__file__)
    files = (
        here,
        here.parent / "test_supply_by_area.py",
        here.parent / "test_named_affairs.py",
        here.parent / "test_centre.py",
    )
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert all(f'"{rule.rule}"' in text for rule in supply.RULES)


# What an answer may say


ONE = MatchFacts(matches=1)


def test_one_person_within_term_is_found_with_history() -> None:
    assert outcome(ONE, DAY) == Outcome(Result.FOUND, history=True)


@case("Act Art. 30-7(3)")
def test_record_past_its_retention_term_is_not_supplied_art_30_7_3() -> None:
    assert outcome(replace(ONE, kept_until=DAY), DAY).result is Result.FOUND
    assert outcome(replace(ONE, kept_until=date(2013, 7, 7)), DAY) == Outcome(Result.NONE)


@case("Act Art. 30-3(3)")
def test_old_code_finds_no_present_record_and_the_earlier_as_history_art_30_3() -> None:
    old = replace(ONE, superseded=True)
    assert outcome(old, DAY) == Outcome(Result.NONE, AnswerReason.SUPERSEDED, history=True)


def test_old_code_past_its_term_is_as_unknown() -> None:
    old = replace(ONE, superseded=True, kept_until=date(2013, 7, 7))
    assert outcome(old, DAY) == outcome(MatchFacts(matches=0), DAY)


def test_several_persons_are_ambiguous_without_history() -> None:
    assert outcome(MatchFacts(matches=2), DAY) == Outcome(Result.AMBIGUOUS)


def test_contradicting_live_records_are_undetermined_from_their_day_on() -> None:
    facts = replace(ONE, undetermined_from=DAY)
    assert outcome(facts, date(2013, 7, 7)).result is Result.FOUND
    assert outcome(facts, DAY) == Outcome(Result.UNDETERMINED)


@given(
    st.builds(
        MatchFacts,
        matches=st.integers(0, 3),
        superseded=st.booleans(),
        blocked=st.just(True),
        kept_until=st.none() | st.dates(),
        undetermined_from=st.none() | st.dates(),
    ),
    st.dates(),
)
@case("spec 3.4")
def test_blocked_person_cannot_be_told_from_one_who_does_not_exist(facts: MatchFacts, on: date) -> None:
    assert outcome(facts, on) == outcome(MatchFacts(matches=0), on)
