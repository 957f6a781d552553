"""The tree hash of RFC 6962 (section 2.1): roots, inclusion paths and consistency proofs over leaf hashes.

Owns the arithmetic of the tree and nothing of what a leaf is. Larger trees than memory holds are reached by ``Node``: a
function that knows the roots of perfect subtrees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of no leaves."""

Node = Callable[[int, int], bytes]
"""The root of the perfect subtree over the leaves ``[index << level, (index + 1) << level)``; level 0: a leaf."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaves up to its root. Pairing upwards and carrying the odd one is the tree of the RFC."""
    rising = [list(leaves)]
    while len(below := rising[-1]) > 1:
        paired = [node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)]
        rising.append(paired + below[len(paired) * 2 :])
    return rising


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return levels(leaves)[-1][0] if leaves else EMPTY


def paths(rising: Sequence[Sequence[bytes]]) -> list[tuple[bytes, ...]]:
    """The inclusion path of every leaf of ``levels``, in their order."""
    return [
        tuple(
            level[index >> height ^ 1]
            for height, level in enumerate(rising[:-1])
            if index >> height ^ 1 < len(level)
        )
        for index in range(len(rising[0]))
    ]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to from a leaf (RFC 9162, 2.1.3.2). ``ValueError`` where the path does not fit."""
    if not 0 <= index < size:
        raise ValueError("must lie within the tree")
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("must be no longer than the tree is high")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("must reach the root")
    return found


class Growing:
    """A root over leaves that come one after another and are not kept: as for a batch of millions."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []
        """Roots of perfect subtrees, the largest first: one for each bit of the size."""

    def append(self, leaf: bytes) -> None:
        found, size = leaf, self.size
        while size & 1:
            found, size = node_hash(self._whole.pop(), found), size >> 1
        self._whole.append(found)
        self.size += 1

    def root(self) -> bytes:
        if not self._whole:
            return EMPTY
        found = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            found = node_hash(left, found)
        return found


def root_of(size: int, node: Node) -> bytes:
    """The root of a tree of which perfect subtrees are known."""
    return _subtree(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]) of the RFC."""
    if not 0 <= index < size:
        raise ValueError("must lie within the tree")
    return _path(index, 0, size, node)


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[new]) of the RFC: that the first ``old`` leaves of the tree are the earlier tree."""
    if not 0 < old <= new:
        raise ValueError("must be sizes of an earlier and a later tree")
    return _proof(old, 0, new, node, known=True)


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return False
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(low: int, high: int, node: Node) -> bytes:
    size = high - low
    if size & (size - 1) == 0:
        return node(size.bit_length() - 1, low // size)
    middle = low + _split(size)
    return node_hash(_subtree(low, middle, node), _subtree(middle, high, node))


def _path(index: int, low: int, high: int, node: Node) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + _split(high - low)
    if index < middle:
        return [*_path(index, low, middle, node), _subtree(middle, high, node)]
    return [*_path(index, middle, high, node), _subtree(low, middle, node)]


def _proof(old: int, low: int, high: int, node: Node, *, known: bool) -> list[bytes]:
    if old == high:
        return [] if known else [_subtree(low, high, node)]
    middle = low + _split(high - low)
    if old <= middle:
        return [*_proof(old, low, middle, node, known=known), _subtree(middle, high, node)]
    return [*_proof(old, middle, high, node, known=False), _subtree(low, middle, node)]
