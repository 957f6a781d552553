"""The tree against the recursion of RFC 6962, written out again here, and against the vectors of its authors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain import merkle

DATA = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the trees over the first one to eight of ``DATA``, as the tests of Certificate Transparency have them."""


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = largest(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def largest(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = largest(len(leaves))
    if m <= k:
        return [*proof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*proof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def made(size: int) -> list[bytes]:
    return [hashlib.sha256(b"\0%d" % n).digest() for n in range(size)]


def nodes(leaves: list[bytes]) -> merkle.Node:
    return lambda level, index: mth(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_vectors_of_certificate_transparency(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(one) for one in DATA[:size]]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing() -> None:
    assert merkle.root([]) == merkle.Growing().root() == merkle.EMPTY == hashlib.sha256(b"").digest()
    assert merkle.root_of(0, nodes([])) == merkle.EMPTY


@given(st.integers(1, 300))
def test_three_ways_to_a_root(size: int) -> None:
    leaves = made(size)
    growing = merkle.Growing()
    for leaf in leaves:
        growing.append(leaf)
    assert merkle.root(leaves) == growing.root() == merkle.root_of(size, nodes(leaves)) == mth(leaves)


@given(st.integers(1, 80), st.data())
def test_every_leaf_has_its_path_and_no_other_leaf_does(size: int, data: st.DataObject) -> None:
    leaves = made(size)
    given_paths = merkle.paths(merkle.levels(leaves))
    index = data.draw(st.integers(0, size - 1))
    found = list(given_paths[index])
    assert found == path(index, leaves) == merkle.inclusion(index, size, nodes(leaves))
    assert merkle.root_by_path(leaves[index], index, size, found) == mth(leaves)
    assert merkle.root_by_path(made(size + 1)[-1], index, size, found) != mth(leaves)
    for wrong in ([*found, leaves[0]], found[:-1] if found else [leaves[0]]):
        with pytest.raises(ValueError, match="must"):
            merkle.root_by_path(leaves[index], index, size, wrong)
    for outside in (-1, size):
        with pytest.raises(ValueError, match="within"):
            merkle.root_by_path(leaves[index], outside, size, found)
        with pytest.raises(ValueError, match="within"):
            merkle.inclusion(outside, size, nodes(leaves))


@given(st.integers(1, 80), st.integers(0, 80))
def test_a_later_tree_is_shown_to_begin_with_the_earlier(old: int, more: int) -> None:
    leaves = made(old + more)
    found = merkle.consistency(old, old + more, nodes(leaves))
    assert found == proof(old, leaves)
    roots = mth(leaves[:old]), mth(leaves)
    assert merkle.is_consistent(old, roots[0], old + more, roots[1], found)
    forged = mth([*leaves[: old - 1], b"x" * 32])
    assert not merkle.is_consistent(old, forged, old + more, roots[1], found)
    assert not merkle.is_consistent(old, roots[0], old + more, forged, found)
    assert not merkle.is_consistent(old, roots[0], old + more, roots[1], [*found, forged])
    assert not merkle.is_consistent(old + more + 1, roots[0], old + more, roots[1], found)
    for place in range(len(found)):
        cut = found[:place] + found[place + 1 :]
        assert not merkle.is_consistent(old, roots[0], old + more, roots[1], cut)
        altered = [*found[:place], forged, *found[place + 1 :]]
        assert not merkle.is_consistent(old, roots[0], old + more, roots[1], altered)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_proof_of_what_is_no_earlier_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="earlier"):
        merkle.consistency(old, new, nodes(made(4)))
    assert not merkle.is_consistent(old, merkle.EMPTY, new, merkle.root(made(new)), [])
