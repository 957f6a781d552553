"""Random acts, lost lines and restores of every kind of node, two and three of them at once (promise 4).

Whatever happened: once lines are whole, everything comes to rest, nothing is halted, and every node holds the same
statements of each origin, in the same order.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.services import world
from tests.services.services import counter
from tests.services.services.recovering import MINUTE, state
from tests.services.world import CHIYO, KUNI, TOKYO

from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.services import due, outgoing, recovery
from jukinet.services.context import TurnedBackError
from jukinet.testing.federation import WORKER, Copied, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

TOWNS = (KUNITACHI, CHIYODA)
NODES = (NATIONAL, TOKYO, KUNI, CHIYO)


class Chance:
    """What happens next to a network, drawn from a seed."""

    def __init__(self, federation: Federation, seed: int) -> None:
        self.federation = federation
        self.random = random.Random(seed)
        self.copies: dict[NodeId, list[Copied]] = {node: [federation.copy_of(node)] for node in NODES}
        self.happened: list[str] = []
        self.steps = 0

    def step(self) -> None:
        """One thing: an act, a part of a worker's round, a line that fails, a backup, a restore, or time."""
        self.steps += 1
        things = [self.act, self.work, self.fail, self.copy, self.put_back, self.wait]
        (do,) = self.random.choices(things, [30, 45, 8, 6, 4, 10])
        self.happened.append(do())

    def act(self) -> str:
        town = self.random.choice(TOWNS)
        query = "SELECT resident_no, household_no FROM residents WHERE present ORDER BY 1"
        here = world.rows(self.federation, town.node_id, query)
        if not here:
            return "nobody"
        doing = self.random.choice(
            [self.within, self.within, self.birth, self.birth, self.death, self.move, self.code]
        )
        return self._try(doing, town, *self.random.choice(here))

    def _try(self, do: Callable[..., None], town: MunicipalityCode, number: str, household: str) -> str:
        try:
            do(town, number, household)
        except (AssertionError, TurnedBackError):
            return f"{do.__name__} refused"  # the node recovers, or has no codes yet
        return do.__name__

    def within(self, town: MunicipalityCode, number: str, _: str) -> None:
        counter.move_within(self.federation, town, number, address=counter.elsewhere_in(town, self.steps))

    def birth(self, town: MunicipalityCode, _: str, household: str) -> None:
        child = replace(counter.child(), name=PersonName(f"国立　{self.steps}号"))
        counter.give_birth(self.federation, town, household, child)

    def death(self, town: MunicipalityCode, number: str, _: str) -> None:
        counter.die(self.federation, town, number, on=world.TODAY)

    def move(self, town: MunicipalityCode, number: str, _: str) -> None:
        (to,) = (other for other in TOWNS if other != town)
        found = counter.read(self.federation, town, number)
        counter.file_move_out(self.federation, town, [number], to)
        counter.move_in(self.federation, to, counter.as_person(found), previous_address=counter.place(town))

    def code(self, town: MunicipalityCode, number: str, _: str) -> None:
        counter.change_code(self.federation, town, counter.read(self.federation, town, number))

    def work(self) -> str:
        node = self.random.choice(NODES)
        ctx = self.federation.context(node, WORKER)
        part = self.random.choice(["all", "recovery", "due", "prepare", "send", "send one"])
        if part in {"all", "recovery"}:
            recovery.go_on(ctx)
        if part in {"all", "due"}:
            due.work(ctx)
        if part in {"all", "prepare"}:
            outgoing.prepare(ctx)
        lanes = outgoing.due_lanes(ctx) if part in {"all", "send", "send one"} else []
        for peer, stream in self.random.sample(lanes, 1) if lanes and part == "send one" else lanes:
            outgoing.send(ctx, peer, stream)
        return f"{node} {part}"

    def fail(self) -> str:
        self.federation.line.cut = set(self.random.sample(NODES, self.random.choice([0, 0, 1, 1, 2])))
        self.federation.line.lose_answers = self.random.choice([0, 0, 1, 2])
        return f"cut {sorted(self.federation.line.cut)}, lose {self.federation.line.lose_answers}"

    def copy(self) -> str:
        node = self.random.choice(NODES)
        self.copies[node].append(self.federation.copy_of(node))
        return f"backup {len(self.copies[node])} of {node}"

    def put_back(self) -> str:
        """To one of the two newest backups: those made after it are of a life that is over."""
        node = self.random.choice(NODES)
        there = self.copies[node]
        index = self.random.randrange(max(0, len(there) - 2), len(there))
        self.federation.put_back(node, there[index])
        del there[index + 1 :]
        return f"RESTORE of {node} to backup {index + 1}"

    def wait(self) -> str:
        seconds = self.random.choice([1, 5, 40])
        self.federation.clock.advance(timedelta(seconds=seconds))
        return f"{seconds} s"

    def settle(self) -> None:
        """Mend the lines, and let time pass until every node is live and nothing waits."""
        self.federation.line.cut, self.federation.line.lose_answers = set(), 0
        for _ in range(40):
            self.federation.run()
            self.federation.clock.advance(MINUTE)
            if self.federation.unsent() == 0 and all(
                state(self.federation, node).life.live_at is not None for node in NODES
            ):
                return
        raise AssertionError("it does not come to rest")


SAID = (
    "SELECT statement_id, incarnation, number FROM statements WHERE origin = %s AND stream = %s"
    " AND first_addressee = %s ORDER BY incarnation, number"
)
APPLIED = "SELECT statement_id FROM identity_history WHERE municipality = %s ORDER BY history_id"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(20))
def test_every_node_holds_the_same_after_any_restores(federation: Federation, seed: int) -> None:
    for town in TOWNS:
        counter.load(federation, town, seed=10)
        counter.load(federation, town, seed=11)
    chance = Chance(federation, seed)
    for _ in range(220):
        chance.step()
    chance.settle()
    told = "\n".join(chance.happened)
    assert "RESTORE" in told
    for node in NODES:
        assert world.halted(federation, node) == (), told
    for town in TOWNS:
        node = town.node_id
        said = world.rows(federation, node, SAID, node.text, "identity", TOKYO.text)
        for store in (TOKYO, NATIONAL):
            assert world.rows(federation, store, SAID, node.text, "identity", TOKYO.text) == said, told
        applied = world.rows(federation, TOKYO, APPLIED, town.text)
        assert applied == world.rows(federation, NATIONAL, APPLIED, town.text), told
        assert len(set(applied)) == len(applied)
    for origin, stream, to in (
        (KUNI, "move", CHIYO),
        (CHIYO, "move", KUNI),
        (KUNI, "move", TOKYO),
        (CHIYO, "move", TOKYO),
        (NATIONAL, "pool", KUNI),
        (NATIONAL, "pool", CHIYO),
    ):
        pair = [world.rows(federation, node, SAID, origin.text, stream, to.text) for node in (origin, to)]
        assert pair[0] == pair[1], told
