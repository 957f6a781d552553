"""One birth, from the counter to the centre."""

from __future__ import annotations

from datetime import date

import pytest

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Koseki, PersonName
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.persons import Sex
from jukinet.services import births, loading, reads, trail
from jukinet.services.filings import BirthFiling, Person
from jukinet.services.register import Registered
from jukinet.store import identity
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core


def test_a_birth_reaches_the_centre(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    loading.load_households(ctx, CLERK, [[make_person(municipality=KUNITACHI)]])
    federation.run()
    parent = reads.read_resident(ctx, CLERK, "00000000019")
    assert isinstance(parent, reads.Found)
    child = Person(
        PersonName("国立　花子", "クニタチ　ハナコ"),
        PartialDate("2013-07-07"),
        Sex.FEMALE,
        "子",
        koseki=Koseki("東京都国立市富士見台二丁目47番地", "国立　太郎"),
    )
    done = births.record_birth(
        ctx, CLERK, BirthFiling(parent.record.household_number, child, date(2013, 7, 8))
    )
    assert isinstance(done, Registered), done
    federation.run()
    found = reads.read_resident(ctx, CLERK, done.resident_nos[0])
    assert isinstance(found, reads.Found)
    for node in (NodeId("pref-13"), NATIONAL):
        with federation.context(node, NETWORK).begin() as tx:
            held = {facts.code: facts for _, facts in identity.live_records(tx)}
        assert held[found.record.code] == found.record.identity_facts()
    entries = trail.list_entries(ctx, CLERK)
    assert any(entry.event == "register:birth:recorded" for _, entry in entries)
