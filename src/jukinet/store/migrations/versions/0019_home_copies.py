"""Copies of resident records at home."""

from jukinet.store.schema import run_files

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_files(revision)
