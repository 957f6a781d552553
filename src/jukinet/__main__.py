"""The command ``jukinet``: every group of commands, wired to what serves it.

A group is imported when it is called: a node starts many processes, and each would pay for all the others'
libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from jukinet import __version__
from jukinet.cli.apps import Group, new_app


@contextmanager
def _opened(config: Path | None, *, purge: bool = False) -> Iterator[tuple[Any, Any]]:
    """The configuration, and its node opened as its office, or as what erases."""
    from jukinet.node import config as configs
    from jukinet.node import wiring
    from jukinet.node.postgres import Role

    loaded = configs.load(configs.config_path(config))
    with wiring.open_node(loaded, Role.PURGE if purge else Role.OFFICE) as node:
        yield loaded, node.context


@contextmanager
def _open_context(config: Path | None) -> Iterator[Any]:
    with _opened(config) as (_, context):
        yield context


@contextmanager
def _open_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.press_of(loaded, context.directory)


@contextmanager
def _open_slip_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.slip_press_of(loaded, context.directory)


@contextmanager
def _open_paper_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.paper_press_of(loaded, context.directory)


@contextmanager
def _open_act_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.act_press_of(loaded, context.directory)


@contextmanager
def _open_table_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.table_press_of(loaded, context.directory)


@contextmanager
def _open_list_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import printing

    with _opened(config) as (loaded, context):
        yield context, printing.list_press_of(loaded, context.directory)


@contextmanager
def _open_disclosure_press(config: Path | None) -> Iterator[Any]:
    from jukinet.node import disclosure_printing

    with _opened(config) as (loaded, context):
        yield context, disclosure_printing.disclosure_press_of(loaded, context.directory)


@contextmanager
def _open_purge(config: Path | None) -> Iterator[Any]:
    with _opened(config, purge=True) as (loaded, context):
        yield context, loaded.backup_days


@contextmanager
def _open_batches(config: Path | None) -> Iterator[Any]:
    from jukinet.node import config as configs
    from jukinet.node import wiring
    from jukinet.node.postgres import Role

    loaded = configs.load(configs.config_path(config))
    with wiring.open_node(loaded, Role.OFFICE) as node:
        yield wiring.with_log_key(node), wiring.batch_files(loaded), loaded.limits


def _node() -> typer.Typer:
    from jukinet.node.commands import app

    return app


def _pki() -> typer.Typer:
    from jukinet.cli import pki, pki_changes
    from jukinet.node import pki as tools
    from jukinet.node import pki_changes as changes
    from jukinet.node.wiring import SystemClock

    app = pki.make_app(lambda: tools, lambda: SystemClock().now())
    pki_changes.add_to(app, lambda: changes, lambda: SystemClock().now())
    return app


def _register() -> typer.Typer:
    from jukinet.cli import register

    return register.make_app(_open_context, _open_act_press)


def _supplementary() -> typer.Typer:
    from jukinet.cli import supplementary

    return supplementary.make_app(_open_context)


def _code() -> typer.Typer:
    from jukinet.cli import code, code_duplicates, code_office, code_slips, office

    office.add_designate(code.app, _open_context)
    code_office.add_to(code.app, _open_context)
    code_duplicates.add_to(code.app, _open_context)
    code_slips.add_to(code.app, _open_slip_press)
    return code.app


def _copy() -> typer.Typer:
    from jukinet.cli import (
        addresses,
        certifiers,
        copies,
        home_copies,
        issued_papers,
        letters,
        list_sheets,
        minister_slips,
        nationwide,
        papers,
        supplementary_copies,
    )
    from jukinet.node.config import state_directory

    nationwide.add_issue(copies.app, _open_press)
    certifiers.add_to(copies.app, _open_context)
    issued_papers.add_destroyed(copies.app, _open_context)
    home_copies.add_to(copies.app, _open_paper_press)
    papers.add_to(copies.app, _open_paper_press)
    letters.add_to(copies.app, _open_paper_press)
    minister_slips.add_to(copies.app, _open_paper_press)
    supplementary_copies.add_to(copies.app, _open_paper_press)
    list_sheets.add_to(copies.app, _open_context, _open_list_press)
    addresses.add_letters(copies.app, _open_context, _open_paper_press)
    fonts = [str(state_directory() / "fonts")]
    copies.app.info.context_settings = {
        "default_map": {"specimen": {"fonts": fonts}, "character": {"fonts": fonts}}
    }
    return copies.app


def _affairs() -> typer.Typer:
    from jukinet.cli import affairs, ordinances

    ordinances.add_to(affairs.app, _open_context)
    return affairs.app


def _browsing() -> typer.Typer:
    from jukinet.cli import browsing

    return browsing.make_app(_open_context, _open_list_press)


def _disclosure() -> typer.Typer:
    from jukinet.cli import disclosures

    return disclosures.make_app(_open_context, _open_disclosure_press)


def _audit() -> typer.Typer:
    from jukinet.cli import office

    return office.make_audit_app(_open_context)


def _supply() -> typer.Typer:
    from jukinet.cli import common, supply_blocks

    app = common.make_app("The supply door of a prefecture's node or the centre.")
    supply_blocks.add_to(app, _open_context)
    return app


def _batch() -> typer.Typer:
    from jukinet.cli import batch

    return batch.make_app(_open_batches)


def _operator() -> typer.Typer:
    from jukinet.cli import office

    return office.make_operator_app(_open_context)


def _clock() -> typer.Typer:
    from jukinet.cli import office

    return office.make_clock_app(_open_context)


def _network() -> typer.Typer:
    from jukinet.cli import network

    return network.make_app(_open_context, _open_table_press)


def _consistency() -> typer.Typer:
    from jukinet.cli import consistency

    return consistency.make_app(_open_context)


def _errors() -> typer.Typer:
    from jukinet.cli import errors

    return errors.make_app(_open_context)


def _retention() -> typer.Typer:
    from jukinet.cli import retention

    return retention.make_app(_open_purge)


def _backup() -> typer.Typer:
    from jukinet.node.backup_commands import backup_app

    return backup_app


def _restore() -> typer.Typer:
    from jukinet.node.backup_commands import restore_app

    return restore_app


def _recovery() -> typer.Typer:
    from jukinet.cli import recovery

    return recovery.make_app(_open_context)


def _join() -> typer.Typer:
    from jukinet.cli import joining

    return joining.make_app(_open_context)


def _verify() -> typer.Typer:
    from jukinet.cli import verify

    return verify.app


def _sandbox() -> typer.Typer:
    from jukinet.node.sandbox_commands import app

    return app


def _status() -> typer.Typer:
    from jukinet.node.commands import status_app

    return status_app


def _demo() -> typer.Typer:
    from jukinet.demo.commands import app

    return app


GROUPS: dict[str, Callable[[], typer.Typer]] = {
    "demo": _demo,
    "status": _status,
    "node": _node,
    "pki": _pki,
    "register": _register,
    "supplementary": _supplementary,
    "code": _code,
    "copy": _copy,
    "browsing": _browsing,
    "disclosure": _disclosure,
    "affairs": _affairs,
    "verify": _verify,
    "batch": _batch,
    "audit": _audit,
    "operator": _operator,
    "supply": _supply,
    "clock": _clock,
    "network": _network,
    "consistency": _consistency,
    "errors": _errors,
    "retention": _retention,
    "backup": _backup,
    "restore": _restore,
    "recovery": _recovery,
    "join": _join,
    "sandbox": _sandbox,
}


class _Groups(Group):
    """The groups, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework's signature
        return list(GROUPS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        load = GROUPS.get(cmd_name)
        if load is None:
            return None
        command = typer.main.get_command(load())
        command.name = cmd_name
        return command


def _print_version(value: bool) -> None:
    if value:
        print(f"jukinet {__version__}")
        raise typer.Exit


app = new_app(cls=_Groups, no_args_is_help=True)


@app.callback()
def top(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Jukinet: the Basic Resident Registration Network System of Japan, as open software."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
