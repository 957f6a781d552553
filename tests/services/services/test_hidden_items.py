"""Items of a record that are shown to those alone who may see them, and lists of residents for the office."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, drafting
from tests.services.services.holding import hold, terms

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import JukinetError
from jukinet.domain.hiding import Hideable
from jukinet.domain.items import HOUSEHOLDER, Koseki, PersonName
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import domicile_help, draft_reads, drafts, queries, reads
from jukinet.services.draft_reads import ShownDraft
from jukinet.services.queries import Listed
from jukinet.services.register import Registered
from jukinet.services.register_reads import LookUp, look_up
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

ITEMS = {
    Permission.REGISTER_CODE_READ: Hideable.CODE,
    Permission.REGISTER_KOSEKI_READ: Hideable.KOSEKI,
    Permission.REGISTER_STAY_READ: Hideable.STAY,
}
TARO = PersonName("国立　太郎", "クニタチ　タロウ")
HEAD = Koseki("東京都国立市谷保1番地", "国立　太郎")


def household(federation: Federation) -> tuple[str, ...]:
    """A Japanese householder and a foreign member."""
    return counter.move_in(
        federation,
        KUNITACHI,
        counter.japanese(name=TARO, relationship=HOUSEHOLDER, koseki=HEAD),
        counter.foreign(relationship="同居人"),
    ).resident_nos


@pytest.mark.parametrize(("permission", "item"), ITEMS.items(), ids=[one.value for one in ITEMS.values()])
@case("spec 10.4")
def test_who_may_not_see_an_item_sees_none_of_it_anywhere(
    federation: Federation, permission: Permission, item: Hideable
) -> None:
    numbers = household(federation)
    ctx = federation.context(KUNITACHI)
    whole = [counter.read(federation, KUNITACHI, one).record for one in numbers]
    assert all(one.code for one in whole)
    assert (whole[0].koseki, whole[1].koseki) == (HEAD, None)
    assert whole[1].foreign is not None
    novice = counter.without(federation, KUNITACHI, permission)
    home = reads.read_household(ctx, novice, whole[0].household_number)
    assert isinstance(home, reads.HouseholdFound)
    then = reads.read_as_known(ctx, novice, numbers[0], *reads.days_of(ctx, None, None))
    assert isinstance(then, reads.KnownThen)
    assert then.version is not None
    for number in numbers:
        shown = look_up(ctx, novice, LookUp(number, 0))
        assert not isinstance(shown, Refused)
        assert shown.hidden == (item,)
        for record in (
            shown.record,
            *(version.record for version in shown.versions),
            *(one.record for one in home.members if one.resident_no == number),
            *((then.version.record,) if number == numbers[0] else ()),
        ):
            seen = {
                Hideable.CODE: record.code is not None,
                Hideable.KOSEKI: record.koseki is not None,
                Hideable.STAY: record.foreign is not None,
            }
            there = {
                Hideable.CODE: True,
                Hideable.KOSEKI: number == numbers[0],
                Hideable.STAY: number == numbers[1],
            }
            assert seen == there | {item: False}
    candidates = domicile_help.domicile_candidates(ctx, novice, numbers[0])
    assert not isinstance(candidates, Refused)
    assert (candidates.koseki == ()) == (item is Hideable.KOSEKI)


@pytest.mark.parametrize(("permission", "item"), ITEMS.items(), ids=[one.value for one in ITEMS.values()])
@case("spec 10.4")
def test_a_draft_shows_no_item_that_the_operator_may_not_see(
    federation: Federation, permission: Permission, item: Hideable
) -> None:
    code, foreign = ResidentRecordCode("24727059608"), counter.student()
    persons = (
        counter.japanese(name=TARO, relationship=HOUSEHOLDER, koseki=HEAD, code=code),
        counter.foreign(relationship="同居人", foreign=foreign),
    )
    draft = drafting.enter(federation, "move-in", counter.move_in_filing(KUNITACHI, *persons))
    ctx = federation.context(KUNITACHI)
    said = {
        Hideable.CODE: (str(code),),
        Hideable.KOSEKI: (HEAD.domicile,),
        Hideable.STAY: (foreign.nationality, str(foreign.status), str(foreign.document_number)),
    }
    novice = counter.without(federation, KUNITACHI, permission)
    for claim, hidden in ((CLERK, ()), (novice, (item,))):
        shown = draft_reads.show_draft(ctx, claim, draft.draft)
        assert isinstance(shown, ShownDraft)
        assert shown.hidden == hidden
        text = json.dumps(shown.filing, ensure_ascii=False)
        assert {one for one, words in said.items() if any(word in text for word in words)} == {*said} - {
            *hidden
        }
    done = drafts.complete(ctx, drafting.enrol_second(federation, permission), draft.draft)
    assert isinstance(done, Registered), "what is hidden from who looks is in the act all the same"
    assert counter.read(federation, KUNITACHI, done.resident_nos[0]).record.code == code


# Lists for the office


def run(federation: Federation, **asked: Any) -> tuple[Listed | Refused, str]:
    written: list[bytes] = []
    filing = queries.read_query(asked)
    done = queries.run_query(federation.context(KUNITACHI), CLERK, filing, written.append)
    return done, b"".join(written).decode()


def condition(column: str, comparison: str, value: str | None = None) -> dict[str, str | None]:
    return {"column": column, "comparison": comparison, "value": value}


@case(permitted="OF7")
def test_a_list_has_the_chosen_columns_of_whoever_meets_every_condition(federation: Federation) -> None:
    numbers = household(federation)
    done, text = run(
        federation,
        columns=["resident_no", "name", "koseki_domicile"],
        conditions=[condition("kind", "is", "japanese"), condition("birth_date", "from", "1980-01-01")],
    )
    assert done == Listed(1, 0)
    assert text == f"resident_no,name,koseki_domicile\r\n{numbers[0]},国立　太郎,{HEAD.domicile}\r\n"
    for asked, met in (
        ([condition("nickname", "is")], 2),
        ([condition("name", "holds", "太郎")], 1),
        ([condition("name", "begins", "太郎")], 0),
        ([condition("birth_date", "to", "1979-12-31")], 0),
        ([condition("status", "is-not")], 1),
        ([condition("move_out_planned_on", "to", "2013-12-31")], 0),
    ):
        done, text = run(federation, conditions=asked)
        assert (done, text) == (Listed(met, 0), ""), asked
    assert run(federation, conditions=[], of="deleted")[0] == Listed(0, 0)
    (entry, *_) = counter.audit(federation, KUNITACHI, "register:query:run")
    assert "columns resident_no, name, koseki_domicile" in entry["rules"]
    assert "by birth_date from, kind is" in entry["rules"]
    assert not any("太郎" in rule or "1980" in rule for rule in entry["rules"])


@case("spec 9.2")
def test_whoever_is_held_back_stands_in_no_list_and_is_counted(federation: Federation) -> None:
    numbers = household(federation)
    hold(federation, counter.read(federation, KUNITACHI, numbers[0]), terms(Process.INQUIRY))
    done, text = run(federation, columns=["resident_no"])
    assert done == Listed(1, 1)
    assert numbers[0] not in text


@pytest.mark.parametrize("column", ["code", "koseki_head", "status", "nationality"])
@case("spec 10.4", refused="OF7")
def test_no_list_and_no_condition_is_of_an_item_that_the_operator_may_not_see(
    federation: Federation, column: str
) -> None:
    household(federation)
    permission = {"code": Permission.REGISTER_CODE_READ, "koseki_head": Permission.REGISTER_KOSEKI_READ}
    novice = counter.without(federation, KUNITACHI, permission.get(column, Permission.REGISTER_STAY_READ))
    ctx = federation.context(KUNITACHI)
    for asked in ({"columns": ["name", column]}, {"conditions": [condition(column, "is", "x")]}):
        filing = queries.read_query(asked)
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:query:run",
            lambda filing=filing: queries.run_query(ctx, novice, filing, lambda _: None),  # type: ignore[misc]
            "OF7",
        )


def test_only_who_may_writes_one_and_faults_are_told_at_once(federation: Federation) -> None:
    filing = queries.read_query({"columns": ["name"]})
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:query:run",
        Permission.REGISTER_QUERY_RUN,
        lambda ctx, claim: queries.run_query(ctx, claim, filing, lambda _: None),
    )
    with pytest.raises(JukinetError) as raised:
        queries.read_query({"columns": ["shoe_size"], "conditions": [condition("name", "LIKE", "%")]})
    assert [one.field for one in raised.value.faults] == ["columns[0]", "conditions[0].comparison"]
