"""Batches for an organ of a municipality and at a special request; the centre's other works; cards by their form."""

from jukinet.store.schema import run_files

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    run_files(revision)
