import pytest
from tests.unit.documents.machine import font_directories

from jukinet.documents.copies import CopyPrinter
from jukinet.documents.fonts import FULL, FontSet, find_fonts


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    found = find_fonts(font_directories())
    if len(found.faces) < len(FULL):
        pytest.skip(
            "only the plain fallback font could be had: apt-get install fonts-ipamj-mincho fonts-noto-cjk"
        )
    return found


@pytest.fixture(scope="session")
def printer(fonts: FontSet) -> CopyPrinter:
    return CopyPrinter(fonts)
