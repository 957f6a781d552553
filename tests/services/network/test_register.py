"""The register API over ASGI: who may use it, what it answers, and that two clerks cannot undo each other's work."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from tests.conformance.cases import case
from tests.conformance.rules import rules_by_number
from tests.services import world
from tests.services.network import registering, registering_beside
from tests.services.network.asgi import Peer, Reply, send
from tests.services.network.registering import (
    LOOK_UP,
    LOOKS,
    OPERATIONS,
    RIGHT,
    SEARCH,
    TAX,
    WELFARE,
    ask,
    at_door,
    etag,
    post,
)
from tests.services.services import counter, drafting, protecting
from tests.services.supply.asking import PENSION

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, SystemId
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.messages import strict_json
from jukinet.network import openapi
from jukinet.network.nodes import network_door
from jukinet.network.register import RegisterAccess
from jukinet.services import beside_reads, settings
from jukinet.services.register_acts import DRAFTABLE
from jukinet.services.register_reads import VERSIONS_IN_A_PAGE
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

KUNI = KUNITACHI.node_id


def refusals(federation: Federation) -> list[tuple[str, tuple[str, ...]]]:
    found = world.entries(federation, KUNI, AuditEvent.GATE_REFUSED)
    return [(entry.actor, entry.rules) for entry in found]


WRITES = {
    "drafts/complete": {"resident_versions", "draft_steps"},
    "drafts/return": {"draft_steps"},
    "drafts/withdraw": {"draft_steps"},
    "drafts/correct": {"drafts", "draft_steps"},
    "guardianship": {"guardianships"},
    "card-enquiry": {"card_enquiries"},
    "card-issue": {"card_versions", "card_applications"},
    **registering_beside.WRITES,
}


def test_every_act_and_look_has_a_filing_here_that_is_right() -> None:
    assert RIGHT.keys() == set(OPERATIONS)


@pytest.mark.parametrize("what", list(RIGHT))
def test_what_is_right_is_done(federation: Federation, what: str) -> None:
    filing = RIGHT[what](federation)
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    reply = post(federation, what, filing, "1" if what not in LOOKS else "")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json"), reply
    changed = world.changed(before, counter.contents(federation, KUNITACHI))
    added = counter.audit(federation, KUNITACHI)[entries:]
    if what in LOOKS:
        assert changed == ({"recent_searches"} if what == SEARCH else set())
    else:
        changes = "card_versions" if what.startswith("card-") else "resident_versions"
        own = WRITES.get(what, {"drafts"} if what.startswith("drafts/enter/") else {changes})
        assert changed >= {"api_answers", *own}
        numbers = reply.plain.get("resident_nos")
        assert numbers is None or [entry["resident_no"] for entry in added] == (numbers or [None])
        assert post(federation, what, filing, "1").plain == reply.plain, "under its key it is told again"
    assert {(e["actor"], e["terminal"], e["outcome"]) for e in added} == {
        ("operator:sato", "tax-office/counter-1", "done")
    }


def test_only_the_municipalitys_own_admitted_systems_pass(federation: Federation) -> None:
    """Its own, but not admitted; another town's of the same slug; nodes, itself too; organs; the nameless, the old."""
    other, stranger = SystemId(f"{CHIYODA.node_id}:tax-office"), SystemId(f"{KUNI}:library")
    outsiders: list[tuple[Peer, float, int, str]] = [
        (stranger, 4e9, 403, "forbidden"),
        (other, 4e9, 403, "forbidden"),
        (KUNI, 4e9, 403, "forbidden"),
        (CHIYODA.node_id, 4e9, 403, "forbidden"),
        (YAMATSURI.node_id, 4e9, 403, "forbidden"),
        (PENSION, 4e9, 403, "forbidden"),
        (TAX, 1.0, 401, "unauthentic"),
        (None, 4e9, 401, "unauthentic"),
        (JukinetError(ErrorKind.UNAUTHENTIC, "The certificate names nobody."), 4e9, 401, "unauthentic"),
    ]
    filing = strict_json.dump(registering.move_in(federation))
    before = world.tables(federation, KUNI)

    async def work(app: Starlette) -> None:
        for peer, ends, status, kind in outsiders:
            paths = [("POST", openapi.path_of(name)) for name in OPERATIONS]
            for method, path in [*paths, ("GET", openapi.PATH)]:
                reply = await send(
                    app, method, path, filing, peer=peer, ends=ends, headers=registering.head("1")
                )
                assert (reply.status, reply.kind) == (status, kind), (peer, path)

    at_door(federation, work)
    assert world.changed(before, world.tables(federation, KUNI)) == {"audit_entries"}
    named = (stranger, other, KUNI, CHIYODA.node_id, YAMATSURI.node_id, PENSION)
    assert [actor for actor, _ in refusals(federation)] == [party.uri for party in named]


