"""Municipalities that join and leave."""

from jukinet.store.schema import run_files

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_files(revision)
