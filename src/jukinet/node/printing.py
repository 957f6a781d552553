"""How a node prints its papers: its fonts, its mayor (a store's: its head), and the titles that they bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.documents import disclosure_letters
from jukinet.documents.acceptance import AcceptanceDocument, AcceptancePrinter
from jukinet.documents.area_lists import AreaListDocument, AreaListPrinter, ListRow
from jukinet.documents.certificates import CertificateDocument, CertificatePrinter
from jukinet.documents.copies import CopyDocument, CopyPrinter
from jukinet.documents.disclosures import DisclosureDocument, DisclosurePrinter, LetterDocument, Notice
from jukinet.documents.fonts import find_fonts
from jukinet.documents.home_copies import HomeDocument, HomePrinter
from jukinet.documents.household_form import Certifier
from jukinet.documents.slips import SlipDocument, SlipPrinter
from jukinet.documents.supplementary_copies import SupplementaryDocument, SupplementaryPrinter
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import Nickname
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.disclosures import DisclosureStep, Ground
from jukinet.messages.bodies import ErrorItem, ErrorOutcome
from jukinet.messages.directory import Directory
from jukinet.node.config import NodeConfig
from jukinet.services import acceptance_letters
from jukinet.services.browsing import AreaList
from jukinet.services.certificates import Certificate
from jukinet.services.certifiers import Certified
from jukinet.services.copies import Press, Printing
from jukinet.services.disclosures import Disclosed, Letter
from jukinet.services.home_copies import HomeCopy
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
                issue_number=printing.issue_no,
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
        return self.printer.printable(_sheet(slip))

    def print(self, batch: SlipBatch) -> bytes:
        """The sheets of a batch, in its order."""
        return self.printer.render(
            tuple(map(_sheet, batch.slips)),
            _issuer(batch.certified, self.config, self.directory),
            batch.printed_on,
            specimen=self.config.specimen,
        )


def slip_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> SlipPress:
    """How this municipality prints notices of codes; CONFIGURATION where fonts or the mayor's name are missing."""
    _mayor(config, directory)
    return SlipPress(config, directory, SlipPrinter(find_fonts(config.fonts)))


def _sheet(slip: Slip) -> SlipDocument:
    return SlipDocument(
        slip.name, slip.address, slip.code, slip.ground, slip.decided_on, slip.reference, english=slip.foreign
    )


@dataclass(frozen=True, slots=True)
class PaperPress:
    """How this municipality prints copies, certificates of a move-out, and letters that a notification was accepted."""

    config: NodeConfig
    directory: Callable[[], Directory]
    certificates: CertificatePrinter
    letters: AcceptancePrinter
    copies: HomePrinter
    supplementary: SupplementaryPrinter

    def can_print_copy(self, copy: HomeCopy) -> bool:
        return self.copies.printable(self._copy(copy))

    def print_copy(self, copy: HomeCopy) -> bytes:
        return self.copies.render(self._copy(copy))

    def _copy(self, copy: HomeCopy) -> HomeDocument:
        return HomeDocument(
            paper=copy.paper,
            asker=copy.asker,
            persons=copy.persons,
            wanted=copy.wanted,
            left_out=copy.left_out,
            history=copy.extent.history,
            deleted=copy.extent.deleted,
            whole=copy.whole,
            issuer=_issuer(copy.certified, self.config, self.directory),
            issued_on=copy.issued_on,
            issue_number=copy.issue_no,
            municipalities=_names(
                [one for person in copy.persons for one in person.nicknames], self.directory()
            ),
            specimen=self.config.specimen,
        )

    def can_print_supplementary(self, copy: SupplementaryCopy) -> bool:
        return self.supplementary.printable(self._supplementary(copy))

    def print_supplementary(self, copy: SupplementaryCopy) -> bytes:
        return self.supplementary.render(self._supplementary(copy))

    def _supplementary(self, copy: SupplementaryCopy) -> SupplementaryDocument:
        return SupplementaryDocument(
            koseki=copy.koseki,
            members=copy.members,
            whole=copy.whole,
            asker=copy.asker,
            issuer=_issuer(copy.certified, self.config, self.directory),
            issued_on=copy.issued_on,
            issue_number=copy.issue_no,
            specimen=self.config.specimen,
        )

    def can_print_certificate(self, certificate: Certificate) -> bool:
        return self.certificates.printable(self._certificate(certificate))

    def print_certificate(self, certificate: Certificate) -> bytes:
        return self.certificates.render(self._certificate(certificate))

    def _certificate(self, certificate: Certificate) -> CertificateDocument:
        return CertificateDocument(
            persons=certificate.persons,
            householder=certificate.householder,
            destination=certificate.destination,
            planned_on=certificate.planned_on,
            issuer=_issuer(certificate.certified, self.config, self.directory),
            issued_on=certificate.issued_on,
            number=certificate.number,
            municipalities=_names(
                [
                    one
                    for person in certificate.persons
                    for one in (*person.former_nicknames, *filter(None, (person.nickname,)))
                ],
                self.directory(),
            ),
            again=certificate.again,
            specimen=self.config.specimen,
        )

    def can_print_letter(self, letter: acceptance_letters.Letter) -> bool:
        return self.letters.printable(_acceptance(letter))

    def print_letter(self, letter: acceptance_letters.Letter) -> bytes:
        issuer = _issuer(letter.certified, self.config, self.directory)
        return self.letters.render(
            _acceptance(letter), issuer, letter.printed_on, specimen=self.config.specimen
        )


