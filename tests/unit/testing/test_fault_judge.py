"""The judge of a run on books made by hand: a story that holds, and each way in which one does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from jukinet.testing.faults.books import Book, Evidence, SeenAct, Statement
from jukinet.testing.faults.checker import judge_books
from jukinet.testing.faults.verdict import DIFFERING, DUPLICATED, LOST, REORDERED, Verdict

TOWN, PREF, NATIONAL = "muni-131016", "pref-13", "national"
CODE, NEW = "24727059608", "24846016224"


def version(resident: int, number: int, terminal: str, **changes: Any) -> dict[str, Any]:
    items = {
        "name": {"text": "検査　一号"},
        "birth_date": "1980-01-01",
        "sex": "female",
        "address": {"municipality": "131016", "text": "東京都千代田区一番町1番地"},
        "code": CODE,
    }
    present = changes.pop("present", True)
    return {
        "resident_id": resident,
        "resident_no": f"no-{resident}",
        "history_no": number,
        "terminal": terminal,
        "operator": "sato",
        "present": present,
        "items": items | changes,
        "last": False,
    }


def notice(number: int, kind: str, of: dict[str, Any]) -> Statement:
    items = of["items"]
    body = {
        "name": items["name"]["text"],
        "birth_date": items["birth_date"],
        "sex": items["sex"],
        "address": items["address"],
        "code": items["code"],
        "change": {"kind": kind},
    }
    bytes_ = json.dumps([number, body]).encode()
    return Statement(
        f"s{number}", "identity-notice", TOWN, 1, "identity", PREF, number, bytes_, body, genuine=True
    )


def entry(terminal: str, number: str) -> dict[str, Any]:
    return {
        "entry_id": 1,
        "event": "register:act",
        "outcome": "done",
        "terminal": terminal,
        "resident_no": number,
        "reference": None,
    }


def told(act: int, kind: str) -> dict[str, Any]:
    return {
        "act": act,
        "town": TOWN,
        "kind": kind,
        "terminal": f"counter/a{act}-1",
        "outcome": "done",
        "residents": ["no-1"],
    }


class Story:
    """A person is recorded, moves within, and gets another code; two stores took it all."""

    def __init__(self) -> None:
        moved = {"municipality": "131016", "text": "東京都千代田区一番町2番地"}
        self.versions = [
            version(1, 1, "counter/a1-1"),
            version(1, 2, "counter/a2-1", address=moved),
            version(1, 3, "counter/a3-1", address=moved, code=NEW) | {"last": True},
        ]
        kinds = ("recording", "correction", "code-correction")
        self.notices = [
            notice(number, kind, of)
            for number, (kind, of) in enumerate(zip(kinds, self.versions, strict=True), 1)
        ]
        self.told = [told(1, "move-in"), told(2, "move-within"), told(3, "change-code")]
        self.town = Book(
            TOWN,
            statements={one.statement_id: one for one in self.notices},
            outbox=[
                {"statement_id": one.statement_id, "entry_id": one.number, "signed": True}
                for one in self.notices
            ],
            versions=self.versions,
            audit=[entry(f"counter/a{act}-1", "no-1") | {"entry_id": act} for act in (1, 2, 3)],
        )
        self.pref, self.national = self.store(PREF, TOWN), self.store(NATIONAL, PREF)
        self.evidence: list[Evidence] = []

    def store(self, node: str, peer: str) -> Book:
        last = self.versions[-1]["items"]
        record = {
            "name": last["name"]["text"],
            "nickname": None,
            "birth_date": last["birth_date"],
            "sex": last["sex"],
            "address_in": "131016",
            "address": last["address"]["text"],
            "building": None,
            "code": last["code"],
            "municipality": "131016",
        }
        return Book(
            node,
            statements={one.statement_id: one for one in self.notices},
            arrivals=[self.arrival(peer, number, f"s{number}") for number in (1, 2, 3)],
            history=[
                {"history_id": number, "statement_id": f"s{number}", "municipality": "131016"}
                for number in (1, 2, 3)
            ],
            records=[record],
            audit=[self.applied(f"s{number}") for number in (1, 2, 3)],
        )

    @staticmethod
    def arrival(peer: str, number: int, statement: str) -> dict[str, Any]:
        return {
            "peer": peer,
            "stream": "identity",
            "lane_number": number,
            "statement_id": statement,
            "outcome": "applied",
        }

    @staticmethod
    def applied(statement: str) -> dict[str, Any]:
        return {
            "entry_id": 1,
            "event": "identity:notice:applied",
            "outcome": "done",
            "terminal": None,
            "resident_no": None,
            "reference": statement,
        }

    def judged(self) -> Verdict:
        books = {book.node: book for book in (self.town, self.pref, self.national)}
        return judge_books(books, self.told, self.evidence)


def _act_gone(story: Story) -> None:
    story.told.append(told(4, "death"))


def _entry_skipped(story: Story) -> None:
    del story.town.audit[1]


def _entry_twice(story: Story) -> None:
    story.town.audit.append(story.town.audit[0])


def _not_at_the_centre(story: Story) -> None:
    del story.national.statements["s3"], story.national.arrivals[2], story.national.history[2]


def _not_applied(story: Story) -> None:
    del story.pref.history[1]


def _no_notice(story: Story) -> None:
    for book in (story.town, story.pref, story.national):
        del book.statements["s3"]
        book.history = book.history[:2]
        book.arrivals = book.arrivals[:2]
    del story.town.outbox[2]


def _taken_twice(story: Story) -> None:
    story.pref.arrivals.append(story.arrival(TOWN, 4, "s2"))


def _applied_twice(story: Story) -> None:
    story.pref.history.append({"history_id": 4, "statement_id": "s3", "municipality": "131016"})


def _overtaken(story: Story) -> None:
    first, second, *_ = story.national.arrivals
    first["statement_id"], second["statement_id"] = second["statement_id"], first["statement_id"]


def _applied_in_another_order(story: Story) -> None:
    story.pref.history.reverse()


def _other_bytes(story: Story) -> None:
    story.national.statements["s2"] = replace(story.notices[1], envelope=b"{}")


def _forged(story: Story) -> None:
    story.town.statements["s2"] = replace(story.notices[1], genuine=False)


def _other_record(story: Story) -> None:
    story.pref.records[0]["sex"] = "male"


def _halted(story: Story) -> None:
    story.pref.halted.append(f"{TOWN} identity")


def _under_way(story: Story) -> None:
    story.town.waiting = 2


def _nobody_told(story: Story) -> None:
    del story.told[1]


def _in_the_record_of_another(story: Story) -> None:
    story.versions[1]["resident_no"] = "no-11"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_act_gone, LOST),
        (_entry_skipped, LOST),
        (_entry_twice, DUPLICATED),
        (_not_at_the_centre, LOST),
        (_not_applied, LOST),
        (_no_notice, LOST),
        (_taken_twice, DUPLICATED),
        (_applied_twice, DUPLICATED),
        (_overtaken, REORDERED),
        (_applied_in_another_order, REORDERED),
        (_other_bytes, DIFFERING),
        (_forged, DIFFERING),
        (_other_record, DIFFERING),
        (_halted, DIFFERING),
        (_under_way, LOST),
        (_nobody_told, DIFFERING),
        (_in_the_record_of_another, LOST),
    ],
)
def test_each_way_in_which_a_story_fails_is_found(spoil: Callable[[Story], None], found: str) -> None:
    story = Story()
    spoil(story)
    assert story.judged().counts[found] > 0, story.judged().findings


# -- what restores took


def _put_back(story: Story, *, archived: bool = False) -> None:
    """The register is what it was before the last act; nothing of that act is there, and no store has it."""
    act = SeenAct(3, "register:act", "done", "counter/a3-1", ["s3"])
    story.evidence.append(Evidence(TOWN, archived, [act], {"counter/a3-1": [NEW]}))
    _no_notice(story)
    story.versions.pop()
    story.versions[-1]["last"] = True
    story.town.audit.pop()
    for store in (story.pref, story.national):
        store.records[0]["code"] = CODE
        store.audit.pop()


def _give_back(story: Story, *holders: Book) -> None:
    """Stores hold what the lost act said, and the register was told so."""
    said = story.notices[2]
    lost = replace(said, body=said.body | {"change": {"kind": "code-correction", "previous_code": CODE}})
    for book in (story.town, *holders):
        book.statements["s3"] = lost
    for store in holders:
        store.arrivals.append(story.arrival(store.arrivals[0]["peer"], 3, "s3"))
        store.history.append({"history_id": 3, "statement_id": "s3", "municipality": "131016"})
        store.audit.append(story.applied("s3"))
        store.records[0]["code"] = NEW


def _name(story: Story) -> None:
    story.town.beyond.append({"audit_no": 3, "event": "register:act", "statements": ["s3"]})


def test_an_act_that_no_peer_held_is_named() -> None:
    story = Story()
    _put_back(story)
    _name(story)
    verdict = story.judged()
    assert verdict.findings == []
    assert verdict.beyond == {(TOWN, 3): "register:act"}


def test_an_act_that_a_peer_held_is_on_the_list() -> None:
    story = Story()
    _put_back(story)
    _give_back(story, story.pref, story.national)
    _name(story)
    story.town.listed.append("s3")
    verdict = story.judged()
    assert verdict.findings == []
    assert verdict.beyond == {}


def _neither(story: Story) -> None:
    _put_back(story)


def _held_and_not_listed(story: Story) -> None:
    _put_back(story)
    _give_back(story, story.pref, story.national)


def _named_though_it_is_held(story: Story) -> None:
    _put_back(story)
    _give_back(story, story.pref, story.national)
    del story.town.statements["s3"]
    _name(story)


def _archived(story: Story) -> None:
    _put_back(story, archived=True)
    _name(story)


def _another_person_differs(story: Story) -> None:
    _put_back(story)
    _give_back(story, story.pref, story.national)
    story.town.listed.append("s3")
    story.pref.records.append(story.pref.records[0] | {"code": "25208017643"})


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_neither, LOST),
        (_held_and_not_listed, LOST),
        (_named_though_it_is_held, LOST),
        (_archived, LOST),
        (_another_person_differs, DIFFERING),
    ],
)
def test_each_way_in_which_a_restore_is_not_told_of_is_found(
    spoil: Callable[[Story], None], found: str
) -> None:
    story = Story()
    spoil(story)
    assert story.judged().counts[found] > 0, story.judged().findings


def test_a_story_that_holds() -> None:
    verdict = Story().judged()
    assert verdict.findings == []
    assert verdict.line() == "lost: 0, duplicated: 0, reordered: 0, differing: 0"


def test_a_record_of_before_whose_number_passed_on_to_the_next_one_holds_its_acts() -> None:
    story = Story()
    for one in story.versions:
        one["resident_no"] = "no-1/1"
    assert story.judged().findings == []
