"""``jukinet register drafts``: acts entered by one person and completed by a second."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from jukinet.cli import common, papers_due
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
from jukinet.law.decisions import Refused
from jukinet.services import draft_reads, drafts
from jukinet.services.draft_reads import MOST, DraftPage, ListedDraft, Question, ShownDraft
from jukinet.services.drafts import CorrectedDraft, Entered
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Drafted, Registered
from jukinet.services.register_acts import DRAFTABLE, named

ActArgument = Annotated[
    str,
    typer.Argument(
        metavar="ACT",
        help="The act, as it is named below jukinet register; with a hyphen within holds and measures (holds-end).",
    ),
]
NumberArgument = Annotated[int, typer.Argument(metavar="DRAFT", min=1, help="The number of the draft.")]


def add_to(app: typer.Typer, open_context: OpenContext, open_press: OpenActPress | None = None) -> None:
    """Mount the commands below ``register``."""
    group = common.make_app("Drafts (仮登録): one person enters, another completes.")
    _add_enter(group, open_context)
    _add_list(group, open_context)
    _add_show(group, open_context)
    _add_complete(group, open_context, open_press)
    _add_correct(group, open_context)
    _add_return(group, open_context)
    _add_withdraw(group, open_context)
    app.add_typer(group, name="drafts")


def _tell(done: Drafted, sentence: str, *, as_json: bool) -> None:
    if as_json:
        remarks = common.plain_remarks(done.remarks)
        common.print_json({"draft": done.draft, "resident_nos": list(done.resident_nos), "remarks": remarks})
        return
    whom = f" ({', '.join(done.resident_nos)})" if done.resident_nos else ""
    print(f"Draft {done.draft} {sentence}{whom}.")
    common.print_remarks(done.remarks)


def _add_enter(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("enter", epilog="Example: jukinet register drafts enter birth filing.json --as sato")
    def enter(
        act: ActArgument,
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Enter an act as a draft; what the act would refuse is refused now."""
        if act not in {one.name for one in DRAFTABLE}:
            raise typer.BadParameter(
                "must be one of " + ", ".join(one.name for one in DRAFTABLE), param_hint="ACT"
            )
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, act):
                plain = common.read_filing(open_context, config, named(act).read, filing)
                named(act).read(plain)
            with open_context(config) as ctx:
                done = common.permitted(drafts.enter(ctx, claim, named(act), Entered(plain)))
        _tell(done, "waits for a second person", as_json=as_json)


