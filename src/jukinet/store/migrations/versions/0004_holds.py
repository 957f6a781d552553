"""Holds on processes, and support measures."""

from jukinet.store.schema import run_files

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_files(revision)
