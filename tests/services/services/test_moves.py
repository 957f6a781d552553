"""Move-in, move within and the filing of a move-out: versions, notices, codes, trail, every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import moves
from jukinet.services.filings import Mover, Person
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

IN, WITHIN, OUT = "register:move-in:recorded", "register:move-within:recorded", "register:move-out:filed"
CODE = ResidentRecordCode("24727059608")


def told(federation: Federation, where: Any = KUNITACHI) -> dict[str, Any]:
    return counter.notices(federation, where)[-1]


# Move-in


@case("Act Arts. 22(1), 30-2(1), 30-5(1)", "spec 4.1.0.1, 4.1.1.1", permitted="I1 I2 I3 I4 I5 H2")
def test_a_move_in_keeps_the_code_and_reaches_the_centre(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, counter.japanese(code=CODE))
    federation.run()
    (number,) = done.resident_nos
    found = counter.read(federation, KUNITACHI, number)
    (version,) = found.versions
    assert (version.reason, version.effective_on) == ("move-in", date(2013, 7, 6))
    record = found.record
    assert record.code == CODE
    assert (record.became_resident_on, record.recorded_since) == (date(2013, 7, 6), counter.TODAY)
    assert record.previous_address == counter.place(CHIYODA)
    assert record.is_householder
    assert told(federation)["change"] == {
        "kind": "recording",
        "reason": "move-in",
        "occurred_on": "2013-07-06",
        "foreign_record": False,
    }
    counter.both_stores(federation, KUNITACHI, number)
    (entry,) = counter.audit(federation, KUNITACHI, IN)
    assert (entry["outcome"], entry["resident_no"], entry["subject_code"]) == ("done", number, str(CODE))
    # One who keeps a code is not told of it again (30-2(3)).
    assert counter.code_notices(federation, KUNITACHI) == []


@case("Reg. Art. 2(1)", "Act Art. 9(1), (3)", "spec 7.1.1.1")
def test_a_move_in_tells_the_municipality_that_was_left(federation: Federation) -> None:
    counter.move_in(federation, KUNITACHI, counter.japanese(code=CODE))
    assert counter.statements(federation, KUNITACHI, "move-in-notice") == [
        (
            "muni-131016",
            {
                "code": str(CODE),
                "name": "国立　花子",
                "birth_date": "1980-04-17",
                "sex": "female",
                "new_address": {
                    "municipality": "132152",
                    "text": "東京都国立市富士見台二丁目47番地の1",
                    "building": "国立荘3号",
                },
                "moved_on": "2013-07-06",
            },
        )
    ]


@case("spec 1.1.3", "spec 4.0.1", "spec 4.0.2", "Act Art. 6(1)", "spec 1.1.13", permitted="H2 I7 I8")
def test_a_household_moves_in_with_one_number_and_one_entry_a_person(federation: Federation) -> None:
    spouse = counter.japanese(name=PersonName("国立　太郎"), relationship="夫")
    done = counter.move_in(federation, KUNITACHI, counter.japanese(), spouse, daughter(code=CODE))
    found = [counter.read(federation, KUNITACHI, number) for number in done.resident_nos]
    assert len({one.record.household_number for one in found}) == 1
    assert [one.record.relationship for one in found] == ["世帯主", "夫", "子"]
    assert [entry["resident_no"] for entry in counter.audit(federation, KUNITACHI, IN)] == list(
        done.resident_nos
    )
    coded = counter.code_notices(federation, KUNITACHI)
    assert coded == [(one.resident_no, "assigned", str(one.record.code)) for one in found[:2]]
    federation.run()
    for number in done.resident_nos:
        counter.both_stores(federation, KUNITACHI, number)


@case("spec 4.0.2", permitted="H1 H3")
def test_one_joins_a_household_that_is_here(federation: Federation) -> None:
    (head,) = counter.load(federation)
    number = head.record.household_number
    joined = counter.japanese(relationship="妻", code=CODE)
    done = counter.move_in(federation, KUNITACHI, joined, household_number=number)
    assert counter.read(federation, KUNITACHI, done.resident_nos[0]).record.household_number == number


@case("Ord. 2010 no. 253 suppl. Art. 9(2)")
def test_a_foreign_resident_without_a_code_is_given_one_where_next_recorded(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, counter.foreign())
    federation.run()
    (number,) = done.resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    assert record.became_resident_on is None
    assert counter.code_notices(federation, KUNITACHI) == [(number, "assigned", str(record.code))]
    assert told(federation)["change"]["foreign_record"] is True
    counter.both_stores(federation, KUNITACHI, number)


@case("2009 Act no. 77 suppl. Art. 9")
def test_a_foreign_resident_moves_in_before_the_start_without_a_word_to_the_network(
    federation: Federation,
) -> None:
    counter.turn_back(federation, date(2013, 7, 7))
    done = counter.move_in(
        federation, KUNITACHI, counter.foreign(code=CODE), filed_on=date(2013, 7, 7), evidence="excused"
    )
    assert counter.read(federation, KUNITACHI, done.resident_nos[0]).record.code is None
    assert counter.notices(federation, KUNITACHI) == []
    assert counter.code_notices(federation, KUNITACHI) == []


@pytest.mark.parametrize("known", [None, CODE])
@pytest.mark.parametrize("who", [counter.japanese(), counter.foreign()])
@case("Act Art. 30-2(1), (2)", "spec 4.1.0.1")
def test_from_abroad_the_old_code_if_known_else_a_new_one(
    federation: Federation, who: Person, known: ResidentRecordCode | None
) -> None:
    done = counter.move_in(
        federation,
        KUNITACHI,
        replace(who, code=known),
        previous_address=counter.HAWAII,
        evidence=MoveInEvidence.FROM_ABROAD,
    )
    federation.run()
    (number,) = done.resident_nos
    found = counter.read(federation, KUNITACHI, number)
    assert found.versions[0].reason == "move-in-from-abroad"
    assert (found.record.code == CODE) is (known is not None)
    assert len(counter.code_notices(federation, KUNITACHI)) == (known is None)
    assert told(federation)["change"]["reason"] == "move-in"
    # Nobody is told by M3, on the line or on paper: there is no municipality that was left.
    assert counter.statements(federation, KUNITACHI, "move-in-notice") == []
    assert done.remarks == ()
    counter.both_stores(federation, KUNITACHI, number)


def test_from_a_town_not_connected_a_new_code_and_word_on_paper(federation: Federation) -> None:
    done = counter.move_in(federation, FUKUSHIMA, previous_address=counter.place(YAMATSURI))
    federation.run()
    (number,) = done.resident_nos
    record = counter.read(federation, FUKUSHIMA, number).record
    assert counter.code_notices(federation, FUKUSHIMA) == [(number, "assigned", str(record.code))]
    assert counter.statements(federation, FUKUSHIMA, "move-in-notice") == []
    (remark,) = done.remarks
    assert remark.article == "Act Art. 9(1)"
    assert "previous municipality is not connected" in remark.sentence
    assert "paper" in remark.sentence
    counter.both_stores(federation, FUKUSHIMA, number)


def test_into_a_town_not_connected_no_code_no_notice_and_word_on_paper(federation: Federation) -> None:
    done = counter.move_in(federation, YAMATSURI, counter.japanese(code=CODE))
    assert counter.read(federation, YAMATSURI, done.resident_nos[0]).record.code is None
    assert counter.contents(federation, YAMATSURI)["outbox"] == []
    assert counter.code_notices(federation, YAMATSURI) == []
    (remark,) = done.remarks
    # It is not the city that was left which is not connected.
    assert "This municipality is not connected" in remark.sentence
    assert "paper" in remark.sentence


@case("Act Art. 9(1)")
def test_one_who_comes_back_here_is_not_announced_to_ourselves(federation: Federation) -> None:
    done = counter.move_in(
        federation,
        KUNITACHI,
        counter.japanese(code=CODE),
        previous_address=counter.place(KUNITACHI),
        evidence=MoveInEvidence.EXCUSED,
    )
    assert counter.statements(federation, KUNITACHI, "move-in-notice") == []
    assert done.remarks == ()
    federation.run()
    assert federation.unsent() == 0


@case("Act Art. 22(1)")
def test_a_late_move_in_is_taken_and_remarked_on(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 6, 1))
    (remark,) = done.remarks
    assert "14 days" in remark.sentence


@pytest.mark.parametrize(
    ("persons", "change", "rules"),
    refusals(
        ((), {"filed_on": date(2013, 7, 9)}, ["F1"]),
        ((), {"moved_on": date(2013, 7, 9)}, ["I1"]),
        ((), {"moved_on": date(1979, 1, 1)}, ["I2"]),
        ((), {"address": counter.ADDRESSES[CHIYODA]}, ["I4"]),
        ((), {"evidence": None}, ["I5"]),
        (
            (counter.foreign(),),
            {"evidence": MoveInEvidence.FROM_ABROAD, "status_shown": False},
            ["I6"],
        ),
        ((counter.japanese(relationship="妻"),), {}, ["H2"]),
        ((counter.japanese(), counter.japanese()), {}, ["H2", "I8"]),
        ((counter.japanese(relationship="妻"),), {"household_number": "99999999999"}, ["H1"]),
        ((), {"household_number": "here"}, ["H3"]),
        ((counter.japanese(code=CODE), counter.japanese(code=CODE, relationship="妻")), {}, ["I7"]),
        (
            (counter.japanese(relationship="妻"),),
            {"evidence": None, "filed_on": date(2013, 7, 5)},
            ["I1", "I5", "H2"],
        ),
    ),
)
def test_a_move_in_is_refused_with_every_rule_that_fails(
    standing: Federation, persons: tuple[Person, ...], change: dict[str, Any], rules: list[str]
) -> None:
    if change.get("household_number") == "here":
        change = {"household_number": counter.somebody(standing).record.household_number}
    filing = counter.move_in_filing(KUNITACHI, *persons, **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@case(refused="I3")
def test_nobody_moves_in_who_is_here_already(standing: Federation) -> None:
    code = counter.somebody(standing).record.code
    filing = counter.move_in_filing(KUNITACHI, counter.japanese(code=code))
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), "I3")


@case("Act Art. 22(1)")
def test_one_of_a_household_who_may_not_move_in_keeps_all_out(standing: Federation) -> None:
    code = counter.somebody(standing).record.code
    filing = counter.move_in_filing(
        KUNITACHI, counter.japanese(), counter.japanese(relationship="夫", code=code)
    )
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), "I3")


def test_a_refusal_names_whom_it_is_about(standing: Federation) -> None:
    here = counter.somebody(standing)
    nobody, unknown = "99999999999", ResidentRecordCode("24846016224")
    couple = (counter.japanese(code=here.record.code), counter.japanese(code=unknown))
    into = counter.move_in_filing(KUNITACHI, *couple)
    within = counter.move_within_filing(KUNITACHI, here.resident_no, nobody, moved_on=date(2013, 7, 9))
    out = counter.move_out_filing([here.resident_no, nobody])
    ctx = standing.context(KUNITACHI)
    known = (here.resident_no, str(here.record.code))
    for event, refused, subjects in (
        (IN, lambda: moves.move_in(ctx, CLERK, into), [known, (None, str(unknown))]),
        (WITHIN, lambda: moves.move_within(ctx, CLERK, within), [known, (nobody, None)]),
        (OUT, lambda: moves.file_move_out(ctx, CLERK, out), [known, (nobody, None)]),
    ):
        before = len(counter.audit(standing, KUNITACHI))
        assert isinstance(refused(), Refused)
        told = counter.audit(standing, KUNITACHI)[before:]
        assert {(one["event"], one["outcome"]) for one in told} == {(event, "refused")}
        assert [(one["resident_no"], one["subject_code"]) for one in told] == subjects


@pytest.mark.parametrize("where", [KUNITACHI, YAMATSURI])
@case(refused="I8", permitted="I8")
def test_a_move_in_entered_again_is_refused_unless_the_clerk_says_it_is_another(
    federation: Federation, where: MunicipalityCode
) -> None:
    """The program was killed after its commit and before its answer; the clerk files again."""
    counter.move_in(federation, where, previous_address=counter.HAWAII, evidence=MoveInEvidence.FROM_ABROAD)
    ctx = federation.context(where)
    again = counter.move_in_filing(where, evidence=MoveInEvidence.FROM_ABROAD)
    counter.assert_refused(federation, where, IN, lambda: moves.move_in(ctx, CLERK, again), "I8")
    for other in (
        {"sex": Sex.MALE},
        {"birth_date": PartialDate("1980-04-18")},
        {"name": PersonName("国立　月子")},
    ):
        counter.move_in(federation, where, counter.japanese(**other))
    namesake = counter.move_in(federation, where, although_alike=True)
    assert any("another person" in remark.sentence for remark in namesake.remarks)
    assert len(counter.known_numbers(federation, where)) == 5


@case(permitted="I8")
def test_one_who_is_gone_stands_in_nobodys_way(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.die(federation, KUNITACHI, number)
    assert counter.move_in(federation, KUNITACHI).remarks == ()


def test_a_crash_at_any_step_of_a_move_in_leaves_nothing(federation: Federation) -> None:
    family = counter.move_in_filing(KUNITACHI, counter.japanese(code=CODE), daughter())
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: moves.move_in(ctx, CLERK, family)
    )
    assert crashes >= 9  # for each person: the version, M1, M3 and the trail; and the draw of one code


# Move within


@case("Act Art. 23", "Ord. Art. 9", "spec 4.1.0.1", permitted="W1 W2 W3 W4 W5 E1")
def test_a_move_within_corrects_the_address_and_reaches_the_centre(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.record == replace(
        found.record, address=counter.elsewhere_in(KUNITACHI), address_since=date(2013, 7, 6)
    )
    assert [version.reason for version in after.versions] == ["recorded-ex-officio", "move-within"]
    assert told(federation)["change"] == {
        "kind": "correction",
        "reason": "move-within",
        "occurred_on": "2013-07-06",
        "foreign_record": False,
    }
    assert told(federation)["address"]["text"] == counter.elsewhere_in(KUNITACHI).text
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    (entry,) = counter.audit(federation, KUNITACHI, WITHIN)
    assert entry["resident_no"] == found.resident_no


@case("Ord. Art. 10", "spec 4.0.1", "spec 4.0.2", "Act Art. 23", permitted="H2")
def test_a_family_splits_and_the_movers_are_a_household_of_their_own(federation: Federation) -> None:
    head, *rest = counter.load(
        federation,
        KUNITACHI,
        [make_person(seed=1), make_person(seed=2, relationship="妻"), make_person(seed=3, relationship="子")],
    )
    movers = (Mover(rest[0].resident_no, "世帯主"), Mover(rest[1].resident_no, "子"))
    done = counter.move_within(federation, KUNITACHI, movers=movers, new_household=True)
    federation.run()
    # A record is one person's: it is corrected, and no other is made for the new household.
    assert {head.resident_no, *done.resident_nos} == set(counter.known_numbers(federation, KUNITACHI))
    after = [counter.read(federation, KUNITACHI, number).record for number in done.resident_nos]
    assert {record.relationship for record in after} == {"世帯主", "子"}
    (number,) = {record.household_number for record in after}
    assert number != head.record.household_number
    assert len(counter.audit(federation, KUNITACHI, WITHIN)) == 2
    for one in rest:
        counter.both_stores(federation, KUNITACHI, one.resident_no)
    # Whose household or relationship it is, nobody outside learns (Art. 30-5).
    assert all("household" not in str(notice) for notice in counter.notices(federation, KUNITACHI))


@case("spec 4.1.2.1", permitted="W5")
def test_a_move_to_the_other_room_of_the_house_is_a_move(federation: Federation) -> None:
    (found,) = counter.load(federation)
    room = replace(found.record.address, building="202号室")
    counter.move_within(federation, KUNITACHI, found.resident_no, address=room)
    federation.run()
    assert counter.read(federation, KUNITACHI, found.resident_no).record.address == room
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def test_a_foreign_resident_without_a_code_moves_within_silently(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()
    moved = counter.read(federation, KUNITACHI, found.resident_no).record
    assert moved.address == counter.elsewhere_in(KUNITACHI)
    assert counter.notices(federation, KUNITACHI) == []


def test_a_town_not_connected_records_a_move_within_and_tells_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    counter.move_within(federation, YAMATSURI, found.resident_no)
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"moved_on": date(2013, 7, 9)}, ["W1"]),
        ({"moved_on": date(1900, 1, 1)}, ["W2", "E1"]),
        ({"movers": (Mover("99999999999"),)}, ["W3"]),
        ({"address": counter.ADDRESSES[CHIYODA]}, ["W4"]),
        ({"address": "the same"}, ["W5"]),
        ({"new_household": True, "relationship": "妻"}, ["H2"]),
        ({"relationship": "世帯主", "who": 1}, ["H3"]),
        ({"moved_on": "before the record"}, ["E1"]),
    ),
)
def test_a_move_within_is_refused_with_every_rule_that_fails(
    standing: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    change = dict(change)
    found = family(standing)[change.pop("who", 0)]
    if "relationship" in change:
        change["movers"] = (Mover(found.resident_no, change.pop("relationship")),)
    if change.get("address") == "the same":
        change["address"] = found.record.address
    if change.get("moved_on") == "before the record":
        change["moved_on"] = found.record.recorded_since - timedelta(days=1)
    filing = counter.move_within_filing(KUNITACHI, found.resident_no, **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, WITHIN, lambda: moves.move_within(ctx, CLERK, filing), *rules)


def family(federation: Federation) -> list[Found]:
    """A head and a spouse, taken over once."""
    numbers = counter.known_numbers(federation, KUNITACHI)
    found = [counter.read(federation, KUNITACHI, number) for number in numbers]
    wives = [one for one in found if one.record.relationship == "妻"]
    if not wives:
        head, wife = make_person(seed=21), make_person(seed=22, relationship="妻")
        return counter.load(federation, KUNITACHI, [head, wife])
    heads = [one for one in found if one.record.household_number == wives[0].record.household_number]
    return heads[:1] + wives[:1]


# Move-out


@case("Act Art. 24", "Ord. Art. 13(1)", "spec 4.1.0.1", "spec 4.1.3.0.2", permitted="O1 O2 O3 O4")
def test_a_move_out_filed_writes_the_plan_and_leaves_the_person_present(federation: Federation) -> None:
    (found,) = counter.load(federation)
    sent = len(counter.notices(federation, KUNITACHI))
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    federation.run()
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.present
    plan = after.record.move_out
    assert plan is not None
    assert (plan.destination, plan.planned_on, plan.filed_on) == (
        counter.place(CHIYODA),
        date(2013, 7, 10),
        counter.TODAY,
    )
    assert (after.versions[-1].reason, after.versions[-1].effective_on) == ("move-out-filed", counter.TODAY)
    # None of the six facts changed: nobody is told yet.
    assert len(counter.notices(federation, KUNITACHI)) == sent
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    (entry,) = counter.audit(federation, KUNITACHI, OUT)
    assert entry["resident_no"] == found.resident_no


@case("spec 4.0.1")
def test_a_household_files_one_move_out_with_one_entry_a_person(federation: Federation) -> None:
    numbers = [one.resident_no for one in counter.load(federation, KUNITACHI, pair())]
    done = counter.file_move_out(federation, KUNITACHI, numbers)
    assert sorted(done.resident_nos) == sorted(numbers)
    entries = counter.audit(federation, KUNITACHI, OUT)
    assert sorted(entry["resident_no"] for entry in entries) == sorted(numbers)


def daughter(**changes: Any) -> Person:
    return counter.japanese(birth_date=PartialDate("2005-01-01"), relationship="子", **changes)


def pair() -> list[Any]:
    return [make_person(seed=5), make_person(seed=6, relationship="妻")]


@case(permitted="O3")
def test_a_move_out_told_after_moving_is_taken_and_remarked_on(federation: Federation) -> None:
    (found,) = counter.load(federation)
    done = counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=date(2013, 7, 1))
    remark, *_ = done.remarks
    assert remark.article == "Act Art. 24"


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"resident_nos": ("99999999999",)}, ["O1"]),
        ({"planned_on": date(1900, 1, 1)}, ["O2", "O3", "E1"]),
        ({"planned_on": date(2013, 6, 23)}, ["O3"]),
    ),
)
def test_a_move_out_is_refused_with_every_rule_that_fails(
    standing: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    found = family(standing)[0]
    filing = counter.move_out_filing([found.resident_no], **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, OUT, lambda: moves.file_move_out(ctx, CLERK, filing), *rules)


@case(refused="O4")
def test_a_second_move_out_is_refused_while_one_is_filed(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    filing = counter.move_out_filing([found.resident_no])
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(federation, KUNITACHI, OUT, lambda: moves.file_move_out(ctx, CLERK, filing), "O4")


@case(refused="W3 O1")
def test_nobody_moves_who_is_gone(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    ctx = federation.context(KUNITACHI)
    out = counter.move_out_filing([found.resident_no])
    within = counter.move_within_filing(KUNITACHI, found.resident_no)
    counter.assert_refused(federation, KUNITACHI, OUT, lambda: moves.file_move_out(ctx, CLERK, out), "O1")
    counter.assert_refused(federation, KUNITACHI, WITHIN, lambda: moves.move_within(ctx, CLERK, within), "W3")


def test_only_an_operator_who_may_records_moves(standing: Federation) -> None:
    gates = (
        (IN, lambda ctx, claim: moves.move_in(ctx, claim, counter.move_in_filing(KUNITACHI))),
        (
            WITHIN,
            lambda ctx, claim: moves.move_within(
                ctx, claim, counter.move_within_filing(KUNITACHI, "99999999999")
            ),
        ),
        (OUT, lambda ctx, claim: moves.file_move_out(ctx, claim, counter.move_out_filing(["99999999999"]))),
    )
    for event, act in gates:
        counter.assert_gated(standing, KUNITACHI, event, Permission.REGISTER_RESIDENT_RECORD, act)


@pytest.mark.parametrize("which", ["within", "out"])
def test_a_crash_at_any_step_of_a_familys_move_leaves_nothing(federation: Federation, which: str) -> None:
    numbers = [one.resident_no for one in counter.load(federation, KUNITACHI, pair())]
    within = counter.move_within_filing(KUNITACHI, *numbers)
    out = counter.move_out_filing(numbers)
    crashes = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: (
            moves.move_within(ctx, CLERK, within)
            if which == "within"
            else moves.file_move_out(ctx, CLERK, out)
        ),
    )
    assert crashes >= 4


def test_the_stores_speak_for_the_last_place_after_a_move_between_prefectures(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], FUKUSHIMA, planned_on=counter.TODAY)
    federation.run()
    counter.move_in(
        federation,
        FUKUSHIMA,
        counter.as_person(found),
        previous_address=counter.place(KUNITACHI),
        moved_on=counter.TODAY,
    )
    federation.run()
    left, held = counter.stored(federation, NATIONAL, found.record.code)[::-1]
    assert (left["municipality"], left["live"], left["speaks"]) == (str(KUNITACHI), False, False)
    assert (held["municipality"], held["live"], held["speaks"]) == (str(FUKUSHIMA), True, True)
    (there,) = counter.stored(federation, NodeId("pref-07"), found.record.code)
    assert there["live"]


@case("spec 1.1.8")
def test_dates_partly_unknown_travel_as_written(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, counter.japanese(birth_date=PartialDate("1930-XX-XX")))
    federation.run()
    assert told(federation)["birth_date"] == "1930-XX-XX"
    counter.both_stores(federation, KUNITACHI, done.resident_nos[0])


def test_a_destination_may_be_known_as_text_only(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], Place("未定"))
    plan = counter.read(federation, KUNITACHI, found.resident_no).record.move_out
    assert plan is not None
    assert plan.destination == Place("未定")


@case("Act Art. 30-5(1)")
def test_addresses_keep_their_building(federation: Federation) -> None:
    address = Address(KUNITACHI, "東京都国立市中一丁目1番1号", "𠮷田ビル")
    done = counter.move_in(federation, KUNITACHI, address=address)
    federation.run()
    assert told(federation)["address"]["building"] == "𠮷田ビル"
    counter.both_stores(federation, KUNITACHI, done.resident_nos[0])
