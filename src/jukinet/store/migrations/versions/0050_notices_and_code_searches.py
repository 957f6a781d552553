"""The leaf of a row of a batch holds the notice told of; who tells a mayor a code is decided as all else is."""

from jukinet.store.schema import run_files

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    run_files(revision)
