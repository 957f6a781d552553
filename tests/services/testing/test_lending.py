"""The network that tests share one after another comes back to the row, or is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.services import world
from tests.services.lending import Lender
from tests.services.services import counter
from tests.services.world import KUNI

from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

Left = Callable[[Federation, ExitStack], object]


@pytest.fixture
def own_lender(lender: Lender) -> Iterator[Lender]:
    made = Lender(lender._cluster, lender._template)
    yield made
    made.close()


def everything(network: Federation) -> dict[str, object]:
    """Every row and every number given, of every node."""
    numbers = "SELECT sequencename, last_value FROM pg_sequences ORDER BY schemaname, sequencename"
    return {
        **{str(node): world.tables(network, node) for node in network.nodes},
        "numbers": world.rows(network, KUNI, numbers),
    }


def test_rows_and_numbers_are_put_back(own_lender: Lender) -> None:
    with own_lender.lend() as network:
        name, before = network._conninfo("owner"), everything(network)
        people = counter.load(network)
        counter.move_within(network, KUNITACHI, people[0].resident_no)
        with world.connect(network, KUNI) as raw:
            raw.execute("DELETE FROM operators")
        network.run()
        assert everything(network) != before
    with own_lender.lend() as network:
        assert network._conninfo("owner") == name
        assert everything(network) == before


def take_a_grant_away(network: Federation, _: ExitStack) -> None:
    with world.connect(network, KUNI) as raw:
        raw.execute("REVOKE INSERT ON audit_entries FROM jukinet_office")


def drop_a_trigger(network: Federation, _: ExitStack) -> None:
    with world.connect(network, KUNI) as raw:
        raw.execute("DROP TRIGGER outbox_sent_copies ON outbox")


def close_a_pool(network: Federation, _: ExitStack) -> None:
    network.context(KUNITACHI).database.close()


def leave_a_transaction_open(network: Federation, stack: ExitStack) -> None:
    raw = world.connect(network, KUNI)
    stack.callback(raw.close)
    raw.execute("BEGIN")
    raw.execute("UPDATE operators SET name = ''")


@pytest.mark.parametrize("leave", [take_a_grant_away, drop_a_trigger, close_a_pool, leave_a_transaction_open])
def test_what_rows_do_not_show_is_thrown_away(own_lender: Lender, leave: Left) -> None:
    with ExitStack() as stack:
        with own_lender.lend() as network:
            name = network._conninfo("owner")
            leave(network, stack)
        with own_lender.lend() as network:
            assert network._conninfo("owner") != name
