"""Households: split, merged, changed, another householder, and who is left when the householder goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.law.households import LAST_MEMBER, WITHOUT_HOUSEHOLDER
from jukinet.law.kinship import KinshipProof
from jukinet.services import households, tellings
from jukinet.services.context import Context
from jukinet.services.filings import read_move_within
from jukinet.services.household_filings import (
    HouseholderFiling,
    HouseholdFiling,
    Member,
    read_householder,
    read_joining,
    read_split,
)
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import BY_HOUSEHOLDER, IN_PERSON, brought_for

EVENT = "register:household:changed"
ALONE = "register:household:left-alone"
DAY = date(2013, 7, 7)


def family(federation: Federation, *relationships: str, **changes: Any) -> list[str]:
    """Resident numbers of a household that moved in, the householder first."""
    persons = [
        counter.japanese(name=PersonName(f"国立　家族{number}"), relationship=relationship)
        for number, relationship in enumerate(("世帯主", *relationships))
    ]
    return list(counter.move_in(federation, KUNITACHI, *persons, although_alike=True, **changes).resident_nos)


def household_of(federation: Federation, number: str) -> str:
    return counter.read(federation, KUNITACHI, number).record.household_number


def standing_of(federation: Federation, *numbers: str) -> list[tuple[str, str]]:
    """Household and relationship of each."""
    records = [counter.read(federation, KUNITACHI, number).record for number in numbers]
    return [(record.household_number, record.relationship) for record in records]


def filing(*movers: tuple[str, str], **changes: Any) -> HouseholdFiling:
    return replace(
        HouseholdFiling(
            tuple(Member(*one) for one in movers),
            DAY,
            counter.TODAY,
            notified_by=brought_for(len(movers) + len(changes.get("others", ()))),
        ),
        **changes,
    )


@case("Ord. Art. 12(1)", "spec 4.2.0.2", refused="X2 X3", permitted="X2 X3")
def test_what_nobody_notified_is_entered_on_a_ground(federation: Federation) -> None:
    _, wife = family(federation, "妻", moved_on=date(2013, 7, 1))
    ctx, act = federation.context(KUNITACHI), households.split_household
    found = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
    entered = filing((wife, "世帯主"), notified_by=None, basis=found, changed_on=date(2013, 7, 1))
    for wrong, rule in ((replace(found, confirmed=False), "X2"), (replace(found, told=None), "X3")):
        bad = replace(entered, basis=wrong)
        counter.assert_refused(federation, KUNITACHI, EVENT, partial(act, ctx, CLERK, bad), rule)
    federation.set_date(date(2013, 8, 1))
    counter.registered(act(ctx, CLERK, replace(entered, filed_on=date(2013, 8, 1))))
    version = counter.read(federation, KUNITACHI, wife).versions[-1]
    assert (version.reason, version.notified_on, version.notifier) == ("household-split", None, None)
    listed = tellings.list_tellings(ctx, CLERK)
    assert not isinstance(listed, Refused)
    assert [(one.resident_no, one.telling.way) for one in listed] == [(wife, "notice")]


@case("Ord. Art. 12(1)", "spec 4.2.0.2", permitted="X2 X3")
def test_a_move_that_nobody_notified_is_a_correction_to_the_network(federation: Federation) -> None:
    both = family(federation, "妻")
    found = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.POSTED)
    done = counter.move_within(federation, KUNITACHI, *both, notified_by=None, basis=found)
    assert done.remarks == ()
    for number in both:
        after = counter.read(federation, KUNITACHI, number)
        assert after.record.address == counter.elsewhere_in(KUNITACHI)
        assert (after.versions[-1].reason, after.versions[-1].notified_on) == ("corrected-ex-officio", None)
    reasons = [one["change"]["reason"] for one in counter.notices(federation, KUNITACHI)[-2:]]
    assert reasons == ["corrected-ex-officio"] * 2


@pytest.mark.parametrize("read", [read_split, read_joining, read_householder, read_move_within])
def test_a_filing_says_who_brought_it_or_on_what_ground(read: Callable[[object], object]) -> None:
    notified = {"capacity": "person", "identity": "card", "in_writing": True}
    basis = {"ground": "not-notified", "confirmed": True, "told": "notice"}
    for given in ({}, {"notified_by": notified, "basis": basis}):
        with pytest.raises(JukinetError) as caught:
            read(given)
        assert "notified_by" in {fault.field for fault in caught.value.faults}
    for one in ({"notified_by": notified}, {"basis": basis}):
        with pytest.raises(JukinetError) as caught:
            read(one)
        assert not {"notified_by", "basis"} & {fault.field for fault in caught.value.faults}


@case("Act Art. 25", "spec 4.1.0.1", "spec 4.1.4.1")
def test_a_split_makes_a_household_at_the_same_address_and_tells_no_governor(federation: Federation) -> None:
    head, wife, son = family(federation, "妻", "子")
    home, told = household_of(federation, head), len(counter.notices(federation, KUNITACHI))
    done = households.split_household(federation.context(KUNITACHI), CLERK, filing((son, "世帯主")))
    assert counter.registered(done).resident_nos == (son,)
    after = standing_of(federation, head, wife, son)
    assert after[:2] == [(home, "世帯主"), (home, "妻")]
    assert after[2][0] != home
    assert after[2][1] == "世帯主"
    record = counter.read(federation, KUNITACHI, son)
    assert record.record.address == counter.ADDRESSES[KUNITACHI]
    assert (record.versions[-1].reason, record.versions[-1].effective_on) == ("household-split", DAY)
    assert len(counter.notices(federation, KUNITACHI)) == told
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"]) == ("done", son)


@case("Act Art. 25", "spec 4.1.0.1", "spec 4.1.4.1")
def test_a_merger_takes_everybody_into_the_other_household(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    mother, uncle = family(federation, "兄")
    into = household_of(federation, head)
    joining = filing((mother, "母"), (uncle, "母の兄"), into=into)
    counter.registered(households.merge_households(federation.context(KUNITACHI), CLERK, joining))
    assert standing_of(federation, head, wife, mother, uncle) == [
        (into, "世帯主"),
        (into, "妻"),
        (into, "母"),
        (into, "母の兄"),
    ]
    assert [entry["resident_no"] for entry in counter.audit(federation, KUNITACHI, EVENT)] == [mother, uncle]


@case("Act Art. 25", "spec 4.1.0.1", "spec 4.1.4.1")
def test_a_change_takes_some_and_the_joined_householder_may_be_another(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    father, daughter = family(federation, "子")
    into = household_of(federation, head)
    # The daughter takes over as householder of the household that she joins.
    changing = filing((daughter, "世帯主"), into=into, others=(Member(head, "兄"), Member(wife, "兄の妻")))
    counter.registered(households.change_household(federation.context(KUNITACHI), CLERK, changing))
    assert standing_of(federation, head, wife, daughter) == [
        (into, "兄"),
        (into, "兄の妻"),
        (into, "世帯主"),
    ]
    assert counter.read(federation, KUNITACHI, father).record.relationship == "世帯主"
    assert len(counter.audit(federation, KUNITACHI, EVENT)) == 3


@case("spec 4.1.0.1", "spec 4.1.4.2", permitted="HH7")
def test_another_householder_restates_everybody(federation: Federation) -> None:
    head, wife, son = family(federation, "妻", "子")
    home = household_of(federation, head)
    changing = HouseholderFiling(
        home,
        (Member(wife, "世帯主"), Member(head, "夫"), Member(son, "子")),
        DAY,
        counter.TODAY,
        notified_by=BY_HOUSEHOLDER,
    )
    counter.registered(households.change_householder(federation.context(KUNITACHI), CLERK, changing))
    assert standing_of(federation, head, wife, son) == [(home, "夫"), (home, "世帯主"), (home, "子")]
    assert counter.read(federation, KUNITACHI, wife).versions[-1].reason == "householder-changed"


def test_a_split_learned_of_late_leaves_a_later_move_alone(federation: Federation) -> None:
    head, wife, son = family(federation, "妻", "子", moved_on=date(2013, 7, 1))
    elsewhere = counter.elsewhere_in(KUNITACHI)
    counter.move_within(federation, KUNITACHI, head, wife, son, address=elsewhere, moved_on=DAY)
    early = filing((son, "世帯主"), changed_on=date(2013, 7, 3))
    counter.registered(households.split_household(federation.context(KUNITACHI), CLERK, early))
    record = counter.read(federation, KUNITACHI, son).record
    assert record.address == elsewhere
    assert record.relationship == "世帯主"
    assert record.household_number != household_of(federation, head)


# Who is left


@case("Ord. Art. 25", "spec 4.0.4")
def test_the_only_member_left_by_a_death_becomes_householder(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    home = household_of(federation, head)
    assert LAST_MEMBER in counter.die(federation, KUNITACHI, head, on=DAY).remarks
    assert standing_of(federation, wife) == [(home, "世帯主")]
    last = counter.read(federation, KUNITACHI, wife).versions[-1]
    assert (last.reason, last.effective_on) == ("householder-changed", DAY)
    (entry,) = counter.audit(federation, KUNITACHI, ALONE)
    assert (entry["outcome"], entry["resident_no"]) == ("done", wife)


@case("spec 1.1.10", "spec 4.0.4")
def test_two_left_by_a_death_are_asked_and_nothing_is_decided_for_them(federation: Federation) -> None:
    head, wife, son = family(federation, "妻", "子")
    home = household_of(federation, head)
    assert WITHOUT_HOUSEHOLDER in counter.die(federation, KUNITACHI, head, on=DAY).remarks
    assert standing_of(federation, wife, son) == [(home, "妻"), (home, "子")]
    # The household without a head can still be acted on (specification 4.0.4).
    counter.move_within(federation, KUNITACHI, son)
    changing = HouseholderFiling(
        home, (Member(wife, "世帯主"), Member(son, "子")), DAY, counter.TODAY, notified_by=BY_HOUSEHOLDER
    )
    refused = households.change_householder(federation.context(KUNITACHI), CLERK, changing)
    assert [one.rule for one in refused.failed] == ["HH5"]  # type: ignore[union-attr]


def test_a_death_of_somebody_else_leaves_the_householder_alone(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    assert counter.die(federation, KUNITACHI, wife, on=DAY).remarks == ()
    assert counter.read(federation, KUNITACHI, head).versions[-1].reason == "move-in"


@case("Ord. Art. 25", "spec 4.0.4")
def test_a_householder_who_moves_out_leaves_the_other_as_householder_on_the_day(
    federation: Federation,
) -> None:
    head, wife = family(federation, "妻")
    counter.file_move_out(federation, KUNITACHI, [head], planned_on=date(2013, 7, 10))
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "妻"
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "世帯主"
    (entry,) = counter.audit(federation, KUNITACHI, ALONE)
    assert (entry["actor"], entry["resident_no"]) == ("system", wife)


def test_a_householder_whom_a_move_in_notice_deletes_leaves_the_other_as_householder(
    federation: Federation,
) -> None:
    head, wife = family(federation, "妻")
    federation.run()
    counter.file_move_out(federation, KUNITACHI, [head], planned_on=date(2013, 7, 20))
    who = counter.as_person(counter.read(federation, KUNITACHI, head))
    counter.move_in(federation, CHIYODA, who, moved_on=counter.TODAY)
    federation.run()
    assert not counter.read(federation, KUNITACHI, head).present
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "世帯主"


def test_a_householder_who_moves_within_alone_leaves_the_other_as_householder(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    moved = counter.move_within(federation, KUNITACHI, head, new_household=True)
    assert LAST_MEMBER in moved.remarks
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "世帯主"


def test_a_split_that_takes_the_householder_leaves_the_other_as_householder(federation: Federation) -> None:
    head, wife = family(federation, "妻")
    split = households.split_household(federation.context(KUNITACHI), CLERK, filing((head, "世帯主")))
    assert LAST_MEMBER in counter.registered(split).remarks
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "世帯主"


# Refusals

Act = Callable[[Federation, list[str], list[str]], object]


def _split(*movers: tuple[int, str], **changes: Any) -> Act:
    def act(federation: Federation, ours: list[str], _theirs: list[str]) -> object:
        stated = filing(*((ours[place], relationship) for place, relationship in movers), **changes)
        return households.split_household(federation.context(KUNITACHI), CLERK, stated)

    return act


def _join(into: str | None = None) -> Act:
    def act(federation: Federation, ours: list[str], theirs: list[str]) -> object:
        stated = filing((ours[1], "妻"), into=into or household_of(federation, theirs[0]))
        return households.change_household(federation.context(KUNITACHI), CLERK, stated)

    return act


def _new_head_without_the_rest(federation: Federation, ours: list[str], _theirs: list[str]) -> object:
    stated = (Member(ours[1], "世帯主"), Member(ours[0], "夫"))
    changing = HouseholderFiling(
        household_of(federation, ours[0]), stated, DAY, counter.TODAY, notified_by=BY_HOUSEHOLDER
    )
    return households.change_householder(federation.context(KUNITACHI), CLERK, changing)


def _two_heads_stay(federation: Federation, ours: list[str], _theirs: list[str]) -> object:
    stated = filing((ours[2], "世帯主"), others=(Member(ours[1], "世帯主"),))
    return households.split_household(federation.context(KUNITACHI), CLERK, stated)


def _from_two_households(federation: Federation, ours: list[str], theirs: list[str]) -> object:
    stated = filing((ours[1], "世帯主"), (theirs[0], "夫"))
    return households.split_household(federation.context(KUNITACHI), CLERK, stated)


@pytest.mark.parametrize(
    ("act", "rules"),
    refusals(
        (_split((2, "子")), ["HH4"]),
        (_split((2, "世帯主"), changed_on=date(2013, 7, 9)), ["HH1"]),
        (_split((0, "世帯主"), (1, "妻"), (2, "子")), ["HH3"]),
        (_split((2, "世帯主"), changed_on=date(2013, 6, 1)), ["E1"]),
        (_join(), ["HH5"]),
        (_join("00000000051"), ["HH3", "HH4", "H1"]),
        (_new_head_without_the_rest, ["HH7"]),
        (_two_heads_stay, ["HH4"]),
        (_from_two_households, ["HH6", "HH5"]),
    ),
)
def test_what_is_refused_stores_nothing(federation: Federation, act: Act, rules: list[str]) -> None:
    ours = family(federation, "妻", "子")
    theirs = family(federation, address=counter.elsewhere_in(KUNITACHI))
    before = counter.contents(federation, KUNITACHI)
    result: Any = act(federation, ours, theirs)
    assert sorted(one.rule for one in result.failed) == sorted(rules)
    assert counter.contents(federation, KUNITACHI) == before
    assert {entry["outcome"] for entry in counter.audit(federation, KUNITACHI, EVENT)} == {"refused"}


def test_only_an_operator_with_the_permission_changes_households(federation: Federation) -> None:
    _head, _wife, son = family(federation, "妻", "子")

    def act(ctx: Context, claim: OperatorClaim) -> object:
        return households.split_household(ctx, claim, filing((son, "世帯主")))

    counter.assert_gated(federation, KUNITACHI, EVENT, Permission.REGISTER_RESIDENT_RECORD, act)


def test_a_change_of_household_happens_whole_or_not_at_all(federation: Federation) -> None:
    head, wife = family(federation, "妻")

    def act(ctx: Context) -> object:
        return households.split_household(ctx, CLERK, filing((head, "世帯主")))

    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) > 2
    assert counter.read(federation, KUNITACHI, wife).record.relationship == "世帯主"


def test_the_householders_sex_says_nothing_about_the_grammar(federation: Federation) -> None:
    """A wife who becomes householder leaves 夫, not a turned-round 妻: relationships are stated, never computed."""
    head, wife = family(federation, "妻")
    home = household_of(federation, head)
    changing = HouseholderFiling(
        home, (Member(wife, "世帯主"), Member(head, "夫")), DAY, counter.TODAY, notified_by=BY_HOUSEHOLDER
    )
    counter.registered(households.change_householder(federation.context(KUNITACHI), CLERK, changing))
    assert counter.read(federation, KUNITACHI, wife).record.sex is Sex.FEMALE
    assert standing_of(federation, head, wife) == [(home, "夫"), (home, "世帯主")]


# A foreign householder


def foreign_family(federation: Federation, *relationships: str) -> list[str]:
    """Foreign residents who moved in together with a certificate, the householder first."""
    persons = [
        counter.foreign(
            name=PersonName(f"SMITH {letter}", latin=f"SMITH {letter}"), relationship=relationship
        )
        for letter, relationship in zip("ABC", ("世帯主", *relationships), strict=False)
    ]
    return list(counter.move_in(federation, KUNITACHI, *persons, although_alike=True).resident_nos)


def _another_head(federation: Federation, proof: KinshipProof | None) -> object:
    head, wife = foreign_family(federation, "妻")
    members = (Member(wife, "世帯主"), Member(head, "夫", proof))
    changing = HouseholderFiling(
        household_of(federation, head), members, DAY, counter.TODAY, notified_by=BY_HOUSEHOLDER
    )
    return households.change_householder(federation.context(KUNITACHI), CLERK, changing)


def _two_merge(federation: Federation, proof: KinshipProof | None) -> object:
    (head,), (sister,) = foreign_family(federation), foreign_family(federation)
    joining = filing(into=household_of(federation, head))
    joining = replace(joining, movers=(Member(sister, "妹", proof),), notified_by=IN_PERSON)
    return households.merge_households(federation.context(KUNITACHI), CLERK, joining)


def _two_split_off(federation: Federation, proof: KinshipProof | None) -> object:
    _, wife, son = foreign_family(federation, "妻", "子")
    split = replace(filing(), movers=(Member(wife, "世帯主"), Member(son, "子", proof)))
    return households.split_household(
        federation.context(KUNITACHI), CLERK, replace(split, notified_by=BY_HOUSEHOLDER)
    )


def _one_stays_otherwise(federation: Federation, proof: KinshipProof | None) -> object:
    head, wife, son = foreign_family(federation, "妻", "子")
    split = filing((head, "世帯主"), others=(Member(wife, "世帯主"), Member(son, "子", proof)))
    return households.split_household(federation.context(KUNITACHI), CLERK, split)


CHANGES = (_another_head, _two_merge, _two_split_off, _one_stays_otherwise)


@pytest.mark.parametrize("proof", [KinshipProof.DOCUMENT, KinshipProof.TRANSLATED, KinshipProof.CONFIRMED])
@pytest.mark.parametrize("change", CHANGES)
@case("Act Art. 30-49", "Reg. Art. 50(i)", permitted="SR21 SR22")
def test_a_foreign_member_proves_the_kinship_to_a_foreign_householder(
    federation: Federation, change: Callable[[Federation, KinshipProof | None], object], proof: KinshipProof
) -> None:
    counter.registered(change(federation, proof))


@pytest.mark.parametrize(
    ("proof", "rules"), refusals((None, ["SR21"]), (KinshipProof.UNTRANSLATED, ["SR22"]))
)
@pytest.mark.parametrize("change", CHANGES)
def test_without_proof_the_change_is_refused(
    federation: Federation,
    change: Callable[[Federation, KinshipProof | None], object],
    proof: KinshipProof | None,
    rules: list[str],
) -> None:
    result = change(federation, proof)
    assert isinstance(result, Refused)
    assert [one.rule for one in result.failed] == rules
    assert counter.audit(federation, KUNITACHI, EVENT)[-1]["outcome"] == "refused"


@case("Act Art. 30-49")
def test_who_is_no_kin_or_lives_under_a_japanese_proves_nothing(federation: Federation) -> None:
    (head,), (friend,) = foreign_family(federation), foreign_family(federation)
    joining = filing((friend, "同居人"), into=household_of(federation, head))
    counter.registered(households.merge_households(federation.context(KUNITACHI), CLERK, joining))
    (japanese,) = family(federation)
    leaving = filing((friend, "妹"), into=household_of(federation, japanese))
    counter.registered(households.change_household(federation.context(KUNITACHI), CLERK, leaving))
