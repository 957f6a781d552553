"""``jukinet join``: what is typed at the three nodes, from the first code to the live stream, and what stops it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.services import world
from tests.services.services import counter
from tests.services.services.test_joining import GOVERNOR, YAMA, connect, registered
from typer.testing import CliRunner, Result

from jukinet.cli import joining
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import YAMATSURI


def run(federation: Federation, node: NodeId, *words: object, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(node)

    return CliRunner().invoke(joining.make_app(opened), [*map(str, words), "--as", operator])


def test_a_municipality_joins_by_the_commands_in_their_order(federation: Federation, tmp_path: Path) -> None:
    counter.load(federation, YAMATSURI)
    connect(federation)
    town, centre, governor = (partial(run, federation, node) for node in (YAMA, NATIONAL, GOVERNOR))
    refused = town("live")
    assert (refused.exit_code, "JN6" in refused.output) == (3, True)
    assert town("codes").output.startswith("1 residents were given a code.")
    assert "1 records in 1 segments." in town("write", tmp_path).output
    assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    refused = town("live")
    assert (refused.exit_code, "JN7" in refused.output) == (3, True)
    federation.clock.advance(timedelta(minutes=1))
    assert centre("load", tmp_path).output == "1 records taken in.\n"
    assert centre("load", tmp_path).exit_code == 3, "once"
    assert governor("load", tmp_path).output == "1 records taken in.\n"
    assert town("live").output == "The municipality takes part.\n"
    federation.run()
    (number,) = counter.known_numbers(federation, YAMATSURI)
    counter.move_within(federation, YAMATSURI, number)
    federation.run()
    for node in (GOVERNOR, NATIONAL):
        assert world.held(federation, node) == registered(federation, YAMATSURI)


def test_what_is_no_directory_of_segments_is_told_in_a_sentence(
    federation: Federation, tmp_path: Path
) -> None:
    missing = run(federation, NATIONAL, "load", tmp_path)
    assert missing.exit_code == 1
    assert "manifest.json" in missing.output
    assert run(federation, YAMA, "write", tmp_path / "nowhere").exit_code == 2
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    assert run(federation, NATIONAL, "load", tmp_path).exit_code == 1
    for words in (("codes",), ("live",), ("write", tmp_path), ("load", tmp_path)):
        assert run(federation, YAMA, *words, operator="nobody").exit_code == 3, words
