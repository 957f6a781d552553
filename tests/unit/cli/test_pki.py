from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jukinet.cli.pki import PkiTools, make_app
from jukinet.messages.directory import open_directory
from jukinet.node import keys, pki

NOW = datetime(2013, 7, 8, 12, tzinfo=UTC)
TOOLS: PkiTools = pki


def run(*arguments: str | Path) -> Result:
    app = make_app(lambda: TOOLS, lambda: NOW)
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
    done("node", path, "muni-132152", "--name", "国立市", "--url", "https://localhost:8444")
    done("organ", path, "pension-service", "--name", "日本年金機構", "--signature", "tls-only")
    done("directory", path)
    return path


def test_a_network_is_made_from_nothing(home: Path) -> None:
    root = keys.load_public_key(home / "root.pub")
    directory = open_directory((home / "directory.json").read_bytes(), root, NOW)
    assert [node.id.text for node in directory.nodes] == ["national", "muni-132152"]
    assert [(organ.slug.text, organ.signature.value) for organ in directory.organs] == [
        ("pension-service", "tls-only")
    ]


def test_every_option_of_a_node_is_taken(home: Path) -> None:
    done(
        *("node", home, "pref-07", "--name", "福島県", "--url", "https://localhost:1"),
        *("--supply-url", "https://localhost:2", "--no-delegates", "--since", "2002-08-05"),
    )
    done(
        *("node", home, "muni-074837", "--name", "矢祭町", "--url", "https://localhost:3"),
        *("--not-connected", "By choice."),
    )
    nodes = {node["id"]: node for node in json.loads(done("list", home, "--json"))["nodes"]}
    fukushima, yamatsuri = nodes["pref-07"], nodes["muni-074837"]
    assert (fukushima["supply_url"], fukushima["delegates"]) == ("https://localhost:2", False)
    assert fukushima["since"] == "2002-08-05"
    assert (yamatsuri["connected"], yamatsuri["reason"]) == (False, "By choice.")


def test_the_list_is_for_people_and_for_programs(home: Path) -> None:
    shown = done("list", home)
    for word in ("muni-132152", "国立市", "pension-service", "connected", "version 1", "2013-10-06"):
        assert word in shown
    assert max(map(len, shown.splitlines())) <= 80
    lines = [line.strip() for line in shown.splitlines()]
    assert {"muni-132152  国立市", "https://localhost:8444"} <= set(lines), "ids and addresses are whole"
    listed = json.loads(done("list", home, "--json"))
    assert listed["directory_version"] == 1
    assert [organ["slug"] for organ in listed["organs"]] == ["pension-service"]


def test_a_renewal_says_until_when(home: Path) -> None:
    before = (home / "nodes" / "muni-132152" / "tls.pem").read_bytes()
    assert "2013-08-07" in done("renew", home, "muni-132152", "--tls-days", "30")
    assert (home / "nodes" / "muni-132152" / "tls.pem").read_bytes() != before
    done("renew", home, "pension-service")


def test_a_system_of_a_municipality(home: Path) -> None:
    told = done("system", home, "muni-132152", "tax-office", "--tls-days", "30")
    assert "until 2013-08-07" in told
    assert '"tax-office" under register.systems in the configuration of muni-132152' in told
    shown = done("list", home)
    assert "muni-132152:tax-office" in shown
    done("renew", home, "muni-132152:tax-office")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["init", "HOME"], "is not empty"),
        (["node", "HOME", "muni-132152", "--name", "x", "--url", "https://localhost"], "renew"),
        (
            ["node", "HOME", "pref-13", "--name", "x", "--url", "http://localhost"],
            "node.url: must be https://",
        ),
        (["organ", "HOME", "pension-service", "--name", "x"], "renew"),
        (["organ", "HOME", "pref-13", "--name", "x"], "name of a node"),
        (["renew", "HOME", "muni-131016"], "is not a member"),
        (["system", "HOME", "muni-131016", "tax-office"], "is not a member"),
        (["renew", "HOME", "muni-132152:tax-office"], "is not here"),
        (["directory", "HOME/none"], "jukinet pki init"),
        (["list", "HOME/none"], "cannot be read"),
        (["init", "HOME/ca.pem/x"], "HOME/ca.pem"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_1(home: Path, arguments: list[str], sentence: str) -> None:
    result = run(*(argument.replace("HOME", str(home)) for argument in arguments))
    assert result.exit_code == 1
    assert sentence.replace("HOME", str(home)) in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["node", "HOME", "muni-132153", "--name", "x", "--url", "https://localhost"],
        ["node", "HOME", "muni-131016", "--url", "https://localhost"],
        ["node", "HOME", "muni-131016", "--name", "x", "--url", "https://localhost", "--since", "2002"],
        ["organ", "HOME", "Pensions", "--name", "x"],
        ["organ", "HOME", "passports", "--name", "x", "--signature", "never"],
        ["renew", "HOME", "Pensions"],
        ["system", "HOME", "pref-13", "tax-office"],
        ["system", "HOME", "muni-132152", "Tax"],
        ["renew", "HOME", "muni-132152", "--tls-days", "0"],
        ["destroy", "HOME"],
    ],
)
def test_a_mistyped_command_is_exit_code_2(home: Path, arguments: list[str]) -> None:
    before = (home / "members.json").read_bytes()
    result = run(*(argument.replace("HOME", str(home)) for argument in arguments))
    assert result.exit_code == 2
    assert (home / "members.json").read_bytes() == before


@pytest.mark.parametrize("command", ["init", "node", "organ", "system", "directory", "renew", "list"])
def test_every_command_shows_an_example(command: str) -> None:
    shown = done(command, "--help")
    assert f"Example: jukinet pki {command} ./pki" in shown


def test_help_does_not_load_the_tools() -> None:
    def never() -> PkiTools:
        pytest.fail("the tools were loaded")

    result = CliRunner().invoke(make_app(never, lambda: NOW), ["--help"])
    assert result.exit_code == 0
