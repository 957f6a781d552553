"""One demonstration at a time in one place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jukinet.demo.claim import claimed, end_running
from jukinet.demo.commands import app
from jukinet.demo.plan import Plan
from jukinet.domain.errors import ErrorKind, JukinetError


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    made = Plan(tmp_path, 200)
    made.home.mkdir()
    return made


def test_a_second_one_is_refused_while_the_first_lives(plan: Plan) -> None:
    with claimed(plan):
        with pytest.raises(JukinetError) as refused, claimed(plan):
            raise AssertionError("two at once")
        assert refused.value.kind is ErrorKind.CONFLICT
        assert f"runs already (pid {os.getpid()})" in refused.value.message
    with claimed(plan):
        pass


def test_the_command_touches_nothing_of_the_one_that_runs(plan: Plan) -> None:
    with claimed(plan):
        ran = CliRunner().invoke(app, ["--state", str(plan.state), "--once"])
        assert ran.exit_code == 1
        assert "runs already" in ran.stderr
        assert [path.name for path in plan.home.iterdir()] == ["demo.lock"]


def test_what_a_former_holder_wrote_names_nobody(plan: Plan) -> None:
    """A process that was killed leaves its number behind: whoever has that number now is not told to end."""
    (plan.home / "demo.lock").write_text(str(os.getpid()))
    assert not end_running(plan)


def test_where_none_ever_ran_there_is_none_to_end(tmp_path: Path) -> None:
    assert not end_running(Plan(tmp_path, 200))
