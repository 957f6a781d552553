"""The tree over the audit log: its sequence, its checkpoints, its witnesses."""

from jukinet.store.schema import run_files

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_files(revision)
