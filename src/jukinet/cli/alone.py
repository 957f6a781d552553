"""``jukinet network alone``: the governor does the centre's work himself, by notice of the Minister (Art. 30-27)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.law.serving_alone import Cause, Work
from jukinet.services import serving_alone
from jukinet.services.serving_alone import Document
from jukinet.store.alone import Notice

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The number that the notice has here.")]
PaperOption = Annotated[
    str, typer.Option("--document", metavar="TEXT", help="The number of the Minister's paper.")
]
DayOption = Annotated[
    datetime, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="The day of the paper.")
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the group to ``network``."""
    alone = common.make_app("At a governor's node: doing the centre's work by notice of the Minister.")
    _add_begin(alone, open_context)
    _add_end(alone, open_context)
    _add_publish(alone, open_context)
    _add_list(alone, open_context)
    app.add_typer(alone, name="alone")


def _add_begin(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "begin",
        epilog="Example: jukinet network alone begin --cause disaster --work iii"
        " --document 1 --on 2013-07-08 --as sato",
    )
    def begin(
        cause: Annotated[Cause, typer.Option(help="The case of Art. 30-27(1).")],
        work: Annotated[
            list[Work],
            typer.Option(
                metavar="NO",
                help="i, ii (codes), iii (Table 1), v (Table 3) or vi (Table 4) of Art. 30-10(1); once for each.",
            ),
        ],
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Record the notice: from its day on the supply door here serves these works."""
        paper = Document(document, on.date())
        with common.told(as_json=as_json), open_context(config) as ctx:
            number = common.permitted(
                serving_alone.record_notice(ctx, common.claim_of(operator, None), cause, work, paper)
            )
        if as_json:
            common.print_json({"notice": number})
            return
        print(f"Recorded: notice {number}. Make it public (Art. 30-27(3)), then:")
        print(f"jukinet network alone publish {number} --gazette TEXT --on DATE --as {operator}")


def _add_end(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "end",
        epilog="Example: jukinet network alone end 1 --document 9 --on 2013-07-20 --as sato",
    )
    def end(
        number: Number,
        document: PaperOption,
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Record the notice that the cause has ceased: from its day on the centre alone does the work."""
        paper = Document(document, on.date())
        with common.told(), open_context(config) as ctx:
            common.permitted(serving_alone.record_end(ctx, common.claim_of(operator, None), number, paper))
        print(f"Recorded: notice {number} has ended. Make that public too (Art. 30-27(3)).")


def _add_publish(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "publish",
        epilog="Example: jukinet network alone publish 1 --gazette 5 --on 2013-07-09 --as sato",
    )
    def publish(
        number: Number,
        gazette: Annotated[str, typer.Option(metavar="TEXT", help="Where it was made public.")],
        on: DayOption,
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        of_end: Annotated[bool, typer.Option("--of-end", help="It is the end that was made public.")] = False,
    ) -> None:
        """Record that a notice was made public."""
        paper = Document(gazette, on.date())
        with common.told(), open_context(config) as ctx:
            claim = common.claim_of(operator, None)
            common.permitted(serving_alone.record_publication(ctx, claim, number, paper, of_end=of_end))
        print(f"Recorded: notice {number} was made public.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet network alone list --as sato")
    def listing(
        operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False
    ) -> None:
        """List the notices, their ends, and where they were made public."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(serving_alone.list_notices(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json([_plain(one) for one in found])
            return
        for one in found:
            works = ", ".join(sorted(one.alone.works))
            print(f"notice {one.notice_no}: {one.cause}, Art. 30-10(1) {works}, {one.document}")
            print(f"  from {one.alone.begun_on}, made public: {one.published_on or 'not yet'}")
            if one.alone.ended_on is not None:
                print(f"  ended {one.alone.ended_on}, made public: {one.end_published_on or 'not yet'}")
        print(f"{len(found)} notices.")


def _plain(one: Notice) -> dict[str, object]:
    def day(value: object) -> str | None:
        return None if value is None else str(value)

    return {
        "notice": one.notice_no,
        "cause": one.cause.value,
        "works": sorted(one.alone.works),
        "document": one.document,
        "begun_on": day(one.alone.begun_on),
        "published_on": day(one.published_on),
        "published_in": one.published_in,
        "end_document": one.end_document,
        "ended_on": day(one.alone.ended_on),
        "end_published_on": day(one.end_published_on),
        "end_published_in": one.end_published_in,
    }
