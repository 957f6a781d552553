"""Resident records of one municipality: one locked row a person, append-only versions behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain import matching
from jukinet.domain.additions import Additions
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import HOUSEHOLDER, ListedItems, RecordKind, ResidentRecord
from jukinet.domain.numbers import earlier
from jukinet.domain.persons import Private
from jukinet.domain.search_keys import KeyKind, document_key
from jukinet.law.notifications import Notifier
from jukinet.law.resident_notices import deletion_day
from jukinet.store import additions, notifiers, search_keys, snapshots
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("residents")


@dataclass(frozen=True, slots=True, repr=False)
class Held(Private):
    """A resident whose row this transaction has locked, with the newest version's record."""

    resident_id: int
    resident_no: str
    present: bool
    history_no: int
    record: ResidentRecord


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Private):
    """A resident as a list shows one, from the newest version's record; not locked."""

    resident_id: int
    resident_no: str
    present: bool
    items: ListedItems


@dataclass(frozen=True, slots=True, repr=False)
class Version(Private):
    """One version: the record as a full snapshot, why and when it holds, who wrote it when.

    ``effective_on`` is the day from which it holds in law, ``effective_seq`` its order within that day,
    ``restates`` the history number that it replaces at the same place, ``notifier`` who brought the notification that
    it rests on, ``additions`` what was added to it. ``act_no``: what one act wrote has one number; None where that is
    not known.
    """

    reason: RegisterReason
    effective_on: date
    effective_seq: int
    recorded_at: datetime
    operator: str
    present: bool
    record: ResidentRecord
    terminal: str | None = None
    notified_on: date | None = None
    restates: int | None = None
    history_no: int = 0
    notifier: Notifier | None = None
    additions: Additions | None = None
    act_no: int | None = None


def _held(row: Row) -> Held:
    return Held(
        resident_id=row["resident_id"],
        resident_no=row["resident_no"],
        present=row["present"],
        history_no=row["last_history_no"],
        record=snapshots.from_json(row["items"]),
    )


def _lock(tx: Transaction, sql: str, **params: object) -> list[Held]:
    """Lock rows, then read them as the transaction that held them before left them; in the order of ``sql``."""
    locked = [row["resident_id"] for row in tx.rows(sql, **params)]
    return [_held(row) for row in tx.rows(_SQL.held, resident_ids=locked)] if locked else []


def seen(tx: Transaction, resident_ids: list[int]) -> list[Held]:
    """These residents with their newest versions, in the order of the ids; to look at, not locked."""
    return [_held(row) for row in tx.rows(_SQL.held, resident_ids=resident_ids)] if resident_ids else []


def listed(tx: Transaction, resident_ids: list[int]) -> list[Listed]:
    """These residents as a list shows them, in the order of the ids."""
    rows = tx.rows(_SQL.held, resident_ids=resident_ids) if resident_ids else []
    return [
        Listed(
            row["resident_id"], row["resident_no"], row["present"], snapshots.listed_from_json(row["items"])
        )
        for row in rows
    ]


def lock(tx: Transaction, resident_no: str) -> Held | None:
    return next(iter(_lock(tx, _SQL.lock_row, resident_no=resident_no)), None)


def look(tx: Transaction, resident_ids: Iterable[int]) -> list[Held]:
    """Residents by their ids; to look at, not locked."""
    return [_held(row) for row in tx.rows(_SQL.held, resident_ids=list(resident_ids))]


def everybody(tx: Transaction, *, present: bool) -> Iterator[Held]:
    """Every resident who is recorded, or whose record is deleted, by number, one by one; not locked."""
    for row in tx.stream(_SQL.everybody, present=present):
        yield _held(row)


def lock_code(tx: Transaction, code: ResidentRecordCode) -> None:
    """Hold a code for this transaction, whether or not anybody is recorded with it yet."""
    tx.run(_SQL.hold, what=str(code))


def lock_births(tx: Transaction, birth_date: PartialDate) -> None:
    """Hold everybody of a birth date for this transaction, also who is not recorded yet."""
    tx.run(_SQL.hold, what=f"born {birth_date}")


