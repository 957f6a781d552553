"""What is logged of an error that escaped: its kind and its place, never its message, which may hold a name."""

from __future__ import annotations

import logging
import traceback


def place_of(error: BaseException) -> str:
    """What kind of error arose and where, without its message: that may hold a value of a person."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    chain = error.__cause__ or error.__context__
    because = f" because of {type(chain).__qualname__}" if chain is not None else ""
    return f"{type(error).__qualname__}{because} at {where or 'an unknown place'}"


class WithoutMessages(logging.Filter):
    """Takes the exception out of a log record and leaves its kind and place: a message may hold a name."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.getMessage().strip()}: {place_of(record.exc_info[1])}"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        return True
