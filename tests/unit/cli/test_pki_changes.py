"""What the operator types to change a network's members, and what is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jukinet.cli import pki, pki_changes
from jukinet.node import pki as tools
from jukinet.node import pki_changes as changes

NOW = datetime(2013, 7, 8, 12, tzinfo=UTC)
KUNITACHI, CHIYODA, PENSIONS = "muni-132152", "muni-131016", "pension-service"


def run(*arguments: str | Path) -> Result:
    app = pki.make_app(lambda: tools, lambda: NOW)
    pki_changes.add_to(app, lambda: changes, lambda: NOW)
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, [str(one) for one in arguments])


def done(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return str(result.output)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "pki"
    done("init", path)
    done("node", path, "national", "--name", "Centre", "--url", "https://localhost:8443")
    done("node", path, KUNITACHI, "--name", "国立市", "--url", "https://localhost:8444")
    done("node", path, CHIYODA, "--name", "千代田区", "--url", "https://localhost:8445")
    done("organ", path, PENSIONS, "--name", "日本年金機構")
    return path


def node(home: Path) -> dict[str, object]:
    (found,) = (one for one in json.loads(done("list", home, "--json"))["nodes"] if one["id"] == KUNITACHI)
    return dict(found)


def test_each_change_says_what_makes_it_count(home: Path) -> None:
    for words in (
        ("rotate", home, KUNITACHI, "--use", "answer", "--lead", "0"),
        ("rotate", home, "directory"),
        ("replace", home, KUNITACHI),
        ("replace", home, PENSIONS),
        ("revoke", home, PENSIONS, "--reason", "Agreement ended."),
        ("disconnect", home, KUNITACHI, "--reason", "By choice.", "--since", "2013-07-01"),
        ("connect", home, KUNITACHI),
        ("merge", home, KUNITACHI, "--into", CHIYODA),
        ("ward", home, KUNITACHI, "--of", CHIYODA),
        ("announce", home, "national", "--on", "1999-11-01", "--notice", "1", "--office", "Tokyo"),
    ):
        assert f"jukinet pki directory {home}" in done(*words), words


def test_a_rotation_names_the_key_and_its_beginning(home: Path) -> None:
    before = node(home)["keys"]
    told = done("rotate", home, KUNITACHI, "--lead", "48")
    assert "counts from 2013-07-10 12:00 UTC" in told
    assert node(home)["keys"] == before


def test_a_disconnection_is_listed_with_its_reason_and_day(home: Path) -> None:
    done("disconnect", home, KUNITACHI, "--reason", "By choice.")
    found = node(home)
    assert (found["connected"], found["reason"], found["since"]) == (False, "By choice.", "2013-07-08")
    assert "not connected: By choice." in done("list", home)


def test_a_ward_is_listed_with_its_city(home: Path) -> None:
    done("ward", home, KUNITACHI, "--of", CHIYODA)
    assert node(home)["city"] == CHIYODA
    assert f"ward of {CHIYODA}, connected" in done("list", home)
    refused = run("ward", home, CHIYODA, "--of", KUNITACHI)
    assert (refused.exit_code, "one is both" in refused.stderr) == (1, True)


def test_what_is_mistyped_is_told_as_that(home: Path) -> None:
    for words in (
        ("rotate", home, "Kunitachi"),
        ("rotate", home, KUNITACHI, "--use", "tls"),
        ("revoke", home, PENSIONS),
        ("disconnect", home, "pref-99", "--reason", "x"),
    ):
        assert run(*words).exit_code == 2, words
    assert run("revoke", home, "strangers", "--reason", "x").exit_code == 1
