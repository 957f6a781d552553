"""Copies with the history and of deleted records, in the history as the office knew it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, erasing, holding
from tests.services.services.home_copying import LINH, SAKURA, TARO, at_home, filing, issue, issued
from tests.services.services.test_copies_for_others import OTHER, rules

from jukinet.domain.changes import RegisterReason
from jukinet.domain.errors import JukinetError
from jukinet.law import copy_history
from jukinet.law.copies import CopyItem
from jukinet.services import copied_history
from jukinet.services.home_copies import HomeCopy
from jukinet.store import residents
from jukinet.testing.federation import CLERK, OFFICE, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

HIS = {"members": "self", "deleted": True}
HERS = {"resident_no": LINH, "name": "TRAN THI LINH", "members": "self", "deleted": True}


def told(paper: HomeCopy, number: int = 0) -> list[tuple[RegisterReason, list[CopyItem]]]:
    return [(one.reason, [item.item for item in one.items]) for one in paper.persons[number].changes]


def moved(federation: Federation) -> str:
    """The family moves within; the new address."""
    counter.move_within(federation, KUNITACHI, TARO, LINH, SAKURA)
    return counter.read(federation, KUNITACHI, TARO).record.address.full


@case("spec 5.1", "Act Art. 12(1), (5)", "spec 1.2.1")
def test_the_history_is_shown_where_it_is_asked_for_of_each_person(federation: Federation) -> None:
    ctx = at_home(federation)
    address = moved(federation)
    plain = issued(ctx, address=address)
    assert [one.changes for one in plain.persons] == [(), (), ()]
    full = issued(ctx, address=address, history=True, application_id="e1" * 16)
    for number in range(3):
        first, second = told(full, number)
        assert first[1] == []
        assert second == (RegisterReason.MOVE_WITHIN, [CopyItem.ADDRESS])
    (row,) = counter.owner_rows(
        federation, KUNITACHI.node_id, "SELECT wanted FROM home_copies WHERE application_id LIKE 'e1%%'"
    )
    assert row["wanted"] == ["history"]


def test_a_retry_tells_the_history_as_the_office_knew_it_then(federation: Federation) -> None:
    ctx = at_home(federation)
    address = moved(federation)
    first = issued(ctx, address=address, history=True)
    holding.corrected(ctx, CLERK, counter.read(federation, KUNITACHI, TARO))
    assert issued(ctx, address=address, history=True) == replace(first, again=True)
    later = issued(ctx, address=address, name="髙橋　花子", history=True, application_id="e1" * 16)
    assert told(later) == [*told(first), (RegisterReason.CORRECTED_EX_OFFICIO, [CopyItem.NAME])]


@case("Act Art. 12-3(7), (8)", refused="HC23", permitted="HC23")
def test_a_third_party_sees_changes_only_as_found_suitable(federation: Federation) -> None:
    ctx = at_home(federation)
    asked = {"members": "self", "history": True}
    assert rules(issue(ctx, filing(**asked, third_party=OTHER))) == ["HC23"]
    paper = issued(ctx, **asked, third_party=OTHER | {"more_suitable": True})
    assert len(paper.persons[0].changes) == 1


@case("spec 1.1.5", "spec 5.1", permitted="HC30 HC31 HC32", refused="HC30 HC32")
def test_who_moved_out_has_a_copy_of_the_deleted_record(federation: Federation) -> None:
    ctx = at_home(federation)
    assert rules(issue(ctx, filing(**HIS))) == ["HC30"]
    counter.file_move_out(federation, KUNITACHI, [TARO])
    federation.set_date(date(2013, 7, 11))
    federation.run()
    assert rules(issue(ctx, filing(members="self"))) == ["HC1"]
    assert rules(issue(ctx, filing(**HIS | {"members": "household"}))) == ["HC32"]
    paper = issued(ctx, **HIS)
    (man,) = paper.persons
    assert not paper.whole
    assert man.changes == ()
    deletion = man.deletion
    assert deletion is not None
    assert (deletion.reason, deletion.on) == (RegisterReason.MOVE_OUT, date(2013, 7, 10))
    assert (deletion.destination, deletion.confirmed_at) == (counter.place(CHIYODA).text, None)
    assert issued(ctx, **HIS) == replace(paper, again=True)


@case("spec 1.1.5", refused="HC3", permitted="HC13")
def test_the_householder_is_that_of_the_day_before(federation: Federation) -> None:
    """Also where that one has died too, and another is householder now."""
    ctx = at_home(federation)
    counter.die(federation, KUNITACHI, LINH)
    federation.set_date(date(2013, 7, 9))
    counter.die(federation, KUNITACHI, TARO, on=date(2013, 7, 9))
    wanted = {"wanted": ["household-items"], "third_party": OTHER | {"more_suitable": True}}
    (woman,) = issued(ctx, **HERS, **wanted).persons
    assert woman.household is not None
    assert (woman.household.householder, woman.household.relationship) == ("渡邉　太郎", "妻")
    (man,) = issued(ctx, **HIS, **wanted, application_id="e1" * 16).persons
    assert man.household is not None
    assert man.household.householder == "渡邉　太郎"
    assert rules(issue(ctx, filing(**HIS, name="渡邉　花子", application_id="e2" * 16))) == ["HC3"]


@case("Ord. Art. 34(1)", refused="HC31", permitted="HC31")
def test_after_its_term_there_is_no_deleted_record_any_more(federation: Federation) -> None:
    """Also while the row is there still: the night's erasing comes later, or a hold keeps it."""
    ctx = at_home(federation)
    counter.die(federation, KUNITACHI, SAKURA)
    hers = {
        "resident_no": SAKURA,
        "name": "渡邉　さくら",
        "members": "self",
        "deleted": True,
        "third_party": OTHER,
    }
    erasing.turn(federation, date(2018, 7, 7))
    assert isinstance(issue(ctx, filing(**hers)), HomeCopy)
    erasing.turn(federation, date(2018, 7, 8))
    assert rules(issue(ctx, filing(**hers, application_id="e1" * 16))) == ["HC31"]


