"""Identity notices (Act Art. 30-5, Ord. 30-5, Reg. 11): which an act calls for, and which are lawful."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from tests.conformance.cases import case

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, RegisterReason
from jukinet.domain.code import compose
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.law import identity_notices
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.identity_notices import RegisterAct, check, notices_for, reasons_of

DAY = date(2013, 7, 10)
START = date(2013, 7, 8)
EVE = date(2013, 7, 7)
OLD_CODE, NEW_CODE = compose("2472705960"), compose("2484601622")
KUNITACHI = MunicipalityCode("132152")
FACTS = IdentityFacts(
    name="見本 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    address=Address(KUNITACHI, "東京都国立市富士見台二丁目1番地"),
    code=OLD_CODE,
)
ELSEWHERE = replace(FACTS, address=Address(KUNITACHI, "東京都国立市中一丁目1番地"))


def notices(
    before,
    after,
    reason: RegisterReason,
    *,
    foreign: bool = False,
    on: date = DAY,
    planned_on=None,
    minor=False,
):
    act = RegisterAct(reason, DAY, planned_on, minor)
    return notices_for(before, after, act, foreign=foreign, on=on)


# Which notices an act calls for


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (RegisterReason.MOVE_IN, NoticeReason.MOVE_IN),
        (RegisterReason.MOVE_IN_FROM_ABROAD, NoticeReason.MOVE_IN),
        (RegisterReason.BIRTH, NoticeReason.BIRTH),
        (RegisterReason.RECORDED_EX_OFFICIO, NoticeReason.RECORDED_EX_OFFICIO),
    ],
)
@case("Reg. Art. 11(1)", "Ord. Art. 30-5(i)")
def test_recording_reg_11_1(reason: RegisterReason, told: NoticeReason) -> None:
    assert notices(None, FACTS, reason) == (ChangeInformation(ChangeKind.RECORDING, told, DAY, False),)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (RegisterReason.MOVE_OUT, NoticeReason.MOVE_OUT),
        (RegisterReason.MOVE_OUT_ABROAD, NoticeReason.MOVE_OUT),
        (RegisterReason.DEATH, NoticeReason.DEATH),
        (RegisterReason.DELETED_EX_OFFICIO, NoticeReason.DELETED_EX_OFFICIO),
    ],
)
@case("Reg. Art. 11(2)", "Ord. Art. 30-5(ii)")
def test_deletion_reg_11_2(reason: RegisterReason, told: NoticeReason) -> None:
    assert notices(FACTS, None, reason) == (ChangeInformation(ChangeKind.DELETION, told, DAY, False),)


@case("Ord. Art. 30-5(ii)")
def test_notified_move_out_bears_the_planned_day_ord_30_5_ii() -> None:
    planned = date(2013, 7, 31)
    (change,) = notices(FACTS, None, RegisterReason.MOVE_OUT, planned_on=planned)
    assert change.occurred_on == planned


@case("Ord. Art. 30-5(ii)")
def test_deletion_for_death_bears_the_day_of_death_even_if_a_move_out_was_planned_ord_30_5_ii() -> None:
    (change,) = notices(FACTS, None, RegisterReason.DEATH, planned_on=date(2013, 7, 31))
    assert change.occurred_on == DAY


@case("Reg. Art. 11(3)")
def test_move_within_reg_11_3_i() -> None:
    (change,) = notices(FACTS, ELSEWHERE, RegisterReason.MOVE_WITHIN)
    assert (change.kind, change.reason) == (ChangeKind.CORRECTION, NoticeReason.MOVE_WITHIN)


@pytest.mark.parametrize(
    "after",
    [
        replace(FACTS, name="見本 華子"),
        replace(FACTS, nickname="サンプル"),
        ELSEWHERE,
        replace(ELSEWHERE, name="見本 華子", nickname="サンプル"),
    ],
    ids=["name", "nickname", "address", "all three"],
)
@case("Reg. Arts. 21-2, 46")
def test_minor_correction_of_name_or_address_reg_21_2(after: IdentityFacts) -> None:
    (minor,) = notices(FACTS, after, RegisterReason.CORRECTED_EX_OFFICIO, minor=True)
    assert minor.reason is NoticeReason.MINOR_CORRECTION
    (plain,) = notices(FACTS, after, RegisterReason.CORRECTED_EX_OFFICIO)
    assert plain.reason is NoticeReason.CORRECTED_EX_OFFICIO


@pytest.mark.parametrize(
    "after",
    [replace(FACTS, sex=Sex.MALE), replace(ELSEWHERE, birth_date=PartialDate("1980-04-18"))],
    ids=["sex", "birth date with address"],
)
@case("Reg. Art. 21-2")
def test_correction_of_sex_or_birth_date_is_never_minor_reg_21_2(after: IdentityFacts) -> None:
    (change,) = notices(FACTS, after, RegisterReason.CORRECTED_EX_OFFICIO, minor=True)
    assert change.reason is NoticeReason.CORRECTED_EX_OFFICIO


@case("Reg. Art. 11(3)")
def test_move_within_is_never_minor_reg_11_3() -> None:
    (change,) = notices(FACTS, ELSEWHERE, RegisterReason.MOVE_WITHIN, minor=True)
    assert change.reason is NoticeReason.MOVE_WITHIN


@case("Ord. Art. 30-5(iv)")
def test_code_changed_on_request_names_the_previous_code_ord_30_5_iv() -> None:
    (change,) = notices(FACTS, replace(FACTS, code=NEW_CODE), RegisterReason.CODE_CHANGE_REQUESTED)
    assert change == ChangeInformation(
        ChangeKind.CODE_CORRECTION, NoticeReason.CODE_CHANGE_REQUESTED, DAY, False, OLD_CODE
    )


@case("Ord. 2010 no. 253 suppl. Art. 9(1)", "Ord. Art. 30-5(iv)")
def test_code_recorded_where_none_stood_names_none_suppl_9_1() -> None:
    (change,) = notices(
        replace(FACTS, code=None), FACTS, RegisterReason.CODE_RECORDED_EX_OFFICIO, foreign=True, on=START
    )
    assert change == ChangeInformation(
        ChangeKind.CODE_CORRECTION, NoticeReason.CODE_RECORDED_EX_OFFICIO, DAY, True, None
    )


@case("Ord. Art. 30-5(iii), (iv)")
def test_code_and_name_corrected_at_once_are_two_notices_the_code_first_ord_30_5_iii_iv() -> None:
    after = replace(FACTS, name="見本 華子", code=NEW_CODE)
    kinds = [change.kind for change in notices(FACTS, after, RegisterReason.CORRECTED_EX_OFFICIO)]
    assert kinds == [ChangeKind.CODE_CORRECTION, ChangeKind.CORRECTION]


@pytest.mark.parametrize(
    "reason",
    [RegisterReason.HOUSEHOLD_CHANGED, RegisterReason.MOVE_OUT_FILED, RegisterReason.CORRECTED_EX_OFFICIO],
)
@case("Act Art. 30-5(1)")
def test_act_that_changes_none_of_the_six_facts_is_not_notified_art_30_5_1(reason: RegisterReason) -> None:
    assert notices(FACTS, replace(FACTS), reason) == ()


@case("2009 Act no. 77 suppl. Art. 9")
def test_foreign_residents_are_not_notified_before_the_network_begins_for_them_suppl_9() -> None:
    assert notices(None, FACTS, RegisterReason.MOVE_IN, foreign=True, on=EVE) == ()
    assert len(notices(None, FACTS, RegisterReason.MOVE_IN, foreign=True, on=START)) == 1
    assert len(notices(None, FACTS, RegisterReason.MOVE_IN, foreign=False, on=EVE)) == 1


@case("Ord. 2010 no. 253 suppl. Art. 9(1)")
def test_excepted_foreign_resident_is_notified_only_on_deletion_suppl_9_1() -> None:
    before, after = replace(FACTS, code=None), replace(ELSEWHERE, code=None)
    assert notices(before, after, RegisterReason.MOVE_WITHIN, foreign=True) == ()
    assert len(notices(before, None, RegisterReason.MOVE_OUT, foreign=True)) == 1


@case("Act Art. 30-5(1)")
def test_japanese_resident_who_never_had_a_code_is_deleted_without_a_notice() -> None:
    before = replace(FACTS, code=None)
    assert notices(before, None, RegisterReason.MOVE_OUT, foreign=False) == ()
    assert notices(before, None, RegisterReason.DEATH, foreign=False) == ()


def test_an_act_without_a_record_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="before or after"):
        notices(None, None, RegisterReason.BIRTH)


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param(one, marks=case("Reg. Art. 11", permitted="N1"))
        for one in RegisterReason
        if one is not RegisterReason.HANDED_OVER  # Who went with an area is told of by no notice of a change.
    ],
)
def test_whatever_the_act_its_notices_are_lawful(reason: RegisterReason) -> None:
    """Reg. 11 leaves no case without a reason, so every act of the register yields notices that pass."""
    changed = replace(ELSEWHERE, code=NEW_CODE)
    states = [None, FACTS, ELSEWHERE, changed]
    for before, after in product(states, states):
        if before is after is None or (before and not after and not before.code):
            continue
        for change in notices(before, after, reason):
            facts = after or before
            assert facts is not None
            requested_without_change = change.kind is ChangeKind.CODE_CORRECTION and not change.previous_code
            if not requested_without_change:
                assert isinstance(check(change, facts, on=DAY), Permitted)


# Which notices are lawful


PAIRS = {
    ChangeKind.RECORDING: "move-in birth recorded-ex-officio",
    ChangeKind.DELETION: "move-out death deleted-ex-officio",
    ChangeKind.CORRECTION: "move-within minor-correction corrected-ex-officio",
    ChangeKind.CODE_CORRECTION: "code-change-requested code-recorded-ex-officio",
}


@case("Reg. Art. 11")
def test_each_kind_has_the_reasons_of_its_paragraph_reg_11() -> None:
    assert {kind: reasons_of(kind) for kind in ChangeKind} == {
        kind: set(words.split()) for kind, words in PAIRS.items()
    }


MOVED_IN = ChangeInformation(ChangeKind.RECORDING, NoticeReason.MOVE_IN, DAY, False)
FOREIGN_OUT = ChangeInformation(ChangeKind.DELETION, NoticeReason.MOVE_OUT, DAY, True)
REQUESTED = ChangeInformation(
    ChangeKind.CODE_CORRECTION, NoticeReason.CODE_CHANGE_REQUESTED, DAY, False, OLD_CODE
)
NEW_FACTS = replace(FACTS, code=NEW_CODE)
NO_CODE = replace(FACTS, code=None)


def lawful(name: str, permitted: str, change: ChangeInformation, facts: IdentityFacts):
    return pytest.param(change, facts, id=name, marks=case(permitted=permitted))


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        lawful("move-in", "N1 N8", MOVED_IN, FACTS),
        lawful("deletion without a code", "N2 N6", FOREIGN_OUT, NO_CODE),
        lawful("code change", "N3 N4 N5", REQUESTED, NEW_FACTS),
        lawful(
            "first code",
            "N5",
            replace(REQUESTED, reason=NoticeReason.CODE_RECORDED_EX_OFFICIO, previous_code=None),
            FACTS,
        ),
        lawful("nickname", "N7", replace(MOVED_IN, foreign_record=True), replace(FACTS, nickname="サンプル")),
    ],
)
def test_lawful_notice_ord_30_5_reg_11(change: ChangeInformation, facts: IdentityFacts) -> None:
    assert isinstance(check(change, facts, on=DAY), Permitted)


REFUSALS = [
    (replace(MOVED_IN, reason=NoticeReason.DEATH), FACTS, DAY, ["N1"]),
    (MOVED_IN, NO_CODE, DAY, ["N2"]),
    (replace(MOVED_IN, foreign_record=True), NO_CODE, DAY, ["N2"]),
    (replace(FOREIGN_OUT, foreign_record=False), NO_CODE, DAY, ["N2"]),
    (replace(MOVED_IN, previous_code=OLD_CODE), NEW_FACTS, DAY, ["N3"]),
    (REQUESTED, FACTS, DAY, ["N4"]),
    (replace(REQUESTED, previous_code=None), NEW_FACTS, DAY, ["N5"]),
    (FOREIGN_OUT, FACTS, EVE, ["N6"]),
    (MOVED_IN, replace(FACTS, nickname="サンプル"), DAY, ["N7"]),
    (replace(MOVED_IN, occurred_on=DAY + timedelta(days=2)), FACTS, DAY, ["N8"]),
    (
        ChangeInformation(ChangeKind.RECORDING, NoticeReason.DEATH, DAY, True, OLD_CODE),
        NO_CODE,
        EVE,
        ["N1", "N2", "N3", "N6", "N8"],
    ),
]


NAMES = [
    "reason of another kind (Reg. 11)",
    "recording without a code (30-5(1))",
    "foreign recording without a code (suppl. 9)",
    "Japanese deletion without a code (suppl. 9)",
    "recording with a previous code (Ord. 30-5(iv))",
    "code replaced by itself (Ord. 30-5(iv))",
    "request without a previous code (30-3(3))",
    "foreign record before the start (suppl. 9)",
    "nickname of a Japanese (Ord. 30-26(7))",
    "a day far ahead (choice of this network)",
    "several at once",
]


@pytest.mark.parametrize(
    ("change", "facts", "on", "rules"),
    [
        pytest.param(*row, id=name, marks=case(refused=" ".join(row[-1])))
        for name, row in zip(NAMES, REFUSALS, strict=True)
    ],
)
def test_unlawful_notice(change: ChangeInformation, facts: IdentityFacts, on: date, rules: list[str]) -> None:
    decision = check(change, facts, on=on)
    assert isinstance(decision, Refused)
    assert [rule.rule for rule in decision.failed] == rules


def test_every_rule_of_notices_is_refused_somewhere() -> None:
    assert {rule for *_, rules in REFUSALS for rule in rules} == {r.rule for r in identity_notices.RULES}