def test_a_system_passes_no_other_route(federation: Federation) -> None:
    async def work(app: Starlette) -> None:
        for method, path in (("POST", "/network/v1/frames/identity"), ("GET", "/network/v1/directory")):
            assert (await send(app, method, path, b"{}", peer=TAX)).kind == "forbidden"
        assert (await send(app, "GET", "/healthz", peer=TAX)).status == 200

    at_door(federation, work)
    assert refusals(federation) == [(TAX.uri, ("forbidden",))]


def test_a_door_that_admits_nobody_has_no_register(federation: Federation) -> None:
    app = network_door(federation.context(KUNI, NETWORK))
    reply = asyncio.run(ask(app, "move-in", registering.move_in(federation), "1"))
    assert (reply.status, reply.kind) == (404, "not-found")
    assert not [
        route
        for route in network_door(federation.context(NATIONAL, NETWORK)).routes
        if "register" in str(route)
    ]


def test_an_operator_is_looked_up_and_never_believed(federation: Federation) -> None:
    novice = counter.without(federation, KUNITACHI, Permission.REGISTER_RESIDENT_RECORD)
    filing = registering.move_in(federation)
    before = counter.contents(federation, KUNITACHI)
    for operator, rule in (("nobody", "G1"), (novice.operator_id, "G3")):
        reply = post(federation, "move-in", filing, f"of-{operator}", jukinet_operator=operator)
        assert (reply.status, reply.kind) == (403, "forbidden")
        assert [one["rule"] for one in reply.plain["rules"]] == [rule]
        look = post(federation, LOOK_UP, {"resident_no": "00000000019"}, jukinet_operator="nobody")
        assert [one["rule"] for one in look.plain["rules"]] == ["G1"]
    after = counter.contents(federation, KUNITACHI)
    assert world.changed(before, after) == {"api_answers"}, "a refusal is an answer, and kept"


def test_a_refusal_tells_every_rule_and_stores_nothing(federation: Federation) -> None:
    number = counter.load(federation)[0].resident_no
    counter.die(federation, KUNITACHI, number)
    before = counter.contents(federation, KUNITACHI)
    filing = {"resident_no": number, "died_on": "2014-01-01", "filed_on": "2013-07-08"}
    reply = post(federation, "death", filing, "1")
    assert (reply.status, reply.kind) == (403, "forbidden")
    failed = [rules_by_number()[rule] for rule in ("D1", "D3")]
    assert reply.plain["rules"] == [
        {"rule": one.rule, "article": one.article, "kind": str(one.kind)} for one in failed
    ]
    # Each with its reason, and with what to do about it.
    assert all(one.sentence in reply.plain["detail"] for one in failed)
    assert world.changed(before, counter.contents(federation, KUNITACHI)) == {"api_answers"}


