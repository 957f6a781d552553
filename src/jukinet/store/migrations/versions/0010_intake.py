"""A register taken in from files."""

from jukinet.store.schema import run_files

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_files(revision)
