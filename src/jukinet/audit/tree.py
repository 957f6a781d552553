"""The tree of the log as tiles (C2SP tlog-tiles): 256 hashes each, the last of a level growing until it is full.

Tiles of level 0 hold leaves, those above the roots of whole tiles below. Where tiles are kept is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jukinet.domain import merkle
from jukinet.domain.merkle import HASH_BYTES, Node

HEIGHT = 8
WIDTH = 1 << HEIGHT

Tile = Callable[[int, int], bytes]
"""The hashes of a tile by level and place, one after another, as many as there are."""

Tiles = dict[tuple[int, int], bytes]


def split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def grow(size: int, leaves: Sequence[bytes], tile: Tile) -> Tiles:
    """The tiles that leaves appended to a tree of some size change, each as it is then."""
    changed: Tiles = {}
    level, at, new = 0, size, list(leaves)
    while new:
        first = at // WIDTH
        held = split(tile(level, first)) if at % WIDTH else []
        hashes = held + new
        new = []
        for begin in range(0, len(hashes), WIDTH):
            part = hashes[begin : begin + WIDTH]
            changed[level, first + begin // WIDTH] = b"".join(part)
            if len(part) == WIDTH:
                new.append(merkle.root(part))
        level, at = level + 1, first
    return changed


def nodes(tile: Tile) -> Node:
    """The roots of perfect subtrees out of tiles."""

    def node(level: int, index: int) -> bytes:
        above, height = divmod(level, HEIGHT)
        place, offset = divmod(index << height, WIDTH)
        hashes = split(tile(above, place))[offset : offset + (1 << height)]
        if len(hashes) != 1 << height:
            raise ValueError("must be a subtree that the tiles hold")
        return merkle.root(hashes)

    return node


def path_of(level: int, place: int, width: int) -> str:
    """Where a tile is fetched: ``tile/0/x001/234``, and ``.p/<width>`` where it is not full."""
    groups = [f"{place % 1000:03d}"]
    while place := place // 1000:
        groups.append(f"x{place % 1000:03d}")
    tail = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{tail}"


def width_in(size: int, level: int, place: int) -> int:
    """How many hashes a tile has in a tree of some size."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - place * WIDTH))
