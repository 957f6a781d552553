"""``jukinet verify`` reads who is asked for before it goes near the line, and repeats nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jukinet.cli.verify import _print_refusal, app
from jukinet.client.answers import VerificationRefused
from jukinet.messages.problem_documents import ProblemRule

NOBODY = {"name": "漏洩　太郎", "address": "漏洩県漏洩市一番地", "birth_date": "1980-04-17", "sex": "female"}


def ask(tmp_path: Path, text: str) -> tuple[int, str]:
    """An organ's directory without a certificate: to go on to the line would fail in another way."""
    words = ("--url", "https://127.0.0.1:1", "--affair", "t1-77-1", "--operator", "s", "--case", "1")
    ran = CliRunner().invoke(app, ("-", *words, "--organ", str(tmp_path)), input=text)
    assert ran.stdout == ""
    return ran.exit_code, ran.stderr


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({}, {"name", "address", "birth_date", "sex"}),
        (NOBODY | {"birth_date": "1981-02-29", "sex": "漏洩"}, {"birth_date", "sex"}),
        ({"code": "24727059609"}, {"code"}),
        (NOBODY | {"code": "24727059608"}, {"name", "address", "birth_date", "sex"}),
        (NOBODY | {"telephone": "漏洩"}, {"telephone"}),
    ],
    ids=lambda value: " ".join(sorted(value)),
)
def test_faults_name_fields_and_repeat_nothing(
    tmp_path: Path, asked: dict[str, str], fields: set[str]
) -> None:
    code, told = ask(tmp_path, json.dumps(asked))
    assert code == 1
    assert {line.split(":")[0].strip() for line in told.splitlines()[1:]} == fields
    assert "漏洩" not in told
    assert "24727" not in told


@pytest.mark.parametrize("text", ["", "漏洩", "[]", '{"code": "1", "code": "2"}', '{"name": "漏洩\\u0000"}'])
def test_what_is_no_message_is_told_so(tmp_path: Path, text: str) -> None:
    code, told = ask(tmp_path, text)
    assert (code, told.count("\n")) == (1, 1)
    assert told.startswith("The message ")
    assert "漏洩" not in told


def test_a_whole_question_goes_on_to_the_line(tmp_path: Path) -> None:
    code, told = ask(tmp_path, json.dumps(NOBODY))
    assert code == 1
    assert "certificate" in told
    assert "漏洩" not in told


def test_who_must_be_at_the_door_is_a_node_or_the_command_is_mistyped(tmp_path: Path) -> None:
    words = ("--url", "https://127.0.0.1:1", "--affair", "t1-77-1", "--operator", "s", "--case", "1")
    ran = CliRunner().invoke(app, ("-", *words, "--organ", str(tmp_path), "--node", "foo"), input="{}")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "--node" in ran.stderr


def test_a_refusal_goes_where_every_other_command_s_goes(capsys: pytest.CaptureFixture[str]) -> None:
    refused = VerificationRefused("ab" * 16, (ProblemRule("S1", "Act Art. 30-7(3)", "law"),), "Not listed.")
    _print_refusal(refused, as_json=False)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "Refused: Not listed.\n  law S1, Act Art. 30-7(3)\n")
    _print_refusal(refused, as_json=True)
    shown = capsys.readouterr()
    assert (json.loads(shown.out)["refused"][0]["rule"], shown.err) == ("S1", "")
