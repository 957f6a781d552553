"""How a story is told: steps, each with what was expected and what happened, and a last line that counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from jukinet.demo.stage import Stage
from jukinet.domain.errors import JukinetError


class OtherwiseError(Exception):
    """A step went otherwise than it should; the message says what happened, without personal values."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``run`` returns what happened, or raises ``OtherwiseError`` or ``JukinetError``."""

    name: str
    title: str
    expected: str
    run: Callable[[Stage], str]


def expect(holds: object, otherwise: str) -> None:
    """Raise where a step's expectation does not hold."""
    if not holds:
        raise OtherwiseError(otherwise)


def tell(steps: Sequence[Step], stage: Stage, console: Console) -> list[str]:
    """Tell every step, whatever happened in the one before; the names of those that went otherwise."""
    otherwise = []
    for number, step in enumerate(steps, 1):
        console.print(f"[bold]{number}. {escape(step.title)}[/] [dim]({step.name})[/]")
        _line(console, "expected", step.expected)
        try:
            _line(console, "happened", step.run(stage))
            _line(console, "", "as expected", "green")
        except (OtherwiseError, JukinetError) as error:
            otherwise.append(step.name)
            _line(console, "happened", str(error))
            _line(console, "", "OTHERWISE", "bold red")
        console.print()
    return otherwise


def _line(console: Console, label: str, text: str, style: str = "") -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=10, justify="right", style="dim")
    grid.add_column()
    grid.add_row(label, Text(text, style))
    console.print(grid)
