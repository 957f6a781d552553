"""The words in which a person is told what an entry of the log says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.services.access_words import Said, affair, result, what, who

ENTRY = AuditEntry(
    datetime(2013, 7, 8, tzinfo=UTC),
    date(2013, 7, 8),
    AuditEvent.SUPPLIED,
    Outcome.DONE,
    "urn:jukinet:organ:x",
)


class Nobody:
    """A directory that knows no organ any more."""

    def organ(self, slug: object) -> None:
        return None


NOBODY: Any = Nobody()


def japanese(text: str) -> bool:
    return re.search("[ぁ-ん一-龥]", text) is not None


@pytest.mark.parametrize("event", AuditEvent)
def test_every_event_has_words_in_both_languages(event):
    said = what(event)
    assert japanese(said.ja)
    assert said.en.isascii()


def test_words_say_what_the_event_is():
    assert what(AuditEvent.SUPPLIED).en == "An authority asked for identity information"
    assert what(AuditEvent.RESIDENT_READ) == what(AuditEvent.RESIDENT_LISTED)
    assert what(AuditEvent.RESIDENT_READ).en == "Staff looked at the record"
    assert what(AuditEvent.BIRTH_RECORDED).en == "The record was entered or changed"
    assert what(AuditEvent.COPY_ISSUED).en != what(AuditEvent.HOME_COPY_ISSUED).en
    assert what(AuditEvent.MEASURE_READ).en == "An act to protect the record"
    for event in (AuditEvent.SUPPLY_BLOCKED, AuditEvent.SUPPLY_UNBLOCKED):
        assert what(event).en == "Supply about the person was stopped or let go on"
    for event in (AuditEvent.PARKED_SHOWN, AuditEvent.LOST_READ):
        assert what(event) == what(AuditEvent.RESIDENT_READ)
    assert what(AuditEvent.PARKED_RESOLVED).en == "Transmission between offices"
    assert what(AuditEvent.LOST_CONFIRMED).en == "Administration of the system"


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome):
    said = result(replace(ENTRY, outcome=outcome))
    assert japanese(said.ja)
    assert said.en.isascii()


def test_only_what_an_organ_was_told_is_called_told():
    assert result(ENTRY).en == "told"
    assert result(replace(ENTRY, event=AuditEvent.RESIDENT_READ)).en == "done"
    told_nothing = replace(ENTRY, outcome=Outcome.NONE)
    # An answer that is undetermined ends so too: the organ learned that two municipalities report the person.
    assert result(told_nothing).en == "nothing told: nobody found, or two municipalities report the person"
    assert (
        result(replace(told_nothing, event=AuditEvent.DUPLICATES_LISTED)).en == "nobody found, nothing told"
    )


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("operator:sato", "staff of this office"),
        ("system", "the system, by itself"),
        ("urn:jukinet:system:muni-132152:books", "staff of this office"),
        ("urn:jukinet:node:muni-132152", "the mayor (muni-132152)"),
        ("urn:jukinet:node:pref-13", "the governor (pref-13)"),
        ("urn:jukinet:node:national", "the centre of the network (national)"),
        ("urn:jukinet:organ:some-organ", "some-organ (some-organ)"),
    ],
)
def test_an_office_is_named_and_no_person(actor, said):
    assert who(actor, NOBODY).en == said
    assert "sato" not in who(actor, NOBODY).ja
    assert who("urn:jukinet:node:pref-13", NOBODY).ja == "都道府県知事（東京都）"


def test_an_affair_is_named_as_the_ordinance_does():
    found = affair("t1-77-4", date(2013, 7, 8))
    assert isinstance(found, Said)
    assert japanese(found.ja)
    assert affair("t9-1-1", date(2013, 7, 8)) == Said("t9-1-1", "t9-1-1")
    assert affair(None, date(2013, 7, 8)) is None
