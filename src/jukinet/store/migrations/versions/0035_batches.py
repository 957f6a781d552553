"""Batches of what an ordinance of the prefecture sets."""

from jukinet.store.schema import run_files

revision = "0035"
down_revision = "0032"


def upgrade() -> None:
    run_files(revision)
