"""Measures of the network: who serves alone, and who is cut off."""

from jukinet.store.schema import run_files

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_files(revision)
