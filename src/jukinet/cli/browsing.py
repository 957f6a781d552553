"""``jukinet browsing``: who may browse a part of the register, the lists that are shown, and what is made public."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.batch_again import AgainOption, begun
from jukinet.cli.common import (
    ConfigOption,
    InputArgument,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.domain import csv_rows
from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.law.browsing import ViewerPaper
from jukinet.services import browsing, browsing_held
from jukinet.services.batch_settings import Batch
from jukinet.services.browsing import AreaList, Kept, Published
from jukinet.services.browsing_filings import (
    ApplicationFiling,
    RequestFiling,
    StepFiling,
    area_name,
    read_application,
    read_list,
    read_request,
    read_step,
)
from jukinet.services.context import Context


class ListPress(Protocol):
    """What prints lists at this node."""

    def can_print(self, made: AreaList) -> bool: ...

    def print(self, made: AreaList) -> bytes: ...

    def pages(self, made: AreaList) -> int: ...


OpenListPress = Callable[[Path | None], AbstractContextManager[tuple[Context, ListPress]]]


def make_app(open_context: OpenContext, open_press: OpenListPress) -> typer.Typer:
    """The commands, to be mounted as ``browsing``."""
    app = common.make_app("Browsing of a part of the register (Arts. 11, 11-2).")
    _add_grant(app, open_context, "request", "A public body's request (Art. 11).", read_request)
    _add_grant(app, open_context, "apply", "Somebody else's application (Art. 11-2).", read_application)
    _add_show(app, open_press)
    _add_held_back(app, open_context)
    _add_prepare(app, open_context, open_press)
    _add_step(app, open_context)
    _add_list(app, open_context)
    _add_published(app, open_context)
    return app


def _add_grant(
    app: typer.Typer,
    open_context: OpenContext,
    name: str,
    what: str,
    read: Callable[[object], RequestFiling | ApplicationFiling],
) -> None:
    @app.command(
        name,
        help=f"{what} Granted, it is kept under a number; refused, every reason is told.",
        epilog=f"Example: jukinet browsing {name} {name}.json --as sato",
    )
    def command(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        claim = common.claim_of(operator, terminal)
        _, granted = common.filed(
            open_context, config, claim, f"browsing-{name}", filing, read, browsing.grant
        )
        print(f"Granted under number {granted.browsing}.")


def _add_show(app: typer.Typer, open_press: OpenListPress) -> None:
    @app.command(
        "show",
        epilog=(
            "Example: jukinet browsing show 3 --area 国立市東 --viewer 1\n\n"
            " --paper passport --out list.pdf --as sato"
        ),
    )
    def show(
        number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As it was granted.")],
        operator: OperatorOption,
        area: Annotated[str, typer.Option(help="The town area, as the gazetteer spells it.")],
        viewer: Annotated[int, typer.Option(min=1, help="Which of those who were named, from 1.")],
        paper: Annotated[ViewerPaper, typer.Option(help="What they showed.")],
        out: Annotated[Path, typer.Option(help="The PDF to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        by_lot: Annotated[
            bool, typer.Option("--by-lot", help="In an order by lot, not by addresses.")
        ] = False,
        with_answer: Annotated[
            bool, typer.Option("--with-answer", help="Another paper was shown with the answer to a letter.")
        ] = False,
        leave_out: Annotated[
            bool, typer.Option("--leave-out", help="Without those who are held back, and not lifted for it.")
        ] = False,
    ) -> None:
        """Make the list of a town area for one who may browse it.

        Where somebody there is held back it is refused (PO3): leave them out, or
        let who may lift holds look into it and lift them for this list.
        """
        claim = common.claim_of(operator, terminal)
        common.require_place(out)
        with common.told(), open_press(config) as (ctx, press):
            made = common.permitted(
                browsing.show(
                    *(ctx, claim, number, _area(area), viewer, paper, press.can_print),
                    by_lot=by_lot,
                    with_answer=with_answer,
                    leave_out=leave_out,
                )
            )
            common.write_private(out, press.print(made))
            browsing.note_pages(ctx, made, press.pages(made))
        print(f"{len(made.persons)} stand in the list, number {made.issue_no}.")
        print(out.resolve())


def _add_held_back(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("held-back", epilog="Example: jukinet browsing held-back 3 --area 国立市東 --as tanaka")
    def held_back(
        number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As it was granted.")],
        operator: OperatorOption,
        area: Annotated[str, typer.Option(help="The town area, as the gazetteer spells it.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Show who keeps a list from being shown, to those who may lift it."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(browsing_held.list_held_back(ctx, claim, number, _area(area)))
        if as_json:
            plain = [{"resident_no": one.resident_no, "holds": list(one.holds)} for one in found]
            common.print_json({"held_back": plain})
            return
        for one in found:
            print(f"{one.resident_no}  holds {', '.join(map(str, one.holds))}")
        if not found:
            print("Nobody is held back.")


def _add_prepare(app: typer.Typer, open_context: OpenContext, open_press: OpenListPress) -> None:
    @app.command("prepare", epilog="Example: jukinet browsing prepare all.json --out all.csv --as sato")
    def prepare(
        filing: InputArgument,
        operator: OperatorOption,
        out: Annotated[Path, typer.Option(help="The .csv or .pdf to write. An earlier file is replaced.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        again: AgainOption = False,
    ) -> None:
        """Make the office's own list of areas, or of everybody.

        The file has what it likes of areas, born_from, born_to, sex, kind, by_lot,
        seed and leave_out; {} is everybody in the order of addresses. Where somebody
        is held back it is refused (PO3), or made without them with leave_out.
        """
        claim = common.claim_of(operator, terminal)
        as_csv = out.suffix.lower() == ".csv"
        if not as_csv and out.suffix.lower() != ".pdf":
            raise typer.BadParameter("must end in .csv or .pdf.", param_hint="--out")
        common.require_place(out)
        with common.told():
            with common.attempt(open_context, config, claim, "browsing-prepare"):
                data = common.read_input(filing)
                data = begun(open_context, config, claim, Batch.BROWSING_LIST, data, again=again)
                wanted = read_list(data)
            with open_press(config) as (ctx, press):
                made = common.permitted(
                    browsing.prepare(ctx, claim, wanted, (lambda _: True) if as_csv else press.can_print)
                )
                common.write_private(out, _rows(made) if as_csv else press.print(made))
        print(f"{len(made.persons)} stand in the list{f', by the lot {made.seed}' if made.seed else ''}.")
        print(out.resolve())


def _rows(made: AreaList) -> bytes:
    heads = ("name", "nickname", "birth_date", "sex", "address")
    rows = ((one.name, one.nickname or "", str(one.birth_date), one.sex, one.address) for one in made.persons)
    return b"".join(map(csv_rows.write_row, (heads, *rows)))


def _area(text: str) -> str:
    try:
        return area_name(text)
    except ValueError as error:
        raise JukinetError(ErrorKind.INVALID, "The area is none.", (Fault("--area", str(error)),)) from None


def _add_step(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "step",
        "browsing-step",
        read_step,
        browsing.take_step,
        epilog="Example: jukinet browsing step order.json --as sato",
    )
    def step(entered: StepFiling, _: object) -> str:
        """Note a letter to who is to browse, its answer, or what is done about a breach (Art. 11-2(8) to (11)).

        The file has browsing, step and text; for a recommendation or an order breach, and urgent where it is; for a
        letter (enquired) viewer and way in place of text, for its answer (answered) viewer.
        """
        return f"Noted: no. {entered.browsing}, {entered.step}."


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet browsing list --as sato")
    def show_all(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List who may browse, and what became of it."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(browsing.list_browsings(ctx, common.claim_of(operator, terminal)))
        nothing = "Nobody was granted to browse."
        common.print_list("browsings", found, _plain, _lines, nothing=nothing, as_json=as_json)


def _lines(one: Kept) -> Iterator[str]:
    yield f"{one.browsing:>4}  {one.filing.received_on}  {_who(one)}"
    yield f"      {', '.join(one.filing.wanted.areas)}; {', '.join(one.steps) or 'nothing yet'}"


def _who(one: Kept) -> str:
    return one.filing.body if isinstance(one.filing, RequestFiling) else one.filing.applicant.name


def _plain(one: Kept) -> dict[str, object]:
    filing = one.filing
    return {
        "number": one.browsing,
        "public_body": isinstance(filing, RequestFiling),
        "who": _who(one),
        "viewers": [viewer.name for viewer in filing.viewers],
        "areas": list(filing.wanted.areas),
        "received_on": str(filing.received_on),
        "steps": list(one.steps),
        "lists": [
            {
                **asdict(made),
                "at": made.at.isoformat(),
                "destroyed_on": str(made.destroyed_on) if made.destroyed_on else None,
            }
            for made in one.lists
        ],
    }


def _add_published(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("published", epilog="Example: jukinet browsing published 2013 --as sato")
    def published(
        year: Annotated[int, typer.Argument(min=2012, max=9998, help="The calendar year.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Write the state of browsing in a year, to be made public (Arts. 11(3), 11-2(12))."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(browsing.publish(ctx, common.claim_of(operator, terminal), year))
        if as_json:
            common.print_json({"year": year, "browsed": [_told(one) for one in found]})
            return
        for one in found:
            print(f"{one.on}  Art. {'11' if one.public_body else '11-2'}  {one.who}")
            print(f"  {one.purpose}; {one.residents}")
        if not found:
            print("Nothing was browsed that is made public.")


def _told(one: Published) -> dict[str, object]:
    return {
        "on": str(one.on),
        "article": "11" if one.public_body else "11-2",
        "who": one.who,
        "purpose": one.purpose,
        "residents": one.residents,
    }
