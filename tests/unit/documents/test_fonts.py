from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from jukinet.documents.fonts import FULL, GOTHIC, MINCHO, SERIF, find_fonts
from jukinet.domain.errors import ErrorKind, JukinetError


def make_font(path: Path, family: str) -> None:
    """A font of two boxes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({0x41: "A"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 500))
    pen.closePath()
    box = pen.glyph()
    builder.setupGlyf({".notdef": box, "A": box})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "A"), (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": family, "styleName": "Regular", "fullName": family, "psName": "Invented"}
    builder.setupNameTable(names, mac=False)
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    builder.save(path)


def make_all(directory: Path) -> None:
    make_font(directory / "ipamj" / MINCHO.file, MINCHO.family)
    make_font(directory / "noto" / SERIF.file, SERIF.family)


def test_the_needed_faces_are_found_below_a_directory_names_first(tmp_path):
    make_all(tmp_path)
    assert [face.family for face in find_fonts([tmp_path]).faces] == [needed.family for needed in FULL]


def test_an_earlier_directory_goes_first(tmp_path):
    make_all(tmp_path / "a")
    make_all(tmp_path / "b")
    faces = find_fonts([tmp_path / "b", tmp_path / "a"]).faces
    assert {face.path.parents[1] for face in faces} == {tmp_path / "b"}


def test_the_two_faces_may_lie_in_different_directories(tmp_path):
    make_font(tmp_path / "a" / MINCHO.file, MINCHO.family)
    make_font(tmp_path / "b" / SERIF.file, SERIF.family)
    assert len(find_fonts([tmp_path / "a", tmp_path / "b"]).faces) == 2


def test_the_plain_font_serves_where_the_others_are_not_whole(tmp_path):
    make_font(tmp_path / MINCHO.file, MINCHO.family)
    make_font(tmp_path / GOTHIC.file, GOTHIC.family)
    assert [face.family for face in find_fonts([tmp_path]).faces] == [GOTHIC.family]


def test_a_missing_font_says_which_and_what_to_install(tmp_path):
    make_font(tmp_path / SERIF.file, SERIF.family)
    with pytest.raises(JukinetError) as caught:
        find_fonts([tmp_path, tmp_path / "absent"])
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert "apt-get install fonts-ipamj-mincho." in str(caught.value)
    assert str(tmp_path / "absent") in str(caught.value)


def test_no_directory_at_all_names_every_package():
    with pytest.raises(JukinetError, match="apt-get install fonts-ipamj-mincho fonts-noto-cjk"):
        find_fonts([])


def test_a_file_of_another_family_under_the_right_name_is_not_taken(tmp_path):
    make_font(tmp_path / MINCHO.file, "Something Else")
    make_font(tmp_path / SERIF.file, SERIF.family)
    with pytest.raises(JukinetError, match="IPAmjMincho"):
        find_fonts([tmp_path])


def test_an_unreadable_font_file_is_not_taken(tmp_path):
    make_font(tmp_path / SERIF.file, SERIF.family)
    (tmp_path / MINCHO.file).write_bytes(b"not a font")
    with pytest.raises(JukinetError, match="IPAmjMincho"):
        find_fonts([tmp_path])
