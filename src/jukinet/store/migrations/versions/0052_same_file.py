"""A file that comes again is the same batch only for a while, and from the same operator in the same case."""

from jukinet.store.schema import run_files

revision = "0052"
down_revision = "0050"


def upgrade() -> None:
    run_files(revision)
