"""The check where much differs, or what was put there is no record: something is always named, and the rest is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services import world
from tests.services.services import counter
from tests.services.services.test_consistency import checks, plant, seen
from tests.services.world import KUNI, TOKYO

from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.decisions import Permitted
from jukinet.services import centre, consistency, consistency_own, digests, vitals
from jukinet.services.consistency_schedule import OWN
from jukinet.services.serving_alone import Document
from jukinet.store.differences import Kind
from jukinet.testing.federation import CLERK, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

MANY = 3_000
DIFFERING = 40

_FACTS = "name, birth_date, sex, address_in, address"
_SOMEBODY = "concat('佐藤', n), '1980-04-17', 'female', '132152', '東京都国立市東一丁目1番'"
_CODE = "lpad((n::bigint * 33333331 %% 100000000000)::text, 11, '0')"


@pytest.fixture
def many(federation: Federation) -> Federation:
    """Kunitachi has said three thousand records of which Tokyo and the centre hold the same."""
    counter.load(federation, KUNITACHI)  # a record to take what is not compared from
    with counter.owner(federation, KUNI) as raw:
        raw.execute(
            f"INSERT INTO sent_copies (code, {_FACTS}, sent_at) SELECT {_CODE}, {_SOMEBODY}, '2013-07-08'"
            " FROM generate_series(1, %s::int) AS n",
            (MANY,),
        )
    for node in (TOKYO, NATIONAL):
        rest = (
            "municipality, live, event_on, recorded_on, history_id, change_kind, reason, occurred_on, speaks,"
            " name_key, address_key"
        )
        with counter.owner(federation, node) as raw:
            raw.execute(
                f"INSERT INTO identity_records (code, {_FACTS}, {rest}) SELECT {_CODE}, {_SOMEBODY}, {rest} FROM"
                f" generate_series(1, %s::int) AS n, (SELECT {rest} FROM identity_records LIMIT 1) AS one",
                (MANY,),
            )
    return federation


def altered(federation: Federation) -> set[str]:
    """Changes the name in every seventy-fifth record, straight in the table: their codes."""
    with counter.owner(federation, TOKYO) as raw:
        rows = raw.execute(
            "UPDATE identity_records SET name = '別人' WHERE code IN (SELECT code FROM (SELECT code, row_number()"
            " OVER (ORDER BY code) AS place FROM identity_records) AS r WHERE place % 75 = 0) RETURNING code"
        ).fetchall()
    return {str(row["code"]) for row in rows}


def test_however_much_differs_some_of_it_is_named_and_then_the_next(
    many: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a store of a million: below the top come ranges of ranges, and as many of these as may be opened differ.
    monkeypatch.setattr(digests, "LISTED", 1)
    monkeypatch.setattr(consistency, "MOST_OPENED", DIFFERING)
    wrong = altered(many)
    assert len(wrong) == DIFFERING
    left = set(wrong)
    while left:
        found = checks(many, KUNI)[str(TOKYO)]
        named = {code for code, kind in seen(found) if kind is Kind.DIFFERS}
        assert named & left, "a check names what it can"
        assert named <= wrong
        assert (found.unread > 0) == (not left <= named)
        with counter.owner(many, TOKYO) as raw:  # repaired
            for code in named & left:
                copy = world.rows(many, KUNI, f"SELECT name FROM sent_copies WHERE code = '{code}'")
                raw.execute("UPDATE identity_records SET name = %s WHERE code = %s", (copy[0][0], code))
        left -= named
        many.clock.advance(timedelta(minutes=2))
    assert checks(many, KUNI)[str(TOKYO)].agrees


def test_a_store_that_lost_everything_is_told(many: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "MOST_LINES", 100)
    plant(many, TOKYO, "DELETE FROM identity_records")
    found = checks(many, KUNI)[str(TOKYO)]
    assert found.unread > 0
    assert {kind for _, kind in seen(found)} == {Kind.MISSING_THERE}
    assert len(found.differences) == 1000
    (told,) = [one for one in vitals.look(many.context(KUNI)).checks if not one.recomputed]
    assert (told.against, told.unread) == (str(TOKYO), found.unread)


def test_a_store_names_no_more_of_its_rows_than_a_person_can_read(
    many: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consistency_own, "MOST", 3)
    plant(many, TOKYO, "UPDATE identity_records SET municipality = '011002' WHERE code < '5'")
    found = checks(many, TOKYO)[OWN]
    assert (len(found.differences), found.records) == (3, MANY + 1)
    assert found.unread > 0


def test_a_row_whose_code_is_none_is_named_and_hides_nobody_else(many: Federation) -> None:
    codes = sorted(code for (code,) in world.rows(many, TOKYO, "SELECT code FROM identity_records"))
    short, strange, beyond = codes[5][:10], "A2345678901", f"{codes[7][:2]}999999999A"
    renamed = "UPDATE identity_records SET code = '{}' WHERE code = '{}'"
    plant(
        many,
        TOKYO,
        renamed.format(short, codes[5]),
        renamed.format(strange, codes[6]),
        renamed.format(beyond, codes[7]),
        f"UPDATE identity_records SET name = '別人' WHERE code = '{codes[8]}'",
    )
    own = checks(many, TOKYO)[OWN]
    assert seen(own) == {(one, Kind.ALTERED) for one in (short, strange, beyond)}
    assert own.records == MANY + 1
    found = seen(checks(many, KUNI)[str(TOKYO)])
    assert found == {(codes[8], Kind.DIFFERS)} | {(one, Kind.MISSING_THERE) for one in codes[5:8]}


def test_a_record_of_a_municipality_that_is_no_node_is_a_stray(many: Federation) -> None:
    code = world.rows(many, TOKYO, "SELECT max(code) FROM identity_records")[0][0]
    for node in (TOKYO, NATIONAL):
        plant(many, node, f"UPDATE identity_records SET municipality = '139999' WHERE code = '{code}'")
    assert seen(checks(many, TOKYO)["national"]) == set()
    assert seen(checks(many, TOKYO)[OWN]) == {(code, Kind.STRAY)}


def test_a_governor_who_delegates_no_more_has_nothing_to_compare_above(federation: Federation) -> None:
    on = date(2013, 10, 8)
    paper = Document("総行市第9号", date(2013, 7, 1))
    assert "national" in checks(federation, TOKYO)
    for node in (TOKYO, NATIONAL):
        done = centre.record_release(federation.context(node), CLERK, PrefectureCode("13"), on, paper)
        assert isinstance(done, Permitted), done
    federation.set_date(on)
    assert set(checks(federation, TOKYO)) == {OWN}
    worker, began = federation.context(TOKYO, WORKER), federation.clock.now()
    consistency.check_due(worker)
    federation.clock.advance(timedelta(days=2))
    while consistency.check_due(worker):
        pass
    since = "SELECT DISTINCT against FROM consistency_checks WHERE began_at > %s"
    assert world.rows(federation, TOKYO, since, began) == [(OWN,)]
    assert {one.against for one in vitals.look(federation.context(TOKYO)).checks} == {OWN}


def test_a_check_that_did_not_come_to_its_end_is_made_again_within_the_hour(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    consistency.check_due(worker)
    federation.clock.advance(timedelta(days=1))
    federation.line.cut.add(TOKYO)
    while consistency.check_due(worker):
        pass
    began = federation.clock.now()
    assert {one.against: one.since == began for one in vitals.look(federation.context(KUNI)).checks} == {
        OWN: True,
        str(TOKYO): True,  # when the first was begun: none came to its end yet
    }
    federation.clock.advance(timedelta(hours=1, seconds=1))
    federation.line.cut.clear()
    while consistency.check_due(worker):
        pass
    ended = "SELECT against, recomputed FROM consistency_checks WHERE problem IS NULL AND ended_at > %s"
    done = world.rows(federation, KUNI, ended, began)
    assert set(done) == {(str(TOKYO), False), (str(TOKYO), True)}


def test_a_node_that_was_never_compared_is_not_late(federation: Federation) -> None:
    assert vitals.look(federation.context(NodeId("pref-13"))).checks == ()
