"""Restores, and what was lost by them."""

from jukinet.store.schema import run_files

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_files(revision)
