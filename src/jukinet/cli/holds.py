"""``jukinet register holds``, ``measures``, ``alerts``: what may not be done with a record; what needs a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import typer

from jukinet.cli import common, days
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.cli.held import add_list
from jukinet.law.decisions import Refused
from jukinet.services import alerts, drafts, holds, measures
from jukinet.services.holds import HoldLife
from jukinet.services.measures import MeasureFound
from jukinet.services.register_acts import HOLD_ACTS, FiledAct, HoldOutcome


def _measure(done: measures.Recorded) -> str:
    measure = done.measure
    until = f", until {days.shown(measure.ends_on)}" if measure.ends_on else ", provisional"
    return f"Measure {measure.measure_id}{until}."


def _lift(done: holds.Lifted) -> str:
    once = f", for one list under number {done.browsing}." if done.browsing else ", for one act."
    once = once if done.one_act else "."
    return f"Hold {done.hold} is lifted for {done.operator} until {done.until:%Y-%m-%d %H:%M} UTC{once}"


_TELL: Mapping[str, Callable[[Any], str]] = {
    "holds-set": lambda done: "Holds set: " + ", ".join(map(str, done.holds)),
    "holds-lift": _lift,
    "holds-end": lambda done: f"Hold {done.number} is ended.",
    "measures-end": lambda done: f"Measure {done.number} is ended.",
}
"""What an act says when it is done; the others, of the measure."""


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Mount the commands below ``register``."""
    for name, summary in (
        ("holds", "Holds: what may not be done with a record."),
        ("measures", "Support measures for victims of violence, stalking and abuse."),
    ):
        group = common.make_app(summary)
        for act in HOLD_ACTS:
            if act.name.startswith(f"{name}-"):
                _add_act(group, open_context, name, act)
        app.add_typer(group, name=name)
        if name == "holds":
            _add_show_holds(group, open_context)
            add_list(group, open_context)
        else:
            _add_show_measures(group, open_context)
    _add_alerts(app, open_context)


def _add_act(app: typer.Typer, open_context: OpenContext, group: str, act: FiledAct[HoldOutcome]) -> None:
    name = act.name.removeprefix(f"{group}-")
    example = f"Example: jukinet register {group} {name} filing.json --as sato"

    @app.command(name, help=act.summary, epilog=example)
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, act.name):
                entered = act.read(common.read_input(filing))
            with open_context(config) as ctx:
                done = drafts.do_at_once(ctx, claim, act, entered)
        if isinstance(done, Refused):
            raise common.refused(done, as_json=as_json)
        if as_json:
            common.print_json(_plain(asdict(done)))
        else:
            print(_TELL.get(act.name, _measure)(done))


def _plain(value: Any) -> Any:
    """Dates, moments and words as JSON has them."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _read_number() -> str:
    """A resident number, typed at the prompt or on standard input: it names a person."""
    return common.number_of(common.read_secret("Resident number"))


def _add_show_holds(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "show", epilog="Example: jukinet register holds show --as sato   (then type the resident number)"
    )
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show every hold that is or was on a resident; reasons only to those who may read them."""
        claim = common.claim_of(operator, terminal)
        found = common.asked_about(open_context, config, claim, holds.show_holds, as_json=as_json)
        if as_json:
            plain = [_plain(asdict(life)) for life in found.holds]
            common.print_json({"resident_no": found.resident_no, "holds": plain})
            return
        for life in found.holds:
            _print_life(life)
        if not found.holds:
            print("No hold.")


def _print_life(life: HoldLife) -> None:
    hold = life.hold
    of = f" (household {life.household_no})" if life.household_no else ""
    to = f" to {days.shown(hold.to_on)}" if hold.to_on else ""
    print(f"Hold {hold.hold_id}{of}: {hold.process}, {hold.level}, from {days.shown(hold.from_on)}{to}")
    print(f"  set {days.shown(life.set_on)} by {life.set_by}" + (f": {life.reason}" if life.reason else ""))
    for lift in life.lifts:
        listed = f", for a list under number {lift.browsing}" if lift.browsing else ""
        used = f"{listed}, used" if lift.used_at else listed
        print(f"  lifted for {lift.operator} until {lift.until:%Y-%m-%d %H:%M} UTC by {lift.given_by}{used}")
    if life.ended_on:
        print(
            f"  ended {days.shown(life.ended_on)} by {life.ended_by}"
            + (f": {life.end_reason}" if life.end_reason else "")
        )


def _add_show_measures(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "show", epilog="Example: jukinet register measures show --as sato   (then type the resident number)"
    )
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show every measure that a resident is or was under, with all that it says."""
        with common.told(as_json=as_json):
            number = _read_number()
            with open_context(config) as ctx:
                found = common.permitted(
                    measures.show_measures(ctx, common.claim_of(operator, terminal), number)
                )
        if as_json:
            common.print_json({"measures": [_plain(asdict(one)) for one in found]})
            return
        for one in found:
            _print_measure(one)
        if not found:
            print("No measure.")


def _print_measure(found: MeasureFound) -> None:
    measure = found.measure
    period = f", {days.shown(measure.starts_on)} to {days.shown(measure.ends_on)}" if measure.ends_on else ""
    print(
        f"Measure {measure.measure_id}: {found.phase}, applied for {days.shown(measure.applied_on)}{period}"
    )
    for person in found.persons:
        print(f"  {person.resident_no} {person.relationship or 'applicant'} (hold {person.hold_id})")
    for step in found.steps:
        print(f"  {step.step} {days.shown(step.recorded_on)} by {step.operator}")
        for name, value in step.details.items():
            if value:
                print(f"    {name}: {value}")
    for forward in found.forwards:
        print(f"  told {forward.municipality} on {days.shown(forward.forwarded_on)}")


def _add_alerts(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("alerts", epilog="Example: jukinet register alerts --as sato --json")
    def list_alerts(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what needs a person today: measures that end, movers to tell of, old holds, few codes, drafts."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(alerts.list_alerts(ctx, common.claim_of(operator, terminal)))
        if as_json:
            common.print_json({"alerts": [_plain(asdict(one)) for one in found]})
            return
        for one in found:
            if one.codes is not None:
                print(f"{days.shown(one.since)}  {one.kind}  {one.codes} codes left: ask the centre for more")
                continue
            kinds = (("hold", one.hold), ("measure", one.measure), ("draft", one.draft))
            about = next(f"{kind} {number}" for kind, number in kinds if number)
            household = f"household {one.household_no}" if one.household_no else ""
            whom = ", ".join(one.resident_nos) or household
            to = f", tell {one.municipality}" if one.municipality else ""
            print(f"{days.shown(one.since)}  {one.kind}  {about}  {whom}{to}")
        if not found:
            print("Nothing needs a person today.")
