"""A log that contradicted what its witness had seen is witnessed anew, once people have seen to it."""

from jukinet.store.schema import run_files

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    run_files(revision)
