"""What an office may choose for a text that does not fit: apart from what sets it, which is slow to load."""

from __future__ import annotations

from enum import StrEnum


class TooLong(StrEnum):
    """What becomes of a text that its box cannot hold even in the smallest type (specification 5.8)."""

    STOP = "stop"
    """nothing is printed"""
    LIMIT = "limit"
    """as much of it as fits (限界まで出力)"""
    BLANK = "blank"
    """the box stays empty (空白で出力)"""
