"""The fonts of the office's documents: found in given directories, never taken from elsewhere.

Owns which faces a document needs and what to install where one is missing. Which characters a face has
is in ``jukinet.documents.glyphs``. The fonts are not shipped: IPAmj Mincho (IPA Font License) carries the
characters of Japanese names with their variation sequences, Noto Serif CJK (OFL) the Latin letters with
Vietnamese marks and Hangul, which IPAmj Mincho has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from jukinet.domain.errors import ErrorKind, JukinetError

DEFAULT_DIRECTORIES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
"""Where Debian puts fonts, and where an administrator does."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A face that the documents are set in: its family, its file, and the package that brings it."""

    family: str
    file: str
    package: str


MINCHO = Needed("IPAmjMincho", "ipamjm.ttf", "fonts-ipamj-mincho")
SERIF = Needed("Noto Serif CJK JP", "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk")
GOTHIC = Needed("IPAexGothic", "ipaexg.ttf", "matplotlib-fontja")

FULL = (MINCHO, SERIF)
"""What a register needs: every character of names, and every letter of foreign residents' names."""
PLAIN = (GOTHIC,)
"""Where no Debian package can be had: common characters only; a name with any other is refused."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face on disk; ``index`` is its place in a collection file."""

    family: str
    path: Path
    index: int


@dataclass(frozen=True, slots=True)
class FontSet:
    """The faces found, names' face first and Latin letters' last, and the same as typst holds them."""

    faces: tuple[Face, ...]
    loaded: typst.Fonts


def find_fonts(directories: Sequence[Path] = DEFAULT_DIRECTORIES) -> FontSet:
    """Find the faces of ``FULL`` below the directories, earlier directories first; else those of ``PLAIN``.

    Raises ``JukinetError`` (CONFIGURATION) that names every missing family and what to install.
    """
    for outfit in (FULL, PLAIN):
        files = [_find_file(needed.file, directories) for needed in outfit]
        if fonts := _load(outfit, [file for file in files if file is not None]):
            return fonts
    missing = [needed for needed in FULL if _find_file(needed.file, directories) is None]
    # Every file is there and typst still found not every family: then no single file is to blame.
    raise _missing(missing or FULL, directories)


def _load(outfit: Sequence[Needed], files: Sequence[Path]) -> FontSet | None:
    if len(files) < len(outfit):
        return None
    # Only these folders: whatever else the machine has must not change how a document looks.
    folders = list(dict.fromkeys(str(file.parent) for file in files))
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    known = {(info.family, Path(info.path or "")): info.index for info in loaded.fonts()}
    faces = tuple(
        Face(needed.family, file, known[needed.family, file])
        for needed, file in zip(outfit, files, strict=True)
        if (needed.family, file) in known
    )
    return FontSet(faces, loaded) if len(faces) == len(outfit) else None


def _find_file(name: str, directories: Sequence[Path]) -> Path | None:
    found = (path for directory in directories for path in sorted(directory.rglob(name)) if path.is_file())
    return next(found, None)


def _missing(missing: Sequence[Needed], directories: Sequence[Path]) -> JukinetError:
    families = ", ".join(needed.family for needed in missing)
    packages = " ".join(sorted({needed.package for needed in missing}))
    looked = ", ".join(str(directory) for directory in directories) or "no directory"
    return JukinetError(
        ErrorKind.CONFIGURATION,
        f"Documents cannot be printed without the fonts {families} (looked in {looked}). "
        f"Install them with: apt-get install {packages}. Without root, unpack the same packages "
        "into a directory and name it in the list of font directories.",
    )
