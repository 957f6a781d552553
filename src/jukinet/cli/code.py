"""``jukinet code``: check a Resident Record code for typing errors, and show how its check digit is made.

Looks nobody up and needs no node. Exit codes: 0 the check digit is right; 1 it is not, or the text is no
code; 2 the command was mistyped.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from jukinet.cli.apps import new_app
from jukinet.domain.code import Explanation, explain

app = new_app(
    "Check Resident Record codes (住民票コード) for typing errors. Looks nobody up.",
    name="code",
    no_args_is_help=True,
)

Code = Annotated[
    str, typer.Argument(metavar="CODE", help="Eleven digits, or - to read them from standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]

LONGEST_INPUT = 200
"""Characters taken from standard input; a code is much shorter."""


@app.command("check", epilog="Example: jukinet code check 24727059608")
def check_command(code: Code, *, as_json: AsJson = False) -> None:
    """Say whether the check digit is right, and if not, why."""
    found = explain(_text_of(code))
    if as_json:
        _print_json({"valid": found.valid, **_verdict(found)})
    else:
        _print_verdict(found)
    _leave(found)


@app.command("explain", epilog="Example: echo 24727059608 | jukinet code explain -")
def explain_command(code: Code, *, as_json: AsJson = False) -> None:
    """Show the arithmetic of the check digit, digit by digit."""
    found = explain(_text_of(code))
    if as_json:
        _print_json(asdict(found))
    else:
        for line in _arithmetic(found):
            print(line)
        _print_verdict(found)
    _leave(found)


def _text_of(code: str) -> str:
    """The code itself: the argument, or for ``-`` what stands on standard input."""
    return (sys.stdin.read(LONGEST_INPUT) if code == "-" else code).strip()


def _verdict(found: Explanation) -> dict[str, Any]:
    return {
        "issuable": found.issuable,
        "expected": found.expected,
        "problem": found.problem,
        "note": found.note,
    }


def _print_json(plain: dict[str, Any]) -> None:
    print(json.dumps(plain, ensure_ascii=False))


def _print_verdict(found: Explanation) -> None:
    if not found.valid:
        print(f"wrong: {found.problem}.")
    elif found.issuable:
        print("right: the check digit agrees with the first ten digits.")
    else:
        print(f"right: the check digit agrees, but with a remainder of {found.remainder} it is never issued.")
    print(found.note)


def _arithmetic(found: Explanation) -> list[str]:
    if found.total is None or found.remainder is None:
        return []
    rows = (("digit", found.digits), ("weight", found.weights), ("product", found.products))
    table = [f"{name:<8}" + "".join(f"{number:>4}" for number in numbers) for name, numbers in rows]
    check = f"11 − {found.remainder} = {found.expected}" if found.remainder > 1 else "0, since it is 0 or 1"
    return [
        *table,
        f"sum {found.total}, remainder after division by 11: {found.remainder}",
        f"check digit: {check}",
    ]


def _leave(found: Explanation) -> None:
    if not found.valid:
        raise typer.Exit(1)
