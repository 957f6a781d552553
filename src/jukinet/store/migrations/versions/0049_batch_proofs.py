"""Batches: looks at one person are counted, the answer's entry is promised, earlier records may be asked for."""

from jukinet.store.schema import run_files

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    run_files(revision)
