"""How a municipality prints copies and notices: its fonts, its mayor, and the titles that they bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jukinet.documents.area_lists import AreaListDocument, AreaListPrinter, ListRow
from jukinet.documents.certificates import CertificateDocument, CertificatePrinter
from jukinet.documents.copies import CopyDocument, CopyPrinter
from jukinet.documents.fonts import find_fonts
from jukinet.documents.home_copies import HomeDocument, HomePrinter
from jukinet.documents.household_form import Certifier, Sheets
from jukinet.documents.letters import (
    ADDRESS_CHANGED,
    ADDRESS_WILL_CHANGE,
    CHECK_SLIP,
    FORMS,
    LetterDocument,
    LetterPrinter,
)
from jukinet.documents.sheets import LabelText, SheetDocument, SheetPrinter
from jukinet.documents.slips import SlipDocument, SlipPrinter
from jukinet.documents.supplementary_copies import SupplementaryDocument, SupplementaryPrinter
from jukinet.documents.tables import TableDocument, TablePrinter
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import Nickname
from jukinet.domain.municipality import MunicipalityCode
from jukinet.messages.directory import Directory
from jukinet.node import printers
from jukinet.node.config import NodeConfig
from jukinet.services.browsing import AreaList
from jukinet.services.certificates import Certificate
from jukinet.services.certifiers import Certified
from jukinet.services.change_letters import ChangeLetter, ChangeLetters
from jukinet.services.context import Context
from jukinet.services.copies import Press, Printing
from jukinet.services.home_copies import HomeCopy
from jukinet.services.letters import Letter
from jukinet.services.minister_slips import NoticeSlip
from jukinet.services.sheets import Sheet
from jukinet.services.slips import Slip, SlipBatch
from jukinet.services.supplementary_copies import SupplementaryCopy


def press_of(config: NodeConfig, directory: Callable[[], Directory]) -> Press:
    """How this municipality prints nationwide copies."""
    printer = CopyPrinter(find_fonts(config.fonts))

    def press(printing: Printing) -> bytes:
        return printer.render(
            CopyDocument(
                persons=printing.data.persons,
                wanted=printing.wanted,
                home_mayor=mayor_title(printing.home, directory()),
                issuer=_issuer(printing.certified, config, directory),
                issued_on=printing.issued_on,
                issue_number=number_text(config, directory(), printing.issue_no, printing.terminal),
                specimen=config.specimen,
            )
        )

    return press


@dataclass(frozen=True, slots=True)
class SlipPress:
    """How this municipality prints the written notices of codes."""

    config: NodeConfig
    directory: Callable[[], Directory]
    printer: SlipPrinter

    def can_print(self, slip: Slip) -> bool:
        return self.printer.printable(self._sheet(slip))

    def print(self, batch: SlipBatch) -> bytes:
        """The sheets of a batch, in its order."""
        return self.printer.render(
            tuple(map(self._sheet, batch.slips)),
            _issuer(batch.certified, self.config, self.directory),
            batch.printed_on,
            specimen=self.config.specimen,
        )

    def _sheet(self, slip: Slip) -> SlipDocument:
        number = None
        if slip.issue_no is not None:
            number = number_text(self.config, self.directory(), slip.issue_no, slip.terminal)
        return SlipDocument(
            slip.name,
            slip.address,
            slip.code,
            slip.ground,
            slip.decided_on,
            number or slip.reference,
            english=slip.foreign,
        )


def slip_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> SlipPress:
    """How this municipality prints notices of codes; CONFIGURATION where fonts or the mayor's name are missing."""
    _mayor(config, directory)
    return SlipPress(config, directory, SlipPrinter(find_fonts(config.fonts)))


