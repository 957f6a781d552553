"""Demands on the centre, and what was done about them."""

from jukinet.store.schema import run_files

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    run_files(revision)
