"""``jukinet supplementary``: the supplementary registers of the koseki (戸籍の附票), by an operator, from JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jukinet.cli import common, supplementary_copies
from jukinet.cli.addresses import LONGEST_LIST
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain.persons import Address
from jukinet.domain.supplementary import Entry, Member
from jukinet.messages import strict_json
from jukinet.services import supplementary_areas, supplementary_reads
from jukinet.services.register_acts import SUPPLEMENTARY_ACTS, FiledAct
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_areas import Passed
from jukinet.services.supplementary_filings import OpeningFiling
from jukinet.store.supplementary import Kept


def make_app(open_context: OpenContext) -> typer.Typer:
    """The commands, to be mounted as ``supplementary``."""
    app = common.make_app("The supplementary registers of the koseki whose domicile is here (戸籍の附票).")
    for act in SUPPLEMENTARY_ACTS:
        _add_act(app, open_context, act)
    _add_show(app, open_context)
    _add_handed_over(app, open_context)
    _add_areas(app, open_context)
    supplementary_copies.add_hold(app, open_context)
    return app


def _add_act(app: typer.Typer, open_context: OpenContext, act: FiledAct[Supplemented]) -> None:
    name = act.name.removeprefix("supplementary-")
    example = f"Example: jukinet supplementary {name} filing.json --as sato"

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
        _, done = common.filed(
            open_context, config, claim, act.name, filing, act.read, act.do, as_json=as_json
        )
        if as_json:
            until = str(done.open_until) if done.open_until else None
            common.print_json({"register_no": done.register_no, "deleted": done.deleted, "open_until": until})
        else:
            print(f"Recorded in {done.register_no}." + _rest(done))


def _rest(done: Supplemented) -> str:
    if done.open_until:
        return f" Post that it was made again; it lies open until {done.open_until}."
    return " Nobody is left: deleted." if done.deleted else ""


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("show", epilog="Example: jukinet supplementary show asked.json --as sato")
    def show(
        asked: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Show a register, with everything that was ever entered, as JSON: by register_no or koseki."""
        claim = common.claim_of(operator, terminal)
        _, found = common.filed(
            open_context,
            config,
            claim,
            "supplementary-show",
            asked,
            supplementary_reads.read_question,
            supplementary_reads.show,
            as_json=True,
        )
        common.print_json(plain(found))


def _add_handed_over(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("handed-over", epilog="Example: jukinet supplementary handed-over asked.json --as sato")
    def handed_over(
        asked: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Print what the mayor of the new domicile is told: the filing with which he opens the register."""
        claim = common.claim_of(operator, terminal)
        _, found = common.filed(
            open_context,
            config,
            claim,
            "supplementary-handed-over",
            asked,
            supplementary_reads.read_question,
            supplementary_reads.handed_over,
            as_json=True,
        )
        common.print_json(_opening(found.opening))


def _add_areas(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "hand-over-area",
        epilog="Example: jukinet supplementary hand-over-area area.json --out told.json --as sato",
    )
    def hand_over_area(
        area: InputArgument,
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The file to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """End every register whose domicile lies in an area that another municipality has now.

        The file has moved_on, municipality, and old and new: how the domiciles begin here and there. What the mayor
        there is told of all of them is written to --out; run it again after a failure, and it goes on.
        """
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told():
            with common.attempt(open_context, config, claim, "supplementary-hand-over-area"):
                filing = supplementary_areas.read_area(common.read_input(area))
            with open_context(config) as ctx:
                done = common.permitted(supplementary_areas.hand_over_area(ctx, claim, filing))
                told = common.permitted(supplementary_areas.handed_over_with(ctx, claim, filing))
        common.write_private(out, strict_json.dump({"registers": list(map(_opening, told))}))
        _print_passed(done, "Handed over")
        print(out.resolve())

    @app.command("open-all", epilog="Example: jukinet supplementary open-all told.json --as sato")
    def open_all(
        told: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Make every register of a file that hand-over-area wrote; those made before stay as they are."""
        claim = common.claim_of(operator, terminal)
        with common.told():
            with common.attempt(open_context, config, claim, "supplementary-open-all"):
                read = common.read_input(told, limit=LONGEST_LIST)
                openings = supplementary_areas.read_registers(read)
            with open_context(config) as ctx:
                done = common.permitted(supplementary_areas.open_handed_over(ctx, claim, openings))
        _print_passed(done, "Made")


def _print_passed(passed: Passed, word: str) -> None:
    """What was done; it failed where something was left."""
    print(f"{word}: {passed.registers}." + (f" Made before: {passed.known}." if passed.known else ""))
    for which, rules in passed.left:
        print(f"Left: {which} ({', '.join(rules)})")
    if passed.left:
        raise typer.Exit(common.REFUSED)


def _opening(opening: OpeningFiling) -> dict[str, Any]:
    return {
        "koseki": {"domicile": opening.koseki.domicile, "head": opening.koseki.head},
        "made_on": opening.made_on.isoformat(),
        "members": [
            {
                "name": one.name,
                "address": _address(one.address),
                "since": one.since.isoformat() if one.since else None,
                "voter": str(one.voter) if one.voter else None,
            }
            for one in opening.members
        ],
    }


def plain(kept: Kept) -> dict[str, Any]:
    """A register as JSON: what stands, then every entry."""
    register = kept.register
    return {
        "register_no": kept.register_no,
        "koseki": {"domicile": register.koseki.domicile, "head": register.koseki.head},
        "opened_on": register.opened_on.isoformat(),
        "present": register.present,
        "rewritten_as": register.rewritten_as,
        "remade_on": register.remade_on.isoformat() if register.remade_on else None,
        "members": [_member(one) for one in register.members],
        "entries": [
            {**_entry(one.entry), "operator": one.operator, "recorded_at": one.at.isoformat()}
            for one in kept.entries
        ],
    }


def _member(member: Member) -> dict[str, Any]:
    stay = member.stay
    return {
        "number": member.number,
        "name": member.name,
        "address": _address(stay.address) if stay else None,
        "since": stay.since.isoformat() if stay else None,
        "votes_abroad_on_the_roll_of": str(member.voter) if member.voter else None,
        "removed_on": member.removed_on.isoformat() if member.removed_on else None,
        "ground": member.ground.value if member.ground else None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "way": entry.way.value,
        "day": entry.day.isoformat(),
        "member": entry.member,
        "speaker": entry.speaker,
        "domicile": entry.koseki.domicile if entry.koseki else None,
        "head": entry.koseki.head if entry.koseki else None,
        "name": entry.name,
        "address": _address(entry.address),
        "municipality": str(entry.municipality) if entry.municipality else None,
        "ground": entry.ground.value if entry.ground else None,
        "reference": entry.reference,
    }


def _address(address: Address | None) -> dict[str, str | None] | None:
    if address is None:
        return None
    return {
        "municipality": str(address.municipality),
        "text": address.text,
        "building": address.building,
    }
