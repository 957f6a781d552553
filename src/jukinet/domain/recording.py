"""What a reader takes, told by the reader itself: it reads nothing, and what it asks for is noted.

Owns the shapes (names, types, limits, what is required) of everything that is read with
``jukinet.domain.reading``. A description made from them cannot drift from the program. How a shape is written
down for others is not decided here.

A reader may ask for one field only where another says so. It is therefore run again for every choice it was
seen to make (an optional field absent, a list empty, another word of a closed list), and for every two of them
together. What hangs on three choices at once would be missed; no reader is like that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, TypeAlias, TypeVar, cast

from jukinet.domain.errors import JukinetError
from jukinet.domain.reading import MAX_TEXT, Fields

T = TypeVar("T")

Parser: TypeAlias = Callable[[str], Any]

_ABSENT, _THERE = "absent", "there"
_AT_ONCE = 2
_MOST_RUNS = 5000

_EXAMPLES = (
    *("2013-07-08", "2013-07-08T00:00:00Z", "24727059608", "00000000019", "132152", "muni-132152", "13"),
    *("世帯主", "JPN", "https://localhost", "sato", "1", "A", "ア", "abcdefghijklmnopqrstuvwxyz012345"),
)
"""Texts of which one is right for nearly every field, so that a reader can go on with a value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, parsed by one of these (more where it depends on another field)."""

    parsers: tuple[Parser, ...]
    longest: int


@dataclass(frozen=True, slots=True)
class Integer:
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Taken as parsed."""


