"""The judge of a run: what the clerks were told, what the registers say, and what every node holds must be one story.

It imports nothing of what it judges. What is wrong is counted as lost, duplicated, reordered or differing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from jukinet.testing.faults.books import (
    Book,
    Evidence,
    Facts,
    Place,
    Row,
    Statement,
    facts_of,
    facts_of_record,
    read_book,
    read_evidence,
    read_keys,
    waiting,
)
from jukinet.testing.faults.restored import NO_ACT, Gone, codes_of, judge_restores
from jukinet.testing.faults.verdict import DIFFERING, DUPLICATED, LOST, REORDERED, Verdict

Change = tuple[str, Facts]
"""Kind of change and the facts that its notice carries."""

_ISSUED = "copies:nationwide:issued"


def at_rest(places: Iterable[Place], due_by: str) -> bool:
    """Whether nothing is under way; two looks, since a statement can pass from a node not seen yet to one that was."""
    try:
        return not any(waiting(place, due_by) for _ in range(2) for place in places)
    except psycopg.Error:
        return False


def judge(places: Sequence[Place], history: Path, directory: Path) -> Verdict:
    """Read everything and judge it."""
    keys = read_keys(directory)
    books = {place.node: read_book(place, keys) for place in places}
    told = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    return judge_books(books, told, read_evidence(history.parent))


def judge_books(books: dict[str, Book], told: Sequence[Row], evidence: Sequence[Evidence] = ()) -> Verdict:
    """Judge what was read: each node's book, what clerks were told, and what registers held that were put back."""
    verdict = Verdict()
    gone = judge_restores(books, told, evidence, verdict)
    for book in books.values():
        _judge_rest(book, gone.touched, verdict)
        _judge_lines(book, books, verdict)
    for town in (book for book in books.values() if book.versions):
        _judge_acts(town, [one for one in told if one["town"] == town.node], gone, verdict)
        stores = [books[store] for store in _stores(town, books)]
        _judge_trails(town, stores, gone.aside, verdict)
        _judge_stores(town, stores, gone.aside, verdict)
    for store in (book for book in books.values() if book.history):
        _judge_applied(store, verdict)
    return verdict


def judge_reused_number(receiver: Place, peer: str, statement_id: str, verdict: Verdict) -> None:
    """After a second statement came under a number that was taken: a halted lane, an alarm, and nothing kept."""
    book = read_book(receiver, {})
    if f"{peer} identity" not in book.halted:
        verdict.add(DIFFERING, f"{receiver.node} took another statement under a number of {peer} that it had")
    alarms = [one for one in book.audit if one["event"] == "network:lane:halted"]
    if not alarms:
        verdict.add(LOST, f"the alarm of {receiver.node} about a number used twice by {peer}")
    if statement_id in book.statements:
        verdict.add(DUPLICATED, f"{receiver.node} keeps two statements under one number of {peer}")


def _stores(town: Book, books: dict[str, Book]) -> list[str]:
    """Where a municipality's notices go: its prefecture, and from there the centre."""
    own = {
        one.addressee
        for one in town.statements.values()
        if one.origin == town.node and one.stream == "identity"
    }
    return [*sorted(own), *(node for node, book in books.items() if book.history and node == "national")]


def _judge_rest(book: Book, touched: frozenset[str], verdict: Verdict) -> None:
    if book.waiting:
        verdict.add(
            LOST, f"{book.node} has {book.waiting} statements that did not reach their next hop", book.waiting
        )
    for lane in book.halted:
        verdict.add(DIFFERING, f"{book.node}: the lane {lane} is halted")
    for one in book.parked:
        if one in book.statements and touched.intersection(codes_of(book.statements[one].body)):
            continue  # it waits for a clerk, who has a lost act about the same person to see to
        verdict.add(DIFFERING, f"{book.node}: statement {one} is parked")


# -- what a clerk was told stands in the register and in the audit log


def _judge_acts(town: Book, told: list[Row], gone: Gone, verdict: Verdict) -> None:
    entered: defaultdict[str, set[str]] = defaultdict(set)
    for version in town.versions:
        if version["terminal"] is not None:
            entered[version["terminal"]].add(_number(version))
    audited: defaultdict[str, list[Row]] = defaultdict(list)
    for entry in town.audit:
        if entry["terminal"] is not None and entry["event"] not in NO_ACT:
            audited[entry["terminal"]].append(entry)
    for one in told:
        if (town.node, one["terminal"]) in gone.acts:
            continue
        _judge_act(town.node, one, entered[one["terminal"]], audited[one["terminal"]], verdict)
    known = {one["terminal"] for one in told}
    for terminal in entered:
        if _is_acts(terminal) and terminal not in known:
            verdict.add(DIFFERING, f"{town.node}: {terminal} entered an act that no clerk was told of")


