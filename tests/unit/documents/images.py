"""Images that the tests draw: PNGs without any library."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 300, height: int = 300, colour: int = 0) -> bytes:
    """A chequered square; ``colour``: the colour type, 0 grey, 2 red, green and blue."""
    channels = {0: 1, 2: 3}[colour]
    shades = (0, 255)
    rows = b"".join(
        b"\0" + bytes(shades[(x // 20 + y // 20) % 2] for x in range(width) for _ in range(channels))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
