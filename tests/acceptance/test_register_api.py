"""The register API on a real door: mutual TLS, certificates made by the command, kill -9 in the middle of an act."""

from __future__ import annotations

import json
import secrets
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.acceptance.country import (
    CLERK,
    KUNI,
    LIBRARY,
    NETWORK,
    PENSION,
    PREF,
    SILENT,
    TAX,
    Country,
    Who,
    move_in_filing,
    until,
    unusual_name,
)
from tests.acceptance.doors import connected, request

from jukinet.domain.municipality import SystemId
from jukinet.node import pki

pytestmark = pytest.mark.timeout(300)

Answer = tuple[int, dict[str, str], Any]


def key() -> str:
    return secrets.token_hex(16)


def filed(what: str, body: object, under: str | None = None, **headers: str) -> bytes:
    """The bytes of a request for an act or a look."""
    head = {
        "Content-Type": "application/json",
        "Jukinet-Operator": CLERK,
        "Jukinet-Terminal": "window-3",
        **({"Idempotency-Key": under} if under else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return request("POST", f"/register/v1/{what}", json.dumps(body).encode(), head)


def ask(country: Country, sent: bytes, party: Who = TAX) -> Answer:
    status, headers, body = country.ask(country.ports[KUNI, NETWORK], sent, party)
    return status, headers, json.loads(body)


def look(country: Country, number: str) -> Answer:
    return ask(country, filed("residents/lookup", {"resident_no": number}))


def test_a_system_files_and_looks_and_the_network_learns_of_it(country: Country) -> None:
    name = unusual_name()
    status, _, done = ask(country, filed("move-in", move_in_filing(name), key()))
    assert status == 200
    (number,) = done["resident_nos"]
    status, headers, shown = look(country, number)
    assert (status, shown["record"]["name"]["text"]) == (200, name)
    assert headers["etag"] == f'"{shown["etag"]}"'
    country.wait_arrived(country.code_of(number))
    entry = country.audit(KUNI, "register:move-in:recorded")[-1]
    assert (entry["actor"], entry["terminal"]) == (f"operator:{CLERK}", "tax-office/window-3")


def test_the_second_of_two_clerks_is_told(country: Country) -> None:
    _, (number,) = country.household(unusual_name())
    _, headers, _ = look(country, number)
    filing = {"resident_no": number, "died_on": "2013-07-08", "filed_on": "2013-07-08"}
    country.register(
        "move-within",
        {
            "movers": [{"resident_no": number}],
            "address": {"municipality": "132152", "text": "東京都国立市富士見台二丁目47番地の9"},
            "moved_on": "2013-07-08",
            "filed_on": "2013-07-08",
            "notified_by": {"capacity": "person", "identity": "card", "in_writing": True},
        },
    )
    until(country.at_rest, "the notices of the move have arrived")
    before = country.stored()
    status, _, problem = ask(country, filed("death", filing, key(), If_Match=headers["etag"]))
    assert (status, problem["type"]) == (412, "urn:jukinet:problem:precondition-failed")
    assert country.stored() == before


def test_nobody_but_an_admitted_system_gets_in(country: Country) -> None:
    other = SystemId(f"{SILENT}:tax-office")
    pki.issue_system(country.pki, other, now=datetime.now(UTC))
    until(country.at_rest, "what other tests did has arrived")
    before, last = country.stored(), country.last_entry(KUNI)
    outsiders: tuple[Who, ...] = (LIBRARY, other, KUNI, PREF, PENSION)
    for party in outsiders:
        for what, under in (("move-in", key()), ("residents/lookup", None)):
            status, _, problem = ask(country, filed(what, move_in_filing(unusual_name()), under), party)
            assert (status, problem["type"]) == (403, "urn:jukinet:problem:forbidden"), party
    assert country.stored() == before
    refused = country.audit(KUNI, "network:gate:refused", after=last)
    assert {one["actor"] for one in refused} == {
        *(LIBRARY.uri, other.uri, KUNI.uri, PREF.uri, f"urn:jukinet:organ:{PENSION}")
    }


def test_a_certificate_that_has_ended_does_not_reach_the_door(country: Country) -> None:
    old = SystemId(f"{KUNI}:archive")
    pki.issue_system(country.pki, old, now=datetime.now(UTC) - timedelta(days=30), tls_days=1)
    with pytest.raises((ssl.SSLError, OSError)):
        ask(country, filed("residents/lookup", {"resident_no": "00000000019"}), old)


def test_killed_after_the_commit_and_before_the_answer_is_read(whole: Country) -> None:
    under, filing = key(), move_in_filing(unusual_name())
    before = whole.count(KUNI, "SELECT count(*) FROM residents")
    with connected(whole.ports[KUNI, NETWORK], whole.context(TAX)) as connection:
        connection.sendall(filed("move-in", filing, under))
        until(
            lambda: whole.count(KUNI, "SELECT count(*) FROM api_answers WHERE key = %s", under),
            "the act is committed",
        )
        whole.kill(KUNI, NETWORK)
    whole.start_all()
    first, second = (ask(whole, filed("move-in", filing, under)) for _ in range(2))
    assert (first[0], first[2]) == (200, second[2])
    assert whole.count(KUNI, "SELECT count(*) FROM residents") == before + 1
    status, _, problem = ask(whole, filed("move-in", move_in_filing(unusual_name()), under))
    assert (status, problem["type"]) == (422, "urn:jukinet:problem:key-reused")


def test_killed_in_the_middle_of_an_act(whole: Country) -> None:
    under, filing = key(), move_in_filing(unusual_name())
    until(whole.at_rest, "what other tests did has arrived")
    before = whole.stored()
    with connected(whole.ports[KUNI, NETWORK], whole.context(TAX)) as connection:
        with whole.locking(KUNI, "LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE"):
            connection.sendall(filed("move-in", filing, under))
            until(whole.waits_for_lock, "the act waits to write its audit entry")
            whole.kill(KUNI, NETWORK)
        # The server notices that its client is gone when it next speaks to it.
        until(lambda: not whole.waits_for_lock(), "the act is undone")
    whole.start_all()
    assert whole.stored() == before
    assert ask(whole, filed("move-in", filing, under))[0] == 200
    assert whole.count(KUNI, "SELECT count(*) FROM api_answers WHERE key = %s", under) == 1


def test_the_description_is_served(country: Country) -> None:
    status, _, document = ask(country, request("GET", "/register/v1/openapi.json"))
    assert (status, document["openapi"]) == (200, "3.1.0")
