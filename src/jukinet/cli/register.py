"""``jukinet register``: acts on the resident register, by an operator, from a filing in JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

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
from jukinet.services import (
    address_changes,
    births,
    codes,
    deaths,
    ex_officio,
    ex_officio_filings,
    filings,
    household_filings,
    households,
    moves,
    reads,
    rewriting,
    undoing,
)
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered

Outcome = Registered | Refused


@dataclass(frozen=True, slots=True)
class _Act:
    """A command: what it reads, what it does."""

    name: str
    summary: str
    read: Callable[[object], Any]
    do: Callable[[Context, OperatorClaim, Any], Outcome]


ACTS = (
    _Act("birth", "Record a birth (出生).", filings.read_birth, births.record_birth),
    _Act("move-in", "Record a move-in (転入).", filings.read_move_in, moves.move_in),
    _Act(
        "move-within",
        "Record a move inside the municipality (転居).",
        filings.read_move_within,
        moves.move_within,
    ),
    _Act("move-out", "File a move-out beforehand (転出).", filings.read_move_out, moves.file_move_out),
    _Act("death", "Delete the record of somebody who died (死亡).", filings.read_death, deaths.record_death),
    _Act(
        "split-household",
        "Make a household of some members (世帯分離).",
        household_filings.read_split,
        households.split_household,
    ),
    _Act(
        "merge-households",
        "Take a whole household into another (世帯合併).",
        household_filings.read_joining,
        households.merge_households,
    ),
    _Act(
        "change-household",
        "Take members into another household (世帯変更).",
        household_filings.read_joining,
        households.change_household,
    ),
    _Act(
        "change-householder",
        "Record another householder (世帯主変更).",
        household_filings.read_householder,
        households.change_householder,
    ),
    _Act(
        "record-ex-officio",
        "Record somebody without a notification (職権記載).",
        ex_officio_filings.read_recording,
        ex_officio.record_ex_officio,
    ),
    _Act(
        "delete-ex-officio",
        "Delete a record without a notification (職権消除).",
        ex_officio_filings.read_deletion,
        ex_officio.delete_ex_officio,
    ),
    _Act(
        "correct-ex-officio",
        "Correct items of a record (職権修正, 軽微な修正, 誤記修正).",
        ex_officio_filings.read_correction,
        ex_officio.correct_ex_officio,
    ),
    _Act("undo", "Undo an act as a new event (異動の取消し).", undoing.read_undo, undoing.undo),
    _Act("change-code", "Change a code on request (変更請求).", filings.read_code_change, codes.change_code),
    _Act(
        "correct-code",
        "Correct a wrong or missing code ex officio (住民票コードの職権記載).",
        filings.read_code_correction,
        codes.correct_code,
    ),
    _Act("rewrite", "Write a record anew (改製).", rewriting.read_rewrite, rewriting.rewrite_record),
    _Act("remake", "Make a lost record again (再製).", rewriting.read_remake, rewriting.remake_record),
)


def make_app(open_context: OpenContext) -> typer.Typer:
    """The commands, to be mounted as ``register``."""
    app = common.make_app(
        "Acts on the resident register. Each names its operator and is audited as that person."
    )
    for act in ACTS:
        _add_act(app, open_context, act)
    _add_show(app, open_context)
    _add_assign(app, open_context)
    _add_addresses(app, open_context)
    return app


def _add_act(app: typer.Typer, open_context: OpenContext, act: _Act) -> None:
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


def _add_addresses(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "change-addresses",
        epilog="Example: jukinet register change-addresses list.json --as sato --simulate",
    )
    def change(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        simulate: Annotated[
            bool, typer.Option("--simulate", help="Say what would be done, and change nothing.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write addresses anew in bulk where an area or its numbers changed (住所一括変更), or simulate it."""
        act = address_changes.simulate if simulate else address_changes.change_addresses
        with common.told():
            given = address_changes.read_address_list(common.read_input(filing))
            with open_context(config) as ctx:
                done = act(ctx, common.claim_of(operator, terminal), given)
        if isinstance(done, Refused):
            raise common.refused(done, as_json=as_json)
        _print_report(done, simulated=simulate, as_json=as_json)


def _print_report(report: address_changes.Report, *, simulated: bool, as_json: bool) -> None:
    if as_json:
        households = [{"household_number": number, "result": result} for number, result in report.results]
        common.print_json({"simulated": simulated, "residents": report.residents, "households": households})
        return
    for number, result in report.results:
        print(f"{number}  {result}")
    done = "would get" if simulated else "got"
    print(f"{report.residents} residents {done} another address.")
