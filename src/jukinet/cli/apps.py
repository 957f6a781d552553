"""How every group of commands is made: plain help for 80 columns, and no value of a person in a traceback."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

_SENTENCE_END = re.compile(r"(?<=\.)(?<!Art\.)(?<!Arts\.)(?<!Reg\.)(?<!Ord\.)(?<!no\.)\s")
"""Not after the words by which the law is cited."""


class Group(TyperGroup):
    """Lists each command with the whole first sentence of its help: the framework would cut it."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, _SENTENCE_END.split(" ".join((one.help or "").split()), maxsplit=1)[0])
            for name, one in found
            if one is not None and not one.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def new_app(summary: str | None = None, **options: Any) -> typer.Typer:
    """A group of commands. Frames round the help are left out, and tracebacks are Python's own.

    Those of the framework would print the variables of every function, residents' data among them.
    """
    settings: dict[str, Any] = {
        "cls": Group,
        "add_completion": False,
        "rich_markup_mode": None,
        "pretty_exceptions_enable": False,
        "pretty_exceptions_show_locals": False,
    }
    if summary is not None:  # else its callback's docstring speaks
        settings["help"] = summary
    return typer.Typer(**(settings | options))
