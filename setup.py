"""Build step: make the character table that name and address matching uses.

The table is derived from the MJ shrink map and the National Tax Agency's (through jntajis-python, data
CC BY-SA 2.1 JP and CC BY 4.0) and from yosina's table of old and new forms (MIT). It is made when the
package is built or installed and is never committed; see
docs/explanation/decisions/character-table-is-generated.md.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from setuptools import Command, setup
from setuptools.command.build import build

TABLE = Path("jukinet/domain/characters.txt")

HEADER = """\
# Characters that name matching takes for the same: representative, then the others.
# Generated at build time; do not edit. Derived from the MJ shrink map of the Character Information
# Technology Promotion Council (CC BY-SA 2.1 JP) and the shrink map of the National Tax Agency (CC BY 4.0),
# both through jntajis-python, and from yosina (MIT).
# This file is licensed under CC BY-SA 2.1 JP.
"""

# The third range holds the dozen compatibility ideographs that are characters of their own, such as 﨑.
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFA0E, 0xFA29), (0x20000, 0x323AF))

# In the order in which they are believed: family-register notices, JIS unification, the notice on the
# names of foreign residents (no. 582 of 2011), inference from reading and shape.
FAMILY_REGISTER, UNIFICATION, NOTICE_582, INFERENCE = 8, 1, 4, 2

# Pairs of the map that are characters of their own in names, most of them because one rare glyph of the
# first was once written for the second. Reviewed by hand among the pairs inside JIS X 0208.
# fmt: off
KEPT_APART = frozenset(
    (
        "个介", "亟丞", "做作", "傅傳", "兀尢", "功切", "勹包", "冫冰", "夂終", "嘴觜", "孩咳", "尓示",
        "屓負", "師帥", "恫慟", "擱閣", "攵攴", "昜易", "晧皓", "皀香", "着著", "耒来", "誥詰", "雕鵰",
        "吊弔", "升舛", "舛升", "宍肉", "唔吾", "槁𣘺", "抂狂", "剌刺", "墸躇", "笶矢",
        "傅伝", "攵文", "昜陽",
    )
)
# fmt: on


def jis_rank(character: str) -> tuple[int, bytes]:
    """The kanji of JIS X 0208 first, in its order (the common ones before the rare)."""
    try:
        encoded = character.encode("euc_jp")
    except UnicodeEncodeError:
        encoded = b""
    # Its kanji begin in row 16; the signs before them, such as 仝 and 々, stand for nothing.
    return (0, encoded) if len(encoded) == 2 and encoded[0] >= 0xB0 else (1, character.encode("utf-32-be"))


def stands_for(character: str) -> str | None:
    """The one character that ``character`` is a form of, or None."""
    from jntajis import jnta_shrink_translit, mj_shrink_candidates

    in_jis = jis_rank(character)[0] == 0
    for scheme in (FAMILY_REGISTER,) if in_jis else (FAMILY_REGISTER, UNIFICATION, NOTICE_582, INFERENCE):
        for candidate in mj_shrink_candidates(character, scheme, 16):
            other = unicodedata.normalize("NFKC", candidate)
            if len(other) == 1 and other != character and character + other not in KEPT_APART:
                return other
    other = character if in_jis else jnta_shrink_translit(character, passthrough=True)
    return other if len(other) == 1 and other != character else None


def old_and_new() -> dict[str, str]:
    """Old form → new form of yosina's table, without variation selectors."""
    from yosina.transliterators.kanji_old_new import KANJI_OLD_NEW_MAPPINGS

    pairs = ((old[0], new[0]) for old, new in KANJI_OLD_NEW_MAPPINGS.items())
    return {old: new for old, new in pairs if old != new}


def classes() -> list[list[str]]:
    """Groups of characters taken for the same, each with its representative first."""
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while parent.setdefault(character, character) != character:
            character = parent[character]
        return character

    ideographs = (chr(point) for first, last in IDEOGRAPHS for point in range(first, last + 1))
    links = {c: other for c in ideographs if (other := stands_for(c)) is not None}
    for links_of_source in (links, old_and_new()):
        for character, other in links_of_source.items():
            parent[root(character)] = root(other)
    groups: dict[str, list[str]] = {}
    for character in parent:
        groups.setdefault(root(character), []).append(character)
    return sorted(
        (sorted(group, key=jis_rank) for group in groups.values() if len(group) > 1), key=lambda g: g[0]
    )


def write_table(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join("".join(group) + "\n" for group in classes()), encoding="utf-8")


class BuildCharacters(Command):
    """A step of ``build`` of its own: a failing build_py is only a warning in an editable install."""

    description = "make the character table"
    user_options = ()

    def initialize_options(self) -> None:
        self.build_lib: str | None = None
        self.editable_mode = False

    def finalize_options(self) -> None:
        self.set_undefined_options("build_py", ("build_lib", "build_lib"))

    def target(self) -> Path:
        return (Path("src") if self.editable_mode else Path(self.build_lib or "build")) / TABLE

    def run(self) -> None:
        write_table(self.target())

    def get_source_files(self) -> list[str]:
        return []

    def get_outputs(self) -> list[str]:
        return [str(self.target())]

    def get_output_mapping(self) -> dict[str, str]:
        return {}


build.sub_commands = [*build.sub_commands, ("build_characters", None)]

if __name__ == "__main__":
    setup(cmdclass={"build_characters": BuildCharacters})
