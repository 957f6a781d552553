"""Who brings a notification (Arts. 26, 27; Reg. 8 to 8-3): every rule, permitted and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case, judged, refusals

from jukinet.domain.errors import JukinetError
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.notifications import (
    BY_ANOTHER,
    NAME_AND_ADDRESS,
    PAPERS,
    UNIDENTIFIED,
    AuthorityShown,
    Capacity,
    IdentityShown,
    Matter,
    Notifier,
    Particular,
    decide_notifier,
    is_told,
)

TODAY = date(2013, 7, 8)
ALONE = Matter(named=1, members=1, headed=True)
FAMILY = Matter(named=3, members=4, headed=True)
ASKS = Matter(named=1, members=2, headed=True, application=True)

PERSON = Notifier(Capacity.PERSON, IdentityShown.PASSPORT, in_writing=True)
HEAD = replace(PERSON, capacity=Capacity.HOUSEHOLDER)
MEMBER = replace(PERSON, capacity=Capacity.MEMBER)
GUARDIAN = replace(PERSON, capacity=Capacity.STATUTORY, authority=AuthorityShown.STATUS)
AGENT = replace(PERSON, capacity=Capacity.AGENT, authority=AuthorityShown.LETTER)


def decide(notifier: Notifier | None, matter: Matter = ALONE) -> Decision:
    return decide_notifier(notifier, matter, on=TODAY)


def permitted(notifier: Notifier, matter: Matter = ALONE) -> Permitted:
    decision = decide(notifier, matter)
    assert isinstance(decision, Permitted), decision
    return decision


def failed(decision: Decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


@pytest.mark.parametrize(
    ("notifier", "matter", "basis", "told"),
    [
        (PERSON, ALONE, ("Act Art. 27", "Reg. Art. 8(i)"), False),
        (HEAD, FAMILY, ("Act Art. 26", "Act Art. 27", "Reg. Art. 8(i)"), False),
        (MEMBER, FAMILY, ("Act Art. 27", "Reg. Art. 8(i)"), True),
        (GUARDIAN, ALONE, ("Act Art. 27", "Reg. Art. 8(i)", "Reg. Art. 8-3(i)"), True),
        (AGENT, FAMILY, ("Act Art. 27", "Reg. Art. 8(i)", "Reg. Art. 8-3(ii)"), True),
        (PERSON, ASKS, ("Ord. Art. 30-26(6)", "Reg. Art. 8(i)"), False),
        (MEMBER, ASKS, ("Ord. Art. 30-26(6)", "Reg. Art. 8(i)"), True),
    ],
)
@case("Reg. Art. 8-3", permitted="NB1 NB2 NB3 NB4 NB5 NB6 NB7 NB8 NB9")
def test_each_capacity_rests_on_its_articles_and_who_may_not_know_is_told(
    notifier: Notifier, matter: Matter, basis: tuple[str, ...], told: bool
) -> None:
    decision = permitted(notifier, matter)
    assert decision.basis == basis
    assert decision.remarks == (BY_ANOTHER,) * told
    assert is_told(notifier) is told


@pytest.mark.parametrize(
    ("notifier", "matter", "rules"),
    refusals(
        (None, FAMILY, ["NB1"]),
        (replace(PERSON, in_writing=False), ALONE, ["NB2"]),
        (replace(PERSON, identity=IdentityShown.OTHER_PAPERS), ALONE, ["NB3"]),
        (replace(PERSON, identity=IdentityShown.QUESTIONS), ALONE, ["NB3"]),
        (replace(PERSON, identity=IdentityShown.OTHER_WAY), ALONE, ["NB3"]),
        (PERSON, replace(ALONE, named=2), ["NB4"]),
        (HEAD, replace(FAMILY, headed=False), ["NB5"]),
        (HEAD, ASKS, ["NB6"]),
        (MEMBER, ALONE, ["NB7"]),
        (replace(GUARDIAN, authority=None), ALONE, ["NB8"]),
        (replace(GUARDIAN, authority=AuthorityShown.LETTER), ALONE, ["NB8"]),
        (replace(AGENT, authority=None), ALONE, ["NB8"]),
        (replace(AGENT, authority=AuthorityShown.STATUS), ALONE, ["NB8"]),
        (replace(AGENT, authority=AuthorityShown.EXPLAINED), ALONE, ["NB9"]),
        (replace(GUARDIAN, authority=AuthorityShown.EXPLAINED, papers_excused=True), ALONE, ["NB9"]),
        (
            replace(PERSON, in_writing=False, identity=IdentityShown.QUESTIONS, authority_excused=True),
            FAMILY,
            ["NB2", "NB3", "NB4"],
        ),
    ),
)
def test_what_is_refused_and_every_rule_at_once(
    notifier: Notifier | None, matter: Matter, rules: list[str]
) -> None:
    assert failed(decide(notifier, matter)) == rules


@pytest.mark.parametrize(
    ("represented", "rules"),
    judged(
        *((shown, []) for shown in (None, *sorted(PAPERS), IdentityShown.QUESTIONS)),
        (IdentityShown.NOTHING, ["CT1"]),
        (IdentityShown.OTHER_WAY, ["CT1"]),
        permitted="CT1",
    ),
)
@case("Reg. Art. 8-3")
def test_who_is_represented_is_shown_where_the_mayor_asks_it(
    represented: IdentityShown | None, rules: list[str]
) -> None:
    decision = decide(replace(AGENT, represented=represented))
    if rules:
        assert failed(decision) == rules
    else:
        assert isinstance(decision, Permitted)
        assert ("Reg. Art. 8-3, second sentence" in decision.basis) is (represented is not None)


@pytest.mark.parametrize(
    ("particulars", "identity", "rules"),
    judged(
        (NAME_AND_ADDRESS, IdentityShown.PASSPORT, []),
        (tuple(Particular), IdentityShown.PASSPORT, []),
        ((), IdentityShown.NOTHING, []),
        ((Particular.NAME,), IdentityShown.PASSPORT, ["CT17"]),
        ((Particular.ADDRESS, Particular.BIRTH_DATE), IdentityShown.CARD, ["CT17"]),
        permitted="CT17",
    ),
)
@case("Reg. Art. 8-2")
def test_name_and_address_of_whoever_brings_it_are_asked_for(
    particulars: tuple[Particular, ...], identity: IdentityShown, rules: list[str]
) -> None:
    decision = decide(replace(PERSON, particulars=particulars, identity=identity))
    assert (failed(decision) if rules else isinstance(decision, Permitted)) == (rules or True)


FIRST = (
    IdentityShown.CARD,
    IdentityShown.PLAIN_CARD,
    IdentityShown.PASSPORT,
    IdentityShown.DRIVING_LICENCE,
    IdentityShown.OTHER_PHOTO,
)
SECOND = (IdentityShown.OTHER_PAPERS, IdentityShown.QUESTIONS, IdentityShown.OTHER_WAY)


@pytest.mark.parametrize("shown", [*FIRST, *SECOND])
@case("Reg. Art. 8", permitted="NB3")
def test_one_paper_is_enough_and_which_kind_of_way_it_was_is_the_basis(shown: IdentityShown) -> None:
    decision = permitted(replace(PERSON, identity=shown, papers_excused=shown in SECOND))
    assert decision.basis[-1] == ("Reg. Art. 8(ii)" if shown in SECOND else "Reg. Art. 8(i)")
    assert decision.remarks == ()


@pytest.mark.parametrize("notifier", [PERSON, HEAD, MEMBER, AGENT], ids=lambda one: one.capacity)
@case("Act Art. 27(2)", "spec 4.1.0.3", permitted="NB3")
def test_who_cannot_be_identified_is_accepted_and_the_person_told(notifier: Notifier) -> None:
    unknown = replace(notifier, identity=IdentityShown.NOTHING)
    decision = permitted(unknown, replace(FAMILY, named=1))
    assert decision.remarks == (UNIDENTIFIED,)
    assert not any(article.startswith("Reg. Art. 8(") for article in decision.basis)
    assert is_told(unknown)


@pytest.mark.parametrize("notifier", [GUARDIAN, AGENT], ids=lambda one: one.capacity)
@case("Reg. Art. 8-3(iii)", permitted="NB8 NB9")
def test_an_explanation_stands_for_papers_that_cannot_be_shown(notifier: Notifier) -> None:
    explained = replace(notifier, authority=AuthorityShown.EXPLAINED, authority_excused=True)
    assert permitted(explained).basis[-1] == "Reg. Art. 8-3(iii)"


def test_kinds_name_no_more_than_kinds() -> None:
    assert (AGENT.kinds, HEAD.kinds) == ("agent, passport, letter-of-authority", "householder, passport")
    asked = replace(AGENT, represented=IdentityShown.OTHER_PAPERS)
    assert asked.kinds == "agent, passport, letter-of-authority, represented other-papers"


def test_not_before_the_edition() -> None:
    with pytest.raises(JukinetError):
        decide_notifier(PERSON, ALONE, on=date(2012, 7, 8))
