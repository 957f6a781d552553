"""``jukinet code duplicates``: what a person should compare, in a register or in an identity store."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.law.decisions import Refused
from jukinet.services import duplicates
from jukinet.services.duplicates import Conflict, Group, Report, StoreReport


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the command into ``code``."""

    @app.command("duplicates", epilog="Example: jukinet code duplicates --as sato --json")
    def report(
        operator: OperatorOption,
        identify: Annotated[
            bool, typer.Option("--identify", help="With names; at a prefecture or the centre, with codes.")
        ] = False,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """List records that may be of one person, or of two under one code. Decides nothing."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        with common.told(), open_context(config) as ctx:
            found = (
                duplicates.report(ctx, claim, names=identify)
                if ctx.node.municipality
                else duplicates.report_of_store(ctx, claim, codes=identify)
            )
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        _tell(found, as_json=as_json)


def _tell(found: Report | StoreReport, *, as_json: bool) -> None:
    if as_json:
        kind, plain = (
            ("groups", [_group(one) for one in found.groups])
            if isinstance(found, Report)
            else ("conflicts", [_conflict(one) for one in found.conflicts])
        )
        common.print_json({kind: plain, "more": found.more})
        return
    lines = (
        [_group_line(one) for one in found.groups]
        if isinstance(found, Report)
        else [_conflict_line(one) for one in found.conflicts]
    )
    for line in lines or ["Nothing to compare."]:
        print(line)
    if found.more:
        print("There are more.")


def _group(group: Group) -> dict[str, object]:
    records = [
        {"resident_no": one.resident_no, "present": one.present, "name": one.name} for one in group.records
    ]
    return {"kind": group.kind.value, "records": records}


def _group_line(group: Group) -> str:
    records = (
        f"{one.resident_no}{'' if one.present else ' (deleted)'}{f' {one.name}' if one.name else ''}"
        for one in group.records
    )
    return f"{group.kind.value:11} {', '.join(records)}"


def _conflict(one: Conflict) -> dict[str, object]:
    places = [
        {"municipality": str(place.municipality), "event_on": place.event_on.isoformat()}
        for place in one.places
    ]
    return {
        "places": places,
        "undetermined_from": one.undetermined_from.isoformat(),
        "undetermined": one.undetermined,
        "differ": one.differ,
        "code": str(one.code) if one.code else None,
    }


def _conflict_line(one: Conflict) -> str:
    places = ", ".join(f"{place.municipality} since {place.event_on}" for place in one.places)
    state = "undetermined since" if one.undetermined else "a move under way, undetermined from"
    two = ", birth date or sex differ" if one.differ else ""
    code = f"  {one.code}" if one.code else ""
    return f"{places}: {state} {one.undetermined_from}{two}{code}"
