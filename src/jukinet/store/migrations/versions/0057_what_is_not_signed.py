"""What is not signed yet is found by one index, numbered or not."""

from jukinet.store.schema import run_files

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    run_files(revision)
