"""Tags of records: which state of which record somebody saw, to name when they act on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_TAG = re.compile(r"([1-9a-f][0-9a-f]{0,7})-([1-9a-f][0-9a-f]{0,15})-([1-9a-f][0-9a-f]{0,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tag:
    """One state of one record here. A restore of the database makes every earlier tag stale (``incarnation``)."""

    incarnation: int
    resident_id: int
    history_no: int

    @classmethod
    def parse(cls, text: str) -> Self:
        found = _TAG.fullmatch(text)
        if found is None:
            raise ValueError("must be an ETag of this register, as a look-up gave it")
        return cls(*(int(part, 16) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.incarnation:x}-{self.resident_id:x}-{self.history_no:x}"
