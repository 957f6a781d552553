"""The judge of restores: each act that a restore took from a register must be told of, and by whom it can be told.

It imports nothing of what it judges. What a register held was written down before it was put back (``books.Evidence``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from jukinet.testing.faults.books import Book, Evidence, Row, SeenAct
from jukinet.testing.faults.verdict import LOST, Verdict

NO_ACT = frozenset({"register:answer:repeated", "register:resident:read"})
"""Entries that a clerk's terminal leaves besides the one of the act."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What restores took from registers.

    ``acts``: (node, terminal) of acts that are not there any more. ``aside``: codes of whom the stores may know more
    than the register, until a clerk has entered the listed acts again. ``touched``: these, and the codes of whoever a
    lost act was about: what another office says of them may not fit, and waits for a person.
    """

    acts: frozenset[tuple[str, str]]
    aside: frozenset[str]
    touched: frozenset[str]


def judge_restores(
    books: dict[str, Book], told: Sequence[Row], evidence: Sequence[Evidence], verdict: Verdict
) -> Gone:
    """Judge every act that was there before a restore and is not there now; what the rest of the judge needs of it."""
    pairs = [pair for book in books.values() for pair in _pairs(book)]
    listed = {node: {one for one in book.listed if one in book.statements} for node, book in books.items()}
    beyond = {node: _beyond(book) for node, book in books.items()}
    verdict.beyond = {(node, no): event for node, found in beyond.items() for no, event in found.items()}
    clerks = {(one["town"], one["terminal"]) for one in told}
    acts, about = set(), set()
    for seen in evidence:
        book = books[seen.node]
        kept = {(entry["entry_id"], entry["event"]) for entry in book.audit}
        there = {entry["terminal"] for entry in book.audit if entry["outcome"] == "done"}
        for act in seen.acts:
            if (act.audit_no, act.event) in kept:
                continue
            by_clerk = (seen.node, str(act.terminal)) in clerks and act.event not in NO_ACT
            if act.outcome == "done" and (act.statements or by_clerk):
                _judge_act(book, act, books, listed[seen.node], beyond[seen.node], verdict)
                if seen.archived:
                    verdict.add(LOST, f"{_name(book, act)} was lost, though the node archives its WAL")
            if by_clerk and act.terminal not in there:
                acts.add((seen.node, str(act.terminal)))
                about |= set(seen.codes.get(str(act.terminal), ()))
    codes = {
        code
        for node, ids in listed.items()
        for one in ids
        for code in codes_of(books[node].statements[one].body)
    }
    return Gone(frozenset(acts), _same_persons(codes, pairs), _same_persons(codes | about, pairs))


def _name(book: Book, act: SeenAct) -> str:
    return f"act {act.audit_no} ({act.event}) of {book.node}"


def _judge_act(
    book: Book,
    act: SeenAct,
    books: dict[str, Book],
    listed: set[str],
    beyond: dict[int, str],
    verdict: Verdict,
) -> None:
    """Whether a lost act is on the list if a peer holds what it said, and named by its audit number if none does."""
    # What the centre says is no act of a clerk: it takes its own word back by itself.
    found = listed if book.versions else listed | book.statements.keys()
    for one in act.statements:
        holders = [other.node for other in books.values() if other is not book and one in other.statements]
        if holders and one not in found:
            verdict.add(LOST, f"{_name(book, act)}, held by {holders[0]}, is not on the list to enter again")
    if not found.intersection(act.statements) and act.audit_no not in beyond:
        verdict.add(LOST, f"{_name(book, act)} is not in the register, not on the list and not named")


def _beyond(book: Book) -> dict[int, str]:
    """Acts that the node names because no peer gave back anything of them."""
    here = book.statements.keys() | {row["statement_id"] for row in book.outbox}
    return {row["audit_no"]: row["event"] for row in book.beyond if not here.intersection(row["statements"])}


def codes_of(body: Row) -> list[str]:
    """Whom a statement is about: by the code, and by the one before it."""
    change = body.get("change")
    before = change.get("previous_code") if isinstance(change, dict) else None
    return [code for code in (body.get("code"), before) if isinstance(code, str)]


def _pairs(book: Book) -> Iterable[tuple[str, str]]:
    """Codes of which a statement says that the one came in the place of the other."""
    for one in book.statements.values():
        codes = codes_of(one.body)
        if len(codes) > 1:
            yield codes[0], codes[1]


def _same_persons(codes: set[str], pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The codes, and all that the same persons had before or after."""
    found: set[str] = set()
    more = set(codes)
    while more - found:
        found |= more
        more = set(chain.from_iterable(pair for pair in pairs if found.intersection(pair)))
    return frozenset(found)
