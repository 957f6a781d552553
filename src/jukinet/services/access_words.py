"""What an entry of the audit log says to the person it is about, in words that need no handbook.

Owns the choice of words; they stand in ``access_words.toml``. Who of an office acted is not told, by whom an organ
asked neither: the log has it, for those who answer for it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.municipality import PREFECTURE_NAMES, NodeId, NodeRole, OrganSlug
from jukinet.law import catalogue
from jukinet.law.named_affairs import named
from jukinet.messages.directory import Directory


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages."""

    ja: str
    en: str


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("access_words.toml").read_text(encoding="utf-8"))


def what(event: AuditEvent) -> Said:
    """What was done; ``LookupError`` for an event that has no words."""
    for one in _words()["what"]:
        fits = event.startswith(tuple(one["events"]))
        if fits and event.rpartition(":")[2] in one.get("endings", [event.rpartition(":")[2]]):
            return Said(one["ja"], one["en"])
    raise LookupError(f"no words for {event}")


_OF_SUPPLY = {Outcome.DONE: "supplied", Outcome.NONE: "unsupplied"}
"""How an organ's question ended, where another word would be wrong or say less."""


def result(entry: AuditEntry) -> Said:
    special = _OF_SUPPLY if entry.event is AuditEvent.SUPPLIED else {}
    return Said(**_words()["result"][special.get(entry.outcome, entry.outcome.value)])


def who(actor: str, directory: Directory) -> Said:
    """The office that acted: an organ by its name in the directory, another node by its place, this one as such."""
    kind, _, rest = actor.removeprefix("urn:jukinet:").partition(":")
    if kind == "organ":
        organ = directory.organ(OrganSlug(rest))
        name = organ.name if organ else rest
        return Said(name, f"{name} ({rest})")
    if kind != "node":
        return Said(**_words()["who"]["system" if actor == "system" else "operator"])
    node = NodeId(rest)
    words = _words()["who"][node.role.value]
    return Said(f"{words['ja']}（{_place(node)}）", f"{words['en']} ({rest})")


def _place(node: NodeId) -> str:
    if node.role is NodeRole.PREFECTURE and node.prefecture is not None:
        return PREFECTURE_NAMES[int(str(node).rpartition("-")[2]) - 1]
    return str(node)


def affair(name: str | None, on: date) -> Said | None:
    """The affair as the ordinance calls it; its bare name where the catalogue of that day has none."""
    if name is None:
        return None
    found = catalogue.packaged().find(name, on) or next((one for one in named() if one.id == name), None)
    return Said(found.affair_ja, found.affair_en) if found else Said(name, name)
