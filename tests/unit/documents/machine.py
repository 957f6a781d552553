"""Where this machine keeps fonts: Debian's own directories, and what `make test` unpacked as a plain user."""

import subprocess
from pathlib import Path

from jukinet.documents.fonts import DEFAULT_DIRECTORIES

ROOT = Path(__file__).parents[3]


def font_directories() -> tuple[Path, ...]:
    said = subprocess.run([ROOT / "scripts/state-directory"], capture_output=True, text=True, check=True)
    return (*DEFAULT_DIRECTORIES, Path(said.stdout.strip()) / "fonts")