def lock_together(
    tx: Transaction,
    *,
    numbers: Iterable[str] = (),
    households: Iterable[str] = (),
    codes: Iterable[ResidentRecordCode] = (),
) -> list[Held]:
    """The residents with these numbers, the present members of these households, all who ever had these codes.

    First the households are held by their numbers, so that nobody joins one meanwhile; then every row is locked by
    its id. Acts that lock more than one row all lock them so: in one order, two acts cannot wait for each other.
    """
    for household in sorted(set(households)):
        tx.run(_SQL.hold, what=f"household {household}")
    return _lock(
        tx,
        _SQL.lock_together,
        numbers=list(numbers),
        households=list(households),
        codes=[str(code) for code in codes],
    )


def holders(locked: Iterable[Held], code: ResidentRecordCode) -> list[Held]:
    """Of locked residents the present holder of the code, then the former ones, the last first."""
    having = [held for held in locked if held.record.code == code]
    return sorted(having, key=lambda held: (not held.present, -held.resident_id))


def members(locked: Iterable[Held], household_no: str) -> list[Held]:
    """Of locked residents the present members of a household."""
    return [held for held in locked if held.present and held.record.household_number == household_no]


def lock_holders(tx: Transaction, code: ResidentRecordCode) -> list[Held]:
    """The present holder of the code, then the former ones here, the last first."""
    return holders(lock_together(tx, codes=[code]), code)


def lock_by_code(tx: Transaction, code: ResidentRecordCode) -> Held | None:
    """The present holder of the code, else the last former one here."""
    return next(iter(lock_holders(tx, code)), None)


def uncoded_by_facts(tx: Transaction, name: str, birth_date: PartialDate) -> list[str]:
    """Numbers of residents without a code whose name (or nickname) and birth date match, not locked."""
    return [row["resident_no"] for row in tx.rows(_SQL.uncoded_by_facts, **_facts(name, birth_date))]


def present_by_facts(tx: Transaction, name: str, birth_date: PartialDate) -> list[Held]:
    """Present residents whose name (or nickname) and birth date match; to look at, not locked."""
    return _lock(tx, _SQL.present_by_facts, **_facts(name, birth_date))


def left_by_facts(tx: Transaction, name: str, birth_date: PartialDate) -> list[Held]:
    """Residents who left, not by death, whose name (or nickname) and birth date match; to look at, not locked."""
    return _lock(tx, _SQL.left_by_facts, **_facts(name, birth_date))


def recorded_under_another_code(tx: Transaction, held: Held) -> bool:
    """Whether a present record once had the code of this resident and had it changed on request: the same person.

    Who left, came back with the code and asked for another one. A code that was corrected ex officio was somebody
    else's; name and birth date say nothing, since both may have been corrected and twins share one. Not locked; a
    change of code locks its row, which had the code until then, so that who holds the code's rows sees it done or
    waits for it.
    """
    if held.record.code is None:
        return False
    row = tx.one(
        _SQL.present_once_with_code,
        resident_id=held.resident_id,
        code=str(held.record.code),
    )
    return bool(row and row["some"])


def _facts(name: str, birth_date: PartialDate) -> dict[str, object]:
    key = matching.key64(matching.query_name_key(name))
    return {"birth_date": str(birth_date), "name_keys": [key]}


def households_of(tx: Transaction, numbers: Iterable[str]) -> list[str]:
    """The households of present residents, not locked: to lock their members together."""
    return [row["household_no"] for row in tx.rows(_SQL.households_of, numbers=list(numbers))]


def household_of(tx: Transaction, code: ResidentRecordCode) -> str | None:
    """The household of the present holder of the code, not locked: to lock its members in their order."""
    row = tx.one(_SQL.household_of, code=str(code))
    return row["household_no"] if row else None


def last_household_of(tx: Transaction, code: ResidentRecordCode) -> str | None:
    """The household of the present holder of the code, else that from which the last one left; not locked."""
    row = tx.one(_SQL.last_household_of, code=str(code))
    return row["household_no"] if row else None


