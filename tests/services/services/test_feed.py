"""Addressees for the town's own systems: everybody once, then whoever changed, and nobody passed by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from threading import Event

import pytest
from tests.conformance.cases import case
from tests.services.network import registering
from tests.services.services import counter
from tests.services.services.holding import end, hold, terms
from tests.services.services.test_households import family

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import feed
from jukinet.services.feed import Addressee, Cursor, FeedPage
from jukinet.services.filings import Mover
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

TOLD = "register:feed:told"


def ask(federation: Federation, after: str | None = None) -> FeedPage:
    cursor = feed.read_cursor({"after": after} if after else {})
    page = feed.changes(federation.context(KUNITACHI), CLERK, cursor)
    assert isinstance(page, FeedPage), page
    return page


def everybody(federation: Federation, after: str | None = None) -> tuple[dict[str, Addressee], str]:
    """What a system knows that asks until there is no more."""
    known: dict[str, Addressee] = {}
    while True:
        page = ask(federation, after)
        known |= {one.resident_no: one for one in page.addressees}
        after = page.next
        if not page.more:
            return known, after


@case("spec 7.2.3")
def test_everybody_is_told_once_and_then_whoever_changed(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE", 2)
    people = [counter.japanese(), *(counter.foreign(relationship="同居人") for _ in range(2))]
    numbers = counter.move_in(federation, KUNITACHI, *people, although_alike=True).resident_nos
    known, cursor = everybody(federation)
    assert list(known) == list(numbers)
    wife = counter.read(federation, KUNITACHI, numbers[0])
    told = known[numbers[0]]
    assert (told.name, told.address, told.etag) == (
        wife.record.name.text,
        wife.record.address,
        str(wife.tag),
    )
    assert everybody(federation, cursor)[0] == {}
    mover = Mover(numbers[1], relationship="世帯主")
    counter.move_within(federation, KUNITACHI, numbers[1], movers=(mover,), new_household=True)
    counter.die(federation, KUNITACHI, numbers[2])
    changed, later = everybody(federation, cursor)
    assert numbers[0] not in changed
    assert changed[numbers[1]].address == counter.elsewhere_in(KUNITACHI)
    assert (changed[numbers[2]].present, later) == (False, ask(federation, cursor).next)
    subjects = [entry["resident_no"] for entry in counter.audit(federation, KUNITACHI, TOLD)]
    assert set(numbers) <= set(subjects)


@case("spec 1.1.10", "spec 7.2.3")
def test_a_household_without_a_householder_is_told_as_it_stands(federation: Federation) -> None:
    head, wife, son = family(federation, "妻", "子")
    _, cursor = everybody(federation)
    counter.die(federation, KUNITACHI, head)
    known, _ = everybody(federation)
    assert {one.household_number for one in known.values()} == {known[wife].household_number}
    assert (known[wife].relationship, known[son].relationship) == ("妻", "子"), "nobody is made householder"
    assert {number for number, one in known.items() if one.present} == {wife, son}
    assert not everybody(federation, cursor)[0][head].present, "who knew the householder learns of the death"


@case("spec 3.2", "spec 7.2.3")
def test_a_hold_that_is_set_or_ended_is_told_of_everybody_whom_it_meets(federation: Federation) -> None:
    people = (counter.japanese(), counter.foreign(relationship="同居人"))
    numbers = counter.move_in(federation, KUNITACHI, *people).resident_nos
    _, cursor = everybody(federation)
    found = counter.read(federation, KUNITACHI, numbers[0])
    (one,) = hold(federation, found, terms(Process.ISSUE))
    told, cursor = everybody(federation, cursor)
    assert [(who, [held.process for held in of.holds]) for who, of in told.items()] == [
        (numbers[0], [Process.ISSUE])
    ]
    assert not told[numbers[0]].supported
    end(federation, one)
    told, cursor = everybody(federation, cursor)
    assert [of.holds for of in told.values()] == [()]
    hold(federation, found, terms(Process.INQUIRY), household=True)
    told, _ = everybody(federation, cursor)
    assert set(told) == set(numbers)


@case("spec 7.2.3")
def test_who_was_slow_to_commit_is_not_passed_by(federation: Federation) -> None:
    """An act that began first and commits last: a reader meanwhile waits for it."""
    first, second = (counter.load(federation, seed=seed)[0].resident_no for seed in (0, 1))
    _, cursor = everybody(federation)
    ctx = federation.context(KUNITACHI)
    written, go_on = Event(), Event()

    def slow() -> None:
        with ctx.begin() as tx:
            whose = "SELECT resident_id FROM residents WHERE resident_no = %(no)s"
            tx.run(f"SELECT resident_changes_note(ARRAY({whose}))", no=first)
            written.set()
            assert go_on.wait(30)

    with ThreadPoolExecutor(2) as pool:
        slowly = pool.submit(slow)
        assert written.wait(30)
        counter.die(federation, KUNITACHI, second)  # a later number, committed at once
        reading = pool.submit(everybody, federation, cursor)
        go_on.set()
        slowly.result()
        told, _ = reading.result()
    assert {first, second} <= set(told)


def test_a_cursor_of_before_a_restore_begins_anew(federation: Federation) -> None:
    counter.somebody(federation)
    _, cursor = everybody(federation)
    ctx = federation.context(KUNITACHI)
    stale = replace(Cursor.parse(cursor), incarnation=ctx.incarnation + 1)
    with pytest.raises(JukinetError) as raised:
        feed.changes(ctx, CLERK, stale)
    assert raised.value.kind is ErrorKind.CONFLICT
    for text in ("", "1", "0-1", "1-g", "1-1 "):
        with pytest.raises(JukinetError):
            feed.read_cursor({"after": text})


def test_only_who_may_is_told_and_a_system_asks_by_its_door(federation: Federation) -> None:
    counter.somebody(federation)
    counter.assert_gated(
        federation,
        KUNITACHI,
        TOLD,
        Permission.REGISTER_FEED_READ,
        lambda ctx, claim: feed.changes(ctx, claim, None),
    )
    page = registering.post(federation, "residents/changes", {}).plain
    (told,) = page["addressees"]
    assert not {"code", "koseki", "foreign"} & told.keys()
    assert told.keys() == {one.name for one in fields(Addressee)}
    again = registering.post(federation, "residents/changes", {"after": page["next"]}).plain
    assert again == {"addressees": [], "next": page["next"], "more": False}
    assert isinstance(feed.changes(federation.context(KUNITACHI), counter.STRANGER, None), Refused)


@case("spec 7.2.3")
def test_only_a_system_that_is_named_for_it_follows_the_register(federation: Federation) -> None:
    """Another system that the town admits does not, in the name of the same operator; it may do all else."""
    (found,) = counter.load(federation)
    before = len(counter.audit(federation, KUNITACHI, TOLD))
    refused = registering.post(federation, "residents/changes", {}, peer=registering.WELFARE)
    assert (refused.status, refused.kind) == (403, "forbidden")
    assert found.record.name.text not in refused.body.decode()
    entries = [entry for entry in counter.audit(federation, KUNITACHI) if entry["outcome"] == "refused"]
    assert [entry["actor"] for entry in entries] == [registering.WELFARE.uri]
    assert len(counter.audit(federation, KUNITACHI, TOLD)) == before
    body = {"resident_no": found.resident_no}
    assert registering.post(federation, registering.LOOK_UP, body, peer=registering.WELFARE).status == 200