def _number(version: Row) -> str:
    """Whose record it is: who comes back has the number of before, and the record of before another stay after it."""
    return str(version["resident_no"]).partition("/")[0]


def _is_acts(terminal: str) -> bool:
    return terminal.startswith("counter/a")


def _judge_act(node: str, told: Row, entered: set[str], audited: list[Row], verdict: Verdict) -> None:
    name = f"act {told['terminal']} ({told['kind']}) of {node}"
    done = [entry for entry in audited if entry["outcome"] == "done"]
    match told["outcome"]:
        case "done" if told["kind"] == "copy":
            _judge_once(sum(entry["event"] == _ISSUED for entry in done), f"the issue of {name}", verdict)
        case "done":
            for number in told["residents"]:
                if number not in entered:
                    verdict.add(LOST, f"{name} is not in the register")
                _judge_once(
                    sum(entry["resident_no"] == number for entry in done),
                    f"the audit entry of {name}",
                    verdict,
                )
        case "refused":
            refused = [entry for entry in audited if entry["outcome"] == "refused"]
            if not refused:
                verdict.add(LOST, f"the audit entry of {name}, which was refused")
            if entered:
                verdict.add(DIFFERING, f"{name} was refused and is in the register")
        case "turned-away" if entered:
            verdict.add(DIFFERING, f"{name} was turned away and is in the register")


def _judge_once(times: int, what: str, verdict: Verdict) -> None:
    if times == 0:
        verdict.add(LOST, what)
    elif times > 1:
        verdict.add(DUPLICATED, f"{what}, {times} times", times - 1)


# -- every statement is where it is addressed, once, in the order of its origin, byte for byte


def _judge_lines(book: Book, books: dict[str, Book], verdict: Verdict) -> None:
    own = [one for one in book.statements.values() if one.origin == book.node]
    for row in book.outbox:
        if row["statement_id"] not in book.statements:
            verdict.add(LOST, f"{book.node}: entry {row['entry_id']} of the outbox was never signed")
    lines: defaultdict[tuple[str, int, str, str], list[Statement]] = defaultdict(list)
    for one in own:
        lines[one.line].append(one)
        if not one.genuine:
            verdict.add(
                DIFFERING, f"{book.node}: statement {one.statement_id} does not bear its origin's signature"
            )
    for line, statements in lines.items():
        numbers = sorted(one.number for one in statements)
        missing = set(range(1, max(numbers) + 1)) - set(numbers)
        if missing:
            verdict.add(LOST, f"{line}: numbers {sorted(missing)[:5]} are missing", len(missing))
        receivers = [line[3], *(["national"] if line[2] == "identity" and "national" in books else [])]
        for receiver in dict.fromkeys(receivers):
            if receiver in books:
                _judge_arrival(line, statements, books[receiver], verdict)


def _judge_arrival(
    line: tuple[Any, ...], statements: list[Statement], receiver: Book, verdict: Verdict
) -> None:
    where = f"{line[0]}'s {line[2]} to {line[3]}, at {receiver.node}"
    held = {one.statement_id: one for one in receiver.statements.values() if one.line == line}
    missing = [one for one in statements if one.statement_id not in held]
    if missing:
        verdict.add(
            LOST, f"{where}: {len(missing)} statements, first number {missing[0].number}", len(missing)
        )
    for stranger in held.keys() - {one.statement_id for one in statements}:
        verdict.add(DIFFERING, f"{where}: statement {stranger} is not its origin's")
    for one in statements:
        if one.statement_id in held and held[one.statement_id].envelope != one.envelope:
            verdict.add(DIFFERING, f"{where}: statement {one.statement_id} has other bytes")
    taken = [
        held[row["statement_id"]].number
        for row in receiver.arrivals
        if row["statement_id"] in held and row["outcome"] != "known"
    ]
    repeated = len(taken) - len(set(taken))
    if repeated:
        verdict.add(DUPLICATED, f"{where}: {repeated} statements were taken more than once", repeated)
    backwards = sum(later < earlier for earlier, later in pairwise(taken))
    if backwards:
        verdict.add(REORDERED, f"{where}: {backwards} statements were overtaken", backwards)


def _judge_applied(store: Book, verdict: Verdict) -> None:
    """Every identity notice that a store holds is in its history once, and audited once."""
    applied = Counter(row["statement_id"] for row in store.history)
    audited = Counter(
        entry["reference"]
        for entry in store.audit
        if entry["event"] == "identity:notice:applied" and entry["outcome"] == "done"
    )
    parked = set(store.parked)
    for one in store.statements.values():
        if one.stream == "identity" and one.statement_id not in parked:
            _judge_once(
                applied[one.statement_id], f"notice {one.statement_id} in {store.node}'s history", verdict
            )
            _judge_once(
                audited[one.statement_id],
                f"the audit entry of notice {one.statement_id} at {store.node}",
                verdict,
            )


