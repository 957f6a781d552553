"""Filings for foreign residents, read strictly: what a filing says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import ForeignClass, ForeignItems, Nickname
from jukinet.law.ex_officio import Telling
from jukinet.law.kinship import KinshipProof
from jukinet.law.notifications import Capacity, IdentityShown, Notifier
from jukinet.services import filings, foreign_filings
from jukinet.testing.gazetteer import CHIYODA

NUMBER = "00000000019"
NAME = {"text": "国立　杏奈", "kana": "クニタチ　アンナ"}
PERSON: dict[str, Any] = {
    "name": {"text": "SMITH ANNA", "latin": "SMITH ANNA"},
    "birth_date": "1985-11-02",
    "sex": "female",
    "relationship": "妻",
    "kinship": "translated",
    "foreign": {
        "nationality": "USA",
        "became_foreign_resident_on": "2013-07-06",
        "stay": "mid-to-long-term",
        "status": "留学",
        "period": "1年",
        "expires_on": "2014-07-05",
        "card_later": True,
    },
    "nickname": {"text": "国立　アンナ", "recorded_on": "2013-01-07", "recorded_by": "131016"},
    "former_nicknames": [
        {
            "text": "千代田　アンナ",
            "recorded_on": "2012-07-09",
            "recorded_by": "131016",
            "deleted_on": "2013-01-07",
            "deleted_by": "131016",
        }
    ],
}
NOTIFIER: dict[str, Any] = {
    "capacity": "agent",
    "identity": "passport",
    "in_writing": True,
    "authority": "letter-of-authority",
}
WHOLE: dict[Callable[[object], Any], dict[str, Any]] = {
    foreign_filings.read_nickname_application: {
        "resident_no": NUMBER,
        "nickname": "国立　アンナ",
        "filed_on": "2013-07-08",
        "proof_shown": True,
        "found_needed": True,
        "notified_by": NOTIFIER,
    },
    foreign_filings.read_nickname_deletion: {
        "resident_no": NUMBER,
        "filed_on": "2013-07-08",
        "notified_by": NOTIFIER,
    },
    foreign_filings.read_nickname_removal: {
        "resident_no": NUMBER,
        "found_needless": True,
        "telling": "posted",
    },
    foreign_filings.read_acquired: {
        "resident_no": NUMBER,
        "name": NAME,
        "koseki": {"domicile": "東京都国立市", "head": "国立　杏奈"},
        "acquired_on": "2013-07-07",
        "filed_on": "2013-07-08",
    },
    foreign_filings.read_lost: {
        "resident_no": NUMBER,
        "nationality": "USA",
        "stay": "transitional",
        "lost_on": "2013-07-07",
        "filed_on": "2013-07-08",
    },
    foreign_filings.read_eligible: {
        "persons": [PERSON],
        "address": {"municipality": "132152", "text": "東京都国立市東一丁目1番地"},
        "became_on": "2013-07-06",
        "filed_on": "2013-07-08",
        "status_shown": True,
        "notified_by": NOTIFIER,
    },
    foreign_filings.read_relationship: {
        "resident_no": NUMBER,
        "relationship": "夫",
        "changed_on": "2013-07-07",
        "filed_on": "2013-07-08",
        "kinship": "document",
        "notified_by": NOTIFIER,
    },
}


@pytest.mark.parametrize("read", WHOLE, ids=lambda read: read.__name__)
def test_a_whole_filing_is_read_and_an_unknown_field_refused(read: Callable[[object], Any]) -> None:
    assert "国立" not in repr(read(WHOLE[read]))
    with pytest.raises(JukinetError) as raised:
        read({**WHOLE[read], "reason": "because"})
    assert [fault.field for fault in raised.value.faults] == ["reason"]


@pytest.mark.parametrize("read", WHOLE, ids=lambda read: read.__name__)
def test_every_missing_field_is_named(read: Callable[[object], Any]) -> None:
    optional = {"proof_shown", "found_needed", "telling", "status_shown", "kinship"}
    if read in {
        foreign_filings.read_acquired,
        foreign_filings.read_lost,
    }:  # The day of a koseki filing is today where it is left out.
        optional |= {"filed_on"}
    with pytest.raises(JukinetError) as raised:
        read({})
    assert {fault.field for fault in raised.value.faults} == WHOLE[read].keys() - optional


def test_a_person_with_nickname_history_and_proof() -> None:
    (person,) = foreign_filings.read_eligible(WHOLE[foreign_filings.read_eligible]).persons
    assert person.nickname == Nickname("国立　アンナ", date(2013, 1, 7), CHIYODA)
    assert person.former_nicknames == (
        Nickname("千代田　アンナ", date(2012, 7, 9), CHIYODA, date(2013, 1, 7), CHIYODA),
    )
    assert person.kinship is KinshipProof.TRANSLATED
    assert person.foreign is not None
    assert person.foreign.card_later


def test_a_loss_begins_the_foreign_items_on_its_day() -> None:
    lost = foreign_filings.read_lost(WHOLE[foreign_filings.read_lost])
    assert lost.items == ForeignItems("USA", date(2013, 7, 7), ForeignClass.TRANSITIONAL)


def test_a_removal_says_how_the_person_learns_of_it() -> None:
    removal = foreign_filings.read_nickname_removal(WHOLE[foreign_filings.read_nickname_removal])
    assert removal.telling is Telling.POSTED


def test_an_application_without_proof_is_for_the_law_to_refuse() -> None:
    given = {
        "resident_no": NUMBER,
        "nickname": "国立　アンナ",
        "filed_on": "2013-07-08",
        "notified_by": NOTIFIER,
    }
    filing = foreign_filings.read_nickname_application(given)
    assert (filing.proof_shown, filing.found_needed) == (False, False)


def test_a_mover_brings_a_proof_too() -> None:
    moved = filings.read_move_within(
        {
            "movers": [{"resident_no": NUMBER, "kinship": "confirmed"}],
            "address": {"municipality": "132152", "text": "東京都国立市東一丁目1番地"},
            "moved_on": "2013-07-07",
            "filed_on": "2013-07-08",
            "notified_by": NOTIFIER | {"authority": None, "capacity": "person", "papers_excused": True},
        }
    )
    assert moved.notified_by == Notifier(
        Capacity.PERSON, IdentityShown.PASSPORT, in_writing=True, papers_excused=True
    )
    assert moved.movers[0].kinship is KinshipProof.CONFIRMED
