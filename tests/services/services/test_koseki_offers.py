"""A notice about the koseki (M10) offered as a filing: right as it stands, or saying what it lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding

from jukinet.domain.items import Koseki
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.messages.koseki_bodies import KosekiEvent, KosekiMatter, Parent
from jukinet.services import koseki_messages, koseki_offers
from jukinet.services.births import record_birth
from jukinet.services.filings import BirthFiling
from jukinet.services.koseki_messages import MatterFiling, NoticeFiling, SeenFiling, Told
from jukinet.services.koseki_offers import Offer
from jukinet.services.reads import Found
from jukinet.services.register_acts import named
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

READ = "register:koseki:read"
KOSEKI = Koseki("東京都千代田区九段南一丁目2番", "千代田　一郎")
FILED = date(2013, 7, 5)


def tell(federation: Federation, found: Found, event: KosekiEvent, **changes: Any) -> str:
    """Chiyoda took a filing in about somebody of Kunitachi."""
    record = found.record
    address = counter.ADDRESSES[KUNITACHI]
    matter = KosekiMatter(
        record.name.text, record.birth_date, address, event, date(2013, 7, 4), filed_on=FILED
    )
    asked = MatterFiling(KUNITACHI, replace(matter, **changes))
    sent = koseki_messages.tell_home(federation.context(CHIYODA), CLERK, asked)
    assert isinstance(sent, Told), sent
    federation.run()
    return sent.statement_id


def offered(federation: Federation, statement_id: str) -> Offer:
    found = koseki_offers.offer(federation.context(KUNITACHI), CLERK, statement_id)
    assert isinstance(found, Offer), found
    return found


def entered(federation: Federation, offer: Offer, **added: Any) -> str:
    """What a clerk does with an offer: adds what is lacking, enters it, notes that it was seen to."""
    act, ctx = named(offer.act), federation.context(KUNITACHI)
    done = counter.registered(act.do(ctx, CLERK, act.read(offer.filing | added)))
    counter.registered(koseki_messages.see_to(ctx, CLERK, SeenFiling(offer.statement_id, None)))
    waiting = koseki_offers.list_waiting(ctx, CLERK)
    assert not isinstance(waiting, Refused)
    assert offer.statement_id not in [one.statement_id for one in waiting.notices]
    return str(done.resident_nos[0])


def resident(federation: Federation, **changes: Any) -> Found:
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.japanese(**changes), moved_on=date(2013, 7, 1)
    ).resident_nos
    return counter.read(federation, KUNITACHI, number)


@case("Act Art. 9(2)", "Ord. Art. 12(2)(i)", "spec 4.2.0.3", "spec 4.2.0.4", "spec 4.2.2.2", permitted="AR3")
@pytest.mark.parametrize(
    ("event", "said", "act", "reason"),
    [
        (KosekiEvent.DEATH, {}, "death", "death"),
        (KosekiEvent.DISAPPEARED, {}, "delete-ex-officio", "deleted-ex-officio"),
        (KosekiEvent.NAME, {"new_name": "千代田　花子"}, "correct-ex-officio", "corrected-ex-officio"),
        (KosekiEvent.KOSEKI, {"new_koseki": KOSEKI}, "correct-ex-officio", "corrected-ex-officio"),
    ],
)
def test_a_notice_is_a_filing_that_can_be_entered(
    federation: Federation, event: KosekiEvent, said: dict[str, Any], act: str, reason: str
) -> None:
    found = resident(federation)
    offer = offered(federation, tell(federation, found, event, **said))
    assert (offer.act, offer.lacking, offer.alike) == (act, (), (found.resident_no,))
    entered(federation, offer)
    after = counter.read(federation, KUNITACHI, found.resident_no)
    last = after.versions[-1]
    assert (last.reason, last.effective_on, last.notified_on) == (reason, date(2013, 7, 4), FILED)
    assert after.present is (event in {KosekiEvent.NAME, KosekiEvent.KOSEKI})
    if event is KosekiEvent.KOSEKI:
        assert after.record.koseki == KOSEKI
    if event is KosekiEvent.DISAPPEARED:
        assert after.record.deletion_cause == "disappeared"


@case("Act Art. 9(2)", "spec 4.2.0.3", "spec 4.2.0.4", permitted="AR3")
def test_a_birth_is_offered_in_the_parents_household_with_its_koseki(federation: Federation) -> None:
    parent = resident(federation)
    record = parent.record
    born = {
        "name": "国立　一子",
        "birth_date": counter.child().birth_date,
        "occurred_on": date(2013, 7, 7),
        "filed_on": None,
        "sex": Sex.FEMALE,
        "parent": Parent(record.name.text, record.birth_date),
    }
    offer = offered(federation, tell(federation, parent, KosekiEvent.BIRTH, **born))
    assert (offer.act, offer.lacking, offer.alike) == ("birth", (), (parent.resident_no,))
    child = counter.read(federation, KUNITACHI, entered(federation, offer))
    assert child.record.household_number == record.household_number
    assert (child.record.relationship, child.record.koseki) == ("子", record.koseki)
    assert child.versions[-1].notified_on == counter.TODAY, (
        "the day of the notice, where no filing's day is told"
    )
    # Of nobody who is named: the clerk finds the household.
    alone = offered(federation, tell(federation, parent, KosekiEvent.BIRTH, name="国立　二子"))
    assert set(alone.lacking) == {"household_number", "child.sex", "child.relationship", "child.koseki"}


@case("spec 4.2.0.3", permitted="AR3")
def test_of_two_who_are_alike_the_address_decides_and_of_none_the_clerk(federation: Federation) -> None:
    one = resident(federation)
    other = counter.japanese()
    filing = counter.move_in_filing(
        KUNITACHI, other, address=counter.elsewhere_in(KUNITACHI), although_alike=True
    )
    counter.registered(named("move-in").do(federation.context(KUNITACHI), CLERK, filing))
    offer = offered(federation, tell(federation, one, KosekiEvent.DEATH))
    assert offer.filing["resident_no"] == one.resident_no
    elsewhere = replace(counter.ADDRESSES[KUNITACHI], text="東京都国立市谷保9999番地")
    both = offered(federation, tell(federation, one, KosekiEvent.DEATH, address=elsewhere))
    assert (both.lacking, len(both.alike)) == (("resident_no",), 2)
    nobody = offered(federation, tell(federation, one, KosekiEvent.DEATH, name="見本　無人"))
    assert (nobody.lacking, nobody.alike) == (("resident_no",), ())


@case(refused="AR3")
def test_what_is_no_such_notice_is_not_offered(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, READ, partial(koseki_offers.offer, ctx, CLERK, "0f" * 16), "AR3"
    )
    where = counter.move_in(federation, CHIYODA, counter.japanese(koseki=replace(KOSEKI, domicile="一番地")))
    told = koseki_messages.tell_domicile(
        federation.context(CHIYODA), CLERK, NoticeFiling(where.resident_nos[0], KUNITACHI)
    )
    assert isinstance(told, Told)
    federation.run()
    counter.assert_refused(
        federation, KUNITACHI, READ, partial(koseki_offers.offer, ctx, CLERK, told.statement_id), "AR3"
    )
    may = Permission.REGISTER_RESIDENT_READ
    counter.assert_gated(
        federation, KUNITACHI, READ, may, lambda c, w: koseki_offers.offer(c, w, told.statement_id)
    )
    counter.assert_gated(federation, KUNITACHI, READ, may, koseki_offers.list_waiting)


def test_a_hold_on_looks_keeps_an_offer_back(federation: Federation) -> None:
    found = resident(federation)
    statement = tell(federation, found, KosekiEvent.DEATH)
    holding.hold(federation, found, holding.terms(Process.INQUIRY))
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, READ, partial(koseki_offers.offer, ctx, CLERK, statement), "V1"
    )


@case("spec 4.2.0.3", refused="AR2", permitted="AR2")
def test_a_childs_koseki_is_taken_over_from_the_household(federation: Federation) -> None:
    parent = resident(federation)
    child = counter.child(koseki=None)
    filing = BirthFiling(parent.record.household_number, child, koseki_of=parent.resident_no)
    ctx = federation.context(KUNITACHI)
    for wrong in (replace(filing, koseki_of="99999999999"), replace(filing, child=counter.child())):
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:birth:recorded",
            partial(record_birth, ctx, CLERK, wrong),
            *(["AR2"] if wrong.child.koseki else ["LC5", "AR2"]),
        )
    (number,) = counter.registered(record_birth(ctx, CLERK, filing)).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.koseki == parent.record.koseki
    assert found.versions[-1].notified_on == counter.TODAY, "today, where no day of the filing is stated"
