"""A small part of the nation for some weeks: it agrees, and what is planted is seen by both comparisons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from jukinet.domain.municipality import NATIONAL
from jukinet.node.postgres import Cluster, Role
from jukinet.services import designation, settings
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER
from jukinet.testing.nation import loading, proof, schemas
from jukinet.testing.nation.country import Event, country
from jukinet.testing.nation.lines import Nation
from jukinet.testing.nation.loading import Task
from jukinet.testing.nation.year import Year, sizes

pytestmark = pytest.mark.slow


def test_a_part_of_the_nation_lives_and_agrees_and_what_is_planted_is_seen(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    land = country(1200, 6)
    # Ten events of each kind a day.
    monkeypatch.setattr("jukinet.testing.nation.year.events_of", lambda _day, _residents: list(Event) * 10)
    with throwaway_database(cluster) as name:
        owner = cluster.dsn(Role.OWNER, name)
        roles = (OFFICE, NETWORK, WORKER)
        conninfos = {role: cluster.dsn(Role(f"jukinet_{role}"), name) for role in roles} | {"owner": owner}
        with closing(schemas.Maker(owner)) as make:
            for node in land.nodes:
                make(node)
        with closing(loading.Loader(conninfos)) as load:
            homes = {
                code: load(Task(code, residents, number * 10**6))
                for number, (code, residents) in enumerate(land.residents.items())
            }
        nation = Nation(conninfos.__getitem__, land.nodes)
        nodes = tuple(land.nodes)
        with ThreadPoolExecutor(4) as pool:
            for node in nodes:
                if node.municipality is None:
                    settings.enrol_first_operator(nation.context(node), CLERK.operator_id, "佐藤")
            for code in land.residents:
                designation.designate_codes(nation.context(NATIONAL), CLERK, code, 100)
            nation.wake(NATIONAL)
            nation.drain(pool)
            year = Year(nation, homes)
            for day in range(4):
                year.day(day, pool)
            assert sum(year.told.refused.values()) <= 10, year.told.refused
            assert year.told.done[Event.MOVE] >= 30
            made = proof.checked(nation, nodes, pool)
            assert made.failed == ()
            assert proof.compared(owner, land.connected) == (sizes(homes), 0)
            with psycopg.connect(owner, options=f"-c search_path={NATIONAL.schema}") as raw:
                raw.execute(
                    "UPDATE identity_records SET address = address || '1' WHERE code IN"
                    " (SELECT code FROM identity_records WHERE live ORDER BY code LIMIT 1)"
                )
            assert len(proof.checked(nation, nodes, pool).failed) == 1
            # The record as it stands in the register, and as it stands at the centre.
            assert proof.compared(owner, land.connected) == (sizes(homes), 2)
        nation.close()
