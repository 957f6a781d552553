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
from jukinet.law.letters import Handling, LetterKind, Said
from jukinet.node import printing
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig
from jukinet.services.copy_filings import Extent
from jukinet.services.home_copies import HomeCopy
from jukinet.services.letters import Letter
from jukinet.services.minister_slips import NoticeSlip
from jukinet.testing.federation import make_directory

KUNITACHI, CHIYODA = MunicipalityCode("132152"), MunicipalityCode("131016")
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


def press_of(config: NodeConfig = CONFIG) -> printing.PaperPress:
    return printing.paper_press_of(config, lambda: make_directory([KUNITACHI.node_id, CHIYODA.node_id]))


def read(pdf: bytes) -> list[str]:
    """Each page without its spaces."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return ["".join(page.get_textpage().get_text_range().split()) for page in opened]


def text(copy: HomeCopy, config: NodeConfig = CONFIG) -> str:
    press = press_of(config)
    assert press.can_print_copy(copy)
    return "".join(read(press.print_copy(copy)))


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


@pytest.mark.usefixtures("fonts")
def test_a_letter_goes_to_the_person_or_to_the_mayor_whose_town_is_named() -> None:
    press, day = press_of(), HISTORY[1].on
    letter = Letter(
        LetterKind.CALL, "見本 太郎", ("国立市北1番地",), None, ((Said.DUE_ON, day),), False, "17", day
    )
    to_mayor = replace(letter, kind=LetterKind.MISSING_NOTICE, name="", address=(), to=CHIYODA)
    assert press.can_print_letter(letter)
    assert not press.can_print_letter(replace(letter, name="\U000f0000"))
    (person,), (mayor,) = read(press.print_letter(letter)), read(press.print_letter(to_mayor))
    for said in ("見本太郎様", "国立市北1番地", "催告", "架空一郎", "17"):
        assert said in person, said
    title = printing.mayor_title(CHIYODA, press.directory())
    assert f"{title}様" in mayor
    assert "Please" not in person
    assert "Please" in read(press.print_letter(replace(letter, foreign=True)))[0]


@pytest.mark.usefixtures("fonts")
def test_each_notice_of_the_minister_has_its_own_sheet() -> None:
    slips = tuple(
        NoticeSlip(number, Handling.READY, (), ((Said.NOTICE_NO, number),), HISTORY[1].on)
        for number in ("MJ-1", "MJ-2")
    )
    one, two = read(press_of().print_notice_slips(slips))
    assert ("MJ-1" in one, "MJ-2" in one, "MJ-2" in two) == (True, False, True)
    assert "架空一郎" in one
