"""``jukinet batch``: files of organs that are brought on media (Ord. Art. 30-7(ii)), and every batch of the node."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OperatorOption, TerminalOption
from jukinet.domain.batches import BatchFormat, BatchState, Way
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.reading import clean_text
from jukinet.law.catalogue import QueryKind, check_affair
from jukinet.messages import strict_json
from jukinet.services.context import Context
from jukinet.services.supply import batch_media, batch_run
from jukinet.services.supply.batch_files import BatchFiles, blocks_of
from jukinet.services.supply.batch_keys import MOST_ROWS
from jukinet.services.supply.batch_status import write_status
from jukinet.services.supply.batches import Asked, Batch, Submitted
from jukinet.services.supply.limits import Limits

T = TypeVar("T")

OpenBatches = Callable[[Path | None], AbstractContextManager[tuple[Context, BatchFiles, Limits]]]
"""Opens the node as its office, with the directory of its batches and its limits; handed in by ``jukinet.__main__``."""

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The batch, as submit and list name it.")]
ForOption = Annotated[
    str | None,
    typer.Option("--for", metavar="SLUG", help="The municipality's organ for which its governor asks."),
]
SpecialOption = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="The paper by which a governor asks for media (Art. 30-7(7))."),
]
LONGEST = 64


def make_app(open_batches: OpenBatches) -> typer.Typer:
    app = common.make_app("Files of organs: a question a row, an answer a row. At a centre or prefecture.")
    _add_submit(app, open_batches)
    _add_list(app, open_batches)
    _add_show(app, open_batches)
    _add_run(app, open_batches)
    _add_cancel(app, open_batches)
    _add_result(app, open_batches)
    return app


def _add_submit(app: typer.Typer, open_batches: OpenBatches) -> None:
    example = (
        "Example: jukinet batch submit codes.csv --organ japan-pension-service --affair t1-77-12"
        " --operator clerk-7 --case 2013-0042 --rows 250000 --as sato"
    )

    @app.command("submit", epilog=example)
    def submit(
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="The organ's file, or - for standard input.")
        ],
        operator_here: OperatorOption,
        organ: Annotated[str, typer.Option("--organ", help="Whose file it is.")],
        affair: Annotated[str, typer.Option("--affair", help="For which affair, such as t1-77-12.")],
        operator: Annotated[str, typer.Option("--operator", help="Which operator of the organ asks.")],
        case: Annotated[str, typer.Option("--case", help="The organ's file that it is for.")],
        rows: Annotated[
            int, typer.Option("--rows", min=1, max=MOST_ROWS, help="How many rows the organ says it has.")
        ],
        by: Annotated[QueryKind, typer.Option("--by", help="What a row names a person by.")] = QueryKind.CODE,
        form: Annotated[
            BatchFormat, typer.Option("--format", help="How the file is written.")
        ] = BatchFormat.CSV,
        since: Annotated[
            str | None,
            typer.Option("--since", metavar="ID", help="Answer only what changed since this earlier batch."),
        ] = None,
        for_organ: ForOption = None,
        special_request: SpecialOption = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        history: Annotated[
            bool, typer.Option("--history", help="Earlier records too, behind the row of each.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Take in a file that an organ brought. It is checked whole; with any fault nothing of it is kept."""
        asked = Asked(
            organ=_checked(OrganSlug, organ, "--organ"),
            affair=_checked(check_affair, affair, "--affair"),
            operator=_checked(_short, operator, "--operator"),
            case=_checked(_short, case, "--case"),
            by=by,
            format=form,
            way=Way.MEDIA,
            rows=rows,
            since=since,
            for_organ=_checked(OrganSlug, for_organ, "--for") if for_organ else None,
            special_request=_checked(_short, special_request, "--special-request")
            if special_request
            else None,
            history=history,
        )
        claim = common.claim_of(operator_here, terminal)
        with common.told(as_json=as_json), _source(file) as source, open_batches(config) as (ctx, files, _):
            done = common.permitted(batch_media.submit(ctx, claim, files, asked, blocks_of(source)))
        _tell_submitted(done, as_json=as_json)


def _tell_submitted(done: Submitted, *, as_json: bool) -> None:
    if as_json:
        common.print_json(write_status(done.batch) | {"before": done.before})
    elif done.before:
        print(f"This file was submitted before, as batch {done.batch.id}: {_progress(done.batch)}.")
    else:
        print(f"Batch {done.batch.id}: {_progress(done.batch)}.")


