"""``jukinet recovery``: whom a node waits for, going on without one, and the list of lost acts, with the exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.services.services import counter
from tests.services.services.recovering import MINUTE, settle
from tests.services.world import KUNI, TOKYO
from typer.testing import CliRunner, Result

from jukinet.cli import recovery
from jukinet.domain.municipality import NATIONAL
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI


def run(federation: Federation, *words: str, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNI)

    return CliRunner().invoke(recovery.make_app(opened), [*words, "--as", operator])


def test_a_node_goes_on_without_a_peer_and_its_lost_acts_are_worked_off(federation: Federation) -> None:
    do = partial(run, federation)
    assert do("status").output == "Life 1: live.\nbeyond the backup: 0\n"
    parent = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    settle(federation)
    federation.line.cut = {NATIONAL}
    federation.put_back(KUNI, backup, journal=())
    federation.run()
    told = do("status")
    assert told.exit_code == 1
    assert "Life 2: recovering.\n  waits for national (jukinet recovery without national" in told.output
    assert do("without", "pref-99").exit_code == 2
    assert do("without", str(TOKYO)).exit_code == 3, "it has answered"
    assert do("without", str(NATIONAL)).output == "Recovery does not wait for national.\n"
    federation.run()
    told = do("status")
    assert told.exit_code == 0
    assert "2 lost acts wait for a person: jukinet recovery list" in told.output
    assert (
        "1 peers have not shaken hands with this life; what goes to them waits:\n    national\n"
        in told.output
    )
    assert told.output.endswith("beyond the backup: 0\n")
    assert json.loads(do("status", "--json").output)["silent"] == [str(NATIONAL)]

    listed = do("list").output
    assert [line.split(maxsplit=4)[4] for line in listed.splitlines()[:2]] == [
        "identity-notice correction move-within",
        "identity-notice recording birth",
    ]
    assert parent.record.name.text not in listed
    first, second = (str(one["number"]) for one in json.loads(do("list", "--json").output))
    shown = json.loads(do("show", first).output)
    assert shown["said"]["name"] == parent.record.name.text
    assert do("confirm", first).output == f"Closed: {first}.\n"
    assert do("confirm", first).exit_code == 3
    assert do("confirm", second).exit_code == 0
    assert do("list").output == "0 lost acts.\n"
    assert {one["state"] for one in json.loads(do("list", "--all", "--json").output)} == {"confirmed"}
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    assert json.loads(do("status", "--json").output)["missing"] == []
    for words in (("status",), ("without", "national"), ("list",), ("show", first), ("confirm", first)):
        assert do(*words, operator="nobody").exit_code == 3, words
