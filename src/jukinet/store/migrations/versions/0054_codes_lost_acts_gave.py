"""The code that a lost act gave is found by whom it gave it to."""

from jukinet.store.schema import run_files

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    run_files(revision)
