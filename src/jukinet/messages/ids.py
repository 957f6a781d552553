"""Random names of statements, calls and designations: 128 bits as 32 hex digits."""

from __future__ import annotations

import re

_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def parse_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("must be 32 hex digits in small letters")
    return text


def parse_digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ValueError("must be a SHA-256 in 64 hex digits, small letters")
    return text
