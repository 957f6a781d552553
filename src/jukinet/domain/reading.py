"""Reading untrusted mappings: strict, and every fault at once.

A reader takes fields out of a parsed JSON object or TOML table. Faults are collected, not raised,
so that a person sees all of them; they are raised together when the reader closes. Fields that
nobody took are faults too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, cast

from jukinet.domain.errors import Fault, JukinetError, invalid

T = TypeVar("T")

# Inside ``Fields`` the names of its getters hide those of the types.
_Date: TypeAlias = date

MAX_TEXT = 500
"""Characters in one text field; longer than any name or address that a register holds."""

_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})

_WHOLE = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\U00020000", "\U0003fffd"
"""The planes of rare ideographs, of which this Python may know fewer than the sender's."""


def clean_text(text: str) -> str:
    """Return the text in NFC, or raise ``ValueError``: no control, invisible or unassigned characters.

    Never NFKC: compatibility characters and variation selectors in names are kept as entered.
    """
    # Codes, dates and ids are done with here: what is printable of ASCII is in NFC.
    if text.isascii() and text.isprintable():
        return text
    # What Python calls printable holds none of them, nor any space but the plain one: a whole register is read so.
    plain = text.replace("\u3000", " ").isprintable()
    if not plain and any(_is_forbidden(character) for character in text):
        raise ValueError("must not contain control, invisible or unassigned characters")
    return unicodedata.normalize("NFC", text)


def read_reason(text: str) -> str:
    """Why somebody does something to the node, as they write it down; raises INVALID."""
    try:
        reason = clean_text(text).strip()
    except ValueError as error:
        raise invalid(Fault("reason", str(error))) from None
    if not 0 < len(reason) <= MAX_TEXT:
        raise invalid(
            Fault("reason", f"must say why, in at most {MAX_TEXT} characters, and name no resident")
        )
    return reason


def _is_forbidden(character: str) -> bool:
    if unicodedata.category(character) not in _FORBIDDEN_CATEGORIES:
        return False
    rare = _FIRST_IDEOGRAPH <= character <= _LAST_IDEOGRAPH and ord(character) & 0xFFFF < 0xFFFE
    return not rare


class Cells(dict[str, Any]):
    """An object whose values came as text alone, from a row of CSV: whoever reads it says which are whole numbers."""

    def settle(self, name: str) -> Any:
        """The value, which is a whole number from now on if it is written as one."""
        value = self.get(name)
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            self[name] = value = int(value)
        return value