def lock_household(tx: Transaction, household_no: str) -> list[Held]:
    """Every present member; nobody joins while the transaction lasts."""
    return members(lock_together(tx, households=[household_no]), household_no)


def lock_families(
    tx: Transaction, *, numbers: Iterable[str] = (), codes: Iterable[ResidentRecordCode] = ()
) -> list[Held]:
    """Lock residents together with the present members of their households, in the order of ``lock_together``.

    Raises UNAVAILABLE where one of them changed the household between the look and the lock: trying again helps.
    """
    numbers, codes = list(numbers), list(codes)
    rows = tx.rows(_SQL.families_of, numbers=numbers, codes=[str(code) for code in codes])
    households = {row["household_no"] for row in rows}
    locked = lock_together(tx, numbers=numbers, households=households, codes=codes)
    for held in locked:
        named = held.resident_no in numbers or held.record.code in codes
        if named and held.present and held.record.household_number not in households:
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "The household was changed meanwhile; nothing was stored. Try again."
            )
    return locked


def lock_to_restore(tx: Transaction, numbers: Collection[str], households: Iterable[str]) -> list[Held]:
    """Lock residents, present or not, with the households of their last versions, these too, and who has their codes.

    Raises UNAVAILABLE where one of them changed between the look and the lock.
    """
    rows = tx.rows(_SQL.last_standing, numbers=list(numbers))
    standing = {row["resident_no"]: (row["household_no"], row["code"]) for row in rows}
    if not standing:
        return []
    locked = lock_together(
        tx,
        numbers=numbers,
        households={*households, *(household for household, _ in standing.values())},
        codes=[ResidentRecordCode(code) for _, code in standing.values() if code],
    )
    for held in locked:
        code = str(held.record.code) if held.record.code else None
        now = (held.record.household_number, code)
        if standing.get(held.resident_no, now) != now:
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "The record was changed meanwhile; nothing was stored. Try again."
            )
    return locked


def of_act(tx: Transaction, act_no: int) -> dict[str, set[int]]:
    """Whom an act changed, by number, and which versions it wrote of each: without what it only stated again."""
    found: dict[str, set[int]] = {}
    for row in tx.rows(_SQL.of_act, act_no=act_no):
        found.setdefault(row["resident_no"], set()).add(row["history_no"])
    return found


def histories(tx: Transaction, numbers: Collection[str]) -> dict[str, list[Version]]:
    """Every version of each of these residents, by number; not locked."""
    rows = tx.rows(_SQL.last_standing, numbers=list(numbers))
    return {row["resident_no"]: history(tx, row["resident_id"]) for row in rows}


def lock_household_ever(tx: Transaction, household_no: str) -> list[Held]:
    """Every present member, and all who belonged to it when they were deleted."""
    return _lock(tx, _SQL.lock_household_ever, household_no=household_no)


def household_ever(tx: Transaction, household_no: str) -> list[tuple[int, str]]:
    """Ids and numbers of the same, not locked: to look at their past."""
    rows = tx.rows(_SQL.household_ever, household_no=household_no)
    return [(row["resident_id"], row["resident_no"]) for row in rows]


def without_householder(tx: Transaction, *, most: int) -> list[tuple[str, tuple[str, ...]]]:
    """Households without a householder, with the numbers of their present members; not locked."""
    rows = tx.rows(_SQL.without_householder, householder=HOUSEHOLDER, most=most)
    return [(row["household_no"], tuple(row["resident_nos"])) for row in rows]


def lock_uncoded_foreign(tx: Transaction, *, after: int, most: int) -> list[Held]:
    return _lock(tx, _SQL.lock_uncoded_foreign, after=after, most=most)


def uncoded_foreign(tx: Transaction, *, after: int, most: int) -> list[Held]:
    """The same, to look at."""
    return _lock(tx, _SQL.uncoded_foreign, after=after, most=most)


def lock_uncoded(tx: Transaction, *, after: int, most: int) -> list[Held]:
    return _lock(tx, _SQL.lock_uncoded, after=after, most=most)


