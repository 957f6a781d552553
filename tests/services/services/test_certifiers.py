"""Who certifies: entered by who may, asked of the day, and kept with each paper."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.home_copying import at_home, filing, issue, issued
from tests.unit.documents.images import png

from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import certifiers
from jukinet.services.certifiers import Entered
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

MAYOR = {
    "office": "mayor",
    "title": "東京都国立市長",
    "name": "架空　一郎",
    "valid_from": "2012-07-09",
}
DEPUTY = {
    "office": "deputy",
    "title": "東京都国立市長職務代理者　国立市副市長",
    "name": "架空　次郎",
    "valid_from": "2013-07-08",
    "valid_to": "2013-07-09",
}
SEAL = {"office": "deputy", "valid_from": "2013-07-08", "words": "この印は黒色です"}


def enter(ctx: Context, entry: dict[str, Any]) -> int:
    done = certifiers.enter_certifier(ctx, CLERK, certifiers.read_certifier(entry))
    assert isinstance(done, Entered), done
    return done.number


def seal(ctx: Context, **changes: Any) -> int:
    done = certifiers.enter_seal(ctx, CLERK, certifiers.read_seal(SEAL | changes, png()))
    assert isinstance(done, Entered), done
    return done.number


@case("spec 1.3.7", "spec 1.3.9", permitted="OF2 OF3 OF4")
def test_papers_bear_the_deputy_from_that_day_and_the_mayor_again_after(federation: Federation) -> None:
    ctx = at_home(federation)
    first = issued(ctx)
    assert first.certified.title is None
    enter(ctx, MAYOR)
    acting = enter(ctx, DEPUTY)
    seal(ctx)
    paper = issued(ctx, application_id="c2" * 16)
    assert (paper.certified.name, paper.certified.words) == ("架空　次郎", "この印は黒色です")
    assert paper.certified.image == png()
    # Who certified is part of the paper: an entry that is replaced changes none that was issued.
    enter(ctx, DEPUTY | {"name": "架空　三郎", "replaces": acting})
    assert issued(ctx).certified == first.certified
    again = issued(ctx, application_id="c2" * 16)
    assert again.certified == paper.certified
    third = issued(ctx, application_id="c3" * 16).certified
    assert third.name == "架空　三郎"
    federation.set_date(date(2013, 7, 10))
    after = issued(ctx, application_id="c4" * 16).certified
    assert (after.name, after.image) == ("架空　一郎", None)


@case("spec 1.3.9", refused="OF2 OF3 OF4")
def test_what_does_not_fit_is_refused_with_every_reason_and_stores_nothing(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    enter(ctx, DEPUTY)
    bad = DEPUTY | {"title": "国立市副市長", "replaces": 9}
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:certifier:entered",
        lambda: certifiers.enter_certifier(ctx, CLERK, certifiers.read_certifier(bad)),
        "OF2",
        "OF3",
        "OF4",
    )
    seal(ctx)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:seal:entered",
        lambda: certifiers.enter_seal(ctx, CLERK, certifiers.read_seal(SEAL, png())),
        "OF2",
    )


@case("spec 1.3.9", permitted="OF2 OF3")
def test_an_entry_is_withdrawn_with_nobody_in_its_place(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    number = enter(ctx, DEPUTY)
    enter(ctx, DEPUTY | {"replaces": number, "withdrawn": True})
    shown = certifiers.show_certifiers(ctx, CLERK)
    assert not isinstance(shown, Refused)
    assert shown.certifiers == ()


@case("spec 1.3.7", "spec 5.6", permitted="PR1 PR2")
def test_who_certifies_and_which_seal_is_chosen_for_a_paper_and_kept_with_it(federation: Federation) -> None:
    ctx = at_home(federation)
    enter(ctx, MAYOR)
    enter(ctx, DEPUTY)
    seal(ctx)
    seal(ctx, office="mayor")
    seal(ctx, office="mayor", use="certificates", words="証明専用")
    seal(ctx, use="card-faces")
    chosen: list[tuple[dict[str, str], tuple[str | None, bool, str | None]]] = [
        ({}, ("架空　次郎", True, "この印は黒色です")),
        ({"office": "mayor"}, ("架空　一郎", True, "この印は黒色です")),
        ({"office": "mayor", "seal": "certificates"}, ("架空　一郎", True, "証明専用")),
        ({"seal": "none", "words": "公印省略"}, ("架空　次郎", False, "公印省略")),
        ({"seal": "none"}, ("架空　次郎", False, None)),
    ]
    for at, (choice, bears) in enumerate(chosen, 1):
        for _ in range(2):
            found = issued(ctx, application_id=f"{at}f" * 16, certified=choice).certified
            assert (found.name, found.image is not None, found.words) == bears
            assert found.bears.unsealed is (choice.get("seal") == "none")
    # A later entry changes none that was issued.
    enter(ctx, MAYOR | {"valid_from": "2013-07-08", "name": "架空　三郎", "replaces": 1})
    assert issued(ctx, application_id="2f" * 16, certified={"office": "mayor"}).certified.name == "架空　一郎"


@case("spec 5.6", refused="PR1 PR2")
def test_what_is_chosen_and_not_entered_stops_the_paper(federation: Federation) -> None:
    ctx = at_home(federation)
    enter(ctx, MAYOR)
    refused = issue(ctx, filing(certified={"office": "deputy", "seal": "certificates"}))
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["PR1", "PR2"]
    assert counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM home_copies") == []


@case("spec 5.6")
def test_only_a_seal_for_the_faces_of_cards_has_a_colour() -> None:
    red = png(colour=2)
    assert certifiers.read_seal(SEAL | {"use": "card-faces"}, red, coloured=True).image == red
    for use in ("office", "certificates"):
        with pytest.raises(JukinetError) as raised:
            certifiers.read_seal(SEAL | {"use": use}, red, coloured=True)
        assert [one.field for one in raised.value.faults] == ["use"]


def test_each_is_entered_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    named, given = certifiers.read_certifier(MAYOR), certifiers.read_seal(SEAL, png())

    def certifier(ctx: Context, claim: OperatorClaim) -> object:
        return certifiers.enter_certifier(ctx, claim, named)

    def of_office(ctx: Context, claim: OperatorClaim) -> object:
        return certifiers.enter_seal(ctx, claim, given)

    may, may_seal = Permission.REGISTER_CERTIFIER_SET, Permission.REGISTER_SEAL_SET
    counter.assert_gated(federation, KUNITACHI, "register:certifier:entered", may, certifier)
    counter.assert_gated(federation, KUNITACHI, "register:seal:entered", may_seal, of_office)
    for act in (certifier, of_office):
        counter.assert_all_or_nothing(federation, KUNITACHI, partial(act, claim=CLERK))
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:certifiers:read",
        Permission.REGISTER_COPY_ISSUE,
        certifiers.show_certifiers,
    )


def test_faults_are_told_at_once() -> None:
    bad = MAYOR | {"office": "governor", "valid_to": "2012-07-08", "withdrawn": True}
    with pytest.raises(JukinetError) as raised:
        certifiers.read_certifier(bad)
    assert {one.field for one in raised.value.faults} == {"office", "valid_to", "replaces"}
