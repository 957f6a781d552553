"""What may be the image of a seal, and that a copy bears it."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from tests.conformance.cases import case
from tests.unit.documents.images import png
from tests.unit.documents.test_copies import squeeze
from tests.unit.documents.test_home_copies import document

from jukinet.documents.fonts import FontSet
from jukinet.documents.home_copies import HomePrinter
from jukinet.documents.seals import LARGEST, check_seal

SEAL = png()


@case("spec 5.6")
def test_a_seal_is_a_black_image_that_can_be_drawn() -> None:
    assert check_seal(SEAL) == SEAL


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (b"", "must be a PNG"),
        (b"\xff\xd8" + SEAL, "must be a PNG"),
        (png(199), "200 to 2000 pixels"),
        (SEAL[:200] + b"xx", "damaged"),
        (SEAL + bytes(LARGEST), "must have at most"),
    ],
    ids=["nothing", "no PNG", "small", "cut off", "large"],
)
@case("spec 5.6")
def test_anything_else_is_none(image: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_seal(image)


@case("spec 1.3.7", "spec 5.6")
def test_a_copy_bears_the_seal_with_its_words_and_else_says_that_it_has_none(fonts: FontSet) -> None:
    printer = HomePrinter(fonts)
    plain = document()
    sealed = replace(plain, issuer=replace(plain.issuer, seal=SEAL, words="この印は黒色です"))
    text, drawn = _look(printer.render(sealed))
    assert ("この印は黒色です" in text, "印影はありません" in text, len(drawn)) == (True, False, 1)
    (left, bottom, right, top), *_ = drawn
    assert max(right - left, top - bottom) <= 25 * 72 / 25.4  # at most 25 mm each way
    text, drawn = _look(printer.render(plain))
    assert ("印影はありません" in text, drawn) == (True, [])


def _look(data: bytes) -> tuple[str, list[tuple[float, float, float, float]]]:
    """The text of the last page, and where images stand on it."""
    with pypdfium2.PdfDocument(data) as opened:
        page = opened[len(opened) - 1]
        images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        return squeeze(page.get_textpage().get_text_range()), [one.get_bounds() for one in images]
