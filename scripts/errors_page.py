"""Writes the page of errors and alerts: what the specification asks to stop or to remark on, and what answers it.

Owns the page and its data (``docs/reference/errors-and-alerts.toml``). That every rule and remark named there exists a
test holds (``tests/unit/test_errors_page.py``); a rule of the register's acts that no row names stands at the end.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.reference_pages import page, table

DATA = Path(__file__).resolve().parent.parent / "docs" / "reference" / "errors-and-alerts.toml"

_ACTS = (
    *("law.additions", "law.address_changes", "law.codes", "law.ex_officio", "law.foreign_items"),
    *("law.gazetteer", "law.households", "law.kinship", "law.nationality", "law.resident_notices"),
    *("law.rewriting", "law.wards", "services.births", "services.newcomers", "services.register"),
    "services.undoing",
)
"""The modules in which the rules of the acts on the register stand."""


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(DATA.read_text("utf-8"))["groups"]
    return found


def errors_and_alerts() -> str:
    """Each group as a table: what, whether it is an error or an alert, and what answers it."""
    return page(
        "Errors and alerts",
        "docs/reference/errors-and-alerts.toml",
        "Requirement 11.1 of the specification wants input that cannot be stopped as an *error*, and input that\n"
        "wants care told as an *alert*, each with what it is, why and what to do. Every [rule](rules.md) and remark\n"
        "says that in its own sentence; a refusal names all that failed, never the first alone. A field that is\n"
        "missing, of the wrong form or with characters that nobody sees is an error too, told by its name. The\n"
        "ministry lists both in an annex of its own, which we do not have; below is what its requirements\n"
        "themselves name, then the rest by kind.",
        *(
            f"## {one['title']}\n\n{table(('what', 'is', 'answered by'), _rows(one['rows']))}"
            for one in groups()
        ),
        f"## Other rules of the register's acts\n\n{table(('rule', 'sentence'), others())}",
    )


def others() -> list[tuple[str, str]]:
    """The rules of these acts that no row names; each is an error."""
    from jukinet.law.decisions import FailedRule

    named = {rule for group in groups() for row in group["rows"] for rule in row.get("rules", ())}
    modules = [vars(importlib.import_module(f"jukinet.{name}")) for name in _ACTS]
    rules = {one.rule: one for found in modules for one in found.values() if isinstance(one, FailedRule)}
    return [(rule, one.sentence) for rule, one in sorted(rules.items()) if rule not in named]


def _rows(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for row in rows:
        what = f"{row['what']} ({row['spec']})" if "spec" in row else row["what"]
        alert = not row.get("rules") or row.get("confirmed", False)
        yield what, "alert" if alert else "error", _answer(row)


def _answer(row: dict[str, Any]) -> str:
    if rules := row.get("rules"):
        confirmed = ", until a person confirms it" if row.get("confirmed") else ""
        return f"rule {', '.join(rules)}{confirmed}"
    return f"remark: {row['remark']}" if "remark" in row else str(row["shown"])
