"""``jukinet audit supplies`` and ``report``: the book of supplies, and what is made public of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.batches import Way
from jukinet.domain.reading import parse_date
from jukinet.services.supply import fees
from jukinet.services.supply.book import draw_book
from jukinet.services.supply.yearly import draw_report

FromOption = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.")]


def add_commands(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``audit``."""
    _add_supplies(app, open_context)
    _add_report(app, open_context)
    _add_fees(app, open_context)


def _add_supplies(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "supplies", epilog="Example: jukinet audit supplies --as sato --from 2013-07-01 --to 2013-07-31"
    )
    def supplies(
        operator: OperatorOption,
        first: FromOption,
        last: ToOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw the book of supplies: day, organ, affair, number of persons, way. Names nobody."""
        days = day(first, "--from"), day(last, "--to")
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(draw_book(ctx, common.claim_of(operator, terminal), *days))
        if as_json:
            common.print_json({"supplies": [asdict(one) | {"on": one.on.isoformat()} for one in found]})
            return
        for one in found:
            print(
                f"{one.on}  {one.organ.removeprefix('urn:jukinet:')}  {one.affair}  {one.persons}  {one.way}"
            )
        if not found:
            print("Nothing was supplied.")


def _add_report(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("report", epilog="Example: jukinet audit report --as sato --year 2013")
    def report(
        operator: OperatorOption,
        year: Annotated[int, typer.Option(min=2012, max=2999, help="The fiscal year, from its April.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw the yearly report to be made public: organ, month, number, way (Reg. 27)."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(draw_report(ctx, common.claim_of(operator, terminal), year))
        if as_json:
            lines = [asdict(one) | {"month": f"{one.month:%Y-%m}"} for one in found]
            common.print_json({"year": year, "report": lines})
            return
        print(f"本人確認情報の提供状況（{year}年度）")
        print("提供先 | 提供を行った年月 | 件数 | 提供の方法")
        for one in found:
            print(f"{one.name} | {one.month.year}年{one.month.month}月 | {one.persons} | {_WAYS[one.way]}")
        if not found:
            print("提供した実績はありません。")


def _add_fees(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("fees", epilog="Example: jukinet audit fees --as sato --from 2013-10-01 --to 2013-10-31")
    def owed(
        operator: OperatorOption,
        first: FromOption,
        last: ToOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Draw what organs of Table 1 owe for these days (Act Art. 30-10(4))."""
        days = day(first, "--from"), day(last, "--to")
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(fees.draw_account(ctx, common.claim_of(operator, terminal), *days))
        if as_json:
            common.print_json({"fees": [asdict(one) | {"total": one.total} for one in found]})
            return
        for one in found:
            print(f"{one.name}: {one.persons} persons at {one.yen} yen, {one.total} yen")
        print(f"{sum(one.total for one in found)} yen.")


_WAYS = {Way.LINE: "電気通信回線", Way.MEDIA: "磁気ディスクの送付"}


def day(text: str, option: str) -> date:
    """The day of an option; what is none is refused as mistyped."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