@dataclass(frozen=True, slots=True)
class PaperPress:
    """How this municipality prints copies, certificates of a move-out, and letters."""

    config: NodeConfig
    directory: Callable[[], Directory]
    certificates: CertificatePrinter
    letters: LetterPrinter
    copies: HomePrinter
    supplementary: SupplementaryPrinter

    def copy_pages(self, copy: HomeCopy) -> int:
        return self.copies.pages(self._copy(copy))

    def send(self, pdf: bytes, printer: str, tray: str | None) -> None:
        printers.send(pdf, printer, tray)

    def print_copy(self, copy: HomeCopy, too_long: TooLong | None = None) -> Sheets:
        return self.copies.render_as_far(self._copy(copy), too_long or self.config.too_long)

    def _copy(self, copy: HomeCopy) -> HomeDocument:
        return HomeDocument(
            paper=copy.paper,
            asker=copy.asker,
            persons=copy.persons,
            wanted=copy.wanted,
            left_out=copy.left_out,
            personal=copy.extent.personal,
            history=copy.extent.history,
            deleted=copy.extent.deleted,
            whole=copy.whole,
            issuer=_issuer(copy.certified, self.config, self.directory),
            issued_on=copy.issued_on,
            issue_numbers=tuple(self._number(one, copy.terminal, copy.printer) for one in copy.issue_nos),
            municipalities=_names(
                [one for person in copy.persons for one in person.nicknames], self.directory()
            ),
            specimen=self.config.specimen,
        )

    def _number(self, number: str, terminal: str | None, printer: str | None) -> str:
        return number_text(self.config, self.directory(), number, terminal, printer)

    def supplementary_pages(self, copy: SupplementaryCopy) -> int:
        return self.supplementary.pages(self._supplementary(copy))

    def print_supplementary(self, copy: SupplementaryCopy, too_long: TooLong | None = None) -> Sheets:
        return self.supplementary.render_as_far(self._supplementary(copy), too_long or self.config.too_long)

    def _supplementary(self, copy: SupplementaryCopy) -> SupplementaryDocument:
        return SupplementaryDocument(
            koseki=copy.koseki,
            members=copy.members,
            whole=copy.whole,
            asker=copy.asker,
            issuer=_issuer(copy.certified, self.config, self.directory),
            issued_on=copy.issued_on,
            issue_number=self._number(copy.issue_no, copy.terminal, copy.printer),
            specimen=self.config.specimen,
        )

    def certificate_pages(self, certificate: Certificate) -> int:
        return self.certificates.pages(self._certificate(certificate))

    def print_certificate(self, certificate: Certificate, too_long: TooLong | None = None) -> Sheets:
        return self.certificates.render_as_far(
            self._certificate(certificate), too_long or self.config.too_long
        )

    def _certificate(self, certificate: Certificate) -> CertificateDocument:
        return CertificateDocument(
            persons=certificate.persons,
            householder=certificate.householder,
            destination=certificate.destination,
            planned_on=certificate.planned_on,
            issuer=_issuer(certificate.certified, self.config, self.directory),
            issued_on=certificate.issued_on,
            number=self._number(certificate.number, certificate.terminal, certificate.printer),
            municipalities=_names(
                [
                    one
                    for person in certificate.persons
                    for one in (*person.former_nicknames, *filter(None, (person.nickname,)))
                ],
                self.directory(),
            ),
            again=certificate.way.again is not None,
            late=certificate.way.late,
            with_card=certificate.way.with_card,
            specimen=self.config.specimen,
        )

    def can_print_letter(self, letter: Letter) -> bool:
        return self.letters.printable(self._letter(letter))

    def print_letter(self, letter: Letter) -> bytes:
        issuer = _issuer(letter.certified, self.config, self.directory)
        return self.letters.render(
            self._letter(letter), issuer, letter.printed_on, specimen=self.config.specimen
        )

    def print_notice_slips(self, slips: tuple[NoticeSlip, ...]) -> bytes:
        """What notices of the Minister would change, one sheet each; there is at least one."""
        documents = tuple(LetterDocument(CHECK_SLIP, "", (), one.rows, one.notice_id) for one in slips)
        issuer, specimen = _mayor(self.config, self.directory), self.config.specimen
        return self.letters.render_all(documents, issuer, slips[0].shown_on, specimen=specimen)

    def can_print_change(self, letter: ChangeLetter) -> bool:
        return self.letters.printable(_change_letter(letter))

    def print_changes(self, made: ChangeLetters) -> bytes:
        """Letters about another address, one sheet a household; there is at least one."""
        issuer = _issuer(made.certified, self.config, self.directory)
        documents = tuple(_change_letter(letter) for letter in made.letters)
        return self.letters.render_all(documents, issuer, made.printed_on, specimen=self.config.specimen)

    def _letter(self, letter: Letter) -> LetterDocument:
        name = mayor_title(letter.to, self.directory()) if letter.to else letter.name
        return LetterDocument(
            FORMS[letter.kind], name, letter.address, letter.rows, letter.reference, english=letter.foreign
        )


def _change_letter(letter: ChangeLetter) -> LetterDocument:
    form = ADDRESS_CHANGED if letter.done else ADDRESS_WILL_CHANGE
    return LetterDocument(
        form, letter.name, letter.address, letter.rows, letter.household_number, english=letter.foreign
    )


def paper_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> PaperPress:
    """How this municipality prints its papers; CONFIGURATION where fonts or the mayor's name are missing."""
    _mayor(config, directory)
    fonts = find_fonts(config.fonts)
    return PaperPress(
        config,
        directory,
        CertificatePrinter(fonts),
        LetterPrinter(fonts),
        HomePrinter(fonts),
        SupplementaryPrinter(fonts),
    )


@dataclass(frozen=True, slots=True)
class ActPress:
    """How this municipality prints the papers that an act calls for."""

    papers: PaperPress
    slips: SlipPress


def act_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> ActPress:
    """How this municipality prints them; CONFIGURATION where fonts or the mayor's name are missing."""
    return ActPress(paper_press_of(config, directory), slip_press_of(config, directory))


