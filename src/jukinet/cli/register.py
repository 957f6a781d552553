"""``jukinet register``: acts on the resident register, by an operator, from a filing in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from jukinet.cli import (
    addresses,
    common,
    days,
    domicile,
    doubts,
    enrolled,
    gazetteer,
    headless,
    holds,
    household_order,
    immigration,
    issued_papers,
    minister_notices,
    missing_notices,
    notes,
    papers_due,
    particulars,
    register_files,
    returners,
    samples,
    supply_between,
    surveys,
    tellings,
)
from jukinet.cli import drafts as draft_commands
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.cli.papers_due import OpenActPress, PapersOption
from jukinet.cli.population import add_population
from jukinet.cli.search import add_recent, add_search
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ResidentRecord
from jukinet.domain.japanese_dates import era_text
from jukinet.domain.numbers import check_record_number
from jukinet.law.decisions import Refused
from jukinet.services import codes, drafts, reads
from jukinet.services.register import Registered
from jukinet.services.register_acts import ACTS, FiledAct

T = TypeVar("T")


def make_app(open_context: OpenContext, open_press: OpenActPress | None = None) -> typer.Typer:
    """The commands, to be mounted as ``register``; ``open_press``: the same node with what prints its papers."""
    app = common.make_app(
        "Acts on the resident register. Each names its operator and is audited as that person."
    )
    for act in ACTS:
        _add_act(app, open_context, open_press, act)
    _add_show(app, open_context)
    add_search(app, open_context)
    add_population(app, open_context)
    add_recent(app, open_context)
    _add_household(app, open_context)
    domicile.add_command(app, open_context)
    returners.add_command(app, open_context)
    _add_assign(app, open_context)
    addresses.add_to(app, open_context)
    immigration.add_command(app, open_context)
    minister_notices.add_command(app, open_context)
    missing_notices.add_command(app, open_context)
    headless.add_command(app, open_context)
    particulars.add_command(app, open_context)
    tellings.add_command(app, open_context)
    issued_papers.add_command(app, open_context)
    household_order.add_command(app, open_context)
    supply_between.add_command(app, open_context)
    holds.add_to(app, open_context)
    register_files.add_to(app, open_context)
    gazetteer.add_to(app, open_context)
    samples.add_command(app, open_context)
    doubts.add_to(app, open_context)
    surveys.add_to(app, open_context)
    notes.add_to(app, open_context)
    draft_commands.add_to(app, open_context, open_press)
    return app


def _add_act(
    app: typer.Typer, open_context: OpenContext, open_press: OpenActPress | None, act: FiledAct[Registered]
) -> None:
    @app.command(
        act.name, help=act.summary, epilog=f"Example: jukinet register {act.name} filing.json --as sato"
    )
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        papers: PapersOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        papers_due.require_directory(papers)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, act.name):
                entered = act.read(common.read_filing(open_context, config, act.read, filing))
            with open_context(config) as ctx:
                outcome = drafts.do_at_once(ctx, claim, act, entered)
                done = common.permitted(outcome)
        printed = papers_due.printed(open_press, config, claim, done.resident_nos, papers)
        _tell(done, printed, as_json=as_json)


def _tell(outcome: Registered, printed: Mapping[str, Sequence[str]], *, as_json: bool) -> None:
    if as_json:
        remarks = common.plain_remarks(outcome.remarks)
        common.print_json({"resident_nos": list(outcome.resident_nos), "remarks": remarks, **printed})
        return
    print("Recorded: " + ", ".join(outcome.resident_nos))
    common.print_remarks(outcome.remarks)
    papers_due.tell(printed)


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("show", epilog="Example: jukinet register show --as sato   (then type the number or code)")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        about: Annotated[
            datetime | None,
            typer.Option(
                metavar="DAY", formats=["%Y-%m-%d"], help="What stood for that day; else for today."
            ),
        ] = None,
        known: Annotated[
            datetime | None,
            typer.Option(
                metavar="DAY",
                formats=["%Y-%m-%d"],
                help="As the office knew it at the end of that day in Japan; else as it knows it now.",
            ),
        ] = None,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Show a resident by number or code, typed at the prompt or on standard input; as now, or as known once."""
        key = common.read_secret("Resident number or code")
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "show"):
                keys = _parse_keys(key)
            with open_context(config) as ctx:
                found: reads.Found | reads.KnownThen
                if about is None and known is None:
                    found = common.permitted(_find(keys, lambda one: reads.read_resident(ctx, claim, one)))
                else:
                    days = reads.days_of(ctx, common.day_of(about), common.day_of(known))
                    found = common.permitted(
                        _find(keys, lambda one: reads.read_as_known(ctx, claim, one, *days))
                    )
        if isinstance(found, reads.KnownThen):
            _print_known(found, as_json=as_json)
        else:
            _print_found(found, as_json=as_json)


