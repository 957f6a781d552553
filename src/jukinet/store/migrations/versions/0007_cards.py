"""Cards: what is recorded of each, and notices that wait to be printed."""

from jukinet.store.schema import run_files

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_files(revision)
