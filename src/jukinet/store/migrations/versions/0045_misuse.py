"""Misuse of codes that a governor goes after, and what his council says."""

from jukinet.store.schema import run_files

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run_files(revision)
