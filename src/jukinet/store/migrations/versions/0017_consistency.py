"""The consistency check."""

from jukinet.store.schema import run_files

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_files(revision)