# -- what each person's record went through is what every store was told of it


def _judge_trails(town: Book, stores: list[Book], aside: frozenset[str], verdict: Verdict) -> None:
    chain = _chains(town)
    expected: defaultdict[str, list[Change]] = defaultdict(list)
    residents: Counter[str] = Counter()
    for versions in _by_resident(town.versions):
        codes = [code for version in versions if (code := version["items"].get("code"))]
        if codes:
            residents[chain[codes[0]]] += 1
            expected[chain[codes[0]]] += _changes(versions)
    for book in (town, *stores):
        told = _trails(book, town.node, chain)
        for person in (expected.keys() | told.keys()) - {chain.get(code, code) for code in aside}:
            strictly = residents[person] == 1
            _compare(
                expected[person],
                told.get(person, []),
                f"{town.node} at {book.node}",
                verdict,
                strictly=strictly,
            )


def _by_resident(versions: list[Row]) -> list[list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for version in versions:
        found[version["resident_id"]].append(version)
    return list(found.values())


def _chains(town: Book) -> dict[str, str]:
    """Code → the first code of the same person: codes are changed, and statements name the old one and the new."""
    first: dict[str, str] = {}
    for versions in _by_resident(town.versions):
        codes = [code for version in versions if (code := version["items"].get("code"))]
        known = next((first[code] for code in codes if code in first), codes[0] if codes else "")
        first |= dict.fromkeys(codes, known)
    return first


def _changes(versions: list[Row]) -> list[Change]:
    """The notices that a record's versions call for, worked out anew from the versions alone."""
    changes: list[Change] = []
    before: Facts | None = None
    for index, version in enumerate(versions):
        following = versions[index + 1] if index + 1 < len(versions) else None
        if following is not None and _is_one_act(version, following):
            continue  # the last version of an act is what it left
        after = facts_of(version) if version["present"] else None
        if after is None and before is not None:
            changes.append(("deletion", before))
        elif after is not None and before is None:
            changes.append(("recording", after))
        elif after is not None and before is not None:
            if after[-1] != before[-1]:
                changes.append(("code-correction", after))
            if after[:-1] != before[:-1]:
                changes.append(("correction", after))
        before = after
    return changes


def _is_one_act(version: Row, following: Row) -> bool:
    terminal = version["terminal"]
    return terminal is not None and terminal == following["terminal"] and _is_acts(terminal)


def _trails(book: Book, origin: str, chain: dict[str, str]) -> dict[str, list[Change]]:
    """What a node holds of an origin's notices, by person, in its own order: as made, or as applied."""
    if book.node == origin:
        own = [one for one in book.statements.values() if one.origin == origin and one.stream == "identity"]
        ordered = sorted(own, key=lambda one: (one.incarnation, one.number))
    else:
        held = (book.statements.get(row["statement_id"]) for row in book.history)
        ordered = [one for one in held if one is not None and one.origin == origin]
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for one in ordered:
        code = str(one.body.get("code"))
        found[chain.get(code, code)].append((one.body["change"]["kind"], one.facts))
    return found


def _compare(
    expected: list[Change], told: list[Change], where: str, verdict: Verdict, *, strictly: bool
) -> None:
    if told == expected or (not strictly and Counter(told) == Counter(expected)):
        return
    missing, surplus = Counter(expected) - Counter(told), Counter(told) - Counter(expected)
    if not missing and not surplus:
        verdict.add(REORDERED, f"{where}: the notices about one person are in another order")
        return
    for kind, _ in missing.elements():
        verdict.add(LOST, f"{where}: a {kind} that the register calls for")
    for change in surplus.elements():
        again = change in expected
        verdict.add(
            DUPLICATED if again else DIFFERING, f"{where}: a {change[0]} that the register does not call for"
        )


# -- the stores hold what the register holds


def _judge_stores(town: Book, stores: list[Book], aside: frozenset[str], verdict: Verdict) -> None:
    register = Counter(
        facts_of(version)
        for version in town.versions
        if version["last"] and version["present"] and version["items"].get("code") not in {None, *aside}
    )
    municipality = town.node.removeprefix("muni-")
    for store in stores:
        held = Counter(
            facts_of_record(row)
            for row in store.records
            if row["municipality"] == municipality and row["code"] not in aside
        )
        missing, surplus = (register - held).total(), (held - register).total()
        if missing or surplus:
            verdict.add(
                DIFFERING,
                f"{town.node} against {store.node}: {missing} missing or other, {surplus} surplus",
                max(missing, surplus),
            )
