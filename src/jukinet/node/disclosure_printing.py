"""How a governor's node or the centre prints what it keeps of a person, for that person, and letters about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jukinet.documents import disclosure_letters
from jukinet.documents.disclosures import DisclosureDocument, DisclosurePrinter, LetterDocument, Notice
from jukinet.documents.fonts import find_fonts
from jukinet.documents.household_form import Certifier
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.disclosures import DisclosureStep, Ground
from jukinet.messages.bodies import ErrorItem, ErrorOutcome
from jukinet.messages.directory import Directory
from jukinet.node.config import NodeConfig
from jukinet.node.printing import municipality_name
from jukinet.services.disclosures import Disclosed, Letter


@dataclass(frozen=True, slots=True)
class DisclosurePress:
    """These papers, with the names of municipalities from the directory."""

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
