"""What is told of a character: code points, variants, and the glyphs that print it."""

from __future__ import annotations

import io

from tests.conformance.cases import case
from tests.unit.documents.machine import font_directories
from typer.testing import CliRunner

from jukinet.cli.copies import app
from jukinet.documents.characters import explain
from jukinet.documents.fonts import FULL, FontSet
from jukinet.domain.characters import alike

SELECTED = "邉\U000e0110"


@case("spec 2.2.3")
def test_a_character_is_told_with_code_points_variants_and_glyphs(fonts: FontSet) -> None:
    plain, selected, unknown = explain(f"邉 {SELECTED}\ue000", fonts)
    assert plain.code_points == ("U+9089",)
    assert plain.names == ("CJK UNIFIED IDEOGRAPH-9089",)
    assert {"辺", "邊", "邉"} <= set(plain.variants)
    assert selected.code_points == ("U+9089", "U+E0110")
    assert (unknown.code_points, unknown.variants, unknown.glyphs) == (("U+E000",), (), ())
    assert {one.family for one in plain.glyphs} == {face.family for face in fonts.faces}
    if len(fonts.faces) == len(FULL):
        (mj,) = (one.name for one in plain.glyphs if one.family == "IPAmjMincho")
        (other,) = (one.name for one in selected.glyphs)
        assert mj.startswith("mj")
        assert other != mj  # another form of the character, and another glyph


def test_a_character_without_variants_has_none() -> None:
    assert alike("A") == ()
    assert alike("辺") == alike("邊")


def test_the_command_takes_it_from_standard_input_alone() -> None:
    fonts = [word for one in font_directories() for word in ("--fonts", str(one))]
    done = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["character", *fonts], input="邉\n")
    assert done.exit_code == 0
    assert "U+9089" in done.stdout
    assert io.StringIO(done.stdout).readline().startswith("邉")