class Fields:
    """The fields of one mapping; see ``reading``.

    A getter that meets a fault notes it and returns a stand-in of no meaning. The stand-in never
    escapes: the ``reading`` block raises at its end before anything is built from it.
    """

    def __init__(self, data: object, at: str = "", faults: list[Fault] | None = None) -> None:
        self._at = at
        self._faults: list[Fault] = [] if faults is None else faults
        self._taken: set[str] = set()
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        else:
            self.fault("", "must be an object")

    def fault(self, name: str, problem: str) -> None:
        """Note a fault of the field ``name`` (``""`` for the object itself)."""
        path = ".".join(part for part in (self._at, name) if part) or "body"
        self._faults.append(Fault(path, problem))

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """The names of the fields that are there, for objects whose keys are data."""
        return tuple(self._data)

    def whole(self) -> Mapping[str, Any]:
        """Everything as it was given, to be kept beside what was read of it."""
        return self._data

    def raw(self, name: str) -> Any:
        """Take the field as parsed, or ``None`` where it is missing."""
        self._taken.add(name)
        return self._data.get(name)

    def take(self, name: str, parse: Callable[[str], T], *, longest: int = MAX_TEXT) -> T:
        """Take a required text field and parse it; ``parse`` raises ``ValueError`` with what is expected."""
        value = self.raw(name)
        if value is None:
            self.fault(name, "is missing")
        elif not isinstance(value, str):
            self.fault(name, "must be text")
        elif not value.strip():
            self.fault(name, "must not be empty")
        elif len(value) > longest:
            self.fault(name, f"must have at most {longest} characters")
        else:
            try:
                return parse(clean_text(value))
            except JukinetError as error:
                self._faults.extend(Fault(f"{self._at}.{name}".strip("."), f.problem) for f in error.faults)
            except ValueError as error:
                self.fault(name, str(error))
        return cast("T", None)

    def optional(self, name: str, parse: Callable[[str], T], *, longest: int = MAX_TEXT) -> T | None:
        """Take a field that may be missing or null."""
        if not self.has(name):
            self._taken.add(name)
            return None
        return self.take(name, parse, longest=longest)

    def text(self, name: str, *, longest: int = MAX_TEXT) -> str:
        return self.take(name, str.strip, longest=longest)

    def optional_text(self, name: str, *, longest: int = MAX_TEXT) -> str | None:
        return self.optional(name, str.strip, longest=longest)

    def date(self, name: str) -> _Date:
        return self.take(name, parse_date)

    def optional_date(self, name: str) -> _Date | None:
        return self.optional(name, parse_date)

    def instant(self, name: str) -> datetime:
        return self.take(name, parse_instant)

    def integer(self, name: str, *, least: int = 0, most: int = 2**53, default: int | None = None) -> int:
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if isinstance(self._data, Cells):
            value = self._data.settle(name)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, "is missing" if value is None else "must be a whole number")
        elif not least <= value <= most:
            self.fault(name, f"must be from {least} to {most}")
        else:
            return value
        return 0

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            self.fault(name, "is missing" if value is None else "must be true or false")
            return False
        return value

    def object(self, name: str, read: Callable[[Fields], T]) -> T:
        """Take a required nested object."""
        value = self.raw(name)
        if value is None:
            self.fault(name, "is missing")
            return cast("T", None)
        return self._nested(name, value, read)

    def optional_object(self, name: str, read: Callable[[Fields], T]) -> T | None:
        value = self.raw(name)
        return None if value is None else self._nested(name, value, read)

    def each(self, name: str, read: Callable[[Fields], T], *, most: int = 10_000) -> tuple[T, ...]:
        """Take a list of objects."""
        value = self._list(name, most)
        return tuple(self._nested(f"{name}[{index}]", item, read) for index, item in enumerate(value))

    def texts(self, name: str, parse: Callable[[str], T], *, most: int = 10_000) -> tuple[T, ...]:
        """Take a list of texts, each parsed."""
        value = self._list(name, most)
        inner = Fields({f"{name}[{i}]": item for i, item in enumerate(value)}, self._at, self._faults)
        return tuple(inner.take(f"{name}[{i}]", parse, longest=2**20) for i in range(len(value)))

    def _list(self, name: str, most: int) -> list[Any]:
        value = self.raw(name)
        if not isinstance(value, list):
            self.fault(name, "is missing" if value is None else "must be a list")
            return []
        if len(value) > most:
            self.fault(name, f"must have at most {most} entries")
            return []
        return value

    def _nested(self, name: str, value: Any, read: Callable[[Fields], T]) -> T:
        before = len(self._faults)
        inner = Fields(value, f"{self._at}.{name}".strip("."), self._faults)
        if len(self._faults) > before:
            return cast("T", None)
        try:
            result = read(inner)
        except (TypeError, AttributeError, ValueError):
            # Built from a stand-in: only possible after a fault was noted, which is what gets raised.
            # What the reader had not come to is then not known to be foreign.
            if len(self._faults) == before:
                raise
            return cast("T", None)
        inner.close()
        return result

    def close(self) -> None:
        """Note the fields that nobody took."""
        for name in self._data:
            if name not in self._taken:
                # The name of an unknown field is the sender's text: shown only if it is a plain word.
                shown = name if name.isascii() and name.isidentifier() and len(name) <= 40 else "?"
                self.fault(shown, "is not a known field")

    def raise_faults(self) -> None:
        """Raise every fault noted so far, as one error."""
        if self._faults:
            raise invalid(*self._faults)


@contextmanager
def reading(data: object, at: str = "") -> Iterator[Fields]:
    """Read a mapping; at the end raise every fault at once, as one ``JukinetError`` of kind INVALID.

    ``data`` may be ``Fields`` made elsewhere: ``jukinet.domain.recording`` lets a reader tell what it takes.
    """
    fields = data if isinstance(data, Fields) else Fields(data, at)
    fields.raise_faults()
    try:
        yield fields
    except (TypeError, AttributeError, ValueError):
        # A value built inside the block from a stand-in: the faults are what went wrong.
        fields.raise_faults()
        raise
    fields.close()
    fields.raise_faults()


_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


def parse_date(text: str) -> date:
    """A full calendar date, ``YYYY-MM-DD``."""
    problem = "must be a real calendar date, YYYY-MM-DD"
    # fromisoformat alone would read ISO weeks too.
    if not _DATE.fullmatch(text):
        raise ValueError(problem)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(problem) from None


def parse_instant(text: str) -> datetime:
    """A moment in UTC, RFC 3339 with ``Z``."""
    problem = "must be a moment in UTC, such as 2013-07-08T00:00:00Z"
    if not _INSTANT.fullmatch(text):
        raise ValueError(problem)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(problem) from None


@lru_cache(maxsize=64)
def format_instant(moment: datetime) -> str:
    """A moment as it stands on the wire: UTC, microseconds, ``Z``. ``ValueError`` without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("must have a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
