"""How a group lists its commands."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from jukinet.cli.apps import new_app


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("Ask for more codes (Reg. Art. 14). They come by the line.", "Ask for more codes (Reg. Art. 14)."),
        ("Browsing (Arts. 11, 11-2).", "Browsing (Arts. 11, 11-2)."),
        ("A nickname (Ord. 30-26). More.", "A nickname (Ord. 30-26)."),
        ("Take it. And go.", "Take it."),
    ],
)
def test_a_command_is_listed_by_its_first_sentence_with_the_article_in_it(said: str, listed: str) -> None:
    app = new_app("A group.")
    app.command("one", help=said)(lambda: None)
    app.command("two", help="Another.")(lambda: None)
    shown = CliRunner().invoke(app, ["--help"]).output
    assert f"one  {listed}\n" in shown