def _names(names: Sequence[Nickname], directory: Directory) -> dict[MunicipalityCode, str]:
    """The municipalities where these nicknames were recorded or deleted, by their names in the directory."""
    codes = {code for one in names for code in (one.recorded_by, one.deleted_by) if code is not None}
    entries = {code: directory.node(code.node_id) for code in codes}
    return {code: code.prefecture.name + entry.name for code, entry in entries.items() if entry}


@dataclass(frozen=True, slots=True)
class ListPress:
    """How this municipality prints the part of its register that is open to browsing, and other lists."""

    config: NodeConfig
    directory: Callable[[], Directory]
    printer: AreaListPrinter

    sheets: SheetPrinter

    def can_print_sheet(self, sheet: Sheet) -> bool:
        return self.sheets.printable(self._sheet(sheet))

    def print_sheet(self, sheet: Sheet) -> bytes:
        return self.sheets.render(self._sheet(sheet))

    def _sheet(self, sheet: Sheet) -> SheetDocument:
        here = self.config.node.municipality
        return SheetDocument(
            made_on=sheet.printed_on,
            issuer=municipality_name(here, self.directory()) if here else "",
            heads=sheet.heads,
            rows=sheet.rows,
            labels=[
                LabelText(one.name, one.postcode, tuple(filter(None, (one.address, one.building))))
                for one in sheet.labels
            ],
            specimen=self.config.specimen,
        )

    def can_print(self, made: AreaList) -> bool:
        return self.printer.printable(self._document(made))

    def print(self, made: AreaList) -> bytes:
        return self.printer.render(self._document(made))

    def pages(self, made: AreaList) -> int:
        return self.printer.pages(self._document(made))

    def _document(self, made: AreaList) -> AreaListDocument:
        here = self.config.node.municipality
        return AreaListDocument(
            area=made.area or (municipality_name(here, self.directory()) if here else ""),
            made_on=made.made_on,
            reference=number_text(self.config, self.directory(), made.issue_no, made.terminal)
            if made.issue_no
            else "",
            issuer=mayor_title(here, self.directory()) if here else "",
            rows=[
                ListRow(one.name, one.nickname, one.birth_date, one.sex, one.address) for one in made.persons
            ],
            specimen=self.config.specimen,
        )


def list_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> ListPress:
    """How this municipality prints lists; CONFIGURATION where it has no fonts."""
    fonts = find_fonts(config.fonts)
    return ListPress(config, directory, AreaListPrinter(fonts), SheetPrinter(fonts))


@dataclass(frozen=True, slots=True)
class TablePress:
    """How a node prints lists of what it sent and what came."""

    config: NodeConfig
    directory: Callable[[], Directory]
    printer: TablePrinter

    def print(self, ctx: Context, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        entry = self.directory().node(self.config.node)
        with ctx.begin() as tx:
            today = ctx.business_date(tx)
        name = entry.name if entry else self.config.name
        return self.printer.render(TableDocument(title, today, name, heads, rows, self.config.specimen))


def table_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> TablePress:
    """How this node prints them; CONFIGURATION where it has no fonts."""
    return TablePress(config, directory, TablePrinter(find_fonts(config.fonts)))


def number_text(
    config: NodeConfig, directory: Directory, number: str, terminal: str | None, printer: str | None = None
) -> str:
    """The number of a paper as it is printed (発行番号, specification 5.5): day, town, terminal, printer, serial.

    Terminal and printer are left out where they are not known; the page and how many there are, the form adds.
    """
    here = config.node.municipality
    entry = directory.node(here.node_id) if here else None
    day, _, serial = number.partition("-")
    return "　".join(filter(None, (day, entry.name if entry else config.name, terminal, printer, serial)))


def _issuer(certified: Certified, config: NodeConfig, directory: Callable[[], Directory]) -> Certifier:
    """Who certifies by what is entered for the day; else the configuration's mayor, without a seal."""
    words, unsealed = certified.words or "", certified.bears.unsealed
    if certified.title is None or certified.name is None:
        mayor = _mayor(config, directory)
        return replace(mayor, words=words, unsealed=unsealed or bool(words))
    return Certifier(certified.title, certified.name, certified.image, words, unsealed)


def _mayor(config: NodeConfig, directory: Callable[[], Directory]) -> Certifier:
    here = config.node.municipality
    if here is None or config.mayor is None:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "Set office.mayor in the configuration: copies bear the mayor's name.",
        )
    return Certifier(mayor_title(here, directory()), config.mayor)


def mayor_title(code: MunicipalityCode, directory: Directory) -> str:
    """A mayor's title with the prefecture, such as 東京都国立市長."""
    return f"{municipality_name(code, directory)}長"


def municipality_name(code: MunicipalityCode, directory: Directory) -> str:
    """A municipality's name with the prefecture, such as 東京都国立市."""
    entry = directory.node(code.node_id)
    return f"{code.prefecture.name}{entry.name if entry else code}"