def due_move_outs(tx: Transaction, on: date, *, after: int, most: int) -> list[tuple[int, str]]:
    """Ids and numbers of residents whose planned move-out day has come, by id, beyond one id."""
    rows = tx.rows(_SQL.due_move_outs, on=on, after=after, most=most)
    return [(row["resident_id"], row["resident_no"]) for row in rows]


def _columns(record: ResidentRecord, *, present: bool) -> dict[str, object]:
    keys = matching.name_keys(
        record.name.text, record.name.latin, record.nickname.text if record.nickname else None
    )
    return {
        "present": present,
        "code": str(record.code) if record.code else None,
        "household_no": record.household_number,
        "foreign_resident": record.kind is RecordKind.FOREIGN,
        "birth_date": str(record.birth_date),
        "sex": record.sex.value,
        "name_keys": [matching.key64(key) for key in keys],
        "move_out_on": _leaves_on(record) if present else None,
    }


def columns_of(record: ResidentRecord) -> dict[str, object]:
    """What the row of a present resident says of the record."""
    return _columns(record, present=True)


def _leaves_on(record: ResidentRecord) -> date | None:
    """The day on which a move-out that was filed deletes the record."""
    if record.move_out is None:
        return None
    moved_on = record.confirmed_move.moved_on if record.confirmed_move else None
    return deletion_day(record.move_out.planned_on, moved_on)


def may_return(tx: Transaction, found: Iterable[Held]) -> list[Held]:
    """Of locked residents those whose records were deleted, not by death: the last recorded first."""
    gone = {one.resident_id: one for one in found if not one.present}
    rows = tx.rows(_SQL.left, resident_ids=list(gone)) if gone else []
    return [gone[row["resident_id"]] for row in rows]


def number_of_document(tx: Transaction, document: str) -> list[str]:
    """Numbers of deleted records that bore a card of this number; not locked."""
    rows = tx.rows(_SQL.left_with_document, kind=KeyKind.DOCUMENT, key=document_key(document))
    return [row["resident_no"] for row in rows]


def set_aside(tx: Transaction, resident_no: str) -> None:
    """Give a deleted record the number with the order of the stay, since the person comes back and has the number."""
    tx.run(_SQL.set_aside, resident_no=resident_no, earlier=earlier(resident_no))


def insert(tx: Transaction, resident_no: str, version: Version) -> Held:
    """A new resident with a first version."""
    columns = _columns(version.record, present=version.present)
    row = tx.made(_SQL.insert, resident_no=resident_no, **columns)
    held = Held(row["resident_id"], resident_no, version.present, 1, version.record)
    _insert_version(tx, held.resident_id, 1, version)
    search_keys.add(tx, held.resident_id, version.record)
    return held


def append(tx: Transaction, held: Held, version: Version) -> Held:
    """One more version of a locked resident; it becomes what the row shows."""
    number = held.history_no + 1
    _insert_version(tx, held.resident_id, number, version)
    columns = _columns(version.record, present=version.present)
    if tx.run(_SQL.update, resident_id=held.resident_id, history_no=number, **columns) != 1:
        raise JukinetError(ErrorKind.CONFLICT, "The record was changed meanwhile; nothing was stored.")
    search_keys.change(tx, held.resident_id, held.record, version.record)
    return Held(held.resident_id, held.resident_no, version.present, number, version.record)


def _insert_version(tx: Transaction, resident_id: int, number: int, version: Version) -> None:
    row = tx.one(
        _SQL.insert_version,
        act_no=tx.act_no,
        resident_id=resident_id,
        history_no=number,
        reason=version.reason,
        effective_on=version.effective_on,
        effective_seq=version.effective_seq,
        recorded_at=version.recorded_at,
        operator=version.operator,
        terminal=version.terminal,
        notified_on=version.notified_on,
        restates=version.restates,
        present=version.present,
        items=snapshots.to_json(version.record),
    )
    tx.act_no = row["act_no"] if row else None
    if version.notifier is not None:
        notifiers.add(tx, resident_id, number, version.notifier)
    if version.additions is not None:
        additions.add(tx, resident_id, number, version.additions)
    tx.versions_written.add((resident_id, number))


