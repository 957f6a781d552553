"""``jukinet code``: what it prints and how it ends."""

import json

import pytest
from typer.testing import CliRunner

from jukinet.cli.code import app


def run(*arguments, stdin=""):
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.mark.parametrize("command", ["check", "explain"])
@pytest.mark.parametrize("code", ["24727059608", "24846016224", "25208017643"])
def test_a_specimen_is_right(command, code):
    result = run(command, code)
    assert result.exit_code == 0
    assert "right:" in result.output


def test_a_wrong_check_digit_is_told_with_the_right_one_and_the_doubt():
    result = run("check", "24727059609")
    assert result.exit_code == 1
    assert "the check digit is 9, but the first ten digits call for 8" in result.output
    assert "inferred from published specimens" in result.output


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2472705960", "this has 10"),
        ("247270596081", "this has 12"),
        ("２４７２７０５９６０８", "another script or width"),
        ("2472705960X", "nothing else"),
        ("2472 7059608", "nothing else"),
        ("", "nothing else"),
    ],
)
@pytest.mark.parametrize("command", ["check", "explain"])
def test_what_is_no_code_is_told_why(command, text, why):
    result = run(command, text)
    assert result.exit_code == 1
    assert why in result.output
    assert "remainder" not in result.output


def test_a_code_that_is_never_issued_is_right_and_said_to_be_so():
    result = run("check", "07049996220")
    assert result.exit_code == 0
    assert "never issued" in result.output


@pytest.mark.parametrize("stdin", ["24727059608", "24727059608\n", "  24727059608\r\n"])
def test_the_code_may_come_by_standard_input(stdin):
    assert run("check", "-", stdin=stdin).exit_code == 0
    assert run("check", "-", stdin=stdin.replace("8", "7")).exit_code == 1


def test_an_endless_input_is_cut_and_refused():
    assert run("check", "-", stdin="1" * 100_000).exit_code == 1


def test_json_of_a_check():
    right = json.loads(run("check", "24727059608", "--json").output)
    assert {name: right[name] for name in ("valid", "issuable", "expected", "problem")} == {
        "valid": True,
        "issuable": True,
        "expected": "8",
        "problem": None,
    }
    wrong = json.loads(run("check", "--json", "24727059609").output)
    assert (wrong["valid"], wrong["issuable"], wrong["expected"]) == (False, False, "8")
    assert "24727" not in wrong["problem"]


def test_json_of_an_explanation_holds_the_arithmetic():
    plain = json.loads(run("explain", "24727059608", "--json").output)
    assert plain["products"] == [10, 16, 21, 4, 49, 0, 25, 36, 18, 0]
    assert plain["total"] == 179
    assert plain["remainder"] == 3
    assert "inferred" in plain["note"]


def test_an_explanation_shows_the_arithmetic():
    output = run("explain", "24727059608").output
    assert "sum 179, remainder after division by 11: 3" in output
    assert "11 − 3 = 8" in output
    assert "0, since it is 0 or 1" in run("explain", "07049996220").output


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "24727059608", "2"], ["check", "--what", "1"], ["chek"]]
)
def test_a_mistyped_command_ends_with_two(arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["check", "explain"])
def test_help_has_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