def _add_list(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("list", epilog="Example: jukinet register drafts list --as suzuki")
    def list_drafts(
        operator: OperatorOption,
        by: Annotated[str | None, typer.Option("--by", help="Only what this operator entered.")] = None,
        at: Annotated[
            str | None, typer.Option("--at", help="Only what was entered at this terminal.")
        ] = None,
        after: Annotated[int, typer.Option(min=0, help="The next page: what the page before gave.")] = 0,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List the drafts that wait or were returned, the oldest first."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal)
            found = common.permitted(draft_reads.list_drafts(ctx, claim, Question(by, at, after)))
        _print_page(found, as_json=as_json)


def _print_page(page: DraftPage, *, as_json: bool) -> None:
    if as_json:
        rows = [_plain(one) for one in page.drafts]
        common.print_json({"drafts": rows, "next_after": page.next_after})
        return
    table = Table("no.", "act", "by", "at", "entered", "residents", "", box=None)
    for one in page.drafts:
        state = f"returned by {one.returned}" if one.returned else "record changed" if one.changed else ""
        table.add_row(
            str(one.draft),
            one.act,
            one.operator,
            one.terminal or "",
            f"{one.entered_at:%Y-%m-%d %H:%M}",
            "\n".join(one.resident_nos),
            state,
        )
    common.console().print(table)
    if page.next_after:
        print(f"Next page: --after {page.next_after}")


def _plain(one: ListedDraft) -> dict[str, object]:
    return {
        "draft": one.draft,
        "act": one.act,
        "operator": one.operator,
        "terminal": one.terminal,
        "entered_at": one.entered_at.isoformat(),
        "resident_nos": list(one.resident_nos),
        "changed": one.changed,
        "returned": one.returned,
    }


def _add_show(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("show", epilog="Example: jukinet register drafts show 12 --as suzuki")
    def show(
        draft: NumberArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Show a draft with its filing, as it was entered."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            claim = common.claim_of(operator, terminal, confirmed=confirm)
            found = common.permitted(draft_reads.show_draft(ctx, claim, draft))
        _print_draft(found, as_json=as_json)


def _print_draft(found: ShownDraft, *, as_json: bool) -> None:
    if as_json:
        step = found.step.value if found.step else None
        shown = {"filing": found.filing, "step": step, "note": found.note}
        common.print_json({**_plain(found.draft), **shown, "hidden": [one.value for one in found.hidden]})
        return
    one = found.draft
    print(f"Draft {one.draft}: {one.act}, {found.step or 'waits'}")
    print(
        f"  entered {one.entered_at:%Y-%m-%d %H:%M} UTC by {one.operator}"
        + (f" at {one.terminal}" if one.terminal else "")
    )
    if one.resident_nos:
        print(f"  about {', '.join(one.resident_nos)}" + (", changed since" if one.changed else ""))
    if found.note:
        print(f"  returned: {found.note}")
    print(json.dumps(found.filing, ensure_ascii=False, indent=2))
    if found.hidden:
        print(f"  hidden: {', '.join(found.hidden)}")


def _add_complete(group: typer.Typer, open_context: OpenContext, open_press: OpenActPress | None) -> None:
    @group.command(
        "complete", epilog="Example: jukinet register drafts complete 12 13 --as suzuki, or complete --all"
    )
    def complete(
        numbers: Annotated[
            list[int] | None,
            typer.Argument(metavar="[DRAFT...]", min=1, help="The numbers of the drafts."),
        ] = None,
        *,
        operator: OperatorOption,
        everything: Annotated[
            bool, typer.Option("--all", help=f"Whatever waits that others entered; {MOST} at most.")
        ] = False,
        by: Annotated[str | None, typer.Option("--by", help="Of it what this operator entered.")] = None,
        at: Annotated[
            str | None, typer.Option("--at", help="Of it what was entered at this terminal.")
        ] = None,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        papers: PapersOption = None,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Complete drafts that somebody else entered (本登録).

        Of those named, up to the first that is refused. With --all what is refused stays as it is, the rest is
        completed, and exit code 3 tells of it.
        """
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        if bool(numbers) == everything or (not everything and (by or at)):
            raise typer.BadParameter("name drafts, or --all with --by or --at", param_hint="DRAFT")
        papers_due.require_directory(papers)

        def tell(number: int, done: Registered) -> None:
            printed = papers_due.printed(open_press, config, claim, done.resident_nos, papers)
            _tell_completed(number, done, printed, as_json=as_json)

        if everything:
            _complete_all(open_context, config, claim, Question(by, at), tell, as_json=as_json)
            return
        for number in dict.fromkeys(numbers or ()):
            with common.told(as_json=as_json), open_context(config) as ctx:
                done = common.permitted(drafts.complete(ctx, claim, number))
            tell(number, done)


def _complete_all(
    open_context: OpenContext,
    config: Path | None,
    claim: OperatorClaim,
    asked: Question,
    tell: Callable[[int, Registered], None],
    *,
    as_json: bool,
) -> None:
    with common.told(as_json=as_json), open_context(config) as ctx:
        done = common.permitted(draft_reads.complete_waiting(ctx, claim, asked))
    for number, outcome in done:
        if isinstance(outcome, Registered):
            tell(number, outcome)
        elif as_json:
            common.print_json({"draft": number, "rules": [one.rule for one in outcome.failed]})
        else:
            print(f"Draft {number} stays: " + " ".join(f"{f.sentence} ({f.rule})" for f in outcome.failed))
    if any(isinstance(outcome, Refused) for _, outcome in done):
        raise typer.Exit(common.REFUSED)


def _add_correct(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("correct", epilog="Example: jukinet register drafts correct 12 filing.json --as sato")
    def correct(
        draft: NumberArgument,
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Enter a draft of your own anew with another filing, in place of the first."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        with common.told(as_json=as_json):
            with common.attempt(open_context, config, claim, "drafts/correct"):
                plain = common.read_input(filing)
            with open_context(config) as ctx:
                done = common.permitted(drafts.correct(ctx, claim, CorrectedDraft(draft, plain)))
        _tell(done, f"waits in place of {draft}", as_json=as_json)


def _tell_completed(
    number: int, done: Registered, printed: Mapping[str, Sequence[str]], *, as_json: bool
) -> None:
    if as_json:
        remarks = common.plain_remarks(done.remarks)
        told = {"draft": number, "resident_nos": list(done.resident_nos), "remarks": remarks}
        common.print_json({**told, **printed})
        return
    print(f"Draft {number} is recorded: {', '.join(done.resident_nos)}")
    common.print_remarks(done.remarks)
    papers_due.tell(printed)


def _add_return(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("return", epilog="Example: jukinet register drafts return note.json --as suzuki")
    def send_back(
        filing: InputArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Return a draft to who entered it: {"draft": 12, "note": "…"}."""
        claim = common.claim_of(operator, terminal)
        read, act = drafts.read_return, drafts.send_back
        _, done = common.filed(
            open_context, config, claim, "drafts/return", filing, read, act, as_json=as_json
        )
        _tell(done, "is returned", as_json=as_json)


def _add_withdraw(group: typer.Typer, open_context: OpenContext) -> None:
    @group.command("withdraw", epilog="Example: jukinet register drafts withdraw 12 --as sato")
    def withdraw(
        draft: NumberArgument,
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Withdraw a draft that waits or was returned: one's own, or with the permission to complete drafts."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            done = common.permitted(drafts.withdraw(ctx, common.claim_of(operator, terminal), draft))
        _tell(done, "is withdrawn", as_json=as_json)
