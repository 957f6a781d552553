"""Small groups of commands at one node: ``audit``, ``operator``, ``clock``, and codes at the centre."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.cli import access_log, analyses, audit_tree, common, operators, supply_book, work_places
from jukinet.cli.common import (
    ConfigOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
    ValidFromOption,
)
from jukinet.domain.municipality import MunicipalityCode, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import parse_date
from jukinet.services import designation, settings, trail

_SHORT = 20
"""Of a reference: a process, an act or a version says something to a reader."""


def make_audit_app(open_context: OpenContext) -> typer.Typer:
    """``jukinet audit``."""
    app = common.make_app("The audit log of this node.")

    @app.callback()
    def group() -> None:
        """Keep ``list`` a command of its own."""

    @app.command("list", epilog="Example: jukinet audit list --as sato --most 20")
    def list_entries(
        operator: OperatorOption,
        most: Annotated[int, typer.Option(min=1, max=10_000, help="How many entries at most.")] = 50,
        event: Annotated[
            str | None, typer.Option(help="Only this event, as area:thing:what-happened.")
        ] = None,
        after: Annotated[int | None, typer.Option(help="Only entries with a greater number.")] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the newest entries, newest first. Reading them is recorded too."""
        wanted = _event(event)
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(trail.list_entries(ctx, claim, most=most, event=wanted, after=after))
        if as_json:
            common.print_json([_plain(number, entry) for number, entry in found])
        else:
            _print_entries(found)

    access_log.add_command(app, open_context)
    supply_book.add_commands(app, open_context)
    analyses.add_command(app, open_context)
    audit_tree.add_commands(app, open_context)
    return app


def _event(text: str | None) -> AuditEvent | None:
    if text is None:
        return None
    try:
        return AuditEvent(text)
    except ValueError:
        raise typer.BadParameter("no such event; see docs/reference/audit-events.md") from None


def _plain(number: int, entry: AuditEntry) -> dict[str, object]:
    return {
        "number": number,
        "at": entry.at.isoformat(),
        "business_on": entry.business_on.isoformat(),
        "event": entry.event.value,
        "outcome": entry.outcome.value,
        "actor": entry.actor,
        "terminal": entry.terminal,
        "subject_code": str(entry.subject_code) if entry.subject_code else None,
        "resident_no": entry.resident_no,
        "affair": entry.affair,
        "reference": entry.reference,
        "rules": list(entry.rules),
    }


def _print_entries(found: Sequence[tuple[int, AuditEntry]]) -> None:
    """A line an entry, and below it whom and what it is about; long ones go on in the next line."""
    rows = [("no.", "at (UTC)", "event", "outcome", "actor")]
    rows += [(str(number), f"{entry.at:%m-%d %H:%M:%S}", *_what(entry)) for number, entry in found]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    details = ["", *(_details(entry) for _, entry in found)]
    for row, detail in zip(rows, details, strict=True):
        columns = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        for line, indent in ((" ".join([*columns, row[4]]), ""), (detail, "    ")):
            for part in common.wrapped(line, indent, "      "):
                print(part)


def _what(entry: AuditEntry) -> tuple[str, str, str]:
    actor = entry.actor.removeprefix("operator:").removeprefix("urn:jukinet:")
    return entry.event.value, entry.outcome.value, actor


def _details(entry: AuditEntry) -> str:
    """A code is not shown, only that the entry is about one, nor a random id: whoever needs them asks for JSON."""
    rules = "; ".join(entry.rules) if entry.outcome is not Outcome.DONE else ""
    parts = (
        entry.resident_no and f"resident {entry.resident_no}",
        entry.subject_code and "with a code",
        entry.affair and f"affair {entry.affair}",
        entry.terminal and f"from {entry.terminal}",
        entry.reference and len(entry.reference) <= _SHORT and f"reference {entry.reference}",
        rules and f"rules {rules}",
    )
    return ", ".join(part for part in parts if part)


