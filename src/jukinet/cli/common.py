"""What all commands share: how a node is opened, how outcomes are told, and what exit codes mean.

0: done. 1: failed (a file, a setting, a peer, the database), with a sentence on standard error. 2: the command
was mistyped. 3: refused by law or policy, with every rule that failed.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from jukinet.cli.apps import new_app
from jukinet.domain import csv_filings
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number, check_record_number
from jukinet.law.decisions import Refused, Remark
from jukinet.messages import strict_json
from jukinet.services import filing_days, trail
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.operators import OperatorClaim

Entered = TypeVar("Entered")
Outcome = TypeVar("Outcome")
One = TypeVar("One")

FAILED = 1
REFUSED = 3

OpenContext = Callable[[Path | None], AbstractContextManager[Context]]
"""Opens the node of a configuration file as its office; handed in by ``jukinet.__main__``."""

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The node's configuration; else $JUKINET_CONFIG."),
]
OperatorOption = Annotated[
    str, typer.Option("--as", metavar="OPERATOR", help="Who acts, as enrolled at the node.")
]
TerminalOption = Annotated[str | None, typer.Option("--terminal", help="From which terminal.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of sentences.")]
ConfirmOption = Annotated[
    bool,
    typer.Option("--confirm", help="You have looked into the alerts, and act all the same."),
]
OutOption = Annotated[Path, typer.Option(help="The PDF to write. An earlier file of this name is replaced.")]
InputArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A file with the filing, JSON or a row of CSV; - reads JSON from standard input.",
    ),
]

ValidFromOption = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="The first day of the enrolment; else the office's today. Earlier where the clock is to be pinned.",
    ),
]

LONGEST_INPUT = 1024 * 1024
LONGEST_LINE = 1000
COLUMNS = 80


def make_app(summary: str) -> typer.Typer:
    """A group of commands."""
    return new_app(summary, no_args_is_help=True)


def console() -> Console:
    return Console(highlight=False)


class _RefusedError(Exception):
    """What ``permitted`` raises, for ``told`` to tell."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


@contextmanager
def told(*, as_json: bool = False) -> Iterator[None]:
    """Turn an error, of ours or of a file, into its sentence and exit code 1; a refusal into 3.

    ``as_json``: how a refusal is told that is not ``permitted``.
    """
    try:
        yield
    except _RefusedError as error:
        raise refused(error.refused, as_json=as_json) from None
    except TurnedBackError as error:
        raise refused(error.refused, as_json=False) from None
    except JukinetError as error:
        complaint = Console(stderr=True, highlight=False, soft_wrap=True)
        complaint.print(escape(error.message))
        for fault in error.faults:
            complaint.print(f"  {escape(fault.field)}: {escape(fault.problem)}")
        if error.retry_after is not None:
            complaint.print(f"  Try again in {ceil(error.retry_after)} seconds.")
        raise typer.Exit(FAILED) from None
    except OSError as error:
        complaint = Console(stderr=True, highlight=False, soft_wrap=True)
        complaint.print(escape(f"{error.filename or 'The file system'}: {error.strerror}."))
        raise typer.Exit(FAILED) from None


def permitted(outcome: Outcome | Refused) -> Outcome:
    """What came of an act; a refusal ends what stands under ``told``, which tells it."""
    if isinstance(outcome, Refused):
        raise _RefusedError(outcome)
    return outcome


@contextmanager
def attempt(open_context: OpenContext, config: Path | None, claim: OperatorClaim, act: str) -> Iterator[None]:
    """Read what somebody enters for an act: a fault in it is recorded as theirs, and told.

    Where the node cannot be opened the fault is told all the same, with why it is not recorded.
    """
    try:
        yield
    except JukinetError as error:
        try:
            with open_context(config) as ctx:
                trail.filing_unreadable(ctx, claim, act, error.kind)
        except JukinetError as other:
            sentence = f"{error.message} (This attempt could not be recorded: {other.message})"
            raise JukinetError(error.kind, sentence, error.faults) from None
        raise