def _add_list(app: typer.Typer, open_batches: OpenBatches) -> None:
    @app.command("list", epilog="Example: jukinet batch list --as sato")
    def list_(
        operator: OperatorOption,
        most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")] = 50,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List batches, the newest first."""
        with common.told(as_json=as_json), open_batches(config) as (ctx, *_):
            found = common.permitted(batch_media.list_batches(ctx, common.claim_of(operator, terminal), most))
        if as_json:
            common.print_json({"batches": [write_status(batch) for batch in found]})
            return
        for batch in found:
            print(f"{batch.id}  {batch.asked.organ.text}  {batch.asked.affair}  {_progress(batch)}")
        if not found:
            print("There are no batches.")


def _add_show(app: typer.Typer, open_batches: OpenBatches) -> None:
    @app.command(
        "show", epilog="Example: jukinet batch show 78e510617311d8a3c2ce6f447ed4d57b --as sato --proof"
    )
    def show(
        batch_id: IdArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        proof: Annotated[
            bool,
            typer.Option("--proof", help="Make the root anew from everyone told of; exit 1 if it differs."),
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Show how far a batch is, and what stopped it."""
        with common.told(as_json=as_json), open_batches(config) as (ctx, *_):
            found = common.permitted(batch_media.show(ctx, common.claim_of(operator, terminal), batch_id))
            proved = batch_run.root_again(ctx, found) == found.root if proof else None
        _tell(found, as_json=as_json, proved=proved)
        if proved is False:
            raise typer.Exit(common.FAILED)


def _add_run(app: typer.Typer, open_batches: OpenBatches) -> None:
    def run(
        batch_id: IdArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        with common.told(as_json=as_json), open_batches(config) as (ctx, files, limits):
            claim = common.claim_of(operator, terminal)
            found = common.permitted(batch_media.let_run(ctx, claim, files, batch_id))
            while batch_run.step(ctx, files, batch_id, limits, wait=True):
                pass
            found = common.permitted(batch_media.show(ctx, claim, batch_id))
        _tell(found, as_json=as_json)
        if found.state is not BatchState.DONE:
            raise typer.Exit(common.FAILED)

    for name, summary in (
        ("run", "Answer a batch now, here, up to its end; the worker does it by itself."),
        ("resume", "Let a batch that stopped go on from where it stands."),
    ):
        example = f"Example: jukinet batch {name} 78e510617311d8a3c2ce6f447ed4d57b --as sato"
        app.command(name, epilog=example, help=summary)(run)


def _add_cancel(app: typer.Typer, open_batches: OpenBatches) -> None:
    @app.command("cancel", epilog="Example: jukinet batch cancel 78e510617311d8a3c2ce6f447ed4d57b --as sato")
    def cancel(
        batch_id: IdArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Give a batch up. Its files are removed; who was looked up by then stays recorded."""
        with common.told(as_json=as_json), open_batches(config) as (ctx, files, _):
            common.permitted(batch_media.cancel(ctx, common.claim_of(operator, terminal), files, batch_id))
        print(f"Batch {batch_id} is cancelled.")


def _add_result(app: typer.Typer, open_batches: OpenBatches) -> None:
    example = (
        "Example: jukinet batch result 78e510617311d8a3c2ce6f447ed4d57b --out answer.csv"
        " --promise promise.json --as sato"
    )

    @app.command("result", epilog=example)
    def result(
        batch_id: IdArgument,
        out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the answer.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        promise: Annotated[
            Path | None,
            typer.Option("--promise", metavar="FILE", help="Where to write the promise that goes with it."),
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the answer of a batch that is done into a file that only you may read."""
        for place in filter(None, (out, promise)):
            common.require_place(place)
        with common.told(as_json=as_json), open_batches(config) as (ctx, files, _):
            batch, found = common.permitted(
                batch_media.hand_out(ctx, common.claim_of(operator, terminal), files, batch_id)
            )
            with found.open("rb") as source:
                common.write_private_blocks(out, blocks_of(source))
            if promise is not None and batch.promise is not None:
                common.write_private_blocks(promise, (strict_json.dump(batch.promise),))
        print(f"The answer is in {out}.")


def _tell(batch: Batch, *, as_json: bool, proved: bool | None = None) -> None:
    if as_json:
        common.print_json(write_status(batch) | ({} if proved is None else {"proved": proved}))
        return
    print(f"Batch {batch.id}: {_progress(batch)}.")
    for name, number in sorted(batch.counts.items()):
        print(f"  {name}: {number}")
    for trouble in batch.trouble:
        print(f"  {trouble}")
    if proved is not None:
        print(
            "The root over everyone told of is as it was."
            if proved
            else "THE ROOT DIFFERS: rows were altered."
        )


def _progress(batch: Batch) -> str:
    return f"{batch.state}, {batch.rows_done} of {batch.asked.rows} rows answered"


def _short(text: str) -> str:
    """An organ's word for an operator or a case."""
    cleaned = clean_text(text).strip()
    if not 0 < len(cleaned) <= LONGEST:
        raise ValueError(f"must have 1 to {LONGEST} characters")
    return cleaned


def _checked(parse: Callable[[str], T], text: str, option: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file
