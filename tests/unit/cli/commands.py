"""Running a command that was made once: typer's own runner makes it anew of its application at every call."""

from __future__ import annotations

import sys
from typing import Any

from typer.testing import CliRunner


def run(command: Any, *words: str, text: str = "") -> tuple[int, str]:
    """Exit code and what was told on standard error; nothing else is printed.

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
