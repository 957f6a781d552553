"""The image of an official seal (公印), as it is printed on papers: what may be one.

Owns the form: a PNG, which typst can draw; in shades of black, but for the faces of cards, where it may be red
(specification 5.6: at most 25 mm each way).
"""

from __future__ import annotations

import json
import struct

import typst

LARGEST = 256 * 1024
"""Bytes of an image; a clean print of 25 mm has far fewer."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sIIBB")
_SHADES = {0, 4}
"""Colour types of PNG without a colour."""
_COLOURS = {2, 3, 6}
_PIXELS = range(200, 2001)
_TRIAL = b"""#set document(title: "seal")
#image(bytes(json(bytes(sys.inputs.data))), format: "png", alt: "seal")"""


def check_seal(image: bytes) -> bytes:
    """The image, or ``ValueError`` with what is wrong with it."""
    if len(image) > LARGEST:
        raise ValueError(f"must have at most {LARGEST} bytes")
    if len(image) < _HEADER.size:
        raise ValueError("must be a PNG")
    signature, chunk, width, height, _, colour = _HEADER.unpack_from(image)
    if signature != _SIGNATURE or chunk != b"IHDR":
        raise ValueError("must be a PNG")
    if colour not in _SHADES | _COLOURS:
        raise ValueError("must be a PNG")
    if width not in _PIXELS or height not in _PIXELS:
        raise ValueError("must have 200 to 2000 pixels each way")
    try:
        typst.Compiler(
            _TRIAL, ignore_system_fonts=True, sys_inputs={"data": json.dumps(list(image))}
        ).compile(format="pdf", pdf_standards=["a-2a"])
    except typst.TypstError:
        raise ValueError("cannot be drawn: the file is damaged") from None
    return image


def is_coloured(image: bytes) -> bool:
    """Whether a checked image is not all in shades of black."""
    return _HEADER.unpack_from(image)[-1] in _COLOURS
