"""Search: derived keys of names, addresses and dates."""

from jukinet.store.schema import run_files

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_files(revision)
