"""The designated certification body learns that a record was corrected or deleted, and nothing else (M15)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.network.asgi import Reply, send
from tests.services.services import counter, holding, test_nicknames
from tests.services.services.counter import audit, code_of
from tests.services.supply.asking import DAY, PENSION, linh
from tests.services.supply.signing import OTHERS_KEY, enter_body, fresh_nonce, rules, spent, with_door
from tests.services.world import TOKYO

from jukinet.client.changes import ChangeAnswer, Fact, read_change_answer, write_change_request
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law.centre import CentreWork, StopGround
from jukinet.law.certification import BODY
from jukinet.law.ex_officio import CorrectionKind
from jukinet.messages import http_signatures
from jukinet.messages.directory import OrganState, SignaturePolicy
from jukinet.messages.http_signatures import Head
from jukinet.network.change_facts import PATH
from jukinet.services import centre, ex_officio, supply_blocks
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.services.serving_alone import Document
from jukinet.services.supply_blocks import Whom
from jukinet.testing.federation import CLERK, EPOCH, Federation
from jukinet.testing.gazetteer import KUNITACHI

REQUEST = "request-0001"


@pytest.fixture(autouse=True)
def _known(federation: Federation) -> None:
    enter_body(federation)


def post(
    federation: Federation,
    body: bytes,
    peer: OrganSlug = BODY,
    headers: dict[str, str] | None = None,
    *,
    node: NodeId = NATIONAL,
) -> Reply:
    return with_door(
        federation, lambda app: send(app, "POST", PATH, body, peer=peer, headers=headers), node=node
    )


def request(codes: Collection[ResidentRecordCode], since: date = DAY) -> bytes:
    return write_change_request(REQUEST, "revocation", "2013-07", since, codes)


def ask(federation: Federation, *codes: ResidentRecordCode, since: date = DAY) -> ChangeAnswer:
    reply = post(federation, request(codes, since))
    assert reply.status == 200, reply.plain
    return read_change_answer(reply.body, REQUEST)


def facts(federation: Federation, *codes: ResidentRecordCode) -> list[tuple[ResidentRecordCode, Fact]]:
    return [(one.code, one.fact) for one in ask(federation, *codes).facts]


@case("Act Arts. 30-8(4), 30-11(9)", "Reg. Arts. 21-3, 27-3", permitted="JC1 JC2")
def test_a_correction_and_a_deletion_are_told_of_those_asked_for_alone(federation: Federation) -> None:
    moved, dead, quiet, other = (counter.load(federation, seed=seed)[0] for seed in range(4))
    counter.move_within(federation, KUNITACHI, moved.resident_no)
    counter.die(federation, KUNITACHI, dead.resident_no)
    counter.die(federation, KUNITACHI, other.resident_no)
    federation.run()
    asked = [code_of(one) for one in (moved, dead, quiet)]
    told = ask(federation, *asked)
    assert {(one.code, one.fact) for one in told.facts} == {
        (asked[0], Fact.CORRECTED),
        (asked[1], Fact.DELETED),
    }
    assert {one.told_on for one in told.facts} == {counter.TODAY}
    assert told.next_since == counter.TODAY - timedelta(days=1)
    assert ask(federation, *asked, since=counter.TODAY + timedelta(days=1)).facts == ()


@case("Act Art. 30-11(9)", "Reg. Art. 27-2")
def test_no_recording_no_minor_correction_and_no_change_of_the_code_is_told(federation: Federation) -> None:
    recorded, minor, changed = (counter.load(federation, seed=seed)[0] for seed in range(3))
    name = replace(minor.record.name, text=minor.record.name.text[:-1] + "髙")
    filing = CorrectionFiling(
        minor.resident_no,
        CorrectionKind.MINOR,
        counter.TODAY,
        Corrections(name=name),
        holding._KOSEKI,
    )
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    old = code_of(changed)
    counter.change_code(federation, KUNITACHI, changed)
    federation.run()
    assert facts(federation, code_of(recorded), code_of(minor), old) == []
    counter.die(federation, KUNITACHI, changed.resident_no)
    federation.run()
    assert facts(federation, old) == [(old, Fact.DELETED)], "and the new code is not told"


@case("Act Art. 30-11(9)", "Reg. Art. 46")
def test_a_nickname_counts_as_the_name(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI, [linh()])
    assert facts(federation, code_of(found)) == []
    test_nicknames.delete(federation, found.resident_no)
    federation.run()
    assert facts(federation, code_of(found)) == [(code_of(found), Fact.CORRECTED)]


def test_whoever_is_blocked_is_as_if_not_there(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    ctx = federation.context(NATIONAL)
    assert isinstance(supply_blocks.block(ctx, CLERK, Whom.person(code_of(found)), "by order"), int)
    assert facts(federation, code_of(found)) == []


@case("Act Arts. 30-8(4), 30-11(9)", refused="JC1")
def test_another_organ_is_told_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    assert "JC1" in rules(post(federation, request([code_of(found)]), peer=PENSION))
    (entry,) = audit(federation, NATIONAL, "supply:change:told")
    assert (entry["outcome"], entry["subject_code"]) == ("refused", None)


@case("Act Arts. 30-8(4), 30-11(9), 30-25(1) to (3)", refused="JC3", permitted="JC3")
def test_a_centre_that_is_designated_no_more_tells_nothing_and_the_governor_does(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    body = request([code_of(found)])

    def stop(ground: StopGround, *works: CentreWork, node: NodeId = NATIONAL) -> None:
        said = (ground, works, (counter.TODAY, None), Document(f"総行市{ground}", counter.TODAY))
        assert isinstance(centre.record_stop(federation.context(node), CLERK, *said), int)

    stop(StopGround.SUSPENDED, *CentreWork)
    assert post(federation, body).status == 200, "that the other works are suspended is another thing"
    for node in (NATIONAL, TOKYO):
        stop(StopGround.REVOKED, *CentreWork, node=node)
    assert rules(post(federation, body)) == ["JC3"]
    by_governor = post(federation, body, node=TOKYO)
    assert [one["fact"] for one in by_governor.plain["facts"]] == ["deleted"]
    entries = audit(federation, NATIONAL, "supply:change:told")
    assert [entry["outcome"] for entry in entries] == ["done", "refused"]


def test_each_person_asked_for_is_one_entry_of_the_log(federation: Federation) -> None:
    codes = [code_of(counter.load(federation, seed=seed)[0]) for seed in range(2)]
    facts(federation, *codes, codes[0])
    entries = audit(federation, NATIONAL, "supply:change:told")
    assert [entry["subject_code"] for entry in entries] == [code.text for code in codes]
    assert {(entry["outcome"], entry["reference"]) for entry in entries} == {("done", REQUEST)}


def test_a_body_that_is_no_active_organ_or_must_sign_is_refused(federation: Federation) -> None:
    (found,) = counter.load(federation)
    body = request([code_of(found)])
    enter_body(federation, SignaturePolicy.REQUIRED)
    assert rules(post(federation, body)) == ["SG1"]
    head = Head("POST", PATH, "", {"content-type": "application/json"})
    fields = http_signatures.sign(head, body, OTHERS_KEY, to=NATIONAL, now=EPOCH, nonce=fresh_nonce())
    assert post(federation, body, headers=fields).status == 200
    assert rules(post(federation, body, headers=fields)) == ["SG5"], "a nonce counts once"
    assert len(spent(federation)) == 1
    enter_body(federation, state=OrganState.REVOKED)
    assert post(federation, body).status == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"codes": []}, "codes"),
        ({"codes": ["12345678901"]}, "codes[0]"),
        ({"codes": ["12345678901"] * 501}, "codes"),
        ({"codes": None}, "codes"),
        ({"since": "2013-02-30"}, "since"),
        ({"since": None}, "since"),
        ({"request_id": "x"}, "request_id"),
        ({"name": "花子"}, "name"),
    ],
)
def test_what_is_no_request_is_told_by_field_and_recorded(
    federation: Federation, change: dict[str, Any], field: str
) -> None:
    plain = json.loads(request([ResidentRecordCode("24727059608")])) | change
    reply = post(federation, json.dumps(plain).encode())
    assert (reply.status, set(reply.fields)) == (422, {field})
    assert b"12345678901" not in reply.body
    (entry,) = audit(federation, NATIONAL, "supply:query:answered")
    assert (entry["outcome"], entry["actor"]) == ("refused", BODY.uri)
