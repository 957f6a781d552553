"""``jukinet register note``, ``note-change``, ``remarks``, ``reason-remark``: what is written beside a record."""

from __future__ import annotations

from dataclasses import asdict

import typer

from jukinet.cli import common, days
from jukinet.cli.common import (
    ConfigOption,
    ConfirmOption,
    JsonOption,
    OpenContext,
    OperatorOption,
    TerminalOption,
)
from jukinet.law.remarks import NoteKind
from jukinet.services import notes, reason_remarks
from jukinet.services.notes import CombinedField


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``register``."""
    _add_write(app, open_context)
    _add_change(app, open_context)
    _add_show(app, open_context)
    _add_registered(app, open_context)


def _add_write(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "note",
        "note",
        notes.read_note,
        notes.write_note,
        epilog="Example: jukinet register note note.json --as sato",
    )
    def write(_: object, written: notes.Written) -> str:
        """Write a remark or a memo beside a record.

        The file has resident_no, kind (remark, special-adoption,
        special-adoption-ended, householder-in-fact, memo), text, and about, a
        version's number.
        """
        return f"Written: no. {written.note}."


def _add_change(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "note-change",
        "note-change",
        notes.read_note_change,
        notes.change_note,
        epilog="Example: jukinet register note-change note.json --as sato",
    )
    def change(entered: notes.NoteChangeFiling, written: notes.Written) -> str:
        """Change what a note says; without a text it is deleted. What it said is kept in its history.

        The file has resident_no, note and text.
        """
        return f"{'Changed' if entered.text else 'Deleted'}: no. {written.note}."


def _add_show(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "remarks", epilog="Example: jukinet register remarks --as sato   (then type the resident number)"
    )
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        confirm: ConfirmOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """Show the combined remarks field of a record, and its memos, by the number typed at the prompt."""
        claim = common.claim_of(operator, terminal, confirmed=confirm)
        found = common.asked_about(open_context, config, claim, notes.read_remarks, as_json=as_json)
        if as_json:
            common.print_json(_plain(found))
        else:
            _print(found)


def _add_registered(app: typer.Typer, open_context: OpenContext) -> None:
    @common.filing_command(
        app,
        open_context,
        "reason-remark",
        "reason-remark",
        reason_remarks.read_remark,
        reason_remarks.register_remark,
        epilog="Example: jukinet register reason-remark remark.json --as sato",
    )
    def register(_: object, done: reason_remarks.Registration) -> str:
        """Set what is remarked by itself on every change of a reason.

        The file has reason, as the history names it, and text; without a text it is
        taken back.
        """
        return f"Set for: {done.reason}."

    @app.command("reason-remarks", epilog="Example: jukinet register reason-remarks --as sato")
    def show(
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """List what is remarked by itself, by the reason of the change."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(reason_remarks.show_registered(ctx, common.claim_of(operator, terminal)))
        if as_json:
            common.print_json({reason.value: text for reason, text in found.items()})
            return
        for reason, text in found.items():
            print(f"{reason}: {text}")
        if not found:
            print("Nothing is registered.")


def _plain(found: CombinedField) -> dict[str, object]:
    entries = [asdict(one) for one in found.entries]
    for entry in entries:
        for name in ("effective_on", "notified_on"):
            entry[name] = str(entry[name]) if entry[name] else None
    return {
        "resident_no": found.resident_no,
        "changes": entries,
        "remarks": list(found.remarks),
        "householder_in_fact": found.householder_in_fact,
        "notes": [
            {
                "note": one.note_id,
                "kind": one.kind,
                "about": one.history_no,
                "course": [
                    {"text": step.text, "at": step.at.isoformat(), "by": step.operator} for step in one.course
                ],
            }
            for one in found.notes
        ],
    }


def _print(found: CombinedField) -> None:
    for entry in found.entries:
        what = f": {', '.join(entry.changed)}" if entry.changed else ""
        print(f"{entry.history_no:>4}  {days.shown(entry.effective_on)}  {entry.reason}{what}")
        for text in entry.remarks:
            print(f"      {text}")
    for text in found.remarks:
        print(f"Remark: {text}")
    if found.householder_in_fact:
        print(f"Householder in fact: {found.householder_in_fact}")
    for note in found.notes:
        if note.kind is NoteKind.MEMO and note.text is not None:
            last = note.course[-1]
            print(f"Memo {note.note_id} ({last.operator}, {last.at:%Y-%m-%d %H:%M}): {note.text}")
