"""How a municipality prints copies and notices: its fonts, its mayor, and the titles that they bear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jukinet.documents.copies import Certifier, CopyDocument, CopyPrinter
from jukinet.documents.fonts import find_fonts
from jukinet.documents.slips import SlipDocument, SlipPrinter
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.messages.directory import Directory
from jukinet.node.config import NodeConfig
from jukinet.services.copies import Press, Printing
from jukinet.services.slips import Slip, SlipBatch


def press_of(config: NodeConfig, directory: Callable[[], Directory]) -> Press:
    """How this municipality prints nationwide copies."""
    printer = CopyPrinter(find_fonts(config.fonts))

    def press(printing: Printing) -> bytes:
        return printer.render(
            CopyDocument(
                persons=printing.data.persons,
                wanted=printing.wanted,
                home_mayor=mayor_title(printing.home, directory()),
                issuer=_mayor(config, directory),
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
            _mayor(self.config, self.directory),
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
    entry = directory.node(code.node_id)
    name = entry.name if entry else str(code)
    return f"{code.prefecture.name}{name}長"
