"""A ward of a designated city with real processes: what is said to it, and what it says, goes through its city."""

from __future__ import annotations

import json
from functools import partial

import pytest
from tests.acceptance.beside import Added, beside, newcomers, register, start
from tests.acceptance.country import CLERK, NATIONAL, NETWORK, PREF, WORKER, Country, until, unusual_name
from tests.acceptance.doors import request

from jukinet.domain.municipality import NodeId

pytestmark = pytest.mark.timeout(300)

CITY = Added(NodeId("muni-132012"), "見本市", (NETWORK,))
WARD = Added(NodeId("muni-132021"), "見本市見本区", (NETWORK, WORKER), city=CITY.node)
"""No city of Tokyo is a designated one: these numbers stand for such a city and its ward."""


def failed(country: Country, node: NodeId, to: NodeId) -> bool:
    """Whether a node has tried in vain to say something to another."""
    return country.count(node, "SELECT count(*) FROM lanes_out WHERE peer = %s AND failures > 0", str(to)) > 0


def is_not_the_way(country: Country, door: NodeId, peer: NodeId) -> bool:
    """Whether a node is told so that knocks at the door of another itself."""
    sent = request("POST", "/network/v1/frames/identity", b"{}", {"Content-Type": "application/json"})
    status, _, body = country.ask(country.ports[door, NETWORK], sent, peer)
    assert status == 403
    return "This is not the way" in json.loads(body)["detail"]


def test_a_ward_takes_part_by_way_of_its_city_and_is_known_by_its_own_number(country: Country) -> None:
    with beside(country, CITY, WARD):
        start(country, WARD)
        designate = ("code", "designate", "--as", CLERK)
        assert "WD1" in country.at(NATIONAL, *designate, CITY.code, 3, expect=3).told
        country.at(NATIONAL, *designate, WARD.code, 3)
        until(lambda: failed(country, NATIONAL, WARD.node), "the city does not answer")
        pool = "SELECT count(*) FROM code_pool"
        assert country.count(WARD.node, pool) == 0, "though the ward's own door is open"
        start(country, CITY)
        until(lambda: country.count(WARD.node, pool) == 3, "the city has passed the codes on")

        for door, peer in ((PREF, WARD.node), (WARD.node, PREF)):
            until(partial(is_not_the_way, country, door, peer), f"{door} knows the ward")

        country.kill(CITY.node, NETWORK)
        name = unusual_name()
        (number,) = register(country, WARD, "move-in", newcomers(WARD, name)).json["resident_nos"]
        code = str(country.rows(WARD.node, "SELECT code FROM residents WHERE resident_no = %s", number)[0][0])
        until(lambda: failed(country, WARD.node, PREF), "the ward's notice waits for its city")
        assert not country.arrived(PREF, [code])
        start(country, CITY)
        country.wait_arrived(code)
        person = country.verify({"code": code}).json["person"]
        assert (person["name"], person["address"]["municipality"]) == (name, WARD.code)
        origin = "SELECT DISTINCT origin FROM statements WHERE origin IN (%s, %s)"
        for node in (PREF, NATIONAL):
            known = country.rows(node, origin, str(WARD.node), str(CITY.node))
            assert known == [(str(WARD.node),)], "the ward has signed it, and the city nothing"
