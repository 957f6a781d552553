"""From data to PDF with typst: one way for every form, and the checks that typst does not make.

Owns how a document is made: the template is ours, the data reach it as one JSON text and are never read
as markup, the same data give the same bytes, and any warning is a failure. What a form says is in the
module of that form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import typst

from jukinet.documents.fonts import FontSet
from jukinet.domain.errors import ErrorKind, Fault, JukinetError

STANDARDS: list[typst.PDFStandard] = ["a-2a"]
"""PDF/A-2a: kept readable for decades, with the tags that a screen reader needs."""

_JAPAN = timezone(timedelta(hours=9))
_OVERFLOW = re.compile(r"overflow:([a-z0-9_.\[\]-]+)")


def typeset(template: str, data: Mapping[str, Any], fonts: FontSet, made_on: date) -> bytes:
    """Set a packaged template with its data, as PDF/A-2a dated midnight in Japan of ``made_on``.

    A text that a box cannot hold even in the smallest type is INVALID, naming its field. Whatever else
    typst says, be it only a warning, is INTERNAL and leaves no document; its words may quote the data and
    are not passed on.
    """
    source = (files("jukinet.documents") / "templates" / f"{template}.typ").read_bytes()
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    moment = datetime(made_on.year, made_on.month, made_on.day, tzinfo=_JAPAN).astimezone(UTC)
    try:
        compiler = typst.Compiler(
            source, font_paths=fonts.loaded, ignore_system_fonts=True, sys_inputs=inputs
        )
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=STANDARDS, timestamp=moment
        )
    except typst.TypstError as error:
        raise _failure(template, error.message) from None
    if warnings or not isinstance(pdf, bytes):
        raise _failure(template, "")
    return pdf


def _failure(template: str, message: str) -> JukinetError:
    overflow = _OVERFLOW.search(message)
    if overflow is None:
        return JukinetError(ErrorKind.INTERNAL, f"The form {template} could not be set; nothing was issued.")
    return JukinetError(
        ErrorKind.INVALID,
        "The form has no room for a text even in its smallest type; nothing was issued.",
        (Fault(overflow[1], "must be shorter to fit its box"),),
    )
