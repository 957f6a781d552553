"""Who may have a copy of a supplementary register (Act Art. 20): each rule refused and permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.items import Koseki
from jukinet.domain.supplementary import Member, Register
from jukinet.law.copies_for_others import Body, Ground, Mandate, Other, PurposeShown
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.home_copies import SentTo
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown, Notifier
from jukinet.law.professions import Profession, Work
from jukinet.law.supplementary_copies import AskedFor, Relation, decide_copy

TODAY = date(2013, 7, 8)
REGISTER = Register(
    Koseki("東京都国立市富士見台二丁目47番地", "国立　太郎"),
    TODAY,
    (Member(1, "国立　太郎", TODAY), Member(2, "国立　花子", TODAY)),
)
IN_PERSON = Notifier(Capacity.PERSON, IdentityShown.DRIVING_LICENCE, in_writing=True)
NOBODY = replace(IN_PERSON, identity=IdentityShown.NOTHING)
AGENT = replace(IN_PERSON, capacity=Capacity.AGENT)
OWN = AskedFor(TODAY, IN_PERSON, (1, 2), Relation.RECORDED, True, None, False, False, False)
BODY = Body(
    necessary=True,
    reason_stated=True,
    secrecy_explained=False,
    official_letter=True,
    staff_card=True,
    office_stated=False,
)
OTHER = Other(Ground.RIGHT_OR_DUTY, suitable=True)
LAWYER = Mandate(Profession.ATTORNEY, letter=True, member_card=True, client_named=True)
OF_ALL = "OF9 OF10 OF11 OF15 OF16"
OWN_RULES, BODY_RULES = f"{OF_ALL} OF8", f"{OF_ALL} OF12"
OTHER_RULES, LAWYER_RULES = f"{OF_ALL} OF13", f"{OF_ALL} OF13 OF14"


def asked(**changes: Any) -> AskedFor:
    return replace(OWN, **changes)


def of_body(**changes: Any) -> AskedFor:
    return asked(relation=None, recorded=False, asked_by=replace(BODY, **changes))


def of_other(mandate: Mandate | None = None, **changes: Any) -> AskedFor:
    return asked(relation=None, recorded=False, asked_by=replace(OTHER, mandate=mandate, **changes))


@pytest.mark.parametrize(
    ("application", "rules"),
    [
        *judged(
            (asked(), []),
            (asked(relation=Relation.SPOUSE, recorded=False), []),
            (asked(relation=Relation.ASCENDANT, recorded=False, members=(2,)), []),
            (asked(relation=Relation.DESCENDANT, recorded=False), []),
            (asked(brought_by=replace(AGENT, authority=AuthorityShown.LETTER)), []),
            (asked(held=True, confirmed=True), []),
            permitted=OWN_RULES,
        ),
        *judged(
            (of_body(), []),
            (of_body(reason_stated=False, secrecy_explained=True), []),
            (of_body(staff_card=False), []),
            permitted=BODY_RULES,
        ),
        *judged((of_other(), []), permitted=OTHER_RULES),
        *judged(
            (of_other(LAWYER), []),
            (of_other(replace(LAWYER, work=Work.ATTORNEY, client_named=False)), []),
            permitted=LAWYER_RULES,
        ),
        *judged(
            (asked(recorded=False), ["OF8"]),
            (asked(relation=None), ["OF8"]),
            (asked(brought_by=NOBODY), ["OF9"]),
            (replace(of_body(staff_card=False), brought_by=NOBODY), ["OF9"]),
            (of_other(replace(LAWYER, letter=False)), ["OF9"]),
            (asked(brought_by=AGENT), ["OF10"]),
            (
                asked(
                    brought_by=replace(
                        AGENT, authority=AuthorityShown.LETTER, represented=IdentityShown.NOTHING
                    )
                ),
                ["OF10"],
            ),
            (of_other(purpose_shown=PurposeShown.NOTHING), ["OF13"]),
            (of_other(LAWYER, purpose_shown=PurposeShown.NOTHING), ["OF13"]),
            (asked(plainly_improper=True), ["OF11"]),
            (of_body(necessary=False), ["OF12"]),
            (of_body(reason_stated=False), ["OF12"]),
            (of_other(suitable=False), ["OF13"]),
            (of_other(LAWYER, suitable=False), ["OF13"]),
            (of_other(replace(LAWYER, client_named=False)), ["OF14"]),
            (
                of_other(
                    replace(
                        LAWYER,
                        profession=Profession.ADMINISTRATIVE_SCRIVENER,
                        work=Work.ATTORNEY,
                        client_named=False,
                    )
                ),
                ["OF14"],
            ),
            (asked(held=True), ["OF15"]),
            (asked(members=(3,)), ["OF16"]),
            (asked(members=()), ["OF16"]),
            permitted="",
        ),
    ],
)
def test_each_rule(application: AskedFor, rules: list[str]) -> None:
    decision = decide_copy(REGISTER, application)
    failed = decision.failed if isinstance(decision, Refused) else ()
    assert [one.rule for one in failed] == rules


@case("Act Art. 20(1)", "Act Art. 20(2)", "Act Art. 20(3)", "Act Art. 20(4)")
def test_each_asks_under_a_paragraph_of_their_own() -> None:
    applications = (asked(), of_body(), of_other(), of_other(LAWYER))
    decisions = [decide_copy(REGISTER, one) for one in applications]
    assert decisions == [Permitted((f"Act Art. 20({number})",)) for number in (1, 2, 3, 4)]


@case("Act Art. 20(5)")
@pytest.mark.parametrize(
    ("application", "rules"),
    judged(
        (asked(sent_to=SentTo.OWN_ADDRESS), []),
        (asked(sent_to=SentTo.ELSEWHERE, sending_reason=True), []),
        (replace(of_body(office_stated=True), sent_to=SentTo.OWN_ADDRESS), []),
        (of_body(), []),
        (asked(sent_to=SentTo.ELSEWHERE), ["PR7"]),
        (replace(of_other(), sent_to=SentTo.ELSEWHERE), ["PR7"]),
        (replace(of_body(), sent_to=SentTo.OWN_ADDRESS), ["PR7"]),
        permitted="PR7",
    ),
)
def test_it_is_sent_by_post_as_a_copy_of_a_record_is(application: AskedFor, rules: list[str]) -> None:
    decision = decide_copy(REGISTER, application)
    assert [one.rule for one in getattr(decision, "failed", ())] == rules
    if isinstance(decision, Permitted):
        assert ("Act Art. 20(5)" in decision.basis) is (application.sent_to is not None)
