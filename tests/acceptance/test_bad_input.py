"""What must never get in, sent to the doors of running nodes and typed at the counter of one.

Every answer names fields and says what is expected, and repeats nothing that was sent; nothing is stored; who
acted is in the audit log. In the end all that any process wrote is searched for what was planted.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.certificates import Authority
from tests.acceptance.country import (
    CLERK,
    DATABASE,
    DAY,
    KUNI,
    NATIONAL,
    NETWORK,
    PENSION,
    PREF,
    SILENT,
    Country,
    birth_filing,
    move_in_filing,
    until,
    unusual_name,
)
from tests.acceptance.doors import connected, read_response, request
from tests.acceptance.planted import (
    ADDRESS,
    CODE,
    FRAMES,
    JSON,
    KANA,
    NAME,
    PLANTED,
    VERIFY,
    WRONG_CODE,
    at_supply,
    by_code,
    issuable_code,
    post,
    query,
    require_problem,
    shows_nothing,
    signed,
)

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.messages import dsse, frames, statements, strict_json
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.frames import Frame, FrameAnswer, FrameRefusal
from jukinet.messages.kinds import MessageKind, Stream, payload_type
from jukinet.messages.statements import Statement
from jukinet.node.postgres import Role
from jukinet.transport.tls import client_context

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def unchanged(country: Country) -> Iterator[Country]:
    """The country for a test after which no node may hold a row more than before."""
    until(country.at_rest, "nothing is on its way")
    before = country.stored()
    yield country
    assert country.stored() == before


# The supply door.


def raw(old: str, new: str) -> bytes:
    """The bytes of a request with one piece of the text exchanged."""
    text = json.dumps(query(), ensure_ascii=False)
    assert old in text
    return text.replace(old, new, 1).encode()


FAULTY_QUERIES: dict[str, tuple[object, set[str]]] = {
    "a wrong check digit": (by_code(WRONG_CODE), {"code"}),
    "a code of ten digits": (by_code(CODE[:10]), {"code"}),
    "an impossible date": (query(birth_date="1981-02-29"), {"birth_date"}),
    "a missing item": (query(sex=None), {"sex"}),
    "an unknown field": (query(telephone=NAME), {"telephone"}),
    "an unknown field that is itself a secret": (query(**{NAME: "1"}), {"?"}),
    "code and items together": (query(code=CODE), {"name", "address", "birth_date", "sex"}),
    "no words but spaces": (query(name="　 "), {"name"}),
    "a control character": (query(name=f"{NAME}\u202e"), {"name"}),
    "a list for a text": (query(name=[NAME]), {"name"}),
    "an endless name": (query(name=NAME * 100), {"name"}),
    "an affair that is none": (query(affair=NAME), {"affair"}),
    "everything at once": (
        query(sex="漏", birth_date="1980-13-01", operator=None, address="", x=1),
        {"sex", "birth_date", "operator", "address", "x"},
    ),
    "nothing": ({}, {"request_id", "affair", "operator", "case", "name", "address", "birth_date", "sex"}),
}

UNREADABLE: dict[str, bytes] = {
    "a duplicate key": raw('"sex": "female"', f'"sex": "female", "name": "{NAME}"'),
    "an escaped NUL": raw("female", f"{NAME}\\u0000"),
    "a plain NUL": raw("female", f"{NAME}\0"),
    "a lone surrogate": raw("female", f"{NAME}\\ud800"),
    "no UTF-8": raw("female", NAME).decode().encode("shift_jis", "replace"),
    "no JSON": f"{NAME} {CODE}".encode(),
    "half a message": raw("female", NAME)[:-9],
    "a list": json.dumps([query()]).encode(),
    "a fraction": raw('"female"', "0.5"),
    "a number beyond all": raw('"female"', "9" * 30),
    "a tower of lists": raw('"female"', "[" * 200 + "]" * 200),
    "nothing at all": b"",
}


def test_the_supply_door_names_what_is_wrong_and_repeats_nothing(unchanged: Country) -> None:
    before = unchanged.last_entry(NATIONAL)
    for label, (body, fields) in FAULTY_QUERIES.items():
        answer = at_supply(unchanged, post(VERIFY, body))
        try:
            require_problem(answer, 422, "invalid", fields)
        except AssertionError as error:
            raise AssertionError(f"{label}: {error}") from error
    for label, data in UNREADABLE.items():
        answer = at_supply(unchanged, post(VERIFY, data))
        try:
            require_problem(answer, 400, "malformed", set())
        except AssertionError as error:
            raise AssertionError(f"{label}: {error}") from error
    entries = unchanged.audit(NATIONAL, "supply:query:answered", after=before)
    assert [one["outcome"] for one in entries] == ["refused"] * (len(FAULTY_QUERIES) + len(UNREADABLE))
    assert {one["actor"] for one in entries} == {f"urn:jukinet:organ:{PENSION}"}
    assert {one["subject_code"] for one in entries} == {None}


def test_the_supply_door_takes_json_of_a_fair_size_only(unchanged: Country) -> None:
    body = json.dumps(query()).encode()
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=shift_jis",
    ):
        require_problem(at_supply(unchanged, post(VERIFY, body, content_type)), 415, "unsupported-type")
    packed = post(VERIFY, body, JSON, **{"Content-Encoding": "gzip"})
    require_problem(at_supply(unchanged, packed), 415, "unsupported-type")
    large = json.dumps(query(case=NAME * 2000)).encode()
    require_problem(at_supply(unchanged, post(VERIFY, large)), 413, "too-large")
    undeclared = request(
        "POST", VERIFY, b"", {"Content-Type": JSON, "Transfer-Encoding": "chunked"}, declare=False
    )
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(large), large) for _ in range(4)) + b"0\r\n\r\n"
    require_problem(at_supply(unchanged, undeclared + chunks), 413, "too-large")


def test_a_request_that_its_signature_does_not_prove_is_refused_by_rule(unchanged: Country) -> None:
    """A query for somebody who is planted, by items and by code; what is right is answered, once."""
    before = unchanged.last_entry(NATIONAL)
    items, code = (json.dumps(one).encode() for one in (query(), by_code(CODE)))
    beyond = json.dumps(query(affair="t1-999-1")).encode()
    once = signed(unchanged, code)
    expected: list[tuple[bytes, list[str]]] = [
        (post(VERIFY, items), ["SG1"]),
        (signed(unchanged, items, to=PREF), ["SG1"]),
        (signed(unchanged, items, by=KUNI), ["SG2"]),
        (signed(unchanged, items, sent=code), ["SG3"]),
        (signed(unchanged, items, ago=120), ["SG4"]),
        (signed(unchanged, items, ago=-120), ["SG4"]),
        (signed(unchanged, beyond), ["S1"]),
        (once, []),
        (once, ["SG5"]),
        (signed(unchanged, items), []),
    ]
    for sent, rules in expected:
        answer = at_supply(unchanged, sent)
        if rules:
            require_problem(answer, 403, "forbidden", set())
            assert [one["rule"] for one in json.loads(answer[2])["rules"]] == rules
        else:
            assert (answer[0], json.loads(answer[2])["result"]) == (200, "none")
            assert shows_nothing(answer[2].decode())
    entries = unchanged.audit(NATIONAL, "supply:query:answered", after=before)
    told = [[rule.split()[0] for rule in one["rules"]] for one in entries if one["outcome"] == "refused"]
    assert told == [rules for _, rules in expected if rules]
    assert len(entries) == len(expected)


def test_what_is_not_there_is_not_there_and_no_path_is_written_down(unchanged: Country) -> None:
    hidden = CODE
    for method, path, status in (
        ("GET", f"/supply/v1/{hidden}", 404),
        ("GET", f"{VERIFY}?code={hidden}", 405),
        ("DELETE", VERIFY, 405),
        ("GET", f"/../../{hidden}", 404),
        ("POST", FRAMES, 404),
    ):
        found, headers, body = at_supply(unchanged, request(method, path, headers={"X-Name": hidden}))
        assert (found, headers["content-type"]) == (status, "application/problem+json"), (method, path)
        assert shows_nothing(body.decode())


# Who may come in at all.


def test_strangers_and_the_nameless_do_not_get_as_far_as_a_request(
    unchanged: Country, tmp_path: Path
) -> None:
    authority = Authority(tmp_path, "another network")
    ours = unchanged.tls(KUNI).ca
    strangers: dict[str, ssl.SSLContext] = {
        "none": ssl.create_default_context(cafile=str(ours)),
        "a foreign one with the organ's name": client_context(
            authority.issue("organ", f"urn:jukinet:organ:{PENSION}", ca=ours)
        ),
        "a foreign one with the centre's name": client_context(
            authority.issue("node", NATIONAL.uri, ca=ours)
        ),
    }

    def ask(port: int, context: ssl.SSLContext) -> None:
        with connected(port, context) as connection:
            connection.sendall(post(VERIFY, query()))
            read_response(connection)

    for context in strangers.values():
        for port in unchanged.ports.values():
            if port != unchanged.ports[SILENT, NETWORK]:
                with pytest.raises((ssl.SSLError, ConnectionError)):
                    ask(port, context)


def test_a_door_serves_only_those_it_is_for(unchanged: Country) -> None:
    require_problem(at_supply(unchanged, post(VERIFY, query()), KUNI), 403, "forbidden")
    port = unchanged.ports[PREF, NETWORK]
    for sent in (post(FRAMES, b"{}"), request("GET", "/network/v1/directory")):
        require_problem(unchanged.ask(port, sent, PENSION), 403, "forbidden")


def test_an_organ_of_no_directory_is_told_nothing(unchanged: Country) -> None:
    """Its certificate is of our authority, and no signed directory names it."""
    unchanged.do("pki", "organ", unchanged.pki, "unlisted-office", "--name", "名簿にない機関")
    require_problem(at_supply(unchanged, post(VERIFY, by_code(CODE)), "unlisted-office"), 403, "forbidden")


# The network door. Chiyoda's keys are real; the test says what Chiyoda would never say.


def frame(**changes: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "from": str(SILENT),
        "to": str(PREF),
        "stream": "identity",
        "incarnation": 1,
        "first_number": 1,
        "statements": [f"{NAME and 'x'}"],
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


FAULTY_FRAMES: dict[str, tuple[object, set[str]]] = {
    "a municipality with a wrong check digit": (frame(**{"from": "muni-131017"}), {"from"}),
    "a municipality that is none": (frame(to=NAME), {"to"}),
    "a missing item": (frame(first_number=None), {"first_number"}),
    "an unknown field": (frame(telephone=NAME), {"telephone"}),
    "a number below all": (frame(first_number=0), {"first_number"}),
    "an envelope that is no text": (frame(statements=[{"name": NAME}]), {"statements[0]"}),
    "an envelope that is no ASCII": (frame(statements=[NAME]), {"statements[0]"}),
    "no statement": (frame(statements=[]), {"statements"}),
}


def at_network(
    country: Country, sent: bytes, *, party: NodeId = SILENT, node: NodeId = PREF
) -> tuple[int, dict[str, str], bytes]:
    return country.ask(country.ports[node, NETWORK], sent, party)


def test_the_network_door_names_what_is_wrong_and_repeats_nothing(unchanged: Country) -> None:
    before = unchanged.last_entry(PREF)
    for label, (body, fields) in FAULTY_FRAMES.items():
        answer = at_network(unchanged, post(FRAMES, body))
        try:
            require_problem(answer, 422, "invalid", fields)
        except AssertionError as error:
            raise AssertionError(f"{label}: {error}") from error
    for label, data in UNREADABLE.items():
        answer = at_network(unchanged, post(FRAMES, data))
        assert answer[0] == 400, label
        require_problem(answer, 400, "malformed", set())
    require_problem(at_network(unchanged, post(FRAMES, frame(), "text/plain")), 415, "unsupported-type")
    declared = request(
        "POST", FRAMES, b"", {"Content-Type": JSON, "Content-Length": str(9 * 2**20)}, declare=False
    )
    require_problem(at_network(unchanged, declared), 413, "too-large")
    refused = unchanged.audit(PREF, "network:frame:refused", after=before)
    assert len(refused) == len(FAULTY_FRAMES) + len(UNREADABLE)
    assert {(one["actor"], one["outcome"]) for one in refused} == {(SILENT.uri, "refused")}


def test_calls_are_read_as_strictly(unchanged: Country) -> None:
    for label, data in UNREADABLE.items():
        found, _, body = at_network(unchanged, post("/network/v1/calls/nationwide-copy", data), node=KUNI)
        assert found in (400, 401, 403, 422), label
        assert json.loads(body)["status"] == found
        assert shows_nothing(body.decode())
    require_problem(
        at_network(unchanged, post("/network/v1/calls/everything", query()), node=KUNI), 404, "not-found"
    )
    require_problem(at_network(unchanged, post("/network/v1/frames/gossip", frame())), 404, "not-found")


def test_nobody_sends_in_the_name_of_another_node(unchanged: Country) -> None:
    before = unchanged.last_entry(PREF)
    for body in (frame(**{"from": str(KUNI)}), frame(to=str(NATIONAL)), frame(stream="pool")):
        require_problem(at_network(unchanged, post(FRAMES, body)), 403, "forbidden")
    # A municipality does not go past its governor, nor a governor to another's.
    straight = post(FRAMES, frame(to=str(NATIONAL)))
    require_problem(at_network(unchanged, straight, node=NATIONAL), 403, "forbidden")
    assert len(unchanged.audit(PREF, "network:frame:refused", after=before)) == 3


def a_statement(number: int, **changes: Any) -> Statement:
    """What Chiyoda says of a birth, lawfully, about somebody new each time."""
    code = ResidentRecordCode.parse(issuable_code())
    facts = IdentityFacts(
        unusual_name(),
        PartialDate("2013-07-01"),
        Sex.FEMALE,
        Address(MunicipalityCode("131016"), "一丁目1番地"),
        code,
    )
    change = ChangeInformation(ChangeKind.RECORDING, NoticeReason.BIRTH, date.fromisoformat(DAY), False, None)
    made = Statement(
        statement_id=secrets.token_hex(16),
        kind=MessageKind.IDENTITY_NOTICE,
        origin=SILENT,
        incarnation=1,
        stream=Stream.IDENTITY,
        first_addressee=PREF,
        number=number,
        created=datetime.now(UTC),
        body=IdentityNotice(facts, change),
    )
    return replace(made, **changes)


def seal(
    country: Country, made: Statement, alter: Callable[[dict[str, Any]], None], signer: NodeId = SILENT
) -> bytes:
    """A well signed statement whose content was altered before it was signed, as no program of ours would."""
    plain = strict_json.parse(statements.write(made), limit=2**20)
    alter(plain)
    return dsse.seal(payload_type(made.kind), strict_json.dump(plain), country.key(signer))


def deliver(country: Country, first: int, *envelopes: bytes, party: NodeId = SILENT) -> FrameAnswer:
    sent = Frame(party, PREF, Stream.IDENTITY, 1, first, envelopes)
    status, _, body = at_network(country, post(FRAMES, frames.write_frame(sent)), party=party)
    assert status == 200, body
    assert shows_nothing(body.decode())
    return frames.read_answer(body)


def nothing(_: dict[str, Any]) -> None:
    """No alteration."""


def kunitachis(plain: dict[str, Any]) -> None:
    plain["origin"] = str(KUNI)
    plain["body"]["address"]["municipality"] = "132152"


def test_another_nodes_statement_is_refused_with_an_alarm(unchanged: Country) -> None:
    before = unchanged.last_entry(PREF)
    theirs = unchanged.rows(KUNI, "SELECT envelope FROM statements WHERE stream = 'identity' LIMIT 1")
    good = seal(unchanged, a_statement(1), nothing)
    broken = json.loads(good)
    broken["signatures"][0]["sig"] = "A" * len(broken["signatures"][0]["sig"])
    refused = [
        bytes(theirs[0][0]) if theirs else seal(unchanged, a_statement(1), kunitachis, KUNI),
        seal(unchanged, a_statement(1), kunitachis),
        seal(unchanged, a_statement(1), nothing, KUNI),
        seal(unchanged, a_statement(1), lambda plain: plain.update(addressee=str(NATIONAL))),
        json.dumps(broken).encode(),
        b"x",
    ]
    for envelope in refused:
        answer = deliver(unchanged, 1, envelope)
        assert (answer.cursor, answer.expected, answer.parked, answer.halted) == (0, 1, (), False)
        assert answer.refused in (FrameRefusal.UNAUTHENTIC, FrameRefusal.MALFORMED)
    assert deliver(unchanged, 2, good).refused is FrameRefusal.GAP
    alarms = unchanged.audit(PREF, "network:frame:refused", after=before)
    assert len(alarms) == len(refused)
    assert all(alarm["outcome"] == "refused" for alarm in alarms)


def test_a_well_signed_impossibility_is_parked_and_never_applied(country: Country) -> None:
    """It waits for a person, nothing of it reaches a store, and what comes after it goes on."""
    until(country.at_rest, "nothing is on its way")
    before = {node: country.last_entry(node) for node in (PREF, NATIONAL)}
    held = "SELECT (SELECT count(*) FROM identity_records) + (SELECT count(*) FROM identity_history)"
    stores = {node: country.count(node, held) for node in (PREF, NATIONAL)}

    def impossible(number: int, **body: object) -> bytes:
        return seal(country, a_statement(number), lambda plain: plain["body"].update({"name": NAME} | body))

    bad = [
        impossible(1, code=WRONG_CODE, sex=NAME),
        impossible(2, birth_date="1981-02-29", telephone=NAME),
        impossible(3, address={"municipality": "131017", "text": ADDRESS}),
        seal(country, a_statement(4), lambda plain: plain["body"].pop("name")),
    ]
    answer = deliver(country, 1, *bad)
    assert [(one.number, str(one.reason)) for one in answer.parked] == [(n, "invalid") for n in range(1, 5)]
    good = a_statement(5)
    assert isinstance(good.body, IdentityNotice)
    assert deliver(country, 5, seal(country, good, nothing)).cursor == 5
    code = str(good.body.facts.code)
    until(lambda: country.arrived(NATIONAL, [code]), "the one after them reached the centre")

    for node in (PREF, NATIONAL):
        assert country.times_applied(node, code) == (1, 1, 1)
        assert country.count(node, held) == stores[node] + 2
        alarms = country.audit(node, "network:statement:parked", after=before[node])
        assert len([one for one in alarms if one["actor"] == SILENT.uri]) == 4
        listed = country.at(node, "network", "parked", "--as", CLERK, "--json")
        assert shows_nothing(listed.out)
        for one in listed.json:
            country.at(node, "network", "close", one["number"], "--as", CLERK)
    until(country.at_rest, "all of it is closed")


# The counter: acts by JSON on standard input.


def typed(country: Country, act: str, filing: object) -> str:
    """What the clerk is told of a filing that cannot be read."""
    ran = country.register(act, filing, expect=1)
    assert ran.out == ""
    assert shows_nothing(ran.err)
    assert "Traceback" not in ran.err
    return ran.err


def test_a_filing_that_cannot_be_is_refused_at_the_counter(unchanged: Country) -> None:
    before = unchanged.last_entry(KUNI)
    filing = move_in_filing(NAME, code=WRONG_CODE, birth_date="1981-02-29", telephone=KANA)
    filing["address"] = {"municipality": "132153", "text": ADDRESS}
    filing["previous_address"] = {"text": ADDRESS, "municipality": "999997"}
    filing["moved_on"] = "2013-06-31"
    del filing["notified_by"]
    told = typed(unchanged, "move-in", filing)
    for field in (
        *("persons[0].code", "persons[0].birth_date", "persons[0].telephone", "address.municipality"),
        *("previous_address.municipality", "moved_on", "notified_by"),
    ):
        assert f"\n  {field}: " in told, (field, told)

    text = json.dumps(birth_filing("00000000019", NAME), ensure_ascii=False)
    twice = text.replace('"filed_on"', f'"filed_on": "{NAME}", "filed_on"')
    for data, problem in (
        (twice, "duplicate key"),
        (text.replace("ケンサ", "\\u0000"), "NUL"),
        (text[:-1], "not JSON"),
        (json.dumps(NAME), "not a JSON object"),
        (json.dumps({"name": NAME * 100_000}, ensure_ascii=False), "larger than"),
    ):
        assert problem in typed(unchanged, "birth", data)
    unchanged.at(KUNI, "register", "show", "--as", CLERK, stdin=NAME, expect=1)
    entries = unchanged.audit(KUNI, "register:filing:unreadable", after=before)
    kinds = ["invalid", *["malformed"] * 4, "too-large", "invalid"]
    acts = ["move-in", *["birth"] * 5, "show"]
    assert [(one["reference"], one["rules"]) for one in entries] == [
        (act, [kind]) for act, kind in zip(acts, kinds, strict=True)
    ]
    assert {(one["actor"], one["outcome"]) for one in entries} == {(f"operator:{CLERK}", "refused")}
    assert shows_nothing(json.dumps(entries, ensure_ascii=False))


def test_an_unlawful_act_is_refused_by_rule_and_recorded(unchanged: Country) -> None:
    before = unchanged.last_entry(KUNI)
    filing = move_in_filing(NAME, code=CODE)
    filing["address"] = {"municipality": "131016", "text": ADDRESS}
    ran = unchanged.register("move-in", filing, expect=3)
    assert "I4" in {one["rule"] for one in ran.json["refused"]}
    stranger = unchanged.at(
        KUNI, "register", "birth", "-", "--as", "nobody", stdin=birth_filing("00000000019", NAME), expect=3
    )
    assert shows_nothing(ran.out + ran.err + stranger.out + stranger.err)
    moved = unchanged.audit(KUNI, "register:move-in:recorded", after=before)
    born = unchanged.audit(KUNI, "register:birth:recorded", after=before)
    assert [(one["actor"], one["outcome"]) for one in moved] == [(f"operator:{CLERK}", "refused")]
    assert [(one["actor"], one["outcome"]) for one in born] == [("operator:nobody", "refused")]


def test_an_organ_s_own_mistakes_are_told_before_anything_is_sent(unchanged: Country) -> None:
    before = unchanged.last_entry(NATIONAL)
    for who in (
        {"code": WRONG_CODE},
        {"name": NAME, "address": ADDRESS, "birth_date": "1981-02-29"},
        {"kana": KANA},
    ):
        ran = unchanged.verify(who, expect=1)
        assert shows_nothing(ran.out + ran.err), who
    assert unchanged.last_entry(NATIONAL) == before


def test_no_process_wrote_down_what_was_planted(country: Country) -> None:
    """Runs after all the others: logs of every process, the database server's log, and standard error."""
    written = country.everything_written()
    assert len(written) > 0
    assert [hashlib.sha256(one.encode()).hexdigest() for one in PLANTED if one in written] == []
    for sign in ("Traceback", "internal error", "round.broke"):
        assert sign not in written, sign


def test_what_breaks_inside_is_written_down_without_a_person(country: Country) -> None:
    """Last, since it is meant to be in the log: the database refuses the row of a look at somebody who is planted.

    PostgreSQL would write the failing row into its log, had it not been told to keep such errors to itself.
    """
    broken = json.dumps(by_code(CODE) | {"case": "broken"}).encode()
    with country.cluster.connect(Role.OWNER, DATABASE) as owner:
        owner.execute(f"SET search_path = {NATIONAL.schema}")
        owner.execute(
            "ALTER TABLE audit_entries ADD CONSTRAINT refuse"
            " CHECK (terminal IS DISTINCT FROM 'suzuki / broken') NOT VALID"
        )
        owner.commit()
        try:
            status, _, body = at_supply(country, signed(country, broken))
        finally:
            owner.execute("ALTER TABLE audit_entries DROP CONSTRAINT refuse")
            owner.commit()
    document = json.loads(body)
    assert (status, document["type"]) == (500, "urn:jukinet:problem:internal")
    written = country.everything_written()
    assert document["instance"] in written
    assert [hashlib.sha256(one.encode()).hexdigest() for one in PLANTED if one in written] == []
