"""``jukinet network centre``: what the centre does no more, and governors who end the delegation (30-24 to 30-26)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common, supervision
from jukinet.cli.alone import DayOption
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.cli.pki import parsed
from jukinet.domain.municipality import PrefectureCode
from jukinet.law.centre import CentreWork, StopGround
from jukinet.messages.directory import NodeEntry
from jukinet.services import centre
from jukinet.services.centre import Standing
from jukinet.services.serving_alone import Document
from jukinet.services.supply import fees

PaperOption = Annotated[str, typer.Option("--document", metavar="TEXT", help="The number of the paper.")]
FirstOption = Annotated[
    datetime, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first day.")
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the group to ``network``."""
    group = common.make_app("What the centre does no more, and governors who end the delegation.")
    _add_stop(group, open_context)
    _add_resume(group, open_context)
    _add_release(group, open_context)
    _add_fee(group, open_context)
    _add_approve(group, open_context)
    _add_list(group, open_context)
    supervision.add_to(group, open_context)
    app.add_typer(group, name="centre")


def _add_stop(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "stop",
        epilog="Example: jukinet network centre stop --ground suspended --work iii"
        " --from 2013-07-08 --document 1 --on 2013-07-01 --as sato",
    )
    def stop(
        ground: Annotated[StopGround, typer.Option(help="Why, by Arts. 30-24 and 30-25.")],
        work: Annotated[
            list[CentreWork],
            typer.Option(
                metavar="NO",
                help="i, ii (codes), iii (Table 1), v (Table 3), vi (Table 4) or vii (material) of Art. 30-10(1);"
                " once for each.",
            ),
        ],
        first: FirstOption,
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        last: Annotated[
            datetime | None,
            typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="The last day, if it has one."),
        ] = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Record that works stand still: the doors here refuse them from the first day on.

        At a governor's node: that they ended for good, and he does them himself.
        """
        paper, days = Document(document, on.date()), (first.date(), common.day_of(last))
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            number = common.permitted(centre.record_stop(ctx, claim, ground, work, days, paper))
        if as_json:
            common.print_json({"stop": number})
            return
        print(f"Recorded: stop {number}, from {first.date()}.")


def _add_resume(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "resume",
        epilog="Example: jukinet network centre resume 1 --document 9 --on 2013-07-20 --as sato",
    )
    def resume(
        number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The number of the stop.")],
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Record that the works are done again, from the day of the paper."""
        paper = Document(document, on.date())
        with common.told(), open_context(config) as ctx:
            common.permitted(centre.record_resumption(ctx, common.claim_of(operator, None), number, paper))
        print(f"Recorded: the works of stop {number} are done again.")


def _add_release(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "release",
        epilog="Example: jukinet network centre release --prefecture 13 --from 2013-11-01"
        " --document 1 --on 2013-07-08 --as sato",
    )
    def release(
        prefecture: Annotated[str, typer.Option(metavar="CODE", help="The governor's prefecture, 01 to 47.")],
        first: FirstOption,
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Record a governor's notice that he ends the delegation: at the centre, and at his own node."""
        code = parsed(PrefectureCode.parse, prefecture, "--prefecture")
        paper = Document(document, on.date())
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            common.permitted(centre.record_release(ctx, claim, code, first.date(), paper))
        print(f"Recorded: from {first.date()} the governor of {code} does the work himself.")


def _add_fee(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "fee",
        epilog="Example: jukinet network centre fee --yen 10 --from 2013-10-01 --document 1 --on 2013-07-08"
        " --as sato",
    )
    def fee(
        yen: Annotated[int, typer.Option(min=0, max=fees.MOST, help="For each person told of.")],
        first: FirstOption,
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Record what organs of Table 1 pay for each person (30-10(5)); it counts once governors approved it."""
        paper = Document(document, on.date())
        with common.told(), open_context(config) as ctx:
            number = common.permitted(
                fees.set_fee(ctx, common.claim_of(operator, None), yen, first.date(), paper)
            )
        print(f"Recorded: fee {number}, {yen} yen from {first.date()}, once every governor has approved it.")


def _add_approve(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "approve",
        epilog="Example: jukinet network centre approve 1 --prefecture 13 --ordinance 1 --document 2"
        " --on 2013-07-09 --as sato",
    )
    def approve(
        number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The number of the fee.")],
        prefecture: Annotated[str, typer.Option(metavar="CODE", help="The governor's prefecture, 01 to 47.")],
        ordinance: Annotated[str, typer.Option(metavar="TEXT", help="The ordinance that lets it be set.")],
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Record a governor's approval of a fee, before its first day (30-10(5))."""
        code, paper = parsed(PrefectureCode.parse, prefecture, "--prefecture"), Document(document, on.date())
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            common.permitted(fees.approve(ctx, claim, number, code, ordinance, paper))
        print(f"Recorded: the governor of {code} approved fee {number}.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet network centre list --as sato")
    def listing(
        operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False
    ) -> None:
        """List the centre and who delegates to it, what stands still, and governors who end the delegation."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(centre.read_standing(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json(_plain(found))
            return
        for entry in found.announced:
            print(_announced(entry))
        for one in found.stops:
            works = ", ".join(sorted(one.stop.works))
            until = f" to {one.stop.last}" if one.stop.last else ""
            again = f", done again from {one.stop.ended_on}" if one.stop.ended_on else ""
            print(f"stop {one.stop_no}: {one.stop.ground}, Art. 30-10(1) {works}, {one.document}")
            print(f"  from {one.stop.first}{until}{again}")
        for end in found.ends:
            print(f"prefecture {end.prefecture}: by itself from {end.first_day}, {end.document}")
        print(f"{len(found.stops)} stops, {len(found.ends)} ends of a delegation.")


def _announced(entry: NodeEntry) -> str:
    """A node and where that it does, or lets do, the centre's work was made public."""
    made = entry.announced
    if made is None:
        return f"{entry.id}  {entry.name}: no public notice is noted"
    office = f", {made.office}" if made.office else ""
    return f"{entry.id}  {entry.name}{office}: from {made.on}, {made.notice}"


def _plain(found: Standing) -> dict[str, object]:
    return {
        "announced": [
            {
                "node": one.id.text,
                "name": one.name,
                "office": one.announced.office if one.announced else None,
                "from": str(one.announced.on) if one.announced else None,
                "notice": one.announced.notice if one.announced else None,
            }
            for one in found.announced
        ],
        "stops": [
            {
                "stop": one.stop_no,
                "ground": one.stop.ground.value,
                "works": sorted(one.stop.works),
                "document": one.document,
                "notified_on": str(one.notified_on),
                "from": str(one.stop.first),
                "to": str(one.stop.last) if one.stop.last else None,
                "resumed_on": str(one.stop.ended_on) if one.stop.ended_on else None,
            }
            for one in found.stops
        ],
        "ends": [
            {
                "prefecture": one.prefecture.text,
                "document": one.document,
                "notified_on": str(one.notified_on),
                "from": str(one.first_day),
            }
            for one in found.ends
        ],
    }
