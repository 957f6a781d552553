"""Relationships to the householder, and the order of a household on a copy."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import HOUSEHOLDER
from jukinet.domain.relationship import STEPS, Member, check_relationship, order_members, split_relationship


@pytest.mark.parametrize("text", ["世帯主", "縁故者", "同居人", *STEPS])
def test_single_relationships(text):
    assert check_relationship(text) == text


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6))
@case("spec 1.1.11")
def test_chains_of_up_to_four(steps):
    text = "の".join(steps)
    assert split_relationship(text) == tuple(steps)
    if len(steps) <= 4:
        assert check_relationship(text) == text
    else:
        with pytest.raises(ValueError, match="縁故者"):
            check_relationship(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "孫",
        "祖父",
        "祖母",
        "おじ",
        "おば",
        "甥",
        "姪",
        "家事使用人",
        "準世帯主",
        "の",
        "子の",
        "の子",
        "子のの子",
        "子 の子",
        "世帯主の子",
        "子の世帯主",
        "縁故者の子",
        "同居人の妻",
        "子の縁故者",
        "長男",
        "息子",
        "子（妻の夫）",
        "妻（子の夫）",
        "（未届）",
        "夫（届）",
        "父母",
        "子\0子",
        "子（\0夫）",
        "householder",
        " 子",
        "子\n",
    ],
)
def test_nothing_else_may_be_recorded(text):
    with pytest.raises(ValueError, match="must be 世帯主"):
        check_relationship(text)


@case("spec 1.1.11")
def test_parentheses_of_either_width_are_read():
    assert check_relationship("妻(未届)") == "妻（未届）"
    assert check_relationship("子(子の夫)の妻(未届)") == "子（子の夫）の妻（未届）"


def test_the_householder_is_one_word_for_all():
    assert HOUSEHOLDER == "世帯主"


def member(name, birth="1980-01-01", **more):
    """``name`` is ``number relationship``."""
    number, _, relationship = name.partition(" ")
    return Member(number=number, relationship=relationship, birth=PartialDate(birth), **more)


def assert_order(*expected):
    """Whatever the order they come in, this is the order they leave in."""
    for given_ in itertools.islice(itertools.permutations(expected), 0, 5040, 7):
        ordered = order_members(given_)
        assert [(m.number, m.relationship) for m in ordered] == [(m.number, m.relationship) for m in expected]


@case("spec 5.2")
def test_householder_spouse_children_by_birth_then_by_number():
    assert_order(
        member("9 世帯主", "1990-01-01"),
        member("8 妻（未届）", "1955-01-01"),
        member("7 子", "1985-04-01"),
        member("5 子", "1985-04-02"),
        member("6 子", "1985-04-02"),
        member("1 父", "1920-01-01"),
    )


@case("spec 5.2")
def test_a_child_with_a_family_comes_after_the_children_without_one():
    assert_order(
        member("1 世帯主"),
        member("2 子", "1990-01-01"),
        member("3 子", "1980-01-01"),
        member("4 子の妻", "1970-01-01", through="3"),
        member("5 子の子", "2005-01-01", through="3"),
        member("6 子の子", "2008-01-01", through="3"),
    )


@case("spec 5.2")
def test_the_only_child_needs_no_link_to_the_family():
    assert_order(
        member("1 世帯主"),
        member("3 子", "1980-01-01"),
        member("4 子の夫", "1970-01-01"),
        member("5 子の子", "2005-01-01"),
        member("7 子の子の妻", "2000-01-01"),
        member("6 子の子の子", "2025-01-01"),
    )


@case("spec 5.2")
def test_families_of_two_children_in_the_order_of_the_children():
    assert_order(
        member("1 世帯主"),
        member("8 子", "1978-01-01"),
        member("9 子の夫", "1990-01-01", through="8"),
        member("3 子", "1980-01-01"),
        member("4 子の妻", "1950-01-01", through="3"),
        member("5 子の子", "2001-01-01", through="3"),
        member("6 母", "1940-01-01"),
    )


@case("spec 5.2")
def test_a_family_of_which_the_child_is_not_known_comes_after_the_others():
    assert_order(
        member("1 世帯主"),
        member("2 子", "1990-01-01"),
        member("8 子", "1978-01-01"),
        member("9 子の子", "2010-01-01", through="8"),
        member("5 子の子", "2001-01-01"),
        member("6 母", "1940-01-01"),
    )


@case("spec 5.2")
def test_an_adopted_son_in_law_follows_his_wife_and_stands_as_a_child_without_her():
    assert_order(member("1 世帯主"), member("2 子", "1990-01-01"), member("3 子（子の夫）", "1980-01-01"))
    assert_order(member("1 世帯主"), member("3 子（子の夫）", "1980-01-01"), member("4 父"))


@case("spec 5.2")
def test_parents_siblings_and_grandparents():
    assert_order(
        member("1 世帯主"),
        member("5 母", "1950-01-01", koseki_head=True),
        member("6 父", "1940-01-01"),
        member("3 姉", "1970-01-01"),
        member("2 弟", "1990-01-01", koseki_head=True),
        member("8 父の母", "1925-01-01", koseki_head=True),
        member("7 父の父", "1920-01-01"),
    )


@case("spec 5.2")
def test_other_kin_then_kin_without_name_then_lodgers():
    assert_order(
        member("1 世帯主"),
        member("9 兄", "1960-01-01"),
        member("2 妻の母", "1950-01-01"),
        member("4 妻の兄", "1970-01-01"),
        member("3 妻の弟", "1980-01-01"),
        member("5 妻の父の父", "1920-01-01"),
        member("6 兄の妻", "1990-01-01"),
    )
    assert_order(
        member("1 世帯主"),
        member("6 兄の子", "1990-01-01"),
        member("7 父の兄の子", "1930-01-01"),
        member("5 縁故者", "1940-01-01"),
        member("4 縁故者", "1950-01-01"),
        member("2 同居人", "1900-01-01"),
        member("3 同居人", "1990-01-01"),
    )


@case("spec 5.2")
def test_the_family_of_kin_stays_together():
    assert_order(
        member("1 世帯主"),
        member("5 妻の兄の子", "1960-01-01"),
        member("6 妻の兄の子の妻", "1950-01-01", through="5"),
        member("7 妻の兄の子の子", "1990-01-01", through="5"),
        member("4 父の兄の子", "1970-01-01"),
        member("8 縁故者", "1940-01-01"),
        member("2 縁故者", "1900-01-01", through="8"),
    )


@case("spec 5.2")
def test_the_uncalled_example_of_twins():
    assert_order(
        member("1 世帯主"), member("12345 妻の兄", "1980-01-01"), member("12467 妻の姉", "1980-01-01")
    )


@case("spec 5.2")
def test_unknown_births_come_last_and_partly_known_ones_at_their_earliest():
    assert_order(
        member("1 世帯主"),
        member("4 子", "1980-XX-XX"),
        member("3 子", "1980-02-01"),
        member("2 子", "XXXX-XX-XX"),
    )


@case("spec 5.2")
def test_an_order_given_by_hand_goes_first_and_newcomers_come_after():
    assert_order(
        member("3 子", position=1),
        member("1 世帯主", position=2),
        member("2 妻"),
        member("4 子"),
    )


def test_nobody_is_lost():
    assert order_members([]) == ()
    twice = [member("1 世帯主"), member("2 子"), member("2 子")]
    assert len(order_members(twice)) == 3


RELATIONSHIPS = st.sampled_from(
    ["世帯主", "縁故者", "同居人", *STEPS, "子の子", "妻の父", "兄の妻", "父の父"]
)
BIRTHS = st.sampled_from(["1980-01-01", "1980-XX-XX", "XXXX-XX-XX"])


@given(st.lists(st.tuples(RELATIONSHIPS, BIRTHS, st.integers(0, 9)), max_size=8))
def test_any_household_has_an_order(rows):
    household = [
        Member(str(number), relationship, PartialDate(birth), through=str(through))
        for number, (relationship, birth, through) in enumerate(rows)
    ]
    ordered = order_members(household)
    assert sorted(m.number for m in ordered) == sorted(m.number for m in household)
    assert ordered == order_members(reversed(household))
