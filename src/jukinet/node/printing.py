"""How a municipality prints nationwide copies: its fonts, its mayor, and the titles that the copy bears."""

from __future__ import annotations

from collections.abc import Callable

from jukinet.documents.copies import Certifier, CopyDocument, CopyPrinter
from jukinet.documents.fonts import find_fonts
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.messages.directory import Directory
from jukinet.node.config import NodeConfig
from jukinet.services.copies import Press, Printing


def press_of(config: NodeConfig, directory: Callable[[], Directory]) -> Press:
    """How this municipality prints nationwide copies."""
    printer = CopyPrinter(find_fonts(config.fonts))

    def press(printing: Printing) -> bytes:
        here = config.node.municipality
        if here is None or config.mayor is None:
            raise JukinetError(
                ErrorKind.CONFIGURATION,
                "Set office.mayor in the configuration: copies bear the mayor's name.",
            )
        return printer.render(
            CopyDocument(
                persons=printing.data.persons,
                wanted=printing.wanted,
                home_mayor=mayor_title(printing.home, directory()),
                issuer=Certifier(mayor_title(here, directory()), config.mayor),
                issued_on=printing.issued_on,
                issue_number=printing.issue_no,
                specimen=config.specimen,
            )
        )

    return press


def mayor_title(code: MunicipalityCode, directory: Directory) -> str:
    """A mayor's title with the prefecture, such as 東京都国立市長."""
    entry = directory.node(code.node_id)
    name = entry.name if entry else str(code)
    return f"{code.prefecture.name}{name}長"
