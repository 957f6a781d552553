"""Small values that are one text each: parsed once, immutable, compared by their text."""

from __future__ import annotations

from functools import total_ordering
from typing import Self


@total_ordering
class Scalar:
    """A value made of one checked text. ``parse`` raises ``ValueError`` saying what is expected.

    Not a dataclass on purpose: serialisers then treat it as one text through a single hook.
    Its ``repr`` shows the text only where the class says that it is not personal.
    """

    __slots__ = ("text",)
    text: str
    personal = True

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", self.check(text))

    @classmethod
    def check(cls, text: str) -> str:
        """Return the text in its one spelling, or raise ``ValueError`` with what is expected."""
        return text

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @classmethod
    def checked_before(cls, text: str) -> Self:
        """The value of a text that is known to be right: a part of another value, or what we wrote down ourselves."""
        made = object.__new__(cls)
        object.__setattr__(made, "text", text)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.text == self.text

    def __lt__(self, other: object) -> bool:
        return self.text < other.text if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self.text))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'…' if self.personal else self.text})"

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)
