"""``jukinet audit export`` and ``verify``: the log as a file and its proof; ``witnessed``: what a witness keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from jukinet.audit import verifier
from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import format_instant
from jukinet.services.audit_export import export_log
from jukinet.services.witnesses import begin_anew, list_witnessed
from jukinet.store.audit_tree import Witnessed

ExportArgument = Annotated[Path, typer.Argument(metavar="EXPORT", help="What jukinet audit export wrote.")]


def add_commands(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``audit``."""
    _add_export(app, open_context)
    _add_verify(app)
    _add_witnessed(app, open_context)
    _add_witness_anew(app, open_context)


def _add_export(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("export", epilog="Example: jukinet audit export log.jsonl --as sato")
    def export(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="The file to write; only its owner may read it.")
        ],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        life: Annotated[
            int | None,
            typer.Option("--life", min=1, help="The log of an earlier life, which a restore ended."),
        ] = None,
        redacted: Annotated[
            bool, typer.Option("--redacted", help="Leaves and signatures only: nothing about anybody.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Write the log up to its newest checkpoint into a file, and record that it was done."""
        claim = common.claim_of(operator, terminal)
        done = common.exported(
            open_context,
            config,
            file,
            lambda ctx, write, progress: export_log(
                ctx, claim, write, life=life, redacted=redacted, progress=progress
            ),
            as_json=as_json,
        )
        if as_json:
            common.print_json({"log": done.log, "leaves": done.leaves, "checkpoint": done.checkpoint})
            return
        print(f"Written: {done.leaves:,} leaves of {done.log}.")


def _add_verify(app: typer.Typer) -> None:
    @app.command(
        "verify",
        epilog="Example: jukinet audit verify log.jsonl --checkpoint kept.note --promise answer.json",
    )
    def verify(
        export: ExportArgument,
        checkpoint: Annotated[
            list[Path] | None,
            typer.Option("--checkpoint", metavar="FILE", help="A checkpoint kept earlier, as by a witness."),
        ] = None,
        promise: Annotated[
            list[Path] | None,
            typer.Option("--promise", metavar="FILE", help="A promise, or an answer in JSON that has one."),
        ] = None,
        key: Annotated[
            list[Path] | None,
            typer.Option("--key", metavar="FILE", help="Keys of the log, from elsewhere than the export."),
        ] = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Verify an exported log. Needs no node and no database."""
        try:
            report = verifier.verify_files(export, checkpoint or (), promise or (), key or ())
        except verifier.UnreadableError as error:
            Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
            raise typer.Exit(common.FAILED) from None
        if as_json:
            common.print_json(
                {
                    "log": report.log,
                    "leaves": report.leaves,
                    "entries": report.entries,
                    "erased": report.erased,
                    "rows": report.rows,
                    "checkpoints": report.checkpoints,
                    "keys": report.keys,
                    "faults": report.faults,
                }
            )
        else:
            for sentence in verifier.sentences(report, keys_given=bool(key)):
                print(sentence)
        if report.faults:
            raise typer.Exit(common.FAILED)


def _add_witnessed(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("witnessed", epilog="Example: jukinet audit witnessed --as sato --json")
    def witnessed(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what this node has seen of the logs that it witnesses; --json has the signed notes."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(list_witnessed(ctx, common.claim_of(operator, terminal)))
        if as_json:
            common.print_json([_plain(one) for one in found])
            return
        for one in found:
            print(f"{one.log}: {one.size:,} leaves at {one.seen_at:%Y-%m-%d %H:%M} UTC")
            if one.problem and one.problem_at:
                print(
                    f"  {one.problem} at {one.problem_at:%Y-%m-%d %H:%M} UTC: what came then is not believed"
                )
            if one.ended_at:
                print(
                    f"  seen to at {one.ended_at:%Y-%m-%d %H:%M} UTC by {one.ended_by}: witnessed anew since"
                )
        if not found:
            print("No log is witnessed here.")


def _add_witness_anew(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "witness-anew",
        epilog="Example: jukinet audit witness-anew muni-132152 --as sato --reason 復元",
    )
    def witness_anew(
        node: Annotated[str, typer.Argument(metavar="NODE", help="Whose log contradicts what was seen.")],
        operator: OperatorOption,
        reason: Annotated[str, typer.Option(help="What was found, and with whom. Name no resident.")],
        terminal: TerminalOption = None,
        config: ConfigOption = None,
    ) -> None:
        """Have a log that contradicted what was seen of it witnessed from now on.

        Only once people have seen to it: whatever the log shows next is believed. What was
        seen before is kept, and audit witnessed lists it still.
        """
        try:
            of = NodeId.parse(node)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with common.told(), open_context(config) as ctx:
            common.permitted(begin_anew(ctx, common.claim_of(operator, terminal), of, reason))
        print(f"The log of {of} is witnessed anew from the next look on.")


def _plain(one: Witnessed) -> dict[str, Any]:
    return {
        "log": one.log,
        "size": one.size,
        "seen_at": format_instant(one.seen_at),
        "note": one.note,
        "problem": one.problem,
        "refused": one.refused,
        "ended_at": format_instant(one.ended_at) if one.ended_at else None,
        "ended_by": one.ended_by,
        "reason": one.reason,
    }
