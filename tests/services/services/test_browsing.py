"""Browsing of a part of the register: who is granted it, what a list shows, whom it leaves out, what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import browsing as town
from tests.services.services import counter, holding, protecting
from tests.services.services.browsing import EAST, NAKA, NAKA_2, rules
from typer.testing import CliRunner, Result

from jukinet.cli import browsing as commands
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Nickname, RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Sex
from jukinet.law.browsing import Step, ViewerPaper
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Level, Process
from jukinet.services import browsing, samples
from jukinet.services.browsing import AreaList, Granted, ListedPerson, Published
from jukinet.services.browsing_filings import (
    ApplicationFiling,
    Named,
    StepFiling,
    read_application,
    read_list,
    read_request,
    read_step,
)
from jukinet.services.context import Context
from jukinet.services.hold_filings import JoinedPerson
from jukinet.services.samples import Sample, read_sample
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

GRANTED, SHOWN = "register:browsing:granted", "register:browsing:shown"
NOTED, DRAWN = "register:browsing:noted", "register:sample:drawn"
DAY = counter.TODAY
PASSPORT: dict[str, Any] = {"paper": ViewerPaper.PASSPORT}


@case(
    *("Act Art. 11(1)", "Ord. Art. 14", "spec 9.5"),
    permitted="BW1 BW2 BW3 BW10 BW11 BW12 BW13 BW14 BW18",
)
def test_a_list_shows_four_facts_of_those_recorded_in_the_area_in_the_order_of_addresses(
    federation: Federation,
) -> None:
    places = [NAKA + "10番地", NAKA + "2番地", NAKA_2 + "2番地", EAST + "1番地"]
    tenth, second, _, _ = town.people(federation, *places)
    gone, _ = counter.load(
        federation, KUNITACHI, [town.person(8, NAKA + "3番地")], [town.person(9, NAKA + "10番地")]
    )
    counter.die(federation, KUNITACHI, gone.resident_no)
    number = town.granted(federation, town.request())
    made = town.shown(federation, number)
    assert (made.browsing, made.area, made.made_on) == (number, NAKA, DAY)
    assert [one.address for one in made.persons] == [places[1], places[0], places[0]]
    old = second.record
    assert made.persons[0] == ListedPerson(old.name.text, None, old.birth_date, old.sex, places[1])
    # Another field would be another item: Art. 7(i) to (iii) and (vii), with a nickname, is all that there is.
    assert [one.name for one in fields(ListedPerson)] == [
        *("name", "nickname", "birth_date", "sex", "address"),
    ]
    moved = Address(KUNITACHI, NAKA_2 + "7番地")
    counter.move_within(federation, KUNITACHI, tenth.resident_no, address=moved, new_household=True)
    assert len(town.shown(federation, number).persons) == 2, "a list is made of the register as it stands"


def test_a_foreign_resident_stands_there_by_the_names_of_the_record(federation: Federation) -> None:
    town.towns(federation)
    here: dict[str, Any] = {"municipality": KUNITACHI, "address": Address(KUNITACHI, NAKA + "1番地")}
    nickname = Nickname("国立　ジョン", DAY, KUNITACHI)
    one = make_person(RecordKind.FOREIGN, seed=1, nickname=nickname, **here)
    former = make_person(
        RecordKind.FOREIGN, seed=2, nickname=replace(nickname, deleted_on=DAY, deleted_by=KUNITACHI), **here
    )
    counter.load(federation, KUNITACHI, [one], [former])
    listed = town.shown(federation, town.granted(federation, town.request())).persons
    assert {(person.name, person.nickname) for person in listed} == {
        (one.name.written, "国立　ジョン"),
        (former.name.written, None),
    }


def prepared(federation: Federation, **filing: Any) -> AreaList:
    made = browsing.prepare(
        federation.context(KUNITACHI), CLERK, read_list({"leave_out": True} | filing), lambda _: True
    )
    assert isinstance(made, AreaList), made
    return made


@case("spec 9.5", permitted="BW18 PO3", refused="PO3")
def test_the_office_makes_a_list_of_everybody_but_those_held_back_also_in_an_order_by_lot(
    federation: Federation,
) -> None:
    places = [f"{area}{number}番地" for area in (NAKA, EAST) for number in range(1, 9)]
    held, *_ = town.people(federation, *places)
    holding.hold(federation, held, holding.terms(Process.ISSUE))
    all_of_them = browsing.prepare(federation.context(KUNITACHI), CLERK, read_list({}), lambda _: True)
    assert rules(all_of_them) == ["PO3"]
    everybody = prepared(federation)
    assert (everybody.area, everybody.seed) == (None, None)
    assert sorted(one.address for one in everybody.persons) == sorted(places[1:])
    assert [one.address for one in prepared(federation, areas=[EAST]).persons] == places[8:]
    drawn = prepared(federation, by_lot=True)
    orders = [tuple(one.address for one in made.persons) for made in (everybody, drawn)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
    assert prepared(federation, by_lot=True, seed=drawn.seed) == drawn
    assert prepared(federation, by_lot=True).persons != drawn.persons
    number = town.granted(federation, town.request())
    shown = town.shown(federation, number, by_lot=True, leave_out=True)
    assert {one.address for one in shown.persons} == set(places[1:8])
    (*_, entry) = counter.audit(federation, KUNITACHI, "register:browsing:prepared")
    assert "persons 15" in entry["rules"]
    assert entry["resident_no"] is None


@case(refused="BW18 CD24")
def test_no_list_is_made_of_an_area_that_is_none_nor_of_names_that_cannot_be_printed(
    federation: Federation,
) -> None:
    town.people(federation, NAKA + "1番地")
    ctx = federation.context(KUNITACHI)
    for filing, printable, rule in (({"areas": [NAKA, "東京都国立市"]}, True, "BW18"), ({}, False, "CD24")):
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:browsing:prepared",
            lambda filing=filing, printable=printable: browsing.prepare(  # type: ignore[misc]
                ctx, CLERK, read_list(filing), lambda _: printable
            ),
            rule,
        )


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("process", [Process.ISSUE, Process.INQUIRY])
@case("spec 3.4", permitted="PO3", refused="PO3")
def test_a_list_with_somebody_held_back_is_refused_or_leaves_them_out_and_no_lift_of_other_acts_counts(
    federation: Federation, process: Process, level: Level
) -> None:
    held, other = town.people(federation, NAKA + "1番地", NAKA + "2番地")
    (hold,) = holding.hold(federation, held, holding.terms(process, level))
    holding.lift(federation, hold, one_act=False)
    number = town.granted(federation, town.request())
    refuse = partial(town.show, federation, number)
    counter.assert_refused(federation, KUNITACHI, SHOWN, refuse, "PO3")
    entry = counter.audit(federation, KUNITACHI, SHOWN)[-1]
    assert (entry["resident_no"], entry["subject_code"]) == (None, None), "a refusal names nobody"
    left = town.shown(federation, number, leave_out=True).persons
    assert [one.name for one in left] == [other.record.name.text]
    drawn = samples.draw_sample(federation.context(KUNITACHI), CLERK, read_sample({"count": 9}))
    assert isinstance(drawn, Sample)
    assert [one.resident_no for one in drawn.persons] == [other.resident_no]


@case("spec 3.4", "spec 1.1.16")
def test_who_asks_for_protection_is_in_no_list_from_that_moment(federation: Federation) -> None:
    """Before a decision and after the period is over, and whoever is named with them; a hold on acts hides nobody."""
    mother, child, other = town.people(federation, NAKA + "1番地", NAKA + "2番地", NAKA + "3番地")
    holding.hold(federation, other, holding.terms(Process.CHANGE))
    number = town.granted(federation, town.request())
    assert len(town.shown(federation, number).persons) == 3
    measure = protecting.apply(federation, mother, JoinedPerson(child.resident_no, "子"))

    def left() -> list[str]:
        return [one.name for one in town.shown(federation, number, leave_out=True).persons]

    assert left() == [other.record.name.text]
    protecting.decide(federation, measure)
    federation.set_date(date(2014, 7, 20))
    assert left() == [other.record.name.text]
    protecting.end(federation, measure)
    assert len(left()) == 3


@case("Act Art. 11-2(1)", permitted="BW3 BW4 BW5 BW6 BW7 BW8 BW9 BW12")
def test_others_see_what_they_asked_for_and_no_more(federation: Federation) -> None:
    one, _, east = town.people(federation, NAKA + "1番地", NAKA + "2番地", EAST + "1番地")
    sex = one.record.sex
    wanted = {"areas": [NAKA, EAST], "sex": sex, "born_to": str(one.record.birth_date)}
    number = town.granted(federation, town.application(wanted=wanted))
    made = town.shown(federation, number, viewer=2, **PASSPORT)
    assert one.record.name.text in [person.name for person in made.persons]
    assert {person.sex for person in made.persons} == {sex}
    assert all(person.birth_date.exact <= one.record.birth_date.exact for person in made.persons)
    everybody = town.granted(federation, town.application())
    (listed,) = town.shown(federation, everybody, EAST, **PASSPORT).persons
    assert listed.name == east.record.name.text


@case("Copies Ordinance Art. 2(3)(ii)", refused="BW11 CT13 CT14 CT15", permitted="CT13 CT14 CT15")
def test_an_answer_to_the_mayors_letter_shows_who_browses(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地")
    ctx = federation.context(KUNITACHI)
    number, public = town.granted(federation, town.application()), town.granted(federation, town.request())

    def entered(step: Step, viewer: int, about: int = number) -> object:
        way = {"way": "post"} if step is Step.ENQUIRED else {}
        filing = read_step({"browsing": about, "step": step, "viewer": viewer, **way})
        return browsing.take_step(ctx, CLERK, filing)

    def shown(**changes: Any) -> object:
        return town.show(federation, number, viewer=2, paper=ViewerPaper.ANSWER, **changes)

    assert rules(entered(Step.ENQUIRED, 3)) == ["BW11"]
    assert rules(entered(Step.ENQUIRED, 1, public)) == ["CT14"]
    assert rules(entered(Step.ANSWERED, 2)) == ["CT15"]
    for step, viewer in ((Step.ENQUIRED, 1), (Step.ANSWERED, 1), (Step.ENQUIRED, 2)):
        assert isinstance(entered(step, viewer), Permitted)
        assert rules(shown(with_answer=True)) == ["CT13"], "it is the answer of another"
    assert isinstance(entered(Step.ANSWERED, 2), Permitted)
    assert rules(shown()) == ["CT13"]
    assert isinstance(shown(with_answer=True), AreaList)
    assert _listed(ctx)[0].steps == ("enquired 1", "answered 1", "enquired 2", "answered 2", "shown")


@case("Copies Ordinance Art. 2(2)(iv)", refused="CT11 CT12", permitted="CT11 CT12")
def test_who_commissioned_an_application_is_asked_and_kept(federation: Federation) -> None:
    town.towns(federation)
    ctx = federation.context(KUNITACHI)
    client = {"name": "架空省統計局", "address": "東京都見本区五丁目"}

    def grant(**changes: Any) -> object:
        return browsing.grant(ctx, CLERK, read_application(town.application(**changes)))

    assert rules(grant(commissioned=True)) == ["CT12"]
    nowhere = {"client": {"name": "架空省統計局"}, "responsible": {"name": "調査　長"}}
    assert rules(grant(commissioned=True, **nowhere)) == ["CT11", "CT12"]
    assert isinstance(grant(commissioned=True, client=client), Granted)
    (kept,) = (one.filing for one in _listed(ctx))
    assert isinstance(kept, ApplicationFiling)
    assert kept.client == Named(client["name"], None, client["address"])
    for silent in ({"commissioned": None}, {"commissioned": False, "client": client}):
        with pytest.raises(JukinetError):
            read_application(town.application(**silent))


def _listed(ctx: Context) -> tuple[browsing.Kept, ...]:
    kept = browsing.list_browsings(ctx, CLERK)
    assert not isinstance(kept, Refused)
    return kept


def test_what_was_granted_before_it_was_asked_is_read_still(federation: Federation) -> None:
    """Its stored form does not say whether it was commissioned: by the client it does."""
    town.towns(federation)
    number = town.granted(federation, town.application())
    with counter.owner(federation, KUNITACHI.node_id) as connection:
        connection.execute("UPDATE browsings SET details = details - 'commissioned'")
    (kept,) = _listed(federation.context(KUNITACHI))
    assert kept.browsing == number
    assert isinstance(kept.filing, ApplicationFiling)
    assert kept.filing.commissioned is False


@case(refused="BW10 BW11 BW12 BW13 BW18 CD24")
def test_nothing_is_shown_beyond_what_was_granted(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地", NAKA_2 + "1番地")
    number = town.granted(federation, town.application())

    def refuse(*expected: str, number: int = number, area: str = NAKA, **changes: Any) -> None:
        counter.assert_refused(
            federation,
            KUNITACHI,
            SHOWN,
            lambda: town.show(federation, number, area, **(PASSPORT | changes)),
            *expected,
        )

    refuse("BW13", number=number + 1)
    refuse("BW10", area=NAKA_2)
    refuse("BW10", "BW18", area="東京都国立市")
    refuse("BW10", "BW18", area="東京都国立市旧町")
    refuse("BW11", viewer=3)
    refuse("BW12", paper=ViewerPaper.STAFF_CARD)
    refuse("CD24", printable=False)


@case(refused="BW1 BW2 BW3 BW4 BW5 BW6 BW7 BW8 BW9 BW18 F1")
def test_what_is_refused_is_told_with_every_reason_and_kept_nowhere(federation: Federation) -> None:
    town.towns(federation)
    ctx = federation.context(KUNITACHI)
    late = {"received_on": "2013-07-09", "wanted": {"areas": ["東京都国立市架空町"]}}
    nobody = [{"name": "官田　一"}]
    request = town.request(purpose=None, official_document=False, viewers=nobody, **late)
    applicant = {"corporation": True, "name": "株式会社見本", "address": "東京都見本区一丁目"}
    bare = dict.fromkeys(("management", "handlers_range", "set_up", "results"))
    handlers = {"handlers": [{"name": "外部　一", "address": "東京都見本区四丁目"}]}
    application = town.application(
        applicant=applicant, activity="other", fair=False, viewers=nobody, **late, **bare, **handlers
    )
    for filing, expected in (
        (read_request(request), ["BW1", "BW2", "BW3", "BW18", "F1"]),
        (read_application(application), ["BW3", "BW4", "BW5", "BW6", "BW7", "BW9", "BW18", "F1"]),
        (read_application(town.application(results=None)), ["BW8"]),
    ):
        act = partial(browsing.grant, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, GRANTED, act, *expected)


def test_a_showing_is_one_entry_that_names_nobody(federation: Federation) -> None:
    one, _ = town.people(federation, NAKA + "1番地", NAKA + "2番地")
    number = town.granted(federation, town.request())
    town.shown(federation, number)
    (entry,) = counter.audit(federation, KUNITACHI, SHOWN)
    assert (entry["reference"], entry["resident_no"], entry["subject_code"]) == (str(number), None, None)
    assert entry["rules"][1:] == [
        *("Act Art. 11(1)", "Ord. Art. 14"),
        *(f"area {NAKA}", "viewer 1", "paper staff-card", "persons 2"),
    ]
    for text in (one.record.name.text, "官田", "国民生活"):
        assert text not in str(counter.audit(federation, KUNITACHI))


@case(
    *("Act Art. 11-2(8)", "Act Art. 11-2(9)", "Act Art. 11-2(11)"),
    permitted="BW15 BW16 BW17",
    refused="BW13 BW14 BW15 BW16 BW17 F1",
)
def test_after_an_order_nothing_more_is_shown(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地")
    ctx = federation.context(KUNITACHI)
    number = town.granted(federation, town.application())
    public = town.granted(federation, town.request())

    def filing(step: Step, about: int = number, **changes: Any) -> StepFiling:
        plain = {"browsing": about, "step": step, "text": "閲覧事項の廃棄を求める"}
        return read_step(plain | changes)

    def refuse(entered: StepFiling, *expected: str) -> None:
        counter.assert_refused(
            federation, KUNITACHI, NOTED, lambda: browsing.take_step(ctx, CLERK, entered), *expected
        )

    refuse(filing(Step.RECOMMENDED, number + 9), "BW13")
    refuse(filing(Step.RECOMMENDED), "BW15")
    refuse(filing(Step.ORDERED, breach="misuse"), "BW16")
    refuse(filing(Step.REPORT_DEMANDED, public), "BW17")
    refuse(filing(Step.REPORT_DEMANDED, done_on="2013-07-09"), "F1")
    for step in (Step.REPORT_DEMANDED, Step.REPORTED, Step.RECOMMENDED):
        assert isinstance(browsing.take_step(ctx, CLERK, filing(step, breach="misuse")), Permitted)
    assert town.shown(federation, number, **PASSPORT).persons
    order = browsing.take_step(ctx, CLERK, filing(Step.ORDERED, breach="misuse"))
    assert isinstance(order, Permitted)
    assert "Act Art. 11-2(9)" in order.basis
    assert rules(town.show(federation, number, **PASSPORT)) == ["BW14"]
    kept = browsing.list_browsings(ctx, CLERK)
    assert not isinstance(kept, Refused)
    assert [(one.browsing, one.steps) for one in kept] == [
        (number, ("report-demanded", "reported", "recommended", "shown", "ordered")),
        (public, ()),
    ]


@case("Act Art. 11(3)", "Act Art. 11-2(12)", "Copies Ordinance Art. 3")
def test_a_year_is_published_without_investigations_and_confirmed_residences(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地")
    ctx = federation.context(KUNITACHI)
    secret = {"purpose": None, "investigation": {"law": "刑事訴訟法第197条", "why": "捜査の密行性"}}
    at_home = {"name": "見本　一子", "address": "東京都見本区五丁目"}
    citizen = {"corporation": False, **at_home}
    for filing, how in (
        (town.request(wanted={"areas": [NAKA], "sex": "female"}), {}),
        (town.request(**secret), {}),
        (town.application(), PASSPORT),
        (town.application(applicant=citizen, activity="residence", responsible=at_home), PASSPORT),
    ):
        town.shown(federation, town.granted(federation, filing), **how)
    town.granted(federation, town.request(body="見せられていない"))
    told = browsing.publish(ctx, CLERK, 2013)
    assert told == (
        Published(DAY, True, "見本県統計課", "国民生活基礎調査", f"{NAKA}, sex female"),
        Published(DAY, False, "一般社団法人見本調査会　見本　代表", "世論調査の対象者の抽出", NAKA),
    )
    assert browsing.publish(ctx, CLERK, 2012) == ()


@case("spec 9.6", permitted="BW18", refused="BW18")
def test_a_sample_can_be_drawn_again_and_its_seed_stands_in_the_log(federation: Federation) -> None:
    found = town.people(federation, *(f"{NAKA}{number}番地" for number in range(1, 9)), EAST + "1番地")
    ctx = federation.context(KUNITACHI)

    def sample(**changes: Any) -> Sample:
        drawn = samples.draw_sample(ctx, CLERK, read_sample({"count": 3} | changes))
        assert isinstance(drawn, Sample), drawn
        return drawn

    first = sample(areas=[NAKA])
    assert (len(first.persons), first.of, first.drawn_on) == (3, 8, DAY)
    assert sample(areas=[NAKA], seed=first.seed).persons == first.persons
    assert len({sample(areas=[NAKA], seed=str(seed)).persons for seed in range(5)}) > 1
    spread = sample(areas=[NAKA], count=4, at_intervals=True, seed="a")
    numbers = [int(one.address.text.removeprefix(NAKA).removesuffix("番地")) for one in spread.persons]
    assert [later - earlier for earlier, later in pairwise(numbers)] == [2, 2, 2]
    everybody = sample(count=100)
    assert {one.resident_no for one in everybody.persons} == {one.resident_no for one in found}
    men = sample(count=100, sex="male", kind="japanese")
    assert {one.resident_no for one in men.persons} == {
        one.resident_no for one in found if one.record.sex is Sex.MALE
    }
    entry = counter.audit(federation, KUNITACHI, DRAWN)[0]
    assert (entry["reference"], entry["resident_no"]) == (first.seed, None)
    assert entry["rules"][1:] == ["at random", "persons 3 of 8", f"area {NAKA}"]
    counter.assert_refused(
        federation,
        KUNITACHI,
        DRAWN,
        lambda: samples.draw_sample(ctx, CLERK, read_sample({"count": 1, "areas": ["東京都国立市"]})),
        "BW18",
    )


def test_only_who_may_grants_shows_and_reads(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地")
    number = town.granted(federation, town.request())
    step = StepFiling(number, Step.REPORTED, None, False, None, "済")
    filing = read_request(town.request())

    def show(ctx: Context, claim: Any) -> object:
        return browsing.show(ctx, claim, number, NAKA, 1, ViewerPaper.STAFF_CARD, lambda _: True)

    for event, permission, attempt in (
        (GRANTED, Permission.REGISTER_BROWSING_RECORD, lambda ctx, claim: browsing.grant(ctx, claim, filing)),
        (NOTED, Permission.REGISTER_BROWSING_RECORD, lambda ctx, claim: browsing.take_step(ctx, claim, step)),
        (SHOWN, Permission.REGISTER_BROWSING_SHOW, show),
        ("register:browsings:read", Permission.REGISTER_BROWSING_READ, browsing.list_browsings),
        (
            "register:browsing:published",
            Permission.REGISTER_BROWSING_READ,
            lambda ctx, claim: browsing.publish(ctx, claim, 2013),
        ),
        (
            DRAWN,
            Permission.REGISTER_SAMPLE_DRAW,
            lambda ctx, claim: samples.draw_sample(ctx, claim, read_sample({"count": 1})),
        ),
    ):
        counter.assert_gated(federation, KUNITACHI, event, permission, attempt)


def test_a_showing_is_recorded_whole_or_not_at_all(federation: Federation) -> None:
    town.people(federation, NAKA + "1番地")
    number = town.granted(federation, town.request())
    assert counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: browsing.show(ctx, CLERK, number, NAKA, 1, ViewerPaper.STAFF_CARD, lambda _: True),
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"viewers": []},
        {"wanted": {"areas": []}},
        {"wanted": {"areas": ["　"]}},
        {"activity": "漏洩"},
        {"x": 1},
        {"handlers": {}},
    ],
)
def test_a_filing_is_read_strictly(fault: dict[str, Any]) -> None:
    with pytest.raises(JukinetError) as raised:
        read_application(town.application(**fault))
    assert "漏洩" not in str(raised.value)


# The commands


class _Press:
    def can_print(self, made: AreaList) -> bool:
        return True

    def print(self, made: AreaList) -> bytes:
        return f"%PDF {len(made.persons)}".encode()

    def pages(self, made: AreaList) -> int:
        return len(made.persons) + 2


def run(federation: Federation, path: Path, *line: str, filing: dict[str, Any] | None = None) -> Result:
    @contextmanager
    def opened(_: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    @contextmanager
    def pressed(_: Path | None) -> Iterator[tuple[Context, commands.ListPress]]:
        yield federation.context(KUNITACHI), _Press()

    app = commands.make_app(opened, pressed)
    if filing is not None:
        (path / "filing.json").write_text(json.dumps(filing), "utf-8")
        line = (line[0], str(path / "filing.json"), *line[1:])
    return CliRunner().invoke(app, [*line, "--as", CLERK.operator_id])


@case("spec 1.3.8", "spec 5.5")
def test_the_commands_grant_show_note_list_and_publish(federation: Federation, tmp_path: Path) -> None:
    town.people(federation, NAKA + "1番地")
    asked = run(federation, tmp_path, "request", filing=town.request())
    assert (asked.exit_code, asked.stdout) == (0, "Granted under number 1.\n")
    assert run(federation, tmp_path, "apply", filing=town.application()).exit_code == 0
    refused = run(federation, tmp_path, "apply", filing=town.application(fair=False))
    assert (refused.exit_code, "BW5" in refused.stderr) == (3, True)
    assert run(federation, tmp_path, "apply", filing={"x": 1}).exit_code == 1
    out = tmp_path / "list.pdf"
    line = ("show", "1", "--area", NAKA, "--viewer", "1", "--paper", "staff-card", "--out", str(out))
    assert run(federation, tmp_path, *line).exit_code == 0
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (b"%PDF 1", 0o600)
    assert run(federation, tmp_path, "show", "2", *line[2:]).exit_code == 3
    step = {"browsing": 2, "step": "reported", "text": "済"}
    assert run(federation, tmp_path, "step", filing=step).exit_code == 0
    listed = json.loads(run(federation, tmp_path, "list", "--json").stdout)["browsings"]
    assert [(one["number"], one["steps"]) for one in listed] == [(1, ["shown"]), (2, ["reported"])]
    (made,) = listed[0]["lists"]
    assert {
        name: made[name] for name in ("number", "area", "viewer", "pages", "operator", "destroyed_on")
    } == {
        "number": "20130708-000001",
        "area": NAKA,
        "viewer": 1,
        "pages": 3,
        "operator": CLERK.operator_id,
        "destroyed_on": None,
    }
    assert "見本県統計課" in run(federation, tmp_path, "list").stdout
    told = run(federation, tmp_path, "published", "2013").stdout
    assert told.splitlines()[0] == "2013-07-08  Art. 11  見本県統計課"
    assert len(json.loads(run(federation, tmp_path, "published", "2013", "--json").stdout)["browsed"]) == 1
    assert (
        run(federation, tmp_path, "published", "2012").stdout == "Nothing was browsed that is made public.\n"
    )


@case("spec 3.4", "spec 9.5", permitted="PO3", refused="PO3")
def test_the_commands_leave_out_who_is_held_back_only_when_told_to(
    federation: Federation, tmp_path: Path
) -> None:
    held, _ = town.people(federation, NAKA + "1番地", NAKA + "2番地")
    number = str(town.granted(federation, town.request()))
    told = run(federation, tmp_path, "held-back", number, "--area", NAKA)
    assert (told.exit_code, told.stdout) == (0, "Nobody is held back.\n")
    holding.hold(federation, held, holding.terms(Process.ISSUE))
    out = tmp_path / "list.pdf"
    shown = (number, "--area", NAKA, "--viewer", "1", "--paper", "staff-card", "--out", str(out))
    for line, filing in ((("show", *shown), None), (("prepare", "--out", str(out)), {})):
        refused = run(federation, tmp_path, *line, filing=filing)
        assert (refused.exit_code, "PO3" in refused.stderr, out.exists()) == (3, True, False)
        assert held.resident_no not in refused.stdout + refused.stderr
    assert run(federation, tmp_path, "show", *shown, "--leave-out").exit_code == 0
    assert out.read_bytes() == b"%PDF 1"
    made = run(federation, tmp_path, "prepare", "--out", str(out), filing={"leave_out": True})
    assert (made.exit_code, out.read_bytes()) == (0, b"%PDF 1")
    told = run(federation, tmp_path, "held-back", number, "--area", NAKA)
    assert told.stdout == f"{held.resident_no}  holds 1\n"
    plain = json.loads(run(federation, tmp_path, "held-back", number, "--area", NAKA, "--json").stdout)
    assert plain == {"held_back": [{"resident_no": held.resident_no, "holds": [1]}]}
