"""``jukinet register``: acts on the resident register, by an operator, from a filing in JSON."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import typer
from rich.table import Table

from jukinet.cli import common
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.numbers import check_number
from jukinet.law.decisions import Refused
from jukinet.services import codes, reads
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_acts import ACTS, FiledAct, Outcome


def make_app(open_context: OpenContext) -> typer.Typer:
    """The commands, to be mounted as ``register``."""
    app = common.make_app(
        "Acts on the resident register. Each names its operator and is audited as that person."
    )
    for act in ACTS:
        _add_act(app, open_context, act)
    _add_show(app, open_context)
    _add_assign(app, open_context)
    return app


def _add_act(app: typer.Typer, open_context: OpenContext, act: FiledAct) -> None:
    @app.command(
        act.name, help=act.summary, epilog=f"Example: jukinet register {act.name} filing.json --as sato"
    )
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        with common.told():
            entered = act.read(common.read_input(filing))
            with open_context(config) as ctx:
                outcome = act.do(ctx, common.claim_of(operator, terminal), entered)
        _tell(outcome, as_json=as_json)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    if isinstance(outcome, Refused):
        raise common.refused(outcome, as_json=as_json)
    if as_json:
        remarks = [{"article": r.article, "sentence": r.sentence} for r in outcome.remarks]
        common.print_json({"resident_nos": list(outcome.resident_nos), "remarks": remarks})
        return
    print("Recorded: " + ", ".join(outcome.resident_nos))
    for remark in outcome.remarks:
        print(f"  Note: {remark.sentence} ({remark.article})")


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("show", epilog="Example: jukinet register show --as sato   (then type the number or code)")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show a resident by resident number or code, typed at the prompt or on standard input."""
        key = common.read_secret("Resident number or code")
        with common.told():
            keys = _parse_keys(key)
            with open_context(config) as ctx:
                found = _find(ctx, common.claim_of(operator, terminal), keys)
        if isinstance(found, Refused):
            raise common.refused(found, as_json=as_json)
        _print_found(found, as_json=as_json)


def _parse_keys(text: str) -> list[str | ResidentRecordCode]:
    """What a text may be. Both have eleven digits, and one text in eleven has both check digits right."""
    found: list[str | ResidentRecordCode] = []
    for parse in (check_number, ResidentRecordCode.parse):
        with suppress(ValueError):
            found.append(parse(text))
    if not found:
        raise JukinetError(ErrorKind.INVALID, "This is neither a resident number nor a Resident Record code.")
    return found


def _find(ctx: Context, claim: OperatorClaim, keys: list[str | ResidentRecordCode]) -> reads.Found | Refused:
    """The resident of the number; else of the code."""
    found = reads.read_resident(ctx, claim, keys[0])
    if isinstance(found, Refused) and found.failed == (reads.R1,) and len(keys) > 1:
        found = reads.read_resident(ctx, claim, keys[1])
    return found


def _print_found(found: reads.Found, *, as_json: bool) -> None:
    record = found.record
    shown = {
        "resident_no": found.resident_no,
        "present": found.present,
        "code": str(record.code) if record.code else None,
        "name": record.name.written,
        "nickname": record.nickname.text if record.nickname else None,
        "birth_date": str(record.birth_date),
        "sex": record.sex.value,
        "address": record.address.full,
        "household_number": record.household_number,
        "relationship": record.relationship,
    }
    versions = [
        {
            "history_no": version.history_no,
            "reason": version.reason.value,
            "effective_on": version.effective_on.isoformat(),
            "recorded_at": _shown(version.recorded_at),
            "operator": version.operator,
            "present": version.present,
        }
        for version in found.versions
    ]
    if as_json:
        common.print_json({**shown, "versions": versions})
        return
    for name, value in shown.items():
        print(f"{name:17} {'' if value is None else value}")
    table = Table("no.", "reason", "effective", "recorded", "by", "present", box=None)
    for one in versions:
        table.add_row(*(str(value) for value in one.values()))
    common.console().print(table)


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _add_assign(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("assign-codes", epilog="Example: jukinet register assign-codes --as sato")
    def assign(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Give every foreign resident a code, on the day the network begins for them (2013-07-08)."""
        with common.told(), open_context(config) as ctx:
            done = codes.assign_codes_to_foreign_residents(ctx, common.claim_of(operator, terminal))
        if isinstance(done, Refused):
            raise common.refused(done, as_json=as_json)
        if as_json:
            common.print_json({"assigned": done.assigned, "excepted": list(done.excepted)})
        else:
            print(f"Codes given: {done.assigned}. Excepted, move-out filed before: {len(done.excepted)}.")
