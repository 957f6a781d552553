"""Batches of supply: files in, files out."""

from jukinet.store.schema import run_files

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_files(revision)
