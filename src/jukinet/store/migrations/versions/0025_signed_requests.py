"""Requests of organs that were signed: each once."""

from jukinet.store.schema import run_files

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_files(revision)
