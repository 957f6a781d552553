"""From data to PDF with typst: one way for every form, and the checks that typst does not make.

Owns how a document is made: the template is ours, the data reach it as one JSON text and are never read
as markup, the same data give the same bytes, and any warning is a failure. What a form says is in the
module of that form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import typst

from jukinet.documents.fonts import FontSet
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import ErrorKind, Fault, JukinetError

STANDARDS: list[typst.PDFStandard] = ["a-2a"]
"""PDF/A-2a: kept readable for decades, with the tags that a screen reader needs."""

_JAPAN = timezone(timedelta(hours=9))
_PAGES = frozenset({"persons", "slips"})
"""What does not fit because there are more pages than were planned: no text to be cut."""
_OVERFLOW = re.compile(r"overflow:([a-z0-9_.\[\]-]+)")


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and the fields whose text did not fit and was cut or left out."""

    pdf: bytes
    too_long: tuple[str, ...] = ()


def typeset(template: str, data: Mapping[str, Any], fonts: FontSet, made_on: date) -> bytes:
    """Set a packaged template with its data, as PDF/A-2a dated midnight in Japan of ``made_on``.

    Texts that their boxes cannot hold even in the smallest type are INVALID, naming each field. Whatever else typst
    says, be it only a warning, is INTERNAL and leaves no document; its words may quote the data and are not passed on.
    """
    return typeset_as_far(template, data, fonts, made_on, TooLong.STOP).pdf


def typeset_as_far(
    template: str, data: Mapping[str, Any], fonts: FontSet, made_on: date, too_long: TooLong
) -> Printed:
    """The same, where it is said what becomes of a text that does not fit."""
    way = TooLong.LIMIT if too_long is TooLong.STOP else too_long
    cut: dict[str, str] = {}
    while True:
        made = _typeset(template, {**data, "too_long": cut}, fonts, made_on)
        if isinstance(made, bytes):
            break
        if made in cut or made in _PAGES:
            raise _too_long((*cut, made))
        cut[made] = way
    if cut and too_long is TooLong.STOP:
        raise _too_long(cut)
    return Printed(made, tuple(cut))


def _typeset(template: str, data: Mapping[str, Any], fonts: FontSet, made_on: date) -> bytes | str:
    """The document; or a field whose text does not fit."""
    moment = datetime(made_on.year, made_on.month, made_on.day, tzinfo=_JAPAN).astimezone(UTC)
    try:
        compiler = typst.Compiler(
            _source(template), font_paths=fonts.loaded, ignore_system_fonts=True, sys_inputs=_inputs(data)
        )
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=STANDARDS, timestamp=moment
        )
    except typst.TypstError as error:
        overflow = _OVERFLOW.search(error.message)
        if overflow is None:
            raise _failure(template) from None
        return overflow[1]
    if warnings or not isinstance(pdf, bytes):
        raise _failure(template)
    return pdf


def pages_of(template: str, data: Mapping[str, Any], fonts: FontSet) -> int:
    """How many pages a template with these data takes that marks its last one with ``<pages>``; sets nothing."""
    compiler = typst.Compiler(
        _source(template), font_paths=fonts.loaded, ignore_system_fonts=True, sys_inputs=_inputs(data)
    )
    try:
        return int(compiler.query("<pages>", field="value", one=True))
    except (typst.TypstError, RuntimeError):
        raise _failure(template) from None


def _source(template: str) -> bytes:
    templates = files("jukinet.documents") / "templates"
    return b"".join((templates / f"{name}.typ").read_bytes() for name in ("fitting", template))


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}


def _failure(template: str) -> JukinetError:
    return JukinetError(ErrorKind.INTERNAL, f"The form {template} could not be set; nothing was issued.")


def _too_long(fields: Iterable[str]) -> JukinetError:
    return JukinetError(
        ErrorKind.INVALID,
        "The form has no room for a text even in its smallest type; nothing was issued.",
        tuple(Fault(field, "must be shorter to fit its box") for field in fields),
    )