def number_of(tx: Transaction, resident_id: int) -> str | None:
    """The resident number of an id, not locked."""
    row = tx.one(_SQL.last_history_no, resident_id=resident_id)
    return row["resident_no"] if row else None


def unchanged_since(tx: Transaction, resident_id: int, history_no: int) -> bool:
    """Whether nobody but this transaction has added a version after that one; not locked.

    Asked before an act and again at its end, it needs no lock of its own, which could cross those of the act.
    """
    row = tx.one(_SQL.last_history_no, resident_id=resident_id)
    if row is None or row["last_history_no"] < history_no:
        return False
    later = range(history_no + 1, row["last_history_no"] + 1)
    return all((resident_id, number) in tx.versions_written for number in later)


def next_effective_seq(tx: Transaction, held: Held, effective_on: date) -> int:
    """The place after everything that already holds from that day."""
    row = tx.one(_SQL.next_effective_seq, resident_id=held.resident_id, effective_on=effective_on)
    return int(row["seq"]) if row else 1


def begins_on(tx: Transaction, held: Held) -> date:
    """The first day that the record here says anything about."""
    row = tx.one(_SQL.begins_on, resident_id=held.resident_id)
    return row["day"] if row else date.max


def history(tx: Transaction, resident_id: int) -> list[Version]:
    """Every version, by history number; without who brought its notification and what was added."""
    return list(_versions(tx.rows(_SQL.history, resident_id=resident_id)))


def later_effective(tx: Transaction, held: Held, effective_on: date) -> list[Version]:
    """The versions in force at places after that day, in their order: what an earlier act must restate."""
    rows = tx.rows(_SQL.later_effective, resident_id=held.resident_id, effective_on=effective_on)
    return list(_versions(rows))


def _versions(rows: Sequence[Row]) -> Iterator[Version]:
    for row in rows:
        yield Version(
            reason=RegisterReason(row["reason"]),
            effective_on=row["effective_on"],
            effective_seq=row["effective_seq"],
            recorded_at=row["recorded_at"],
            operator=row["operator"],
            terminal=row["terminal"],
            notified_on=row["notified_on"],
            restates=row["restates"],
            present=row["present"],
            record=snapshots.from_json(row["items"]),
            history_no=row["history_no"],
            act_no=row["act_no"],
        )


def as_known(
    tx: Transaction, held: Held, *, on: date, known_at: datetime | None = None
) -> tuple[bool, ResidentRecord] | None:
    """The record about day ``on`` as the office knew it at ``known_at`` (None: knows it now): (present, record)."""
    version = version_as_known(tx, held.resident_id, on=on, known_at=known_at)
    return (version.present, version.record) if version else None


def version_as_known(
    tx: Transaction, resident_id: int, *, on: date, known_at: datetime | None = None
) -> Version | None:
    """The version that stood for day ``on`` as the office knew it at ``known_at`` (None: knows it now).

    The last by effective day, order within the day and history number, of those recorded by then and effective by then.
    """
    rows = tx.rows(_SQL.as_known, resident_id=resident_id, on=on, known_at=known_at)
    return next(_versions(rows), None)


def has_number(tx: Transaction, resident_no: str) -> bool:
    """Whether somebody is recorded under a number, or was; looked at, not locked."""
    return bool(tx.rows(_SQL.last_standing, numbers=[resident_no]))


def next_serial(tx: Transaction) -> int:
    row = tx.one(_SQL.next_resident_serial)
    return int(row["serial"]) if row else 0


def next_household_serial(tx: Transaction) -> int:
    row = tx.one(_SQL.next_household_serial)
    return int(row["serial"]) if row else 0


def add_code_notice(tx: Transaction, held: Held, kind: str, decided_on: date) -> None:
    """Note the written notice that Arts. 30-2(3) and 30-3(4) demand for the code now in the record."""
    tx.run(
        _SQL.add_code_notice,
        resident_id=held.resident_id,
        history_no=held.history_no,
        kind=kind,
        code=str(held.record.code),
        decided_on=decided_on,
    )