def _parse_keys(text: str) -> list[str | ResidentRecordCode]:
    """What a text may be. Both have eleven digits, and one text in eleven has both check digits right."""
    found: list[str | ResidentRecordCode] = []
    for parse in (check_record_number, ResidentRecordCode.parse):
        with suppress(ValueError):
            found.append(parse(text))
    if not found:
        raise JukinetError(ErrorKind.INVALID, "This is neither a resident number nor a Resident Record code.")
    return found


def _find(keys: list[str | ResidentRecordCode], read: Callable[[str | ResidentRecordCode], T]) -> T:
    """The resident of the number; else of the code."""
    found = read(keys[0])
    if isinstance(found, Refused) and found.failed == (reads.R1,) and len(keys) > 1:
        found = read(keys[1])
    return found


def _print_known(found: reads.KnownThen, *, as_json: bool) -> None:
    version = found.version
    shown: dict[str, object] = {
        "resident_no": found.resident_no,
        "about": found.about.isoformat(),
        "known": found.known.isoformat(),
    }
    if version:
        shown |= {"present": version.present, **_plain_record(version.record), **_plain_version(version)}
    if as_json:
        common.print_json(shown if version else {**shown, "history_no": None})
        return
    if version:
        shown["birth_date"] = days.born(version.record.birth_date, version.record.kind)
        del shown["stated"]
    for name, value in shown.items():
        print(f"{name:17} {days.shown(value)}")
    if version:
        _print_stated(version.record)
    else:
        print("Nothing was recorded by then that reached back to that day.")


def _plain_version(version: reads.Version) -> dict[str, object]:
    return {
        "history_no": version.history_no,
        "reason": version.reason.value,
        "effective_on": version.effective_on.isoformat(),
        "recorded_at": _shown(version.recorded_at),
        "operator": version.operator,
        "terminal": version.terminal,
        "present": version.present,
        "notified_by": version.notifier.kinds if version.notifier else None,
        "additions": enrolled.additions(version.additions),
    }


def _plain_record(record: ResidentRecord) -> dict[str, object]:
    return {
        "code": str(record.code) if record.code else None,
        "name": record.name.written,
        "nickname": record.nickname.text if record.nickname else None,
        "birth_date": str(record.birth_date),
        "sex": record.sex.value,
        "address": record.address.full,
        "household_number": record.household_number,
        "relationship": record.relationship,
        "stated": {
            one.name: str(day) for one in fields(record.stated) if (day := getattr(record.stated, one.name))
        },
    }


def _print_stated(record: ResidentRecord) -> None:
    """The days that are not known to the day, as they are stated."""
    for one in fields(record.stated):
        if day := getattr(record.stated, one.name):
            print(f"{one.name:17} {era_text(day)}")


def _print_found(found: reads.Found, *, as_json: bool) -> None:
    shown = {
        "resident_no": found.resident_no,
        "present": found.present,
        **_plain_record(found.record),
    }
    beside = {
        "postcodes": asdict(found.postcodes),
        "guardianship_since": _day(found.guardianship_since),
        "hidden": [one.value for one in found.hidden],
        "voter": found.record.voter,
        "programmes": enrolled.spans(found.record),
    }
    versions = [_plain_version(version) for version in found.versions]
    held = [
        {
            "hold": hold.hold_id,
            "process": hold.process.value,
            "level": hold.level.value,
            "from_on": hold.from_on.isoformat(),
            "to_on": hold.to_on.isoformat() if hold.to_on else None,
        }
        for hold in found.holds
    ]
    support = [
        {
            "measure": mark.measure_id,
            "phase": mark.phase.value,
            "ends_on": mark.ends_on.isoformat() if mark.ends_on else None,
        }
        for mark in found.support
    ]
    cards = [_card(card) for card in found.cards]
    enquiries = [_enquiry(one) for one in found.card_enquiries]
    if as_json:
        marks = {"holds": held, "support": support, "cards": cards, "card_enquiries": enquiries}
        common.print_json({**shown, **beside, "versions": versions, **marks})
        return
    shown["birth_date"] = days.born(found.record.birth_date, found.record.kind)
    del shown["stated"]
    for name, value in shown.items():
        print(f"{name:17} {days.shown(value)}")
    _print_stated(found.record)
    _print_marks(found)
    for head, entries in (("CARD", cards), ("CARD ENQUIRY", enquiries)):
        for entry in entries:
            said = (f"{name} {days.shown(value)}" for name, value in entry.items() if value)
            print(f"{head:17} " + ", ".join(said))
    for one in versions:
        if one["notified_by"] is not None:
            print(f"{'notified, no. ' + str(one['history_no']):17} {one['notified_by']}")
        if one["additions"] is not None:
            print(f"{'added, no. ' + str(one['history_no']):17} {one['additions']}")
    common.console().print(_table_of(versions))


