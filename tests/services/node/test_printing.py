"""How a node prints its papers: what the service says, with the mayor or the governor, and the names of towns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from tests.conformance.cases import case
from tests.unit.documents.conftest import fonts as fonts  # noqa: PLC0414  (a fixture)
from tests.unit.documents.machine import font_directories
from tests.unit.documents.test_home_copies import DELETION, EVERYTHING, HISTORY, MAN, WOMAN

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.law.copies import Asker, CopyItem
from jukinet.law.disclosures import DisclosureStep
from jukinet.law.home_copies import Paper
from jukinet.law.letters import Handling, LetterKind, Said
from jukinet.node import disclosure_printing, printing
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig
from jukinet.services import disclosures
from jukinet.services.certifiers import NOBODY_ENTERED
from jukinet.services.copy_filings import Extent
from jukinet.services.disclosure_filings import Addressee, Stated
from jukinet.services.disclosures import Disclosed
from jukinet.services.home_copies import HomeCopy
from jukinet.services.letters import Letter
from jukinet.services.minister_slips import NoticeSlip
from jukinet.store.disclosures import Taken, Told
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
    issue_nos=("20130708-000001",),
    issued_on=HISTORY[1].on,
    certified=NOBODY_ENTERED,
    terminal="counter-1",
    printer="printer-7",
)


def press_of(config: NodeConfig = CONFIG) -> printing.PaperPress:
    return printing.paper_press_of(config, lambda: make_directory([KUNITACHI.node_id, CHIYODA.node_id]))


def read(pdf: bytes) -> list[str]:
    """Each page without its spaces."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return ["".join(page.get_textpage().get_text_range().split()) for page in opened]


def text(copy: HomeCopy, config: NodeConfig = CONFIG) -> str:
    press = press_of(config)
    assert press.copy_pages(copy) > 0
    return words(press.print_copy(copy).pdf)


def words(pdf: bytes) -> str:
    return "".join(read(pdf))


@case("spec 5.5", "spec 5.6", "spec 5.7")
@pytest.mark.usefixtures("fonts")
def test_all_that_the_service_says_stands_on_the_paper() -> None:
    plain = text(COPY)
    for said in (
        "世帯全員の住民票の原本",
        "20130708国立市counter-1printer-70000011/1",
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


LETTERS = {
    "開示期限延長通知書": (DisclosureStep.EXTENDED, {"reason": "確認に時間を要する", "due_on": "2013-08-31"}),
    "開示の請求について": (DisclosureStep.REFUSED, {"ground": "withdrawn", "reason": "取下書"}),
    "調査結果通知書": (DisclosureStep.CORRECTION_TOLD, {"outcome": "corrected", "said": "訂正した"}),
}


@case("Act Art. 30-37(2)", "Act Art. 30-38(2)", "Act Art. 30-40")
@pytest.mark.usefixtures("fonts")
def test_what_is_kept_of_a_person_and_letters_about_it_bear_the_governor() -> None:
    day, child = date(2013, 7, 8), Addressee("国立　親", "東京都国立市東一丁目1番地")
    person = Stated("国立　子", PartialDate("2010-04-17"), Sex.MALE, "東京都国立市東一丁目1番地", None)
    change = ChangeInformation(ChangeKind.RECORDING, NoticeReason.BIRTH, day, foreign_record=False)
    facts = IdentityFacts(
        person.name, person.birth_date, person.sex, Address(KUNITACHI, person.address), None
    )
    told = Told(KUNITACHI, facts, change, day, KUNITACHI)
    made = Disclosed(17, child, person, day, day, (told,), represented=True)
    directory = make_directory([KUNITACHI.node_id])
    asked = Taken(DisclosureStep.CORRECTION_ASKED, {"items": ["address"]}, day)
    for node, issuer in ((NodeId("pref-13"), "東京都知事"), (NATIONAL, "指定情報処理機関")):
        press = disclosure_printing.disclosure_press_of(replace(CONFIG, node=node), lambda: directory)
        assert press.can_print(made)
        page = words(press.print(made))
        for said in (f"{issuer}架空一郎", "国立親様", "（国立子に係るもの）", "平成25年7月8日東京都国立市"):
            assert said in page, said
        for heading, (step, details) in LETTERS.items():
            letter = disclosures.Letter(17, child, day, Taken(step, details, day), asked)
            assert press.can_print_letter(letter)
            page = words(press.print_letter(letter))
            assert heading in page
            assert f"{issuer}架空一郎" in page


def test_nothing_is_disclosed_without_a_head() -> None:
    with pytest.raises(JukinetError) as caught:
        disclosure_printing.disclosure_press_of(replace(CONFIG, mayor=None), lambda: make_directory([]))
    assert caught.value.kind is ErrorKind.CONFIGURATION
