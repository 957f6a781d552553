"""What the tests of supplementary registers share: a koseki of two, its register, and a look at it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.services.services import counter

from jukinet.domain.items import Koseki
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.law.tellings import DOMICILE
from jukinet.services import (
    sending,
    supplementary,
    supplementary_reads,
    tellings,
)
from jukinet.services.sending import WaitKind
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_filings import (
    NewMember,
    OpeningFiling,
)
from jukinet.store.supplementary import Kept
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

TODAY = counter.TODAY
KOSEKI = Koseki("東京都国立市富士見台二丁目47番地", "国立　太郎")
"""Of counter.japanese(), whose domicile is in Kunitachi."""
HANAKO, TARO = "国立　花子", "国立　太郎"
BEFORE = Address(CHIYODA, "東京都千代田区神田一丁目1番")
OPENED, ENTERED = "register:supplementary:opened", "register:supplementary:entered"
REMOVED, CORRECTED = "register:supplementary:removed", "register:supplementary:corrected"
HANDED_OVER = "register:supplementary:handed-over"
VOTER, READ = "register:supplementary:voter-noted", "register:supplementary:read"


def who(name: str, address: Address | None = BEFORE, since: date | None = date(2010, 4, 1)) -> NewMember:
    return NewMember(name, address, since)


OPENING = OpeningFiling(KOSEKI, date(2010, 4, 1), (who(TARO), who(HANAKO)))


def opened(federation: Federation, filing: OpeningFiling = OPENING) -> str:
    done = supplementary.open_register(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Supplemented), done
    return done.register_no


def look(federation: Federation, asked: str | Koseki = KOSEKI) -> Kept:
    found = supplementary_reads.show(federation.context(KUNITACHI), CLERK, asked)
    assert isinstance(found, Kept), found
    return found


def stands(federation: Federation, name: str = HANAKO) -> tuple[Address | None, date] | None:
    """The address of a member and the day on which it was fixed."""
    (member,) = [one for one in look(federation).register.members if one.present and one.name == name]
    return (member.stay.address, member.stay.since) if member.stay else None


def said(federation: Federation, where: MunicipalityCode = CHIYODA) -> list[dict[str, Any]]:
    """The bodies of every M9 that was sent."""
    return [body for _, body in counter.statements(federation, where, "koseki-notice")]


def waiting(
    federation: Federation, where: MunicipalityCode = KUNITACHI
) -> list[tuple[str | None, str | None]]:
    found = sending.list_unanswered(federation.context(where), CLERK)
    assert not isinstance(found, Refused)
    return [(one.of, one.reference) for one in found if one.kind is WaitKind.KOSEKI]


def letters(federation: Federation, where: MunicipalityCode) -> list[str]:
    found = tellings.list_tellings(federation.context(where), CLERK)
    assert not isinstance(found, Refused)
    return [one.resident_no for one in found if one.telling.way == DOMICILE]


def done(outcome: object) -> Supplemented:
    assert isinstance(outcome, Supplemented), outcome
    return outcome