def _print_marks(found: reads.Found) -> None:
    """What stands beside the record, where there is any."""
    for one in fields(found.postcodes):
        if postcode := getattr(found.postcodes, one.name):
            print(f"{'postcode':17} {one.name} {postcode}")
    if found.hidden:
        print(f"{'hidden':17} {', '.join(found.hidden)}")
    enrolled.print_lines(found.record)
    if found.guardianship_since:
        print(f"{'GUARDIANSHIP':17} since {days.shown(found.guardianship_since)}")
    for hold in found.holds:
        print(f"{'HELD':17} {hold.process}, {hold.level} (hold {hold.hold_id})")
    for mark in found.support:
        until = f", to {days.shown(mark.ends_on)}" if mark.ends_on else ""
        print(f"{'SUPPORT MEASURE':17} {mark.phase}{until} (measure {mark.measure_id})")


def _table_of(versions: Iterable[Mapping[str, object]]) -> Table:
    # One space between columns: the usual words fit 80 columns, and longer names go on in the next line.
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("no.", "reason", "effective", "recorded", "here"):
        table.add_column(name, no_wrap=True)
    for name in ("by", "at"):
        table.add_column(name, overflow="fold")
    columns = ("history_no", "reason", "effective_on", "recorded_at")
    for one in versions:
        by = (str(one[name] or "") for name in ("operator", "terminal"))
        table.add_row(
            *(days.shown(one[column]) for column in columns), "yes" if one["present"] else "no", *by
        )
    return table


def _card(card: reads.ShownCard) -> dict[str, str | None]:
    return {
        "number": str(card.number),
        "state": card.state.value,
        "form": card.form.value if card.form else None,
        "issued_on": card.issued_on.isoformat(),
        "expires_on": card.expires_on.isoformat(),
        "lost_on": _day(card.lost_on),
        "lapse": card.lapse.value if card.lapse else None,
        "lapsed_on": _day(card.lapsed_on),
        "returned_on": _day(card.returned_on),
        "handed_over": _handed_over(card),
    }


def _handed_over(card: reads.ShownCard) -> str | None:
    """In kinds: the form, who came, and what they showed."""
    if card.application is None:
        return None
    handing = card.application.handing
    shown = [*sorted(handing.shown), *([f"own {handing.own}"] if handing.own else [])]
    return f"{card.application.form} to {handing.to} on {' + '.join(shown)}"


def _enquiry(enquiry: reads.CardEnquiry) -> dict[str, str | None]:
    return {
        "applied_on": enquiry.applied_on.isoformat(),
        "step": enquiry.step.value,
        "way": enquiry.way.value if enquiry.way else None,
        "done_on": enquiry.done_on.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _add_household(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "household", epilog="Example: jukinet register household --as sato   (then type the household number)"
    )
    def household(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Show a household with those deleted from it, by its number, typed at the prompt or on standard input."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        look = reads.read_household
        found = common.asked_about(open_context, config, claim, look, as_json=as_json, whose="household")
        _print_household(found, as_json=as_json)


def _print_household(found: reads.HouseholdFound, *, as_json: bool) -> None:
    ways = [*([None] * len(found.members)), *found.ways]
    members = [
        {
            "resident_no": one.resident_no,
            "present": one.present,
            "name": one.record.name.written,
            "birth_date": str(one.record.birth_date)
            if as_json
            else days.born(one.record.birth_date, one.record.kind),
            "relationship": one.record.relationship,
            "held": bool(one.holds),
            "deleted": f"{way[0]} {way[1] if as_json else days.shown(way[1])}" if way else None,
        }
        for one, way in zip((*found.members, *found.deleted), ways, strict=True)
    ]
    if as_json:
        common.print_json({"household_number": found.household_no, "members": members})
        return
    table = Table("no.", "present", "name", "born", "relationship", "held", "deleted", box=None)
    for member in members:
        table.add_row(*("" if value is None else str(value) for value in member.values()))
    common.console().print(table)


def _add_assign(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("assign-codes", epilog="Example: jukinet register assign-codes --as sato")
    def assign(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        simulate: Annotated[
            bool, typer.Option("--simulate", help="Say how many would get one, and give none.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Give every foreign resident a code, on the day the network begins for them (2013-07-08)."""
        give = codes.simulate_codes_at_start if simulate else codes.assign_codes_to_foreign_residents
        with common.told(as_json=as_json), open_context(config) as ctx:
            done = common.permitted(give(ctx, common.claim_of(operator, terminal)))
        if as_json:
            excepted = {"assigned": done.assigned, "excepted": list(done.excepted)}
            common.print_json({"simulated": simulate, **excepted})
        else:
            given = "Codes to give" if simulate else "Codes given"
            print(f"{given}: {done.assigned}. Excepted, move-out filed before: {len(done.excepted)}.")
