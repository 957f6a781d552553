from pathlib import Path

import pypdfium2
import pytest
from tests.unit.documents.machine import font_directories
from typer.testing import CliRunner

from jukinet.cli import common, nationwide
from jukinet.cli.copies import app, specimen_document, write_specimen
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import JukinetError


def test_the_specimen_is_written_and_its_path_is_the_last_line(tmp_path):
    out = tmp_path / "made" / "here.pdf"
    named = [word for directory in font_directories() for word in ("--fonts", str(directory))]
    result = CliRunner().invoke(app, ["specimen", "--out", str(out), *named])
    assert result.exit_code == 0, result.exception
    assert Path(result.output.splitlines()[-1]) == out
    with pypdfium2.PdfDocument(out) as opened:
        assert len(opened) == 1
        assert "見本・架空の人物" in opened[0].get_textpage().get_text_range()


def test_a_relative_path_is_told_in_full(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_specimen(Path("x.pdf"), font_directories()) == tmp_path / "x.pdf"


def test_the_specimen_is_marked_and_its_codes_are_published_specimens():
    document = specimen_document()
    assert document.specimen
    assert {person.code for person in document.persons} == {
        ResidentRecordCode(code) for code in ("24727059608", "24846016224", "25208017643")
    }


def test_plain_names_serve_where_only_the_plain_font_is_there():
    plain = "".join(person.name for person in specimen_document(rich=False).persons)
    assert "\U000e0110" not in plain
    assert "Ễ" not in plain
    assert "渡邉\U000e0110" in specimen_document().persons[0].name


def test_missing_fonts_are_told_and_nothing_is_written(tmp_path):
    with pytest.raises(JukinetError, match="apt-get install"):
        write_specimen(tmp_path / "x.pdf", [tmp_path])
    assert not list(tmp_path.iterdir())


def test_a_specimen_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    named = [word for directory in font_directories() for word in ("--fonts", str(directory))]
    result = CliRunner().invoke(app, ["specimen", "--out", str(tmp_path / "file" / "x.pdf"), *named])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), "no traceback"
    assert str(tmp_path / "file") in result.stderr


def never(config):
    raise AssertionError("a node was opened")


@pytest.mark.parametrize("place", ["missing/copy.pdf", "file/copy.pdf", "."])
def test_where_a_copy_goes_is_looked_at_before_it_is_issued(tmp_path, place):
    (tmp_path / "file").touch()
    group = common.make_app("Copies.")
    group.callback()(lambda: None)
    nationwide.add_issue(group, never)
    words = ["issue", "-", "--as", "sato", "--out", str(tmp_path / place)]
    result = CliRunner().invoke(group, words, input="{}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be written" in result.stderr


def test_pages_are_their_owners_alone_also_over_an_open_file(tmp_path):
    for name in ("new.pdf", "old.pdf"):
        out = tmp_path / name
        if name == "old.pdf":
            out.write_bytes(b"longer than what comes")
            out.chmod(0o644)
        common.require_place(out)
        common.write_private(out, b"%PDF")
        assert (out.read_bytes(), out.stat().st_mode & 0o777) == (b"%PDF", 0o600)