def test_what_cannot_be_read_is_told_with_every_fault_of_head_and_body(federation: Federation) -> None:
    before = world.tables(federation, KUNI)
    filing = {"resident_no": "漏洩", "died_on": "2013-06-31", "漏洩": 1, "extra": 1}
    reply = post(
        federation,
        "death",
        filing,
        "",
        jukinet_operator="漏洩".encode().hex().upper(),
        if_match='"漏"'.encode().hex(),
    )
    assert (reply.status, reply.kind) == (422, "invalid")
    assert reply.fields.keys() == {
        *("Jukinet-Operator", "Idempotency-Key", "If-Match"),
        *("resident_no", "died_on", "extra", "?"),
    }
    assert "漏洩" not in reply.body.decode()
    for key in ("short", "with spaces in it, and long", "x" * 65):
        assert post(federation, "death", {}, jukinet_terminal="a b", idempotency_key=key).fields.keys() >= {
            "Jukinet-Terminal",
            "Idempotency-Key",
        }
    assert world.tables(federation, KUNI) == before


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b"{", {}, 400, "malformed"),
        (b'{"a": 1, "a": 2}', {}, 400, "malformed"),
        (b"[]", {}, 400, "malformed"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported-type"),
        (b" ", {"content-length": "1048577"}, 413, "too-large"),
    ],
)
def test_a_body_that_is_no_filing(
    federation: Federation, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    async def work(app: Starlette) -> Reply:
        return await send(
            app, "POST", openapi.path_of("death"), body, peer=TAX, headers=registering.head("1") | headers
        )

    reply = at_door(federation, work)
    assert (reply.status, reply.kind) == (status, kind)


# Looking


def test_a_look_shows_the_record_its_versions_and_its_tag(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.move_within(federation, KUNITACHI, found.resident_no)
    by_number = post(federation, LOOK_UP, {"resident_no": found.resident_no})
    by_code = post(federation, LOOK_UP, {"code": str(counter.code_of(found))})
    assert by_number.body == by_code.body
    shown = by_number.plain
    assert by_number.headers["etag"] == f'"{shown["etag"]}"'
    assert by_number.headers["cache-control"] == "no-store"
    assert (shown["resident_no"], shown["present"], shown["next_after"]) == (found.resident_no, True, None)
    assert shown["record"]["name"]["text"] == found.record.name.text
    assert shown["record"]["address"]["text"] == counter.elsewhere_in(KUNITACHI).text
    assert [one["history_no"] for one in shown["versions"]] == [1, 2]
    assert shown["versions"][0]["record"]["address"]["text"] == found.record.address.text
    last = counter.audit(federation, KUNITACHI, "register:resident:read")[-1]
    assert (last["resident_no"], last["actor"]) == (found.resident_no, "operator:sato")


def test_a_look_at_nobody_is_refused_by_its_rule(federation: Federation) -> None:
    reply = post(federation, LOOK_UP, {"resident_no": with_check_digit(999)})
    assert (reply.status, [one["rule"] for one in reply.plain["rules"]]) == (403, ["R1"])
    for body in ({}, {"resident_no": "00000000019", "code": "24727059608"}, {"resident_no": None}):
        assert post(federation, LOOK_UP, body).fields == {
            "resident_no": "must be given, or code, and not both"
        }


def test_a_long_history_comes_in_pages(federation: Federation) -> None:
    found = counter.load(federation)[0]
    for turn in range(VERSIONS_IN_A_PAGE + 3):
        counter.move_within(
            federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, turn)
        )
    seen: list[int] = []
    after: int | None = 0
    pages = 0
    while after is not None:
        page = post(federation, LOOK_UP, {"resident_no": found.resident_no, "after": after}).plain
        seen += [one["history_no"] for one in page["versions"]]
        after = page["next_after"]
        pages += 1
    assert seen == list(range(1, VERSIONS_IN_A_PAGE + 5))
    assert pages == 2


def test_doubts_and_tellings_come_in_pages(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, in the order in which they came; the last page says that it is the last."""
    monkeypatch.setattr(beside_reads, "PAGE", 2)
    for turn in range(4):
        registering_beside.told(federation)
        registering_beside.doubt_step(federation)
        if turn == 2:
            federation.set_date(counter.TODAY + timedelta(days=1))
    for what, number, following, asked in (
        ("doubts/list", "doubt_id", "next_after", {"closed": True}),
        ("tellings/list", "telling", "next", {}),
        ("tellings/list", "telling", "next", {"since": counter.TODAY.isoformat()}),
    ):
        pages: list[list[int]] = []
        after = None
        while not pages or after is not None:
            page = post(federation, what, asked | ({"after": after} if after else {})).plain
            pages.append([one[number] for one in page[what.split("/")[0]]])
            after = page[following]
        assert [len(one) for one in pages] == [2, 2], what
        numbers = [one for page in pages for one in page]
        assert numbers == sorted(set(numbers)), what
    assert post(federation, "tellings/list", {"after": "2013-07-08/x"}).fields.keys() == {"after"}
    first, second = (one["doubt_id"] for one in post(federation, "doubts/list", {}).plain["doubts"])
    closing = {"doubt": first, "step": "right", "done_on": counter.TODAY.isoformat()}
    assert post(federation, "doubt-step", closing, "closing").plain == {"doubt": first}
    assert post(federation, "doubts/list", {}).plain["doubts"][0]["doubt_id"] == second


def test_reasons_and_cases_are_for_few(federation: Federation) -> None:
    """Who may read records and holds learns neither why somebody is held nor from whom they fled."""
    body = registering_beside.RIGHT["measures/show"](federation)
    novice = counter.without(
        federation, KUNITACHI, Permission.REGISTER_REASON_READ, Permission.REGISTER_MEASURE_READ
    ).operator_id
    shown = post(federation, "holds/show", body, jukinet_operator=novice).plain
    assert [one["reason"] for one in shown["holds"]] == [None]
    refused = post(federation, "measures/show", body, jukinet_operator=novice)
    assert (refused.status, [one["rule"] for one in refused.plain["rules"]]) == (403, ["G3"])
    whole = post(federation, "measures/show", body)
    assert protecting.HIDDEN in whole.body.decode()
    assert protecting.HIDDEN not in json.dumps(shown, ensure_ascii=False)
    assert "resident_id" not in whole.body.decode()


# Two clerks at one record


def test_of_two_clerks_at_one_record_the_second_is_told_and_nothing_is_stored(federation: Federation) -> None:
    number = counter.load(federation)[0].resident_no
    first = second = etag(federation, number)
    filing = registering.plain(counter.move_within_filing(KUNITACHI, number))
    assert post(federation, "move-within", filing, "first", if_match=first).status == 200
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    other = registering.plain(
        counter.move_within_filing(KUNITACHI, number, address=counter.elsewhere_in(KUNITACHI, 9))
    )
    reply = post(federation, "move-within", other, "second", peer=WELFARE, if_match=second)
    assert (reply.status, reply.kind) == (412, "precondition-failed")
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI)[entries:]
    assert (entry["event"], entry["outcome"]) == ("register:precondition:failed", "refused")
    assert entry["resident_no"] == number
    again = post(federation, "move-within", other, "second", peer=WELFARE, if_match=etag(federation, number))
    assert again.status == 200, "the key was not used up"


def test_every_record_that_is_named_must_be_as_it_was(federation: Federation) -> None:
    one, two = (counter.load(federation, seed=seed)[0].resident_no for seed in (1, 2))
    tags = f"{etag(federation, one)}, {etag(federation, two)}"
    counter.move_within(federation, KUNITACHI, two)
    filing = registering.plain(counter.move_within_filing(KUNITACHI, one))
    assert post(federation, "move-within", filing, "1", if_match=tags).status == 412
    assert post(federation, "move-within", filing, "2", if_match=etag(federation, one)).status == 200


def test_a_tag_from_before_a_restore_or_of_nobody_is_stale(federation: Federation) -> None:
    number = counter.load(federation)[0].resident_no
    tag = etag(federation, number)
    filing = registering.plain(counter.move_within_filing(KUNITACHI, number))
    for stale in ('"1-fff-1"', '"1-1-99"'):
        assert post(federation, "move-within", filing, "1", if_match=stale).status == 412
    federation.put_back(KUNI)
    federation.run()
    assert post(federation, "move-within", filing, "1", if_match=tag).status == 412
    assert post(federation, "move-within", filing, "1", if_match=etag(federation, number)).status == 200


def test_who_may_not_read_records_learns_nothing_of_their_state(federation: Federation) -> None:
    number = counter.load(federation)[0].resident_no
    settings.enrol_operator(
        federation.context(KUNI), CLERK, "kondo", "近藤", [Permission.REGISTER_RESIDENT_RECORD]
    )
    filing = registering.plain(counter.move_within_filing(KUNITACHI, number))
    for operator, rule in (("nobody", "G1"), ("kondo", "G3")):
        reply = post(federation, "move-within", filing, "1", jukinet_operator=operator, if_match='"1-1-99"')
        assert (reply.status, [one["rule"] for one in reply.plain["rules"]]) == (403, [rule])


# The description


def test_the_description_is_served_to_systems_alone(federation: Federation) -> None:
    async def work(app: Starlette) -> tuple[Reply, Reply]:
        mine = await send(app, "GET", openapi.PATH, peer=TAX)
        return mine, await send(app, "GET", openapi.PATH, peer=NodeId("pref-13"))

    mine, other = at_door(federation, work)
    assert json.loads(mine.body) == openapi.document()
    assert other.status == 403


def test_no_start_of_a_door_waits_for_its_description(federation: Federation) -> None:
    openapi.served.cache_clear()
    registering.door(federation)
    assert openapi.served.cache_info().misses == 0


# Drafts


@pytest.mark.parametrize("what", [act.name for act in DRAFTABLE if not act.urgent])
def test_no_act_is_done_alone_where_a_second_person_is_demanded(federation: Federation, what: str) -> None:
    filing = RIGHT[what](federation)
    before = counter.contents(federation, KUNITACHI)
    access = RegisterAccess(
        replace(federation.context(KUNITACHI), second_person=True), frozenset({TAX, WELFARE})
    )
    app = network_door(federation.context(KUNITACHI, NETWORK), access)
    reply = asyncio.run(ask(app, what, filing, "1"))
    assert (reply.status, [rule["rule"] for rule in reply.plain["rules"]]) == (403, ["DR6"])
    assert world.changed(before, counter.contents(federation, KUNITACHI)) == {"api_answers"}
    assert asyncio.run(ask(app, f"drafts/enter/{what}", filing, "2")).status == 200


def test_a_draft_entered_again_under_its_key_is_one_draft(federation: Federation) -> None:
    filing = registering.death(federation)
    first = post(federation, "drafts/enter/death", filing, "1")
    assert first.plain.keys() == {"draft", "resident_nos", "remarks"}
    assert post(federation, "drafts/enter/death", filing, "1").plain == first.plain
    # Under the key of a draft the act itself is another request.
    assert post(federation, "death", filing, "1").kind == ErrorKind.KEY_REUSED
    listed = post(federation, "drafts/list", {}).plain
    assert [one["draft"] for one in listed["drafts"]] == [first.plain["draft"]]
    shown = post(federation, "drafts/show", {"draft": first.plain["draft"]}).plain
    assert shown["filing"] == filing


def test_the_records_that_a_system_names_are_kept_with_the_draft(federation: Federation) -> None:
    drafting.enrol_second(federation)
    (parent,) = counter.load(federation)
    filing = registering.birth_in(parent.record.household_number)
    tag = etag(federation, parent.resident_no)
    entered = post(federation, "drafts/enter/birth", filing, "1", if_match=tag)
    assert entered.plain["resident_nos"] == [parent.resident_no]
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    refused = post(
        federation, "drafts/complete", {"draft": entered.plain["draft"]}, "2", jukinet_operator="tanaka"
    )
    assert (refused.status, [rule["rule"] for rule in refused.plain["rules"]]) == (403, ["DR4"])
    stale = post(federation, "drafts/enter/birth", filing, "3", if_match=tag)
    assert stale.status == 412


def test_a_draft_completed_is_answered_as_the_act_is(federation: Federation) -> None:
    drafting.enrol_second(federation)
    draft = post(federation, "drafts/enter/death", registering.death(federation), "1").plain
    done = post(federation, "drafts/complete", {"draft": draft["draft"]}, "2", jukinet_operator="tanaka")
    assert done.plain == {"resident_nos": draft["resident_nos"], "remarks": []}
    assert (
        post(federation, "drafts/complete", {"draft": draft["draft"]}, "2", jukinet_operator="tanaka").plain
        == done.plain
    )


@case("spec 4.1.0.2", permitted="F1")
def test_a_filing_that_names_no_day_is_of_today(federation: Federation) -> None:
    """Also a draft that is completed on a later day; and under its key a filing is told the same on the next day."""
    filing = {name: value for name, value in registering.move_in(federation).items() if name != "filed_on"}
    done = post(federation, "move-in", filing, "1")
    (number,) = done.plain["resident_nos"]
    assert counter.read(federation, KUNITACHI, number).versions[0].notified_on == counter.TODAY
    death = registering.death(federation)
    draft = post(federation, "drafts/enter/death", {**death, "filed_on": None}, "2").plain["draft"]
    federation.set_date(counter.TODAY + timedelta(days=1))
    assert post(federation, "move-in", filing, "1").plain == done.plain
    shown = post(federation, "drafts/show", {"draft": draft}).plain
    assert shown["filing"] == death
    wrong = post(federation, "death", {"resident_no": "1"}, "3").plain
    assert {fault["field"] for fault in wrong["faults"]} == {"resident_no", "died_on"}
