"""Acts entered by one person and completed by another."""

from jukinet.store.schema import run_files

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_files(revision)