def filed(
    open_context: OpenContext,
    config: Path | None,
    claim: OperatorClaim,
    name: str,
    filing: str,
    read: Callable[[Any], Entered],
    act: Callable[[Context, OperatorClaim, Entered], Outcome | Refused],
    *,
    as_json: bool = False,
) -> tuple[Entered, Outcome]:
    """Read a filing and do its act: what was entered, and what came of it.

    A fault in the filing, an error and a refusal are told, and end the command. ``name``: the act's, for the record of
    a filing that could not be read.
    """
    with told(as_json=as_json):
        with attempt(open_context, config, claim, name):
            entered = read(read_input(filing))
        with open_context(config) as ctx:
            return entered, permitted(act(ctx, claim, entered))


def filing_command(
    app: typer.Typer,
    open_context: OpenContext,
    command: str,
    name: str,
    read: Callable[[Any], Entered],
    act: Callable[[Context, OperatorClaim, Entered], Outcome | Refused],
    *,
    epilog: str,
) -> Callable[[Callable[[Entered, Outcome], str]], None]:
    """Adds a command that does the act of a filing (``filed``).

    What is decorated says what came of it, from what was entered and the outcome; its docstring is the command's help.
    """

    def add(say: Callable[[Entered, Outcome], str]) -> None:
        @app.command(command, help=say.__doc__, epilog=epilog)
        def run(
            filing: InputArgument,
            operator: OperatorOption,
            terminal: TerminalOption = None,
            config: ConfigOption = None,
        ) -> None:
            claim = claim_of(operator, terminal)
            print(say(*filed(open_context, config, claim, name, filing, read, act)))

    return add


def read_input(name: str, *, limit: int = LONGEST_INPUT) -> dict[str, Any]:
    """The JSON object of a file, or of standard input for ``-``; or of one row of a file in CSV, by its name's end.

    Personal data never come as arguments.
    """
    data = read_bytes(name, limit=limit)
    if name.lower().endswith(".csv"):
        return csv_filings.filing_of(data)
    return strict_json.parse(data, limit=limit)


def read_filing(
    open_context: OpenContext, config: Path | None, read: Callable[[Any], object], name: str
) -> dict[str, Any]:
    """The JSON object of a filing, with today as the day of the notification where it names none."""
    filing = read_input(name)
    if not filing_days.lacks_day(read, filing):
        return filing
    with open_context(config) as ctx:
        dated: dict[str, Any] = filing_days.dated(ctx, read, filing)
        return dated


def read_bytes(name: str, *, limit: int) -> bytes:
    """A file, or standard input for ``-``; of that not more than one byte beyond the limit."""
    if name == "-":
        return sys.stdin.buffer.read(limit + 1)
    try:
        return Path(name).read_bytes()
    except OSError as error:
        Console(stderr=True).print(f"{escape(name)} cannot be read ({error.strerror}).")
        raise typer.Exit(FAILED) from None


def require_place(out: Path, named: str = "--out") -> None:
    """Refuse as mistyped a file that could not be written: before what it is for is done."""
    if out.is_dir() or not out.parent.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
        raise typer.BadParameter(
            f"{out} cannot be written: name a file in a directory that you may write.", param_hint=named
        )


def write_private(out: Path, data: bytes) -> None:
    """Write a file that only its owner may read, also where it was there before."""
    write_private_blocks(out, (data,))


def write_private_blocks(out: Path, blocks: Iterable[bytes]) -> None:
    """The same for what is too much to hold."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), 0o600)
        file.writelines(blocks)


def read_secret(prompt: str) -> str:
    """A line that is not shown while it is typed; or the first line of standard input, if that is no terminal."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=True, err=True)).strip()
    return sys.stdin.readline(LONGEST_LINE).strip()


def number_of(text: str, whose: str = "resident") -> str:
    """The number of a resident or a household that was typed; INVALID for what is none."""
    try:
        return check_number(text) if whose == "household" else check_record_number(text)
    except ValueError:
        raise JukinetError(ErrorKind.INVALID, f"This is not a {whose} number.") from None


