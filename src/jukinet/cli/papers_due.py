"""Papers that an act calls for, printed as part of it (specification 4.1.3.0.3, 4.3.3): ``--papers DIR``.

The certificate of a move-out, and notices of codes. The act stands whatever becomes of them: what is refused or cannot
be printed then is told, and is printed by ``jukinet copy move-out`` and ``jukinet code slips``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.code_slips import SlipPress
from jukinet.cli.papers import PaperPress
from jukinet.domain.errors import JukinetError
from jukinet.law.decisions import Refused
from jukinet.services import certificates, slips
from jukinet.services.certificates import CertificateFiling
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim

PapersOption = Annotated[
    Path | None,
    typer.Option(
        "--papers",
        metavar="DIR",
        help="Print there what the act calls for: the certificate of a move-out, notices of codes.",
    ),
]


class ActPress(Protocol):
    """What prints the papers of acts at this node."""

    @property
    def papers(self) -> PaperPress: ...

    @property
    def slips(self) -> SlipPress: ...


OpenActPress = Callable[[Path | None], AbstractContextManager[tuple[Context, ActPress]]]


def require_directory(directory: Path | None) -> None:
    """Refuse as mistyped a directory that cannot be written into: before the act is done."""
    if directory is not None and not (directory.is_dir() and os.access(directory, os.W_OK)):
        raise typer.BadParameter("must be a directory that you may write.", param_hint="--papers")


def printed(
    open_press: OpenActPress | None,
    config: Path | None,
    claim: OperatorClaim,
    numbers: Collection[str],
    directory: Path | None,
) -> dict[str, list[str]]:
    """What these residents are due by now: where it was printed, and what was not; of no directory nothing."""
    if directory is None or open_press is None:
        return {}
    files: list[Path] = []
    try:
        with open_press(config) as (ctx, press):
            told = print_due(ctx, press, claim, numbers, directory, files)
    except JukinetError as error:
        told = [f"The act stands; not everything was printed: {error.message}"]
    return {"papers": [str(file.resolve()) for file in files], "not_printed": told}


def print_due(
    ctx: Context,
    press: ActPress,
    claim: OperatorClaim,
    numbers: Collection[str],
    directory: Path,
    files: list[Path],
) -> list[str]:
    """Print what is due, into more of ``files``; sentences about what was not printed."""
    return [
        *_certificates(ctx, press.papers, claim, numbers, directory, files),
        *_notices(ctx, press.slips, claim, numbers, directory, files),
    ]


def _certificates(
    ctx: Context,
    press: PaperPress,
    claim: OperatorClaim,
    numbers: Collection[str],
    directory: Path,
    files: list[Path],
) -> list[str]:
    due = certificates.due(ctx, claim, numbers)
    if isinstance(due, Refused):
        return [_refused("certificate", due)]
    told = []
    if due.with_card:
        who = ", ".join(due.with_card)
        told.append(f"No certificate, for a card is there: {who}. Ask whether they will use it.")
    for together in due.together:
        issued = certificates.issue(ctx, claim, CertificateFiling(together), press.certificate_pages)
        if isinstance(issued, Refused):
            told.append(_refused("certificate", issued))
            continue
        out = directory / f"move-out-{issued.number}.pdf"
        common.write_private(out, press.print_certificate(issued).pdf)
        files.append(out)
    return told


def _notices(
    ctx: Context,
    press: SlipPress,
    claim: OperatorClaim,
    numbers: Collection[str],
    directory: Path,
    files: list[Path],
) -> list[str]:
    begun = slips.begin_among(ctx, claim, numbers, press.can_print)
    if isinstance(begun, Refused):
        return [_refused("notice of a code", begun)]
    if begun.slips:
        out = directory / f"codes-{begun.batch}.pdf"
        common.write_private(out, press.print(begun))
        slips.finish(ctx, begun.batch)
        files.append(out)
    return [
        f"No notice of a code, {why}: {', '.join(kept)}."
        for why, kept in (("held back", begun.held), ("no font has a character", begun.unprintable))
        if kept
    ]


def tell(done: Mapping[str, Sequence[str]]) -> None:
    """Say for a person where the papers are, and what was not printed."""
    for line in (*done.get("not_printed", ()), *done.get("papers", ())):
        print(line)


def _refused(what: str, refused: Refused) -> str:
    why = "; ".join(f"{one.sentence} ({one.rule})" for one in refused.failed)
    return f"The act stands; no {what} was printed: {why}"
