"""Verifying an exported audit log, without a database and without the program that wrote it.

It shares with the writer only the formats: RFC 6962, signed notes, the encoding of an entry, the lines of an export. It
imports nothing of the program, so that the file can be read by whoever audits, and run alone:

    python verifier.py EXPORT [--checkpoint FILE] [--promise FILE] [--key FILE]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "jukinet audit export v1"
KEPT = timedelta(days=7 * 365)
"""An entry that was erased while it was younger was not erased for its term of seven years."""

LATE = timedelta(days=7)
"""How long before the first checkpoint over it an entry may have been written. An entry is in the tree after seconds
and under a checkpoint within the hour; the days are for a worker that stood still."""


class UnreadableError(ValueError):
    """What was handed in cannot be read at all; says why."""


@dataclass(frozen=True, slots=True)
class Root:
    """What a checkpoint says, once its signature is found good."""

    log: str
    size: int
    root: bytes
    at: str


@dataclass(slots=True)
class Report:
    """What was found. No ``faults``: every leaf stands where the signed checkpoints say."""

    log: str
    keys: list[str]
    leaves: int = 0
    entries: int = 0
    erased: int = 0
    rows: int = 0
    """Rows of batches of supply that were compared with the roots in the entries of their batches."""
    checkpoints: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        self.faults.append(sentence)


def verify(
    lines: Iterable[str],
    *,
    checkpoints: Sequence[str] = (),
    promises: Sequence[Mapping[str, Any]] = (),
    keys: Sequence[str] = (),
    today: date,
) -> Report:
    """Verify an export: ``checkpoints`` are notes that were kept earlier, ``promises`` what answers carried.

    ``today``: the day in UTC of whoever verifies: no day in the export is signed.

    ``keys``: those of the log from elsewhere, as name+hash+base64; without them those of the export count, and whoever
    reads the report compares them. Raises ``UnreadableError``.
    """
    reading = (_line(number, line) for number, line in enumerate(lines, 1))
    head = next(reading, {})
    if head.get("format") != FORMAT:
        raise UnreadableError(f"The file is no export: its first line must say {FORMAT!r}.")
    log, told = str(head.get("log")), list(keys) or [str(one) for one in head.get("keys", ())]
    report = Report(log, told)
    known = dict(_key(log, text) for text in told)
    roots = [_checkpoint(note, log, known) for note in head.get("checkpoints", ())]
    if _day(head.get("written")) > today:
        report.fault("The export is said to be written on a day that has not come.")
    if not roots:
        report.fault("The export has no checkpoint: nothing of it is signed.")
    report.checkpoints = len(roots)
    newest = max(roots, key=lambda one: (one.size, one.at), default=Root(log, 0, b"", ""))
    earlier = [_checkpoint(note, log, known) for note in checkpoints]
    for one in earlier:
        if one.size > newest.size:
            report.fault(
                f"Cut off: the log had {one.size} leaves at {one.at}, and its newest checkpoint here has {newest.size}."
            )
    wanted = [_promise(one, log, known) for one in promises]
    _walk(report, reading, [*roots, *earlier], dict(wanted), newest, head)
    return report


def _walk(
    report: Report,
    reading: Iterator[dict[str, Any]],
    roots: Sequence[Root],
    promised: dict[bytes, str],
    newest: Root,
    head: Mapping[str, Any],
) -> None:
    """Every leaf once, in its order, with the root at each size that a checkpoint names."""
    waiting = deque(sorted(roots, key=lambda one: (one.size, one.at)))
    stack: list[tuple[int, bytes]] = []
    missing, ended = dict(promised), False
    batch: _Batch | None = None
    since = _compare(report, waiting, stack)
    for line in reading:
        if batch is not None and batch.take(line):
            continue
        _close(report, batch, head)
        batch = None
        if "end" in line:
            ended = line["end"] == report.leaves
            continue
        number, leaf = line.get("n"), _bytes(line.get("leaf"))
        if number != report.leaves or len(leaf) != 32 or ended:
            raise UnreadableError(
                f"The export is not whole: after leaf {report.leaves - 1} comes {number!r}."
            )
        since = max(since, _entry(report, line, leaf, since, waiting, head))
        batch = _batch_of(line)
        missing.pop(leaf, None)
        _push(stack, leaf)
        report.leaves += 1
        since = max(since, _compare(report, waiting, stack))
    if not ended:
        report.fault("The export is cut off: its last line is missing.")
    if report.leaves < newest.size:
        report.fault(
            f"Leaves are missing: the newest checkpoint has {newest.size}, the export {report.leaves}."
        )
    elif report.leaves > newest.size:
        report.fault(
            f"Leaves were added: the export has {report.leaves}, and only {newest.size} of them are signed."
        )
    for leaf, by in missing.items():
        if newest.at >= by:
            report.fault(
                f"Omitted: a leaf was promised by {by}, and the log signed at {newest.at} does not have it"
                f" ({leaf.hex()})."
            )
        else:
            report.fault(
                f"A leaf was promised by {by}, and the export only reaches {newest.at}: export again."
            )


def _entry(
    report: Report,
    line: Mapping[str, Any],
    leaf: bytes,
    since: str,
    waiting: Sequence[Root],
    head: Mapping[str, Any],
) -> str:
    """Compare an entry with its leaf; gives its moment, if it is there.

    ``since``: the last moment that is known from before it; ``waiting``: the checkpoints over it, the first one first.
    """
    number, pairs = line["n"], line.get("entry")
    if head.get("redacted"):
        if line.keys() - {"n", "leaf"}:
            report.fault(
                f"More than the leaf is there of entry {number}, and the export says it is redacted."
            )
    elif pairs is not None:
        report.entries += 1
        if hashlib.sha256(b"\x00" + _bytes(line.get("salt")) + _encoded(pairs)).digest() != leaf:
            report.fault(f"Entry {number} was altered: it does not fit its leaf.")
        return str(_items(line).get("at", ""))
    elif line.get("erased"):
        report.erased += 1
        if _day(line["erased"]) > _day(head.get("written")):
            report.fault(f"Entry {number} is said to be erased on a day that has not come.")
        if _day(line["erased"]) - _born(since, waiting) < KEPT:
            report.fault(f"Entry {number} was erased on {line['erased'][:10]}, before its term.")
    else:
        report.fault(f"Entry {number} was removed: its leaf is there, and nothing says that it was erased.")
    return ""


def _born(since: str, waiting: Sequence[Root]) -> date:
    """The first day on which the next leaf can have been entered, by what is signed.

    Not before what the tree already held, and not long before the first checkpoint over it: the list of checkpoints is
    not signed, so that one that was left out must make nothing older.
    """
    days = [_day(since)] if since else []
    if waiting:
        days.append(_day(waiting[0].at) - LATE)
    return max(days, default=date.max)


def _root(stack: Sequence[tuple[int, bytes]]) -> bytes:
    found = hashlib.sha256(b"").digest()
    for place, (_, hashed) in enumerate(reversed(stack)):
        found = hashed if place == 0 else _node(hashed, found)
    return found


def _compare(report: Report, waiting: deque[Root], stack: Sequence[tuple[int, bytes]]) -> str:
    """Hold the root to the checkpoints over as many leaves, which wait no more; gives the moment of the last of them.

    A leaf that comes after them was not yet in the tree then.
    """
    at = ""
    if waiting and waiting[0].size == report.leaves:
        found = _root(stack)
        while waiting and waiting[0].size == report.leaves:
            one = waiting.popleft()
            at = max(at, one.at)
            if one.root != found:
                report.fault(
                    f"Not the tree that was signed: the root over the first {one.size} leaves is not that of the"
                    f" checkpoint of {one.at}."
                )
    return at


def _push(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    height, hashed = 0, leaf
    while stack and stack[-1][0] == height:
        hashed = _node(stack.pop()[1], hashed)
        height += 1
    stack.append((height, hashed))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _encoded(pairs: Sequence[Sequence[str | None]]) -> bytes:
    """The bytes of an entry: a heading, the count, and each name with its value or with none."""
    try:
        parts = [b"jukinet-items-v1\n", len(pairs).to_bytes(4, "big")]
        for name, value in pairs:
            raw = str(name).encode()
            parts += [len(raw).to_bytes(4, "big"), raw]
            if value is None:
                parts.append(b"\x00")
            else:
                text = value.encode()
                parts += [b"\x01", len(text).to_bytes(4, "big"), text]
    except (TypeError, ValueError, AttributeError):
        return b""
    return b"".join(parts)


# Batches of supply: one entry stands for all rows of a batch, by the root over their leaves


_FIRST, _WITH_NOTICES = 1, 2
"""How the leaves of a part are made: of row and code, or also of the notice that the row told of."""


class _Batch:
    """The rows behind the entry of a batch, in their order."""

    def __init__(self, number: int, entry: Mapping[str, str | None]) -> None:
        said = dict(one.split(" ", 1) for one in str(entry.get("rules")).split("\n") if " " in one)
        self.number = number
        self.at = str(entry.get("at"))
        self.root = said.get("root")
        self.persons = int(said["persons"]) if said.get("persons", "").isdecimal() else None
        self.rows = self.parts = 0
        self.wrong: list[str] = []
        self._entry = entry
        self._part: Mapping[str, Any] = {}
        self._left = 0
        self._stack: list[tuple[int, bytes]] = []

    def take(self, line: Mapping[str, Any]) -> bool:
        """A part of this batch, or some of its rows; False for what is neither."""
        if line.get("batch") == self.number:
            self._end_part()
            if line.get("encoding", _FIRST) not in (_FIRST, _WITH_NOTICES):
                raise UnreadableError(
                    f"The rows of the batch of entry {self.number} are in a form of a later release: take its verifier."
                )
            self.parts += 1
            self._part, self._left = line, _number(line.get("people"))
        elif "rows" in line and self.parts:
            self._add(line["rows"])
        else:
            return False
        return True

    def _add(self, rows: Any) -> None:
        columns = 2 if self._part.get("encoding", _FIRST) == _FIRST else 3
        try:
            for row in rows:
                _push(self._stack, self._leaf(*_row(row, columns)))
        except (TypeError, ValueError, OverflowError):
            raise UnreadableError(
                f"The rows of the batch of entry {self.number} are not in their form."
            ) from None
        self.rows += len(rows)
        self._left -= len(rows)

    def _leaf(self, code: str, numbers: Sequence[int]) -> bytes:
        entry, part = self._entry, self._part
        salted = b"".join(one.to_bytes(8, "big", signed=one < 0) for one in numbers)
        salt = hmac.digest(_bytes(part.get("secret")), salted, "sha256")[:16]
        pairs = (
            ("at", part.get("at")),
            ("business_on", part.get("business_on")),
            ("event", "supply:query:answered"),
            ("outcome", "done"),
            ("actor", entry.get("actor")),
            ("terminal", entry.get("terminal")),
            ("subject_code", code),
            ("resident_no", None),
            ("affair", entry.get("affair")),
            ("reference", f"{entry.get('reference')}/{numbers[0]:012}"),
            ("rules", part.get("rules")),
        )
        return hashlib.sha256(b"\x00" + salt + _encoded(pairs)).digest()

    def _end_part(self) -> None:
        if self._left:
            self.wrong.append("one of its parts says another number of them")
            self._left = 0

    def end(self) -> list[str]:
        """What of the rows is not as the entry says."""
        self._end_part()
        if _root(self._stack).hex() != self.root:
            self.wrong.insert(0, "they do not come to the root that the entry holds")
        if self.rows != self.persons:
            self.wrong.append(f"they are {self.rows}, and the entry says {self.persons}")
        return self.wrong


def _row(told: Sequence[Any], columns: int) -> tuple[str, list[int]]:
    """The code of a row, and its numbers: its own, and that of the notice where it has one."""
    number, code, *notice = told
    if len(told) != columns:
        raise ValueError("a row of another form")
    return str(code), [int(number), *map(int, notice)]


def _batch_of(line: Mapping[str, Any]) -> _Batch | None:
    """The batch for whose rows an entry stands."""
    entry = _items(line)
    return _Batch(line["n"], entry) if entry.get("event") == "supply:batch:answered" else None


def _close(report: Report, batch: _Batch | None, head: Mapping[str, Any]) -> None:
    """Tell what is wrong with the rows of a batch, which end here."""
    if batch is None:
        return
    report.rows += batch.rows
    if not batch.parts and batch.persons:
        # They are erased as the entry is, by a step of its own.
        if _day(head.get("written")) - _day(batch.at) < KEPT:
            report.fault(f"The rows of the batch of entry {batch.number} were removed before their term.")
        return
    wrong = batch.end()
    if wrong:
        report.fault(f"The rows of the batch of entry {batch.number} were altered: {'; '.join(wrong)}.")


def _items(line: Mapping[str, Any]) -> dict[str, Any]:
    """An entry by the names of its items; nothing of one in no form, which fits no leaf."""
    try:
        return dict(line.get("entry") or ())
    except (TypeError, ValueError):
        return {}


def _number(text: object) -> int:
    return text if isinstance(text, int) else -1


# Keys and signatures


def _key(log: str, text: str) -> tuple[bytes, bytes]:
    """A key as tools of signed notes write it, by its hash; it must be of this log."""
    name, _, rest = text.strip().partition("+")
    hashed, _, coded = rest.partition("+")
    raw = _base64(coded)
    if name != log or len(raw) != 33 or raw[:1] != b"\x01" or hashed != _hash(log, raw).hex():
        raise UnreadableError(f"This is no key of {log}: {text.strip()[:80]!r}.")
    return _hash(log, raw), raw[1:]


def _hash(name: str, raw: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]


def _checkpoint(note: str, log: str, keys: Mapping[bytes, bytes]) -> Root:
    body, gap, tail = note.rpartition("\n\n")
    parts = body.split("\n")
    if not gap or len(parts) != 4 or not re.fullmatch(r"[0-9]{1,18}", parts[1]):
        raise UnreadableError("A checkpoint is not in its form.")
    if parts[0] != log:
        raise UnreadableError(f"A checkpoint is of another log: {parts[0][:80]!r} instead of {log!r}.")
    for line in tail.splitlines():
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        raw = _base64(found[2]) if found and found[1] == log else b""
        if raw[:4] in keys and _is_signed(keys[raw[:4]], raw[4:], f"{body}\n".encode()):
            return Root(log, int(parts[1]), _base64(parts[2]), parts[3].removeprefix("time "))
    raise UnreadableError(f"The checkpoint over {parts[1]} leaves is not signed by a key of the log.")


def _promise(told: Mapping[str, Any], log: str, keys: Mapping[bytes, bytes]) -> tuple[bytes, str]:
    """The leaf that was promised, and until when. A promise that is not the log's proves nothing."""
    said = told.get("promise", told)
    try:
        leaf, by = _bytes(said["leaf"]), str(said["integrate_by"])
        index, size = int(said["index"]), int(said["size"])
        root = _climb(leaf, index, size, [_bytes(one) for one in said["path"]])
        of, key_id, signature = said["log"], said["key"], _base64(said["signature"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableError("A promise is not in its form.") from None
    if of != log:
        raise UnreadableError(f"A promise is of another log: {str(of)[:80]!r} instead of {log!r}.")
    payload = f'{{"integrate_by":"{by}","log":"{log}","root":"{root.hex()}","size":{size}}}'.encode()
    kind = b"application/vnd.jukinet.log-promise.v1+json"
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    fitting = [raw for raw in keys.values() if hashlib.sha256(raw).hexdigest()[:16] == key_id]
    if not any(_is_signed(raw, signature, signed) for raw in fitting):
        raise UnreadableError("A promise is not signed by a key of the log.")
    return leaf, by


def _climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """From a leaf to the root over ``size`` leaves: at the right edge a level without a neighbour is passed by."""
    if not 0 <= index < size:
        raise ValueError
    rest, found = list(path), leaf
    while size > 1:
        if index % 2:
            found = _node(rest.pop(0), found)
        elif index + 1 < size:
            found = _node(found, rest.pop(0))
        index, size = index // 2, (size + 1) // 2
    if rest:
        raise ValueError
    return found


def _is_signed(raw: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


# Reading


def _line(number: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UnreadableError(f"Line {number} of the export is not a JSON object.")
    return found


def _day(moment: object) -> date:
    try:
        return date.fromisoformat(str(moment)[:10])
    except ValueError:
        raise UnreadableError("A moment is not in its form.") from None


def _bytes(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text or ""))
    except ValueError:
        return b""


def _base64(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        return b""


def verify_files(
    export: Path, checkpoints: Sequence[Path] = (), promises: Sequence[Path] = (), keys: Sequence[Path] = ()
) -> Report:
    """The same, from files, by the machine's clock. Raises ``UnreadableError``."""
    try:
        with export.open(encoding="utf-8", newline="\n") as lines:
            return verify(
                lines,
                checkpoints=[path.read_text("utf-8") for path in checkpoints],
                promises=[_line(1, path.read_text("utf-8")) for path in promises],
                keys=[line for path in keys for line in path.read_text("utf-8").splitlines() if line.strip()],
                today=datetime.fromtimestamp(time.time(), UTC).date(),
            )
    except OSError as error:
        raise UnreadableError(f"{error.filename} cannot be read.") from None
    except UnicodeDecodeError:
        raise UnreadableError("A file is not UTF-8.") from None


def sentences(report: Report, *, keys_given: bool) -> Iterator[str]:
    """What a person reads of a report."""
    yield f"{report.log}: {report.leaves} leaves under {report.checkpoints} checkpoints."
    yield f"{report.entries} entries fit or were compared, {report.erased} were erased after their term."
    if report.rows:
        yield f"{report.rows} rows of batches were compared with the entries of their batches."
    yield from report.faults
    if not keys_given:
        yield f"Key, as the export itself says (compare it): {', '.join(report.keys)}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an exported audit log.")
    parser.add_argument("export", type=Path)
    for name in ("checkpoint", "promise", "key"):
        parser.add_argument(f"--{name}", type=Path, action="append", default=[])
    given = parser.parse_args(arguments)
    try:
        report = verify_files(given.export, given.checkpoint, given.promise, given.key)
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{one}\n" for one in sentences(report, keys_given=bool(given.key)))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
