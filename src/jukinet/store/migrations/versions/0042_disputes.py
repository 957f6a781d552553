"""Disputes over where somebody lives, and surveys."""

from jukinet.store.schema import run_files

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    run_files(revision)
