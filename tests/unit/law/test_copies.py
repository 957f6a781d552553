from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case, judged

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.copies import (
    MASKS,
    Asker,
    CopyApplication,
    CopyItem,
    CopySubject,
    DocumentKind,
    OnRequest,
    Showing,
    ShownDocument,
    Standing,
    decide_copy_answer,
    decide_nationwide_copy,
    omitted_items,
    visible_items,
)
from jukinet.law.decisions import Permitted, Refused, RuleKind
from jukinet.law.home_copies import PARTLY

FUKUSHIMA, KUNITACHI = MunicipalityCode("072010"), MunicipalityCode("132152")
STARTED = date(2013, 7, 8)
RECORDED = CopySubject(Standing.RECORDED, RecordKind.FOREIGN)
GOOD = CopyApplication(
    on=STARTED,
    issuing=FUKUSHIMA,
    home=KUNITACHI,
    issuing_connected=True,
    home_connected=True,
    applicant=RecordKind.FOREIGN,
    document=ShownDocument(DocumentKind.RESIDENCE_CARD),
    states_code=True,
    states_birth_date_and_sex=False,
)
CORE = {
    CopyItem.NAME,
    CopyItem.BIRTH_DATE,
    CopyItem.SEX,
    CopyItem.ADDRESS,
    CopyItem.ADDRESS_SINCE,
    CopyItem.RECORDED_SINCE,
    CopyItem.PREVIOUS_ADDRESS,
}
requests = st.frozensets(st.sampled_from(OnRequest))
kinds = st.sampled_from(RecordKind)


def rules(decision):
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


# --- what is shown


@case("Act Art. 12-4(3)", "Ord. Art. 15-3(2)")
def test_without_a_special_request_a_japanese_copy_shows_items_1_to_3_and_6_to_8():
    assert visible_items(RecordKind.JAPANESE, frozenset()) == CORE | {CopyItem.BECAME_RESIDENT}


@case("Ord. Arts. 30-26(7), 30-32", "Act Art. 30-51")
def test_a_foreign_copy_keeps_the_nickname_and_the_day_of_becoming_a_foreign_resident():
    assert visible_items(RecordKind.FOREIGN, frozenset()) == CORE | {
        CopyItem.NICKNAME,
        CopyItem.BECAME_FOREIGN_RESIDENT,
    }


@pytest.mark.parametrize(
    ("request_", "adds"),
    [
        (OnRequest.HOUSEHOLD_ITEMS, {CopyItem.HOUSEHOLDER, CopyItem.RELATIONSHIP}),
        (OnRequest.CODE, {CopyItem.CODE}),
        (OnRequest.NATIONALITY_AND_CLASS, PARTLY),
    ],
)
@case("Act Art. 12-4(3)", "Ord. Art. 15-3(2)")
def test_a_special_request_adds_its_own_items_and_no_other(request_, adds):
    without = visible_items(RecordKind.FOREIGN, frozenset())
    assert visible_items(RecordKind.FOREIGN, frozenset({request_})) - without == adds


@case("Act Art. 30-51")
def test_a_japanese_record_has_no_nationality_to_ask_for():
    every = frozenset(OnRequest)
    assert not {*PARTLY, CopyItem.NICKNAME} & visible_items(RecordKind.JAPANESE, every)


@given(kinds, requests)
@case("Act Art. 12-4(3)", "Ord. Art. 15-3(2)")
def test_koseki_voting_programmes_and_nickname_history_are_never_shown(kind, requested):
    never = {CopyItem.KOSEKI, CopyItem.VOTER, CopyItem.PROGRAMMES, CopyItem.NICKNAME_HISTORY}
    assert not never & (visible_items(kind, requested) | omitted_items(kind, requested))


@given(kinds, requests)
def test_an_item_is_shown_or_omitted_and_never_both(kind, requested):
    shown, omitted = visible_items(kind, requested), omitted_items(kind, requested)
    assert not shown & omitted
    assert shown | omitted == visible_items(kind, frozenset(OnRequest))


def test_the_table_says_something_on_every_item_for_every_asker_with_its_source():
    assert [mask.item for mask in MASKS] == list(dict.fromkeys(mask.item for mask in MASKS))
    assert {mask.item for mask in MASKS} == set(CopyItem)
    for mask, asker in product(MASKS, Asker):
        assert isinstance(mask.shown[asker], Showing | OnRequest)
        assert mask.source.startswith("Act ")


# --- who may have one: at the counter


@case("Act Art. 12-4(1)", permitted="K1 K2 K3 K4 K5 K6 K7 K8 K9 K10 K11 K12 K13")
def test_a_foreign_resident_with_a_residence_card_who_states_her_code_may_have_a_copy():
    decision = decide_nationwide_copy(GOOD, [RECORDED])
    assert isinstance(decision, Permitted)
    assert "Act Art. 12-4(1)" in decision.basis


@pytest.mark.parametrize(
    ("kind", "photo", "refused"),
    judged(
        (DocumentKind.BRR_CARD, True, []),
        (DocumentKind.BRR_CARD, False, []),  # version A of the card has no photo
        (DocumentKind.PASSPORT, True, []),
        (DocumentKind.DRIVERS_LICENCE, True, []),
        (DocumentKind.RESIDENCE_CARD, True, []),
        (DocumentKind.RESIDENCE_CARD, False, ["K4"]),  # a child's
        (DocumentKind.SPECIAL_PERMANENT_RESIDENT_CERTIFICATE, True, []),
        (DocumentKind.OTHER_OFFICIAL, True, []),
        (DocumentKind.OTHER_OFFICIAL, False, ["K4"]),
        (DocumentKind.NONE, True, ["K4"]),
        permitted="K4",
    ),
)
def test_documents_that_prove_identity(kind, photo, refused):
    assert rules(decide_nationwide_copy(replace(GOOD, document=ShownDocument(kind, photo)))) == refused