def asked_about(
    open_context: OpenContext,
    config: Path | None,
    claim: OperatorClaim,
    look: Callable[[Context, OperatorClaim, str], Outcome | Refused],
    *,
    as_json: bool,
    whose: str = "resident",
) -> Outcome:
    """What is told about the number typed at the prompt. An error and a refusal are told, and end the command."""
    typed = read_secret(f"{whose.capitalize()} number")
    with told(as_json=as_json):
        number = number_of(typed, whose)
        with open_context(config) as ctx:
            return permitted(look(ctx, claim, number))


def exported(
    open_context: OpenContext,
    config: Path | None,
    file: Path,
    export: Callable[[Context, Callable[[bytes], object], Callable[[int], None]], Outcome | Refused],
    *,
    as_json: bool = False,
) -> Outcome:
    """Write a file that only its owner may read, all of it or nothing, and show how far it is meanwhile.

    ``export`` is given what writes and what tells how many are written; an error and a refusal end the command.
    """
    require_place(file, "FILE")
    status = Console(stderr=True, highlight=False).status("Writing ...")
    with (
        told(as_json=as_json),
        open_context(config) as ctx,
        replacing(file) as (write, keep),
        status,
    ):
        done = permitted(export(ctx, write, lambda count: status.update(f"written: {count:,}")))
        keep()
        return done


def day_of(moment: datetime | None) -> date | None:
    """The day of an option that is a date."""
    return moment.date() if moment else None


def municipality(code: str | None, named: str) -> MunicipalityCode | None:
    """The municipality of an option; a code that is none is refused as mistyped."""
    if code is None:
        return None
    try:
        return MunicipalityCode.parse(code)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=named) from None


def claim_of(operator: str, terminal: str | None, *, confirmed: bool = False) -> OperatorClaim:
    return OperatorClaim(operator, terminal, confirmed)


def refused(outcome: Refused, *, as_json: bool) -> typer.Exit:
    """Print every rule that failed; the exit to raise."""
    if as_json:
        rules = [{"rule": f.rule, "article": f.article, "kind": f.kind.value} for f in outcome.failed]
        print_json({"refused": rules})
    else:
        complaint = Console(stderr=True, highlight=False, soft_wrap=True)
        complaint.print("Refused.")
        for failed in outcome.failed:
            basis = escape(f"{failed.kind.value} {failed.rule}, {failed.article}")
            complaint.print(f"  {escape(failed.sentence)} ({basis})")
    return typer.Exit(REFUSED)


def wrapped(text: str, indent: str = "", more: str = "  ") -> list[str]:
    """Lines of at most 80 columns, what goes on indented by ``more``; what has to be copied as one word stays whole."""
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_list(
    name: str,
    found: Collection[One],
    plain: Callable[[One], object],
    lines: Callable[[One], Iterable[str]],
    *,
    nothing: str,
    as_json: bool,
    most: int | None = None,
    beside: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """A list for a program, under its name; or for a person, with a sentence where it is empty.

    ``most``: how many are listed at most, the oldest first; a person is told. ``beside``: what else a program is told.
    """
    if as_json:
        print_json({name: [plain(one) for one in found], **beside})
        return
    for one in found:
        for line in lines(one):
            print(line)
    if not found:
        print(nothing)
    if len(found) == most:
        print("The oldest are listed; there are more.")


def plain_remarks(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    """What an act says besides, for a program."""
    return [{"article": one.article, "sentence": one.sentence} for one in remarks]


def print_remarks(remarks: Iterable[Remark]) -> None:
    """What an act says besides, for a person."""
    for one in remarks:
        print(f"  Note: {one.sentence} ({one.article})")


@contextmanager
def replacing(file: Path) -> Iterator[tuple[Callable[[bytes], object], Callable[[], None]]]:
    """What to write into, and what puts it in the place of the file: whole or not at all."""
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:

            def keep() -> None:
                opened.flush()
                os.fsync(opened.fileno())
                partial.replace(file)

            yield opened.write, keep
    finally:
        partial.unlink(missing_ok=True)