def paper_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> PaperPress:
    """How this municipality prints its papers; CONFIGURATION where fonts or the mayor's name are missing."""
    _mayor(config, directory)
    fonts = find_fonts(config.fonts)
    return PaperPress(
        config,
        directory,
        CertificatePrinter(fonts),
        AcceptancePrinter(fonts),
        HomePrinter(fonts),
        SupplementaryPrinter(fonts),
    )


def _acceptance(letter: acceptance_letters.Letter) -> AcceptanceDocument:
    return AcceptanceDocument(
        letter.name,
        letter.address,
        letter.reason,
        letter.capacity,
        letter.notified_on,
        letter.reference,
        english=letter.foreign,
    )


def _names(names: Sequence[Nickname], directory: Directory) -> dict[MunicipalityCode, str]:
    """The municipalities where these nicknames were recorded or deleted, by their names in the directory."""
    codes = {code for one in names for code in (one.recorded_by, one.deleted_by) if code is not None}
    entries = {code: directory.node(code.node_id) for code in codes}
    return {code: code.prefecture.name + entry.name for code, entry in entries.items() if entry}


@dataclass(frozen=True, slots=True)
class ListPress:
    """How this municipality prints the part of its register that is open to browsing."""

    config: NodeConfig
    directory: Callable[[], Directory]
    printer: AreaListPrinter

    def can_print(self, made: AreaList) -> bool:
        return self.printer.printable(self._document(made))

    def print(self, made: AreaList) -> bytes:
        return self.printer.render(self._document(made))

    def _document(self, made: AreaList) -> AreaListDocument:
        here = self.config.node.municipality
        return AreaListDocument(
            area=made.area,
            made_on=made.made_on,
            reference=str(made.browsing),
            issuer=mayor_title(here, self.directory()) if here else "",
            rows=[
                ListRow(one.name, one.nickname, one.birth_date, one.sex, one.address) for one in made.persons
            ],
            specimen=self.config.specimen,
        )


def list_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> ListPress:
    """How this municipality prints lists; CONFIGURATION where it has no fonts."""
    return ListPress(config, directory, AreaListPrinter(find_fonts(config.fonts)))


def _issuer(certified: Certified | None, config: NodeConfig, directory: Callable[[], Directory]) -> Certifier:
    """Who certifies by what is entered for the day; else the configuration's mayor, without a seal."""
    if certified is None:
        return _mayor(config, directory)
    return Certifier(certified.title, certified.name, certified.image, certified.words or "")


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


@dataclass(frozen=True, slots=True)
class DisclosurePress:
    """How a governor's node or the centre prints what it keeps of a person, for that person, and letters about it."""

    config: NodeConfig
    directory: Callable[[], Directory]
    printer: DisclosurePrinter

    def can_print(self, disclosed: Disclosed) -> bool:
        return self.printer.printable(self._document(disclosed))

    def print(self, disclosed: Disclosed) -> bytes:
        return self.printer.render(self._document(disclosed))

    def can_print_letter(self, letter: Letter) -> bool:
        return self.printer.printable(self._letter(letter))

    def print_letter(self, letter: Letter) -> bytes:
        return self.printer.render(self._letter(letter))

    def _document(self, disclosed: Disclosed) -> DisclosureDocument:
        to, directory = disclosed.addressee, self.directory()
        return DisclosureDocument(
            name=to.name,
            address=to.address,
            represented=disclosed.person.name if disclosed.represented else None,
            received_on=disclosed.received_on,
            made_on=disclosed.made_on,
            reference=str(disclosed.disclosure),
            issuer=self._issuer(),
            notices=[
                Notice(
                    municipality_name(one.municipality, directory),
                    one.facts,
                    one.change,
                    one.notified_on,
                    municipality_name(one.held_by, directory) if one.held_by else None,
                )
                for one in disclosed.told
            ],
            specimen=self.config.specimen,
        )

    def _letter(self, letter: Letter) -> LetterDocument:
        heading, sentence, rows = _words(letter)
        return LetterDocument(
            name=letter.addressee.name,
            address=letter.addressee.address,
            heading=heading,
            sentence=sentence,
            rows=rows,
            made_on=letter.taken.done_on,
            reference=str(letter.disclosure),
            issuer=self._issuer(),
            specimen=self.config.specimen,
        )

    def _issuer(self) -> Certifier:
        prefecture = self.config.node.prefecture
        title = f"{prefecture.name}知事" if prefecture else "指定情報処理機関"
        return Certifier(title, self.config.mayor or "")


def disclosure_press_of(config: NodeConfig, directory: Callable[[], Directory]) -> DisclosurePress:
    """How a store prints these papers; CONFIGURATION where fonts or the head's name are missing."""
    if config.mayor is None:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "Set office.mayor in the configuration: what is disclosed bears the name of the governor, at the centre of "
            "its head.",
        )
    return DisclosurePress(config, directory, DisclosurePrinter(find_fonts(config.fonts)))


def _words(letter: Letter) -> disclosure_letters.Words:
    details = letter.taken.details
    if letter.taken.step is DisclosureStep.EXTENDED:
        due_on = date.fromisoformat(details["due_on"])
        return disclosure_letters.put_off(letter.received_on, details["reason"], due_on)
    if letter.taken.step is DisclosureStep.REFUSED or letter.asked is None:
        return disclosure_letters.closed(letter.received_on, Ground(details["ground"]), details["reason"])
    items = list(map(ErrorItem, letter.asked.details["items"]))
    outcome = ErrorOutcome(details["outcome"])
    return disclosure_letters.inquired(letter.asked.done_on, items, outcome, details["said"])


def municipality_name(code: MunicipalityCode, directory: Directory) -> str:
    """A municipality's name with the prefecture, such as 東京都国立市."""
    entry = directory.node(code.node_id)
    return f"{code.prefecture.name}{entry.name if entry else code}"