@pytest.mark.parametrize(
    ("kind", "code", "birth", "refused"),
    judged(
        (DocumentKind.PASSPORT, False, False, ["K5"]),
        (DocumentKind.PASSPORT, True, False, []),
        (DocumentKind.PASSPORT, False, True, []),
        (DocumentKind.BRR_CARD, False, False, []),
        permitted="K5",
    ),
)
def test_with_another_document_than_the_card_the_code_or_birth_date_and_sex_are_stated(
    kind, code, birth, refused
):
    application = replace(
        GOOD, document=ShownDocument(kind), states_code=code, states_birth_date_and_sex=birth
    )
    assert rules(decide_nationwide_copy(application)) == refused


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        pytest.param(change, refused, id=f"{next(iter(change))} {refused}", marks=case(refused=refused))
        for change, refused in (
            ({"home": FUKUSHIMA}, "K1"),
            ({"in_person": False}, "K2"),
            ({"for_household_only": False}, "K3"),
            ({"plainly_improper": True}, "K6"),
            ({"home_connected": False}, "K7"),
            ({"issuing_connected": False}, "K8"),
            ({"on": date(2013, 7, 7)}, "K9"),
        )
    ],
)
def test_each_condition_at_the_counter_by_itself(change, refused):
    assert rules(decide_nationwide_copy(replace(GOOD, **change))) == [refused]


@case(permitted="K9")
def test_a_japanese_resident_may_have_a_copy_before_foreign_residents_could():
    application = replace(GOOD, applicant=RecordKind.JAPANESE, on=date(2013, 7, 7))
    assert rules(decide_nationwide_copy(application)) == []


@case(refused="K1 K4 K5 K7 K9 K10 K11 K12")
def test_every_failed_rule_is_named_at_once_in_order_and_once():
    application = replace(
        GOOD,
        on=date(2013, 7, 7),
        home=FUKUSHIMA,
        home_connected=False,
        document=ShownDocument(DocumentKind.NONE),
        states_code=False,
    )
    subjects = [replace(RECORDED, standing=Standing.DEAD), replace(RECORDED, same_household=False)]
    decision = decide_nationwide_copy(application, subjects)
    assert rules(decision) == ["K1", "K4", "K5", "K7", "K9", "K10", "K11", "K12"]


def test_a_day_before_the_edition_is_refused_clearly():
    with pytest.raises(JukinetError, match="begins on 2012-07-09"):
        decide_nationwide_copy(replace(GOOD, on=date(2012, 7, 8)))


# --- who may have one: at home


@pytest.mark.parametrize("standing", [Standing.MOVED_OUT, Standing.DEAD, Standing.DELETED])
@case(refused="K10 K11")
def test_the_moved_out_and_the_dead_have_no_record_to_copy(standing):
    gone = replace(RECORDED, standing=standing)
    assert rules(decide_nationwide_copy(GOOD, [gone])) == ["K10", "K11"]
    assert rules(decide_nationwide_copy(GOOD, [RECORDED, gone])) == ["K11"]


@case(refused="K10")
def test_an_applicant_never_recorded_at_home_is_refused():
    assert rules(decide_copy_answer([replace(RECORDED, standing=Standing.UNKNOWN)], STARTED)) == ["K10"]


@case(refused="K12")
def test_a_person_of_another_household_or_of_none_is_refused():
    other = replace(RECORDED, same_household=False)
    unknown = replace(RECORDED, standing=Standing.UNKNOWN)
    assert rules(decide_copy_answer([RECORDED, other], STARTED)) == ["K12"]
    assert rules(decide_copy_answer([RECORDED, unknown], STARTED)) == ["K12"]


@case(refused="K13")
def test_a_held_record_is_not_notified_and_this_is_policy():
    decision = decide_copy_answer([RECORDED, replace(RECORDED, held=True)], STARTED)
    assert isinstance(decision, Refused)
    assert [(rule.rule, rule.kind) for rule in decision.failed] == [("K13", RuleKind.POLICY)]


@case(refused="K9", permitted="K9")
def test_a_foreign_member_of_a_japanese_household_is_not_notified_before_the_start():
    subjects = [replace(RECORDED, kind=RecordKind.JAPANESE), RECORDED]
    assert rules(decide_copy_answer(subjects, date(2013, 7, 7))) == ["K9"]
    assert rules(decide_copy_answer(subjects, STARTED)) == []


def test_an_answer_about_nobody_is_a_mistake():
    with pytest.raises(ValueError, match="applicant"):
        decide_copy_answer([], STARTED)


@given(
    st.lists(
        st.builds(CopySubject, st.sampled_from(Standing), kinds, st.booleans(), st.booleans()), min_size=1
    )
)
@case("Act Art. 12-4(3)")
def test_nothing_is_notified_unless_everyone_is_recorded_in_one_household(subjects):
    lawful = all(s.standing is Standing.RECORDED and not s.held for s in subjects) and all(
        s.same_household for s in subjects[1:]
    )
    assert isinstance(decide_copy_answer(subjects, STARTED), Permitted) is lawful


def test_no_sentence_is_empty_and_every_rule_cites_its_article():
    from jukinet.law import copies
    from jukinet.law.decisions import FailedRule

    found = {name: rule for name, rule in vars(copies).items() if isinstance(rule, FailedRule)}
    assert set(found) == {f"K{n}" for n in range(1, 14)}
    for name, rule in found.items():
        assert rule.rule == name
        assert rule.sentence.endswith(".")
        assert rule.article
