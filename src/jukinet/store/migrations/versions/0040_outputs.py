"""What each batch of the office was given the last time."""

from jukinet.store.schema import run_files

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    run_files(revision)