@dataclass(frozen=True, slots=True)
class Listing:
    item: Shape
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Property:
    """A field of an object.

    ``nullable``: null counts as missing. ``conditional``: whether it must be there depends on another field.
    """

    shape: Shape
    required: bool
    nullable: bool
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these fields and no others; ``open``: its names are data."""

    properties: Mapping[str, Property] = field(default_factory=dict)
    open: bool = False


Shape: TypeAlias = Text | Integer | Flag | Anything | Listing | Object


@cache
def shape_of(read: Callable[[Any], object]) -> Object:
    """What a reader takes: a function of parsed JSON that reads it with ``reading``. Told once a process."""
    waiting: deque[dict[str, object]] = deque([{}])
    tried: set[frozenset[tuple[str, object]]] = set()
    found: list[_Seen] = []
    short: set[str] = set()
    while waiting and len(found) < _MOST_RUNS:
        run = _Run(waiting.popleft())
        recorder = Recorder(run)
        recorder.read_by(read)
        found.append(recorder.seen)
        short |= {path for path in run.faults if run.chosen.get(path) == _ABSENT}
        for others in run.others() if len(run.chosen) < _AT_ONCE else ():
            if (combined := frozenset(others.items())) not in tried:
                tried.add(combined)
                waiting.append(others)
    return _merge_objects(found, "", short)


class _Run:
    """One run of a reader: the choices it was given, those it could have been given, and what it complained of."""

    def __init__(self, chosen: dict[str, object]) -> None:
        self.chosen = chosen
        self.options: dict[str, tuple[object, ...]] = {}
        self.faults: set[str] = set()

    def choose(self, path: str, *options: object) -> Any:
        self.options[path] = options
        return self.chosen.get(path, options[0])

    def others(self) -> Iterator[dict[str, object]]:
        """The same run with one more choice made in another way: of what stands beside or within the last one."""
        for path, options in self.options.items():
            if path not in self.chosen and all(_are_near(path, one) for one in self.chosen):
                yield from (self.chosen | {path: other} for other in options[1:])


def _are_near(one: str, other: str) -> bool:
    """Whether a field can depend on another: in one object, or where one object holds the other."""
    above, beside = one.rpartition(".")[0], other.rpartition(".")[0]
    return above == beside or above.startswith(other.rstrip("=")) or beside.startswith(one.rstrip("="))


@dataclass
class _Seen:
    """What one run saw of one object; ``complete``: its reader came to its end."""

    taken: dict[str, Property | None] = field(default_factory=dict)
    inner: dict[str, list[_Seen]] = field(default_factory=dict)
    complete: bool = False
    open: bool = False


class Recorder(Fields):
    """``Fields`` that notes what is asked for and hands out samples."""

    def __init__(self, run: _Run, at: str = "") -> None:
        super().__init__({}, at)
        self._run = run
        self._prefix = f"{at}." if at else ""
        self.seen = _Seen()

    def read_by(self, read: Callable[[Any], T]) -> T:
        """Let a reader read; what it makes, or nothing where it could make nothing of the samples."""
        with suppress(TypeError, AttributeError, ValueError, LookupError, JukinetError):
            made = read(self)
            self.seen.complete = True
            return made
        return cast("T", None)

    def _path(self, name: str) -> str:
        return self._prefix + name

    def _note(self, name: str, shape: Shape | None, *, required: bool, nullable: bool) -> None:
        before = self.seen.taken.get(name)
        if shape is not None:
            # Taken as parsed too, before or after: so it may be null.
            null = nullable or (before is not None and before.nullable)
            self.seen.taken[name] = Property(shape, required, null)
        elif before is None:
            self.seen.taken[name] = None

    def fault(self, name: str, problem: str) -> None:  # noqa: ARG002 - what is wrong is not asked here
        self._run.faults.add(self._path(name))

    def has(self, name: str) -> bool:
        self.seen.taken.setdefault(name, None)
        return bool(self._run.choose(self._path(name), _THERE, _ABSENT) == _THERE)

    def names(self) -> tuple[str, ...]:
        self.seen.open = True
        return ()

    def raw(self, name: str) -> Any:
        before = self.seen.taken.get(name)
        self._note(name, before.shape if before else Anything(), required=False, nullable=True)
        return None

    def take(self, name: str, parse: Callable[[str], T], *, longest: int = MAX_TEXT) -> T:
        asked = self._path(name) in self._run.options
        self._note(name, Text((parse,), longest), required=not asked, nullable=False)
        return self._sample(name, parse)

    def _sample(self, name: str, parse: Callable[[str], T]) -> T:
        words = _words_of(parse)
        if words:
            return cast("T", self._run.choose(f"{self._path(name)}=", *words))
        return example_of(parse)[1]

    def optional(self, name: str, parse: Callable[[str], T], *, longest: int = MAX_TEXT) -> T | None:
        self._note(name, Text((parse,), longest), required=False, nullable=True)
        there = self._run.choose(self._path(name), _THERE, _ABSENT) == _THERE
        return self._sample(name, parse) if there else None

    def integer(self, name: str, *, least: int = 0, most: int = 2**53, default: int | None = None) -> int:
        asked = default is not None or self._path(name) in self._run.options
        self._note(name, Integer(least, most), required=not asked, nullable=default is not None)
        return min(max(least, 1), most)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        asked = default is not None or self._path(name) in self._run.options
        self._note(name, Flag(), required=not asked, nullable=default is not None)
        first = bool(default)
        return bool(self._run.choose(f"{self._path(name)}=", first, not first))

    def object(self, name: str, read: Callable[[Fields], T]) -> T:
        asked = self._path(name) in self._run.options
        self._note(name, Object(), required=not asked, nullable=False)
        return self._inner(name, self._path(name), read)

    def optional_object(self, name: str, read: Callable[[Fields], T]) -> T | None:
        there = self._run.choose(self._path(name), _THERE, _ABSENT) == _THERE
        self._note(name, Object(), required=False, nullable=True)
        return self._inner(name, self._path(name), read) if there else None

    def _inner(self, name: str, path: str, read: Callable[[Fields], T]) -> T:
        inner = Recorder(self._run, path)
        made = inner.read_by(read)
        self.seen.inner.setdefault(name, []).append(inner.seen)
        return made

    def each(self, name: str, read: Callable[[Fields], T], *, most: int = 10_000) -> tuple[T, ...]:
        asked = self._path(name) in self._run.options
        there = self._run.choose(self._path(name), _THERE, _ABSENT) == _THERE
        self._note(name, Listing(Object(), 0, most), required=not asked, nullable=False)
        return (self._inner(name, f"{self._path(name)}[]", read),) if there else ()

    def texts(self, name: str, parse: Callable[[str], T], *, most: int = 10_000) -> tuple[T, ...]:
        asked = self._path(name) in self._run.options
        there = self._run.choose(self._path(name), _THERE, _ABSENT) == _THERE
        self._note(name, Listing(Text((parse,), 2**20), 0, most), required=not asked, nullable=False)
        return (self._sample(name, parse),) if there else ()

    def close(self) -> None:
        """Nothing is there that nobody took."""

    def raise_faults(self) -> None:
        """Nothing was read, so nothing is wrong."""


@lru_cache(maxsize=512)
def _words_of(parse: Callable[[str], object]) -> tuple[object, ...]:
    """The words of a list that a parser knows; none where it takes other texts."""
    return tuple(getattr(parse, "kind", ()))


def example_of(parse: Callable[[str], T]) -> tuple[str, T]:
    """A text that a parser accepts, and what it makes of it; a text without a value where none is known."""
    return cast("tuple[str, T]", _example_of(parse))


@lru_cache(maxsize=512)
def _example_of(parse: Callable[[str], object]) -> tuple[str, object]:
    for text in _EXAMPLES:
        with suppress(ValueError, JukinetError):
            return text, parse(text)
    return "", None


def _merge_objects(seen: Iterable[_Seen], at: str, short: set[str]) -> Object:
    runs = list(seen)
    names = dict.fromkeys(name for run in runs for name in run.taken)
    merged = {name: _merge(name, runs, at, short) for name in names}
    return Object(
        {name: one for name, one in merged.items() if one is not None}, any(run.open for run in runs)
    )


def _merge(name: str, runs: list[_Seen], at: str, short: set[str]) -> Property | None:
    told = [one for run in runs if (one := run.taken.get(name)) is not None]
    if not told:
        return None
    path = f"{at}.{name}".strip(".")
    complete = [run for run in runs if run.complete]
    everywhere = all(run.taken.get(name) is not None for run in complete)
    must = [one.required for one in told]
    inner = [one for run in runs for one in run.inner.get(name, ())]
    return Property(
        shape=_merge_shapes(told, inner, path, short),
        required=everywhere and all(must),
        nullable=any(one.nullable for one in told),
        conditional=any(must) and not (everywhere and all(must)),
    )


def _merge_shapes(told: list[Property], inner: list[_Seen], path: str, short: set[str]) -> Shape:
    shape = next((one.shape for one in told if not isinstance(one.shape, Anything)), told[0].shape)
    if isinstance(shape, Text):
        texts = [one.shape for one in told if isinstance(one.shape, Text)]
        parsers = tuple(dict.fromkeys(parser for text in texts for parser in text.parsers))
        return Text(parsers, max(text.longest for text in texts))
    if isinstance(shape, Object):
        return _merge_objects(inner, path, short)
    if isinstance(shape, Listing):
        item = _merge_objects(inner, f"{path}[]", short) if isinstance(shape.item, Object) else shape.item
        return replace(shape, item=item, least=1 if path in short else 0)
    return shape
