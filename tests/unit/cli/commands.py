"""Running commands where the act is not what is shown: without a node, in 80 columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.testing import CliRunner, Result


@contextmanager
def no_node(_config: object) -> Iterator[Any]:
    """Opens nothing: for commands whose services are replaced."""
    yield None


def invoke(app: typer.Typer, *words: str, text: str | None = None) -> Result:
    """Run a command of an application. ``text``: what is typed."""
    return CliRunner(env={"COLUMNS": "80", "TERM": "dumb"}).invoke(app, list(words), input=text)


def run(command: Any, *words: str, text: str = "") -> tuple[int, str]:
    """Exit code and what was told on standard error; nothing else is printed.

    Runs a command that was made once: typer's own runner makes it anew of its application at every call.

    ``command``: what ``typer.main.get_command`` made; its class is private to typer.
    """
    code: object = 0
    with CliRunner().isolation(input=text) as (printed, told, _):
        try:
            command.main(args=words, prog_name="jukinet")
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
        sys.stderr.flush()
        assert printed.getvalue() == b""
        assert isinstance(code, int)
        return code, told.getvalue().decode()
