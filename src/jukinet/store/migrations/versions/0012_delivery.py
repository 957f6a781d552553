"""Delivery as a person looks after it."""

from jukinet.store.schema import run_files

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_files(revision)
