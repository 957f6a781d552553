"""What delivery and recovery keep beside."""

from jukinet.store.schema import run_files

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run_files(revision)
