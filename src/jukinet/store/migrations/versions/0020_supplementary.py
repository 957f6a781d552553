"""The supplementary register of the koseki."""

from jukinet.store.schema import run_files

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_files(revision)