def make_operator_app(open_context: OpenContext) -> typer.Typer:
    """``jukinet operator``."""
    app = common.make_app("Who may act at this node, and where.")
    work_places.add_to(app, open_context)

    @app.callback()
    def group() -> None:
        """Keep ``enrol`` a command of its own."""

    @app.command(
        "enrol",
        epilog="Example: jukinet operator enrol tanaka --name 田中 --as sato --may audit:entries:read",
    )
    def enrol(
        operator_id: Annotated[str, typer.Argument(metavar="ID", help="The new operator's id.")],
        name: Annotated[str, typer.Option(help="The operator's name.")],
        operator: OperatorOption,
        may: Annotated[
            list[Permission],
            typer.Option(
                metavar="PERMISSION",
                help="One of docs/reference/permissions.md; give it once for each.",
            ),
        ],
        valid_from: ValidFromOption = None,
        valid_to: Annotated[
            datetime | None,
            typer.Option(
                "--until", metavar="DATE", formats=["%Y-%m-%d"], help="The last day, if there is one."
            ),
        ] = None,
        unit: Annotated[str | None, typer.Option(help="In which unit of the office they work.")] = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Enrol an operator with permissions, or replace those of one."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            days = {"valid_from": common.day_of(valid_from), "valid_to": common.day_of(valid_to)}
            common.permitted(settings.enrol_operator(ctx, claim, operator_id, name, may, **days, unit=unit))
        print(f"Enrolled: {operator_id}.")

    operators.add_commands(app, open_context)
    return app


def make_clock_app(open_context: OpenContext) -> typer.Typer:
    """``jukinet clock``."""
    app = common.make_app("The office's calendar day (business date).")

    @app.command("pin", epilog="Example: jukinet clock pin 2013-07-08 --as sato")
    def pin(
        day: Annotated[str, typer.Argument(metavar="DATE", help="YYYY-MM-DD")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Pin the business date, for a demonstration."""
        try:
            wanted = parse_date(day)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with common.told(), open_context(config) as ctx:
            common.permitted(settings.set_business_date(ctx, common.claim_of(operator, None), wanted))
        print(f"The business date is {wanted}.")

    @app.command("release", epilog="Example: jukinet clock release --as sato")
    def release(operator: OperatorOption, config: ConfigOption = None) -> None:
        """Return to the real calendar day in Japan."""
        with common.told(), open_context(config) as ctx:
            common.permitted(settings.set_business_date(ctx, common.claim_of(operator, None), None))
        print("The business date is the real one.")

    return app


def add_designate(app: typer.Typer, open_context: OpenContext) -> None:
    """``jukinet code designate`` and ``reserve``, at the centre; at a governor's node what he designates himself."""
    _add_reserve(app, open_context)

    @app.command("designate", epilog="Example: jukinet code designate 132152 1000 --as center")
    def designate(
        municipality: Annotated[str, typer.Argument(help="The municipality's six digits.")],
        count: Annotated[int, typer.Argument(min=1, max=1_000_000, help="How many codes.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Designate codes to a municipality at random and send them.

        At the centre; at a governor's node where he designates himself (Art. 30-27(1)), of what was put aside for him.
        """
        try:
            code = MunicipalityCode.parse(municipality)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with common.told(), open_context(config) as ctx:
            done = common.permitted(
                designation.designate_codes(ctx, common.claim_of(operator, None), code, count)
            )
        print(f"Designated {done.count} codes to {done.municipality}.")
        if done.left is not None:
            print(f"Of those put aside {done.left} are left.")


def _add_reserve(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("reserve", epilog="Example: jukinet code reserve 13 5000 --as center")
    def reserve(
        prefecture: Annotated[str, typer.Argument(help="The governor's prefecture, 01 to 47.")],
        count: Annotated[int, typer.Argument(min=1, max=1_000_000, help="How many codes.")],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Put codes aside for a governor, who designates them when the centre does not (at the centre only)."""
        try:
            code = PrefectureCode.parse(prefecture)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with common.told(), open_context(config) as ctx:
            done = common.permitted(designation.put_aside(ctx, common.claim_of(operator, None), code, count))
        print(f"Put {done.count} codes aside for the governor of {done.prefecture}.")
