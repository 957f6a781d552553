"""What the centre signs reaches every process while it runs, and ends what open connections may do."""

from __future__ import annotations

import json
import ssl

import pytest
from tests.acceptance.country import (
    KUNI,
    NATIONAL,
    NETWORK,
    PENSION,
    PREF,
    SILENT,
    SUPPLY,
    Country,
    until,
    unusual_name,
)
from tests.acceptance.doors import connected, read_response, request

from jukinet.messages.keys import KeyUse
from jukinet.node.pki_members import load_members

VERIFY = "/supply/v1/identity-verifications"
JSON = {"Content-Type": "application/json"}
LEAVING = "a-leaving-organ"
"""An organ of one test alone: what was revoked stays so."""
WHY = "By choice."

pytestmark = pytest.mark.timeout(300)
# The ring's six minutes have no room for a minute of commands; what they rest on is shown in tests/services.
many_commands = pytest.mark.slow


def test_a_connection_that_was_open_ends_with_the_refusal_once_its_party_is_let_in_no_more(
    country: Country,
) -> None:
    """Also where the peer is in the middle of a long frame, and one that stays is served on the connection it had."""
    country.do("pki", "organ", country.pki, LEAVING, "--name", "見本機構")
    country.publish(NATIONAL)
    ask_directory = request("GET", "/network/v1/directory")
    ask_affairs = request("GET", "/supply/v1/affairs")
    network, supply = country.ports[NATIONAL, NETWORK], country.ports[NATIONAL, SUPPLY]
    until(lambda: country.ask(supply, ask_affairs, LEAVING)[0] == 200, "the supply door knows the organ")
    with (
        connected(network, country.context(SILENT)) as node,
        connected(supply, country.context(LEAVING)) as organ,
        connected(network, country.context(PREF)) as other,
    ):
        for connection, sent in ((node, ask_directory), (organ, ask_affairs), (other, ask_directory)):
            connection.sendall(sent)
            assert read_response(connection)[0] == 200
        country.do("pki", "disconnect", country.pki, SILENT, "--reason", WHY)
        country.do("pki", "revoke", country.pki, LEAVING, "--reason", WHY)
        country.publish(NATIONAL)
        until(lambda: country.ask(network, ask_directory, SILENT)[0] == 409, "the network door knows")
        until(lambda: country.ask(supply, ask_affairs, LEAVING)[0] == 403, "the supply door knows")
        long_frame = request("POST", "/network/v1/frames/identity", b" " * 4_000_000, JSON)
        for connection, sent, told in ((node, long_frame, 409), (organ, ask_affairs, 403)):
            connection.sendall(sent)
            status, headers, body = read_response(connection)
            assert (status, headers["connection"]) == (told, "close")
            assert WHY in json.loads(body)["detail"]
            assert connection.recv(1) == b""
        other.sendall(ask_directory)
        assert read_response(other)[0] == 200
    country.do("pki", "connect", country.pki, SILENT)
    country.publish(NATIONAL)
    until(lambda: country.ask(network, ask_directory, SILENT)[0] == 200, "it takes part again")


@many_commands
def test_an_open_connection_is_served_only_as_long_as_the_directory_lets_its_party_in(whole: Country) -> None:
    household, _ = whole.household(unusual_name())
    pids = {key: process.pid for key, process in whole.processes.items()}
    directory = request("GET", "/network/v1/directory")
    asked = request("POST", VERIFY, b"{}", JSON)
    whole.lines[PREF].cut()
    waiting = whole.code_of(whole.birth(household, unusual_name()))
    with (
        connected(whole.ports[PREF, NETWORK], whole.context(KUNI)) as node,
        connected(whole.ports[NATIONAL, SUPPLY], whole.context(PENSION)) as organ,
    ):

        def served(connection: ssl.SSLSocket, sent: bytes) -> int:
            connection.sendall(sent)
            return read_response(connection)[0]

        assert (served(node, directory), served(organ, asked)) == (200, 422)
        whole.do("pki", "disconnect", whole.pki, KUNI, "--reason", "By choice.")
        whole.publish()
        whole.lines[PREF].restore()
        until(lambda: served(node, directory) == 409, "a node that takes no part is told so")
        assert (node.recv(1), served(organ, asked)) == (b"", 422)
        # What it has to say waits, and goes out when it takes part again.
        assert not whole.at_rest()
        whole.do("pki", "connect", whole.pki, KUNI)
        whole.do("pki", "replace", whole.pki, PENSION)
        whole.publish()
        until(
            lambda: served(organ, asked) == 401,
            "a replaced certificate is refused on the connection it opened",
        )
        assert organ.recv(1) == b""
    until(
        lambda: whole.ask(whole.ports[PREF, NETWORK], directory, KUNI)[0] == 200, "a new connection is served"
    )
    whole.wait_arrived(waiting)
    assert whole.verify({"code": "24727059608"}).json["result"] == "none"  # with the new certificate
    assert {key: process.pid for key, process in whole.processes.items()} == pids


@many_commands
def test_a_node_signs_with_its_new_key_and_is_reached_under_its_new_certificate_without_a_restart(
    whole: Country,
) -> None:
    household, (head,) = whole.household(unusual_name())
    whole.wait_arrived(whole.code_of(head))
    pids = {key: process.pid for key, process in whole.processes.items()}
    whole.do("pki", "rotate", whole.pki, KUNI, "--lead", "0")
    for change in (("rotate", "--lead", "0"), ("replace",)):
        former = statement_keys(whole)[-1]
        whole.do("pki", change[0], whole.pki, KUNI, *change[1:])
        whole.publish()
        assert statement_keys(whole)[-1] != former
        children = 0
        while signed_last(whole) != statement_keys(whole)[-1]:  # statements flow all the time
            children += 1
            assert children < 20, "the node took up its new key"
            whole.wait_arrived(whole.code_of(whole.birth(household, unusual_name())))
    assert {key: process.pid for key, process in whole.processes.items()} == pids


def statement_keys(country: Country) -> list[str]:
    (entry,) = (one for one in load_members(country.pki).nodes if one.id == KUNI)
    keys = sorted((key for key in entry.keys if key.use is KeyUse.STATEMENT), key=lambda key: key.valid_from)
    return [key.key_id for key in keys]


def signed_last(country: Country) -> str:
    """The key of what Kunitachi said last."""
    query = (
        "SELECT convert_from(envelope, 'UTF8')::json -> 'signatures' -> 0 ->> 'keyid' FROM statements"
        f" WHERE origin = '{KUNI}' AND stream = 'identity' ORDER BY number DESC LIMIT 1"
    )
    return str(country.rows(KUNI, query)[0][0])