def test_the_day_of_a_deletion_is_the_one_by_which_it_is_erased(federation: Federation) -> None:
    """``deleted_on`` against the database's own judgement, on histories with undoings and restatements."""
    ctx = federation.context(KUNITACHI, OFFICE)
    day = date(2013, 7, 8)
    with counter.owner(federation, erasing.KUNI) as connection:
        rows = erasing.Rows(connection)
        rows.resident(day)
        rows.resident(day, seen_on=date(2014, 4, 1))
        for more in (
            [("undone-adding", True, date(2013, 7, 9))],
            [("undone-adding", True, date(2013, 7, 9)), ("death", False, date(2014, 4, 1))],
            [("death", False, date(2014, 4, 1))],
        ):
            one = rows.resident(day)
            for number, (reason, present, seen) in enumerate(more, 3):
                rows.version(one, number, reason, day, seen_on=seen, present=present)
            connection.execute(
                "UPDATE residents SET last_history_no = %s WHERE resident_id = %s", [2 + len(more), one]
            )
        found = connection.execute(
            "SELECT resident_no, retention_deleted_on(resident_id) AS day FROM residents ORDER BY resident_id"
        ).fetchall()
    with ctx.begin() as tx:
        ctx.business_date(tx)
        ours = []
        for row in found:
            held = residents.lock(tx, row["resident_no"])
            assert held is not None
            ours.append(copy_history.deleted_on(copied_history.steps_of(tx, held, ctx.now())))
    assert ours == [row["day"] for row in found]
    assert len(set(ours)) == 3


def test_special_changes_belong_to_a_paper_with_the_history() -> None:
    with pytest.raises(JukinetError) as caught:
        filing(special_history=True)
    assert [fault.field for fault in caught.value.faults] == ["special_history"]


def test_killed_at_any_step_a_copy_of_a_deleted_record_is_issued_or_not(federation: Federation) -> None:
    at_home(federation)
    counter.die(federation, KUNITACHI, SAKURA)
    hers: dict[str, Any] = {"resident_no": SAKURA, "name": "渡邉　さくら", "members": "self", "deleted": True}
    hers |= {"history": True, "third_party": OTHER | {"more_suitable": True}}
    counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: issue(ctx, filing(**hers)))
