"""Who looked at a person, and what a person is told of it."""

from jukinet.store.schema import run_files

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_files(revision)
