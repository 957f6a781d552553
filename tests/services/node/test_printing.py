"""How a municipality prints its papers: what the service says, with the mayor and the names of towns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from tests.conformance.cases import case
from tests.unit.documents.conftest import fonts as fonts  # noqa: PLC0414  (a fixture)
from tests.unit.documents.machine import font_directories
from tests.unit.documents.test_home_copies import DELETION, EVERYTHING, HISTORY, MAN, WOMAN

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.copies import Asker, CopyItem
from jukinet.law.home_copies import Paper
from jukinet.node import printing
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig
from jukinet.services.copy_filings import Extent
from jukinet.services.home_copies import HomeCopy
from jukinet.testing.federation import make_directory

KUNITACHI = MunicipalityCode("132152")
HERE = Path("/nowhere")
CONFIG = NodeConfig(
    file=HERE,
    node=KUNITACHI.node_id,
    name="国立市",
    state=HERE,
    database=DatabaseConfig("nowhere"),
    root=HERE,
    ca=HERE,
    keys=HERE,
    directory=HERE,
    network=DoorConfig("127.0.0.1", 1),
    mayor="架空 一郎",
    fonts=font_directories(),
)
COPY = HomeCopy(
    paper=Paper.COPY,
    asker=Asker.HOUSEHOLD,
    persons=(MAN, WOMAN),
    wanted=EVERYTHING,
    left_out=frozenset(),
    extent=Extent(),
    whole=True,
    issue_no="20130708-000001",
    issued_on=HISTORY[1].on,
)


def text(copy: HomeCopy, config: NodeConfig = CONFIG) -> str:
    press = printing.paper_press_of(config, lambda: make_directory([KUNITACHI.node_id]))
    assert press.can_print_copy(copy)
    with pypdfium2.PdfDocument(press.print_copy(copy)) as opened:
        pages = [page.get_textpage().get_text_range() for page in opened]
    return "".join("".join(pages).split())


@case("spec 5.5", "spec 5.6", "spec 5.7")
@pytest.mark.usefixtures("fonts")
def test_all_that_the_service_says_stands_on_the_paper() -> None:
    plain = text(COPY)
    for said in (
        "世帯全員の住民票の原本",
        "20130708-000001",
        "架空一郎",
        "東京都",
        "平成25年7月6日",
        "ベトナム",
    ):
        assert said in plain
    assert "公用" not in plain
    body = text(replace(COPY, asker=Asker.PUBLIC_BODY, whole=False, wanted=frozenset()))
    assert "公用" in body
    assert "世帯全員" not in body
    assert "ベトナム" not in body
    without = replace(COPY, paper=Paper.CERTIFICATE, left_out=frozenset({CopyItem.BIRTH_DATE}))
    assert "昭和50年" not in text(without)
    history = replace(MAN, changes=HISTORY, deletion=DELETION)
    gone = text(replace(COPY, persons=(history,), extent=Extent(history=True, deleted=True)))
    assert "除票" in gone
    assert "「国立市北1番地」を「国立市南1番地」に修正" in gone


def test_no_copy_is_printed_without_a_mayor() -> None:
    with pytest.raises(JukinetError) as caught:
        text(COPY, replace(CONFIG, mayor=None))
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.usefixtures("fonts")
def test_a_specimen_says_so() -> None:
    assert "架空の人物" in text(COPY, replace(CONFIG, specimen=True))
