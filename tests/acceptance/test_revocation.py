"""What the centre signs reaches every process while it runs, and ends what open connections may do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.acceptance.country import (
    KUNI,
    NATIONAL,
    NETWORK,
    PENSION,
    PREF,
    SUPPLY,
    Country,
    until,
    unusual_name,
)
from tests.acceptance.doors import connected, read_response, request

from jukinet.messages.keys import KeyUse
from jukinet.node.pki_members import load_members

VERIFY = "/supply/v1/identity-verifications"

# The ring's six minutes have no room for a minute of commands; what they rest on is shown in tests/services.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def publish(country: Country) -> None:
    """Sign the directory, and let every node look at once instead of within half a minute."""
    country.do("pki", "directory", country.pki)
    with ThreadPoolExecutor(3) as offices:
        list(offices.map(lambda node: country.at(node, "node", "migrate"), (NATIONAL, PREF, KUNI)))


def test_an_open_connection_is_served_only_as_long_as_the_directory_lets_its_party_in(whole: Country) -> None:
    household, _ = whole.household(unusual_name())
    pids = {key: process.pid for key, process in whole.processes.items()}
    directory = request("GET", "/network/v1/directory")
    asked = request("POST", VERIFY, b"{}", {"Content-Type": "application/json"})
    whole.lines[PREF].cut()
    waiting = whole.code_of(whole.birth(household, unusual_name()))
    with (
        connected(whole.ports[PREF, NETWORK], whole.context(KUNI)) as node,
        connected(whole.ports[NATIONAL, SUPPLY], whole.context(PENSION)) as organ,
    ):

        def served() -> tuple[int, int]:
            node.sendall(directory)
            organ.sendall(asked)
            return read_response(node)[0], read_response(organ)[0]

        assert served() == (200, 422)
        whole.do("pki", "disconnect", whole.pki, KUNI, "--reason", "By choice.")
        publish(whole)
        whole.lines[PREF].restore()
        until(lambda: served() == (409, 422), "a node that takes no part is told so")
        # What it has to say waits, and goes out when it takes part again.
        assert not whole.at_rest()
        whole.do("pki", "connect", whole.pki, KUNI)
        whole.do("pki", "replace", whole.pki, PENSION)
        publish(whole)
        until(lambda: served() == (200, 401), "a replaced certificate is refused on the connection it opened")
    whole.wait_arrived(waiting)
    assert whole.verify({"code": "24727059608"}).json["result"] == "none"  # with the new certificate
    assert {key: process.pid for key, process in whole.processes.items()} == pids


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
        publish(whole)
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
