"""The first schema: plain SQL, one file for what every node has and one for each kind of node."""

from jukinet.store.schema import run_files

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_files(revision)
