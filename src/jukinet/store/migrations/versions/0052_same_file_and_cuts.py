"""A file that comes again is the same batch only for a while; what was cut as a measure on the line was asked for."""

from jukinet.store.schema import run_files

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    run_files(revision)
