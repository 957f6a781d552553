"""Municipal mergers in bulk."""

from jukinet.store.schema import run_files

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_files(revision)
