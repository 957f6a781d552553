"""What is told of a character: code points, variants, and the glyphs that print it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.unit.documents.machine import font_directories
from typer.testing import CliRunner

from jukinet.cli.copies import app
from jukinet.documents.characters import by_code, explain, render_sheet
from jukinet.documents.fonts import FULL, FontSet
from jukinet.domain.characters import alike
from jukinet.domain.errors import JukinetError

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


@case("spec 2.1.3", "spec 2.2.3")
def test_a_character_that_is_hard_to_type_is_had_by_its_code(fonts: FontSet) -> None:
    assert by_code("U+9089 u+E0110", fonts) == SELECTED
    assert by_code("U+20B9F", fonts) == "\U00020b9f"
    assert by_code("邉", fonts) == "邉"
    for wrong in ("U+D800", "U+110000", "MJ999999"):
        with pytest.raises(ValueError, match="must be"):
            by_code(wrong, fonts)
    if len(fonts.faces) == len(FULL):
        for one in explain(f"邉{SELECTED}", fonts):
            mj = next(glyph.name for glyph in one.glyphs if glyph.family == "IPAmjMincho")
            # Two characters may be drawn by one glyph: what its number gives is drawn by it again.
            (again,) = explain(by_code(mj.upper(), fonts), fonts)
            assert mj in {glyph.name for glyph in again.glyphs}


@case("spec 2.2.3")
def test_characters_are_shown_large(fonts: FontSet) -> None:
    found = explain("邉国" + (SELECTED if len(fonts.faces) == len(FULL) else ""), fonts)
    pdf = render_sheet(found, fonts)
    assert pdf.startswith(b"%PDF-")
    assert render_sheet(found, fonts) == pdf
    with pytest.raises(JukinetError) as refused:
        render_sheet(explain("\ue000", fonts), fonts)
    assert [fault.field for fault in refused.value.faults] == ["characters[0]"]


def test_a_character_without_variants_has_none() -> None:
    assert alike("A") == ()
    assert alike("辺") == alike("邊")


def test_the_command_takes_it_from_standard_input_alone(tmp_path: Path) -> None:
    fonts = [word for one in font_directories() for word in ("--fonts", str(one))]
    done = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["character", *fonts], input="邉\n")
    assert done.exit_code == 0
    assert "U+9089" in done.stdout
    assert io.StringIO(done.stdout).readline().startswith("邉")
    out = tmp_path / "large.pdf"
    told = CliRunner().invoke(app, ["character", *fonts, "--out", str(out)], input="U+9089\n")
    assert (told.exit_code, told.stdout.splitlines()[0][:1]) == (0, "邉")
    assert out.read_bytes().startswith(b"%PDF-")
    assert CliRunner().invoke(app, ["character", *fonts], input="MJ999999\n").exit_code == 1
